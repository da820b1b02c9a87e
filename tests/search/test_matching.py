"""What a query finds: PubMed's rules, one by one, and the reference on a thousand queries."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import pubsearch.demo
from pubsearch.entrez import mesh as files
from pubsearch.entrez import xml
from pubsearch.entrez.formats import open_source
from pubsearch.errors import QueryError
from pubsearch.index import mesh
from pubsearch.index.catalogue import Catalogue, CatalogueWriter
from pubsearch.index.mesh import Mesh
from pubsearch.record import (
    Accession,
    Author,
    Chemical,
    Correction,
    Grant,
    Journal,
    Keyword,
    MeshHeading,
    MeshQualifier,
    PartialDate,
    Record,
    Section,
    SupplementaryConcept,
)
from pubsearch.search.language import parse
from pubsearch.search.matching import matching
from pubsearch.search.subsets import QUERIES, TYPES
from pubsearch.search.tree import And, Node, Not, Or, Range, Term, Words
from tests.conftest import DATA
from tests.search.generated import Trees
from tests.search.reference import satisfies

TODAY = date(2026, 1, 31)


def catalogue_of(records: Sequence[Record], folder: Path) -> Catalogue:
    folder.mkdir(exist_ok=True)
    writer = CatalogueWriter(folder / "catalogue.sqlite")
    writer.add(list(enumerate(records)))
    writer.close()
    return Catalogue(folder / "catalogue.sqlite")


@pytest.fixture(scope="module")
def headings(tmp_path_factory: pytest.TempPathFactory) -> Mesh:
    sample = DATA / "mesh" / "desc2021.xml"
    path = tmp_path_factory.mktemp("mesh") / "mesh.sqlite"
    with sample.open("rb") as source:
        mesh.write(path, files.descriptors(source, sample.name), file="", sha256="", taken="")
    return Mesh(path)


@pytest.fixture(scope="module")
def demo() -> list[Record]:
    """Every fifth record of three of the demo's files, the oldest, some in between and the newest."""
    records = []
    for name in ("1.xml.gz", "3.xml.gz", "5.xml.gz"):
        with open_source(pubsearch.demo.RECORDS / name) as source:
            records += [record for record in xml.parse(source, name) if isinstance(record, Record)]
    return records[::5]


class Found:
    """`found(query, *records)`: the numbers, from 1, of the records that the query finds."""

    def __init__(self, folder: Path, headings: Mesh) -> None:
        self._folder = folder
        self._headings = headings
        self._catalogues: dict[tuple[Record, ...], Catalogue] = {}

    def __call__(self, query: str | Node, *records: Record, explode: bool = False) -> list[int]:
        if records not in self._catalogues:
            numbered = [replace(record, pmid=record.pmid or n) for n, record in enumerate(records, 1)]
            self._catalogues[records] = catalogue_of(numbered, self._folder / str(len(self._catalogues)))
        node = parse(query) if isinstance(query, str) else query
        mask = matching(node, self._catalogues[records], self._headings if explode else None, today=TODAY)
        return [row + 1 for row in mask.nonzero()[0].tolist()]


@pytest.fixture
def found(tmp_path: Path, headings: Mesh) -> Found:
    return Found(tmp_path, headings)


def titled(*titles: str) -> list[Record]:
    return [Record(pmid=0, title=title) for title in titles]


def by(*authors: Author) -> Record:
    return Record(pmid=0, authors=authors)


def about(*mesh: MeshHeading) -> Record:
    return Record(pmid=0, mesh=mesh)


def heading(name: str, *qualifiers: str, major: bool = False, major_qualifiers: bool = False) -> MeshHeading:
    return MeshHeading(name, "", major, tuple(MeshQualifier(each, "", major_qualifiers) for each in qualifiers))


def published(*parts: int, verbatim: str = "") -> Record:
    return Record(pmid=0, publication_date=PartialDate(*parts, verbatim=verbatim))


# Words and phrases


