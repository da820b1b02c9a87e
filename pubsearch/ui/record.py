"""The page of one record: everything that PubMed says of it, its neighbours in the list, and records like it."""

from dataclasses import replace

import streamlit as st

from pubsearch.errors import PubsearchError, UserError
from pubsearch.record import Record
from pubsearch.search.searcher import Searcher
from pubsearch.ui import citing, copying, exporting, focus, marked, opened, pages, render, taking, wording
from pubsearch.ui.address import Address
from pubsearch.ui.exporting import Part, Wanted
from pubsearch.ui.labels import label
from pubsearch.ui.render_record import render_details, render_record
from pubsearch.ui.search import STYLE

RELATED = 5
TITLE = ".ps-record-title"
_TITLE_CHARACTERS = 110


def page() -> None:
    """Draws the record that the address names; whatever fails is said in one sentence."""
    st.html(STYLE)
    try:
        address = Address.read()
        with st.container(key="record-page"):
            _page(address)
    except PubsearchError as error:
        st.html(render.render_note(str(error), kind="error"))
        st.page_link(pages.search(), label="To the search", icon=":material/search:")
    st.html(render.render_note(wording.FOOTER, kind="small"))


def _page(address: Address) -> None:
    if not address.topic or address.pmid is None:
        raise UserError("The address names no record: write /record?topic=NAME&pmid=PMID.")
    searcher = opened.searcher(address.topic)
    record = searcher.record(address.pmid)
    st.set_page_config(page_title=f"{record.title or wording.NO_TITLE} – pubsearch")
    _ways(searcher, address)
    st.html(render_record(record, opened.as_of(address.topic)))
    _actions(address, record)
    st.html(render_details(record))
    _related(searcher, address.topic, address.pmid)
    focus.settle()


def _ways(searcher: Searcher, address: Address) -> None:
    """Back to the list, and to the records before and after this one in it."""
    address = replace(address, filters=searcher.as_had(address.filters))
    listed = address.asks
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="ways"):
        back = replace(address, pmid=None)
        named = "Back to results" if listed else "To the search"
        st.page_link(pages.search(), label=named, icon=":material/arrow_back:", query_params=back.pairs())
        if listed:
            before, place, total, after = neighbours(searcher, address)
            _way("Previous", ":material/chevron_left:", address, before)
            if place:
                st.html(render.render_note(f"{place:,} of {total:,}", kind="small"), width="content")
            _way("Next", ":material/chevron_right:", address, after)


def neighbours(searcher: Searcher, address: Address) -> tuple[int | None, int | None, int, int | None]:
    """The PMID before the address's record in the list that it describes, the record's place from 1, the number of
    records in the list, and the PMID after; None for what is not there."""
    pmids = taking.selected(searcher, address).pmids
    if address.pmid not in pmids:
        return None, None, len(pmids), None
    place = pmids.index(address.pmid)
    before = pmids[place - 1] if place else None
    after = pmids[place + 1] if place + 1 < len(pmids) else None
    return before, place + 1, len(pmids), after


def _way(named: str, icon: str, address: Address, pmid: int | None) -> None:
    # A page link to the page that is shown would leave the address as it is (Streamlit 1.67).
    to = replace(address, pmid=pmid)
    st.button(named, icon=icon, type="tertiary", disabled=pmid is None, on_click=_go, args=(to,))


def _go(to: Address) -> None:
    focus.move(TITLE)
    to.write()


def _actions(address: Address, record: Record) -> None:
    topic = address.topic
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="record-actions"):
        marked.checkbox(topic, record.pmid)
        taking.marked_link()
        similar = Address(topic=topic, like=record.pmid, per=address.per)
        st.page_link(pages.search(), label="Similar", icon=":material/hub:", query_params=similar.pairs())
        _cite(record)
        this = Part(topic, [record.pmid], [record])
        exporting.popover([Wanted("This record", topic, 1, lambda: [this])], key="export-record")
        copying.buttons()


@st.fragment
def _cite(record: Record) -> None:
    citing.popover(record, "cite")


def _related(searcher: Searcher, topic: str, pmid: int) -> None:
    """Links to the records that are most like this one by what they mean."""
    hits = [hit for hit in searcher.similar(pmid, RELATED + 1).hits if hit.pmid != pmid][:RELATED]
    if not hits:
        return
    st.html(render.render_part("Related records"))
    with st.container(key="related", gap=None):
        for hit in hits:
            title = hit.record.title or wording.NO_TITLE
            short = title if len(title) <= _TITLE_CHARACTERS else f"{title[:_TITLE_CHARACTERS]}…"
            to = Address(topic=topic, pmid=hit.pmid)
            st.button(
                label(f"{short} ({hit.record.year or 'no year'})"),
                icon=":material/article:",
                type="tertiary",
                key=f"related-{hit.pmid}",
                on_click=_go,
                args=(to,),
            )
