"""One result of a list: what it is, where it can be read, and what can be done with it."""

from dataclasses import replace

import streamlit as st

from pubsearch.search.results import Hit, Results
from pubsearch.ui import citing, explained, focus, marked, opened, pages
from pubsearch.ui.address import Address
from pubsearch.ui.notices import notices
from pubsearch.ui.render import render_hit
from pubsearch.ui.taking import HIGHLIGHTS


def draw(hit: Hit, place: int, results: Results, address: Address) -> None:
    """Draws the result at that place of the list, with its actions; `address` is that of the list."""
    # Only what is shown is asked for: few records have a notice.
    as_of = opened.as_of(results.topic) if notices(hit.record) else None
    highlights = st.session_state.get(HIGHLIGHTS, True)
    st.html(render_hit(hit, results.best, highlights=highlights, as_of=as_of))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"actions-{hit.pmid}"):
        marked.checkbox(results.topic, hit.pmid)
        st.page_link(
            pages.record(),
            label="Record",
            icon=":material/article:",
            query_params=replace(address, topic=results.topic, pmid=hit.pmid).pairs(),
        )
        similar = Address(topic=results.topic, like=hit.pmid, per=address.per)
        st.button(
            "Similar",
            icon=":material/hub:",
            type="tertiary",
            key=f"similar-{hit.pmid}",
            on_click=_go,
            args=(similar,),
        )
        _opened(hit, place, results)


def _go(address: Address) -> None:
    focus.move(focus.RESULTS)
    address.write()


@st.fragment
def _opened(hit: Hit, place: int, results: Results) -> None:
    """What is made when it is opened, without a run of the whole page."""
    # Named by place: a browser redraws what has kept its name faster than it makes anew what has not.
    citing.popover(hit.record, f"cite-{place}")
    if hit.highlights:
        why = st.popover(
            "Why this paper?",
            icon=":material/bar_chart:",
            type="tertiary",
            on_change="rerun",
            key=f"why-{place}",
        )
        if why.open:
            with why:
                explained.draw(results.explain(hit.pmid))
