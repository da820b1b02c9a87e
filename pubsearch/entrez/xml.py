"""PubMed XML → Record, streaming: what efetch sends, NLM's baseline and update files, files saved from PubMed.

A record is a `PubmedArticle`, a `PubmedBookArticle`, a lone `MedlineCitation` or `BookDocument`, under whatever root.
A file may hold several documents, one after the other, as `cat` and EDirect leave them. No DTD is read and no entity
is expanded, so a file can neither reach out nor blow up.
"""

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from lxml import etree

from pubsearch.entrez.book import book_record
from pubsearch.entrez.citation import article_record, pmid_number
from pubsearch.entrez.markup import plain
from pubsearch.errors import FileError
from pubsearch.record import Record

_CHUNK = 1 << 16
_HEAD = 4096
_RECORDS: dict[str, Callable[[etree._Element], Record | None]] = {
    "PubmedArticle": article_record,
    "MedlineCitation": article_record,
    "PubmedBookArticle": book_record,
    "BookDocument": book_record,
}
_DELETIONS = ("DeleteCitation", "DeleteDocument")
_SETS = ("PubmedArticleSet", "PubmedBookArticleSet", "BookDocumentSet", "MedlineCitationSet")
_DAMAGE = "nothing of it was taken: get the file again"
_BLANK = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_PLACE = re.compile(r", line \d+, column \d+$")
_ROOT = re.compile(r"<([A-Za-z_][\w.:-]*)")
_START = re.compile(rb"(?:%b)?<(?:\?xml\s|!DOCTYPE\s|[A-Za-z_])" % _BOM)


@dataclass(frozen=True, slots=True)
class Deleted:
    """A PMID that NLM has deleted (`DeleteCitation`, `DeleteDocument`), up to this version of it, or all of it."""

    pmid: int
    version: int | None = None


def parse(source: BinaryIO, name: str) -> Iterator[Record | Deleted]:
    """The records and deletions of the XML documents in one file, in their order, while it is being read.

    `source` gives uncompressed bytes, `name` stands in errors. Raises FileError, possibly after some records were
    given, where a document is damaged, is not PubMed's, or has a record without a PMID.
    """
    return (item for item, _ in elements(source, name))


def parse_with_digests(source: BinaryIO, name: str) -> Iterator[tuple[Record | Deleted, str]]:
    """What `parse` gives, each with the digest of its element, which tells a record that NCBI revised from one it did
    not; a deletion has "".

    The digest is BLAKE2b (16 bytes, hex) of the element in exclusive canonical XML (https://www.w3.org/TR/xml-exc-c14n/),
    so neither the spelling (quotes, order of attributes, encoding) nor the file around the record counts. Raises
    FileError as `parse` does.
    """
    for item, element in elements(source, name):
        yield item, "" if isinstance(item, Deleted) else _digest(element, name)


def chunks(source: BinaryIO, name: str) -> Iterator[bytes]:
    """The bytes of `source`, piece by piece.

    Raises FileError where they cannot be read, or are gzip'd and damaged.
    """
    try:
        while chunk := source.read(_CHUNK):
            yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError(f"{name} is damaged or cut off (gzip: {error}); {_DAMAGE}.") from error
    except OSError as error:
        raise FileError(f"{name} cannot be read: {error.strerror or error}.") from error


def elements(source: BinaryIO, name: str) -> Iterator[tuple[Record | Deleted, etree._Element]]:
    """Each record or deletion and its element, which is whole only until the next is asked for.

    Raises FileError as `parse` does.
    """
    document: _Document | None = None
    rest, lines = b"", 0
    for chunk in chain(chunks(source, name), [b""]):
        rest += chunk
        while rest:
            if document is None or document.ended:
                body = rest.lstrip(_BLANK)
                if chunk and len(body) < _HEAD:
                    break  # too little to see what begins here
                # What else follows a root is for libxml2 to judge: comments may, and nothing more.
                if _START.match(body) if document else body.strip(_BLANK + _BOM):
                    if document:
                        document.close()
                    lines += rest.count(b"\n", 0, len(rest) - len(body))
                    rest = body
                    document = _Document(name, body[:_HEAD], lines)
            if document is None or not (size := document.room(rest, last=not chunk)):
                break
            piece, rest = rest[:size], rest[size:]
            yield from document.feed(piece)
            lines += piece.count(b"\n")
    if document is None:
        raise FileError(f"{name} is empty: {_DAMAGE}.")
    document.close()


