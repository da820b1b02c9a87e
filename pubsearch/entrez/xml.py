"""PubMed XML → Record, streaming: what efetch sends, NLM's baseline and update files, files saved from PubMed.

A record is a `PubmedArticle`, a `PubmedBookArticle`, a lone `MedlineCitation` or `BookDocument`, under whatever root.
No DTD is read and no entity is expanded, so a file can neither reach out nor blow up.
"""

import gzip
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from lxml import etree

from pubsearch.entrez.book import book_record
from pubsearch.entrez.citation import article_record, pmid_number
from pubsearch.entrez.markup import plain
from pubsearch.errors import FileError
from pubsearch.record import Record

_CHUNK = 1 << 16
_RECORDS: dict[str, Callable[[etree._Element], Record | None]] = {
    "PubmedArticle": article_record,
    "MedlineCitation": article_record,
    "PubmedBookArticle": book_record,
    "BookDocument": book_record,
}
_DELETIONS = ("DeleteCitation", "DeleteDocument")
_SETS = ("PubmedArticleSet", "PubmedBookArticleSet", "BookDocumentSet", "MedlineCitationSet")
_DAMAGE = "nothing of it was taken: get the file again"
_BLANK = b"\xef\xbb\xbf \t\r\n"
_PLACE = re.compile(r", line \d+, column \d+$")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")


@dataclass(frozen=True, slots=True)
class Deleted:
    """A PMID that NLM has deleted (`DeleteCitation`, `DeleteDocument`)."""

    pmid: int


def open_source(path: Path) -> BinaryIO:
    """The uncompressed bytes of a file that is plain or gzip'd, as its first bytes say; close it when done.

    Raises FileError where the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(2)
        return cast(BinaryIO, gzip.open(path, "rb")) if magic == b"\x1f\x8b" else path.open("rb")
    except OSError as error:
        raise FileError(f"{path} cannot be opened: {error.strerror}.") from error


def parse(source: BinaryIO, name: str) -> Iterator[Record | Deleted]:
    """The records and deletions of one XML document, in its order, while it is being read.

    `source` gives uncompressed bytes, `name` stands in errors. Raises FileError, possibly after some records were
    given, where the document is damaged, is not PubMed's, or has a record without a PMID.
    """
    chunks = _chunks(source, name)
    head = next(chunks, b"")
    if not head.strip(_BLANK):
        raise FileError(f"{name} is empty: {_DAMAGE}.")
    # libxml2's limits (depth 256, 10 MB for one text) stay on: no record comes near, and an attack would.
    parser = etree.XMLPullParser(
        ("end",), tag=(*_RECORDS, *_DELETIONS), load_dtd=False, no_network=True, resolve_entities=False
    )
    found = False
    for chunk in chain([head], chunks):
        with _explained(name, head):
            _feed(parser, chunk)
        for element in _whole_elements(parser):
            for item in _items(element, name):
                found = True
                yield item
    with _explained(name, head):
        root = str(parser.close().tag)
    if not found and root not in _SETS:
        raise FileError(f"{name} is not PubMed XML: it is a <{root}> document without any PubMed record.")


def _chunks(source: BinaryIO, name: str) -> Iterator[bytes]:
    try:
        while chunk := source.read(_CHUNK):
            yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError(f"{name} is damaged or cut off (gzip: {error}); {_DAMAGE}.") from error
    except OSError as error:
        raise FileError(f"{name} cannot be read: {error.strerror or error}.") from error


def _feed(parser: etree.XMLPullParser, chunk: bytes) -> None:
    parser.feed(chunk)
    # An undefined entity ends the document without an exception (lxml 6.1), and the next chunk would begin another.
    if fatal := parser.feed_error_log.filter_from_fatals():
        raise etree.XMLSyntaxError(fatal[0].message, 0, fatal[0].line, fatal[0].column)


def _whole_elements(parser: etree.XMLPullParser) -> Iterator[etree._Element]:
    """The elements that are whole by now; each is emptied, and what stands before it dropped, before the next."""
    for _, element in parser.read_events():
        parent = element.getparent()
        if parent is not None and parent.tag in _RECORDS:
            continue  # the MedlineCitation of a PubmedArticle
        yield element
        element.clear(keep_tail=True)
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _items(element: etree._Element, name: str) -> Iterator[Record | Deleted]:
    _refuse_entities(element, name)
    tag = str(element.tag)
    if tag in _DELETIONS:
        numbers = (pmid_number(plain(child)) for child in element.iterfind("PMID"))
        yield from (Deleted(number) for number in numbers if number is not None)
        return
    record = _RECORDS[tag](element)
    if record is None:
        raise FileError(
            f"{name}, line {element.sourceline}: a <{tag}> without a PMID; nothing of the file was taken: "
            "take that record out, or get the file again from PubMed."
        )
    yield record


def _refuse_entities(element: etree._Element, name: str) -> None:
    """Text behind an entity would be lost in silence. NCBI sends none: its text is UTF-8 and character references."""
    dtd = element.getroottree().docinfo.internalDTD
    declared = [] if dtd is None else [f"&{entity.name};" for entity in dtd.iterentities()]
    if names := declared + [str(entity.text) for entity in element.iter(etree.Entity)]:
        raise FileError(
            f"{name} has an XML entity of its own ({names[0]}), which PubMed's files never have; "
            "nothing of it was taken: get the file again from PubMed."
        )


@contextmanager
def _explained(name: str, head: bytes) -> Iterator[None]:
    """Turns what libxml2 says into what the user can do; `head` is the beginning of the document."""
    try:
        yield
    except etree.XMLSyntaxError as error:
        # UTF-16 is ASCII with zero bytes between, which is enough to see what was meant.
        start = head[:4096].replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
        root = _ROOT.search(start)
        if not start.startswith("<") or root is None:
            raise FileError(f"{name} is not PubMed XML: it begins with {start[:20]!r}.") from error
        if root[1].lower() == "html":
            raise FileError(f"{name} is not PubMed XML: it is a web page (HTML).") from error
        reason = _PLACE.sub("", " ".join(str(error.msg).split()))[:200]
        raise FileError(f"{name}, line {error.lineno}: {reason}; {_DAMAGE}.") from error
