"""What the Topics page knows and says: addresses, estimates, health, times."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pubsearch.entrez.client import Client
from pubsearch.errors import EntrezError
from pubsearch.index import models
from pubsearch.settings import Settings
from pubsearch.topic import journal
from pubsearch.topic.compare import Difference, compare
from pubsearch.topic.journal import Run
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from pubsearch.ui import topics_estimate, topics_history, topics_one, topics_wording
from pubsearch.ui.render_topics import SHOWN_LINES, render_facts, render_health, render_pmids, render_run
from pubsearch.ui.topics_address import TopicsAddress
from pubsearch.ui.topics_estimate import HERE, MANUAL, MEASURED_FROM, PACE, Rates, estimate
from pubsearch.ui.topics_overview import NAMES, overview
from tests import corpus
from tests.eutils.clock import ManualClock
from tests.eutils.records import numbered
from tests.eutils.server import EutilsServer

NOTHING = Rates(None, None, None)


def ended(fetched: int, seconds: float, status: journal.Status = "complete") -> Run:
    start = journal.now()
    end = (start + timedelta(seconds=seconds)).isoformat()
    return Run("1", "update", start.isoformat(), "PubMed", status, end, fetched=fetched)


@pytest.mark.parametrize(
    "address",
    [
        TopicsAddress(),
        TopicsAddress(topic="asthma", first="1", second="2"),
        TopicsAddress.planning("asthma", "Asthma & more", "asthma[ti] AND x=y", "bundled"),
    ],
)
def test_an_address_is_read_as_it_was_written(address: TopicsAddress) -> None:
    assert TopicsAddress.parse(dict(address.pairs())) == address


def test_parameters_of_other_names_are_not_ours() -> None:
    assert TopicsAddress.parse({"topic": "asthma", "utm_source": "x"}) == TopicsAddress(topic="asthma")


def test_an_estimate_goes_by_the_manual_until_something_was_measured() -> None:
    expected = estimate(7_700, models.BUNDLED, NOTHING)
    assert expected.building == pytest.approx(100, rel=0.2)
    assert expected.sources == (PACE, MANUAL, MANUAL)
    assert estimate(7_700, "owner/name", NOTHING).building > 20 * expected.building


def test_an_estimate_goes_by_what_was_measured_here() -> None:
    expected = estimate(1_000, models.BUNDLED, Rates(fetched=50, built=10, size=3_000))
    assert (expected.fetching, expected.building, expected.size) == (20, 100, 3_000_000)
    assert expected.sources == (HERE, HERE, HERE)


def test_runs_that_fetched_little_or_failed_measure_nothing() -> None:
    runs = [ended(MEASURED_FROM - 1, 1), ended(1_000, 10, "failed"), ended(1_000, 10)]
    assert topics_estimate.fetch_rates(runs) == [pytest.approx(100)]


def test_what_was_measured_is_of_this_model_and_of_topics_of_a_size(home: Path) -> None:
    Library(home).create("small", "asthma", model="bundled")
    (home / "broken").mkdir()
    (home / "broken" / "topic.toml").write_text("nonsense = [")
    assert topics_estimate.measured(Library(home), models.BUNDLED) == NOTHING


def test_health_is_told_from_the_first_day_on(home: Path, manual_clock: ManualClock) -> None:
    topic = Library(home).create("asthma", "asthma", model="bundled")
    assert overview(topic.folder).health == "empty"
    with EutilsServer(numbered(range(1, 4)), clock=manual_clock.monotonic) as pubmed:
        client = Client(Settings(eutils_url=pubmed.url), clock=manual_clock)
        topic.update(client)
        topic.build()
        whole = overview(topic.folder)
        assert (whole.health, whole.records, whole.said) == ("whole", 3, "")
        pubmed.endpoints.corpus.put(next(numbered([9])))
        topic.update(client)
        assert overview(topic.folder).health == "behind"
        for pmid in (1, 2, 3, 9):
            pubmed.endpoints.corpus.delete(pmid)
        with pytest.raises(EntrezError) as failed:
            topic.update(client)
    told = overview(topic.folder)
    assert told.health == "failed"
    assert str(failed.value) in told.said
    assert told.size > whole.size
    (topic.folder / "records" / "log.jsonl").write_text("nonsense\n")
    assert overview(topic.folder).health == "damaged"
    (topic.folder / "topic.toml").write_text("nonsense = [")
    damaged = overview(topic.folder)
    assert (damaged.health, damaged.title, damaged.updated) == ("damaged", "asthma", "unknown")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "a second or two"), (90, "90 seconds"), (5_400, "90 minutes"), (10_800, "3 hours"), (300_000, "3 days")],
)
def test_durations_are_said_in_a_unit_that_fits(seconds: float, said: str) -> None:
    assert topics_wording.duration(seconds) == said


def test_times_are_said_in_one_zone() -> None:
    assert topics_wording.moment("2026-01-31T23:30:00-05:00") == "2026-02-01 04:30 UTC"


def test_a_run_is_said_in_a_line() -> None:
    run = ended(12, 1)
    run.revised = (1, 2, 3)
    assert topics_wording.did(run) == "complete, 12 new, 3 revised"
    assert topics_wording.did(ended(0, 1)) == "complete, nothing new"
    assert topics_wording.did(ended(0, 1, "failed")) == "failed"


def test_what_pubmed_or_a_librarian_wrote_is_text() -> None:
    hostile = "<script>alert(1)</script>"
    run = ended(1, 1, "failed")
    run.query = run.translation = run.error = hostile
    run.warnings = (hostile,)
    for made in (render_run(run), render_facts([(hostile, hostile)])):
        assert "<script" not in made
        assert "&lt;script&gt;" in made


@pytest.mark.parametrize("health", NAMES)
def test_health_is_told_in_words_too(health: str) -> None:
    assert NAMES[health] in render_health(health)  # type: ignore[index,arg-type]


def test_of_many_pmids_the_first_are_linked_and_the_others_counted() -> None:
    made = render_pmids("added", range(1, SHOWN_LINES + 8))
    assert made.count("<a ") == SHOWN_LINES
    assert "7 more stand in the table." in made


def test_a_build_names_a_model_only_where_another_is_chosen() -> None:
    assert topics_one.build_command("owner/model", "owner/model") == ["build"]
    assert topics_one.build_command("owner/model", "bundled") == ["build", "--model", "bundled"]


def test_runs_that_have_ended_are_compared_once(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, str]] = []

    def counted(topic: Topic, first: str, second: str) -> Difference:
        made.append((first, second))
        return compare(topic, first, second)

    monkeypatch.setattr(topics_history, "compare", counted)
    topics = [Library(home).create(name, "", model="bundled") for name in ("a", "b")]
    for topic in topics:
        for pmid in (1, 2):
            topic.import_files([corpus.write(tmp_path / f"{topic.name}{pmid}.xml", corpus.article(pmid, "T"))])
    for topic in topics * 2:
        runs = topic.runs()
        assert topics_history.compared(topic, runs, runs[0].stamp, runs[1].stamp).added == (2,)
    assert len(made) == 2, "once a topic, though the runs may be called alike"
    for _ in range(2):
        runs = topics[0].runs()
        runs[1] = replace(runs[1], status="running")
        topics_history.compared(topics[0], runs, runs[0].stamp, runs[1].stamp)
    assert len(made) == 4, "one that is under way may bring more"
