"""The list of all topics: how many records each has, of when, how large it is, and whether all is well."""

from dataclasses import dataclass

import streamlit as st

from pubsearch.topic.library import Library
from pubsearch.topic.lock import Writer
from pubsearch.ui import pages, render, render_topics, topics_doing, topics_jobs, topics_wording
from pubsearch.ui.labels import label
from pubsearch.ui.topics_address import TopicsAddress
from pubsearch.ui.topics_overview import Overview, known

NONE = "There is no topic yet."
FIRST = "A topic is a collection of PubMed records that a query finds, kept on this machine and searched by meaning."


def page(library: Library) -> None:
    """Draws the list.

    Raises:
        StorageError: the library's folder cannot be read, or a job's file is damaged.
    """
    reason = topics_doing.reading_only()
    st.page_link(pages.search(), label="To the search", icon=":material/arrow_back:")
    now = _now(library)
    names = now.names
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(f"Topics ({len(names):,})", anchor=False, width="content")
        if not reason:
            plan = TopicsAddress.planning()
            st.button("New topic", icon=":material/add:", type="primary", on_click=plan.write)
    topics_doing.said()
    if not names:
        st.html(render.render_note(NONE, FIRST))
    with st.container(key="topics", gap=None):
        for name in names:
            _row(known(library.path / name), name in now.running, now.others.get(name))
    if reason:
        st.html(render.render_note(reason, kind="small"))
    st.fragment(_watch, run_every=topics_jobs.WATCH_SECONDS)(library, now)


@dataclass(frozen=True, slots=True)
class _Now:
    """Which topics there are, which have a job that runs, and which of the others a process writes."""

    names: list[str]
    running: set[str]
    others: dict[str, Writer]


def _now(library: Library) -> _Now:
    names = library.names()
    running = {job.topic for job in topics_doing.jobs().all() if job.state == "running"}
    others = {name: topics_jobs.writer(name) for name in names if name not in running}
    return _Now(names, running, {name: writer for name, writer in others.items() if writer})


def _watch(library: Library, drawn: _Now) -> None:
    """Draws the list anew where topics came or went, or work on them began or ended; a job may be started anywhere."""
    if _now(library) != drawn:
        st.rerun()


def _row(overview: Overview, running: bool, other: Writer | None) -> None:
    with st.container(key=f"topic-row-{overview.name}", gap=None):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                label(overview.title),
                type="tertiary",
                key=f"open-{overview.name}",
                on_click=TopicsAddress(topic=overview.name).write,
            )
            st.html(render_topics.render_health(overview.health), width="content")
        facts = [
            ("Name", overview.name),
            ("Records", topics_wording.records(overview.records)),
            ("Updated", overview.updated),
            ("Model", overview.about.model if overview.about else "unknown"),
            ("Size", topics_wording.size(overview.size)),
        ]
        st.html(render_topics.render_facts(facts))
        if overview.said:
            st.html(render.render_note(overview.said, kind="stale"))
        if other:
            st.html(render.render_note(topics_wording.elsewhere(other), kind="small"))
        if running:
            st.fragment(_progress, run_every=topics_jobs.SECONDS)(overview.name)


def _progress(topic: str) -> None:
    job = next(iter(topics_jobs.of(topic)), None)
    if job is None or job.state != "running":
        st.rerun()
    st.html(render.render_note(topics_wording.job(job), kind="small"))
    topics_jobs.progress(job)
