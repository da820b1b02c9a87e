"""MEDLINE text is read into the same records as XML; what is not MEDLINE text is refused in one sentence."""

import io
from hashlib import blake2b
from pathlib import Path

import pytest

import pubsearch.demo
from pubsearch.entrez import xml
from pubsearch.entrez.formats import open_source
from pubsearch.entrez.nbib import looks_like, parse, parse_with_digests
from pubsearch.errors import FileError
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
    OtherId,
    PartialDate,
    Record,
)
from tests.search.export.real import written

SAMPLES = Path(__file__).parents[1] / "data" / "nbib"
DEMO = Path(pubsearch.demo.__file__).parent / "records"


def read(text: str | bytes) -> list[Record]:
    return list(parse(io.BytesIO(text.encode() if isinstance(text, str) else text), "saved.nbib"))


def only(*fields: str) -> Record:
    (record,) = read("\n".join(("PMID- 12345678", *fields)))
    return record


def refusal(text: str | bytes) -> str:
    with pytest.raises(FileError) as refused:
        read(text)
    message = str(refused.value)
    assert message.startswith("saved.nbib")
    assert message.endswith(".")
    assert "\n" not in message
    return message


@pytest.fixture(scope="module")
def samples() -> dict[int, Record]:
    records = {}
    for path in sorted(SAMPLES.glob("*.*")):
        if path.suffix != ".md":
            with open_source(path) as source:
                records.update({record.pmid: record for record in parse(source, path.name)})
    return records


# Real records


def test_every_sample_is_read(samples: dict[int, Record]) -> None:
    assert sorted(samples) == [12230038, 14630660, 14871861, 16377612, 16403221, 23039619]
    assert all(record.title and record.abstract and record.authors and record.year for record in samples.values())


def test_an_article_of_its_time_in_full(samples: dict[int, Record]) -> None:
    record = samples[16403221]
    london = (
        "Bioinformatics, Institute of Cell and Molecular Science, School of Medicine and Dentistry, Queen Mary, "
        "University of London, London EC1 6BQ, UK. j.a.casbon@qmul.ac.uk"
    )
    assert record.title == "A high level interface to SCOP and ASTRAL implemented in python."
    assert record.authors == (
        Author(
            "Casbon",
            "James A",
            "JA",
            affiliations=(london,),
        ),
        Author("Crooks", "Gavin E", "GE"),
        Author("Saqi", "Mansoor A S", "MA"),
    )
    assert [section.label for section in record.sections] == ["BACKGROUND", "RESULTS", "CONCLUSION"]
    assert record.sections[1].text.endswith(
        "sequences of domains in SCOP, as well as clustered representations of SCOP from ASTRAL."
    )
    assert record.journal == Journal(
        title="BMC bioinformatics",
        issn_electronic="1471-2105",
        nlm_id="100965194",
        medline_ta="BMC Bioinformatics",
        country="England",
    )
    assert (record.volume, record.issue, record.pages) == ("7", "", "10")
    assert (record.publication_date, record.electronic_date) == (PartialDate(2006), PartialDate(2006, 1, 10))
    assert (record.doi, record.pii, record.pmcid) == ("10.1186/1471-2105-7-10", "1471-2105-7-10", "PMC1373603")
    assert record.mesh[2] == MeshHeading(
        "Information Storage and Retrieval", "", False, (MeshQualifier("methods", "", True),)
    )
    assert record.mesh[0] == MeshHeading("Database Management Systems", "", True)
    assert record.publication_types == ("Evaluation Studies", "Journal Article")
    assert (record.citation_status, record.publication_status) == ("MEDLINE", "epublish")
    assert (str(record.entrez_date), str(record.completed_date)) == ("2006-01-13", "2006-03-14")
    assert record.revised_date == PartialDate()


