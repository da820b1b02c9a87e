"""What all visitors share: one searcher for each topic, and what it says of the topic that is costly to ask."""

from pathlib import Path

import streamlit as st

from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library
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


@st.cache_data(show_spinner=False, ttl=60)
def as_of(topic: str) -> str | None:
    """`Topic.as_of` of the topic of that name, at most a minute old: each result with a notice asks for it."""
    return Library().topic(topic).as_of()
