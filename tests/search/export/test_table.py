"""The table is CSV that every spreadsheet opens, and none runs."""

import csv
import io
from pathlib import Path

import pandas
import pytest
from hypothesis import given, settings

from pubsearch.record import Author, Correction, Record
from pubsearch.search.export.table import COLUMNS
from pubsearch.search.export.text import one_line
from tests.search.export.hostile import hostile_records
from tests.search.export.real import written


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_every_real_record_is_a_row(real: list[Record]) -> None:
    table = rows(written("csv", real))
    assert len(table) == len(real) >= 1_769
    for record, row in zip(real, table, strict=True):
        assert tuple(row) == COLUMNS
        assert row["pmid"] == str(record.pmid)
        assert row["title"].removeprefix("'") == record.title.removeprefix("'")
        assert row["abstract"].removeprefix("'") == one_line(record.abstract).removeprefix("'")
        assert row["year"] == str(record.year or "")
        assert row["authors"].split("; ") == [author.name for author in record.authors] or not record.authors
        assert row["publication_types"] == "; ".join(record.publication_types)
        assert row["retracted"] == ("yes" if record.retracted else "no")


def test_asreview_finds_its_columns(real: list[Record], tmp_path: Path) -> None:
    """Read as ASReview does, which guesses the delimiter and takes columns by these names
    (https://asreview.readthedocs.io/en/latest/lab/data_format.html).
    """
    (tmp_path / "real.csv").write_text(written("csv", real), "utf-8")
    table = pandas.read_csv(tmp_path / "real.csv", sep=None, encoding="utf-8", engine="python", keep_default_na=False)
    assert {"title", "abstract", "keywords", "authors", "doi", "url"} <= set(table)
    assert list(table["abstract"].str.removeprefix("'")) == [one_line(each.abstract).removeprefix("'") for each in real]
    assert list(table["doi"]) == [each.doi for each in real]


def test_excel_is_told_that_it_is_utf_8() -> None:
    assert written("csv", []).startswith("\ufeffpmid,title,authors,")


def test_several_values_are_joined_and_line_ends_are_spaces() -> None:
    (row,) = rows(written("csv", [Record(1, title="a\r\nb", authors=(Author("A", "", "B"), Author("C", "", "D")))]))
    assert (row["title"], row["authors"]) == ("a b", "A B; C D")


def test_pages_and_issues_are_not_what_excel_takes_for_dates() -> None:
    (row,) = rows(written("csv", [Record(1, pages="5-9", issue="1-2")]))
    assert (row["pages"], row["issue"]) == ("5–9", "1–2")


def test_the_notices_go_along() -> None:
    (row,) = rows(written("csv", [Record(1, corrections=(Correction("ExpressionOfConcernIn", "BMJ. 2011"),))]))
    assert (row["retracted"], row["notices"]) == ("no", "Expression of concern in: BMJ. 2011")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", "\x00=1", "＝1"])
def test_a_formula_becomes_text(text: str) -> None:
    (row,) = rows(written("csv", [Record(1, title=text)]))
    assert row["title"] == f"'{text.strip(chr(9) + chr(10) + chr(13) + chr(0))}"


@settings(max_examples=100, deadline=None)
@given(hostile_records())
def test_no_text_can_end_a_cell_or_be_run(record: Record) -> None:
    text = written("csv", [record, record])
    table = rows(text)
    assert len(table) == 2
    assert len(text.splitlines()) == 3
    assert all(set(row) == set(COLUMNS) for row in table)
    assert not any(value.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for row in table for value in row.values())
    title = one_line(record.title).encode("utf-8", "replace").decode()
    assert table[0]["title"] in (title, f"'{title}")
