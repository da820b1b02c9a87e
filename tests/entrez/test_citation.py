"""Each field of Record, from real records in which it is known."""

from pathlib import Path

import pytest

import pubsearch.demo
from pubsearch.entrez.formats import open_source
from pubsearch.entrez.people import bare_orcid
from pubsearch.entrez.xml import parse
from pubsearch.record import (
    Accession,
    Author,
    Chemical,
    Correction,
    GeneralNote,
    Grant,
    Journal,
    Keyword,
    Markup,
    MeshHeading,
    MeshQualifier,
    OtherId,
    PartialDate,
    Record,
    SupplementaryConcept,
)

DEMO = Path(pubsearch.demo.__file__).parent / "records"


@pytest.fixture(scope="module")
def demo() -> dict[int, Record]:
    records = {}
    for path in sorted(DEMO.glob("*.xml.gz")):
        with open_source(path) as source:
            records.update({record.pmid: record for record in parse(source, path.name) if isinstance(record, Record)})
    return records


def test_the_demo_records_are_as_their_readme_says(demo: dict[int, Record]) -> None:
    assert len(demo) == 1769
    assert sum(bool(record.abstract) for record in demo.values()) == 1495
    assert sum(record.is_book for record in demo.values()) == 8
    years = [record.year for record in demo.values() if record.year]
    assert (min(years), max(years)) == (1809, 2025)


def test_an_article_of_its_time_in_full(demo: dict[int, Record]) -> None:
    # 1999: no DOI, affiliation of the first author only, NASA's keywords, databank numbers, cited papers
    record = demo[10097079]
    assert record.title == (
        "Thermal adaptation analyzed by comparison of protein sequences from mesophilic and extremely thermophilic "
        "Methanococcus species."
    )
    urbana = (
        "Department of Microbiology, University of Illinois, B103 Chemical and Life Sciences Laboratory, "
        "601 South Goodwin Avenue, Urbana, IL 61801, USA."
    )
    assert record.authors[0] == Author(
        last_name="Haney",
        fore_name="P J",
        initials="PJ",
        affiliations=(urbana,),
    )
    assert [author.name for author in record.authors][1:4] == ["Badger JH", "Buldak GL", "Reich CI"]
    assert record.authors_complete
    assert record.investigators == (
        Author(last_name="Woese", fore_name="C R", initials="CR", affiliations=("U IL, Urbana",)),
    )
    assert record.journal == Journal(
        title="Proceedings of the National Academy of Sciences of the United States of America",
        iso_abbreviation="Proc. Natl. Acad. Sci. U.S.A.",
        issn_print="0027-8424",
        issn_linking="0027-8424",
        nlm_id="7505876",
        medline_ta="Proc Natl Acad Sci U S A",
        country="United States",
    )
    assert (record.volume, record.issue, record.pages) == ("96", "7", "3578-83")
    assert str(record.publication_date) == "1999-03-30"
    assert (record.doi, record.pmcid, record.languages) == ("", "PMC22336", ("eng",))
    assert record.grants == (
        Grant("T32 GM007283", "GM", "NIGMS NIH HHS", "United States"),
        Grant("GM07283", "GM", "NIGMS NIH HHS", "United States"),
    )
    assert len(record.accessions) == 30
    assert record.accessions[0] == Accession("GENBANK", "AF078607")
    assert record.chemicals == (Chemical("Bacterial Proteins", "D001426", "0"),)
    assert record.keywords[0] == Keyword("NASA Discipline Exobiology", "NASA", major=False)
    assert record.corrections[0] == Correction("Cites", "J Theor Biol. 1967 Aug;16(2):187-211", 6048539)
    assert (record.citation_status, record.publication_status) == ("MEDLINE", "ppublish")
    assert (str(record.entrez_date), str(record.completed_date)) == ("1999-03-31", "1999-05-12")


