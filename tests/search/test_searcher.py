"""One question, one answer: ranked records first, then the newest, and no record twice or never."""

import gc
import os
import threading
import weakref
from pathlib import Path

import pytest

from pubsearch.errors import QueryError, TopicError, UserError
from pubsearch.index import encoder, models
from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library
from tests import corpus


def test_total_counts_all_records_and_ranked_those_with_a_score(searcher: Searcher) -> None:
    found = searcher.search("heart attack", 100)
    assert found.total == len(found.hits) == 34
    assert found.ranked == sum(hit.score > 0 for hit in found.hits)


def test_pages_neither_repeat_nor_skip_a_record(searcher: Searcher) -> None:
    whole = [hit.pmid for hit in searcher.search("heart", 34).hits]
    pages = [hit.pmid for offset in range(0, 34, 5) for hit in searcher.search("heart", 5, offset).hits]
    assert pages == whole
    assert len(set(whole)) == 34


def test_scores_descend_and_ties_go_by_pmid(searcher: Searcher) -> None:
    order = [(-hit.score, hit.pmid) for hit in searcher.search("tumor", 34).hits if hit.score > 0]
    assert order == sorted(order)


def test_unranked_records_follow_newest_first(searcher: Searcher) -> None:
    unranked = [hit for hit in searcher.search("heart", 34).hits if hit.score == 0]
    years = [hit.record.year or 0 for hit in unranked]
    assert years == sorted(years, reverse=True)
    assert all(not hit.highlights for hit in unranked)


def test_a_page_past_the_end_is_empty(searcher: Searcher) -> None:
    assert searcher.search("heart", 10, 1000).hits == ()


def test_an_answer_is_the_same_in_many_threads(searcher: Searcher) -> None:
    questions = ["heart", "tumor growth", "children", "malaria"]
    alone = {question: searcher.search(question).hits for question in questions}
    failures = []

    def ask(question: str) -> None:
        if searcher.search(question).hits != alone[question]:
            failures.append(question)

    threads = [threading.Thread(target=ask, args=(question,)) for question in questions * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (-1, 0), (1, -1)])
def test_a_page_that_cannot_be_is_refused(searcher: Searcher, limit: int, offset: int) -> None:
    with pytest.raises(UserError):
        searcher.search("heart", limit, offset)


def test_a_query_that_cannot_be_read_is_refused(searcher: Searcher) -> None:
    with pytest.raises(QueryError):
        searcher.search("   ")


def test_a_topic_that_was_never_built_says_what_to_do(home: Path) -> None:
    topic = Library(home).create("t", "q", model="bundled")
    with pytest.raises(TopicError, match="run pubsearch build t"):
        Searcher(topic).search("heart")


def test_a_new_version_is_served_at_the_next_question(home: Path, tmp_path: Path) -> None:
    topic = Library(home).create("t", "", model="bundled")
    topic.import_files([corpus.write(tmp_path / "1.xml", corpus.article(1, "Heart failure"))])
    topic.build()
    searcher = Searcher(topic)
    before = searcher.search("heart")
    topic.import_files([corpus.write(tmp_path / "2.xml", corpus.article(2, "Heart attack"))])
    topic.build()
    after = searcher.search("heart")
    assert (before.total, after.total) == (1, 2)
    assert after.version != before.version


def test_the_model_of_a_version_that_is_served_no_more_is_let_go(home: Path, tmp_path: Path) -> None:
    topic = Library(home).create("t", "", model="splade-tiny")
    topic.import_files([corpus.write(tmp_path / "a.xml", corpus.article(1, "Aspirin"))])
    topic.build()
    searcher = Searcher(topic)
    gc.collect()
    gc.disable()  # as if the server had opened it while it started
    try:
        searcher.search("aspirin")
        watched = weakref.ref(encoder.load(models.resolve("splade-tiny")))
        topic.build("bundled")
        assert watched() is not None
        assert searcher.search("aspirin").total == 1
        assert watched() is None
    finally:
        gc.enable()


def test_who_reads_an_old_version_reads_on_when_it_is_removed(home: Path, tmp_path: Path) -> None:
    topic = Library(home).create("t", "", model="bundled")
    topic.import_files([corpus.write(tmp_path / "1.xml", corpus.article(1, "Heart failure"))])
    opened = topic.open(topic.build().version)
    opened.catalogue.records([0])
    topic.build()
    topic.build()
    assert len(os.listdir(topic.folder / "versions")) == 2
    assert opened.catalogue.records([0])[0].title == "Heart failure"
    assert len(opened.rows[0]) > 0
