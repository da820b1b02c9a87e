"""What a reader takes away from a list: marks, files, print, the link, the record of the search."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

import streamlit as st

from pubsearch.errors import PubsearchError, StorageError
from pubsearch.search.results import Results, Selection
from pubsearch.search.searcher import Searcher
from pubsearch.topic import journal
from pubsearch.topic.library import Library
from pubsearch.ui import copying, exporting, marked, opened, pages, search_record
from pubsearch.ui.address import Address
from pubsearch.ui.exporting import Part, Wanted
from pubsearch.ui.render import render_legend, render_note

HIGHLIGHTS = "highlights"
"""Under this key the session says whether marks are shown."""


def bar(results: Results, address: Address, searcher: Searcher) -> None:
    """The bar above a list; `address` is that of the list."""
    pmids = tuple(hit.pmid for hit in results.hits)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="taking"):
        _mark_page(results.topic, pmids)
        marked_link()
        exporting.popover(_wanted(results, address, searcher))
        _search_record(results, address, searcher)
        copying.buttons()
        if results.terms:
            st.toggle("Highlights", value=True, key=HIGHLIGHTS, persist_state="session")
    if results.terms and st.session_state.get(HIGHLIGHTS, True):
        st.html(render_legend())


def selected(searcher: Searcher, address: Address) -> Selection:
    """All records of the list that the address describes, in its order."""
    if address.like is not None:
        return searcher.select_similar(address.like, sort=address.sort, filters=address.filters)
    return searcher.select(
        address.query, sort=address.sort, rank=address.rank, exact=address.exact, filters=address.filters
    )


def marked_link() -> None:
    """The way to the list of what is marked, with its number."""
    number = len(marked.all_marked())
    st.page_link(pages.marked(), label=f"Marked ({number:,})", icon=":material/bookmarks:")


def all_marked() -> Wanted:
    """All that is marked now; a record that is marked in several topics once, as the first of them has it."""
    first: dict[int, str] = {}
    for topic, pmid in marked.all_marked():
        first.setdefault(pmid, topic)
    chosen: defaultdict[str, list[int]] = defaultdict(list)
    for pmid, topic in first.items():
        chosen[topic].append(pmid)
    return Wanted("Marked", "marked", len(first), lambda: [_part(topic, pmids) for topic, pmids in chosen.items()])


def _part(topic: str, pmids: Sequence[int]) -> Part:
    searcher = opened.searcher(topic)
    return Part(topic, pmids, (searcher.record(pmid) for pmid in pmids))


def _mark_page(topic: str, pmids: tuple[int, ...]) -> None:
    whole = all(marked.is_marked(topic, pmid) for pmid in pmids)
    st.button(
        "Unmark page" if whole else "Mark page",
        icon=":material/check_box:" if whole else ":material/check_box_outline_blank:",
        type="tertiary",
        key="mark-page",
        on_click=marked.unmark if whole else marked.mark,
        args=(topic, pmids),
    )


def _wanted(results: Results, address: Address, searcher: Searcher) -> list[Wanted]:
    """This page, all results, and what is marked."""
    hits, topic = results.hits, results.topic
    here = Part(topic, [hit.pmid for hit in hits], [hit.record for hit in hits])

    def whole() -> list[Part]:
        _redraw(results, searcher)
        found = selected(searcher, address)
        return [Part(topic, found.pmids, found.records)]

    return [
        Wanted("This page", topic, len(hits), lambda: [here]),
        Wanted("All results", topic, results.total, whole),
        all_marked(),
    ]


@st.fragment
def _search_record(results: Results, address: Address, searcher: Searcher) -> None:
    menu = st.popover("Search record", icon=":material/history_edu:", type="tertiary", on_change="rerun", key="record")
    if menu.open:
        with menu:
            _redraw(results, searcher)
            url = st.context.url or ""
            try:
                topic = Library().topic(results.topic)
                said = search_record.text(results, address, topic, searcher.manifest, journal.now(), url)
            except StorageError:
                # its own words name a file of the server, which is no visitor's business
                said = "What is kept of this topic's updates cannot be read: run pubsearch verify"
                st.html(render_note(f"{said} {results.topic}.", kind="error"))
            except PubsearchError as error:
                st.html(render_note(str(error), kind="error"))
            else:
                st.code(said, language=None, wrap_lines=True)


def _redraw(results: Results, searcher: Searcher) -> None:
    """Draws the page anew where another version is served by now: the list on it is none of that one's."""
    with suppress(PubsearchError):
        if searcher.manifest.version != results.version:
            st.rerun()
