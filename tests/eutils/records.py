"""The records that the server has: NCBI's own XML, byte for byte, and an index of their words."""

import gzip
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

_RECORD = re.compile(rb"<(PubmedArticle|PubmedBookArticle)(?:\s[^>]*)?>.*?</\1>", re.DOTALL)


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in lower case and in order."""
    return tuple(re.findall(r"\w+", text.casefold()))


@dataclass(frozen=True, slots=True)
class Stored:
    """One record: its XML as given, and what can be searched in it."""

    pmid: int
    xml: bytes
    title: tuple[str, ...]
    abstract: tuple[str, ...]
    year: int | None

    @classmethod
    def from_xml(cls, xml: bytes) -> "Stored":
        """Read one PubmedArticle or PubmedBookArticle element."""
        root = parse(xml)
        citation = next(root.iterchildren("MedlineCitation", "BookDocument"))
        dates = [*root.iter("PubDate"), *root.iter("ArticleDate")]
        year = next((found[0] for date in dates if (found := re.search(r"\d{4}", "".join(date.itertext())))), None)
        return cls(
            pmid=int(citation.findtext("PMID")),
            xml=xml,
            title=words(_text(citation, "ArticleTitle") or _text(citation, "BookTitle")),
            abstract=words(_text(citation, "AbstractText")),
            year=int(year) if year else None,
        )


class Corpus:
    """Records by PMID; of two for one PMID the later counts."""

    def __init__(self, records: Iterable[Stored]) -> None:
        self.records = {record.pmid: record for record in records}
        self.pmids = sorted(self.records)
        self.in_title: dict[str, set[int]] = defaultdict(set)
        self.in_text: dict[str, set[int]] = defaultdict(set)
        for record in self.records.values():
            for word in record.title:
                self.in_title[word].add(record.pmid)
            for word in (*record.title, *record.abstract):
                self.in_text[word].add(record.pmid)

    def between(self, low: int, high: int) -> set[int]:
        """The PMIDs from `low` to `high`, both included."""
        return set(self.pmids[bisect_left(self.pmids, low) : bisect_right(self.pmids, high)])

    def alike(self, pmid: int) -> list[tuple[int, int]]:
        """(PMID, score) of the records that share words with this one, best first; rare words weigh more."""
        shared: Counter[int] = Counter()
        for word in {*self.records[pmid].title, *self.records[pmid].abstract}:
            holders = self.in_text[word]
            for other in holders:
                shared[other] += 1_000_000 // len(holders)
        return sorted(shared.items(), key=lambda pair: (-pair[1], -pair[0]))


def numbered(pmids: Iterable[int]) -> Iterator[Stored]:
    """Records of next to nothing, one for each PMID, where a test needs thousands; "asthma" finds them all."""
    for pmid in pmids:
        xml = f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID></MedlineCitation></PubmedArticle>'
        yield Stored(pmid, xml.encode(), ("asthma", str(pmid)), (), 2020)


def load(paths: Iterable[Path]) -> Iterator[Stored]:
    """The records of files of PubMed XML, plain or gzip, in UTF-8."""
    for path in paths:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        for match in _RECORD.finditer(data):
            yield Stored.from_xml(match[0])


def parse(xml: bytes) -> etree._Element:
    """A document as a tree, without touching DTD or network."""
    return etree.fromstring(xml, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))


def _text(citation: etree._Element, tag: str) -> str:
    # OtherAbstract is another language's: PubMed searches it, this server does not
    found = (element for element in citation.iter(tag) if element.getparent().tag != "OtherAbstract")
    return " ".join("".join(element.itertext()) for element in found)
