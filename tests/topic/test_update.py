"""A topic is kept current: what is new, what was revised or retracted, and what is no more."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pubsearch.entrez.client import Client
from pubsearch.errors import EntrezError, FileError, StoppedError, StorageError, UserError
from pubsearch.settings import Settings
from pubsearch.topic import journal, report
from pubsearch.topic.ingest import MANY
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.eutils.clock import ManualClock
from tests.eutils.corpus import Corpus
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.records import Stored, numbered
from tests.eutils.server import VALID_KEY, EutilsServer

TODAY = f"{datetime.now(UTC):%Y/%m/%d}"
LONG_AGO = "2020/01/01"
NUMBER = 450


@pytest.fixture
def server(manual_clock: ManualClock) -> Iterator[EutilsServer]:
    records = numbered(range(1, NUMBER + 1), mdat=LONG_AGO)
    with EutilsServer(records, clock=manual_clock.monotonic) as server:
        yield server


@pytest.fixture
def pubmed(server: EutilsServer) -> Corpus:
    return server.endpoints.corpus


@pytest.fixture
def client(server: EutilsServer, manual_clock: ManualClock) -> Client:
    return Client(Settings(eutils_url=server.url, ncbi_api_key=VALID_KEY), clock=manual_clock)


@pytest.fixture
def topic(library: Library) -> Topic:
    return library.create("asthma", "asthma", model="bundled")


def revised(pmid: int, title: str, extra: str = "") -> Stored:
    """A record that NCBI changed today; "asthma" stands in its title."""
    year, month, day = TODAY.split("/")
    extra = f"<DateRevised><Year>{year}</Year><Month>{month}</Month><Day>{day}</Day></DateRevised>{extra}"
    return Stored.from_xml(corpus.article(pmid, f"Asthma: {title}", extra=extra).strip())


def fetched(server: EutilsServer) -> list[int]:
    return [pmid for request in server.asked("efetch") for pmid in request.pmids]


def files(topic: Topic) -> dict[Path, bytes]:
    """All that the topic has on disk but the runs."""
    return {
        path: path.read_bytes()
        for path in topic.folder.rglob("*")
        if path.is_file() and path.parent.name != "runs" and path.name != ".lock"
    }


def test_what_is_new_and_what_was_revised_comes(
    topic: Topic, client: Client, server: EutilsServer, pubmed: Corpus
) -> None:
    topic.ingest(client)
    pubmed.put(revised(1001, "new"))
    pubmed.put(revised(7, "revised"))
    server.requests.clear()
    run = topic.update(client)
    assert sorted(fetched(server)) == [7, 1001]
    assert (run.status, run.fetched, run.revised) == ("complete", 1, (7,))
    titles = {record.pmid: record.title for record in topic.records()}
    assert (titles[7], titles[1001], len(titles)) == ("Asthma: revised", "Asthma: new", NUMBER + 1)


def test_revisions_are_asked_for_from_before_the_last_run_on(topic: Topic, client: Client) -> None:
    topic.ingest(client)
    since = date.fromisoformat(topic.update(client).since or "")
    assert since == datetime.fromisoformat(topic.runs()[0].started).date() - timedelta(days=2)


def test_since_asks_for_revisions_from_that_day_on(
    topic: Topic, client: Client, server: EutilsServer, pubmed: Corpus
) -> None:
    topic.ingest(client)
    for record in numbered([5], mdat="2021/06/01"):
        pubmed.put(record)
    server.requests.clear()
    run = topic.ingest(client, since=date(2021, 6, 1))
    assert (fetched(server), run.revised, run.since) == ([5], (5,), "2021-06-01")
    assert topic.ingest(client, since=date(2021, 6, 2)).revised == ()


def test_what_is_as_it_was_is_not_kept_again(topic: Topic, client: Client, pubmed: Corpus) -> None:
    topic.ingest(client)
    pubmed.put(revised(7, "revised"))
    topic.update(client)
    before = files(topic)
    again = topic.update(client)
    assert (again.fetched, again.revised, again.files) == (0, (), ())
    assert files(topic) == before


def test_a_record_that_left_the_query_is_kept_and_left_out(topic: Topic, client: Client, pubmed: Corpus) -> None:
    topic.ingest(client)
    pubmed.put(Stored.from_xml(corpus.article(7, "Another subject").strip()))
    run = topic.update(client)
    assert [(gone.pmid, gone.reason) for gone in run.left] == [(7, "it left the query")]
    assert topic.count() == NUMBER - 1
    assert 7 not in {record.pmid for record in topic.records()}
    pubmed.put(revised(7, "back"))
    assert topic.update(client).fetched == 1
    assert topic.count() == NUMBER


def test_deleted_and_merged_records_are_told_apart(topic: Topic, client: Client, pubmed: Corpus) -> None:
    topic.ingest(client)
    pubmed.delete(8)
    pubmed.merge(9, into=10)
    run = topic.ingest(client)
    assert {gone.pmid: gone.reason for gone in run.left} == {8: "NCBI deleted it", 9: "NCBI merged it into PMID 10"}
    assert topic.count() == NUMBER - 2


class TestOutages:
    """PubMed's answers are whole and wrong: nothing is left out for them."""

    @pytest.mark.parametrize("left", [0, 1, NUMBER - MANY - 1])
    def test_a_query_that_suddenly_finds_little_leaves_nothing_out(
        self, topic: Topic, client: Client, pubmed: Corpus, left: int
    ) -> None:
        topic.ingest(client)
        for pmid in range(left + 1, NUMBER + 1):
            pubmed.put(Stored.from_xml(corpus.article(pmid, "Another subject").strip()))
        with pytest.raises(EntrezError, match=rf"{NUMBER - left} of the topic's {NUMBER} records .* --leave-out-many"):
            topic.update(client)
        assert topic.count() == NUMBER
        assert len(topic.update(client, many=True).left) == NUMBER - left
        assert topic.count() == left

    def test_records_of_files_that_all_seem_deleted_stay(
        self, library: Library, client: Client, pubmed: Corpus, tmp_path: Path
    ) -> None:
        saved = library.create("saved", "", model="bundled")
        saved.import_files([corpus.write(tmp_path / "a.xml", *(corpus.article(n, "T") for n in (1, 2, 3)))])
        kept = [pubmed.records[pmid] for pmid in (1, 2, 3)]
        for pmid in (1, 2, 3):
            pubmed.delete(pmid)
        with pytest.raises(EntrezError, match="outage"):
            saved.update(client)
        assert saved.count() == 3
        for record in kept[1:]:
            pubmed.put(record)
        assert [gone.pmid for gone in saved.update(client).left] == [1]
        pubmed.put(kept[0])
        saved.update(client)
        assert saved.count() == 3, "what a file brought comes back when PubMed has it again"

    def test_when_all_records_are_left_out_the_index_is_outdated(
        self, topic: Topic, client: Client, pubmed: Corpus
    ) -> None:
        topic.ingest(client)
        topic.folder.joinpath("CURRENT").write_text("a version\n")
        for pmid in range(1, NUMBER + 1):
            pubmed.delete(pmid)
        topic.update(client, many=True)
        assert topic.count() == 0
        assert topic.outdated()


