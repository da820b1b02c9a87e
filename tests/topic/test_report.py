"""The search record: all that PRISMA-S asks for, as Markdown that a hostile string cannot break, and as JSON."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pubsearch.entrez.client import MAX_PMIDS, Client
from pubsearch.errors import StoppedError
from pubsearch.settings import Settings
from pubsearch.topic import about, report
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.eutils.clock import ManualClock
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.records import Stored, numbered
from tests.eutils.server import VALID_KEY, EutilsServer

KEY, EMAIL = VALID_KEY, "librarian@example.org"


def client(server: EutilsServer, clock: ManualClock) -> Client:
    return Client(Settings(eutils_url=server.url, ncbi_api_key=KEY, email=EMAIL), clock=clock)


def deletion(pmid: int) -> bytes:
    return f"<DeleteCitation><PMID Version='1'>{pmid}</PMID></DeleteCitation>".encode()


@pytest.fixture
def topic(library: Library, recorded_server: EutilsServer, manual_clock: ManualClock, tmp_path: Path) -> Topic:
    made = library.create("t", "telomere OR zzqqxx", title="Ageing", model="bundled")
    made.ingest(client(recorded_server, manual_clock))
    made.import_files([corpus.write(tmp_path / "saved.xml", corpus.article(7, "Seven"))])
    made.update(client(recorded_server, manual_clock))
    return made


def test_everything_that_prisma_s_asks_for_is_there(topic: Topic, recorded_server: EutilsServer) -> None:
    text = report.markdown(topic)
    for part in (
        "PubMed (National Library of Medicine)",
        "NCBI E-utilities",
        "```text\ntelomere OR zzqqxx\n```",
        '```text\n"telomere"[All Fields] OR (zzqqxx[All Fields])\n```',
        "Phrase not found: zzqqxx",
        "Build-2025.11.27.06.33",
        "Records found: 1",
        "pmids per search 9,999",
        "pubsearch ",
        "biopython ",
        f"Retraction status as of: {topic.runs()[-1].started}",
        recorded_server.url,
    ):
        assert part in text
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        f"## {run.kind.capitalize()} of {run.started} (complete)" for run in topic.runs()
    ]


def test_a_topic_of_files_claims_no_search(library: Library, tmp_path: Path) -> None:
    topic = library.create("files", "", model="bundled")
    topic.import_files([corpus.write(tmp_path / "saved.xml", corpus.article(7, "Seven"))])
    assert "- Interface: none, its records came from files" in report.markdown(topic).splitlines()
    assert report.as_dict(topic)["interface"] is None
    planned = library.create("planned", "asthma", model="bundled")
    assert "- Interface: NCBI E-utilities" in report.markdown(planned)


def test_a_query_that_was_not_run_yet_is_said_to_be_so(library: Library, tmp_path: Path) -> None:
    topic = library.create("saved", "asthma[tiab]", model="bundled")
    topic.import_files([corpus.write(tmp_path / "saved.xml", corpus.article(7, "Seven"))])
    text = report.markdown(topic)
    assert "- Interface: none, its records came from files" in text.splitlines()
    string = "Search string, not run yet: the records came from files and are not filtered by it:"
    assert f"{string}\n\n```text\nasthma[tiab]\n```" in text
    assert report.as_dict(topic)["interface"] is None


def test_a_run_by_another_string_than_today_s_has_its_own(topic: Topic) -> None:
    assert "Search string of that time" not in report.markdown(topic)
    about.write(topic.folder, replace(topic.about, query="telomere AND ageing"))
    text = report.markdown(Topic(topic.folder))
    assert text.index("```text\ntelomere AND ageing\n```") < text.index("## Ingest of")
    assert text.count("Search string of that time, as typed:\n\n```text\ntelomere OR zzqqxx\n```") == 2


def test_an_import_counts_what_it_took_in_and_what_it_took_out(library: Library, tmp_path: Path) -> None:
    topic = library.create("files", "", model="bundled")
    first = corpus.write(tmp_path / "a.xml", *(corpus.article(pmid, f"Title {pmid}") for pmid in (1, 2, 3)))
    topic.import_files([first])
    assert topic.import_files([corpus.write(tmp_path / "b.xml", deletion(1), deletion(2))]).deleted == 2
    again = topic.import_files([first])
    assert (again.count, again.already_there, again.fetched, topic.count()) == (3, 1, 0, 1)
    assert "a.xml was imported before and is not taken again: 2 of its records were left out since" in again.warnings
    back = topic.import_files([corpus.write(tmp_path / "c.xml", corpus.article(1, "One"), deletion(3))])
    assert (back.fetched, back.deleted, topic.count()) == (1, 1, 1)


def test_an_import_counts_no_record_as_taken_out_that_a_later_file_brings_back(
    library: Library, tmp_path: Path
) -> None:
    topic = library.create("files", "", model="bundled")

    def imported(name: str, *files: list[bytes]) -> tuple[int, int, int]:
        """New, taken out, and how many records the topic gained."""
        before = topic.count()
        run = topic.import_files(
            [corpus.write(tmp_path / f"{name}{number}.xml", *articles) for number, articles in enumerate(files)]
        )
        return run.fetched, run.deleted, topic.count() - before

    one, two, back = (corpus.article(pmid, f"Title {pmid}") for pmid in (1, 2, 2))
    assert imported("a", [one, two], [deletion(2)], [back]) == (2, 0, 2)
    assert "- Left out from then on: 0\n" in report.markdown(topic)
    # a file that was taken once is not taken again, so that no two may be the same
    assert imported("b", [deletion(2), deletion(90)], [corpus.article(3, "Three")]) == (1, 1, 0)
    assert imported("c", [corpus.article(2, "Two again"), deletion(2)]) == (1, 1, 0)
    assert imported("d", [corpus.article(2, "Two once more")], [deletion(2), deletion(91)]) == (1, 1, 0)


def test_slices_stand_in_a_table(library: Library, manual_clock: ManualClock) -> None:
    topic = library.create("large", "asthma", model="bundled")
    with EutilsServer(numbered(range(1, MAX_PMIDS + 2)), clock=manual_clock.monotonic) as server:
        topic.ingest(client(server, manual_clock))
    assert "| first PMID | last PMID | records |" in report.markdown(topic)
    assert sum(each["count"] for each in report.as_dict(topic)["runs"][0]["slices"]) == MAX_PMIDS + 1


def test_neither_key_nor_email_is_in_it_or_in_any_file(topic: Topic) -> None:
    texts = [report.markdown(topic), str(report.as_dict(topic))]
    texts += [path.read_text(errors="replace") for path in topic.folder.rglob("*") if path.is_file()]
    assert not [text for text in texts if KEY in text or EMAIL in text]


def test_text_is_text_in_markdown(library: Library) -> None:
    topic = library.create("t2", "x ``` <script> # no", title="*A* [link](http://x) <b> `c`", model="bundled")
    text = report.markdown(topic)
    assert text.splitlines()[0] == r"# Search record: \*A\* \[link\](http://x) \<b\> \`c\`"
    assert "````text\nx ``` <script> # no\n````" in text


def test_what_ncbi_says_of_its_state_is_text_too(
    library: Library, recorded_records: list[Stored], manual_clock: ManualClock
) -> None:
    hostile = b"<DbBuild>x&#10;&#10;# Heading &lt;img src=x onerror=alert(1)></DbBuild>"

    def forge(request: Request, proceed: Endpoint) -> Answer:
        answer = proceed(request)
        return Answer(re.sub(rb"<DbBuild>.*?</DbBuild>", hostile, answer.body))

    topic = library.create("t", "telomere", model="bundled")
    with EutilsServer(recorded_records, layers=[forge], clock=manual_clock.monotonic) as server:
        topic.ingest(client(server, manual_clock))
    text = report.markdown(topic)
    assert "<img" not in text.replace(r"\<", "")
    assert "\n# Heading" not in text


def test_a_stopped_run_counts_what_came(library: Library, manual_clock: ManualClock) -> None:
    def stop(what: str, done: int, _total: int) -> None:
        if what.startswith("Fetching") and done == 400:
            raise StoppedError("Stopped.")

    topic = library.create("t", "asthma", model="bundled")
    with (
        EutilsServer(numbered(range(1, 1001)), clock=manual_clock.monotonic) as server,
        pytest.raises(StoppedError),
    ):
        topic.ingest(client(server, manual_clock), stop)
    (run,) = topic.runs()
    assert (run.status, run.count, run.fetched) == ("stopped", 1000, 400)
    text = report.markdown(topic)
    assert "- New: 400\n" in text
    assert "- Missing" not in text