@pytest.mark.parametrize(
    ("query", "title", "finds"),
    [
        ("STROKE[ti]", "A stroke of luck", True),
        ("sjogren[ti]", "Sjögren's syndrome", True),
        ("Sjögren[ti]", "Sjogren's syndrome", True),
        ("tnf alpha[ti]", "TNF-α in sepsis", True),
        ("TNF-α[ti]", "TNF alpha in sepsis", True),
        ("β-catenin[ti]", "beta catenin", True),
        ("IL6[ti]", "IL-6", False),
        ("stroke[ti]", "Strokes", False),
        ("hurtle cell[ti]", "Hurtle cell tumours", True),
        ("hurtle cell[ti]", "Cell of Hurtle", False),
        ('"hurtle cell"[ti]', "The Hürtle-cell", True),
        ("therap*[ti]", "Psychotherapy", False),
        ("therap*[ti]", "Therapeutic use", True),
        ('"cognitive therap*"[ti]', "Cognitive therapies", True),
        ('"therap* cognitive"[ti]', "Therapies, cognitive", True),
        ('"cognitive therap*"[ti]', "Cognitive and therapeutic", False),
        ("of the[ti]", "Effects of the drug", True),
        ('"AND OR NOT NEAR"[ti]', "And or not near", True),
    ],
)
def test_words_and_phrases(found: Found, query: str, title: str, finds: bool) -> None:
    assert found(query, *titled(title)) == [1] * finds


@pytest.mark.parametrize(
    ("query", "title", "finds"),
    [
        ('"pain hip"[ti:~0]', "Hip pain", True),
        ('"hip pain"[ti:~2]', "Pain of the hip", True),
        ('"hip pain"[ti:~1]', "Pain of the hip", False),
        ('"patient physician relationship"[ti:~0]', "The relationship physician patient", True),
        ('"patient physician relationship"[ti:~0]', "The relationship of physician and patient", False),
        ('"patient physician relationship"[ti:~1]', "The relationship of physician and patient", True),
    ],
)
def test_words_near_each_other_in_any_order(found: Found, query: str, title: str, finds: bool) -> None:
    assert found(query, *titled(title)) == [1] * finds


def test_neither_phrases_nor_nearness_reach_from_one_text_into_the_next(found: Found) -> None:
    keywords = tuple(Keyword(text, "NOTNLM", False) for text in ("breast", "cancer"))
    record = Record(pmid=0, title="Lung", sections=(Section("", "", "transplant"),), keywords=keywords)
    assert found('"lung transplant"[tiab]', record) == []
    assert found('"breast cancer"[ot]', record) == []
    assert found('"breast cancer"[tiab:~9]', record) == []


def test_each_text_field_has_its_own_text(found: Found) -> None:
    record = Record(
        pmid=0,
        title="alpha1",
        sections=(Section("AIM", "", "alpha2"),),
        keywords=(Keyword("alpha3", "NOTNLM", False),),
        vernacular_title="alpha4",
        authors=(Author("Alpha5", "Ann", "A", affiliations=("alpha6",)), Author(collective="alpha7 group")),
        grants=(Grant("R01 alpha8"),),
        publisher="alpha9",
        mesh=(MeshHeading("alpha10", "", False),),
        conflict_of_interest="alpha11",
    )
    tags = ("ti", "ab", "ot", "tt", "ad", "cn", "gr", "pubn", "tiab", "tw", "all")
    having = {tag: [n for n in range(1, 12) if found(f"alpha{n}[{tag}]", record)] for tag in tags}
    assert having == {
        "ti": [1], "ab": [2], "ot": [3], "tt": [4], "ad": [6], "cn": [7], "gr": [8], "pubn": [9],
        "tiab": [1, 2, 3], "tw": [1, 2, 3, 7, 10], "all": list(range(1, 12)),
    }  # fmt: skip
    assert found("aim[ab]", record) == [1]


def test_plain_words_and_all_find_each_word_anywhere_but_quotes_a_phrase(found: Found) -> None:
    record = Record(pmid=0, title="Attack", sections=(Section("", "", "of the heart by IL-6"),))
    assert found(Words("heart attack", 0, 12), record) == [1]
    assert found("heart attack[all]", record) == [1]
    assert found('"heart attack"[all]', record) == []
    assert found(Words("IL-6", 0, 4), record) == [1]
    assert found(Words("6-IL", 0, 4), record) == []


