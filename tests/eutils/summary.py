"""ESummary's DocSum (XML version 1, NCBI's default) of a record."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from lxml import etree

from tests.eutils.records import MONTHS, day, parse

_STATUS = {
    "MEDLINE": "PubMed - indexed for MEDLINE",
    "PubMed-not-MEDLINE": "PubMed",
    "In-Process": "PubMed - in process",
    "In-Data-Review": "PubMed - in process",
    "Publisher": "PubMed - as supplied by publisher",
}


def document_summary(xml: bytes) -> str:
    """The DocSum of one record."""
    root = parse(xml)
    citation = next(root.iterchildren("MedlineCitation", "BookDocument"))
    authors = [name for author in citation.iterfind(".//AuthorList/Author") if (name := _name(author))]
    date = _date(citation.find(".//PubDate"))
    volume, issue, pages = (_text(citation, f".//{tag}") for tag in ("Volume", "Issue", "MedlinePgn"))
    doi = _text(citation, ".//ELocationID[@EIdType='doi']")
    # not .//ArticleId, which reaches into the cited papers
    ids = root.iterfind("PubmedData/ArticleIdList/ArticleId")
    lines = (
        _item("PubDate", "Date", date),
        _item("EPubDate", "Date", _date(citation.find(".//ArticleDate"))),
        _item("Source", "String", _text(citation, ".//MedlineTA")),
        _list("AuthorList", (_item("Author", "String", name, 2) for name in authors)),
        _item("LastAuthor", "String", authors[-1] if authors else ""),
        _item("Title", "String", _text(citation, ".//ArticleTitle") or _text(citation, ".//BookTitle")),
        _item("Volume", "String", volume),
        _item("Issue", "String", issue),
        _item("Pages", "String", pages),
        _list("LangList", (_item("Lang", "String", _language(tag), 2) for tag in citation.iterfind(".//Language"))),
        _item("NlmUniqueID", "String", _text(citation, ".//NlmUniqueID")),
        _item("ISSN", "String", _text(citation, ".//ISSN[@IssnType='Print']")),
        _item("ESSN", "String", _text(citation, ".//ISSN[@IssnType='Electronic']")),
        _list(
            "PubTypeList",
            (_item("PubType", "String", kind.text or "", 2) for kind in citation.iterfind(".//PublicationType")),
        ),
        _item("RecordStatus", "String", _STATUS.get(citation.get("Status", ""), "PubMed")),
        _item("PubStatus", "String", _text(root, ".//PublicationStatus")),
        _list("ArticleIds", (_item(element.get("IdType", ""), "String", element.text or "", 2) for element in ids)),
        _list(
            "History",
            (
                _item(event.get("PubStatus", ""), "Date", _moment(event), 2)
                for event in root.iterfind(".//History/PubMedPubDate")
            ),
        ),
        _list("References", ()),
        _item("HasAbstract", "Integer", str(int(citation.find(".//Abstract") is not None))),
        _item("PmcRefCount", "Integer", "0"),
        _item("FullJournalName", "String", _text(citation, ".//Journal/Title")),
        _item("ELocationID", "String", f"doi: {doi}" if doi else ""),
        _item("SO", "String", f"{date};{volume}{f'({issue})' if issue else ''}{f':{pages}' if pages else ''}"),
    )
    return f"<DocSum>\n\t<Id>{_text(citation, 'PMID')}</Id>\n{''.join(lines)}</DocSum>\n"


def _item(name: str, kind: str, text: str, depth: int = 1) -> str:
    tabs = "\t" * depth
    return f'{tabs}<Item Name="{escape(name)}" Type="{kind}">{escape(text)}</Item>\n'


def _list(name: str, items: Iterable[str]) -> str:
    inner = "".join(items)
    return f'\t<Item Name="{name}" Type="List">' + (f"\n{inner}\t</Item>\n" if inner else "</Item>\n")


def _text(root: etree._Element, path: str) -> str:
    element = root.find(path)
    return "" if element is None else "".join(element.itertext()).strip()


def _name(author: etree._Element) -> str:
    parts = [author.findtext(tag) for tag in ("LastName", "Initials", "Suffix")]
    return " ".join(part for part in parts if part) or author.findtext("CollectiveName", "")


def _language(element: etree._Element) -> str:
    return "English" if element.text == "eng" else element.text or ""


def _date(element: etree._Element | None) -> str:
    """ "2001 Jun 3" as far as known; a MedlineDate as it is."""
    if element is None:
        return ""
    parts = [part.text or "" for part in element]
    return " ".join(MONTHS[int(part)] if part.isdecimal() and place == 1 else part for place, part in enumerate(parts))


def _moment(event: etree._Element) -> str:
    hour, minute = (event.findtext(tag) or "0" for tag in ("Hour", "Minute"))
    return f"{day(event)} {hour:0>2}:{minute:0>2}"
