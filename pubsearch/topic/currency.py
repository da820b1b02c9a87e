"""How current the version is that a topic serves, and whether the last update of it failed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pubsearch.topic.journal import BROKEN_OFF, STOPPED, Run, known_as_of
from pubsearch.topic.lock import is_being_written
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.topic import Topic


@dataclass(frozen=True, slots=True)
class Failure:
    """The last update or ingestion, which was not done: when it was begun, and why, in one sentence."""

    started: datetime
    reason: str

    @property
    def stopped(self) -> bool:
        """Whether somebody stopped it, and nothing went wrong."""
        return self.reason == STOPPED


@dataclass(frozen=True, slots=True)
class Currency:
    """Of when the served records are, and the failure since, if any."""

    of: datetime
    failure: Failure | None


def currency(topic: Topic, manifest: Manifest) -> Currency:
    """How current the version of `manifest` is, by the topic's runs.

    Raises:
        StorageError: a run's file or the log of records is damaged.
    """
    runs = topic.runs()
    return Currency(_of(runs, manifest), failure(topic, runs))


def as_of(topic: Topic, manifest: Manifest) -> str | None:
    """Up to when notices are known for every record, as the version of `manifest` has it; see `Run`. What an update
    brought counts only once it is in the version.

    Raises:
        StorageError: a run's file is damaged.
    """
    return known_as_of(list(_held(topic.runs(), manifest)))


def _of(runs: list[Run], manifest: Manifest) -> datetime:
    """When the last whole run ended that the version has all of; when it was made, where there is none."""
    ends = [_end(run) for run in _held(runs, manifest) if run.status == "complete"]
    return ends[-1] if ends else datetime.fromisoformat(manifest.created)


def _held(runs: Sequence[Run], manifest: Manifest) -> Iterator[Run]:
    """The runs that the version has all of, up to the first of which it has not."""
    built = datetime.fromisoformat(manifest.created)
    for run in runs:
        if run.files and not manifest.record_files.keys() >= set(run.files):
            return
        if (run.left or run.deleted) and _end(run) > built:
            return
        yield run


def _end(run: Run) -> datetime:
    return datetime.fromisoformat(run.ended or run.started)


def failure(topic: Topic, runs: list[Run]) -> Failure | None:
    """How the last of the topic's `runs` that asked PubMed failed, if it did.

    Raises:
        StorageError: the log of records is damaged.
    """
    last = next((run for run in reversed(runs) if run.kind != "import"), None)
    if last is None:
        return None
    if last.build_error is not None:
        # a build by hand may have made up for it
        reason = last.build_error if topic.outdated() else None
    else:
        reason = {
            "running": BROKEN_OFF,
            "killed": BROKEN_OFF,
            "stopped": STOPPED,
            "incomplete": "PubMed's own counts did not agree: some records may be missing.",
        }.get(last.status, last.error)
    if reason is None or (reason == BROKEN_OFF and is_being_written(topic.folder)):
        return None
    return Failure(datetime.fromisoformat(last.started), reason)