def test_stop_words_do_not_count_among_others(found: Found) -> None:
    (record,) = titled("Aspirin after stroke")
    assert found(Words("the aspirin with stroke", 0, 1), record) == [1]
    assert found(Words("with", 0, 1), record) == []


# People


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("smith[au]", [1, 2, 3, 4]),
        ("smith j[au]", [1, 2, 3]),
        ('"smith j"[au]', [1]),
        ("smith ja[au]", [2, 3]),
        ('"smith ja"[au]', [2]),
        ("smith ja jr[au]", [3]),
        ("smit*[au]", [1, 2, 3, 4, 5]),
        ("smith j*[au]", [1, 2, 3]),
        ("o'brien j[au]", [6]),
        ("de la cruz ma[au]", [7]),
        ("müller[au]", [8]),
        ("jones[au]", []),
    ],
)
def test_initials_are_truncated_unless_quoted(found: Found, query: str, finds: list[int]) -> None:
    people = [
        Author("Smith", "", "J"),
        Author("Smith", "", "JA"),
        Author("Smith", "", "JA", "Jr"),
        Author("Smith", "", "K"),
        Author("Smithson", "", "J"),
        Author("O'Brien", "", "JC"),
        Author("de la Cruz", "", "MA"),
        Author("Muller", "", "H"),
        Author(collective="Jones Group"),
    ]
    assert found(query, *map(by, people)) == finds


def test_first_and_last_author_full_names_and_orcid(found: Found) -> None:
    record = by(
        Author("Wong", "Julia S", "JS"),
        Author("Roe", "Ann", "A", orcid="0000-0001-5027-4446"),
        Author("Doe", "Max", "M"),
        Author(collective="A Group"),
    )
    for query in (
        "wong[1au]",
        "doe m[lastau]",
        "julia s wong[fau]",
        "wong julia[fau]",
        "orcid 0000-0001-5027-4446[auid]",
    ):
        assert found(query, record) == [1]
    for query in ("roe[1au]", "roe[lastau]", '"wong julia"[fau]', "wong[auid]", "wong[ed]"):
        assert found(query, record) == []


# Headings


def test_a_heading_stands_for_all_its_subheadings_and_one_may_be_asked_for(found: Found) -> None:
    records = [
        about(heading("Heart Failure", "drug therapy", "mortality")),
        about(heading("Heart Failure")),
        about(heading("Heart Failure"), heading("Asthma", "drug therapy")),
    ]
    assert found("heart failure[mh]", *records) == [1, 2, 3]
    assert found("heart failure/drug therapy[mh]", *records) == [1]
    assert found("heart failure/dt[mh]", *records) == [1]
    assert found("drug therapy[sh]", *records) == [1, 3]
    assert found("heart[mh]", *records) == []
    assert found("heart*[mh]", *records) == [1, 2, 3]


def test_subheadings_include_those_below_them_but_not_under_noexp(found: Found) -> None:
    records = [
        about(heading("Asthma", "therapy")),
        about(heading("Asthma", "drug therapy")),
        about(heading("Asthma", "transplantation")),
        about(heading("Asthma", "prevention & control")),
    ]
    assert found("asthma/therapy[mh]", *records) == [1, 2, 3, 4]
    assert found("asthma/therapy[mh:noexp]", *records) == [1]
    assert found("prevention and control[sh]", *records) == [4]


def test_a_major_topic_is_starred_itself_or_by_a_subheading(found: Found) -> None:
    records = [
        about(heading("Asthma", major=True)),
        about(heading("Asthma", "therapy", major_qualifiers=True)),
        about(heading("Asthma", "therapy")),
    ]
    assert found("asthma[majr]", *records) == [1, 2]
    assert found("asthma/therapy[majr]", *records) == [2]


def test_with_mesh_a_heading_includes_those_below_and_may_be_called_by_an_entry_term(found: Found) -> None:
    records = [
        about(heading("Myocardial Infarction")),
        about(heading("ST Elevation Myocardial Infarction", "mortality")),
        about(heading("Myocardial Ischemia")),
    ]
    assert found("heart attack[mh]", *records, explode=True) == [1, 2]
    assert found("heart attack[mh:noexp]", *records, explode=True) == [1]
    assert found("heart attack/epidemiology[mh]", *records, explode=True) == [2]
    assert found("myocardial infarction[mh]", *records) == [1]


