"""MEDLINE text → Record, streaming: what PubMed's site saves as "PubMed" (.nbib), and what efetch calls MEDLINE.

A field is a tag padded to four letters, a hyphen and a space; longer text goes on in indented lines. A blank line, or
the PMID of the next, ends a record (https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format).
"""

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import BinaryIO

from pubsearch.entrez.markup import collapse
from pubsearch.entrez.nbib_fields import Field, medline_record
from pubsearch.entrez.xml import chunks
from pubsearch.errors import FileError
from pubsearch.record import Record

_BOM = b"\xef\xbb\xbf"
_LONGEST = 1 << 20  # PubMed wraps at 80 to 90 columns, and only a file of another kind has a line of this many bytes
_FIELD = re.compile(r"(?=....-)([A-Z]{2,4}) *-(?: (.*))?")
_BEGINNING = re.compile(rb"PMID- *[0-9]|OWN - [A-Z]")
_DAMAGE = "nothing of the file was taken: get it again from PubMed"


def looks_like(head: bytes) -> bool:
    """Whether a file that begins with `head` is MEDLINE text: its first line is a PMID or its owner."""
    return _BEGINNING.match(head.lstrip(_BOM + b" \t\r\n")) is not None


def parse(source: BinaryIO, name: str) -> Iterator[Record]:
    """The records of MEDLINE text, in its order, while it is being read.

    `source` gives uncompressed bytes, `name` stands in errors. Raises FileError, possibly after some records were
    given, where the file is empty or damaged, is not MEDLINE text in UTF-8, or has a record without a PMID.
    """
    return (record for record, _ in parse_with_digests(source, name))


def parse_with_digests(source: BinaryIO, name: str) -> Iterator[tuple[Record, str]]:
    """Each record as `parse` gives it, and the BLAKE2b (16 bytes, hex) of its lines, each ended by a line feed."""
    found = False
    for start, lines in _records(_lines(source, name)):
        found = True
        record = medline_record(_fields(lines, start, name))
        if record is None:
            raise FileError(
                f"{name}, line {start}: a record without a PMID (a blank line ends a record); nothing of the file was "
                "taken: take that record out, or get the file again from PubMed."
            )
        yield record, blake2b(b"".join(line + b"\n" for line in lines), digest_size=16).hexdigest()
    if not found:
        raise FileError(f"{name} is empty: {_DAMAGE}.")


def _lines(source: BinaryIO, name: str) -> Iterator[bytes]:
    """The lines without their ends (LF or CR LF), and without the byte order mark that a joined file brings along."""
    rest = b""
    for chunk in chunks(source, name):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.removesuffix(b"\r").removeprefix(_BOM) for line in whole)
        if len(rest) > _LONGEST:
            raise FileError(f"{name} is not MEDLINE text: it has a line of more than {_LONGEST} bytes.")
    yield rest.removesuffix(b"\r").removeprefix(_BOM)


def _records(lines: Iterator[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """The lines of each record, and the number of its first."""
    record: list[bytes] = []
    for number, line in enumerate(lines, start=1):
        blank = not line.strip()
        # Files are joined without a blank line between them, too.
        if record and (blank or (_is_pmid(line) and any(map(_is_pmid, record)))):
            yield number - len(record), record
            record = []
        if not blank:
            record.append(line)
    if record:
        yield number - len(record) + 1, record


def _is_pmid(line: bytes) -> bool:
    return line.startswith(b"PMID-")


def _fields(lines: list[bytes], start: int, name: str) -> list[Field]:
    fields: list[tuple[str, list[str]]] = []
    for number, line in enumerate(lines, start):
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            raise FileError(
                f"{name}, line {number}: its letters are not UTF-8, as PubMed's are; nothing of the file was taken: "
                "get it again from PubMed, or save it as UTF-8."
            ) from error
        if field := _FIELD.fullmatch(text):
            fields.append((field[1], [field[2] or ""]))
        elif fields and text[0] in " \t":
            fields[-1][1].append(text)
        else:
            raise FileError(
                f"{name}, line {number}: {text[:40]!r} is neither a field of MEDLINE text nor the rest of one; "
                f"{_DAMAGE}."
            )
    return [Field(tag, collapse(" ".join(parts)).strip(" ")) for tag, parts in fields]
