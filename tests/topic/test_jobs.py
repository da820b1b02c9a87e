"""Jobs: processes of their own, whose state is on disk alone and outlives whoever started them."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import pubsearch
from pubsearch import cli
from pubsearch.errors import StoppedError, TopicError, UserError
from pubsearch.topic.job_state import END, PROGRESS, VARIABLE, ending
from pubsearch.topic.jobs import COMMANDS, FOLDER, KEPT, LOST, Jobs
from pubsearch.topic.layout import WRITER
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests.jobs import NUMBER, SECONDS, Slow, ended, slow_pubmed

ROOT = Path(pubsearch.__file__).parent.parent


@pytest.fixture(autouse=True)
def python_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    with slow_pubmed() as slow:
        monkeypatch.setenv("PUBSEARCH_EUTILS_URL", slow.url)
        yield slow


@pytest.fixture
def asthma(library: Library) -> Topic:
    return library.create("asthma", "asthma", model="bundled")


@pytest.fixture
def files(library: Library) -> Topic:
    """A topic without a query: to ingest it fails at once."""
    return library.create("files", "", model="bundled")


@pytest.fixture
def jobs(home: Path) -> Jobs:
    return Jobs(home)


def test_a_job_does_what_its_command_does(jobs: Jobs, home: Path, asthma: Topic, slow: Slow) -> None:
    slow.go_on.set()
    started = jobs.start("asthma", ["update"], by="ann@hospital.example")
    assert (started.state, started.command, started.by) == ("running", ("update", "asthma"), "ann@hospital.example")
    job = ended(home, started)
    assert (job.state, job.done, job.total) == ("done", NUMBER, NUMBER)
    assert job.ended is not None
    assert job.ended >= job.started
    assert asthma.count() == NUMBER
    assert asthma.served() is not None
    assert job.said == jobs.log(job.id, tail=1) == jobs.log(job.id).splitlines()[-1]
    assert jobs.all() == jobs.all("asthma") == [job]
    assert jobs.all("other") == []


def test_a_job_tells_where_it_stands_and_others_of_its_topic_wait(
    jobs: Jobs, asthma: Topic, files: Topic, home: Path, slow: Slow
) -> None:
    started = jobs.start("asthma", ["ingest"])
    assert slow.asked.wait(SECONDS)
    job = jobs.get(started.id)
    assert (job.state, job.stage, job.total) == ("running", "Fetching records from PubMed", NUMBER)
    assert job.done < NUMBER
    with pytest.raises(UserError, match="cancel it"):
        jobs.start("asthma", ["build"])
    other = jobs.start("files", ["ingest"])
    assert [each.id for each in jobs.all()] == [other.id, job.id]
    ended(home, other)
    slow.go_on.set()
    assert ended(home, job).state == "done"
    assert asthma.count() == NUMBER
    assert files.count() == 0


def test_a_cancelled_job_ends_at_its_batch_and_the_next_goes_on(
    jobs: Jobs, home: Path, asthma: Topic, slow: Slow
) -> None:
    job = jobs.start("asthma", ["ingest"])
    assert slow.asked.wait(SECONDS)
    jobs.cancel(job.id)
    assert jobs.get(job.id).stopping
    slow.go_on.set()
    cancelled = ended(home, job)
    assert (cancelled.state, cancelled.stopping) == ("cancelled", False)
    assert "what was done is kept" in cancelled.said
    assert 0 < asthma.count() < NUMBER
    with pytest.raises(UserError, match="ended already"):
        jobs.cancel(job.id)
    assert ended(home, jobs.start("asthma", ["ingest"])).state == "done"
    assert [run.status for run in asthma.runs()] == ["stopped", "complete"]


def test_a_killed_job_is_lost_and_another_may_start(jobs: Jobs, home: Path, asthma: Topic, slow: Slow) -> None:
    job = jobs.start("asthma", ["ingest"])
    assert slow.asked.wait(SECONDS)
    os.kill(json.loads((asthma.folder / WRITER).read_text())["process"], signal.SIGKILL)
    lost = ended(home, job)
    assert (lost.state, lost.said, lost.ended) == ("lost", LOST, None)
    slow.go_on.set()
    assert ended(home, jobs.start("asthma", ["ingest"])).state == "done"


def test_a_job_outlives_who_started_it(jobs: Jobs, home: Path, asthma: Topic, slow: Slow) -> None:
    program = f"from pathlib import Path; from pubsearch.topic.jobs import Jobs; Jobs(Path({str(home)!r})).start"
    subprocess.run([sys.executable, "-c", f"{program}('asthma', ['ingest'])"], check=True)
    assert slow.asked.wait(SECONDS)
    (job,) = jobs.all()
    assert job.state == "running"
    slow.go_on.set()
    assert ended(home, job).state == "done"
    assert asthma.count() == NUMBER


def test_a_failed_job_says_why(jobs: Jobs, home: Path, files: Topic) -> None:
    job = ended(home, jobs.start(files.name, ["ingest"]))
    assert job.state == "failed"
    assert job.said == "Topic files has no query: it is made of files; run pubsearch import files FILE"
    assert jobs.log(job.id) == f"pubsearch: {job.said}"


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (SystemExit(0), "done", ""),
        (SystemExit(2), "failed", ""),
        (UserError("Wrong."), "failed", "Wrong."),
        (StoppedError("Stopped."), "cancelled", "Stopped."),
        (KeyError("x"), "failed", "pubsearch itself failed (KeyError): the log tells where."),
    ],
)
def test_every_end_is_told(
    error: BaseException, state: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(type(error)), ending():
        raise error
    end = json.loads((tmp_path / END).read_text())
    assert (end["state"], end["said"]) == (state, said)


@pytest.mark.parametrize(
    "command",
    [[], ["topic", "delete"], ["serve"], ["build", "--json"], ["build", "--model=x"], ["ingest", "--model", "x"]],
)
def test_no_other_command_can_be_a_job(jobs: Jobs, asthma: Topic, command: Sequence[str]) -> None:
    with pytest.raises(UserError, match="cannot run as a job"):
        jobs.start(asthma.name, command)
    assert jobs.all() == []


def test_what_can_be_a_job_is_a_command() -> None:
    commands = {each.name: each.callback for each in cli.app.registered_commands if each.callback}
    for name, options in COMMANDS.items():
        parameters = commands[name].__annotations__
        assert {option.removeprefix("--").replace("-", "_") for option in options} <= parameters.keys()


@pytest.mark.parametrize("topic", ["absent", "../asthma", "--help"])
def test_a_job_is_for_a_topic_that_is_there(jobs: Jobs, asthma: Topic, topic: str) -> None:
    assert asthma.count() == 0
    with pytest.raises(TopicError):
        jobs.start(topic, ["ingest"])


@pytest.mark.parametrize("id_", ["20260131T120000Z", "", ".", "../asthma", "20260131T120000Z/../../asthma"])
def test_a_job_that_is_not_there_is_said(jobs: Jobs, asthma: Topic, id_: str) -> None:
    assert asthma.count() == 0
    for ask in (jobs.get, jobs.log, jobs.cancel):
        with pytest.raises(UserError, match="There is no job"):
            ask(id_)


def test_a_job_whose_progress_a_power_cut_took_hides_no_other(jobs: Jobs, home: Path, files: Topic) -> None:
    first = ended(home, jobs.start(files.name, ["ingest"]))
    (home / FOLDER / first.id / PROGRESS).write_bytes(b"")
    assert jobs.get(first.id) == replace(first, stage="", done=0, total=None)
    assert len([ended(home, jobs.start(files.name, ["ingest"])), *jobs.all()]) == 3


def test_the_oldest_jobs_are_removed(jobs: Jobs, home: Path, files: Topic) -> None:
    first = ended(home, jobs.start(files.name, ["ingest"]))
    for number in range(2, KEPT + 3):
        shutil.copytree(home / FOLDER / first.id, home / FOLDER / f"{first.id}-{number}")
    last = ended(home, jobs.start(files.name, ["ingest"]))
    kept = [job.id for job in jobs.all()]
    assert len(kept) == KEPT
    assert kept[0] == last.id
    assert first.id not in kept
