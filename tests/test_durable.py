"""Writes are whole or absent, and what the system refuses is said in one sentence."""

from pathlib import Path

import pytest

from pubsearch import durable
from pubsearch.errors import StorageError


def test_a_write_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    durable.write(path, b"old")
    durable.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "file"
    durable.write(path, b"old")
    with pytest.raises(RuntimeError), durable.replacing(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_torn_last_line_is_cut_off_before_the_next(tmp_path: Path) -> None:
    path = tmp_path / "log"
    durable.append_line(path, b"one")
    path.write_bytes(b"one\ntw")
    durable.append_line(path, b"three")
    assert path.read_bytes() == b"one\nthree\n"


def test_a_file_in_the_way_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="a file lies where pubsearch needs a folder"):
        durable.make_folder(tmp_path / "file" / "folder")


def test_what_a_killed_writer_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".tmp-file").write_text("")
    (tmp_path / ".tmp-folder").mkdir()
    (tmp_path / "kept").write_text("")
    durable.sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_folder_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"absent/x.ris cannot be written: there is no folder .*/absent: make it or"):
        durable.write(tmp_path / "absent" / "x.ris", b"")