def test_publication_types_include_narrower_ones_with_mesh(found: Found) -> None:
    records = [Record(pmid=0, publication_types=(kind,)) for kind in ("Review", "Systematic Review")]
    assert found("review[pt]", *records) == [1]
    assert found("review[pt]", *records, explode=True) == [1, 2]


def test_a_pharmacological_action_needs_mesh(found: Found) -> None:
    records = [
        about(heading("Aspirin")),
        Record(pmid=0, chemicals=(Chemical("Warfarin", "", "0"),)),
    ]
    assert found("platelet aggregation inhibitors[pa]", *records, explode=True) == [1]
    with pytest.raises(QueryError, match="run pubsearch mesh FILE"):
        found("platelet aggregation inhibitors[pa]", *records)


def test_every_type_of_publication_is_a_filter_by_its_name_run_together(found: Found) -> None:
    for name, query in TYPES.items():
        kind = query.removesuffix("[pt]")
        assert found(f"{name}[filter]", Record(1, publication_types=(kind,)), Record(2)) == [1]
        assert found(f"all[sb] NOT {name}[filter]", Record(1, publication_types=(kind,)), Record(2)) == [2]


def test_a_beginning_that_is_a_stop_word_is_no_stop_word(found: Found) -> None:
    records = (Record(1, title="Asthma of users"), Record(2, title="Asthma"), Record(3, title="The use of asthma"))
    assert found("use* asthma[all]", *records) == [1, 3]
    assert found("use asthma[all]", *records) == [1, 2, 3]


def test_the_title_of_a_book_is_one_of_its_chapters(found: Found) -> None:
    chapter = Record(1, title="Dravet", journal=Journal(title="GeneReviews"), is_book=True)
    for tag in ("ti", "tiab", "tw", "all"):
        assert found(f"genereviews[{tag}]", chapter, Record(2, journal=Journal(title="GeneReviews"))) == (
            [1, 2] if tag == "all" else [1]
        )


@pytest.mark.parametrize(
    "query", ["LM05545/LM/NLM[gr]", "LM05545[gr]", "NIH HHS[gr]", "LM/NLM NIH HHS/United States[gr]"]
)
def test_a_grant_is_found_as_pubmed_prints_it(found: Found, query: str) -> None:
    assert found(query, Record(1, grants=(Grant("LM05545", "LM", "NLM NIH HHS", "United States"),)), Record(2)) == [1]


def test_the_date_of_publication_is_that_of_print_and_that_of_the_electronic_one(found: Found) -> None:
    record = Record(1, publication_date=PartialDate(2000, 1), electronic_date=PartialDate(1999, 11, 25))
    years = {year: found(f"{year}[dp]", record) for year in (1998, 1999, 2000, 2001)}
    assert years == {1998: [], 1999: [1], 2000: [1], 2001: []}
    assert found("1999/12:3000[dp]", record) == [1]
    assert found("1999/12[dp]", record) == []


# Whole values


