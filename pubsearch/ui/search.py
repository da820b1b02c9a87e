"""The search page: one box, the records that answer it, and what narrows them."""

import math
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import streamlit as st

from pubsearch.errors import PubsearchError, QueryError, UserError
from pubsearch.search.order import Sort
from pubsearch.search.results import Results
from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library
from pubsearch.ui import (
    asking,
    freshness,
    hit,
    narrowed,
    narrowing,
    opened,
    pressing,
    render,
    saying,
    states,
    taking,
    visited,
    wording,
)
from pubsearch.ui.address import PER_PAGE, Address
from pubsearch.ui.focus import RESULTS, move, settle
from pubsearch.ui.pressing import Pressed
from pubsearch.ui.summary import render_summary

STYLE = Path(__file__).with_name("style.css")
SORTS: dict[Sort, str] = {"relevance": "Relevance", "recent": "Relevance, recent first", "date": "Newest"}


def page() -> None:
    """Draws the page that the address asks for; whatever fails is said in one sentence."""
    st.html(STYLE)
    try:
        _page(Library())
    except PubsearchError as error:
        st.html(render.render_note(str(error), kind="error"))
        settle()
    st.html(render.render_note(wording.FOOTER, kind="small"))


def warm_up() -> None:
    """Opens the topic that is shown first and loads its model; whatever fails is said where a visitor asks."""
    library = Library()
    with suppress(PubsearchError):
        if names := library.names():
            opened.searcher(_first(library, names)).search("a question", with_facets=True)


def _page(library: Library) -> None:
    names = library.names()
    if not names:
        st.title("pubsearch", anchor=False)
        states.no_topic()
        return
    try:
        address = Address.read()
    except UserError as error:
        states.unreadable(error)
        return
    address = address if address.topic else replace(address, topic=_first(library, names))
    pressed = pressing.pressed()
    if pressed and pressed.act == render.SIMILAR:
        move(RESULTS)
        address = hit.similar(pressed.pmid, address)
        address.write()
    with st.container(key="ask", gap="small"):
        asking.head(library, names, address)
        topic = library.topic(address.topic)
        asking.box(address)
        with st.skeleton(height=480):
            searcher = opened.searcher(topic.name)
            manifest = searcher.manifest
            # from here on a label that somebody typed is the one that the list and the facets have
            address = replace(address, filters=searcher.as_had(address.filters))
        asking.controls(address, topic.about, manifest)
        freshness.warn(topic, manifest)
    if address.asks:
        _answered(searcher, address, manifest.version, pressed)
    else:
        states.start(searcher, address)
        settle()


def _first(library: Library, names: list[str]) -> str:
    """The first topic that can be searched, else the first."""
    return next((name for name in names if _is_served(library, name)), names[0])


def _is_served(library: Library, name: str) -> bool:
    """Whether the topic can be searched; one that is damaged must not hide the others."""
    with suppress(PubsearchError):
        return library.topic(name).served() is not None
    return False


def _answered(searcher: Searcher, address: Address, version: str, pressed: Pressed | None) -> None:
    asked = address.q.strip() or (f"Similar to PMID {address.like}" if address.like else "All records")
    st.set_page_config(page_title=f"{asked} – pubsearch")
    try:
        with st.skeleton(height=480):
            results = _results(searcher, address)
    except QueryError as error:
        states.fault(address.q, error)
        settle()
        return
    if results.version != version:
        st.rerun()  # a new one was served since: what stands above is of the old one
    visited.keep(address, results.total)
    with st.container(key="answer"):
        beside, main = st.columns([27, 80], gap="large")
    # The list is what the reader waits for; it is drawn first.
    with main:
        _list(results, address, searcher)
    with beside:
        narrowing.draw(results.facets, address, searcher)
    if pressed:
        hit.show(pressed, results)
    settle(saying.counts(results))


def _results(searcher: Searcher, address: Address) -> Results:
    """The page of the answer that the address asks for, the last one where it has fewer."""
    results = _page_of(searcher, address)
    last = max(math.ceil(results.total / address.per), 1)
    return results if address.page <= last else _page_of(searcher, replace(address, page=last))


def _page_of(searcher: Searcher, address: Address) -> Results:
    offset = (address.page - 1) * address.per
    if address.like is not None:
        return searcher.similar(
            address.like, address.per, offset, sort=address.sort, filters=address.filters, with_facets=True
        )
    return searcher.search(
        address.query,
        address.per,
        offset,
        sort=address.sort,
        rank=address.rank,
        exact=address.exact,
        filters=address.filters,
        with_facets=True,
    )


def _list(results: Results, address: Address, searcher: Searcher) -> None:
    st.html(render_summary(results))
    narrowed.draw(address)
    if not results.total:
        states.nothing(results, address)
        return
    states.misspelt(results, address)
    if results.ranks and not results.ranked:
        states.unranked(results, address)
    _order(address)
    taking.bar(results, address, searcher)
    with st.container(key="hits"):
        for found in results.hits:
            hit.draw(found, results, address)
    last = math.ceil(results.total / address.per)
    if last > 1:
        st.session_state.turn = min(address.page, last)
        st.pagination(last, key="turn", on_change=_turn, args=(address,))


def _order(address: Address) -> None:
    """In which order, and how many on a page."""
    st.session_state.sort, st.session_state.per = address.sort, address.per
    with st.container(horizontal=True, vertical_alignment="center", key="order"):
        st.segmented_control(
            "Sort by",
            list(SORTS),
            format_func=SORTS.__getitem__,
            required=True,
            key="sort",
            on_change=_reorder,
            args=(address,),
        )
        st.segmented_control("Per page", PER_PAGE, required=True, key="per", on_change=_reorder, args=(address,))


def _reorder(address: Address) -> None:
    replace(address, sort=st.session_state.sort, per=st.session_state.per, page=1).write()


def _turn(address: Address) -> None:
    move(RESULTS)
    replace(address, page=st.session_state.turn).write()
