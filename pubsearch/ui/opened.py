"""What all visitors share: one searcher for each topic, and what it says of the topic that is costly to ask."""

from pathlib import Path

import streamlit as st

from pubsearch.errors import StorageError
from pubsearch.search.searcher import Searcher
from pubsearch.topic import currency
from pubsearch.topic.library import Library
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.topic import Topic


def searcher(topic: str) -> Searcher:
    """The searcher of the topic of that name.

    Raises:
        TopicError: there is no such topic, or its topic.toml is damaged.
    """
    return shared(str(Library().topic(topic).folder))


@st.cache_resource(show_spinner=False)
def shared(folder: str) -> Searcher:
    """The searcher of the topic in `folder`; it notices by itself when a new version is served."""
    return Searcher(Topic(Path(folder)))


def as_of(topic: str) -> str | None:
    """`currency.as_of` of what the topic serves, at most a minute old: each result with a notice asks for it. None too
    where a run's file is damaged, which takes no record away.

    Raises:
        PubsearchError: the topic, its version or its model is not there, or damaged.
    """
    return _as_of(topic, searcher(topic).manifest)


@st.cache_data(show_spinner=False, ttl=60, hash_funcs={Manifest: lambda manifest: manifest.version})
def _as_of(topic: str, manifest: Manifest) -> str | None:
    try:
        return currency.as_of(Library().topic(topic), manifest)
    except StorageError:
        return None
