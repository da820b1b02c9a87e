"""NLM's files of MeSH descriptors → Descriptor, streaming: XML (desc2026.xml) and ASCII (d2026.bin)."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from pubsearch.descriptor import Descriptor
from pubsearch.entrez import mesh_ascii, mesh_xml
from pubsearch.entrez.xml import chunks
from pubsearch.errors import FileError

_BLANK = b"\xef\xbb\xbf \t\r\n"
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_OTHERS = {
    "html": "a web page (HTML)",
    "QualifierRecordSet": "MeSH's qualifiers",
    "SupplementalRecordSet": "MeSH's supplementary concepts",
    "PharmacologicalActionSet": "MeSH's pharmacological actions",
    "PubmedArticleSet": "PubMed's records",
}
_CURE = (
    "get the descriptors, desc2026.xml, desc2026.gz or d2026.bin of the year, from "
    "https://www.nlm.nih.gov/databases/download/mesh.html"
)


def descriptors(source: BinaryIO, name: str) -> Iterator[Descriptor]:
    """The descriptors of a file, in its order, while it is being read.

    `source` gives uncompressed bytes, `name` stands in errors.

    Raises:
        FileError: the file is not one of MeSH descriptors, or is damaged; some descriptors may have been given before.
    """
    pieces = chunks(source, name)
    head = next(pieces, b"")
    whole = chain([head], pieces)
    start = head.lstrip(_BLANK)
    if start.startswith(mesh_ascii.NEW_RECORD):
        return mesh_ascii.descriptors(whole, name)
    root = _ROOT.search(start) if start.startswith(b"<") else None
    tag = root[1].decode() if root else ""
    if tag == mesh_xml.ROOT:
        return mesh_xml.descriptors(whole, name)
    if not start:
        raise FileError(f"{name} is empty: {_CURE}.")
    known = _OTHERS.get("html" if tag.lower() == "html" else tag)
    found = f"holds {known}" if known else f"begins with {start[:20].decode('utf-8', 'replace')!r}"
    raise FileError(f"{name} {found} instead of MeSH descriptors: {_CURE}.")
