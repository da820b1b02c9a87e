"""The list of all topics: how many records each has, of when, how large it is, and whether all is well."""

import streamlit as st

from pubsearch.topic.library import Library
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
    names = library.names()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.title(f"Topics ({len(names):,})", anchor=False, width="content")
        if not reason:
            plan = TopicsAddress.planning()
            st.button("New topic", icon=":material/add:", type="primary", on_click=plan.write)
    topics_doing.said()
    if not names:
        st.html(render.render_note(NONE, FIRST))
    running = {job.topic for job in topics_doing.jobs().all() if job.state == "running"}
    with st.container(key="topics", gap=None):
        for name in names:
            _row(known(library.path / name), name in running)
    if reason:
        st.html(render.render_note(reason, kind="small"))


def _row(overview: Overview, running: bool) -> None:
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
        if running:
            st.fragment(_progress, run_every=topics_jobs.SECONDS)(overview.name)


def _progress(topic: str) -> None:
    job = next(iter(topics_jobs.of(topic)), None)
    if job is None or job.state != "running":
        st.rerun()
    st.html(render.render_note(topics_wording.job(job), kind="small"))
    topics_jobs.progress(job)
