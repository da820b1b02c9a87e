"""The catalogue: the same files for the same records, found by row, by PMID, by word and by key."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pubsearch.demo
from pubsearch.entrez import xml
from pubsearch.entrez.formats import open_source
from pubsearch.errors import WorldError
from pubsearch.index import fulltext
from pubsearch.index.catalogue import Catalogue, CatalogueWriter
from pubsearch.index.fulltext import Word
from pubsearch.index.inverted import InvertedLists, InvertedListsWriter
from pubsearch.index.normal import tokens, words
from pubsearch.index.texts import ZONES
from pubsearch.record import Record


@pytest.fixture(scope="module")
def records() -> list[Record]:
    name = "1.xml.gz"
    with open_source(pubsearch.demo.RECORDS / name) as source:
        return [record for record in xml.parse(source, name) if isinstance(record, Record)][:100]


def written(folder: Path, *batches: Sequence[tuple[int, Record]]) -> Catalogue:
    folder.mkdir()
    writer = CatalogueWriter(folder / "catalogue.sqlite")
    for batch in batches:
        writer.add(batch)
    writer.close()
    return Catalogue(folder / "catalogue.sqlite")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.npy") if path.is_file()}


def test_records_come_back_by_row_and_rows_by_pmid(tmp_path: Path, records: list[Record]) -> None:
    catalogue = written(tmp_path / "one", list(enumerate(records)))
    assert catalogue.rows == len(records)
    assert catalogue.records([7, 3]) == [records[7], records[3]]
    assert [catalogue.row(record.pmid) for record in records] == list(range(len(records)))
    assert catalogue.row(999_999_999) is None
    assert catalogue.pmids.tolist() == [record.pmid for record in records]


def test_neither_order_nor_batches_matter(tmp_path: Path, records: list[Record]) -> None:
    rows = list(enumerate(records))
    written(tmp_path / "one", rows)
    shuffled = random.Random(1).sample(rows, len(rows))
    written(tmp_path / "other", shuffled[:9], shuffled[9:])
    assert contents(tmp_path / "one") == contents(tmp_path / "other")


def test_nothing_but_the_finished_files_is_left(tmp_path: Path, records: list[Record]) -> None:
    written(tmp_path / "one", list(enumerate(records)))
    assert sorted(path.name for path in (tmp_path / "one" / "catalogue" / "keys").iterdir()) == [
        "ends.npy",
        "numbers.npy",
        "starts.npy",
        "terms.npy",
    ]


def test_threads_share_a_catalogue(tmp_path: Path, records: list[Record]) -> None:
    catalogue = written(tmp_path / "one", list(enumerate(records)))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda row: catalogue.records([row])[0], range(50))) == records[:50]


def test_it_is_read_on_by_any_thread_when_its_file_has_no_name_any_more(tmp_path: Path, records: list[Record]) -> None:
    catalogue = written(tmp_path / "one", list(enumerate(records)))
    for path in sorted(tmp_path.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(catalogue.records, [3]).result() == [records[3]]
    assert catalogue.row(records[5].pmid) == 5


@pytest.mark.parametrize("name", ["words/numbers.npy", "words/rows.npy", "keys/terms.npy", "dates/dp.npy"])
def test_a_missing_file_is_named(tmp_path: Path, records: list[Record], name: str) -> None:
    written(tmp_path / "one", [(0, records[0])])
    (tmp_path / "one" / "catalogue" / name).unlink()
    with pytest.raises(ValueError, match=name.rpartition("/")[2]):
        Catalogue(tmp_path / "one" / "catalogue.sqlite")


def test_lists_that_do_not_belong_together_are_refused(tmp_path: Path, records: list[Record]) -> None:
    written(tmp_path / "one", [(0, records[0])])
    written(tmp_path / "two", [(0, replace(records[1], pmid=2))])
    place = Path("catalogue", "words", "numbers.npy")
    (tmp_path / "two" / place).replace(tmp_path / "one" / place)
    with pytest.raises(ValueError, match="do not belong together"):
        Catalogue(tmp_path / "one" / "catalogue.sqlite")


def test_a_phrase_stays_in_its_record(tmp_path: Path) -> None:
    records = [
        Record(pmid=1, title="lung"),
        Record(pmid=2, title="transplant"),
        Record(pmid=3, title="x " * 31 + "lung"),
    ]
    catalogue = written(tmp_path / "one", list(enumerate(records)))
    assert catalogue.text.phrase([Word("lung"), Word("transplant")], ZONES).tolist() == []
    assert sorted(catalogue.text.phrase([Word("lung")], ["title"]).tolist()) == [0, 2]
    assert catalogue.text.phrase([Word("lung")], ["abstract"]).tolist() == []


def test_more_entries_than_are_sorted_at_once(tmp_path: Path) -> None:
    """Three million, of which memory holds two: runs are merged, and terms in several of them are one."""
    writer = InvertedListsWriter(tmp_path / "lists")
    for row in (2, 0, 1):
        writer.add(row, [f"term{n % 5000:04}" for n in range(row, 1_000_000 + row)], range(1_000_000))
    writer.close(np.arange(3) * 1_000_000)
    lists = InvertedLists(tmp_path / "lists")
    expected = [row * 1_000_000 + place for row in range(3) for place in range((7 - row) % 5000, 1_000_000, 5000)]
    assert lists.of("term0007").tolist() == expected
    assert len(lists.beginning_with("term")) == 3_000_000
    assert [len(numbers) for _, numbers in lists.terms("term499")] == [600] * 10


@given(st.lists(st.lists(st.text(min_size=1, max_size=3).map(lambda text: "".join(tokens(text)) or "0"), max_size=6)))
@settings(max_examples=60, deadline=None)
def test_lists_hold_what_was_added(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("lists") / "lists"
    writer = InvertedListsWriter(folder)
    for row, terms in reversed(list(enumerate([*rows, ["always"]]))):
        writer.add(row, terms)
    writer.close(np.arange(len(rows) + 1))
    lists = InvertedLists(folder)
    everything = {term for terms in rows for term in terms} | {"never", "always", ""}
    added = [*rows, ["always"]]
    for term in everything:
        assert lists.of(term).tolist() == [row for row, terms in enumerate(added) for each in terms if each == term]
        beginning = [row for row, terms in enumerate(added) for each in terms if each.startswith(term)]
        assert sorted(lists.beginning_with(term).tolist()) == beginning


@given(st.text())
@settings(max_examples=300)
def test_tokens_are_the_words_without_their_places(text: str) -> None:
    assert tokens(text) == [word for word, _, _ in words(text)]


def test_more_text_than_there_are_places_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fulltext, "_FARTHEST", 64)
    writer = fulltext.FullTextWriter(tmp_path / "words")
    for row in range(3):
        writer.add(row, [("title", ["Aspirin"])])
    with pytest.raises(WorldError, match="3 records have more text than one index holds: make several topics"):
        writer.close()
