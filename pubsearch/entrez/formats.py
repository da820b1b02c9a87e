"""The formats in which PubMed's records are saved: which one a file is in, and its records.

XML (`efetch`, EDirect, NLM's baseline and update files) and MEDLINE text ("PubMed" under Save on PubMed's site, and
`.nbib` from its citation manager), plain or gzip'd. The first bytes decide; the name of a file says nothing.
"""

import gzip
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from pubsearch.entrez import nbib, xml
from pubsearch.entrez.xml import Deleted, chunks
from pubsearch.errors import FileError
from pubsearch.record import Record

GZIP_MAGIC = b"\x1f\x8b"
"""How every gzip file begins (https://www.rfc-editor.org/rfc/rfc1952)."""

_BLANK = b"\xef\xbb\xbf \t\r\n"
# UTF-16 is ASCII with zero bytes between.
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_SAVE = 'save it from PubMed with the format "PubMed", or get it as XML with efetch'
_UNPACK = "unpack it first"
# What people have at hand instead: how it begins, what it is, what to do.
_OTHERS = (
    (rb"%PDF-", "a PDF", _SAVE),
    (rb"PK[\x03\x05]", "a ZIP archive or an Office document", _UNPACK),
    (re.escape(GZIP_MAGIC), "gzip inside gzip", _UNPACK),
    (rb"BZh|\xfd7zXZ|\x28\xb5\x2f\xfd|7z\xbc\xaf", "a compressed file", _UNPACK),
    (rb"(?s).{257}ustar", "a tar archive", _UNPACK),
    (rb"[{\[]", "JSON", _SAVE),
    (rb"PMID,", "PubMed's CSV table, which has no abstracts", _SAVE),
    (rb"TY  - ", "RIS, as reference managers write it", _SAVE),
    (rb"%[0A-Z] ", "an EndNote export", _SAVE),
    (rb"(?i)@[a-z]+\s*\{", "BibTeX", _SAVE),
    (rb"[0-9]+\s*(?:[\r\n,]|\Z)", "a list of numbers", "ask for these PMIDs as a query (1234[uid] OR 5678[uid])"),
    (rb"1[.:] ", "PubMed's summary or abstract as text", _SAVE),
)


def open_source(path: Path) -> BinaryIO:
    """The uncompressed bytes of a file that is plain or gzip'd, as its first bytes say; close it when done.

    Raises FileError where the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(len(GZIP_MAGIC))
        return cast(BinaryIO, gzip.open(path, "rb")) if magic == GZIP_MAGIC else path.open("rb")
    except OSError as error:
        raise FileError(f"{path} cannot be opened: {error.strerror}.") from error


def extension(head: bytes, name: str) -> str:
    """The format by the first bytes of the uncompressed file, "xml" or "nbib"; no bytes are "xml", which refuses them.

    Raises FileError where it is neither, and says what it is.
    """
    if nbib.looks_like(head):
        return "nbib"
    start = head.lstrip(_BLANK)
    if not start or start.startswith((b"<", *_UTF16)):
        return "xml"
    found, cure = next(
        ((found, cure) for pattern, found, cure in _OTHERS if re.match(pattern, start)),
        (f"begins with {start[:20].decode('utf-8', 'replace')!r}", _SAVE),
    )
    raise FileError(f"{name} is neither PubMed XML nor MEDLINE text, but {found}: {cure}.")


def parse(source: BinaryIO, name: str) -> Iterator[Record | Deleted]:
    """The records and deletions of a file, in its order, while it is being read.

    `source` gives uncompressed bytes, `name` stands in errors. Raises FileError, possibly after some records were
    given, where the file is neither PubMed XML nor MEDLINE text, or is damaged, or has a record without a PMID.
    """
    format_, whole = _told_apart(source, name)
    yield from nbib.parse(whole, name) if format_ == "nbib" else xml.parse(whole, name)


def parse_with_digests(source: BinaryIO, name: str) -> Iterator[tuple[Record | Deleted, str]]:
    """What `parse` gives, each with a digest that changes when the record does; a deletion has "".

    The two formats of one record have different digests. Raises FileError as `parse` does.
    """
    format_, whole = _told_apart(source, name)
    yield from nbib.parse_with_digests(whole, name) if format_ == "nbib" else xml.parse_with_digests(whole, name)


def _told_apart(source: BinaryIO, name: str) -> tuple[str, BinaryIO]:
    """The format of `source`, and all of its bytes."""
    head = next(chunks(source, name), b"")
    return extension(head, name), io.BufferedReader(_Unread(head, source))


class _Unread(io.RawIOBase):
    """`head`, which was read of `source` already, and then the rest of it."""

    def __init__(self, head: bytes, source: BinaryIO) -> None:
        self._head = head
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fills `buffer` and returns how many bytes it took."""
        content = self._head[: len(buffer)] or self._source.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(content)] = content
        return len(content)
