"""Filters decide before the ranking: the answer is that of brute force over the records that satisfy them."""

import random
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from pubsearch.errors import UserError
from pubsearch.search.filters import Filters
from pubsearch.search.order import Sort
from pubsearch.search.results import Misspelt, Rank
from pubsearch.search.searcher import Searcher

QUESTIONS = ["aspirin heart attack", "tumor growth in children", "IL-6 signalling", "gene expression", "surgery pain"]
PAIRS = 300


@pytest.fixture(scope="module")
def alone(demo_searcher: Searcher) -> dict[tuple[str, Rank], dict[int, float]]:
    """Each question's score of every record of the topic, by PMID."""
    ranks: list[Rank] = ["both", "meaning", "words"]
    found = {}
    for question in QUESTIONS:
        for rank in ranks:
            results = demo_searcher.search(question, 5000, rank=rank)
            found[question, rank] = {hit.pmid: hit.score for hit in results.hits}
    return found


def test_every_filter_gives_the_answer_of_brute_force(
    demo_searcher: Searcher, alone: dict[tuple[str, Rank], dict[int, float]]
) -> None:
    drawn = random.Random(20261125)
    whole = demo_searcher.select("all[sb]")
    records = {record.pmid: record for record in whole.records}
    pmids = sorted(records)
    kept_sizes = set()
    for _ in range(PAIRS):
        question, rank = drawn.choice(list(alone))
        size = drawn.choice([1, 2, 10, 100, 1000, len(pmids)])
        chosen = sorted(drawn.sample(pmids, size))
        first, last = drawn.choice([(1, 3000), (1990, 2010), (2015, 2015)])
        query = f"{question} AND ({' OR '.join(f'{pmid}[uid]' for pmid in chosen)})"
        found = demo_searcher.search(query, 50, rank=rank, filters=Filters(years=(first, last)))
        kept = [pmid for pmid in chosen if first <= (records[pmid].year or 0) <= last]
        scores = alone[question, rank]
        ranked = sorted((pmid for pmid in kept if scores[pmid] > 0), key=lambda pmid: (-scores[pmid], pmid))
        assert found.total == len(kept)
        assert found.ranked == len(ranked)
        expected = ranked[:50]
        assert [hit.pmid for hit in found.hits][: len(expected)] == expected
        np.testing.assert_allclose(
            [hit.score for hit in found.hits][: len(expected)], [scores[p] for p in expected], 1e-4
        )
        kept_sizes.add(min(len(kept), 1000))
    assert {1, 1000} <= kept_sizes


@pytest.mark.parametrize("sort", ["relevance", "recent", "date"])
def test_pages_of_a_filtered_list_neither_repeat_nor_skip(demo_searcher: Searcher, sort: Sort) -> None:
    query, chosen = "aspirin 2000:2015[dp]", Filters(languages=("eng",))
    whole = [hit.pmid for hit in demo_searcher.search(query, 1000, sort=sort, filters=chosen).hits]
    paged = [
        hit.pmid
        for offset in range(0, len(whole), 97)
        for hit in demo_searcher.search(query, 97, offset, sort=sort, filters=chosen).hits
    ]
    assert paged == whole
    assert len(set(whole)) == len(whole) == demo_searcher.search(query, filters=chosen).total
    assert list(demo_searcher.select(query, sort=sort, filters=chosen).pmids) == whole


def test_newest_first_goes_by_date(demo_searcher: Searcher) -> None:
    hits = demo_searcher.search("aspirin[tiab]", 50, sort="date").hits
    years = [hit.record.year or 0 for hit in hits]
    assert years == sorted(years, reverse=True)


def test_what_only_filters_is_listed_newest_first_and_not_ranked(demo_searcher: Searcher) -> None:
    found = demo_searcher.search("2012[dp]", 500)
    assert found.ranked == 0
    assert found.total == len(found.hits) > 50
    assert all(hit.score == 0 for hit in found.hits)
    shown = {hit.record.year for hit in found.hits if 2012 not in (hit.record.electronic_date.year, hit.record.year)}
    assert shown == set()


