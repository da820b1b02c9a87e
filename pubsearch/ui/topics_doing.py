"""What a librarian may do on the page. Each asks who wants it at the moment that it is done, whatever was drawn.

What hinders it, or what was done, is said at the top of the page when that is drawn the next time.
"""

import contextlib
from collections.abc import Iterator, Sequence

import streamlit as st

from pubsearch.errors import PubsearchError, UserError
from pubsearch.topic.jobs import Jobs
from pubsearch.topic.library import Library
from pubsearch.ui import permission, render
from pubsearch.ui.topics_address import TopicsAddress

_SAID = "topics-said"


def said() -> None:
    """Draws what became of the last thing that was done, once."""
    if told := st.session_state.pop(_SAID, None):
        sentence, kind = told
        st.html(render.render_note(sentence, kind=kind))


def reading_only() -> str:
    """Why this visitor may change nothing; empty where they may."""
    try:
        permission.require_writer()
    except UserError as error:
        return str(error)
    return ""


def jobs() -> Jobs:
    """The jobs of the library."""
    return Jobs(Library().path)


def start(topic: str, command: Sequence[str]) -> None:
    """Starts a job on a topic."""
    with _told():
        by = permission.require_writer()
        jobs().start(topic, command, by)


def cancel(job: str) -> None:
    """Has a job stop at the end of its batch."""
    with _told():
        permission.require_writer()
        jobs().cancel(job)


def create(plan: TopicsAddress) -> None:
    """Makes the topic that is planned, starts to fetch and to build it where it has a query, and goes to it."""
    with _told():
        by = permission.require_writer()
        topic = Library().create(plan.name.strip(), plan.q, title=plan.title.strip(), model=plan.model.strip() or None)
        TopicsAddress(topic=topic.name).write()
        if topic.about.query:
            jobs().start(topic.name, ["update"], by)


def rollback(topic: str) -> None:
    """Has a topic serve the version before."""
    with _told():
        permission.require_writer()
        made = Library().topic(topic).rollback()
        _say(f"Version {made.version} is served again: {made.counts.records:,} records, model {made.model.name}.")


def delete(topic: str, typed: str) -> None:
    """Deletes a topic, where its name was typed, and goes to the list."""
    with _told():
        permission.require_writer()
        if typed.strip() != topic:
            raise UserError(f"Topic {topic} was not deleted: type its name, {topic}, to delete it.")
        Library().delete(topic)
        TopicsAddress().write()
        _say(f"Topic {topic} was deleted.")


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except PubsearchError as error:
        _say(str(error), "error")


def _say(sentence: str, kind: str = "note") -> None:
    st.session_state[_SAID] = sentence, kind