class TestNotSent:
    """PubMed says that a record was revised or retracted, and does not send it."""

    def test_it_is_named_and_the_status_stays_as_of_before(self, topic: Topic, client: Client, pubmed: Corpus) -> None:
        first = topic.ingest(client)
        pubmed.put(revised(7, "retracted", corpus.RETRACTION))
        pubmed.withhold(7)
        run = topic.update(client)
        assert [each.pmid for each in run.stale] == [7]
        assert (run.as_of, topic.as_of()) == (first.started, first.started)
        pubmed.withheld.clear()
        run = topic.update(client)
        assert (run.revised, run.stale, topic.as_of()) == ((7,), (), run.started)

    def test_notices_that_pubmed_counts_and_does_not_name_leave_the_run_incomplete(
        self, topic: Topic, pubmed: Corpus, client: Client, manual_clock: ManualClock
    ) -> None:
        def lose(request: Request, proceed: Endpoint) -> Answer:
            answer = proceed(request)
            lost = b"<Id>7</Id>" if "hasretractionin" in request.get("term") else b"nothing"
            return Answer(answer.body.replace(lost, b""))

        first = topic.ingest(client)
        pubmed.put(revised(7, "retracted", corpus.RETRACTION))
        records = list(pubmed.records.values())
        with EutilsServer(records, layers=[lose], clock=manual_clock.monotonic) as losing:
            run = topic.update(Client(Settings(eutils_url=losing.url), clock=manual_clock))
        assert (run.status, topic.as_of()) == ("incomplete", first.started)

    def test_a_merged_record_stays_until_its_new_one_comes(
        self, library: Library, client: Client, pubmed: Corpus, tmp_path: Path
    ) -> None:
        saved = library.create("saved", "", model="bundled")
        saved.import_files([corpus.write(tmp_path / "a.xml", *(corpus.article(n, "T") for n in (1, 2, 3)))])
        pubmed.merge(2, into=40)
        pubmed.withhold(40)
        run = saved.update(client)
        assert (run.left, run.missing) == ((), ())
        assert [(each.pmid, each.reason) for each in run.stale] == [
            (2, "NCBI merged it into PMID 40, which was not sent")
        ]
        assert (saved.count(), saved.as_of()) == (3, None)
        pubmed.withheld.clear()
        run = saved.update(client)
        assert ([gone.pmid for gone in run.left], saved.as_of()) == ([2], run.started)
        assert sorted(record.pmid for record in saved.records()) == [1, 3, 40]


