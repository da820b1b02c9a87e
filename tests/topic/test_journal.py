"""A run's file is there from its first moment and tells its end, whatever that is."""

from pathlib import Path

import pytest

from pubsearch.errors import EntrezError, StoppedError, StorageError
from pubsearch.topic.journal import Journal


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "runs")


def test_a_run_that_ends_well_is_complete(journal: Journal) -> None:
    with journal.recording("ingest", "a server") as run:
        assert [each.status for each in journal.runs()] == ["running"]
        run.count = 7
    (kept,) = journal.runs()
    assert (kept, kept.status, kept.count) == (run, "complete", 7)
    assert kept.started.endswith("+00:00")
    assert kept.ended is not None
    assert kept.software.keys() == {"pubsearch", "biopython", "lxml"}


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (EntrezError("NCBI is down."), "failed", "NCBI is down."),
        (StoppedError("Stopped."), "stopped", None),
        (KeyboardInterrupt(), "failed", "KeyboardInterrupt"),
    ],
)
def test_a_run_that_ends_otherwise_says_how(
    journal: Journal, error: BaseException, status: str, said: str | None
) -> None:
    with pytest.raises(type(error)), journal.recording("ingest", "a server"):
        raise error
    (kept,) = journal.runs()
    assert (kept.status, kept.error) == (status, said)


def test_a_run_that_was_killed_is_named_by_the_next(journal: Journal, tmp_path: Path) -> None:
    with journal.recording("ingest", "a server") as run:
        pass
    path = tmp_path / "runs" / f"{run.stamp}.json"
    path.write_text(path.read_text().replace('"complete"', '"running"'))
    with journal.recording("ingest", "a server"):
        pass
    assert [each.status for each in journal.runs()] == ["killed", "complete"]


def test_runs_of_one_second_keep_their_order(journal: Journal) -> None:
    for number in range(12):
        with journal.recording("ingest", f"server {number}"):
            pass
    assert [run.source for run in journal.runs()] == [f"server {number}" for number in range(12)]


def test_a_damaged_file_is_told(journal: Journal, tmp_path: Path) -> None:
    with journal.recording("ingest", "a server") as run:
        pass
    (tmp_path / "runs" / f"{run.stamp}.json").write_text("{")
    with pytest.raises(StorageError, match=r"json is damaged"):
        journal.runs()
