"""An export is whole or absent, counted, split where a reader needs it, and no burden on memory."""

import io
import os
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pubsearch.errors import StorageError, UserError
from pubsearch.record import Record, Section
from pubsearch.search.export import FORMATS, RECEIVED_XML, Exported, Limit, to_files, write
from pubsearch.search.export.format import Format
from pubsearch.topic.raw import Received

NAMES = ("ris", "nbib", "bibtex", "csv", "jsonl")


def records(number: int, text: str = "") -> Iterator[Record]:
    return (Record(pmid, title=f"Title {pmid}", sections=(Section("", "", text),)) for pmid in range(1, number + 1))


def limited(name: str, most: int, size: int = 1_000_000) -> Format[Record]:
    return replace(FORMATS[name], limit=Limit("Covidence", most, size))


def test_the_formats_go_by_their_names() -> None:
    assert tuple(FORMATS) == NAMES
    assert [form.extension for form in FORMATS.values()] == ["ris", "nbib", "bib", "csv", "jsonl"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_holds_what_the_stream_holds(name: str, tmp_path: Path) -> None:
    stream, path = io.BytesIO(), tmp_path / "found"
    assert write(FORMATS[name], records(3), stream) == Exported((), 3)
    assert to_files(FORMATS[name], records(3), path) == Exported((path,), 3)
    assert path.read_bytes() == stream.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_no_records_make_an_empty_export(name: str, tmp_path: Path) -> None:
    path = tmp_path / "found"
    assert to_files(FORMATS[name], [], path) == Exported((path,), 0)
    assert path.read_bytes() == FORMATS[name].head


def test_covidence_gets_at_most_15_000_records_a_file(tmp_path: Path) -> None:
    exported = to_files(FORMATS["ris"], records(30_001), tmp_path / "found.ris")
    assert [path.name for path in exported.files] == ["found-1.ris", "found-2.ris", "found-3.ris"]
    assert [path.read_bytes().count(b"TY  - ") for path in exported.files] == [15_000, 15_000, 1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["found-1.ris", "found-2.ris", "found-3.ris"]
    assert exported.records == 30_001
    assert exported.notices == (
        "Covidence takes at most 15,000 records and 50 MB in one file: there are 3, found-1.ris to found-3.ris.",
    )


def test_a_full_file_is_not_split(tmp_path: Path) -> None:
    exported = to_files(limited("nbib", 10), records(10), tmp_path / "found.nbib")
    assert exported == Exported((tmp_path / "found.nbib",), 10)


def test_the_size_splits_too_and_no_file_is_larger(tmp_path: Path) -> None:
    exported = to_files(limited("ris", 1_000, 1_000), records(50), tmp_path / "found.ris")
    sizes = [path.stat().st_size for path in exported.files]
    assert len(sizes) > 1
    assert max(sizes) <= 1_000
    assert sum(path.read_bytes().count(b"TY  - ") for path in exported.files) == exported.records == 50


def test_a_record_that_is_too_large_for_any_file_has_one_for_itself(tmp_path: Path) -> None:
    exported = to_files(limited("ris", 1_000, 100), records(3), tmp_path / "found.ris")
    assert (len(exported.files), exported.records) == (3, 3)


def test_a_stream_is_not_split_but_the_user_is_told() -> None:
    exported = write(limited("ris", 2), records(3), io.BytesIO())
    assert exported.records == 3
    assert exported.notices == (
        "Covidence takes at most 2 records and 1 MB in one file: name a file to have more than one written.",
    )


@pytest.mark.parametrize("most", [2, 1_000])
def test_an_export_that_fails_leaves_the_folder_as_it_was(most: int, tmp_path: Path) -> None:
    def broken() -> Iterator[Record]:
        yield from records(5)
        raise RuntimeError("the disk of the records is gone")

    (tmp_path / "found.ris").write_text("before")
    with pytest.raises(RuntimeError):
        to_files(limited("ris", most), broken(), tmp_path / "found.ris")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(StorageError, match="absent"):
        to_files(FORMATS["csv"], [], Path("absent") / "found.csv")


def test_what_is_left_out_is_counted_and_named(tmp_path: Path) -> None:
    items = [Received(1, b"<PubmedArticle/>"), *(Received(pmid, None) for pmid in range(2, 14))]
    exported = to_files(RECEIVED_XML, items, tmp_path / "found.xml")
    assert (exported.records, exported.left_out) == (1, tuple(range(2, 14)))
    (notice,) = exported.notices
    assert notice == (
        "12 of 13 left out, with no XML (they came as MEDLINE text, or were deleted since): "
        "PMID 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …."
    )


@pytest.mark.parametrize("name", NAMES)
def test_memory_does_not_grow_with_the_number_of_records(name: str, tmp_path: Path) -> None:
    text = "The patients were followed for two years after surgery. " * 30

    def peak(number: int) -> int:
        tracemalloc.start()
        to_files(FORMATS[name], records(number, text), tmp_path / "found")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # what is kept for all exports
    few, many = peak(100), peak(2_000)
    assert (tmp_path / "found").stat().st_size > 3_000_000
    assert many - few < 300_000


@pytest.mark.parametrize("name", ["", ".", "folder", "pipe"])
def test_only_a_file_is_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    path = Path(name) if name in ("", ".") else tmp_path / name
    with pytest.raises(UserError, match="is no file, and an export cannot take its place: name a file"):
        to_files(FORMATS["csv"], records(1), path)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder", "pipe"]


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="File name too long"):
        to_files(FORMATS["csv"], records(1), tmp_path / ("a" * 300))
