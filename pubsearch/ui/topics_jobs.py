"""The job of a topic: where it stands, as long as it runs, and how the last ones ended."""

import streamlit as st

from pubsearch.errors import PubsearchError
from pubsearch.topic import lock
from pubsearch.topic.jobs import Job
from pubsearch.topic.library import Library
from pubsearch.topic.lock import Writer
from pubsearch.ui import permission, render, topics_doing, topics_wording
from pubsearch.ui.labels import label

SECONDS = 1.0
# How soon it is seen that another process began or ended.
WATCH_SECONDS = 10.0
SHOWN = 5
LINES, EARLIER_LINES = 200, 20


def of(topic: str) -> list[Job]:
    """The jobs of a topic, newest first.

    Raises:
        StorageError: a job's file is damaged.
    """
    return topics_doing.jobs().all(topic)


def is_running(jobs: list[Job]) -> bool:
    """Whether one of a topic's jobs runs: there is one at a time."""
    return any(job.state == "running" for job in jobs)


def writer(topic: str) -> Writer | None:
    """Who else writes a topic of which no job runs: a command line, or a timer."""
    return lock.writer(Library().path / topic)


def panel(topic: str, running: bool, other: Writer | None) -> None:
    """The last jobs, drawn anew every second while one runs, and the page as a whole when it or `other` has ended, or
    another has begun."""
    st.fragment(_panel, run_every=SECONDS if running else WATCH_SECONDS)(topic, running, other)


def progress(job: Job) -> None:
    """Where a running job stands."""
    share = min(job.done / job.total, 1.0) if job.total else 0.0
    st.progress(share, text=label(topics_wording.step(job)))


def _panel(topic: str, running: bool, other: Writer | None) -> None:
    try:
        found = of(topic)
        if is_running(found) != running or (not running and writer(topic) != other):
            st.rerun()
        if other:
            st.html(render.render_note(topics_wording.elsewhere(other)))
        if found:
            _draw(found)
    except PubsearchError as error:
        st.html(render.render_note(str(error), kind="error"))


def _draw(found: list[Job]) -> None:
    newest, *earlier = found[: SHOWN + 1]
    writes = permission.may_write()
    with st.container(key="jobs"):
        _newest(newest, writes)
        # what a command prints may name the server's folders
        if writes and earlier:
            with st.expander(f"Earlier jobs ({len(earlier)})", key="earlier", on_change="rerun") as unfolded:
                for job in earlier if unfolded.open else ():
                    _told(job, "part", writes)
                    _log(job.id, EARLIER_LINES)


def _newest(job: Job, writes: bool) -> None:
    _told(job, "error" if job.state in ("failed", "lost") else "part", writes)
    if job.state == "running":
        progress(job)
    if not writes:
        return
    if job.state == "running" and not job.stopping:
        st.button("Cancel", icon=":material/stop_circle:", key="cancel", on_click=topics_doing.cancel, args=(job.id,))
    with st.expander("Log", key=f"log-{job.id}", on_change="rerun") as unfolded:
        if unfolded.open:
            _log(job.id, LINES)


def _told(job: Job, kind: str, writes: bool) -> None:
    said = [job.said] if job.said and job.state != "running" else []
    by = f" ({job.by})" if job.by and writes else ""
    st.html(render.render_note(topics_wording.job(job) + by, *said, kind=kind))


def _log(job: str, lines: int) -> None:
    st.code(topics_doing.jobs().log(job, lines) or "Nothing was printed.", language=None, wrap_lines=True)
