"""What a reader takes away: the file, its name, and how many records are in it."""

import io
import zipfile
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from pubsearch.record import Record
from pubsearch.search.export import FORMATS
from pubsearch.ui.exporting import FORMS, NAMES, ZIPPED_FROM, Part, extension_of, file_name, made
from tests.ui.visit import shown

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
    assert file_name("demo", 12, "nbib", today) == "pubsearch-demo-12-records-2026-11-25.nbib"


def test_many_records_are_packed() -> None:
    assert [extension_of(ZIPPED_FROM + more, FORMATS["nbib"]) for more in (0, 1)] == ["nbib", "zip"]


def _draw() -> None:
    """The script of a page with an open menu: three records are wanted, and two can be had."""
    import streamlit as st

    from pubsearch.record import Record
    from pubsearch.ui import exporting

    st.session_state.export = True
    had = [Record(pmid=1), Record(pmid=2)]
    exporting.popover([exporting.Wanted("All results", "demo", 3, lambda: [exporting.Part("demo", [1, 2, 3], had)])])


def test_a_file_is_named_after_what_it_holds_not_after_what_was_wanted() -> None:
    said = shown(AppTest.from_function(_draw, default_timeout=60).run())
    assert "2 records written to pubsearch-demo-2-records-" in said
    assert "3-records" not in said
