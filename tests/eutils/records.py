"""A record as the server has it: NCBI's own XML, byte for byte, and what can be searched in it."""

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

RECORD = re.compile(rb"<(PubmedArticle|PubmedBookArticle)(?:\s[^>]*)?>.*?</\1>", re.DOTALL)
"""One record in a PubmedArticleSet."""

MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# PubMed's fields and where their dates stand: a MEDLINE display's EDAT, CRDT and MHDA are these three of its PHST
_HISTORY = {"pubmed": "edat", "entrez": "crdt", "medline": "mhda"}


def words(text: str) -> tuple[str, ...]:
    """The words of a text, in lower case and in order."""
    return tuple(re.findall(r"\w+", text.casefold()))


@dataclass(frozen=True, slots=True)
class Stored:
    """One record: its XML as given, and what can be searched in it.

    `dates` are days such as "2026/11/24" by field: "edat", "crdt", "mdat", "mhda". `types` are publication types in
    lower case, `notices` the RefTypes of its comments and corrections, such as "RetractionIn".
    """

    pmid: int
    xml: bytes
    title: tuple[str, ...]
    abstract: tuple[str, ...]
    year: int | None
    dates: Mapping[str, str] = field(default_factory=dict)
    types: frozenset[str] = frozenset()
    notices: frozenset[str] = frozenset()

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
            dates=_dates(root, citation),
            types=frozenset((kind.text or "").casefold() for kind in citation.iter("PublicationType")),
            notices=frozenset(
                notice.get("RefType", "") for notice in citation.iterfind("CommentsCorrectionsList/CommentsCorrections")
            ),
        )


def numbered(pmids: Iterable[int], *, edat: str = "", crdt: str = "", mdat: str = "") -> Iterator[Stored]:
    """Records of next to nothing, one for each PMID, where a test needs thousands; "asthma" finds them all.

    Entry, creation and modification date, such as "2026/11/24", are those of every record.
    """
    dates = {name: day for name, day in (("edat", edat), ("crdt", crdt), ("mdat", mdat)) if day}
    revised = f"<DateRevised>{_parts(mdat)}</DateRevised>" if mdat else ""
    events = "".join(
        f'<PubMedPubDate PubStatus="{status}">{_parts(dates[name])}</PubMedPubDate>'
        for status, name in _HISTORY.items()
        if name in dates
    )
    history = f"<History>{events}</History>" if events else ""
    for pmid in pmids:
        xml = (
            f'<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID>{revised}</MedlineCitation><PubmedData>'
            f'{history}<ArticleIdList><ArticleId IdType="pubmed">{pmid}</ArticleId></ArticleIdList></PubmedData>'
            "</PubmedArticle>"
        )
        yield Stored(pmid, xml.encode(), ("asthma", str(pmid)), (), 2020, dates)


def load(paths: Iterable[Path]) -> Iterator[Stored]:
    """The records of files of PubMed XML, plain or gzip, in UTF-8."""
    for path in paths:
        data = path.read_bytes()
        if data.startswith(b"\x1f\x8b"):
            data = gzip.decompress(data)
        for match in RECORD.finditer(data):
            yield Stored.from_xml(match[0])


def parse(xml: bytes) -> etree._Element:
    """A document as a tree, without touching DTD or network."""
    return etree.fromstring(xml, etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False))


def day(date: etree._Element) -> str:
    """ "2026/11/24" of an element with Year, Month and Day; what is missing is 00."""
    year, month, number = (date.findtext(tag) or "0" for tag in ("Year", "Month", "Day"))
    month = str(MONTHS.index(month)) if month in MONTHS else month
    return f"{year}/{month:0>2}/{number:0>2}"


def _dates(root: etree._Element, citation: etree._Element) -> dict[str, str]:
    events = [(event.get("PubStatus", ""), event) for event in root.iterfind("*/History/PubMedPubDate")]
    dates = {_HISTORY[status]: day(event) for status, event in events if status in _HISTORY}
    revised = citation.find("DateRevised")
    return dates if revised is None else dates | {"mdat": day(revised)}


def _parts(date: str) -> str:
    year, month, number = date.split("/")
    return f"<Year>{year}</Year><Month>{month}</Month><Day>{number}</Day>"


def _text(citation: etree._Element, tag: str) -> str:
    # OtherAbstract is another language's: PubMed searches it, this server does not
    found = (element for element in citation.iter(tag) if element.getparent().tag != "OtherAbstract")
    return " ".join("".join(element.itertext()) for element in found)
