"""A bit that turned on the disk is told as damage, or changes what is found, and is never an error without a cure."""

import random
import shutil
from pathlib import Path

import pytest

from pubsearch.errors import PubsearchError, VersionError
from pubsearch.search.filters import Filters
from pubsearch.search.searcher import Searcher
from pubsearch.topic.topic import Topic

SEED = 20261125


def ask(topic: Topic) -> None:
    """All kinds of questions, of an index that is opened anew."""
    searcher = Searcher(topic)
    searcher.search("heart failure IL-6", 8, with_facets=True)
    searcher.search("hear*[tiab] OR smith*[au] AND 1900:2030[dp]", 8, sort="recent", with_facets=True)
    searcher.search("zebrfish[ti]", filters=Filters(journals=("Heart",), years=(1990, 2020)))
    pmid, *_ = searcher.select("all[sb]").pmids
    searcher.similar(pmid)
    searcher.explain("heart 2012[dp]", pmid)


def places(path: Path, drawn: random.Random) -> list[int]:
    """Bytes of a file: of its head, which says what it holds, of its end, and of the whole."""
    size = path.stat().st_size
    return [drawn.randrange(min(size, 128)), drawn.randrange(min(size, 128)), drawn.randrange(size), size - 1]


def test_a_bit_that_turned_is_damage_or_changes_what_is_found(topic: Topic) -> None:
    topic.build()
    ask(topic)
    folder = topic.folder / "versions" / str(topic.served())
    drawn, told = random.Random(SEED), 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        for place in places(path, drawn):
            turned = bytearray(whole)
            turned[place] ^= 1 << drawn.randrange(8)
            _replace(path, bytes(turned))
            try:
                ask(topic)
            except PubsearchError as error:
                told += isinstance(error, VersionError)
        _replace(path, whole)
    assert told > 50


def test_a_record_that_cannot_be_read_is_told_in_one_line(topic: Topic) -> None:
    topic.build()
    path = topic.folder / "versions" / str(topic.served()) / "catalogue.sqlite"
    path.write_bytes(path.read_bytes().replace(b'{"pmid"', b'["pmid"'))
    with pytest.raises(VersionError, match=r"is damaged \(a record of the catalogue cannot be read\): run pubsearch"):
        Searcher(topic).search("heart")
    with pytest.raises(VersionError, match="a record of the catalogue cannot be read"):
        list(topic.open(str(topic.served())).records())


def _replace(path: Path, content: bytes) -> None:
    """The file under the same name: who has the old one mapped keeps that."""
    new = path.with_name("new")
    new.write_bytes(content)
    shutil.move(new, path)
