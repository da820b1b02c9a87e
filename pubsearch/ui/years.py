"""The records by year of publication: a chart to drag over or to click, and two boxes for those who type."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from pubsearch.search import titles
from pubsearch.search.facets import NO_YEAR, Count, Facet
from pubsearch.ui import narrowed
from pubsearch.ui.address import Address

# Both stand out against the light and against the dark background.
_CHOSEN, _OTHER = "#4a86c5", "#8a97a5"


@dataclass(frozen=True, slots=True)
class _Brushed:
    """The chart that the reader sees: the years it began with, and those it was dragged to since."""

    start: tuple[int, int] | None
    years: tuple[int, int] | None
    chart: int


def draw(facet: Facet, address: Address) -> None:
    """The years of the records that all other filters leave."""
    counts = [count for count in facet.values if count.label != NO_YEAR]
    if counts:
        _chart(counts, address)
    _boxes(counts, address)
    unknown = sum(count.records for count in facet.values if count.label == NO_YEAR)
    if unknown:
        st.caption(f"{unknown:,} without a year")


def _chart(counts: Sequence[Count], address: Address) -> None:
    brushed = st.session_state.get("brushed")
    if brushed is None or brushed.years != address.filters.years:
        # Chosen elsewhere: a new chart, that begins with these years. One that the reader drags on stays as it is.
        years = address.filters.years
        brushed = st.session_state.brushed = _Brushed(years, years, brushed.chart + 1 if brushed else 0)
    first, last = int(counts[0].label), int(counts[-1].label)
    best = max(counts, key=lambda count: count.records)
    st.vega_lite_chart(
        _spec(counts, first, last, brushed.start),
        key=f"years-{brushed.chart}",
        on_select=lambda: _brush(brushed, address),
        selection_mode=["brush", "bar"],
        alt=f"Records by year, {first} to {last}; most in {best.label}, {best.records:,}.",
    )


def _spec(counts: Sequence[Count], first: int, last: int, start: tuple[int, int] | None) -> dict[str, Any]:
    brush: dict[str, Any] = {"name": "brush", "select": {"type": "interval", "encodings": ["x"]}}
    if start:
        brush["value"] = {"x": [max(start[0], first), min(start[1], last) + 1]}
    return {
        "height": 84,
        "padding": {"left": 2, "right": 8, "top": 4, "bottom": 0},
        "data": {
            "values": [
                {"year": int(count.label), "end": int(count.label) + 1, "records": count.records} for count in counts
            ]
        },
        "params": [brush, {"name": "bar", "select": {"type": "point", "fields": ["year"]}}],
        "mark": {"type": "bar", "binSpacing": 0 if len(counts) > 80 else 1, "cursor": "pointer"},
        "encoding": {
            "x": {
                "field": "year",
                "type": "quantitative",
                "scale": {"domain": [first, last + 1], "nice": False},
                "axis": {"format": "d", "tickCount": 4, "tickMinStep": 1, "title": None, "grid": False},
            },
            "x2": {"field": "end"},
            "y": {"field": "records", "type": "quantitative", "axis": None},
            "y2": {"datum": 0},
            "color": {"condition": {"param": "brush", "value": _CHOSEN}, "value": _OTHER},
            "tooltip": [
                {"field": "year", "type": "quantitative", "format": "d", "title": "Year"},
                {"field": "records", "type": "quantitative", "format": ",", "title": "Records"},
            ],
        },
    }


def _brush(brushed: _Brushed, address: Address) -> None:
    selected = st.session_state[f"years-{brushed.chart}"].selection
    span, bars = selected.get("brush", {}).get("year"), selected.get("bar")
    years = None
    if span:
        years = int(span[0]), max(int(span[0]), int(span[1] - 0.001))
    elif bars:
        years = int(bars[0]["year"]), int(bars[0]["year"])
    if span:
        st.session_state.brushed = replace(brushed, years=years)
    _write(address, years)


def _boxes(counts: Sequence[Count], address: Address) -> None:
    first, last = address.filters.years or (None, None)
    st.session_state.year_from = first
    st.session_state.year_to = None if last is not None and last >= titles.NO_LAST else last
    ends = (counts[0].label, counts[-1].label) if counts else ("", "")
    with st.container(horizontal=True, gap="small", key="year-boxes"):
        for name, title, hint in (("year_from", "From year", ends[0]), ("year_to", "To year", ends[1])):
            st.number_input(
                title,
                min_value=1,
                max_value=9999,
                step=1,
                key=name,
                placeholder=hint,
                on_change=_type,
                args=(address,),
            )


def _type(address: Address) -> None:
    first, last = st.session_state.year_from, st.session_state.year_to
    if first is None and last is None:
        _write(address, None)
        return
    ends = first or 1, last or titles.NO_LAST
    _write(address, (min(ends), max(ends)))


def _write(address: Address, years: tuple[int, int] | None) -> None:
    narrowed.write(address, replace(address.filters, years=years))
