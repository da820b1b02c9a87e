"""The record store keeps what came, byte for byte, and knows which record counts."""

import errno
import gzip
import io
import json
from pathlib import Path

import pytest

from pubsearch.errors import FileError, StorageError
from pubsearch.topic.records import RecordStore
from tests.corpus import article, article_set

DELETION = b"<DeleteCitation><PMID Version='1'>1</PMID></DeleteCitation>"
DELETION_OF_TWO = b"<DeleteCitation><PMID Version='1'>2</PMID></DeleteCitation>"


@pytest.fixture
def store(tmp_path: Path) -> RecordStore:
    return RecordStore(tmp_path / "records")


def add(store: RecordStore, *articles: bytes) -> None:
    store.add(io.BytesIO(article_set(*articles)), "a file", "run", "import")


def titles(store: RecordStore) -> dict[int, str]:
    return {record.pmid: record.title for record in store}


def test_a_file_is_kept_byte_for_byte(store: RecordStore, tmp_path: Path) -> None:
    content = article_set(article(1, "One"))
    store.add(io.BytesIO(content), "plain.xml", "run", "import")
    compressed = gzip.compress(article_set(article(2, "Two")))
    store.add(io.BytesIO(compressed), "small.xml.gz", "run", "import")
    assert gzip.decompress((tmp_path / "records/000001.xml.gz").read_bytes()) == content
    assert (tmp_path / "records/000002.xml.gz").read_bytes() == compressed
    assert [entry.source for entry in store.entries()] == ["plain.xml", "small.xml.gz"]


def test_of_two_records_the_later_file_counts(store: RecordStore) -> None:
    add(store, article(1, "Old"), article(2, "Two"))
    add(store, article(1, "New"))
    assert titles(store) == {1: "New", 2: "Two"}


def test_a_higher_version_counts_before_a_later_file(store: RecordStore) -> None:
    add(store, article(1, "Second version", version=2))
    add(store, article(1, "First version"))
    assert titles(store) == {1: "Second version"}


def test_of_two_records_in_one_file_the_later_counts_and_only_once(store: RecordStore) -> None:
    add(store, article(1, "Old"), article(1, "New"))
    assert [record.title for record in store] == ["New"]


def test_a_deletion_of_a_lower_version_takes_out_nothing(store: RecordStore) -> None:
    add(store, article(1, "Second version", version=2), article(2, "Two"))
    add(store, DELETION, DELETION_OF_TWO)
    assert titles(store) == {1: "Second version"}
    add(store, article(3, "First version"), article(3, "Second version", version=2), DELETION.replace(b">1<", b">3<"))
    assert titles(store) == {1: "Second version", 3: "Second version"}
    add(store, DELETION.replace(b"'1'", b"'2'"), DELETION.replace(b" Version='1'", b"").replace(b">1<", b">3<"))
    assert titles(store) == {}


def test_a_source_that_cannot_be_read_to_its_end_is_told_by_its_name(store: RecordStore, tmp_path: Path) -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise OSError(errno.EIO, "Input/output error")
            return super().read(size)

    for content in (b"", article_set(article(1, "One"))):
        source = Torn(content)
        source.seek(0 if content else 1)
        with pytest.raises(FileError, match=r"^stick\.xml cannot be read: Input/output error\.$"):
            store.add(source, "stick.xml", "run", "import")
    assert [path.name for path in (tmp_path / "records").iterdir()] == []


def test_a_deletion_takes_out_what_came_before_it(store: RecordStore) -> None:
    add(store, article(1, "One"), article(2, "Two"))
    add(store, DELETION)
    assert titles(store) == {2: "Two"}
    assert store.deleted() == {1}
    add(store, article(1, "Back"))
    assert titles(store) == {1: "Back", 2: "Two"}
    assert store.deleted() == set()


@pytest.mark.parametrize(
    "content",
    [
        article_set(article(1, "One"))[:-30],
        gzip.compress(article_set(article(1, "One")))[:-20],
        b"<!DOCTYPE html><html><body>Maintenance</body></html>",
        b"",
        b"\x1f\x8b",
        b"\x00\x01\x02",
    ],
    ids=["truncated XML", "truncated gzip", "HTML", "empty", "gzip magic alone", "binary"],
)
def test_of_a_broken_file_nothing_is_kept(store: RecordStore, tmp_path: Path, content: bytes) -> None:
    add(store, article(7, "There"))
    with pytest.raises(FileError, match=r"broken\.xml"):
        store.add(io.BytesIO(content), "broken.xml", "run", "import")
    assert titles(store) == {7: "There"}
    assert [path.name for path in (tmp_path / "records").iterdir() if path.suffix == ".gz"] == ["000001.xml.gz"]
    assert not list((tmp_path / "records").glob(".tmp-*"))


