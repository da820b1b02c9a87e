"""The page of the marked records: read, taken away, or let go."""

import streamlit as st

from pubsearch.errors import PubsearchError
from pubsearch.ui import citing, copying, exporting, focus, marked, opened, pages, render, taking, wording
from pubsearch.ui.address import Address
from pubsearch.ui.search import STYLE


def page() -> None:
    """Draws the list; whatever fails is said in one sentence."""
    st.html(STYLE)
    st.page_link(pages.search(), label="To the search", icon=":material/arrow_back:")
    chosen = marked.all_marked()
    st.title(f"Marked records ({len(chosen):,})", anchor=False)
    st.html(render.render_note(wording.MARKS_GO, kind="small"))
    if not chosen:
        st.html(render.render_note(*wording.NOTHING_MARKED))
    else:
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="taking"):
            exporting.popover([taking.all_marked()], key="export-marked")
            copying.buttons(link=False)  # the list is this visit's: its address shows others none of it
            st.button("Clear all", icon=":material/delete:", type="tertiary", on_click=marked.clear)
        for topic, pmid in chosen:
            _draw(topic, pmid)
    focus.settle(first=focus.NOWHERE)
    st.html(render.render_note(wording.FOOTER, kind="small"))


def _draw(topic: str, pmid: int) -> None:
    """One record; one that its topic no longer has is named, and can be let go."""
    try:
        record = opened.searcher(topic).record(pmid)
        as_of = opened.as_of(topic)
    except PubsearchError as error:
        st.html(render.render_note(f"PMID {pmid}: {error}"))
        st.button("Remove", key=f"remove-{topic}-{pmid}", on_click=marked.unmark, args=(topic, [pmid]))
        return
    st.html(render.render_entry(record, as_of))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"actions-{topic}-{pmid}"):
        st.button(
            "Remove",
            icon=":material/bookmark_remove:",
            type="tertiary",
            key=f"remove-{topic}-{pmid}",
            on_click=marked.unmark,
            args=(topic, [pmid]),
        )
        to = Address(topic=topic, pmid=pmid)
        st.page_link(pages.record(), label="Record", icon=":material/article:", query_params=to.pairs())
        _cite(topic, pmid)


@st.fragment
def _cite(topic: str, pmid: int) -> None:
    citing.popover(opened.searcher(topic).record(pmid), f"cite-{topic}-{pmid}")
