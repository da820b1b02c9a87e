"""BibTeX is read back by bibtexparser, whatever stands in the texts."""

import re

import bibtexparser
import pytest
from bibtexparser import Library
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given, settings

from pubsearch.record import Author, Correction, Journal, Keyword, PartialDate, Record
from pubsearch.search.export.text import one_line
from tests.search.export.hostile import PIECES, hostile_records
from tests.search.export.real import written

SYMBOLS = {
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciicircum": "^",
    "textasciitilde": "~",
}


GROUPS = str.maketrans("", "", "{}")


def parsed(text: str) -> Library:
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    return library


def plain(value: str) -> str:
    """Text as TeX prints it."""
    value = re.sub(r"\\(text\w+)\{\}", lambda found: SYMBOLS[found[1]], value.removeprefix("{").removesuffix("}"))
    return re.sub(r"\\([&%$#_])", r"\1", value)


def test_every_real_record_is_read_back(real: list[Record]) -> None:
    entries = parsed(written("bibtex", real)).entries
    assert len(entries) == len(real) >= 1_769
    for record, entry in zip(real, entries, strict=True):
        fields = {name: field.value for name, field in entry.fields_dict.items()}
        assert entry.key == f"pmid{record.pmid}"
        assert fields["pmid"] == str(record.pmid)
        assert plain(fields.get("title", "")) == record.title
        assert plain(fields.get("abstract", "")) == one_line(record.abstract)
        assert fields.get("year", "") == str(record.year or "")
        assert fields.get("doi", "") == record.doi
        assert plain(fields.get("volume", "")) == record.volume
        assert plain(fields.get("number", "")) == record.issue
        assert ("Retracted Publication" in fields.get("keywords", "")) == record.retracted


def test_an_article() -> None:
    record = Record(
        12140307,
        title="p53 & {DNA} at 5% in_vitro.",
        authors=(
            Author("van der Berg", "Henk J", "HJ", "3rd"),
            Author("Land and Sea", "A", "A"),
            Author(collective="Search and Research Group"),
        ),
        authors_complete=False,
        journal=Journal("Heart & lung", issn_print="0147-9563"),
        volume="34",
        issue="4",
        pages="284-7",
        publication_date=PartialDate(2002, 7, 25),
        doi="10.1000/a_b%c",
        keywords=(Keyword("p53", "NOTNLM", False),),
        corrections=(Correction("RetractionIn", "Lancet. 2010"),),
    )
    assert written("bibtex", [record]) == (
        "@article{pmid12140307,\n"
        "  author = {van der Berg, 3rd, Henk J and {Land and Sea}, A and {Search and Research Group} and others},\n"
        "  title = {{p53 \\& \\textbraceleft{}DNA\\textbraceright{} at 5\\% in\\_vitro.}},\n"
        "  journal = {Heart \\& lung},\n"
        "  issn = {0147-9563},\n"
        "  year = {2002},\n"
        "  month = jul,\n"
        "  volume = {34},\n"
        "  number = {4},\n"
        "  pages = {284--287},\n"
        "  doi = {10.1000/a_b%c},\n"
        "  url = {https://pubmed.ncbi.nlm.nih.gov/12140307/},\n"
        "  pmid = {12140307},\n"
        "  keywords = {p53; Retracted Publication},\n"
        "  note = {Retracted Publication. Retraction in: Lancet. 2010},\n"
        "}\n\n"
    )


def test_a_suffix_is_never_a_first_name() -> None:
    assert "{Doe, Sr, {}}" in written("bibtex", [Record(1, authors=(Author("Doe", suffix="Sr"),))])
    assert "{Doe, Sr, J}" in written("bibtex", [Record(1, authors=(Author("Doe", "", "J", "Sr"),))])
    assert "{Doe}" in written("bibtex", [Record(1, authors=(Author("Doe"),))])


def test_books_and_chapters_are_told_apart() -> None:
    chapter = Record(1, title="A chapter", journal=Journal("A book"), is_book=True, publisher="A press")
    whole = Record(2, title="A book", journal=Journal("A book"), is_book=True, publisher="A press")
    first, second = parsed(written("bibtex", [chapter, whole])).entries
    assert (first.entry_type, first["booktitle"], first["publisher"]) == ("incollection", "A book", "A press")
    assert (second.entry_type, second["title"]) == ("book", "{A book}")


@pytest.mark.parametrize("text", [piece for piece in PIECES if "\ud800" not in piece and one_line(piece)])
def test_tex_prints_the_text_of_the_record(text: str) -> None:
    library = bibtexparser.parse_string(
        written("bibtex", [Record(1, title=f"a{text}b")]), append_middleware=[LatexDecodingMiddleware()]
    )
    # Braces that group are not printed, but bibtexparser leaves them; its circumflex is a letter.
    printed = library.entries[0]["title"].replace("ˆ", "^").translate(GROUPS)
    assert printed == one_line(f"a{text}b").translate(GROUPS)


@settings(max_examples=100, deadline=None)
@given(hostile_records())
def test_no_text_can_end_an_entry_or_begin_another(record: Record) -> None:
    text = written("bibtex", [record, Record(record.pmid + 1)])
    first, second = parsed(text).entries
    assert (first["pmid"], second["pmid"]) == (str(record.pmid), str(record.pmid + 1))
    assert text.count("{") == text.count("}")
    if title := one_line(record.title):
        assert plain(first["title"]) == title.encode("utf-8", "replace").decode()
