"""The pages of the app. They lead to each other, so that each is imported when it is drawn."""

import streamlit as st
from streamlit.navigation.page import Page


def search() -> Page:
    """The search page, which is shown first."""
    return st.Page(_search, title="pubsearch", url_path="search", default=True)


def record() -> Page:
    """The page of one record."""
    return st.Page(_record, title="Record – pubsearch", url_path="record")


def marked() -> Page:
    """The list of the records that the visitor marked."""
    return st.Page(_marked, title="Marked records – pubsearch", url_path="marked")


def topics() -> Page:
    """The page of the topics: what there is, and what a librarian does with it."""
    return st.Page(_topics, title="Topics – pubsearch", url_path="topics")


def _search() -> None:
    from pubsearch.ui import search

    search.page()


def _record() -> None:
    from pubsearch.ui import record

    record.page()


def _marked() -> None:
    from pubsearch.ui import marked_list

    marked_list.page()


def _topics() -> None:
    from pubsearch.ui import topics

    topics.page()
