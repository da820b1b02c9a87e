"""What PubMed makes of a query before a topic is made of it: how many records, how it was read, and some of them."""

import io

import streamlit as st

from pubsearch import byline
from pubsearch.entrez import xml
from pubsearch.entrez.client import MAX_PMIDS, Client, SearchAnswer
from pubsearch.errors import PubsearchError, QueryError
from pubsearch.record import Record
from pubsearch.settings import Settings
from pubsearch.topic import journal
from pubsearch.topic.library import Library
from pubsearch.ui import render, render_topics, topics_estimate, topics_wording

SAMPLE = 10
_NAMES = ("Fetching takes about", "Building takes about", "Disk needed, about")
UNREACHABLE = "The topic can be created all the same: the query is asked for again as it is fetched."
CUT = f"PubMed gives {MAX_PMIDS:,} at once: the query will be cut by PMID, and all of them fetched."


def draw(query: str, model: str) -> None:
    """The count, PubMed's translation and warnings, what the topic would take, and the newest records."""
    try:
        with st.spinner("Asking PubMed…"):
            found = _count(query)
    except QueryError as error:
        st.html(render.render_note(str(error), kind="error"))
        return
    except PubsearchError as error:
        st.html(render.render_note(str(error), UNREACHABLE, kind="error"))
        return
    st.html(render.render_part(f"{byline.records(found.count)} in PubMed"))
    for warning in found.warnings:
        st.html(render.render_note(warning, kind="stale"))
    if found.count > MAX_PMIDS:
        st.html(render.render_note(CUT, kind="small"))
    st.html(render.render_note("PubMed reads it as:", kind="small"))
    st.html(render_topics.render_query(found.query_translation or "nothing"))
    if found.pmids:
        _expected(found.count, model)
        _sample(found.pmids)


def _expected(count: int, model: str) -> None:
    expected = topics_estimate.estimate(count, model, _measured(model))
    times = map(topics_wording.duration, (expected.fetching, expected.building))
    texts = (*times, topics_wording.size(round(expected.size)))
    named = zip(_NAMES, texts, expected.sources, strict=True)
    st.html(render_topics.render_facts((name, f"{text} ({source})") for name, text, source in named))


def _sample(pmids: tuple[int, ...]) -> None:
    try:
        with st.spinner("Fetching a sample…"):
            records, fetched = _records(pmids)
    except PubsearchError as error:
        st.html(render.render_note(str(error), kind="error"))
        return
    st.html(render.render_part(f"The newest {len(records)} of them"))
    for record in records:
        st.html(render.render_entry(record, fetched))


@st.cache_data(show_spinner=False, ttl=600, max_entries=100)
def _count(query: str) -> SearchAnswer:
    return Client(Settings()).esearch(query, retmax=SAMPLE)


@st.cache_data(show_spinner=False, ttl=600, max_entries=100)
def _records(pmids: tuple[int, ...]) -> tuple[list[Record], str]:
    """The records, and when they were fetched (ISO 8601)."""
    found = xml.parse(io.BytesIO(Client(Settings()).efetch(pmids)), "PubMed's answer")
    return [record for record in found if isinstance(record, Record)], journal.now().isoformat()


@st.cache_data(show_spinner=False, ttl=60)
def _measured(model: str) -> topics_estimate.Rates:
    return topics_estimate.measured(Library(), model)
