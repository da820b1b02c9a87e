"""Questions and judgements are read as information retrieval writes them; what is wrong is named by its line."""

import gzip
from pathlib import Path

import pytest
import zstandard

from pubsearch.errors import FileError, UserError
from pubsearch.evaluate.judgements import Judged, judged, read_qrels, read_queries


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        "1\taspirin after stroke\n\n2\tIL-6\tin sepsis\n",
        '{"id": "1", "text": "aspirin after stroke", "split": "dev"}\n{"id": 2, "text": "IL-6\\tin sepsis"}',
        '{"_id": "1", "text": "aspirin after stroke"}\r\n2\tIL-6\tin sepsis\r\n',
        "\ufeff1\taspirin after stroke\n2\tIL-6\tin sepsis",
    ],
)
def test_questions_come_as_columns_or_as_json(tmp_path: Path, content: str) -> None:
    assert read_queries(written(tmp_path, content)) == {"1": "aspirin after stroke", "2": "IL-6\tin sepsis"}


def test_a_split_keeps_its_own_questions(tmp_path: Path) -> None:
    path = written(tmp_path, '{"id": 1, "text": "a", "split": "dev"}\n{"id": 2, "text": "b"}\n3\tc\n')
    assert read_queries(path, "dev") == {"1": "a"}
    with pytest.raises(FileError, match="no question of the split test"):
        read_queries(path, "test")


def test_files_may_be_compressed(tmp_path: Path) -> None:
    (tmp_path / "queries.tsv.gz").write_bytes(gzip.compress(b"1\taspirin\n"))
    (tmp_path / "qrels.txt.zst").write_bytes(zstandard.compress(b"1 0 7 1\n"))
    assert read_queries(tmp_path / "queries.tsv.gz") == {"1": "aspirin"}
    assert read_qrels(tmp_path / "qrels.txt.zst") == {"1": {"7": 1}}


def test_what_a_collection_has_not_is_left_out_and_counted() -> None:
    queries = {"b": "stroke", "a": "aspirin", "elsewhere": "x", "unjudged": "y", "irrelevant": "z"}
    qrels = {"a": {"1": 2, "2": 0, "9": 1}, "b": {"2": 1}, "elsewhere": {"8": 1}, "unasked": {"1": 1, "7": 1}}
    qrels["irrelevant"] = {"1": 0, "2": -1}
    found = judged(queries, qrels, ["1", "2", "3"], "topic t")
    assert found == Judged({"b": "stroke", "a": "aspirin"}, {"b": {"2": 1}, "a": {"1": 2, "2": 0}}, 3, 2)


@pytest.mark.parametrize("qrels", [{}, {"q1": {"9": 1}}, {"q1": {"1": 0}}, {"other": {"1": 1}}])
def test_judgements_of_other_records_or_questions_are_refused(qrels: dict[str, dict[str, int]]) -> None:
    with pytest.raises(UserError, match="that both files have the same question ids"):
        judged({"q1": "aspirin"}, qrels, ["1", "2"], "topic t")


def test_judgements_come_as_trec_has_them(tmp_path: Path) -> None:
    path = written(tmp_path, "1 0 31715818 1\n1\tQ0\t7  -1\n\nq-2 0 7 0\n")
    assert read_qrels(path) == {"1": {"31715818": 1, "7": -1}, "q-2": {"7": 0}}


@pytest.mark.parametrize(
    "line",
    [
        *("aspirin", "3\t", "\taspirin", '{"id": "3"}', '{"text": "aspirin"}', '{"id": "3", "text"', "{}"),
        '{"id": null, "text": "aspirin"}',
        '{"id": "3", "text": ["aspirin"]}',
        '{"id": "3", "text": "half a pair: \\ud800"}',
        '{"id": ' * 100_000,
    ],
    ids=lambda line: line[:30],
)
def test_a_line_that_is_no_question_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(FileError, match=r"Line 3 of \S+file is no question: give an id, a tab and the text"):
        read_queries(written(tmp_path, f"1\taspirin\n\n{line}\n"))


@pytest.mark.parametrize("line", ["1 0 7", "1 0 7 yes", "1 0 7 1001", "1 0 7 99999999999999999999", "7"])
def test_a_line_that_is_no_judgement_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(FileError, match=r"Line 2 of \S+file is no judgement: give four columns"):
        read_qrels(written(tmp_path, f"1 0 8 1\n{line}\n"))


def test_a_file_without_a_question_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="has no question: give one a line"):
        read_queries(written(tmp_path, "\n"))


def test_what_comes_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"Line 2 of \S+file has the id 1 once more"):
        read_queries(written(tmp_path, "1\taspirin\n1\tstroke\n"))
    with pytest.raises(FileError, match=r"Line 3 of \S+file judges 7 for 1 once more"):
        read_qrels(written(tmp_path, "1 0 7 1\n2 0 7 1\n1 0 7 0\n"))


@pytest.mark.parametrize("read", [read_queries, read_qrels])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, read: object) -> None:
    assert callable(read)
    for path, reason in (
        (tmp_path / "none", "No such file"),
        (tmp_path, "directory"),
        (written(tmp_path, b"\xff"), "UTF-8"),
    ):
        with pytest.raises(FileError, match=reason):
            read(path)
