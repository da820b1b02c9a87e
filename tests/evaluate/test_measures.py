"""Measures are those of TREC, question by question."""

from math import log2

import pytest

from pubsearch.evaluate.measures import MEASURES, measure
from pubsearch.evaluate.runs import Run

QRELS = {"a": {"1": 1, "2": 1, "3": 0}, "b": {"9": 2, "8": 1}, "none": {"1": 1}}


def test_each_question_has_its_values_in_the_order_of_the_judgements() -> None:
    found = measure(Run("r", {"b": [("8", 2.0), ("9", 2.0)], "a": [("3", 3.0), ("1", 1.0), ("7", 0.5)]}), QRELS)
    assert found.keys() == MEASURES.keys()
    ideal_a, ideal_b = 1 + 1 / log2(3), 2 + 1 / log2(3)
    assert found["nDCG@10"] == pytest.approx([1 / log2(3) / ideal_a, (1 + 2 / log2(3)) / ideal_b, 0])
    assert found["recall@100"] == pytest.approx([0.5, 1, 0])
    assert found["recall@1000"] == pytest.approx([0.5, 1, 0])
    assert found["MRR@10"] == pytest.approx([0.5, 1, 0])
    assert found["MAP"] == pytest.approx([0.25, 1, 0])
    assert found["P@10"] == pytest.approx([0.1, 0.2, 0])


def test_equal_scores_stay_in_the_runs_order() -> None:
    for ids, expected in ((["1", "3"], 1), (["3", "1"], 0.5)):
        found = measure(Run("r", {"none": [(record, 1.0) for record in ids]}), {"none": {"1": 1}})
        assert found["MRR@10"].tolist() == [expected]


def test_depths_are_those_of_the_names() -> None:
    ranked = [(str(record), 1.0) for record in range(1000)]
    found = measure(Run("r", {"q": ranked}), {"q": {"10": 1, "99": 1, "100": 1, "999": 1, "1000": 1}})
    values = {name: value.item() for name, value in found.items()}
    assert (values["nDCG@10"], values["MRR@10"], values["P@10"]) == (0, 0, 0)
    assert (values["recall@100"], values["recall@1000"]) == (0.4, 0.8)
    assert values["MAP"] == pytest.approx((1 / 11 + 2 / 100 + 3 / 101 + 4 / 1000) / 5)