@pytest.mark.parametrize(
    "query",
    [
        "lancet[ta]", "The Lancet[ta]", "Lancet (London, England)[ta]", "0140-6736[ta]", "lanc*[ta]",
        "2985213R[jid]",
        "395[vi]", "10223[ip]", "497[pg]", "497-506[pg]", "England[pl]", "german[la]", "ger[la]",
        "10.1016/S0140-6736(20)30183-5[aid]", "PMC7159299[aid]", "S0140-6736(20)30183-5[lid]",
        "ClinicalTrials.gov/NCT00000001[si]", "NCT00000001[si]", "clinicaltrials.gov[si]", "covid19[nm]", "aspirin[nm]",
        "R16CO5Y76E[rn]", "EC 1.1.1.1[rn]", "1.1.1.1[rn]", "case reports[pt]", "0-306-40615-2[isbn]", "31986264[pmid]",
        "31986264:31986264[pmid]", "1:40000000[uid]", "5 31986264[pmid]", "retracted publication[sb]", "german[sb]",
        "free full text[sb]", "pubmed pmc[sb]", "hasabstract[sb]", "medline[sb]", "aim[sb]",
        "core clinical journals[sb]",
        "humans[filter]", "female[sb]", "case reports[filter]", "casereports[Filter]", "hascommentin[sb]",
        "haspartialretractionin[sb]", "Therapy/Broad[filter]", "all[sb]",
    ],
)  # fmt: skip
def test_whole_values_find_the_record_that_has_them(found: Found, query: str) -> None:
    record = Record(
        pmid=31986264,
        title="Randomly",
        sections=(Section("", "", "In a random order."),),
        journal=Journal(
            title="Lancet (London, England)",
            iso_abbreviation="Lancet",
            issn_print="0140-6736",
            nlm_id="2985213R",
            medline_ta="Lancet",
            country="England",
        ),
        volume="395",
        issue="10223",
        pages="497-506",
        publication_types=("Case Reports",),
        mesh=(MeshHeading("Humans", "", False), MeshHeading("Female", "", False)),
        chemicals=(Chemical("Aspirin", "", "R16CO5Y76E"), Chemical("An Enzyme", "", "EC 1.1.1.1")),
        supplementary_concepts=(SupplementaryConcept("Covid19", "", "Disease"),),
        subsets=("AIM", "IM"),
        languages=("ger",),
        doi="10.1016/S0140-6736(20)30183-5",
        pii="S0140-6736(20)30183-5",
        pmcid="PMC7159299",
        accessions=(Accession("ClinicalTrials.gov", "NCT00000001"),),
        corrections=tuple(Correction(kind, "") for kind in ("RetractionIn", "PartialRetractionIn", "CommentIn")),
        citation_status="MEDLINE",
        isbn="0306406152",
    )
    assert found(query, Record(pmid=2, title="Another"), record)[-1:] == [2]


def test_filters_leave_out_what_they_should(found: Found) -> None:
    other = Record(pmid=0, title="Another")
    assert [name for name in QUERIES if found(f"{name}[sb]", other)] == ["excludepreprints"]
    assert found("hasabstract[sb]", other) == []


def test_systematic_reviews_are_those_of_nlms_strategy(found: Found) -> None:
    records = [
        Record(pmid=0, title="A systematic review", citation_status="Publisher"),
        Record(pmid=0, title="A systematic review", citation_status="MEDLINE"),
        Record(pmid=0, title="Systematic review: a protocol", citation_status="Publisher"),
        Record(pmid=0, publication_types=("Systematic Review",)),
    ]
    assert found("systematic[sb]", *records) == [1, 4]


# Dates


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("2015[dp]", [1, 2, 3, 4]),
        ("2015/01[dp]", [1]),
        ("2015/03[dp]", [2, 3]),
        ("2015/03/07[dp]", [3]),
        ("2015/07[dp]", [4]),
        ("2015/03:2015/06[dp]", [2, 3]),
        ("2015/03/02:3000[dp]", [3, 4, 5]),
        ('"2015/12/01"[dp] : "3000"[dp]', [5]),
        ("1900:2015/02[dp]", [1]),
    ],
)
def test_dates_by_their_parts_a_missing_one_being_the_first(found: Found, query: str, finds: list[int]) -> None:
    records = [
        published(2015),
        published(2015, 3),
        published(2015, 3, 7),
        published(2015, verbatim="2015 Summer"),
        published(2015, verbatim="2015 Dec 28-2016 Jan 5"),
        Record(pmid=0),
    ]
    if query == "2015[dp]":
        finds = [*finds, 5]
    assert found(query, *records) == finds


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ('"last 5 years"[dp]', [2, 3]),
        ('"last year"[dp]', [3]),
        ('"last 3 months"[dp]', [3]),
        ('"last 10 days"[dp]', [3]),
    ],
)
def test_relative_dates_end_in_the_future(found: Found, query: str, finds: list[int]) -> None:
    assert found(query, published(2021, 1, 30), published(2021, 1, 31), published(2026, 2, 1)) == finds


