"""One result of a list: what it is, where it can be read, and what can be done with it."""

from dataclasses import replace
from urllib.parse import urlencode

import streamlit as st

from pubsearch.search.results import Hit, Results
from pubsearch.ui import citing, explained, marked, opened, pages, render, wording
from pubsearch.ui.address import Address
from pubsearch.ui.notices import notices
from pubsearch.ui.pressing import Pressed
from pubsearch.ui.taking import HIGHLIGHTS


def draw(hit: Hit, results: Results, address: Address) -> None:
    """Draws the result with its actions; `address` is that of the list."""
    # Only what is shown is asked for: few records have a notice.
    as_of = opened.as_of(results.topic) if notices(hit.record) else None
    page = replace(address, pmid=hit.pmid)
    shown = render.render_hit(
        hit,
        results.best,
        page=f"{pages.record().url_path}?{urlencode(page.pairs())}",
        similar=f"?{urlencode(similar(hit.pmid, address).pairs())}",
        highlights=st.session_state.get(HIGHLIGHTS, True),
        as_of=as_of,
    )
    st.html(shown)
    marked.checkbox(results.topic, hit.pmid)


def similar(pmid: int, address: Address) -> Address:
    """The address of the records like that one, listed as those of `address` are."""
    return Address(topic=address.topic, like=pmid, per=address.per)


def show(pressed: Pressed, results: Results) -> None:
    """Opens what a result was asked for; nothing where it is no longer in the list."""
    for hit in results.hits:
        if hit.pmid == pressed.pmid and pressed.act in _OPENED:
            _OPENED[pressed.act](hit, results)


@st.dialog(wording.CITE, width="medium")
def _cite(hit: Hit, _: Results) -> None:
    citing.styles(hit.record)


@st.dialog(wording.WHY, width="medium")
def _why(hit: Hit, results: Results) -> None:
    explained.draw(results.explain(hit.pmid))


_OPENED = {render.CITE: _cite, render.WHY: _why}
