"""Similar records, by the record's own vector; and why a record is in a list, or is not."""

from typing import get_args

import pytest

from pubsearch.errors import UserError
from pubsearch.search.filters import Filters
from pubsearch.search.order import Sort
from pubsearch.search.searcher import Searcher

ASPIRIN = 23121403
ABSENT = 999999999


def test_similar_records_leave_out_the_record_itself(demo_searcher: Searcher) -> None:
    found = demo_searcher.similar(ASPIRIN, 2000)
    assert ASPIRIN not in {hit.pmid for hit in found.hits}
    assert found.total == demo_searcher.manifest.counts.records - 1
    assert "PMID 23121403" in found.reading


def test_all_similar_records_are_selected_in_the_order_of_the_list(demo_searcher: Searcher) -> None:
    humans = Filters(species=("Humans",))
    for sort in get_args(Sort):
        whole = demo_searcher.similar(ASPIRIN, 2000, sort=sort, filters=humans)
        selected = demo_searcher.select_similar(ASPIRIN, sort=sort, filters=humans)
        pmids = tuple(hit.pmid for hit in whole.hits)
        assert (selected.total, selected.pmids) == (whole.total, pmids)
        assert [record.pmid for record in selected.records] == list(pmids)
    assert demo_searcher.select_similar(ASPIRIN, limit=3).pmids == demo_searcher.select_similar(ASPIRIN).pmids[:3]


def test_a_text_finds_the_record_that_it_is_of(demo_searcher: Searcher) -> None:
    record = demo_searcher.record(ASPIRIN)
    best = demo_searcher.similar(record.text, 1).hits[0]
    assert best.pmid == ASPIRIN
    assert demo_searcher.similar(record.text, 3).hits[1:] == demo_searcher.similar(ASPIRIN, 2).hits


def test_contributions_of_similar_records_add_up_too(demo_searcher: Searcher) -> None:
    for hit in demo_searcher.similar(ASPIRIN, 5, filters=Filters(not_retracted=True)).hits:
        assert sum(highlight.contribution for highlight in hit.highlights) == pytest.approx(hit.score, rel=1e-4)
        assert all(highlight.kind == "meaning" for highlight in hit.highlights)


def test_a_record_that_the_topic_has_not_is_named(demo_searcher: Searcher) -> None:
    with pytest.raises(UserError, match="PMID 999999999 is not among the 1,769 records"):
        demo_searcher.similar(ABSENT)
    with pytest.raises(UserError, match="PMID 999999999 is not among"):
        demo_searcher.select_similar(ABSENT)
    with pytest.raises(UserError, match="PMID 999999999 is not among"):
        demo_searcher.explain("aspirin", ABSENT)


def test_an_explanation_groups_the_score_by_the_users_own_words(demo_searcher: Searcher) -> None:
    found = demo_searcher.explain("heart attack", ASPIRIN)
    assert sum(group.contribution for group in found.groups) == pytest.approx(found.hit.score, rel=1e-4)
    assert {group.query_term for group in found.groups} <= {"heart", "attack", None}
    for group in found.groups:
        assert group.contribution == pytest.approx(sum(share.contribution for share in group.highlights))
        for share in group.highlights:
            assert share.contribution == pytest.approx(share.query_weight * share.record_weight)


def test_an_explanation_names_the_place_that_the_record_has_in_the_list(demo_searcher: Searcher) -> None:
    results = demo_searcher.search("aspirin 2000:2015[dp]", 50, 10)
    for place, hit in list(enumerate(results.hits, 11))[::7]:
        explained = demo_searcher.explain("aspirin 2000:2015[dp]", hit.pmid)
        assert (explained.place, explained.unsatisfied) == (place, ())
        assert explained == results.explain(hit.pmid)
    with pytest.raises(UserError, match="not on this page"):
        results.explain(ABSENT)


def test_why_not_names_the_parts_and_filters_that_leave_the_record_out(demo_searcher: Searcher) -> None:
    chosen = Filters(evidence=("case report",), languages=("eng",))
    found = demo_searcher.explain("aspirin AND 2000:2010[dp] NOT Humans[mh]", ASPIRIN, filters=chosen)
    assert found.place is None
    assert found.hit.score > 0
    assert found.unsatisfied == ("2000:2010[dp] NOT Humans[mh]", "evidence: case report")


def test_what_the_record_lacks_are_the_other_terms_of_the_question(demo_searcher: Searcher) -> None:
    found = demo_searcher.explain("zebrafish", ASPIRIN)
    asked = {term.number for term in demo_searcher.search("zebrafish").terms}
    had = {highlight.number for highlight in found.hit.highlights}
    assert {term.number for term in found.missing} == asked - had
    assert any(term.own for term in found.missing)


def test_a_term_is_the_users_own_or_an_expansion(demo_searcher: Searcher) -> None:
    own = {term.term: term.own for term in demo_searcher.search("kidney stones").terms}
    assert own["kidney"] is True
    assert own["renal"] is False


@pytest.mark.parametrize("text", ["", "  ", "...", "\ud800"])
def test_a_text_without_a_word_is_refused(demo_searcher: Searcher, text: str) -> None:
    with pytest.raises(UserError, match="The text has no word: give a PMID"):
        demo_searcher.similar(text)


def test_a_text_that_is_too_long_is_refused_and_not_cut(demo_searcher: Searcher) -> None:
    with pytest.raises(UserError, match="The text has 100,001 characters, and 100,000 can be read"):
        demo_searcher.similar("a" * 100_001)


def test_half_a_pair_of_surrogates_in_a_text_says_nothing(demo_searcher: Searcher) -> None:
    assert demo_searcher.similar("aspirin\ud800").hits == demo_searcher.similar("aspirin ").hits


@pytest.mark.parametrize("pmid", [10**25, -1, 0])
def test_a_number_that_can_be_no_pmid_is_among_no_records(demo_searcher: Searcher, pmid: int) -> None:
    for ask in (demo_searcher.similar, demo_searcher.record, lambda number: demo_searcher.explain("aspirin", number)):
        with pytest.raises(UserError, match=f"PMID {pmid} is not among"):
            ask(pmid)