def test_exact_lets_every_word_filter_and_ranks_the_same(demo_searcher: Searcher) -> None:
    loose, exact = (
        demo_searcher.search("aspirin stroke", 2000),
        demo_searcher.search("aspirin stroke", 2000, exact=True),
    )
    assert 0 < exact.total < loose.total
    kept = {hit.pmid for hit in exact.hits}
    assert [hit.pmid for hit in loose.hits if hit.pmid in kept] == [hit.pmid for hit in exact.hits]


def test_retracted_records_are_in_the_list_and_can_be_left_out(demo_searcher: Searcher) -> None:
    everything = demo_searcher.search("all[sb]", 2000)
    retracted = {hit.pmid for hit in everything.hits if hit.record.retracted}
    left = {hit.pmid for hit in demo_searcher.search("all[sb]", 2000, filters=Filters(not_retracted=True)).hits}
    assert retracted
    assert left == {hit.pmid for hit in everything.hits} - retracted


def test_facets_are_counted_over_all_records_of_the_answer(demo_searcher: Searcher) -> None:
    found = demo_searcher.search("cancer 2000:2010[dp]", 1, filters=Filters(sexes=("Male",)), with_facets=True)
    facets = {facet.name: {count.label: count.records for count in facet.values} for facet in found.facets}
    assert sum(facets["years"].values()) == found.total
    both = demo_searcher.search("cancer 2000:2010[dp] Female[mh]").total
    assert facets["sexes"]["Female"] == both
    assert not demo_searcher.search("cancer").facets


def test_one_facet_has_all_of_its_labels_each_with_what_choosing_it_brings(demo_searcher: Searcher) -> None:
    filters = Filters(sexes=("Male",))
    listed = demo_searcher.search("cancer 2000:2010[dp]", 1, filters=filters, with_facets=True).facets
    short = next(facet for facet in listed if facet.name == "journals")
    whole = demo_searcher.facet("journals", "cancer 2000:2010[dp]", filters=filters)
    assert short.more
    assert whole.more == 0
    assert whole.values[: len(short.values)] == short.values
    assert len(whole.values) == len(short.values) + short.more
    last = whole.values[-1]
    chosen = replace(filters, journals=(last.label,))
    assert demo_searcher.search("cancer 2000:2010[dp]", filters=chosen).total == last.records
    similar = demo_searcher.facet("journals", "", like=23121403)
    assert sum(count.records for count in similar.values) == demo_searcher.manifest.counts.records - 1
    with pytest.raises(UserError, match="no facet called years"):
        demo_searcher.facet("years", "cancer")


def test_the_reading_names_the_filters(demo_searcher: Searcher) -> None:
    found = demo_searcher.search("cancer", filters=Filters(years=(2000, 2010), since=date(2001, 1, 1)))
    assert found.reading.endswith("Narrowed by Years: 2000 to 2010, New since: 2001-01-01.")


def test_an_empty_answer_names_the_part_that_has_no_records_and_what_there_would_be_without_it(
    demo_searcher: Searcher,
) -> None:
    found = demo_searcher.search("asprin[ti] AND 2012[dp]", filters=Filters(languages=("eng", "ger")))
    assert found.total == 0
    parts = {part.text: part for part in found.empty}
    year = demo_searcher.search("2012[dp]", filters=Filters(languages=("eng", "ger"))).total
    assert parts["asprin[ti]"].records == 0
    assert parts["asprin[ti]"].without == year
    assert parts["asprin[ti]"].instead == ("aspirin",)
    assert parts["2012[dp]"].without == 0
    assert "languages: eng, ger" in parts
    assert not demo_searcher.search("aspirin").empty


def test_a_word_that_no_record_has_is_named_with_what_it_may_have_been(demo_searcher: Searcher) -> None:
    assert "No record has “asprin”. Did you mean aspirin?" in demo_searcher.search("asprin for stroke").notes
    assert demo_searcher.search("asprin for stroke").misspelt == (Misspelt("asprin", ("aspirin",)),)
    assert not demo_searcher.search("aspirin for stroke").notes


