"""A strategy falls into its lines, and each line can be asked alone."""

from pathlib import Path

import pytest

from pubsearch.errors import FileError, QueryError
from pubsearch.strategy import lines
from pubsearch.strategy.known import read_pmids
from tests.search.published import QUERIES, Published


def queries(text: str) -> list[str | None]:
    return [each.query for each in lines.written_out(lines.read(text))]


def test_what_a_line_names_is_put_in_its_place() -> None:
    assert queries("#1 stroke[ti] OR cva[ti]\n#2 aspirin[ti]\n#3 #1 AND #2\n#4 #3 NOT letter[pt]") == [
        "stroke[ti] OR cva[ti]",
        "aspirin[ti]",
        "(stroke[ti] OR cva[ti]) AND (aspirin[ti])",
        "((stroke[ti] OR cva[ti]) AND (aspirin[ti])) NOT letter[pt]",
    ]


def test_a_line_of_numbers_and_operators_needs_no_signs() -> None:
    assert queries("1. a[ti]\n2. b[ti]\n3. 1 or 2")[-1] == "(a[ti]) OR (b[ti])"


def test_a_number_in_a_phrase_names_no_line() -> None:
    assert queries('#1 a[ti]\n#2 "case #1"[ti] OR #1')[-1] == '"case #1"[ti] OR (a[ti])'


def test_a_line_that_names_none_before_it_cannot_be_asked_nor_can_those_that_name_it() -> None:
    first, second, third = lines.written_out(lines.read("#1 a[ti]\n#2 #1 AND #9\n#3 #2 OR #1"))
    assert first.query == "a[ti]"
    assert (second.query, third.query) == (None, None)
    assert second.error.startswith("#9 is no line before this one")
    assert third.error.startswith("#2 is no line before this one")


@pytest.mark.parametrize(
    ("line", "query"),
    [
        ("#1 and cough[tiab]", "(a[ti]) and cough[tiab]"),
        ("#2 english[la] or #1", "(b[ti]) english[la] or (a[ti])"),
        ("#1 2000:2020[dp]", "(a[ti]) 2000:2020[dp]"),
        ("#2.", "(b[ti])."),
        ("1 and not 2", "(a[ti]) NOT (b[ti])"),
    ],
)
def test_a_number_at_the_beginning_names_a_line_whatever_follows(line: str, query: str) -> None:
    assert queries(f"#1 a[ti]\n#2 b[ti]\n#3 {line}")[-1] == query


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("cough #2", "The #2 at character 10 is no line of its own here: write AND, OR or NOT beside it."),
        ("#1[ti]", "The #1 at character 4 is no line of its own here"),
        ('"cough OR #2', 'The " at character 4 is not closed'),
    ],
)
def test_a_line_that_would_be_asked_wrongly_is_not_asked(line: str, said: str) -> None:
    *_, last = lines.written_out(lines.read(f"#1 a[ti]\n#2 b[ti]\n#3 {line}"))
    assert last.query is None
    assert last.error.startswith(said)


def test_lines_that_double_again_and_again_are_not_written_out() -> None:
    doubled = "\n".join(f"#{n} #{n - 1} OR #{n - 1}" for n in range(2, 60))
    found = queries(f"#1 stroke[ti]\n{doubled}")
    assert found[-1] is None
    assert max(len(each or "") for each in found) < 110_000


@pytest.mark.parametrize("published", [each for each in QUERIES if each.source != "CLEF-TAR/tar"], ids=lambda q: q.id)
def test_a_published_string_is_one_line_and_goes_as_it_is(published: Published) -> None:
    (only,) = lines.written_out(lines.read(published.query))
    assert (only.line.number, only.error) == (None, "")
    assert only.query is not None
    assert len(only.query.split()) == len(published.query.split())


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_strategy_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="empty"):
        lines.read(text)


def test_pmids_are_read_in_their_order_each_once(tmp_path: Path) -> None:
    path = tmp_path / "known.txt"
    path.write_text("\ufeff# from the protocol\n30, 10;20\n10\n")
    assert read_pmids(path) == (30, 10, 20)


@pytest.mark.parametrize(("text", "said"), [("12\nten\n", "line 2: “ten” is no PMID"), ("# none\n", "has no PMID")])
def test_a_file_of_something_else_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "known.txt"
    path.write_text(text)
    with pytest.raises(FileError, match=said):
        read_pmids(path)
