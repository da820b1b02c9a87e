"""The record page's HTML: everything that the record holds, as itself."""

from dataclasses import fields, replace

import pytest

from pubsearch.record import (
    Accession,
    Author,
    Chemical,
    Correction,
    GeneralNote,
    Grant,
    Journal,
    Keyword,
    MeshHeading,
    MeshQualifier,
    OtherAbstract,
    OtherId,
    PartialDate,
    Record,
    Section,
    SupplementaryConcept,
)
from pubsearch.ui.render_record import render_details, render_record
from tests.ui.test_render import HOSTILE, Reader


def filled(text: str) -> Record:
    """A record with `text` wherever PubMed's text stands."""
    person = Author(last_name=text, fore_name=text, affiliations=(text,), orcid="0000-0002-1825-0097")
    section = Section(text, "", text)
    return Record(
        pmid=1,
        title=text,
        sections=(section,),
        other_abstracts=(OtherAbstract(text, text, (section,)),),
        abstract_copyright=text,
        vernacular_title=text,
        authors=(person,),
        editors=(Author(collective=text),),
        investigators=(Author(collective=text),),
        journal=Journal(text, text, text, text, text, text, text, text),
        volume=text,
        issue=text,
        pages=text,
        publication_date=PartialDate(verbatim=text),
        electronic_date=PartialDate(2001, 2, 3),
        publication_types=(text,),
        mesh=(MeshHeading(text, text, False, (MeshQualifier(text, "Q1", True),)),),
        keywords=(Keyword(text, "NOTNLM", False),),
        chemicals=(Chemical(text, "D1", text),),
        supplementary_concepts=(SupplementaryConcept(text, "C1", text),),
        personal_subjects=(Author(collective=text),),
        subsets=(text,),
        languages=(text,),
        doi=text,
        pmcid=text,
        pii=text,
        grants=(Grant(text, text, text, text),),
        accessions=(Accession(text, text),),
        other_ids=(OtherId(text, text),),
        corrections=(Correction("ErratumIn", text, None, text), Correction("Cites", text, 99), Correction(text, text)),
        general_notes=(GeneralNote(text, text),),
        conflict_of_interest=text,
        citation_status=text,
        publication_status=text,
        entrez_date=PartialDate(2001, 2, 4),
        pubmed_date=PartialDate(2001, 2, 5),
        mesh_date=PartialDate(2001, 2, 6),
        revised_date=PartialDate(2001, 2, 7),
        completed_date=PartialDate(2001, 2, 8),
        publisher=text,
        isbn=text,
        book_accession=text,
    )


def shown(record: Record) -> Reader:
    return Reader(render_record(record, None) + render_details(record))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_data(text: str) -> None:
    reader = shown(filled(text))
    plain = shown(filled("words"))
    assert reader.text.count(text) >= 40
    assert reader.tags == plain.tags
    assert [link for link in reader.links if not str(link).startswith("https://")] == []


# Kept for programs: versions of what is shown, or nothing that a reader reads.
UNSHOWN = {"title_markup", "authors_complete", "is_book", "version", "book_accession", "pmid"}


@pytest.mark.parametrize("name", sorted({field.name for field in fields(Record)} - UNSHOWN))
def test_everything_is_shown(name: str) -> None:
    whole = filled("words")
    empty = getattr(Record(pmid=1), name)
    assert shown(whole).text != shown(replace(whole, **{name: empty})).text


def test_entered_is_the_day_that_new_in_pubmed_since_goes_by() -> None:
    record = Record(pmid=1, pubmed_date=PartialDate(1809, 1, 1), entrez_date=PartialDate(2010, 10, 5))
    text = shown(record).text
    assert "Entered PubMed1809-01-01" in text
    assert "Record created2010-10-05" in text


def test_authors_with_their_places() -> None:
    people = (
        Author("Curie", "Marie", "M", affiliations=("Paris", "Warsaw"), orcid="https://orcid.org/0000-0002-1825-0097"),
        Author("Meitner", "Lise", "L", affiliations=("Warsaw", "Berlin"), orcid="no number"),
        Author(collective="The Group"),
    )
    reader = shown(Record(pmid=1, authors=people, authors_complete=False))
    assert "Marie Curie1, 2 ORCIDLise Meitner2, 3The Groupet al.Affiliations (3)ParisWarsawBerlin" in reader.text
    assert [link for link in reader.links if "orcid" in str(link)] == ["https://orcid.org/0000-0002-1825-0097"]


def test_links_to_other_citations_say_what_they_are() -> None:
    links = (Correction("CorrectedandRepublishedIn", "J. 2020.", 98, "Note"), Correction("Cites", "K. 2019.", 97))
    reader = shown(Record(pmid=1, corrections=links))
    assert "Corrected and republished in: J. 2020. Note PMID 98" in reader.text
    assert "References (1)K. 2019 PMID 97" in reader.text
    assert "https://pubmed.ncbi.nlm.nih.gov/97/" in reader.links


def test_a_record_without_notices_says_as_of_when() -> None:
    assert "No notice known, as of 2026-11-25." in Reader(render_record(Record(pmid=1), "2026-11-25T01:02:03Z")).text
