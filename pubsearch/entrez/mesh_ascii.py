"""MeSH descriptors as ASCII → Descriptor, streaming.

A record begins with *NEWRECORD and ends with its UI; between them each line is `FIELD = value`
(https://www.nlm.nih.gov/mesh/dtype.html).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pubsearch.descriptor import Descriptor
from pubsearch.errors import FileError

NEW_RECORD = b"*NEWRECORD"

_BOM = b"\xef\xbb\xbf"
_DAMAGE = "nothing of it was taken: get the file again"
_READ = (b"RECTYPE", b"MH", b"ENTRY", b"PRINT ENTRY", b"MN", b"PA", b"DX", b"UI")


def descriptors(pieces: Iterable[bytes], name: str) -> Iterator[Descriptor]:
    """The descriptors of the text that `pieces` make up; `name` stands in errors.

    Raises:
        FileError: a record breaks off, is not UTF-8, or is none of a descriptor.
    """
    start, fields = 0, defaultdict[bytes, list[str]](list)
    for number, line in enumerate(_lines(pieces), 1):
        if line == NEW_RECORD:
            if start:
                yield _descriptor(fields, name, start)
            start, fields = number, defaultdict(list)
        field, _, value = line.partition(b" = ")
        if field in _READ:
            try:
                fields[field].append(value.decode().strip())
            except UnicodeDecodeError as error:
                raise FileError(f"{name}, line {number}: its letters are not UTF-8; {_DAMAGE}.") from error
    yield _descriptor(fields, name, start)


def _lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line.removeprefix(_BOM).rstrip() for line in whole)
    yield rest.rstrip()


def _descriptor(fields: dict[bytes, list[str]], name: str, start: int) -> Descriptor:
    if fields[b"RECTYPE"] != ["D"]:
        raise FileError(
            f"{name}, line {start}: a record that is no descriptor; give d2026.bin, not q2026.bin or c2026.bin."
        )
    if not fields[b"MH"] or not fields[b"UI"]:
        raise FileError(f"{name}, line {start}: a record that breaks off; {_DAMAGE}.")
    entries = fields[b"PRINT ENTRY"] + fields[b"ENTRY"]
    return Descriptor(
        name=fields[b"MH"][0],
        terms=tuple(entry.partition("|")[0] for entry in entries),
        tree_numbers=tuple(fields[b"MN"]),
        actions=tuple(fields[b"PA"]),
        year=next((int(date[:4]) for date in fields[b"DX"] if date[:4].isdecimal()), 0),
    )
