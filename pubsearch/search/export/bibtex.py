"""BibTeX: one entry a record, in UTF-8.

Entries and fields: http://mirrors.ctan.org/biblio/bibtex/base/btxdoc.pdf, with `doi`, `url`, `abstract`, `keywords`
and `language` as reference managers use them.
"""

import calendar
import re
from collections.abc import Iterator

from pubsearch.record import Author, Record
from pubsearch.search.export.format import Format
from pubsearch.search.export.text import encoded, one_line
from pubsearch.search.export.work import RETRACTED, is_chapter, status
from pubsearch.search.printed import full_pages

# BibTeX counts braces without a look at the backslash before them, so `\{` would end a field or never end it.
_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "^": r"\textasciicircum{}",
        "~": r"\textasciitilde{}",
        **{character: f"\\{character}" for character in "&%$#_"},
    }
)
# A DOI is part of an address and not text: programs read it as it is, so only what would break the entry is encoded.
_DOI_ESCAPES = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})
_SEVERAL = re.compile(r",|\band\b", re.IGNORECASE)


def _render(record: Record) -> bytes:
    kind = "article"
    if record.is_book:
        kind = "incollection" if is_chapter(record) else "book"
    fields = "".join(f"  {name} = {value},\n" for name, value in _fields(record, kind) if value.strip("{}"))
    return encoded(f"@{kind}{{pmid{record.pmid},\n{fields}}}\n\n")


FORMAT = Format("bibtex", "bib", _render)


def _fields(record: Record, kind: str) -> Iterator[tuple[str, str]]:
    """Names and values with their braces; those without a value are not written."""
    journal, date = record.journal, record.publication_date
    authors = [_name(author) for author in record.authors] + ["others"] * (not record.authors_complete)
    yield "author", _braced(" and ".join(filter(None, authors)))
    yield "editor", _braced(" and ".join(filter(None, map(_name, record.editors))))
    # PubMed's titles are in sentence case: a second pair of braces keeps styles from lowering "DNA".
    yield "title", _braced(_text(record.title)) if record.title else ""
    if kind == "article":
        yield "journal", _text(journal.title or journal.medline_ta)
        yield "issn", _text(journal.issn_print or journal.issn_electronic or journal.issn_linking)
    else:
        yield "booktitle", _text(journal.title) if kind == "incollection" else ""
        yield "publisher", _text(record.publisher)
        yield "isbn", _text(record.isbn)
    yield "year", _braced(str(record.year or ""))
    month = date.month if date.year else record.electronic_date.month
    yield "month", calendar.month_abbr[month].lower() if month else ""
    yield "volume", _text(record.volume)
    yield "number", _text(record.issue)
    yield "pages", _text(full_pages(record.pages, "--"))
    yield "doi", _braced(one_line(record.doi).translate(_DOI_ESCAPES))
    yield "url", f"{{https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/}}"
    yield "pmid", f"{{{record.pmid}}}"
    yield "pmcid", _text(record.pmcid)
    yield "language", _text(", ".join(record.languages))
    yield "abstract", _text(record.abstract)
    words = [heading.name for heading in record.mesh] + [keyword.text for keyword in record.keywords]
    yield "keywords", _text("; ".join(words + [RETRACTED] * record.retracted))
    yield "note", _text(". ".join(status(record)))


def _escaped(text: str) -> str:
    return one_line(text).translate(_ESCAPES)


def _text(text: str) -> str:
    return _braced(_escaped(text))


def _braced(value: str) -> str:
    return f"{{{value}}}"


def _name(author: Author) -> str:
    """ "Last, Jr, First"; a group, and a part that BibTeX would cut, in braces."""
    if author.collective:
        return _text(author.collective)
    parts = [_whole(part) for part in (author.last_name, author.suffix, author.fore_name or author.initials) if part]
    if author.suffix and not (author.fore_name or author.initials):
        # Of two parts the second is taken for a first name.
        parts.append("{}")
    return ", ".join(parts)


def _whole(part: str) -> str:
    return _text(part) if _SEVERAL.search(part) else _escaped(part)
