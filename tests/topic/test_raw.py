"""Each record's XML as it was received, out of the record store."""

import gzip
import io
from pathlib import Path

import pytest
from lxml import etree

from pubsearch.errors import StorageError
from pubsearch.topic.raw import Received, received
from pubsearch.topic.records import RecordStore
from tests import corpus

BOOK = b"<PubmedBookArticle><BookDocument><PMID>7</PMID><Book/></BookDocument></PubmedBookArticle>"


def store(folder: Path, *files: bytes) -> RecordStore:
    made = RecordStore(folder)
    for number, content in enumerate(files):
        made.add(io.BytesIO(content), f"{number}.xml", "run", "import")
    return made


def root(content: bytes | None) -> etree._Element:
    assert content is not None
    return etree.fromstring(content)


def test_of_two_records_the_one_that_counts_is_given(tmp_path: Path) -> None:
    store(
        tmp_path,
        corpus.article_set(corpus.article(1, "Old"), corpus.article(2, "Two")),
        corpus.article_set(corpus.article(1, "New")),
    )
    assert [(each.pmid, root(each.xml).findtext(".//ArticleTitle")) for each in received(tmp_path, [1, 2])] == [
        (2, "Two"),
        (1, "New"),
    ]


def test_only_what_is_asked_for_is_given_and_once(tmp_path: Path) -> None:
    store(tmp_path, corpus.article_set(*(corpus.article(pmid) for pmid in (1, 2, 3))))
    assert [each.pmid for each in received(tmp_path, [3, 1, 3])] == [1, 3]


def test_what_has_no_xml_is_named(tmp_path: Path) -> None:
    made = store(
        tmp_path, corpus.article_set(corpus.article(1)), b"PMID- 2\nTI  - Two\n", corpus.article_set(corpus.article(3))
    )
    made.withdraw([3], "query", "run")
    assert list(received(tmp_path, [3, 2, 9])) == [Received(3, None), Received(2, None), Received(9, None)]


def test_a_book_stays_a_book(tmp_path: Path) -> None:
    store(tmp_path, b"<PubmedArticleSet>" + BOOK + b"</PubmedArticleSet>")
    assert list(received(tmp_path, [7])) == [Received(7, BOOK)]


def test_a_citation_that_stood_alone_is_wrapped_as_the_set_wants_it(tmp_path: Path) -> None:
    store(tmp_path, b"<MedlineCitationSet><MedlineCitation><PMID>1</PMID></MedlineCitation></MedlineCitationSet>")
    (found,) = received(tmp_path, [1])
    assert [element.tag for element in root(found.xml).iter()] == ["PubmedArticle", "MedlineCitation", "PMID"]


def test_letters_of_another_encoding_become_utf_8(tmp_path: Path) -> None:
    content = b'<?xml version="1.0" encoding="ISO-8859-1"?>\n<PubmedArticleSet>'
    content += corpus.article(1, "Caf\u00e9").decode().encode("latin-1") + b"</PubmedArticleSet>"
    store(tmp_path, content)
    (found,) = received(tmp_path, [1])
    assert "Café".encode() in (found.xml or b"")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    store(tmp_path, corpus.article_set(corpus.article(1)))
    path = tmp_path / "000001.xml.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(StorageError, match=r"000001\.xml\.gz is missing or damaged"):
        list(received(tmp_path, [1]))


def test_a_file_that_was_exchanged_is_named(tmp_path: Path) -> None:
    store(tmp_path, corpus.article_set(corpus.article(1)))
    (tmp_path / "000001.xml.gz").write_bytes(gzip.compress(corpus.article_set(corpus.article(2))))
    with pytest.raises(StorageError, match="not the file that was received"):
        list(received(tmp_path, [1]))