def test_a_file_whose_line_was_torn_was_never_part_of_the_store(store: RecordStore, tmp_path: Path) -> None:
    add(store, article(1, "One"))
    add(store, article(2, "Two"))
    log = tmp_path / "records/log.jsonl"
    log.write_bytes(log.read_bytes()[:-10])
    store = RecordStore(tmp_path / "records")
    assert titles(store) == {1: "One"}
    add(store, article(3, "Three"))
    assert titles(store) == {1: "One", 3: "Three"}
    assert [json.loads(line)["file"] for line in log.read_text().splitlines()] == ["000001.xml.gz", "000002.xml.gz"]


def test_a_damaged_log_is_told(store: RecordStore, tmp_path: Path) -> None:
    add(store, article(1, "One"))
    (tmp_path / "records/log.jsonl").write_text("{}\n")
    with pytest.raises(StorageError, match=r"log\.jsonl is damaged"):
        RecordStore(tmp_path / "records").entries()


def test_a_file_that_is_gone_is_told(store: RecordStore, tmp_path: Path) -> None:
    add(store, article(1, "One"))
    (tmp_path / "records/000001.xml.gz").unlink()
    with pytest.raises(StorageError, match=r"000001\.xml\.gz"):
        list(store)


def test_a_file_that_brings_nothing_new_is_not_kept(store: RecordStore, tmp_path: Path) -> None:
    add(store, article(1, "One"), article(2, "Two"))
    add(store, article(2, "Two"))
    assert store.add(io.BytesIO(article_set(article(1, "One"))), "again", "run", "import").file is None
    assert [path.name for path in (tmp_path / "records").glob("*.gz")] == ["000001.xml.gz"]
    add(store, article(1, "One"), article(2, "Two, revised"))
    assert titles(store) == {1: "One", 2: "Two, revised"}


def test_a_record_that_came_by_file_and_by_query_is_both(store: RecordStore) -> None:
    add(store, article(1, "One"))
    store.add(io.BytesIO(article_set(article(1, "One"))), "NCBI", "run", "query")
    place = store.places()[1]
    assert (place.fetched, place.imported) == (True, True)


def test_files_that_are_imported_once_more_set_nothing_back(store: RecordStore, tmp_path: Path) -> None:
    files = [article_set(article(1, "One"), article(2, "Two")), article_set(article(1, "Revised"), DELETION_OF_TWO)]
    for content in files * 2:
        store.add(io.BytesIO(content), "a file", "run", "import")
        assert 2 not in titles(store) or len(store.entries()) == 1
    assert titles(store) == {1: "Revised"}
    assert len(list((tmp_path / "records").glob("*.gz"))) == 2


def test_of_documents_in_one_file_a_later_one_brings_back_what_one_deleted(store: RecordStore) -> None:
    add(store, article(1, "One"))
    content = article_set(DELETION) + article_set(article(1, "Back"))
    store.add(io.BytesIO(content), "joined", "run", "import")
    assert titles(store) == {1: "Back"}


def test_a_file_that_was_changed_is_told(store: RecordStore, tmp_path: Path) -> None:
    add(store, article(1, "One"))
    path = tmp_path / "records/000001.xml.gz"
    path.write_bytes(gzip.compress(article_set(article(1, "Changed"))))
    with pytest.raises(StorageError, match=r"000001\.xml\.gz .*not the file that was received"):
        list(store)


def test_a_file_without_its_line_is_cleared_away(store: RecordStore, tmp_path: Path) -> None:
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "000001.nbib.gz").write_bytes(b"a crash came before the line")
    add(store, article(1, "One"))
    assert sorted(path.name for path in folder.iterdir()) == ["000001.xml.gz", "log.jsonl"]


def test_a_withdrawn_record_counts_again_once_it_comes_again(store: RecordStore, tmp_path: Path) -> None:
    add(store, article(1, "One"), article(2, "Two"))
    store.withdraw([1], "NCBI", "run")
    for each in (store, RecordStore(tmp_path / "records")):
        assert titles(each) == {2: "Two"}
        assert each.deleted() == {1}
    add(store, article(1, "One"))
    assert titles(store) == {1: "One", 2: "Two"}
    assert store.deleted() == set()


def test_a_deletion_of_what_was_never_there_counts_for_nothing(store: RecordStore) -> None:
    add(store, article(2, "Two"), DELETION)
    assert store.deleted() == set()