def test_only_what_differs_is_kept_of_a_batch(topic: Topic, client: Client, pubmed: Corpus) -> None:
    for pmid in range(1, 101):
        pubmed.put(revised(pmid, "with a notice", corpus.RETRACTION))
    topic.ingest(client)
    topic.update(client)
    pubmed.put(revised(7, "revised", corpus.RETRACTION))
    (file,) = topic.update(client).files
    assert gzip.decompress((topic.folder / "records" / file).read_bytes()).count(b"<PubmedArticle>") == 1


def test_a_revision_that_is_not_sent_when_it_is_asked_for_alone_is_named_and_asked_for_again(
    topic: Topic, client: Client, pubmed: Corpus, manual_clock: ManualClock
) -> None:
    def lose(request: Request, proceed: Endpoint) -> Answer:
        if request.endpoint == "efetch" and "7" in (asked := request.get("id").split(",")) and len(asked) < 9:
            if asked == ["7"]:
                return Answer(b"<PubmedArticleSet></PubmedArticleSet>")
            request = replace(request, params={**request.params, "id": (",".join({*asked} - {"7"}),)})
        return proceed(request)

    for pmid in range(1, 101):
        pubmed.put(revised(pmid, "with a notice", corpus.RETRACTION))
    topic.ingest(client)
    before = topic.update(client)
    pubmed.put(revised(7, "revised", corpus.RETRACTION))
    pubmed.put(revised(8, "revised", corpus.RETRACTION))
    with EutilsServer(pubmed.records.values(), layers=[lose], clock=manual_clock.monotonic) as losing:
        run = topic.update(Client(Settings(eutils_url=losing.url, ncbi_api_key=VALID_KEY), clock=manual_clock))
    assert (run.revised, [stale.pmid for stale in run.stale], topic.as_of()) == ((8,), [7], before.as_of)
    assert topic.update(client).revised == (7,)


