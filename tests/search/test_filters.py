"""A reader's filters survive the way through an address, and let pass what they say."""

from collections import defaultdict
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubsearch.errors import UserError
from pubsearch.index.facets import Facets
from pubsearch.record import Correction, Journal, MeshHeading, PartialDate, Record, Section
from pubsearch.search.filters import LABELLED, NAMES, SWITCHES, Filters
from tests.search.faceted import written

YEARS = st.tuples(st.integers(0, 9999), st.integers(0, 9999)).map(lambda pair: (min(pair), max(pair)))
FILTERS = st.builds(
    Filters,
    **{name: st.lists(st.text(), unique=True, max_size=3).map(tuple) for name in LABELLED},
    **dict.fromkeys(SWITCHES, st.booleans()),
    years=st.none() | YEARS,
    since=st.none() | st.dates(),
)


def mesh(*names: str) -> tuple[MeshHeading, ...]:
    return tuple(MeshHeading(name, "", major=name == "Asthma") for name in names)


RECORDS = (
    Record(
        1,
        journal=Journal(medline_ta="Lancet"),
        sections=(Section("", "", "Text."),),
        publication_types=("Randomized Controlled Trial",),
        mesh=mesh("Asthma", "Humans", "Female", "Aged"),
        languages=("eng",),
        publication_date=PartialDate(2015, 1, 1),
        pubmed_date=PartialDate(2015, 1, 20),
        pmcid="PMC1",
    ),
    Record(
        2,
        journal=Journal(medline_ta="BMJ"),
        publication_types=("Review",),
        mesh=mesh("Stroke", "Humans", "Male", "Aged", "Adult"),
        languages=("eng", "fre"),
        publication_date=PartialDate(2020, 12, 31),
        pubmed_date=PartialDate(2021, 1, 2),
        corrections=(Correction("RetractionIn", "BMJ 2022"),),
    ),
    Record(3, mesh=mesh("Mice", "Animals"), languages=("ger",), pubmed_date=PartialDate(2021, 1, 1)),
)


@pytest.fixture(scope="module")
def facets(tmp_path_factory: pytest.TempPathFactory) -> Facets:
    return written(tmp_path_factory.mktemp("filters") / "facets", RECORDS)


def grouped(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    texts = defaultdict(list)
    for name, text in pairs:
        texts[name].append(text)
    return texts


@given(FILTERS)
def test_filters_come_back_from_their_text(filters: Filters) -> None:
    assert Filters.parse(grouped(filters.as_pairs())) == filters


def test_the_text_of_filters_can_be_written_by_hand() -> None:
    filters = Filters.parse(
        {
            "ages": ["Infant, Newborn", "Aged", "Aged"],
            "years": ["2015:3000"],
            "has_abstract": ["yes"],
            "since": ["2026-01-31"],
        }
    )
    assert filters == Filters(
        ages=("Infant, Newborn", "Aged"), years=(2015, 3000), has_abstract=True, since=date(2026, 1, 31)
    )
    assert Filters.parse({"years": ["2015"]}).years == (2015, 2015)
    assert Filters.parse({}) == Filters()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"journal": ["Lancet"]}, "There is no filter called journal: use one of evidence, journals,"),
        ({"years": ["last year"]}, "The filter years cannot be last year: write 2015:2020"),
        ({"years": ["2020:2015"]}, "The filter years cannot be 2020:2015: write 2015:2020"),
        ({"years": ["٢٠١٥"]}, "The filter years cannot be ٢٠١٥: write 2015:2020"),
        ({"years": ["2015", "2016"]}, "The filter years is given 2 times: give it once."),
        ({"since": ["yesterday"]}, r"The filter since is no date \(yesterday\): write it as 2026-01-31."),
        ({"not_retracted": ["no"]}, "The filter not_retracted cannot be no: write yes, or leave it out."),
        ({"not_retracted": []}, "The filter not_retracted is given 0 times: give it once."),
    ],
)
def test_what_cannot_be_read_is_told(given: dict[str, list[str]], message: str) -> None:
    with pytest.raises(UserError, match=message):
        Filters.parse(given)


@pytest.mark.parametrize(
    ("filters", "passing"),
    [
        (Filters(evidence=("review", "randomised trial")), [1, 2]),
        (Filters(evidence=("other",)), [3]),
        (Filters(journals=("BMJ",)), [2]),
        (Filters(mesh=("Asthma", "Mice")), [1, 3]),
        (Filters(mesh=("Humans",)), [1, 2]),
        (Filters(majors=("Asthma", "Stroke")), [1]),
        (Filters(languages=("fre", "ger")), [2, 3]),
        (Filters(species=("Animals",)), [3]),
        (Filters(ages=("Adult",)), [2]),
        (Filters(sexes=("Female", "Male")), [1, 2]),
        (Filters(notices=("retracted",)), [2]),
        (Filters(years=(2015, 2020)), [1, 2]),
        (Filters(years=(0, 2019)), [1]),
        (Filters(years=(2016, 9999)), [2]),
        (Filters(has_abstract=True), [1]),
        (Filters(free_full_text=True), [1]),
        (Filters(not_retracted=True), [1, 3]),
        (Filters(since=date(2021, 1, 1)), [2, 3]),
        (Filters(since=date(2021, 1, 2)), [2]),
    ],
)
def test_each_filter_lets_pass_what_it_says(facets: Facets, filters: Filters, passing: list[int]) -> None:
    (mask,) = filters.masks(facets).values()
    assert [record.pmid for record, passes in zip(RECORDS, mask, strict=True) if passes] == passing


def test_a_label_that_is_gone_from_the_topic_stays_a_filter_that_lets_nothing_pass(facets: Facets) -> None:
    masks = Filters.parse({"journals": ["J Lost"]}).masks(facets)
    assert masks.keys() == {"journals"}
    assert not masks["journals"].any()


def test_there_is_a_mask_for_each_active_filter_and_for_no_other(facets: Facets) -> None:
    assert Filters().masks(facets) == {}
    texts = {name: ["yes"] for name in NAMES} | {"years": ["2015"], "since": ["2020-01-01"]}
    masks = Filters.parse(texts).masks(facets)
    assert masks.keys() == set(NAMES)
    assert all(mask.shape == (3,) and mask.dtype == np.bool_ for mask in masks.values())
