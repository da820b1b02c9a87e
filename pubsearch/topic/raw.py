"""Records as they were received: the XML element of each."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from pubsearch.entrez import xml
from pubsearch.entrez.formats import open_source
from pubsearch.errors import FileError, StorageError
from pubsearch.record import Record
from pubsearch.topic.records import RecordStore

# A PubmedArticleSet holds these, and files may hold their contents alone.
_WRAPPERS = {"MedlineCitation": "PubmedArticle", "BookDocument": "PubmedBookArticle"}


@dataclass(frozen=True, slots=True)
class Received:
    """A record as PubMed sent it: its element in UTF-8, or None where it has none.

    The element is the same in canonical XML; its spelling (quotes, encoding, character references) may differ.
    """

    pmid: int
    xml: bytes | None


def received(folder: Path, pmids: Collection[int]) -> Iterator[Received]:
    """Each of `pmids` as received last, from the record store in `folder`: first those without XML, which came as
    MEDLINE text or are no longer there, then the others in the order of the store. Only the files that hold some of
    them are read.

    Raises:
        StorageError: a file is missing or damaged; possibly after some records were given.
    """
    store = RecordStore(folder)
    entries, places = store.entries(), store.places()
    wanted: dict[str, dict[int, int]] = defaultdict(dict)
    for pmid in dict.fromkeys(pmids):
        place = places.get(pmid)
        file = entries[place.entry].file if place else None
        if place is None or file is None or file.endswith(".nbib.gz"):
            yield Received(pmid, None)
        else:
            wanted[file][place.position] = pmid
    for file in sorted(wanted):
        yield from _of_file(folder / file, wanted[file])


def _of_file(path: Path, wanted: dict[int, int]) -> Iterator[Received]:
    """The records of a file at the positions of `wanted`."""
    try:
        with open_source(path) as source:
            found = ((item, element) for item, element in xml.elements(source, path.name) if isinstance(item, Record))
            for position, (record, element) in enumerate(found):
                if position in wanted:
                    if record.pmid != wanted[position]:
                        raise FileError("it is not the file that was received")
                    yield Received(record.pmid, _serialised(element))
    except FileError as error:
        raise StorageError(f"{path} is missing or damaged ({error}): restore it from a backup.") from error


def _serialised(element: etree._Element) -> bytes:
    content: bytes = etree.tostring(element, encoding="UTF-8", xml_declaration=False, with_tail=False)
    wrapper = _WRAPPERS.get(str(element.tag), "").encode()
    return b"<%b>%b</%b>" % (wrapper, content, wrapper) if wrapper else content
