"""RIS is read back by rispy with nothing lost, and keeps to the rules of the programs that librarians use."""

import re
from dataclasses import replace
from typing import Any

import pytest
import rispy
from hypothesis import given, settings

from pubsearch.record import Accession, Author, Correction, Journal, PartialDate, Record
from pubsearch.search.export.text import one_line
from tests.search.export.hostile import hostile_records
from tests.search.export.real import written

LINE = re.compile(r"[A-Z][A-Z0-9]  - .*")


def only(record: Record) -> dict[str, Any]:
    (reference,) = rispy.loads(written("ris", [record]))
    return reference


def test_every_field_of_every_real_record_is_read_back(real: list[Record]) -> None:
    references = rispy.loads(written("ris", real))
    assert len(references) == len(real) >= 1_769
    for record, reference in zip(real, references, strict=True):
        assert reference["accession_number"] == str(record.pmid)
        assert reference["urls"] == [f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/"]
        assert reference.get("title", "") == record.title
        assert reference.get("translated_title", "") == record.vernacular_title
        assert reference.get("abstract", "") == one_line(record.abstract)
        assert len(reference.get("authors", [])) == len(record.authors)
        assert [name.split(",")[0] for name in reference.get("authors", [])] == [
            (author.collective or author.last_name or author.fore_name or author.initials).split(",")[0]
            for author in record.authors
        ]
        assert reference.get("year", "") == str(record.year or "")
        assert reference.get("volume", "") == record.volume
        assert reference.get("number", "") == record.issue
        assert reference.get("doi", "") == record.doi
        assert reference.get("language", "") == "; ".join(record.languages)
        assert reference.get("type_of_work", "") == "; ".join(record.publication_types)
        words = [each.removeprefix("*") for each in reference.get("keywords", [])]
        assert [word.split("/")[0] for word in words[: len(record.mesh)]] == [heading.name for heading in record.mesh]
        assert words[len(record.mesh) : len(record.mesh) + len(record.keywords)] == [
            keyword.text for keyword in record.keywords
        ]
        if not record.is_book:
            assert reference.get("alternate_title3", "") == record.journal.title or record.journal.medline_ta
            assert reference.get("custom2", "") == record.pmcid


def test_a_record_begins_with_its_type_and_ends_with_er_and_has_no_blank_line(real: list[Record]) -> None:
    *blocks, end = written("ris", real).split("\r\n\r\n")
    assert (len(blocks), end) == (len(real), "")
    for block in blocks:
        lines = block.split("\r\n")
        assert lines[0] in ("TY  - JOUR", "TY  - BOOK", "TY  - CHAP")
        assert lines[-1] == "ER  - "
        assert all(LINE.fullmatch(line) for line in lines)


def test_an_article() -> None:
    record = Record(
        12140307,
        title="Solid-organ transplantation in HIV-infected patients.",
        authors=(Author("Halpern", "Scott D", "SD"), Author("Jenkins", "", "FA", "Jr"), Author(collective="A Group")),
        journal=Journal(
            "The New England journal of medicine", "N. Engl. J. Med.", "0028-4793", "1533-4406", "0028-4793"
        ),
        volume="347",
        issue="4",
        pages="284-7",
        publication_date=PartialDate(2002, 7, 25),
        accessions=(Accession("ClinicalTrials.gov", "NCT00000001"),),
        pmcid="PMC1",
    )
    assert written("ris", [record]).split("\r\n") == [
        "TY  - JOUR",
        "TI  - Solid-organ transplantation in HIV-infected patients.",
        "AU  - Halpern, Scott D",
        "AU  - Jenkins, FA, Jr",
        "AU  - A Group,",
        "PY  - 2002",
        "DA  - 2002/07/25/",
        "T2  - The New England journal of medicine",
        "JF  - The New England journal of medicine",
        "JO  - N. Engl. J. Med.",
        "J2  - N. Engl. J. Med.",
        "SN  - 0028-4793, 1533-4406",
        "VL  - 347",
        "IS  - 4",
        "SP  - 284",
        "EP  - 287",
        "AN  - 12140307",
        "UR  - https://pubmed.ncbi.nlm.nih.gov/12140307/",
        "DB  - PubMed",
        "DP  - NLM",
        "C2  - PMC1",
        "N1  - ClinicalTrials.gov: NCT00000001",
        "ER  - ",
        "",
        "",
    ]


def test_a_chapter_names_its_book_and_its_editors() -> None:
    book = Record(
        1,
        title="A chapter",
        journal=Journal("A book"),
        editors=(Author("Doe", "Jane"),),
        is_book=True,
        publisher="A press",
        isbn="978",
    )
    chapter = only(book)
    assert (chapter["type_of_reference"], chapter["secondary_title"]) == ("CHAP", "A book")
    assert (chapter["secondary_authors"], chapter["publisher"], chapter["issn"]) == (["Doe, Jane"], "A press", "978")
    whole = only(replace(book, title="A book"))
    assert (whole["type_of_reference"], whole["tertiary_authors"]) == ("BOOK", ["Doe, Jane"])
    assert "secondary_title" not in whole


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (PartialDate(2019), "2019///"),
        (PartialDate(2019, 3), "2019/03//"),
        (PartialDate(2019, verbatim="2019 Mar-Apr"), "2019///Mar-Apr"),
        (PartialDate(1998, verbatim="1998 Dec-1999 Jan"), "1998///Dec-1999 Jan"),
        (PartialDate(verbatim="undated"), "///undated"),
    ],
)
def test_a_date_is_as_precise_as_the_record(date: PartialDate, said: str) -> None:
    assert only(Record(1, publication_date=date))["date"] == said


