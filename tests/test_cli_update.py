"""`pubsearch update`, as cron and systemd run it: one line, an exit code, and the served version safe."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pubsearch.index import models
from pubsearch.topic.library import Library
from pubsearch.topic.lock import writing
from tests import corpus
from tests.command import Run
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.records import Stored, numbered
from tests.eutils.server import VALID_KEY, EutilsServer

NUMBER = 20


@pytest.fixture
def pubmed(monkeypatch: pytest.MonkeyPatch) -> Iterator[EutilsServer]:
    with EutilsServer(numbered(range(1, NUMBER + 1)), paced=False) as server:
        monkeypatch.setenv("PUBSEARCH_EUTILS_URL", server.url)
        monkeypatch.setenv("NCBI_API_KEY", VALID_KEY)  # three times the pace
        yield server


@pytest.fixture
def topic(run: Run, pubmed: EutilsServer) -> str:
    """A topic whose model is a folder, so that it can be lost; it is up to date."""
    assert pubmed.pmids
    shutil.copytree(models.resolve("bundled").path, "model")
    assert run("topic", "create", "asthma", "--query", "asthma", "--model", "./model")[0] == 0
    assert run("update", "asthma")[0] == 0
    return "asthma"


def put(pubmed: EutilsServer, pmid: int, title: str) -> None:
    pubmed.endpoints.corpus.put(Stored.from_xml(corpus.article(pmid, title).strip()))


def served(name: str) -> str | None:
    return Library().topic(name).served()


def test_one_line_says_what_came_and_what_is_served(run: Run, topic: str, pubmed: EutilsServer) -> None:
    put(pubmed, 101, "Asthma, new")
    put(pubmed, 102, "Asthma, new too")
    put(pubmed, 7, "Another subject")
    pubmed.endpoints.corpus.delete(8)
    code, out, err = run("update", topic)
    assert (code, err) == (0, "")
    assert out == f"asthma: 2 new, 2 left out; version {served(topic)} serves {NUMBER} records\n"


def test_with_nothing_new_nothing_is_built(run: Run, topic: str) -> None:
    before = served(topic)
    assert run("update", topic) == (0, "asthma: nothing new\n", "")
    assert served(topic) == before


def test_programs_get_one_object(run: Run, topic: str, pubmed: EutilsServer) -> None:
    put(pubmed, 101, "Asthma, new")
    code, out, err = run("update", topic, "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert (told["topic"], told["version"], told["built"]) == (topic, served(topic), True)
    assert (told["records"], told["run"]["fetched"], told["run"]["version"]) == (NUMBER + 1, 1, served(topic))
    assert json.loads(run("update", topic, "--json")[1])["built"] is False


def test_a_build_that_failed_is_made_up_for_though_nothing_new_came(
    run: Run, topic: str, pubmed: EutilsServer, tmp_path: Path
) -> None:
    before = served(topic)
    put(pubmed, 101, "Asthma, new")
    shutil.move(tmp_path / "model", tmp_path / "lost")
    code, out, err = run("update", topic)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert served(topic) == before
    assert "No index was built of it: " in run("report", topic)[1]
    shutil.move(tmp_path / "lost", tmp_path / "model")
    code, out, _ = run("update", topic)
    assert (code, out) == (0, f"asthma: nothing new; version {served(topic)} serves {NUMBER + 1} records\n")
    assert served(topic) != before


def test_a_fetch_that_fails_builds_nothing(run: Run, topic: str, pubmed: EutilsServer) -> None:
    before = served(topic)
    for pmid in list(pubmed.endpoints.corpus.records):
        pubmed.endpoints.corpus.delete(pmid)
    code, out, err = run("update", topic)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "outage" in err
    assert served(topic) == before


def test_what_came_of_an_incomplete_answer_is_served_and_the_rest_is_an_error(
    run: Run, topic: str, pubmed: EutilsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(request: Request, proceed: Endpoint) -> Answer:
        return Answer(proceed(request).body.replace(b"<Id>102</Id>", b""))

    put(pubmed, 101, "Asthma, new")
    put(pubmed, 102, "Asthma, never named")
    with EutilsServer(list(pubmed.endpoints.corpus.records.values()), layers=[lose], paced=False) as losing:
        monkeypatch.setenv("PUBSEARCH_EUTILS_URL", losing.url)
        code, out, err = run("update", topic)
    assert code == 1
    assert out == f"asthma: 1 new; version {served(topic)} serves {NUMBER + 1} records\n"
    assert "run pubsearch update asthma again" in err


def test_a_second_update_does_not_overlap(run: Run, topic: str, home: Path) -> None:
    with writing(home / topic, "update"):
        code, out, err = run("update", topic)
    assert (code, out) == (1, "")
    assert re.search(r"Another process is writing topic asthma \(update, process \d+, since 20", err)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Say which topic to update"),
        (["asthma", "--all"], "Give a topic's name or --all, not both."),
        (["unknown"], "There is no topic unknown"),
    ],
)
def test_what_to_update_has_to_be_said(run: Run, topic: str, arguments: list[str], said: str) -> None:
    assert topic
    code, out, err = run("update", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert said in err


class TestAll:
    def test_every_topic_is_updated_though_one_fails(self, run: Run, topic: str, home: Path) -> None:
        for name in ("broken", "copd"):
            assert run("topic", "create", name, "--query", "asthma", "--model", "bundled")[0] == 0
        (home / "broken" / "topic.toml").write_text("title = 5\n")
        code, out, err = run("update", "--all")
        assert code == 1
        assert out.splitlines() == [
            f"{topic}: nothing new",
            f"copd: {NUMBER} new; version {served('copd')} serves {NUMBER} records",
        ]
        first, last = err.splitlines()
        assert first.startswith("broken: ")
        assert "1 of 3 topics were not updated (broken)" in last
        code, out, _ = run("update", "--all", "--json")
        told = json.loads(out)["topics"]
        assert (code, [each["topic"] for each in told]) == (1, [topic, "broken", "copd"])
        assert ["error" in each for each in told] == [False, True, False]

    def test_it_is_well_when_all_are(self, run: Run, topic: str) -> None:
        assert run("update", "--all") == (0, f"{topic}: nothing new\n", "")

    def test_no_topic_at_all_is_a_wrong_home(self, run: Run, home: Path) -> None:
        code, _, err = run("update", "--all")
        assert code == 2
        assert str(home) in err