def test_each_date_field_tests_its_own_date(found: Found) -> None:
    days = [PartialDate(2001 + n) for n in range(7)]
    record = Record(
        pmid=0,
        publication_date=days[0],
        electronic_date=days[1],
        entrez_date=days[2],
        pubmed_date=days[3],
        mesh_date=days[4],
        revised_date=days[5],
        completed_date=days[6],
    )
    tags = ("dp", "epdat", "ppdat", "crdt", "edat", "mhda", "lr", "dcom")
    years = {tag: [year for year in range(2001, 2008) if found(f"{year}[{tag}]", record)] for tag in tags}
    assert years == {
        "dp": [2001, 2002], "epdat": [2002], "ppdat": [2001], "crdt": [2003],
        "edat": [2004], "mhda": [2005], "lr": [2006], "dcom": [2007],
    }  # fmt: skip
    assert found("2002[dp]", Record(pmid=0, electronic_date=PartialDate(2002, 5))) == [1]


# What cannot be answered


@pytest.mark.parametrize(
    ("query", "position", "words"),
    [
        ("a[ti] AND 2015/13[dp]", 10, "write 2015, 2015/03 or 2015/03/07"),
        ("a[ti] AND yesterday[dp]", 10, "cannot be read"),
        ("2020:2015[dp]", 0, "write 2015:2020"),
        ("a[ti] OR fast[sb]", 9, "is unknown"),
        ("hasnihmsid[sb]", 0, "is unknown"),
        ('"a b c d e f g"[ti:~3]', 0, "write fewer"),
        ("asthma/threapy[mh]", 0, "no subheading"),
        ("klingonese[la]", 0, "three letters"),
        ("PMC123[pmid]", 0, "no PMID"),
    ],
)
def test_what_cannot_be_answered_is_said_at_its_place(found: Found, query: str, position: int, words: str) -> None:
    with pytest.raises(QueryError, match=words) as refused:
        found(query, *titled("a"))
    assert refused.value.position == position
    assert f"at character {position + 1}" in str(refused.value)


def test_only_dates_and_pmids_have_ranges(found: Found) -> None:
    with pytest.raises(QueryError, match="has no ranges"):
        found(Range("vi", "1", "5", 0, 1), *titled("a"))


@pytest.mark.parametrize(
    "text", ["x\0y", "\ud800 x", '"x" OR y', 'x*"); DROP TABLE record; --', "x\x01y", "\uffff x ☃"]
)
@pytest.mark.parametrize("field", ["ti", "all", "au", "mh", "ta", "fau"])
def test_signs_of_sql_and_of_other_query_languages_are_only_text(found: Found, text: str, field: str) -> None:
    assert found(Term(field, text, 0, 9), *titled("another")) == []  # type: ignore[arg-type]


def test_no_word_at_all_is_refused(found: Found) -> None:
    for node in (Term("ti", "***", 4, 9), Words("—", 4, 5), Term("all", "\0", 4, 5)):
        with pytest.raises(QueryError) as refused:
            found(node, *titled("a"))
        assert refused.value.position == 4


def test_thousands_of_terms_and_hundreds_of_levels(found: Found) -> None:
    words = [Term("tiab", f"word{n}", 0, 1) for n in range(4_999)]
    assert found(Or((*words, Term("tiab", "aspirin", 0, 1))), *titled("aspirin", "other")) == [1]
    deep: Node = Term("ti", "a", 0, 1)
    for n in range(200):
        deep = Not(deep, words[n]) if n % 2 else Or((words[n], And((deep, Term("ti", "a", 0, 1)))))
    assert found(deep, *titled("a", "b")) == [1]


# The reference


@pytest.mark.parametrize("exploded", [False, True])
def test_a_thousand_queries_find_what_the_reference_finds(
    tmp_path: Path, demo: list[Record], headings: Mesh, exploded: bool
) -> None:
    shuffled = random.Random(5).sample(demo, len(demo))
    catalogue = catalogue_of(shuffled, tmp_path)
    trees = Trees(demo, seed=exploded)
    some = 0
    for _ in range(500):
        node = trees.draw()
        mask = matching(node, catalogue, headings if exploded else None, today=TODAY)
        narrower = headings.narrower if exploded else None
        expected = [satisfies(node, record, narrower) for record in shuffled]
        assert mask.tolist() == expected, node
        some += 0 < sum(expected) < len(demo)
    assert some > 250
