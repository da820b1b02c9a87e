"""Facets count what choosing a label would bring: the query and all filters but the facet's own."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pubsearch.index import evidence
from pubsearch.index.columns import Mask
from pubsearch.index.facets import AGES, SEXES, SPECIES, Facets
from pubsearch.record import Journal, MeshHeading, PartialDate, Record
from pubsearch.search.facets import NO_YEAR, Count, Facet, facets, without
from pubsearch.search.filters import BY_HEADINGS, Filters
from tests.demo_records import demo_records
from tests.search.faceted import written

RECORDS = demo_records()
CHECK_TAGS = {*AGES, *SEXES, *SPECIES}
EVERY = len(RECORDS)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Facets:
    return written(tmp_path_factory.mktemp("facets") / "facets", RECORDS)


def everything(index: Facets) -> Mask:
    return np.ones(len(index), np.bool_)


def named(found: Sequence[Facet], name: str) -> Facet:
    return next(facet for facet in found if facet.name == name)


def headings(record: Record) -> set[str]:
    return {heading.name for heading in record.mesh}


def journal(record: Record) -> set[str]:
    return {record.journal.medline_ta or record.journal.title}


# Brute force: the labels of one record, and whether it passes one filter.
LABELS: dict[str, Callable[[Record], set[str]]] = {
    "evidence": lambda record: set(evidence.groups(record.publication_types)),
    "journals": journal,
    "mesh": headings,
    "languages": lambda record: set(record.languages),
    "species": lambda record: headings(record) & set(SPECIES),
    "ages": lambda record: headings(record) & set(AGES),
    "sexes": lambda record: headings(record) & set(SEXES),
}
FILTERS = st.builds(
    Filters,
    evidence=st.sampled_from([(), (), ("review",), ("trial", "other"), ("guideline",)]),
    journals=st.sampled_from([(), (), ("Cancer", "Lancet"), ("J Lost",)]),
    mesh=st.sampled_from([(), (), ("Neoplasms", "Child"), ("Humans",)]),
    languages=st.sampled_from([(), (), ("eng",), ("ger", "fre")]),
    species=st.sampled_from([(), (), ("Humans",), ("Mice", "Rats")]),
    ages=st.sampled_from([(), (), ("Aged", "Child"), ("Infant",)]),
    sexes=st.sampled_from([(), (), ("Female",)]),
    years=st.sampled_from([None, None, (1990, 2010), (2021, 2021)]),
    has_abstract=st.booleans(),
    not_retracted=st.booleans(),
    since=st.sampled_from([None, None, date(2005, 1, 1)]),
)


def failed(record: Record, filters: Filters) -> set[str]:
    """The filters that the record does not pass."""
    entered = record.pubmed_date
    day = (entered.year or 0, entered.month or 1, entered.day or 1)
    tests = {
        name: not (picked := getattr(filters, name)) or bool(of(record) & {*picked}) for name, of in LABELS.items()
    }
    tests["years"] = not filters.years or filters.years[0] <= (record.year or 0) <= filters.years[1]
    tests["has_abstract"] = not filters.has_abstract or bool(record.abstract)
    tests["not_retracted"] = not filters.not_retracted or not record.retracted
    tests["since"] = not filters.since or day >= filters.since.timetuple()[:3]
    return {name for name, passed in tests.items() if not passed}


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32), st.sampled_from([0, 10, 900, EVERY]), FILTERS)
def test_facets_are_those_of_counting_record_by_record(index: Facets, seed: int, size: int, filters: Filters) -> None:
    rows = Random(seed).sample(range(EVERY), size)
    satisfied = np.zeros(EVERY, np.bool_)
    satisfied[rows] = True
    found = facets(index, satisfied, filters, top=8)
    failures = {row: failed(RECORDS[row], filters) for row in rows}

    def kept(name: str) -> list[Record]:
        return [RECORDS[row] for row in rows if failures[row] <= {name}]

    for name, labels in LABELS.items():
        expected = Counter(label for record in kept(name) for label in labels(record))
        picked = getattr(filters, name)
        if name == "mesh":
            expected = Counter(
                {label: n for label, n in expected.items() if label not in CHECK_TAGS or label in picked}
            )
        facet = named(found, name)
        assert {value.label: value.records for value in facet.values}.items() <= {
            **dict.fromkeys(picked, 0),
            **expected,
        }.items()
        assert {value.label for value in facet.values if value.chosen} == set(picked)
        assert len([value for value in facet.values if value.records]) + facet.more == len(expected)
        if name in ("journals", "mesh", "languages"):
            best = sorted(expected, key=lambda label: (-expected[label], label))[:8]
            assert [value.label for value in facet.values][: len(best)] == best

    years = Counter(record.year for record in kept("years"))
    assert {value.label: value.records for value in named(found, "years").values if value.records} == {
        str(year): number for year, number in years.items()
    }
    assert named(found, "has_abstract").values[0].records == sum(bool(r.abstract) for r in kept("has_abstract"))
    assert named(found, "not_retracted").values[0].records == sum(not r.retracted for r in kept("not_retracted"))
    bare = sum(not RECORDS[row].mesh for row in rows if failures[row] <= set(BY_HEADINGS))
    assert {facet.name: facet.without_headings for facet in found if facet.without_headings} == (
        dict.fromkeys(BY_HEADINGS, bare) if bare else {}
    )
    assert without(index, satisfied, filters) == {name: len(kept(name)) for name, _ in filters.as_pairs()}


def test_choosing_one_label_leaves_the_others_of_its_facet_as_they_were(index: Facets) -> None:
    free, chosen = (
        named(facets(index, everything(index), filters), "evidence")
        for filters in (Filters(), Filters(evidence=("review",)))
    )
    assert [replace(value, chosen=False) for value in chosen.values] == list(free.values)
    assert [value.label for value in chosen.values if value.chosen] == ["review"]


def test_choosing_a_label_changes_the_other_facets(index: Facets) -> None:
    found = named(facets(index, everything(index), Filters(species=("Mice",))), "languages")
    assert sum(value.records for value in found.values) == 55


def test_known_labels_stand_in_their_own_order_and_only_where_they_have_records(index: Facets) -> None:
    ages = named(facets(index, everything(index), Filters()), "ages")
    assert [value.label for value in ages.values] == list(AGES)
    young = np.array([headings(record) & set(AGES) == {"Child", "Infant"} for record in RECORDS])
    ages = named(facets(index, young, Filters(ages=("Aged",))), "ages")
    assert [(value.label, value.chosen) for value in ages.values] == [
        ("Infant", False),
        ("Child", False),
        ("Aged", True),
    ]


def test_what_is_chosen_is_listed_though_it_is_rare_or_gone(index: Facets) -> None:
    filters = Filters(journals=("J Lost", "Lancet"))
    free, found = (named(facets(index, everything(index), each, top=2), "journals") for each in (Filters(), filters))
    lancet = sum(record.journal.medline_ta == "Lancet" for record in RECORDS)
    assert [value.label for value in free.values] == ["Opt Express", "Med Chir Trans"]
    assert found.values == (*free.values, Count("Lancet", lancet, chosen=True), Count("J Lost", 0, chosen=True))
    assert found.more == free.more - 1


def test_headings_with_a_facet_of_their_own_do_not_crowd_out_the_others(index: Facets) -> None:
    found = named(facets(index, everything(index), Filters()), "mesh")
    assert found.values[0] == Count("Nasopharyngeal Neoplasms", 166, chosen=False)
    assert CHECK_TAGS.isdisjoint(value.label for value in found.values)
    chosen = named(facets(index, everything(index), Filters(mesh=("Humans",))), "mesh")
    assert chosen.values[0] == Count("Humans", 1056, chosen=True)


def test_equal_numbers_are_in_alphabetic_order(tmp_path: Path) -> None:
    records = [Record(number, journal=Journal(medline_ta=name)) for number, name in enumerate("CABBA", start=1)]
    index = written(tmp_path / "facets", records)
    found = named(facets(index, everything(index), Filters(), top=2), "journals")
    assert found == Facet("journals", (Count("A", 2, chosen=False), Count("B", 2, chosen=False)), more=1)


def test_years_without_records_are_there_and_records_without_a_year_are_told(tmp_path: Path) -> None:
    dates = [PartialDate(2018), PartialDate(2021, 5), PartialDate(2018, 2, 3), PartialDate()]
    index = written(tmp_path / "facets", [Record(n, publication_date=date) for n, date in enumerate(dates, start=1)])
    found = named(facets(index, everything(index), Filters(years=(2020, 3000))), "years")
    assert found.values == (
        Count("2018", 2, chosen=False),
        Count("2019", 0, chosen=False),
        Count("2020", 0, chosen=True),
        Count("2021", 1, chosen=True),
        Count(NO_YEAR, 1, chosen=False),
    )


def test_no_records_have_empty_facets(index: Facets) -> None:
    found = facets(index, np.zeros(EVERY, np.bool_), Filters())
    assert all(
        not facet.values for facet in found if facet.name not in ("has_abstract", "free_full_text", "not_retracted")
    )
    assert named(found, "has_abstract").values == (Count("yes", 0, chosen=False),)


def test_an_empty_answer_says_how_many_records_there_would_be_without_each_filter(tmp_path: Path) -> None:
    child = (MeshHeading("Child", "D002648", major=False),)
    index = written(
        tmp_path / "facets",
        [Record(1, mesh=child, languages=("ger",)), Record(2, languages=("eng",)), Record(3, languages=("eng",))],
    )
    filters = Filters(ages=("Child",), languages=("eng",))
    assert without(index, everything(index), filters) == {"ages": 2, "languages": 1}
    assert without(index, np.array([True, False, False]), filters) == {"ages": 0, "languages": 1}
    assert without(index, everything(index), Filters()) == {}