def test_an_article_of_today_in_full(demo: dict[int, Record]) -> None:
    record = demo[28356292]
    assert record.title == "Responses of distal nephron Na+ transporters - to acute volume depletion and hyperkalemia."
    assert record.title_markup == (
        Markup(0, 9, "i"),
        Markup(13, 19, "b"),
        Markup(30, 31, "sup"),
        Markup(45, 46, "sub"),
    )
    assert {record.abstract[span.start : span.end] for span in record.abstract_markup if span.tag == "sup"} == {"+"}
    assert record.abstract_copyright == "Copyright © 2017 the American Physiological Society."
    assert (record.doi, record.pmcid) == ("10.1152/ajprenal.00668.2016", "PMC5538837")
    assert record.pii == "ajprenal.00668.2016"
    assert len(record.authors[1].affiliations) == 2
    assert record.mesh[2] == MeshHeading(
        "Diuretics",
        "D004232",
        major=False,
        qualifiers=(
            MeshQualifier("pharmacology", "Q000494", major=True),
            MeshQualifier("toxicity", "Q000633", major=False),
        ),
    )
    assert record.keywords[0] == Keyword("ENaC", "NOTNLM", major=True)
    assert record.publication_types == ("Comparative Study", "Journal Article", "Research Support, N.I.H., Extramural")
    assert record.electronic_date == PartialDate(2017, 3, 29)
    assert record.revised_date == PartialDate(2018, 7, 1)


def test_a_structured_abstract(demo: dict[int, Record]) -> None:
    record = demo[28775130]
    assert [(section.label, section.nlm_category) for section in record.sections] == [
        ("OBJECTIVES", "OBJECTIVE"),
        ("METHODS", "METHODS"),
        ("RESULTS", "RESULTS"),
        ("CONCLUSIONS", "CONCLUSIONS"),
    ]
    assert record.abstract.startswith("OBJECTIVES: Animal studies suggest that exposure to pesticides")
    first, second = record.abstract_markup[:2]
    assert (first.tag, record.abstract[first.start - 4 : first.end + 3]) == ("u", "0.4-<4.5")
    assert (second.tag, record.abstract[second.start : second.end]) == ("sub", "Q3")


def test_a_translated_title_and_the_one_it_was(demo: dict[int, Record]) -> None:
    record = demo[21]
    assert record.title.startswith("[Biochemical studies on camomile components/III.")
    assert record.title.endswith("(author's transl)].")
    assert record.vernacular_title.startswith("Biochemische Untersuchungen von Kamilleninhaltsstoffen. III.")
    assert record.languages == ("ger",)


def test_an_empty_title_stays_empty(demo: dict[int, Record]) -> None:
    assert (demo[33279447].title, demo[33279447].vernacular_title) == ("", "Pere Barceló.")


def test_abstracts_in_other_languages(demo: dict[int, Record]) -> None:
    (russian,) = demo[36763551].other_abstracts
    assert (russian.type, russian.language) == ("Publisher", "rus")
    assert russian.sections[1].label == "ЦЕЛЬ ИССЛЕДОВАНИЯ"
    assert demo[10029978].other_abstracts[0].type == "PIP"


@pytest.mark.parametrize(
    ("pmid", "date", "year"),
    [
        (15228064, "2004 Summer", 2004),
        (10188493, "1998 Dec-1999 Jan", 1998),
        (20895104, "1809", 1809),
        (21, "1975-09", 1975),
    ],
)
def test_dates_as_given(demo: dict[int, Record], pmid: int, date: str, year: int) -> None:
    assert (str(demo[pmid].publication_date), demo[pmid].year) == (date, year)


def test_groups_suffixes_and_orcids(demo: dict[int, Record]) -> None:
    genome = demo[11237011].authors
    assert len(genome) == 257
    assert genome[-1] == Author(collective="International Human Genome Sequencing Consortium")
    assert demo[40].authors[0].name == "Roskoski R Jr"
    assert demo[31388324].authors[0].orcid == "0000-0002-9831-079X"


def test_a_misspelt_author_gives_way_to_the_corrected_one(demo: dict[int, Record]) -> None:
    record = demo[17713168]
    names = [author.last_name for author in record.authors]
    assert "Colafigli" in names
    assert "Colatigli" not in names
    assert record.corrections[0].note.startswith("Colatigli, Manuela [corrected to Colafigli, Manuela;")