def test_what_was_revised_is_counted_by_the_run_that_brought_it_though_it_failed(
    topic: Topic, client: Client, pubmed: Corpus, manual_clock: ManualClock
) -> None:
    asked = 0

    def fail_later(request: Request, proceed: Endpoint) -> Answer:
        nonlocal asked
        asked += request.endpoint == "efetch"
        return Answer(b"down", 503) if asked > 1 else proceed(request)

    topic.ingest(client)
    for pmid in range(1, 401):
        pubmed.put(revised(pmid, "revised"))
    with EutilsServer(pubmed.records.values(), layers=[fail_later], clock=manual_clock.monotonic) as failing:
        broken = Client(Settings(eutils_url=failing.url, ncbi_api_key=VALID_KEY), clock=manual_clock)
        with pytest.raises(EntrezError):
            topic.update(broken)
    failed, then = topic.runs()[-1], topic.update(client)
    assert (failed.status, failed.revised) == ("failed", tuple(range(201, 401)))
    assert ("Found in another state", "200") in report.facts(failed)
    assert then.revised == tuple(range(1, 201))


@pytest.mark.parametrize("stopped", [True, False])
def test_a_damaged_file_of_before_hides_no_other_error(
    topic: Topic, client: Client, tmp_path: Path, stopped: bool
) -> None:
    def stop(stage: str, done: int, total: int | None) -> None:
        if stopped and stage.startswith("Fetching") and done == total == 1:
            raise StoppedError("It was cancelled")

    topic.import_files([corpus.write(tmp_path / "old.xml", corpus.article(7, "An old state of it"))])
    topic.ingest(client)
    (topic.folder / "records" / topic.runs()[0].files[0]).write_bytes(b"damaged")
    with pytest.raises(StoppedError if stopped else StorageError):
        topic.update(client, stop)
    assert topic.runs()[-1].revised == (7,)


def test_a_version_that_is_higher_than_pubmed_s_is_not_fetched_for_ever(
    topic: Topic, client: Client, tmp_path: Path
) -> None:
    topic.import_files([corpus.write(tmp_path / "a.xml", corpus.article(7, "Version 2", version=2))])
    topic.update(client)
    assert topic.update(client).files == ()


def test_a_clock_that_was_ahead_hides_no_revisions(
    topic: Topic, client: Client, pubmed: Corpus, tmp_path: Path
) -> None:
    first = topic.ingest(client)
    path = topic.folder / "runs" / f"{first.stamp}.json"
    wrong = path.with_name("20991231T000000Z.json")
    wrong.write_text(
        path.read_text().replace(first.stamp, wrong.stem).replace(first.started, "2099-12-31T00:00:00+00:00")
    )
    pubmed.put(revised(7, "revised"))
    assert topic.update(client).revised == (7,)
    topic.import_files([corpus.write(tmp_path / "old.xml", corpus.article(8, "Of unknown age"))])
    assert topic.as_of() is None


