"""What comes twice in an import is told and never merged."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pubsearch.record import Record
from pubsearch.topic.duplicates import same_doi
from pubsearch.topic.journal import Journal
from pubsearch.topic.library import Library
from tests import corpus
from tests.command import Run


def with_doi(pmid: int, doi: str) -> bytes:
    location = f'<ELocationID EIdType="doi" ValidYN="Y">{doi}</ELocationID>'.encode()
    return corpus.article(pmid, f"Title {pmid}").replace(b"<Language>", location + b"<Language>")


@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(["", "10.1/a", "10.1/A", "10.1/b"])), max_size=40))
@settings(max_examples=200)
def test_it_is_what_comparing_all_with_all_gives(pairs: list[tuple[int, str]]) -> None:
    expected: dict[str, set[int]] = {}
    for pmid, doi in pairs:
        if doi:
            expected.setdefault(doi.lower(), set()).add(pmid)
    found = same_doi(Record(pmid, doi=doi) for pmid, doi in pairs)
    assert {each.doi: set(each.pmids) for each in found} == {
        doi: pmids for doi, pmids in expected.items() if len(pmids) > 1
    }
    assert [each.pmids for each in found] == sorted(tuple(sorted(each.pmids)) for each in found)


@pytest.fixture
def imported(run: Run, tmp_path: Path) -> str:
    run("topic", "create", "t", "--model", "bundled")
    corpus.write(tmp_path / "a.xml", with_doi(1, "10.1/x"), with_doi(2, "10.1/y"))
    corpus.write(tmp_path / "b.xml", with_doi(2, "10.1/y"), with_doi(3, "10.1/X"), corpus.article(4, "None"))
    code, out, _ = run("import", "t", "a.xml", "b.xml")
    assert code == 0
    return out


def test_the_import_tells_both_kinds_and_keeps_every_record(imported: str) -> None:
    assert "1 PMIDs came more than once: of each the newest record counts.\n" in imported
    assert "one DOI in several records: 10.1/x, PMID 1 and 3\n" in imported
    assert sorted(record.pmid for record in Library().topic("t").records()) == [1, 2, 3, 4]


def test_run_report_and_topic_tell_it_too(run: Run, imported: str) -> None:
    assert imported
    (kept,) = json.loads(run("report", "t", "--json")[1])["runs"]
    assert (kept["repeated"], kept["same_doi"]) == (1, [{"doi": "10.1/x", "pmids": [1, 3]}])
    assert "one DOI in several records: 10.1/x, PMID 1 and 3" in run("report", "t")[1]
    assert run("topic", "duplicates", "t")[1] == "DOI 10.1/x: PMID 1 and 3\n1 DOIs stand in more than one record.\n"
    assert json.loads(run("topic", "duplicates", "t", "--json")[1])["same_doi"] == kept["same_doi"]


def test_records_of_a_file_that_was_not_taken_are_no_duplicates(run: Run, tmp_path: Path) -> None:
    run("topic", "create", "t", "--model", "bundled")
    whole = corpus.write(tmp_path / "a.xml", with_doi(1, "10.1/x"), with_doi(2, "10.1/y"))
    (tmp_path / "broken.xml").write_bytes(corpus.article_set(with_doi(1, "10.1/x"), with_doi(3, "10.1/y"))[:-30])
    run("import", "t", "broken.xml", str(whole), "--keep-going")
    (kept,) = json.loads(run("report", "t", "--json")[1])["runs"]
    assert (kept["count"], kept["repeated"], kept["same_doi"]) == (2, 0, [])


def test_without_any_there_is_nothing_to_tell(run: Run, tmp_path: Path) -> None:
    run("topic", "create", "t", "--model", "bundled")
    (tmp_path / "a.xml.gz").write_bytes(gzip.compress(corpus.article_set(with_doi(1, "10.1/x"), with_doi(2, "10.1/y"))))
    assert "DOI" not in run("import", "t", "a.xml.gz")[1]
    assert run("topic", "duplicates", "t")[1] == "No two records share a DOI.\n"


def test_runs_of_before_have_none(tmp_path: Path) -> None:

    (tmp_path / "20260101T000000Z.json").write_text(
        '{"stamp": "20260101T000000Z", "kind": "import", "started": "2026-01-01T00:00:00+00:00", "source": "a.xml"}'
    )
    (run,) = Journal(tmp_path).runs()
    assert (run.repeated, run.same_doi) == (0, ())