def test_an_article_ahead_of_print_has_its_electronic_date() -> None:
    reference = only(Record(1, electronic_date=PartialDate(2020, 5, 27)))
    assert (reference["year"], reference["date"]) == ("2020", "2020/05/27/")


def test_a_suffix_is_never_a_first_name() -> None:
    assert "AU  - Doe,,Sr\r\n" in written("ris", [Record(1, authors=(Author("Doe", suffix="Sr"),))])
    assert "AU  - Doe, J, Sr\r\n" in written("ris", [Record(1, authors=(Author("Doe", "", "J", "Sr"),))])
    assert "AU  - Doe\r\n" in written("ris", [Record(1, authors=(Author("Doe"),))])


def test_pages_that_follow_the_article_stand_in_a_note() -> None:
    reference = only(Record(1, pages="1151-68; discussion 1149-50"))
    assert (reference["start_page"], reference["end_page"]) == ("1151", "1168")
    assert reference["notes"] == ["Pages: 1151-68; discussion 1149-50"]


def test_the_retraction_is_a_keyword_and_a_note_and_the_title_stays_what_it_is() -> None:
    reference = only(
        Record(
            1, title="A work.", corrections=(Correction("RetractionIn", "Lancet. 2010 Feb 6;375(9713):445", 20137807),)
        )
    )
    assert reference["title"] == "A work."
    assert reference["keywords"] == ["Retracted Publication"]
    assert reference["notes"] == [
        "Retracted Publication",
        "Retraction in: Lancet. 2010 Feb 6;375(9713):445. PMID: 20137807",
    ]


def test_missing_authors_are_told() -> None:
    assert only(Record(1, authors_complete=False))["notes"] == ["More authors than the record names"]


@settings(max_examples=100, deadline=None)
@given(hostile_records())
def test_no_text_can_end_a_record_or_begin_another(record: Record) -> None:
    text = written("ris", [record, record])
    assert len(rispy.loads(text)) == 2
    lines = text.split("\r\n")
    assert (lines.count("ER  - "), sum(line.startswith("TY  - ") for line in lines)) == (2, 2)
    # Whatever a reader takes for the end of a line, it finds the same lines.
    assert text.splitlines() == lines[:-1]
    assert all(LINE.fullmatch(line) for line in lines if line)