def test_retracted_and_retracting(demo: dict[int, Record]) -> None:
    retracted, notice = demo[993], demo[9634358]
    assert retracted.retracted
    assert retracted.corrections[-1] == Correction(
        "RetractionIn", "Rowe CE. Biochem J. 1977 Apr 15;164(1):287-8", 195582
    )
    assert not notice.retracted
    assert notice.publication_types == ("Retraction of Publication",)
    assert {link.type: link.pmid for link in notice.corrections} == {"ErratumIn": None, "RetractionOf": 8393056}


def test_what_organizations_add(demo: dict[int, Record]) -> None:
    assert demo[10914044].supplementary_concepts[0] == SupplementaryConcept("LSA2-L2 protocol", "C036202", "Protocol")
    assert demo[25320599].supplementary_concepts[0] == SupplementaryConcept(
        "Breast Cancer, Familial", "C562840", "Disease"
    )
    assert demo[19664323].personal_subjects == (Author(last_name="Clifford", fore_name="Peter", initials="P"),)
    assert demo[10914044].subsets == ("IM",)
    assert demo[10029647].general_notes[0] == GeneralNote("KIE", "KIE BoB Subject Heading: selection for treatment")
    assert demo[10029978].other_ids == (OtherId("PIP", "140845"), OtherId("POP", "00285739"))
    assert demo[29133416].conflict_of_interest == "The authors declare no conflict of interest."


def test_the_days_on_which_pubmed_took_it_in(demo: dict[int, Record]) -> None:
    record = demo[19664323]
    days = record.entrez_date, record.pubmed_date, record.mesh_date
    assert tuple(map(str, days)) == ("2009-08-12", "2009-08-12", "2011-07-29")


def test_a_preprint(demo: dict[int, Record]) -> None:
    record = demo[36778423]
    assert record.publication_types == ("Preprint",)
    assert (record.journal.medline_ta, record.pages, record.doi) == ("bioRxiv", "", "10.1101/2023.01.27.525924")


def test_a_chapter(demo: dict[int, Record]) -> None:
    record = demo[20301577]
    assert record.is_book
    assert (record.title, record.title_markup) == ("CACNA1C-Related Disorders", (Markup(0, 7, "i"),))
    assert record.journal == Journal(title="GeneReviews®")
    assert record.publisher == "University of Washington, Seattle"
    assert record.book_accession == "NBK1403"
    assert [author.name for author in record.authors] == ["Napolitano C", "Priori SG"]
    assert [editor.name for editor in record.editors][:2] == ["Adam MP", "Feldman J"]
    assert [section.label for section in record.sections] == [
        "CLINICAL CHARACTERISTICS",
        "DIAGNOSIS/TESTING",
        "MANAGEMENT",
        "GENETIC COUNSELING",
    ]
    assert (str(record.publication_date), str(record.electronic_date)) == ("1993", "2006-02-15")
    assert str(record.revised_date) == "2024-12-19"


def test_a_book_and_a_versioned_chapter(demo: dict[int, Record]) -> None:
    book, chapter = demo[20301295], demo[26389276]
    assert (book.title, book.journal.title) == ("GeneReviews™", "GeneReviews™")
    assert (chapter.version, chapter.book_accession) == (25, "NBK65835")
    assert chapter.authors == (Author(collective="PDQ Pediatric Treatment Editorial Board"),)


@pytest.mark.parametrize(
    ("written", "orcid"),
    [
        ("0000-0002-9831-079X", "0000-0002-9831-079X"),
        ("https://orcid.org/0000-0002-9831-079x", "0000-0002-9831-079X"),
        ("http://orcid.org/0000-0002-9831-0790/", "0000-0002-9831-0790"),
        (" 0000000298310790 ", "0000-0002-9831-0790"),
        ("0000-0002-9831-079", ""),
        ("n/a", ""),
    ],
)
def test_an_orcid_is_bare(written: str, orcid: str) -> None:
    assert bare_orcid(written) == orcid
