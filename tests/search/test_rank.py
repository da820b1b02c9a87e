"""Meaning, words, or both in one sum: what a search ranks by, and what decides it."""

import shutil
from pathlib import Path

import pytest

from pubsearch.index import models
from pubsearch.search.results import Highlight, Rank
from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus

QUESTIONS = ["heart attack in elderly patients", "gene expression of tumors", "malaria mosquito"]
RANKS: list[Rank] = ["both", "meaning", "words"]
TITLES = {
    1: "NCT01234567: aspirin after stroke",
    2: "NCT01234568: aspirin after stroke",
    3: "Levels of interleukins",
    4: "Levels of IL-6",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Topic:
    """Four records of titles alone."""
    folder = tmp_path_factory.mktemp("rank")
    topic = Library(folder / "indexes").create("small", "", model="bundled")
    topic.import_files([corpus.write(folder / "a.xml", *(corpus.article(*each) for each in TITLES.items()))])
    topic.build()
    return topic


@pytest.fixture
def small(made: Topic, home: Path) -> Topic:
    """A copy, to be written to."""
    return Topic(shutil.copytree(made.folder, home / made.name))


def scores(searcher: Searcher, question: str, rank: Rank | None = None) -> dict[int, float]:
    return {hit.pmid: hit.score for hit in searcher.search(question, 100, rank=rank).hits}


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_is_meaning_and_one_and_a_half_times_words(searcher: Searcher, question: str) -> None:
    meaning, words = scores(searcher, question, "meaning"), scores(searcher, question, "words")
    expected = {pmid: meaning[pmid] + 1.5 * words[pmid] for pmid in meaning}
    assert any(words.values())
    assert scores(searcher, question, "both") == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_contributions_add_up_to_the_score(searcher: Searcher, question: str, rank: Rank) -> None:
    for hit in searcher.search(question, 100, rank=rank).hits:
        assert sum(highlight.contribution for highlight in hit.highlights) == pytest.approx(hit.score, abs=1e-4)
        kinds = {highlight.kind for highlight in hit.highlights}
        assert kinds <= {"both": {"word", "meaning"}, "meaning": {"meaning"}, "words": {"word"}}[rank]


def test_a_word_is_shown_and_marked_as_the_record_has_it(searcher: Searcher) -> None:
    (best,) = searcher.search("malaria mosquito", 1, rank="words").hits
    start = best.record.abstract.index("mosquitoes")
    shown = {(each.field, each.start, each.end, each.term, each.query_term) for each in best.highlights}
    assert ("abstract", start, start + len("mosquitoes"), "mosquitoes", "mosquito") in shown
    assert {each.query_term for each in best.highlights} == {"malaria", "mosquito"}


def test_a_name_is_marked_whole_and_in_parts(small: Topic) -> None:
    (best,) = Searcher(small).search("il6", 1, rank="words").hits
    assert {marked(each) for each in best.highlights} == {("IL-6", 10, 14), ("IL", 10, 12), ("6", 13, 14)}


def marked(highlight: Highlight) -> tuple[str, int | None, int | None]:
    return highlight.term, highlight.start, highlight.end


@pytest.mark.parametrize("rank", ["both", "words"])
@pytest.mark.parametrize(("question", "best"), [("NCT01234568", 2), ("NCT01234567", 1), ("IL 6", 4), ("IL6", 4)])
def test_a_number_or_a_name_finds_its_record_first(small: Topic, question: str, best: int, rank: Rank) -> None:
    assert Searcher(small).search(question, 1, rank=rank).hits[0].pmid == best


def test_words_that_no_record_has_rank_nothing(small: Topic) -> None:
    found = Searcher(small).search("zebra of the", rank="words")
    assert (found.total, found.ranked) == (4, 0)


# What decides


def test_with_the_bundled_model_both_rank(searcher: Searcher) -> None:
    assert scores(searcher, "heart attack") == scores(searcher, "heart attack", "both")


def test_with_another_model_meaning_ranks_until_a_weight_is_chosen(small: Topic, tmp_path: Path) -> None:
    small.build(str(shutil.copytree(models.resolve("bundled").path, tmp_path / "my-model")))
    searcher = Searcher(small)
    assert scores(searcher, "aspirin") == scores(searcher, "aspirin", "meaning")
    small.weigh_words(1.5)
    assert scores(searcher, "aspirin") == scores(searcher, "aspirin", "both") != scores(searcher, "aspirin", "meaning")


def test_a_chosen_weight_counts_from_the_next_question_on(small: Topic) -> None:
    searcher = Searcher(small)
    meaning, words = scores(searcher, "aspirin", "meaning"), scores(searcher, "aspirin", "words")
    for weight in (3.0, 0.0):
        Topic(small.folder).weigh_words(weight)
        expected = {pmid: meaning[pmid] + weight * words[pmid] for pmid in meaning}
        assert scores(searcher, "aspirin") == pytest.approx(expected, abs=1e-4)


def test_words_of_no_weight_explain_nothing(small: Topic) -> None:
    small.weigh_words(0)
    hits = Searcher(small).search("aspirin", 4).hits
    assert {each.kind for hit in hits for each in hit.highlights} == {"meaning"}
