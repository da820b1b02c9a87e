"""What a reader takes away: the file, its name, and how many records are in it."""

import io
import zipfile
from datetime import date

import pytest

from pubsearch.record import Record
from pubsearch.search.export import FORMATS
from pubsearch.ui.exporting import FORMS, NAMES, ZIPPED_FROM, Part, file_name, made

RECORDS = [Record(pmid=pmid, title=f"Title {pmid}") for pmid in (1, 2, 3)]


def parts() -> list[Part]:
    return [Part("one", [1, 2], iter(RECORDS[:2])), Part("two", [3], iter(RECORDS[2:]))]


def test_every_format_has_a_name() -> None:
    assert list(NAMES) == list(FORMS)


@pytest.mark.parametrize("form", FORMATS.values(), ids=list(FORMATS))
def test_a_file_holds_the_records_of_all_topics(form: object) -> None:
    content, exported = made(form, parts(), zipped=False)
    assert exported.records == 3
    assert [f"Title {pmid}".encode() in content for pmid in (1, 2, 3)] == [True] * 3


def test_a_packed_file_holds_files_of_the_format() -> None:
    content, exported = made(FORMATS["ris"], parts(), zipped=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == ["pubsearch.ris"]
        assert archive.read("pubsearch.ris").count(b"TY  - ") == exported.records == 3


def test_the_name_says_whose_how_many_and_when() -> None:
    today = date(2026, 11, 25)
    assert file_name("demo", 12, FORMATS["nbib"], today) == "pubsearch-demo-12-records-2026-11-25.nbib"
    assert file_name("demo", ZIPPED_FROM + 1, FORMATS["nbib"], today).endswith(".zip")