class _Document:
    """One XML document of a file."""

    def __init__(self, name: str, head: bytes, lines: int) -> None:
        """`head` is its beginning, `lines` the number of lines that stand before it."""
        self.ended = False
        self._name = name
        self._lines = lines
        # UTF-16 is ASCII with zero bytes between, which is enough to see what was meant.
        self._start = head.replace(b"\0", b"").decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
        root = _ROOT.search(self._start)
        self._root = root[1] if root else ""
        self._end_tag = f"</{self._root}>".encode()
        self._found = False
        # libxml2's limits (depth 256, 10 MB for one text) stay on: no record comes near, and an attack would.
        self._parser = etree.XMLPullParser(
            ("end",),
            tag=[*_RECORDS, *_DELETIONS, *filter(None, [self._root])],
            load_dtd=False,
            no_network=True,
            resolve_entities=False,
        )

    def room(self, content: bytes, *, last: bool) -> int:
        """How many bytes of `content` can be fed: up to where the document may end, so that none is another's."""
        place = content.find(self._end_tag)
        if place >= 0:
            return place + len(self._end_tag)
        return len(content) if last else max(0, len(content) - len(self._end_tag) + 1)

    def feed(self, piece: bytes) -> Iterator[tuple[Record | Deleted, etree._Element]]:
        """What is whole with `piece`."""
        with self._explained():
            self._parser.feed(piece)
            # An undefined entity ends the document without an exception (lxml 6.1), and the next piece would begin
            # another.
            if fatal := self._parser.feed_error_log.filter_from_fatals():
                raise etree.XMLSyntaxError(fatal[0].message, 0, fatal[0].line, fatal[0].column)
        for element in self._whole_elements():
            for item in self._read(element):
                self._found = True
                yield item, element

    def close(self) -> None:
        """Raises FileError where the document is not whole, or is none of PubMed's."""
        with self._explained():
            root = str(self._parser.close().tag)
        if not self._found and root not in _SETS:
            self._refuse_page()
            raise FileError(f"{self._place()} is not PubMed XML: it is a <{root}> document without any PubMed record.")

    def _whole_elements(self) -> Iterator[etree._Element]:
        """The elements that are whole by now; each is emptied, and what stands before it dropped, before the next."""
        for _, element in self._parser.read_events():
            parent = element.getparent()
            self.ended |= parent is None
            if parent is not None and parent.tag in _RECORDS:
                continue  # the MedlineCitation of a PubmedArticle
            yield element
            element.clear(keep_tail=True)
            while parent is not None and element.getprevious() is not None:
                del parent[0]

    def _read(self, element: etree._Element) -> Iterator[Record | Deleted]:
        tag = str(element.tag)
        if tag not in _RECORDS and tag not in _DELETIONS:
            return  # the root
        self._refuse_entities(element)
        if tag in _DELETIONS:
            for child in element.iterfind("PMID"):
                if (number := pmid_number(plain(child))) is not None:
                    yield Deleted(number, pmid_number(child.get("Version", "")))
            return
        record = _RECORDS[tag](element)
        if record is None:
            raise FileError(
                f"{self._name}, line {self._lines + (element.sourceline or 0)}: a <{tag}> without a PMID; "
                "nothing of the file was taken: take that record out, or get the file again from PubMed."
            )
        yield record

    def _refuse_entities(self, element: etree._Element) -> None:
        """Text behind an entity would be lost in silence. NCBI sends none: it has UTF-8 and character references."""
        dtd = element.getroottree().docinfo.internalDTD
        declared = [] if dtd is None else [f"&{entity.name};" for entity in dtd.iterentities()]
        if names := declared + [str(entity.text) for entity in element.iter(etree.Entity)]:
            raise FileError(
                f"{self._name} has an XML entity of its own ({names[0]}), which PubMed's files never have; "
                "nothing of it was taken: get the file again from PubMed."
            )

    def _refuse_page(self) -> None:
        if self._root.lower() == "html":
            raise FileError(
                f"{self._place()} is not PubMed XML: it is a web page (HTML), perhaps one that asks you to sign in; "
                "get the file again from PubMed."
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turns what libxml2 says into what the user can do."""
        try:
            yield
        except etree.XMLSyntaxError as error:
            if not self._start.startswith("<") or not self._root:
                raise FileError(f"{self._place()} is not PubMed XML: it begins with {self._start[:20]!r}.") from error
            self._refuse_page()
            reason = _PLACE.sub("", " ".join(str(error.msg).split()))[:200]
            line = self._lines + (error.lineno or 0)
            raise FileError(f"{self._name}, line {line}: {reason}; {_DAMAGE}.") from error

    def _place(self) -> str:
        return f"{self._name}, from line {self._lines + 1} on," if self._lines else self._name


def _digest(element: etree._Element, name: str) -> str:
    try:
        canonical = etree.tostring(element, method="c14n", exclusive=True)
    except etree.C14NError as error:
        # Canonical XML does not know relative namespaces.
        raise FileError(
            f"{name} has a record that cannot be brought to canonical XML; {_DAMAGE} from PubMed."
        ) from error
    return hashlib.blake2b(canonical, digest_size=16).hexdigest()