def test_a_clock_that_was_ahead_at_the_first_fetch_hides_no_revisions(
    topic: Topic, client: Client, pubmed: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as ahead:
        ahead.setattr(journal, "now", lambda: datetime(2099, 12, 31, tzinfo=UTC))
        topic.ingest(client)
    pubmed.put(revised(7, "revised"))
    run = topic.update(client)
    assert (run.revised, topic.as_of()) == ((7,), run.started)


def test_an_import_that_brings_nothing_leaves_the_status_as_of_before(
    topic: Topic, client: Client, tmp_path: Path
) -> None:
    first = topic.ingest(client)
    (tmp_path / "broken.xml").write_bytes(b"<PubmedArticleSet>")
    with pytest.raises(FileError):
        topic.import_files([tmp_path / "broken.xml"])
    assert topic.as_of() == first.started


class TestFiles:
    """Records that came from files: nothing filters them, and NCBI is asked about them all the same."""

    @pytest.fixture
    def saved(self, library: Library, tmp_path: Path) -> Topic:
        made = library.create("saved", "", model="bundled")
        made.import_files([corpus.write(tmp_path / "saved.xml", *(corpus.article(n, f"Title {n}") for n in (1, 2, 3)))])
        return made

    @pytest.mark.parametrize("kind", ["RetractionIn", "RetractedandRepublishedIn"])
    def test_a_retraction_is_found(self, saved: Topic, client: Client, pubmed: Corpus, kind: str) -> None:
        assert saved.as_of() is None
        notice = corpus.RETRACTION.replace("RetractionIn", kind)
        pubmed.put(Stored.from_xml(corpus.article(2, "Title 2", extra=notice).strip()))
        run = saved.update(client)
        assert (run.notices, run.revised) == (1, (2,))
        assert [record.pmid for record in saved.records() if record.retracted] == [2]
        assert saved.as_of() == run.started

    def test_what_ncbi_merged_is_followed(self, saved: Topic, client: Client, pubmed: Corpus) -> None:
        pubmed.merge(2, into=40)
        run = saved.update(client)
        assert [gone.reason for gone in run.left] == ["NCBI merged it into PMID 40"]
        assert sorted(record.pmid for record in saved.records()) == [1, 3, 40]
        assert (run.fetched, run.besides) == (0, 1)
        assert "New besides those found (left out once and back, or merged into): 1" in report.markdown(saved).replace(
            "\\", ""
        )
        assert saved.update(client).left == ()

    def test_what_was_merged_deleted_and_brought_back_just_as_it_was_comes_again(
        self, saved: Topic, client: Client, pubmed: Corpus
    ) -> None:
        pubmed.merge(2, into=40)
        saved.update(client)
        there = pubmed.records[40]
        pubmed.delete(40)
        assert [gone.pmid for gone in saved.update(client).left] == [40]
        pubmed.put(there)
        run = saved.update(client)
        assert (run.besides, sorted(record.pmid for record in saved.records())) == (1, [1, 3, 40])
        assert saved.update(client).besides == 0

    def test_no_query_leaves_them_out(self, topic: Topic, client: Client, pubmed: Corpus, tmp_path: Path) -> None:
        pubmed.put(Stored.from_xml(corpus.article(5000, "Another subject").strip()))
        topic.import_files([corpus.write(tmp_path / "saved.xml", corpus.article(5000, "Another subject"))])
        topic.ingest(client)
        assert topic.update(client).left == ()
        assert topic.count() == NUMBER + 1

    def test_one_that_the_query_finds_too_is_fetched_once_for_its_present_state(
        self, topic: Topic, client: Client, server: EutilsServer, tmp_path: Path
    ) -> None:
        topic.import_files([corpus.write(tmp_path / "old.xml", corpus.article(7, "An old state of it"))])
        topic.ingest(client)
        assert 7 not in fetched(server)
        assert topic.as_of() is None
        assert topic.update(client).revised == (7,)
        server.requests.clear()
        topic.update(client)
        assert fetched(server) == []

    def test_one_that_the_query_sends_as_it_stood_in_the_file_is_not_revised(
        self, topic: Topic, client: Client, pubmed: Corpus, tmp_path: Path
    ) -> None:
        laid_out = [pubmed.records[pmid].xml.replace(b"><", b">\n  <") for pmid in (7, 8)]
        laid_out[1] = laid_out[1].replace(b"<Year>2020<", b"<Year>2019<")
        (tmp_path / "c.nbib").write_text("PMID- 9\nLR  - 20200101\n\nPMID- 10\nLR  - 20190101\n")
        topic.import_files([corpus.write(tmp_path / "a.xml", *laid_out), tmp_path / "c.nbib"])
        topic.ingest(client)
        assert topic.update(client).revised == (8, 10)
        assert topic.update(client).files == ()

    def test_a_topic_without_records_has_nothing_to_ask(self, library: Library, client: Client) -> None:
        with pytest.raises(UserError, match="no query and no records"):
            library.create("empty", "", model="bundled").update(client)


def test_the_date_of_the_retraction_check_is_kept(topic: Topic, client: Client, tmp_path: Path) -> None:
    assert topic.as_of() is None
    first = topic.ingest(client)
    assert topic.as_of() == first.started
    update = topic.update(client)
    assert topic.as_of() == update.started
    topic.ingest(client)
    assert topic.as_of() == update.started
    topic.import_files([corpus.write(tmp_path / "old.xml", corpus.article(7, "Of unknown age"))])
    assert topic.as_of() is None
    last = json.loads((topic.folder / "runs" / f"{topic.runs()[-1].stamp}.json").read_text())
    assert last["as_of"] is None
