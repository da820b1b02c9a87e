"""Rankers are measured side by side on judged questions, and bad answers are looked into."""

import pytest

from pubsearch.evaluate.collection import Collection, of_texts
from pubsearch.evaluate.judgements import Judged, judged
from pubsearch.evaluate.measures import MEASURES, measure
from pubsearch.evaluate.retrieval import retrieval
from pubsearch.evaluate.runs import Run, ranker, run
from pubsearch.evaluate.significance import difference
from pubsearch.evaluate.texts import Text
from pubsearch.topic.progress import silent

TEXTS = [
    Text("1", "Aspirin after stroke", "Patients took aspirin after a stroke."),
    Text("2", "Aspirin and the stomach", "Ulcers were seen under aspirin."),
    *(Text(str(number), f"Stroke unit {number}", "Care after a stroke.") for number in range(3, 16)),
    Text("16", "Growth of wheat", "Wheat was grown."),
]
QUERIES = {"good": "aspirin after stroke", "bad": "care after a stroke", "hopeless": "ulcers under aspirin"}
QRELS = {"good": {"1": 1}, "bad": {"2": 1, "16": 1, "1": 1}, "hopeless": {"16": 1}}


@pytest.fixture(scope="module")
def strokes(collection: Collection) -> Collection:
    return of_texts("strokes", TEXTS, collection.model, silent)


@pytest.fixture
def known(strokes: Collection) -> Judged:
    return judged(QUERIES, QRELS, strokes.ids, strokes.name)


def runs(strokes: Collection, known: Judged) -> list[Run]:
    found = [run(rank, ranker(strokes, rank), strokes.ids, known.queries, silent) for rank in ("both", "words")]
    return [*found, Run("nothing", {name: [] for name in known.queries})]


def test_each_run_has_its_values_and_its_gain_over_the_baseline(strokes: Collection, known: Judged) -> None:
    made = runs(strokes, known)
    found = retrieval(strokes, known, made, "words", 0)
    assert [row.run for row in found.rows] == made
    both, words, nothing = found.rows
    assert words.against is None
    assert both.against is not None
    assert nothing.against is not None
    for name in MEASURES:
        assert both.values[name].tolist() == measure(made[0], known.qrels)[name].tolist()
        assert both.mean(name) == pytest.approx(both.values[name].mean())
        assert nothing.mean(name) == 0
        assert nothing.against[name] == difference(nothing.values[name], words.values[name])
    assert nothing.against["recall@100"].gain < 0


def test_the_worst_answers_come_first_with_what_they_miss(strokes: Collection, known: Judged) -> None:
    hopeless, bad = retrieval(strokes, known, runs(strokes, known), "words", 5).worst
    assert (hopeless.question, hopeless.value, hopeless.text) == ("hopeless", 0, QUERIES["hopeless"])
    assert [(missed.id, missed.title) for missed in hopeless.missed] == [("16", "Growth of wheat")]
    assert bad.question == "bad"
    assert bad.first is not None
    assert (bad.first.place, bad.first.title[:11]) == (1, "Stroke unit")
    shared = dict(bad.first.shared)
    assert "stroke" in shared
    assert list(shared.values()) == sorted(shared.values(), reverse=True)


def test_what_a_record_shares_is_part_of_its_score(strokes: Collection, known: Judged) -> None:
    bad = retrieval(strokes, known, runs(strokes, known), "words", 5).worst[-1]
    vector = strokes.question(bad.text, "both")
    scores = dict(zip(strokes.ids, strokes.postings.scores(vector.terms, vector.weights).tolist(), strict=True))
    assert bad.first is not None
    assert 0 < sum(earned for _, earned in bad.first.shared) <= scores[bad.first.id] + 1e-5
    for missed in bad.missed:
        assert (missed.place is None, missed.shared == ()) == (scores[missed.id] == 0, scores[missed.id] == 0)
        assert missed.place is None or missed.place == 1 + sum(score > scores[missed.id] for score in scores.values())


def test_a_perfect_answer_is_none_of_the_worst(strokes: Collection) -> None:
    known = judged({"good": QUERIES["good"]}, QRELS, strokes.ids, strokes.name)
    assert retrieval(strokes, known, runs(strokes, known), "words", 5).worst == ()
