"""The records that the visitor marked: across searches and topics, in the order of marking, until the page is loaded
anew or closed.
"""

from collections.abc import Iterable

import streamlit as st

Marked = tuple[str, int]
"""A topic's name, and the PMID of a record of it."""


def all_marked() -> tuple[Marked, ...]:
    """What is marked, the first marked first."""
    return tuple(_kept())


def is_marked(topic: str, pmid: int) -> bool:
    """Whether the record is marked."""
    return (topic, pmid) in _kept()


def mark(topic: str, pmids: Iterable[int]) -> None:
    """Marks the records."""
    _kept().update(dict.fromkeys((topic, pmid) for pmid in pmids))


def unmark(topic: str, pmids: Iterable[int]) -> None:
    """Takes the marks away."""
    for pmid in pmids:
        _kept().pop((topic, pmid), None)


def clear() -> None:
    """Takes all marks away."""
    _kept().clear()


def checkbox(topic: str, pmid: int) -> None:
    """A box that marks the record."""
    key = f"mark-{topic}-{pmid}"
    st.session_state[key] = is_marked(topic, pmid)
    st.checkbox("Mark", key=key, on_change=_turn, args=(topic, pmid, key))


def _turn(topic: str, pmid: int, key: str) -> None:
    (mark if st.session_state[key] else unmark)(topic, [pmid])


def _kept() -> dict[Marked, None]:
    kept: dict[Marked, None] = st.session_state.setdefault("marked", {})
    return kept
