"""A corpus is read from JSON lines; what is wrong is named by its line."""

import gzip
from pathlib import Path

import pytest
import zstandard

from pubsearch.errors import FileError
from pubsearch.evaluate.texts import Text, read_corpus

LINES = (
    b'{"id": "4983", "title": "White matter", "abstract": ["One.", "Two."]}\n\n'
    b'{"_id": 7, "title": "", "text": "Only text.", "metadata": {}}\r\n{"id": "8", "title": null, "abstract": ""}'
)
TEXTS = [Text("4983", "White matter", "One. Two."), Text("7", "", "Only text."), Text("8", "", "")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("corpus.jsonl", LINES),
        ("corpus.jsonl.gz", gzip.compress(LINES)),
        ("corpus.jsonl.zst", zstandard.compress(LINES)),
    ],
)
def test_a_corpus_may_be_compressed(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert read_corpus(tmp_path / name) == TEXTS


def test_a_text_is_encoded_as_records_are() -> None:
    assert [text.text for text in TEXTS] == ["White matter. One. Two.", "Only text.", ""]


@pytest.mark.parametrize(
    "line",
    [
        "aspirin",
        '{"title": "a"}',
        '{"id": "1", "title": 3}',
        '{"id": "1", "abstract": [1]}',
        "[1]",
        '{"id": " "}',
        '{"id": "PMC 48", "title": "a"}',
        '{"id": null, "title": "a"}',
        '"id"',
    ],
)
def test_a_line_that_is_no_text_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text(f'{{"id": "1"}}\n{line}\n')
    with pytest.raises(FileError, match=r"Line 2 of \S+corpus.jsonl is no text"):
        read_corpus(path)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("c.jsonl", b'{"id": "1"}\n{"id": 1}\n', "Line 2 of .* has the id 1 once more"),
        ("c.jsonl", b"\n", "has no text"),
        ("c.jsonl", b"\xff", "no text in UTF-8"),
        ("c.jsonl.gz", gzip.compress(LINES)[:-9], "cannot be read"),
        ("c.jsonl.gz", LINES, "cannot be read"),
        ("c.jsonl.zst", LINES, "cannot be read"),
    ],
)
def test_a_file_that_is_no_corpus_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileError, match=said):
        read_corpus(tmp_path / name)