def test_an_article_as_it_is_written_today() -> None:
    record = only(
        "IS  - 1496-8975 (Electronic)",
        "IS  - 0832-610X (Print)",
        "IS  - 0832-610X (Linking)",
        "TI  - Sensors on the nose.",
        "LID - 10.1000/x-1 [doi]",
        "AB  - PURPOSE: Where to put a sensor. METHODS: 40 children (95% confidence interval",
        "      [CI], 2.1% to 5.8%). RESULTS: It fits. CONCLUSIONS: It does.",
        "CI  - (c) 2026. The Author(s).",
        "FAU - Example, Ann B",
        "AU  - Example AB",
        "AUID- ORCID: 0000-0002-1825-0097",
        "AD  - A hospital.",
        "GR  - R016732005/A Faculty, A University/",
        "TT  - Des capteurs sur le nez.",
        "RN  - 38LVP0K73A (Sevoflurane)",
        "RN  - 0 (Anesthetics, Inhalation)",
        "MH  - *Anesthesia, General/methods",
        "OTO - NOTNLM",
        "OT  - Bispectral Index",
        "CRDT- 2026/08/20 04:12",
        "AID - 10.1000/x-1 [doi]",
    )
    assert record.vernacular_title == "Des capteurs sur le nez."
    assert record.authors == (
        Author("Example", "Ann B", "AB", orcid="0000-0002-1825-0097", affiliations=("A hospital.",)),
    )
    assert record.grants == (Grant("R016732005", "", "A Faculty, A University", ""),)
    assert record.chemicals == (Chemical("Sevoflurane", "", "38LVP0K73A"), Chemical("Anesthetics, Inhalation", "", "0"))
    assert record.mesh == (MeshHeading("Anesthesia, General", "", True, (MeshQualifier("methods", "", False),)),)
    assert record.keywords == (Keyword("Bispectral Index", "NOTNLM", False),)
    assert (record.journal.issn_print, record.journal.issn_linking) == ("0832-610X", "0832-610X")
    assert record.doi == "10.1000/x-1"
    assert [section.label for section in record.sections] == ["PURPOSE", "METHODS", "RESULTS", "CONCLUSIONS"]
    assert "95% confidence interval [CI], 2.1% to 5.8%" in record.abstract
    assert str(record.entrez_date) == "2026-08-20"
    assert record.abstract_copyright == "(c) 2026. The Author(s)."


def test_a_chapter_of_a_book() -> None:
    record = only(
        "STAT- Publisher",
        "DRDT- 20190404",
        "CTDT- 20090630",
        "PB  - A University, A City",
        "DP  - 1993",
        "TI  - A Syndrome.",
        "BTI - Reviews(®)",
        "AB  - DIAGNOSIS/TESTING: By a test. GENETIC COUNSELING: By a counselor.",
        "FED - Editor, Eve E",
        "ED  - Editor EE",
        "FAU - Author, Ann A",
        "AU  - Author AA",
        "PT  - Book Chapter",
        "OTO - NLM",
        "OT  - Another Syndrome",
        "AID - NBK7050 [bookaccession]",
    )
    assert record.is_book
    assert (record.title, record.journal) == ("A Syndrome.", Journal(title="Reviews(®)"))
    assert (record.publisher, record.book_accession) == ("A University, A City", "NBK7050")
    assert [author.name for author in record.authors] == ["Author AA"]
    assert [editor.name for editor in record.editors] == ["Editor EE"]
    assert (str(record.publication_date), str(record.electronic_date)) == ("1993", "2009-06-30")
    assert str(record.revised_date) == "2019-04-04"
    assert [section.label for section in record.sections] == ["DIAGNOSIS/TESTING", "GENETIC COUNSELING"]
    assert record.keywords == (Keyword("Another Syndrome", "NLM", False),)
    assert record.citation_status == ""


# The same records as XML and as MEDLINE text


@pytest.fixture(scope="module")
def both() -> list[tuple[Record, Record]]:
    """Each record of the demo from XML, and from MEDLINE text."""
    records = []
    for path in sorted(DEMO.glob("*.xml.gz")):
        with open_source(path) as source:
            records += [record for record in xml.parse(source, path.name) if isinstance(record, Record)]
    return list(zip(records, read(written("nbib", records)), strict=True))


