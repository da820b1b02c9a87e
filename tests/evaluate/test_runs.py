"""A run is what a search would show, and goes into TREC's files and back."""

from pathlib import Path

import pytest

from pubsearch.errors import FileError
from pubsearch.evaluate.collection import Collection
from pubsearch.evaluate.runs import Run, ranker, read, run, write
from pubsearch.search.results import Rank
from pubsearch.search.searcher import Searcher
from pubsearch.topic.progress import silent
from pubsearch.topic.topic import Topic

QUERIES = {"q1": "treatment of pulmonary tuberculosis", "q2": "heart attack", "q3": "qwertzuiop"}


@pytest.mark.parametrize("rank", ["both", "meaning", "words"])
def test_a_run_is_what_a_search_shows(topic: Topic, collection: Collection, rank: Rank) -> None:
    made = run(rank, ranker(collection, rank), collection.ids, QUERIES, silent)
    searcher = Searcher(topic)
    for name, text in QUERIES.items():
        shown = [(str(hit.pmid), hit.score) for hit in searcher.search(text, 100, rank=rank).hits if hit.score > 0]
        assert made.found[name] == shown


def test_a_weight_can_be_tried(collection: Collection) -> None:
    zero, four = (run("", ranker(collection, "both", weight), collection.ids, QUERIES, silent) for weight in (0, 4))
    meaning = run("", ranker(collection, "meaning"), collection.ids, QUERIES, silent)
    assert zero == meaning != four


def test_a_run_that_was_written_is_read_as_it_was(tmp_path: Path, collection: Collection) -> None:
    made = run("my own", ranker(collection, "both"), collection.ids, QUERIES, silent)
    write(tmp_path / "a.run", made)
    first = (tmp_path / "a.run").read_text().splitlines()[0].split()
    assert first == ["q1", "Q0", made.found["q1"][0][0], "1", first[4], "my-own"]
    again = read(tmp_path / "a.run", QUERIES, collection.ids)
    assert again == Run("a.run", made.found)


def test_lines_are_put_in_order_and_others_records_and_questions_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.run").write_text(
        "q Q0 1 1 0.5 x\nq Q0 2 2 -1e-3 x\n\nq 0 3 3 0.5 x\nq Q0 9 4 7 x\nother Q0 1 1 1 x\n"
    )
    found = read(tmp_path / "a.run", {"q": "text", "silent": "text"}, ["1", "2", "3"])
    assert found.found == {"q": [("1", 0.5), ("3", 0.5), ("2", -0.001)], "silent": []}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("q Q0 1 1 0.5\n", "Line 1 of .* is no line of a run: give six columns"),
        ("q Q0 1 1 high x\n", "Line 1 of .* is no line of a run"),
        ("q Q0 1 1 nan x\n", "Line 1 of .* is no line of a run"),
        ("q Q0 1 1 2 x\nq Q0 1 2 1 x\n", "Line 2 of .* has 1 for q once more"),
        ("other Q0 1 1 2 x\n", "nothing of these questions and records"),
        ("", "nothing of these questions and records"),
    ],
)
def test_a_file_that_is_no_run_is_named(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "a.run").write_text(content)
    with pytest.raises(FileError, match=said):
        read(tmp_path / "a.run", {"q": "text"}, ["1"])
