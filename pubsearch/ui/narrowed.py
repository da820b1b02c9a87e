"""The filters that are on, as chips above the list, each removable; and how all filters are named."""

from dataclasses import replace

import streamlit as st

from pubsearch.search import filters as chosen
from pubsearch.search.filters import Filters
from pubsearch.search.languages import LANGUAGES
from pubsearch.ui import focus
from pubsearch.ui.address import Address
from pubsearch.ui.labels import label

TITLES = {
    "evidence": "Evidence",
    "journals": "Journal",
    "mesh": "MeSH heading",
    "majors": "Major topic",
    "languages": "Language",
    "species": "Species",
    "ages": "Age",
    "sexes": "Sex",
    "notices": "Notice",
    "years": "Years",
    "has_abstract": "Has an abstract",
    "free_full_text": "Free full text in PMC",
    "not_retracted": "Not retracted",
    "since": "New since",
}
# From this year on, the last year of a filter stands for none, as in "2015:3000[dp]".
NO_LAST = 3000
_SHOWN_CHARACTERS = 60


def value(name: str, text: str) -> str:
    """A filter's label as readers know it: languages by name, the first letter a capital."""
    if name == "languages":
        return LANGUAGES.get(text, text)
    return text[:1].upper() + text[1:] if name in ("evidence", "notices") else text


def named(name: str, text: str) -> str:
    """An active filter, as (name, text) of `Filters.as_pairs`: "Species: Humans"."""
    if name in chosen.SWITCHES:
        return TITLES[name]
    if name == "years":
        first, last = text.split(":")
        if int(last) >= NO_LAST:
            return f"Years: from {first}"
        return f"Years: {first}" if first == last else f"Years: {first} to {last}"
    return f"{TITLES[name]}: {value(name, text)}"


def draw(address: Address) -> None:
    """The chips; nothing where no filter is on."""
    pairs = address.filters.as_pairs()
    if not pairs and address.like is None:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="chips"):
        if address.like is not None:
            _chip(f"Similar to PMID {address.like}", replace(address, like=None, page=1))
        for name, text in pairs:
            _chip(named(name, text), replace(address, filters=without(address.filters, name, text), page=1))
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


def _chip(text: str, rest: Address) -> None:
    short = text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"
    st.button(
        label(short),
        icon=":material/close:",
        icon_position="right",
        key=f"chip-{text}",
        on_click=_remove,
        args=(rest,),
    )


def _remove(rest: Address) -> None:
    focus.move(focus.RESULTS)
    rest.write()