def test_sections_are_those_of_the_xml_but_where_labels_are_in_doubt(both: list[tuple[Record, Record]]) -> None:
    structured = [pair for pair in both if any(section.heading for section in pair[0].sections)]
    same = [pair for pair in structured if labelled(pair[0]) == labelled(pair[1])]
    # In one of the others, a line separator inside the text became a space.
    assert (len(same), len(structured)) == (425, 440)


def labelled(record: Record) -> list[tuple[str, str]]:
    return [(section.heading, section.text) for section in record.sections]


# Fields one by one


def test_what_organizations_add() -> None:
    record = only("OID - NLM: PMC1885945", "OID - 073548", "GN  - KIE: KIE Bib: patient care", "SB  - IM", "SB  - AIM")
    assert record.other_ids == (OtherId("NLM", "PMC1885945"), OtherId("NLM", "073548"))
    assert record.general_notes == (GeneralNote("KIE", "KIE Bib: patient care"),)
    assert record.subsets == ("IM", "AIM")


@pytest.mark.parametrize(
    ("printed", "date"),
    [
        ("2019", PartialDate(2019)),
        ("2019 Mar", PartialDate(2019, 3)),
        ("2019 Mar 15", PartialDate(2019, 3, 15)),
        ("2019 Mar-Apr", PartialDate(2019, verbatim="2019 Mar-Apr")),
        ("2019 Winter", PartialDate(2019, verbatim="2019 Winter")),
        ("2000 Dec 23-30", PartialDate(2000, verbatim="2000 Dec 23-30")),
        ("1998 Dec-1999 Jan", PartialDate(1998, verbatim="1998 Dec-1999 Jan")),
        ("2019 Mar 32", PartialDate(2019, verbatim="2019 Mar 32")),
    ],
)
def test_a_date_is_as_precise_as_it_is_printed(printed: str, date: PartialDate) -> None:
    assert only(f"DP  - {printed}").publication_date == date


def test_the_history_fills_in_for_dates_without_a_field() -> None:
    record = only("EDAT- 2026/09/16 17:36", "PHST- 2026/09/15 00:00 [entrez]", "PHST- 2016/04 [epublish]")
    assert (str(record.entrez_date), str(record.electronic_date)) == ("2026-09-15", "2016-04")
    assert str(only("EDAT- 2002/09/17 10:00").entrez_date) == "2002-09-17"


def test_names_of_all_kinds() -> None:
    record = only(
        "FAU - Jenkins, Farish A Jr",
        "AU  - Jenkins FA Jr",
        "AD  - Harvard.",
        "AD  - MIT.",
        "CN  - The Study Group",
        "AD  - Boston.",
        "FAU - Selvamani",
        "AU  - Selvamani",
        "AU  - van der Berg HJ 3rd",
        "AU  - Haney PJ",
        "FAU - Mangalam, Harry J",
        "IR  - Cohen J",
        "FIR - Cohen, Jeff",
        "IRAD- Toronto.",
        "FIR - Conway, Brian",
        "IR  - Conway B",
    )
    assert record.authors == (
        Author("Jenkins", "Farish A", "FA", "Jr", affiliations=("Harvard.", "MIT.")),
        Author(collective="The Study Group", affiliations=("Boston.",)),
        Author("Selvamani"),
        Author("van der Berg", "", "HJ", "3rd"),
        Author("Haney", "", "PJ"),
        Author("Mangalam", "Harry J", "HJ"),
    )
    assert record.investigators == (
        Author("Cohen", "Jeff", "J", affiliations=("Toronto.",)),
        Author("Conway", "Brian", "B"),
    )
    assert record.authors_complete
    assert not only("AU  - Haney PJ", "AU  - et al.").authors_complete


def test_an_identifier_is_an_orcid_or_not_kept() -> None:
    record = only(
        "FAU - Takahata, Kaori",
        "AU  - Takahata K",
        "AUID- ISNI: 0000000121032683",
        "AUID- ORCID: http://orcid.org/0000-0002-8141-3354",
    )
    assert record.authors[0].orcid == "0000-0002-8141-3354"


