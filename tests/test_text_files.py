"""Text files are read line by line, compressed or not; damage is told in one sentence."""

import gzip
from pathlib import Path

import pytest
import zstandard

from pubsearch.errors import FileError
from pubsearch.text_files import json_object, lines

CONTENT = "\ufeffone\n\n two\r\nthree".encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.txt", CONTENT), ("a.txt.gz", gzip.compress(CONTENT)), ("a.zst", zstandard.compress(CONTENT))],
)
def test_lines_that_are_not_empty_come_with_their_numbers(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert list(lines(tmp_path / name, "a file")) == [(1, "one"), (3, " two"), (4, "three")]


@pytest.mark.parametrize("place", range(10, 40))
def test_damage_at_any_place_is_told(tmp_path: Path, place: int) -> None:
    content = bytearray(gzip.compress(b"one line of many\n" * 99))
    content[place] ^= 0xFF
    (tmp_path / "a.gz").write_bytes(content)
    with pytest.raises(FileError, match=r"a\.gz cannot be read \(.*\): name a file\."):
        list(lines(tmp_path / "a.gz", "a file"))


@pytest.mark.parametrize(
    "line", ["", "{", "[1]", "null", '{"a": "\\ud800"}', '{"\\ud800": 1}', '{"a": ["\\ud800"]}', "[" * 100_000]
)
def test_a_line_that_is_no_json_object_of_text_is_an_empty_one(line: str) -> None:
    assert json_object(line) == {}


def test_a_json_object_is_what_it_holds() -> None:
    assert json_object('{"a": ["\\ud83d\\ude00", 1]}') == {"a": ["\U0001f600", 1]}
