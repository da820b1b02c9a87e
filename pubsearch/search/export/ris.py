"""RIS, as Zotero, EndNote, Covidence and Rayyan read it.

Tags: https://en.wikipedia.org/wiki/RIS_(file_format), after the specification that its makers took off the web. `TY`
comes first and `ER` last, each value stands on one line, each author has a line.
"""

from collections.abc import Iterator

from pubsearch.record import Author, PartialDate, Record
from pubsearch.search.export.format import COVIDENCE, Format
from pubsearch.search.export.text import encoded, heading, one_line
from pubsearch.search.export.work import RETRACTED, is_chapter, status
from pubsearch.search.printed import page_range


def _render(record: Record) -> bytes:
    lines = ((tag, one_line(value)) for tag, value in _fields(record))
    # The specification ends lines with CR LF.
    return encoded("".join(f"{tag}  - {value}\r\n" for tag, value in lines if value) + "ER  - \r\n\r\n")


FORMAT = Format("ris", "ris", _render, limit=COVIDENCE)


def _fields(record: Record) -> Iterator[tuple[str, str]]:
    """Tags and values in their order; those without a value are not written."""
    chapter = is_chapter(record)
    yield "TY", ("CHAP" if chapter else "BOOK") if record.is_book else "JOUR"
    yield "TI", record.title
    yield "TT", record.vernacular_title
    yield from (("AU", _name(author)) for author in record.authors)
    yield from (("A2" if chapter or not record.is_book else "A3", _name(editor)) for editor in record.editors)
    yield "PY", str(record.year or "")
    yield "DA", _date(record.publication_date) or _date(record.electronic_date)
    yield from _source(record, chapter)
    yield from _pages(record)
    yield "AB", record.abstract
    yield "LA", "; ".join(record.languages)
    yield "DO", record.doi
    yield "AN", str(record.pmid)
    yield "UR", f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/"
    yield "DB", "PubMed"
    yield "DP", "NLM"
    # EndNote's place for the PMCID; in a chapter Zotero reads C2 as an author.
    yield "C2", "" if record.is_book else record.pmcid
    # After DO: Zotero takes the first of the two for the DOI.
    yield "M3", "; ".join(record.publication_types)
    yield "AD", "; ".join(dict.fromkeys(place for author in record.authors for place in author.affiliations))
    yield from (("KW", heading(mesh)) for mesh in record.mesh)
    yield from (("KW", "*" * keyword.major + keyword.text) for keyword in record.keywords)
    yield "KW", RETRACTED if record.retracted else ""
    yield from (("N1", sentence) for sentence in status(record))
    yield "N1", "" if record.authors_complete else "More authors than the record names"
    yield from (("N1", f"{accession.databank}: {accession.number}") for accession in record.accessions)


def _name(author: Author) -> str:
    """ "Last, First, Suffix"."""
    if author.collective:
        # A comma keeps EndNote from taking the last word for a family name.
        return f"{author.collective},"
    first = author.fore_name or author.initials
    if author.suffix and not first:
        # What stands second is taken for a first name.
        return f"{author.last_name},,{author.suffix}"
    return ", ".join(filter(None, (author.last_name, first, author.suffix)))


def _date(date: PartialDate) -> str:
    """ "YYYY/MM/DD/other": what is no plain date stands last."""
    if date.verbatim:
        other = date.verbatim.removeprefix(str(date.year or "")).strip(" ")
        return f"{date.year or ''}///{other}"
    if date.year is None:
        return ""
    month, day = (f"{number:02d}" if number else "" for number in (date.month, date.day))
    return f"{date.year:04d}/{month}/{day}/"


def _source(record: Record, chapter: bool) -> Iterator[tuple[str, str]]:
    journal = record.journal
    if record.is_book:
        yield "T2", journal.title if chapter else ""
        yield "PB", record.publisher
        yield "SN", record.isbn
    else:
        # Each program reads another pair of these.
        title, abbreviation = journal.title or journal.medline_ta, journal.medline_ta or journal.iso_abbreviation
        yield from (("T2", title), ("JF", title), ("JO", abbreviation), ("J2", abbreviation))
        issns = (journal.issn_print, journal.issn_electronic, journal.issn_linking)
        yield "SN", ", ".join(dict.fromkeys(filter(None, issns)))
    yield "VL", record.volume
    yield "IS", record.issue


def _pages(record: Record) -> Iterator[tuple[str, str]]:
    first, last = page_range(record.pages)
    yield "SP", first
    yield "EP", last
    if ";" in record.pages:
        yield "N1", f"Pages: {record.pages}"