@pytest.mark.parametrize(
    ("text", "grant"),
    [
        ("R01 GM115388/GM/NIGMS NIH HHS/United States", Grant("R01 GM115388", "GM", "NIGMS NIH HHS", "United States")),
        ("BB/C008219/1/BB_/A council/United Kingdom", Grant("BB/C008219/1", "BB_", "A council", "United Kingdom")),
        ("WT_/Wellcome Trust/United Kingdom", Grant("", "WT_", "Wellcome Trust", "United Kingdom")),
        ("/076053/Z/04/Z/Wellcome Trust/Kenya", Grant("076053/Z/04/Z", "", "Wellcome Trust", "Kenya")),
        ("A foundation, its name in full/", Grant("", "", "A foundation, its name in full", "")),
    ],
)
def test_the_parts_of_a_grant(text: str, grant: Grant) -> None:
    assert only(f"GR  - {text}").grants == (grant,)


def test_subjects_substances_and_numbers() -> None:
    record = only(
        "MH  - *Heart Failure/*drug therapy/epidemiology",
        "RN  - EC 2.7.1.2 (Glucokinase (human))",
        "OT  - older",
        "OTO - NOTNLM",
        "OT  - *newer",
        "SI  - ClinicalTrials.gov/NCT01796392",
        "SI  - GENBANK",
    )
    qualifiers = MeshQualifier("drug therapy", "", True), MeshQualifier("epidemiology", "", False)
    assert record.mesh == (MeshHeading("Heart Failure", "", True, qualifiers),)
    assert record.chemicals == (Chemical("Glucokinase (human)", "", "EC 2.7.1.2"),)
    assert record.keywords == (Keyword("older", "NLM", False), Keyword("newer", "NOTNLM", True))
    assert record.accessions == (Accession("ClinicalTrials.gov", "NCT01796392"), Accession("GENBANK", ""))


def test_a_retracted_work_is_told_by_its_type_or_by_its_notice() -> None:
    record = only("RIN - Lancet. 2010 Feb 6;375(9713):445. doi: 10.1016/S0140-6736(10)60175-4. PMID:", "      20137807")
    source = "Lancet. 2010 Feb 6;375(9713):445. doi: 10.1016/S0140-6736(10)60175-4."
    assert record.corrections == (Correction("RetractionIn", source, 20137807),)
    assert record.retracted
    assert only("PT  - Retracted Publication").retracted
    assert not only(
        "PT  - Retraction of Publication", "ROF - Lancet. 1998 Feb 28;351(9103):637. PMID: 9500320"
    ).retracted
    assert only("EIN - Lancet. 2004 Mar 6;363(9411):750").corrections == (
        Correction("ErratumIn", "Lancet. 2004 Mar 6;363(9411):750"),
    )


def test_a_location_without_a_kind_is_a_pii() -> None:
    record = only("LID - 10.1371/journal.pone.0353121 [doi]", "LID - e0353121", "AID - PONE-D-25-1 [pii]")
    assert (record.doi, record.pii) == ("10.1371/journal.pone.0353121", "e0353121")


def test_other_abstracts_have_their_language() -> None:
    record = only("OAB - Publisher: Texto completo.", "OABL- spa", "OAB - PIP: A summary.")
    said = [(other.type, other.language, other.sections[0].text) for other in record.other_abstracts]
    assert said == [("Publisher", "spa", "Texto completo."), ("PIP", "eng", "A summary.")]


def test_a_book_without_chapters_has_its_own_title() -> None:
    record = only("BTI - Drugs and Lactation Database (LactMed)", "ISBN- 9780123456789", "PL  - Bethesda (MD)")
    assert (record.is_book, record.isbn, record.journal.country) == (True, "9780123456789", "")
    assert record.title == record.journal.title == "Drugs and Lactation Database (LactMed)"