def test_headings_without_their_narrower_ones_are_named(demo_searcher: Searcher) -> None:
    (note,) = demo_searcher.search("Neoplasms[mh] AND Humans[mh:noexp]").notes
    assert note.startswith("Narrower headings are not included (Neoplasms):")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("1[uid] OR 99999999[uid]", "Not in this topic: PMID 99999999."),
        ("aspirin AND 99999999[uid]", "Not in this topic: PMID 99999999."),
        ("99999999 99999998 99999999", "Not in this topic: PMIDs 99999999, 99999998."),
        (
            " ".join(str(pmid) for pmid in range(90_000_000, 90_000_022)),
            f"Not in this topic: PMIDs {', '.join(map(str, range(90_000_000, 90_000_020)))} and 2 more.",
        ),
    ],
)
def test_pmids_that_the_topic_lacks_are_named(searcher: Searcher, query: str, said: str) -> None:
    assert searcher.search(query).notes == (said,)


@pytest.mark.parametrize(
    "query",
    ["1[uid]", "aspirin NOT 99999999[uid]", "1[uid] NOT (2[uid] OR 99999999[uid])", "1:99999999[uid]", "in 99999999"],
)
def test_pmids_that_are_here_or_excluded_are_not(searcher: Searcher, query: str) -> None:
    assert not [note for note in searcher.search(query).notes if "Not in this topic" in note]


def test_a_filter_by_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(UserError, match="no filter called colour"):
        Filters.parse({"colour": ["red"]})


def test_types_and_filters_that_have_narrower_headings_are_named_too(demo_searcher: Searcher) -> None:
    (note,) = demo_searcher.search("clinical trial[pt]").notes
    assert note.startswith("Narrower headings are not included (clinical trial):")
    (note,) = demo_searcher.search("aspirin NOT allchild[sb]").notes
    assert note.startswith("Narrower headings are not included (infant, child, adolescent):")


def test_a_question_that_no_record_has_a_word_of_is_not_said_to_rank(demo_searcher: Searcher) -> None:
    found = demo_searcher.search("zzzqqq", rank="words")
    assert found.ranked == 0
    assert found.ranks
    assert not demo_searcher.search("2012[dp]").ranks
    assert found.notes[0] == "No record has a word of the question: the newest come first."
    assert not demo_searcher.search("2012[dp]", rank="words").notes


@pytest.mark.parametrize(
    ("query", "exact", "filters"),
    [
        ("aspirin stroke", False, False),
        ("aspirin stroke", True, True),
        ("aspirin[ti] stroke", False, True),
        ("2012[dp]", False, True),
    ],
)
def test_an_answer_says_whether_the_query_itself_filters(
    demo_searcher: Searcher, query: str, exact: bool, filters: bool
) -> None:
    assert demo_searcher.search(query, exact=exact, filters=Filters(languages=("eng",))).filters == filters
    assert not demo_searcher.similar(query, filters=Filters(languages=("eng",))).filters


def test_of_many_unknown_words_the_first_ones_are_looked_up(demo_searcher: Searcher) -> None:
    words = [f"asprin{letter}" for letter in "abcdefghij"]
    assert len(demo_searcher.search(" ".join(words)).notes) == 5
    empty = demo_searcher.search(" AND ".join(f"{word}[ti]" for word in words)).empty
    assert [part.text for part in empty] == [f"{word}[ti]" for word in words]
    assert sum(bool(part.instead) for part in empty) == 5


def test_thousands_of_parts_without_records_are_each_counted(demo_searcher: Searcher) -> None:
    parts = demo_searcher.search("aspirin[ti] AND " + " AND ".join(f"w{i}x[ti]" for i in range(3000))).empty
    assert len(parts) == 3001
    assert parts[0].records > 0
    assert {part.records for part in parts[1:]} == {part.without for part in parts} == {0}
