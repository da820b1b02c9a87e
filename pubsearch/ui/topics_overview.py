"""What is to be known of a topic at a glance: how many records, of when, how large, and whether all is well."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import streamlit as st

from pubsearch.errors import PubsearchError, TopicError
from pubsearch.topic import currency, journal, manifest
from pubsearch.topic.about import About
from pubsearch.topic.layout import CURRENT, DESCRIPTION, LOG, RECORDS, RUNS, VERSIONS, WRITER
from pubsearch.topic.topic import Topic
from pubsearch.ui import topics_wording
from pubsearch.ui.freshness import STALE_DAYS

Health = Literal["whole", "stale", "behind", "empty", "stopped", "failed", "damaged"]

NAMES: dict[Health, str] = {
    "whole": "Whole",
    "stale": "Stale",
    "behind": "Index behind",
    "empty": "No index yet",
    "stopped": "Last update stopped",
    "failed": "Last update failed",
    "damaged": "Damaged",
}
EMPTY = "Nothing can be searched before the first index is built."
BEHIND = "Records came or went since the index was built: Build brings them in."


@dataclass(frozen=True, slots=True)
class Overview:
    """A topic at a glance. `records` and `of`, when it was last brought up to date, are None where nobody can say;
    `about` is None where topic.toml is damaged. `said` is one sentence on its health, empty where all is well.
    """

    name: str
    about: About | None
    records: int | None
    of: datetime | None
    size: int
    health: Health
    said: str

    @property
    def title(self) -> str:
        """The topic's title; its name where the title cannot be read."""
        return self.about.title if self.about else self.name

    @property
    def updated(self) -> str:
        """When it was last brought up to date, as text."""
        if self.of is None:
            return "unknown" if self.health == "damaged" else "never"
        return topics_wording.moment(self.of)


def overview(folder: Path) -> Overview:
    """The topic in `folder` as it is; what cannot be read is said in it, and hides no other topic."""
    try:
        topic = Topic(folder)
    except TopicError as error:
        return Overview(folder.name, None, None, None, size_of(folder), "damaged", str(error))
    size, records = size_of(folder), None
    try:
        records = topic.count()
        of, health, said = _state(topic)
    except PubsearchError as error:
        of, health, said = None, "damaged", str(error)
    return Overview(topic.name, topic.about, records, of, size, health, said)


def size_of(folder: Path) -> int:
    """The bytes of all files below `folder`; what goes away meanwhile counts nothing."""
    return sum(_bytes(Path(place) / name) for place, _, names in os.walk(folder) for name in names)


def _state(topic: Topic) -> tuple[datetime | None, Health, str]:
    """Of when the topic is, its health, and a sentence on that."""
    runs, served = topic.runs(), topic.served()
    complete = [datetime.fromisoformat(run.ended) for run in runs if run.status == "complete" and run.ended]
    of = complete[-1] if complete else None
    if served is not None:
        of = currency.currency(topic, manifest.load(topic.folder / VERSIONS / served, topic.name)).of
    failed = currency.failure(topic, runs)
    if failed and failed.stopped:
        when = topics_wording.moment(failed.started)
        return of, "stopped", f"The last update, of {when}, was stopped: the next one goes on from there."
    if failed:
        return of, "failed", f"The last update, of {topics_wording.moment(failed.started)}, failed: {failed.reason}"
    if served is None or of is None:
        return of, "empty", EMPTY
    if topic.outdated():
        return of, "behind", BEHIND
    days = (journal.now() - of).days
    if days > STALE_DAYS:
        return of, "stale", f"Not updated for {days:,} days: newer articles and retractions are missing."
    return of, "whole", ""


def _marks(folder: Path) -> Iterator[int]:
    """When each part of the topic last changed, in nanoseconds; 0 where it is not there."""
    for part in (DESCRIPTION, RECORDS, f"{RECORDS}/{LOG}", RUNS, VERSIONS, CURRENT, WRITER):
        try:
            yield (folder / part).stat().st_mtime_ns
        except OSError:
            yield 0


def _bytes(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


@st.cache_data(
    show_spinner=False,
    ttl=60,
    max_entries=1_000,
    hash_funcs={type(Path()): lambda folder: (str(folder), *_marks(folder))},
)
def known(folder: Path) -> Overview:
    """`overview`, made anew where the topic has changed, and once a minute."""
    return overview(folder)
