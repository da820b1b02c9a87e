"""The runs of a topic: what each did, what changed between two of them, and the search record of all."""

from dataclasses import replace
from pathlib import Path

import streamlit as st

from pubsearch.errors import PubsearchError
from pubsearch.topic import report
from pubsearch.topic.compare import Difference, compare
from pubsearch.topic.journal import Run
from pubsearch.topic.topic import Topic
from pubsearch.ui import focus, render, render_topics, topics_wording
from pubsearch.ui.labels import label, told_apart
from pubsearch.ui.topics_address import TopicsAddress

SHOWN = 20


def draw(topic: Topic, address: TopicsAddress) -> None:
    """The runs, newest first, the comparison that the address asks for, and the report.

    Raises:
        StorageError: a run's file or the log of records is damaged.
        UserError: the address names a run that is not there.
    """
    runs = topic.runs()
    st.html(render.render_part("History"))
    if not runs:
        st.html(render.render_note("Nothing was fetched or imported yet.", kind="small"))
        return
    shown = runs[: -SHOWN - 1 : -1]
    with st.container(gap=None, key="runs"):
        for run in shown:
            st.html(render_topics.render_run(run))
    if len(runs) > SHOWN:
        st.html(render.render_note(f"{len(runs) - SHOWN:,} earlier ones stand in the search record.", kind="small"))
    if len(runs) > 1:
        _comparison(topic, runs, address)
    _report(topic)


def _comparison(topic: Topic, runs: list[Run], address: TopicsAddress) -> None:
    st.html(render.render_part("Compare two runs"))
    said = {run.stamp: f"{topics_wording.moment(run.started)}, {run.kind}, {topics_wording.did(run)}" for run in runs}
    names = told_apart(said)
    stamps = list(reversed(names))
    st.session_state["first"] = address.first if address.first in names else stamps[1]
    st.session_state["second"] = address.second if address.second in names else stamps[0]
    columns = st.container(key="comparison")
    with columns, st.form("compare", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        for key in ("first", "second"):
            st.selectbox(key.capitalize(), stamps, format_func=lambda stamp: names.get(stamp, stamp), key=key)
        st.form_submit_button("Compare", on_click=_compare, args=(address,))
    if address.first and address.second:
        _difference(topic, compared(topic, runs, address.first, address.second))


def compared(topic: Topic, runs: list[Run], first: str, second: str) -> Difference:
    """What `compare` finds; made once for all reruns and visitors, since what a run left that has ended stays so.

    Raises: as `compare`.
    """
    under_way = {run.stamp for run in runs if run.status == "running"}
    if {first, second} & under_way:
        return compare(topic, first, second)
    return _compared(str(topic.folder), first, second)


@st.cache_resource(show_spinner=False, max_entries=8)
def _compared(folder: str, first: str, second: str) -> Difference:
    return compare(Topic(Path(folder)), first, second)


def _difference(topic: Topic, found: Difference) -> None:
    for change in ("added", "removed", "revised"):
        st.html(render_topics.render_pmids(change, getattr(found, change)))
    st.download_button(
        "Download the table (CSV)",
        data=found.csv,
        file_name=f"pubsearch-{topic.name}-{found.first}-{found.second}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def _compare(address: TopicsAddress) -> None:
    replace(address, first=st.session_state["first"], second=st.session_state["second"]).write()
    focus.move(".st-key-comparison .stFormSubmitButton button")


@st.fragment
def _report(topic: Topic) -> None:
    st.html(render.render_part("Search record (PRISMA-S)"))
    st.download_button(
        "Download (Markdown)",
        data=lambda: report.markdown(topic),
        file_name=f"pubsearch-{topic.name}-search-record.md",
        mime="text/markdown",
        icon=":material/download:",
        on_click="ignore",
    )
    with st.expander(label(f"Search record of {topic.about.title}"), key="report", on_change="rerun") as unfolded:
        if unfolded.open:
            try:
                st.code(report.markdown(topic), language=None, wrap_lines=True)
            except PubsearchError as error:
                st.html(render.render_note(str(error), kind="error"))
