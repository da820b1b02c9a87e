"""What stands beside the list: how many records of each kind there are, and what narrows the answer to some of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from pubsearch.search import filters as chosen
from pubsearch.search import titles
from pubsearch.search.facets import Facet
from pubsearch.search.searcher import Searcher
from pubsearch.topic import journal
from pubsearch.ui import narrowed, render, saying, years
from pubsearch.ui.address import Address
from pubsearch.ui.labels import label

# In the order in which readers narrow; those that stand open at first.
_OPEN = ("evidence", "species", "ages", "sexes")
_GROUPS = {
    "evidence": "Evidence, by PubMed publication type",
    "species": "Species",
    "ages": "Age",
    "sexes": "Sex",
    "journals": "Journal",
    "mesh": "MeSH heading",
    "majors": "Major topic",
    "languages": "Language",
    "notices": "Notices",
}
_MORE = {"journals": "journals", "mesh": "headings", "majors": "topics", "languages": "languages"}
_EARLIEST = date(1960, 1, 1)


def draw(facets: Sequence[Facet], address: Address, searcher: Searcher) -> None:
    """All filters, with the number of records that each would leave."""
    by_name = {facet.name: facet for facet in facets}
    left_out = saying.left_out(facets)
    active = len(address.filters.as_pairs())
    # A narrow screen has the filters behind this switch, which the style sheet alone obeys.
    st.toggle(f"Show filters ({active} on)" if active else "Show filters", key="show-filters", on_change="ignore")
    with st.container(key="filters", gap="small"):
        with st.expander("Year", expanded=True, key="group-years"):
            years.draw(by_name["years"], address)
        _group(by_name["evidence"], address, searcher, left_out)
        with st.expander("Access and date", expanded=True, key="group-access"):
            _switches(by_name, address)
            _since(address)
        for name in _GROUPS:
            if name != "evidence":
                _group(by_name[name], address, searcher, left_out)


def _group(facet: Facet, address: Address, searcher: Searcher, left_out: Sequence[str]) -> None:
    """The labels of a facet, and whom a choice leaves out; `left_out` says it where one is made already."""
    name, picked = facet.name, getattr(address.filters, facet.name)
    counts = {count.label: count.records for count in facet.values}
    if not counts:
        return
    # What is folded away is not drawn: each of its labels costs the browser a millisecond at every change.
    group = st.expander(_GROUPS[name], expanded=name in _OPEN or bool(picked), key=f"group-{name}", on_change="rerun")
    if not group.open:
        return
    with group:
        st.session_state[f"facet-{name}"] = list(picked)
        st.pills(
            _GROUPS[name],
            list(counts),
            selection_mode="multi",
            format_func=lambda text: f"{label(titles.value(name, text))} :small[{counts[text]:,}]",
            key=f"facet-{name}",
            label_visibility="collapsed",
            width="stretch",
            on_change=_choose,
            args=(name, address, f"facet-{name}"),
        )
        if facet.without_headings:
            st.html(render.render_note(*(left_out or [saying.would_leave_out(facet)]), kind="small"))
        if facet.more:
            _all(facet, address, searcher)


def _all(facet: Facet, address: Address, searcher: Searcher) -> None:
    """All labels of a facet, to be found by typing; they are counted when this is opened."""
    name = facet.name
    menu = st.popover(
        f"Find among {facet.more:,} more {_MORE[name]}", type="tertiary", on_change="rerun", key=f"more-{name}"
    )
    if not menu.open:
        return
    whole = searcher.facet(
        name, address.query, like=address.like, rank=address.rank, exact=address.exact, filters=address.filters
    )
    counts = {count.label: count.records for count in whole.values}
    st.session_state[f"found-{name}"] = list(getattr(address.filters, name))
    menu.multiselect(
        f"{_GROUPS[name]}: all {len(counts):,}",
        list(counts),
        format_func=lambda text: f"{titles.value(name, text)} ({counts[text]:,})",
        key=f"found-{name}",
        placeholder="Type a part of its name",
        on_change=_choose,
        args=(name, address, f"found-{name}"),
    )


def _choose(name: str, address: Address, key: str) -> None:
    picked: dict[str, Any] = {name: tuple(st.session_state[key])}
    narrowed.write(address, replace(address.filters, **picked))


def _switches(by_name: dict[str, Facet], address: Address) -> None:
    counts = {name: by_name[name].values[0].records for name in chosen.SWITCHES}
    st.session_state["facet-access"] = [name for name in chosen.SWITCHES if getattr(address.filters, name)]
    st.pills(
        "Access",
        list(chosen.SWITCHES),
        selection_mode="multi",
        format_func=lambda name: f"{titles.TITLES[name]} :small[{counts[name]:,}]",
        key="facet-access",
        label_visibility="collapsed",
        width="stretch",
        on_change=_switch,
        args=(address,),
    )


def _switch(address: Address) -> None:
    on: dict[str, Any] = {name: name in st.session_state["facet-access"] for name in chosen.SWITCHES}
    narrowed.write(address, replace(address.filters, **on))


def _since(address: Address) -> None:
    today = journal.now().date()
    since = address.filters.since
    st.session_state["facet-since"] = since
    st.date_input(
        "New in PubMed since",
        value=None,
        min_value=min(_EARLIEST, since or today),
        max_value=max(today, since or today),
        format="YYYY-MM-DD",
        key="facet-since",
        on_change=_new_since,
        args=(address,),
        help="By the day on which the record was entered. Keep the page's address to see later what is new since then.",
    )


def _new_since(address: Address) -> None:
    narrowed.write(address, replace(address.filters, since=st.session_state["facet-since"]))
