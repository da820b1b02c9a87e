"""What the page says where there is no list to show: no topic, no question yet, a query with a fault, nothing found."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from pubsearch import byline
from pubsearch.errors import QueryError, UserError
from pubsearch.search import broader, titles
from pubsearch.search.filters import NAMES, Filters
from pubsearch.search.results import Part, Results
from pubsearch.search.searcher import Searcher
from pubsearch.ui import asking, narrowed, pages, render, saying, wording
from pubsearch.ui.address import EVERYTHING, Address
from pubsearch.ui.labels import label
from pubsearch.ui.summary import render_fault

_SHOWN_SUBJECTS = 6
_SHOWN_CHARACTERS = 60


def no_topic() -> None:
    """What to do where there is nothing to search."""
    st.html(render.render_note(*wording.NO_TOPIC))
    st.code(wording.NO_TOPIC_COMMANDS, language=None)
    st.page_link(pages.topics(), label="Make one on the Topics page", icon=":material/library_books:")


def unreadable(error: UserError) -> None:
    """An address that somebody changed, or that another pubsearch wrote, and the way out of it."""
    st.html(render.render_note(str(error), kind="error"))
    st.button("Start again", on_click=Address().write)


def start(searcher: Searcher, address: Address) -> None:
    """Questions to begin with: those that fit the topic, else its most frequent subjects."""
    questions = wording.EXAMPLES.get(address.topic) or _subjects(searcher)
    if questions:
        st.html(render.render_note(wording.TRY, kind="small"))
        with st.container(horizontal=True, gap="small", key="examples"):
            for question in questions:
                st.button(label(question), on_click=asking.ask, args=(address, question))
    st.button(
        "All records, newest first",
        type="tertiary",
        icon=":material/list:",
        on_click=asking.ask,
        args=(address, EVERYTHING),
    )


def fault(query: str, error: QueryError) -> None:
    """The query as it was typed, with a mark where it cannot be read."""
    st.html(render_fault(query, str(error), error.position))


def nothing(results: Results, address: Address) -> None:
    """Which part of the query or which filter leaves no record, and what is found without it."""
    st.html(render.render_note(*saying.nothing(results)))
    for place, part in enumerate(results.empty):
        # what stands for the question where there is none is no part of it
        if address.q.strip() or part.text != EVERYTHING:
            _part(part, place, address)
    if address.exact:
        st.button("Search without “Exact”", key="inexact", on_click=_go, args=(replace(address, exact=False, page=1),))


def misspelt(results: Results, address: Address) -> None:
    """The words of the question that no record has, each with those that it may have been meant for."""
    for place, one in enumerate(results.misspelt):
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"misspelt-{place}"):
            st.html(render.render_note(f"No record has “{one.word}”.", kind="part"), width="content")
            for word in one.instead:
                _meant(word, broader.respelt(address.q, one.word, word), f"{one.word}-{word}", address)


def unranked(results: Results, address: Address) -> None:
    """Nothing of the list has a word of the question, by itself or by its meaning; and what may rank all the same: the
    records that the filters left out, and meaning, where words alone ranked."""
    chosen = bool(address.filters.as_pairs())
    st.html(render.render_note(*saying.unranked(results, chosen or results.filters)))
    with st.container(horizontal=True, gap="small", key="rank-otherwise"):
        if chosen and results.terms:
            st.button("Clear all filters", key="unfiltered", on_click=narrowed.write, args=(address, Filters()))
        if results.rank == "words":
            st.button("Rank by meaning", on_click=_go, args=(replace(address, rank="meaning", page=1),))
            st.button("Rank by both", on_click=_go, args=(replace(address, rank="both", page=1),))


def _subjects(searcher: Searcher) -> Sequence[str]:
    facets = searcher.search(EVERYTHING, 1, with_facets=True).facets
    headings = next(facet for facet in facets if facet.name == "majors")
    return [count.label.lower() for count in headings.values[:_SHOWN_SUBJECTS] if count.records]


def _part(part: Part, place: int, address: Address) -> None:
    """One part with its number of records, and the ways on from it."""
    found = byline.records(part.records) if part.records else "no record"
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"part-{place}"):
        st.html(render.render_note(f"{_written(part)}: {found}", kind="part"), width="content")
        rest = _without(part, address)
        if rest is not None and part.without:
            st.button(f"Search without it ({part.without:,})", key=f"without-{place}", on_click=_go, args=(rest,))
        for word in part.instead:
            if meant := broader.meaning(address.q, part.text, word):
                _meant(word, meant, f"{place}-{word}", address)


def _meant(word: str, query: str, key: str, address: Address) -> None:
    to = replace(address, q=query, page=1)
    st.button(f"Did you mean {label(word)}?", key=f"instead-{key}", on_click=_go, args=(to,))


def _written(part: Part) -> str:
    text = part.text if len(part.text) <= _SHOWN_CHARACTERS else f"{part.text[:_SHOWN_CHARACTERS]}…"
    name, _, labels = text.partition(": ")
    return f"{titles.TITLES[name]}: {labels}" if labels and name in NAMES else text


def _without(part: Part, address: Address) -> Address | None:
    """The address of the answer without this part; None where nothing would be left to ask."""
    name, _, labels = part.text.partition(": ")
    if labels and name in NAMES:
        return replace(address, page=1, filters=narrowed.without(address.filters, name))
    rest = broader.without(address.q, part.text)
    return replace(address, q=rest, page=1) if rest else None


def _go(address: Address) -> None:
    address.write()