@pytest.mark.parametrize(
    ("abstract", "labels"),
    [
        ("AIM: To see. RESULTS: Seen (P<0.05). CONCLUSION: Good.", ["AIM", "RESULTS", "CONCLUSION"]),
        ("We looked. AVAILABILITY: On the web.", ["", "AVAILABILITY"]),
        ("Purpose: To see. Materials and Methods: Eyes. DNA: none.", ["Purpose", "Materials and Methods"]),
        ("We saw this. Results: none. DNA: none.", [""]),
        ("METHODS: We asked. Results: of a kind.", ["METHODS"]),
        ("UNLABELLED: One text.", ["UNLABELLED"]),
        ("", []),
    ],
)
def test_an_abstract_is_cut_only_at_what_is_surely_a_label(abstract: str, labels: list[str]) -> None:
    assert [section.label for section in only(f"AB  - {abstract}").sections] == labels


def test_unknown_and_empty_fields_do_no_harm() -> None:
    assert only("XYZ - new in 2031", "TI  -", "AB  - ", "OT  -", "MH  -", "CIN -") == only()


# Lines, records, files


def test_line_ends_byte_order_marks_and_blank_lines_make_no_difference() -> None:
    text = "PMID- 1\nTI  - One\n      title.\n\nPMID- 2\nTI  - Two.\n"
    plain = list(parse_with_digests(io.BytesIO(text.encode()), "a"))
    assert [(record.pmid, record.title) for record, _ in plain] == [(1, "One title."), (2, "Two.")]
    joined = "\ufeff\n" + text.replace("\n\n", "\n\ufeff").replace("\n", "\r\n") + " \r\n\r\n\r\n"
    assert list(parse_with_digests(io.BytesIO(joined.encode()), "a")) == plain
    assert list(parse_with_digests(io.BytesIO(text.rstrip().encode()), "a")) == plain


def test_the_digest_is_that_of_the_lines_of_the_record() -> None:
    (_, first), (_, second) = parse_with_digests(io.BytesIO(b"PMID- 1\r\nTI  - A\xc3\xa9.\r\n\r\nPMID- 2"), "a")
    assert first == blake2b("PMID- 1\nTI  - Aé.\n".encode(), digest_size=16).hexdigest()
    assert second == blake2b(b"PMID- 2\n", digest_size=16).hexdigest()


def test_records_are_given_while_the_file_is_read() -> None:
    source = io.BytesIO(b"PMID- 1\nTI  - One.\n\n" * 20_000)
    assert next(parse(source, "large.nbib")).pmid == 1
    assert source.tell() < 100_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "saved.nbib is empty: nothing of the file was taken: get it again from PubMed."),
        ("\ufeff \r\n\n", "saved.nbib is empty"),
        ("PMID- 1\n\nTI  - A.\nAU  - B C\n\nPMID- 2", "saved.nbib, line 3: a record without a PMID"),
        ("PMID- none\nTI  - A.", "saved.nbib, line 1: a record without a PMID"),
        ("TY  - JOUR\nER  -", "saved.nbib, line 1: a record without a PMID"),
        ("PMID- 1\nAB  - One\ntwo", "saved.nbib, line 3: 'two' is neither a field of MEDLINE text nor the rest of one"),
        ("      two", "saved.nbib, line 1: '      two' is neither"),
        ("PMID- 1\nTI - A.", "saved.nbib, line 2: 'TI - A.' is neither"),
        ("PMID- 1\nAU  - M\u00fcller A\n".encode("latin-1"), "saved.nbib, line 2: its letters are not UTF-8"),
        (b"PMID- 1\nAB  - " + b"a" * (1 << 21), "saved.nbib is not MEDLINE text: it has a line of more than"),
    ],
)
def test_what_is_not_medline_text_is_refused_with_its_line(text: str | bytes, message: str) -> None:
    assert refusal(text).startswith(message)


@pytest.mark.parametrize(
    "head", [b"PMID- 123", b"\xef\xbb\xbf\r\n\nPMID- 1\nOWN", b"OWN - NLM\nSTAT- MEDLINE", b"PMID-9"]
)
def test_medline_text_is_known_by_its_first_line(head: bytes) -> None:
    assert looks_like(head)


@pytest.mark.parametrize("head", [b"", b"<PMID>1</PMID>", b"TY  - JOUR\nPMID- 1", b"PMID,Title", b"1234", b"PMID- \n"])
def test_other_files_are_told_apart(head: bytes) -> None:
    assert not looks_like(head)
