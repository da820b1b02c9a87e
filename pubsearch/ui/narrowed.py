"""The filters that are on, as chips above the list, each removable."""

from dataclasses import replace

import streamlit as st

from pubsearch.search.filters import Filters
from pubsearch.search.titles import named
from pubsearch.ui import focus
from pubsearch.ui.address import Address
from pubsearch.ui.labels import label

_SHOWN_CHARACTERS = 60


def draw(address: Address) -> None:
    """The chips; nothing where no filter is on."""
    pairs = address.filters.as_pairs()
    if not pairs and address.like is None:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="chips"):
        if address.like is not None:
            _chip("like", f"Similar to PMID {address.like}", replace(address, like=None, page=1))
        for name, text in pairs:
            rest = replace(address, filters=without(address.filters, name, text), page=1)
            # two labels may be named alike, as eng and English where no record has the first
            _chip(f"{name}-{text}", named(name, text), rest)
        if len(pairs) > 1:
            st.button("Clear all filters", type="tertiary", key="clear", on_click=write, args=(address, Filters()))


def write(address: Address, filters: Filters) -> None:
    """Goes to the first page of the answer with these filters; for callbacks of widgets."""
    replace(address, filters=filters, page=1).write()


def without(filters: Filters, name: str, text: str | None = None) -> Filters:
    """The filters without one, or without one label of it."""
    grouped: dict[str, list[str]] = {}
    for other, its in filters.as_pairs():
        if other != name or text not in (None, its):
            grouped.setdefault(other, []).append(its)
    return Filters.parse(grouped)


def _chip(key: str, text: str, rest: Address) -> None:
    short = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
    st.button(
        label(short),
        icon=":material/close:",
        icon_position="right",
        key=f"chip-{key}",
        on_click=_remove,
        args=(rest,),
    )


def _remove(rest: Address) -> None:
    focus.move(focus.RESULTS)
    rest.write()
