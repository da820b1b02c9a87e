"""One topic's own view: what is known of it, what runs, what a librarian may do with it, and its history."""

from collections.abc import Sequence

import streamlit as st

from pubsearch.errors import PubsearchError
from pubsearch.index import models
from pubsearch.settings import Settings
from pubsearch.topic import manifest
from pubsearch.topic.jobs import Job
from pubsearch.topic.layout import VERSIONS
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from pubsearch.ui import pages, render, render_topics, topics_doing, topics_history, topics_jobs, topics_wording
from pubsearch.ui.address import Address
from pubsearch.ui.labels import label
from pubsearch.ui.topics_address import TopicsAddress
from pubsearch.ui.topics_new import MODEL_HELP
from pubsearch.ui.topics_overview import Overview, known

OF_FILES = "It has no query: it is made of files, by pubsearch import."
GO_BACK = "The version before, {}, is checked and served again, until a build or an update brings something new."
DELETES = "This deletes the topic with its records, vectors and indexes. Nothing brings it back."
BUTTONS = {
    "update": (
        "Update",
        ":material/sync:",
        "Fetches what is new, revised or retracted, then builds if anything changed.",
    ),
    "ingest": ("Fetch only", ":material/download:", "Fetches what the topic has not yet, and builds nothing."),
    "verify": ("Check", ":material/fact_check:", "Reads every file of the topic, and names what is damaged."),
    "vacuum": ("Clean up", ":material/mop:", "Drops the vectors that no build would use again."),
}


def page(library: Library, address: TopicsAddress) -> None:
    """Draws the topic that the address names.

    Raises:
        TopicError: there is no such topic.
        StorageError: a job's file is damaged.
    """
    writes = not topics_doing.reading_only()
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="topic-ways"):
        st.button("All topics", icon=":material/arrow_back:", type="tertiary", on_click=TopicsAddress().write)
        st.page_link(
            pages.search(),
            label="Search this topic",
            icon=":material/search:",
            query_params=Address(topic=address.topic).pairs(),
        )
    if address.topic not in library.names():
        library.topic(address.topic)  # which says so
    overview = known(library.path / address.topic)
    st.title(label(overview.title), anchor=False)
    st.set_page_config(page_title=f"{overview.title} – Topics – pubsearch")
    topics_doing.said()
    jobs = topics_jobs.of(address.topic)
    running = topics_jobs.is_running(jobs)
    other = None if running else topics_jobs.writer(address.topic)
    busy = running or other is not None
    _known(overview, jobs)
    if writes:
        _buttons(overview, busy)
    topics_jobs.panel(address.topic, running, other)
    if overview.about:
        _of_files(library.topic(address.topic), address, writes and not busy)
    if writes:
        _deletion(address.topic)


def _known(overview: Overview, jobs: Sequence[Job]) -> None:
    st.html(render_topics.render_health(overview.health))
    if overview.said:
        st.html(render.render_note(overview.said, kind="stale"))
    about = overview.about
    if about is None:
        return
    facts = [
        ("Name", overview.name),
        ("Records", topics_wording.records(overview.records)),
        ("Updated", overview.updated),
        ("Model", about.model),
        ("Size on disk", topics_wording.size(overview.size)),
        ("Created", topics_wording.moment(about.created)),
    ]
    checks = (job for job in jobs if job.command[0] == "verify" and job.state in ("done", "failed"))
    if check := next(checks, None):
        facts.append(("Last check", topics_wording.checked(check)))
    st.html(render_topics.render_facts(facts))
    if about.query:
        st.html(render_topics.render_query(about.query))
    else:
        st.html(render.render_note(OF_FILES, kind="small"))


def _buttons(overview: Overview, busy: bool) -> None:
    """What starts a job; nothing can be pressed while one runs, or another process writes."""
    has_query = bool(overview.about and overview.about.query)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="topic-actions"):
        for command, (name, icon, help_) in BUTTONS.items():
            st.button(
                name,
                icon=icon,
                help=help_,
                type="primary" if command == "update" else "secondary",
                disabled=busy or (command == "ingest" and not has_query),
                key=f"start-{command}",
                on_click=topics_doing.start,
                args=(overview.name, [command]),
            )
        with st.popover("Build…", icon=":material/build:", disabled=busy), st.form("build", border=False):
            model = overview.about.model if overview.about else Settings().model
            options = dict.fromkeys([model, models.canonical(Settings().model), models.BUNDLED])
            st.selectbox("Model", list(options), key="build-model", accept_new_options=True, help=MODEL_HELP)
            st.form_submit_button("Build", type="primary", on_click=_build, args=(overview.name, model))


def _build(topic: str, model: str) -> None:
    topics_doing.start(topic, build_command(model, st.session_state["build-model"]))


def build_command(model: str, chosen: str) -> list[str]:
    """The command that builds a topic of the `model`; to name that one again would ask its hub for a newer."""
    return ["build"] if chosen == model else ["build", "--model", chosen]


def _of_files(topic: Topic, address: TopicsAddress, writes: bool) -> None:
    """What the files of the topic tell; where one is damaged, that is said in its place."""
    try:
        _versions(topic, writes)
        topics_history.draw(topic, address)
    except PubsearchError as error:
        st.html(render.render_note(str(error), kind="error"))


def _versions(topic: Topic, writes: bool) -> None:
    served, there = topic.served(), topic.versions()
    if not there:
        return
    st.html(render.render_part("Versions"))
    for name in reversed(there):
        st.html(render.render_note(_version(topic, name, is_served=name == served), kind="small"))
    older = [name for name in there if name != served and served in there and there.index(name) < there.index(served)]
    if writes and older:
        with st.popover("Go back…", icon=":material/undo:"):
            st.html(render.render_note(GO_BACK.format(older[-1]), kind="small"))
            st.button("Serve it again", key="rollback", on_click=topics_doing.rollback, args=(topic.name,))


def _version(topic: Topic, name: str, *, is_served: bool) -> str:
    state = "served" if is_served else "kept"
    try:
        made = manifest.load(topic.folder / VERSIONS / name, topic.name)
    except PubsearchError as error:
        return f"{name} ({state}): {error}"
    counts = f"{made.counts.records:,} records, {made.counts.retracted:,} of them retracted"
    return f"{topics_wording.moment(made.created)} ({state}): {counts}, model {made.model.name}, named {name}"


def _deletion(topic: str) -> None:
    st.html(render.render_part("Delete"))
    with (
        st.popover("Delete this topic…", icon=":material/delete:"),
        st.form("delete", border=False, clear_on_submit=True),
    ):
        st.html(render.render_note(DELETES, kind="small"))
        st.text_input(f"Type the topic's name, {label(topic)}", key="delete-name", autocomplete="off")
        st.form_submit_button("Delete", type="primary", on_click=_delete, args=(topic,))


def _delete(topic: str) -> None:
    topics_doing.delete(topic, st.session_state["delete-name"])
