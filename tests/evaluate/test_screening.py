"""How much reading is spared, by the definitions of Cohen et al. (2006)."""

from itertools import combinations

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import AP, Qrel, ScoredDoc

from pubsearch.evaluate.screening import CHANCE, MEASURES, Screened, by_chance, means, measure, screen

LABELS = st.lists(st.booleans(), min_size=1, max_size=80).filter(any)


def test_work_saved_is_what_is_left_when_the_wanted_part_is_found() -> None:
    included = np.zeros(100, np.bool_)
    included[:19] = included[49] = True
    # 19 of 20 are 95 %: they are found after 19 records, so that 81 % need not be read; chance would spare 5 %
    assert measure(included)["WSS@95"] == pytest.approx(0.81 - 0.05)
    included[18], included[98] = False, True
    assert measure(included)["WSS@95"] == pytest.approx(0.50 - 0.05)


def test_recall_is_that_after_a_tenth_and_a_fifth_rounded_up() -> None:
    found = measure(np.array([0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1], np.bool_))
    assert (found["recall@10%"], found["recall@20%"]) == (0.25, 0.25)
    found = measure(np.array([0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], np.bool_))
    assert (found["recall@10%"], found["recall@20%"]) == (0.5, 1)


@settings(max_examples=60)
@given(LABELS)
def test_average_precision_is_that_of_trec(labels: list[bool]) -> None:
    judged = [Qrel("q", str(row), int(label)) for row, label in enumerate(labels)]
    ranked = [ScoredDoc("q", str(row), -float(row)) for row in range(len(labels))]
    expected = ir_measures.calc_aggregate([AP], judged, ranked)[AP]
    assert measure(np.array(labels))["AP"] == pytest.approx(expected, abs=1e-6)


@settings(max_examples=60)
@given(LABELS)
def test_a_better_order_never_measures_worse(labels: list[bool]) -> None:
    found, best = measure(np.array(labels)), measure(np.array(sorted(labels, reverse=True)))
    assert all(found[name] <= best[name] for name in MEASURES)


def test_records_are_screened_by_score_and_equal_ones_in_an_order_of_chance() -> None:
    included = {"included": np.arange(400) < 200}
    scores = np.zeros(400, np.float32)
    scores[-100:] = np.arange(100, 0, -1)
    found = [screen("r", "q", {"x": lambda _: scores}, included, seed) for seed in (0, 0, 1)]
    values = [each.values["included"]["x"] for each in found]
    assert values[0] == values[1] != values[2]
    # the file's own order would have all included ones next
    assert values[0]["recall@20%"] == 0
    assert values[0]["AP"] < 0.6
    assert (found[0].records, found[0].included) == (400, {"included": 200})


def test_chance_is_the_mean_over_all_orders() -> None:
    records, included = 7, 3
    orders = [measure(np.array([row in chosen for row in range(records)])) for chosen in combinations(range(7), 3)]
    expected = {name: np.mean([order[name] for order in orders]) for name in MEASURES}
    assert by_chance(records, included) == pytest.approx(expected)
    labels = {"included": np.arange(records) < included}
    assert screen("r", "q", {}, labels).values["included"][CHANCE] == by_chance(records, included)


def screened(review: str, ours: float, theirs: float, *labels: str) -> Screened:
    values = {name: dict.fromkeys(MEASURES, value) for name, value in (("ours", ours), ("theirs", theirs))}
    return Screened(review, "q", 10, dict.fromkeys(labels, 1), dict.fromkeys(labels, values))


def test_means_are_over_the_reviews_that_have_the_label() -> None:
    reviews = [screened(str(number), 0.5 + number / 100, 0.25, "final") for number in range(8)]
    reviews.append(screened("other", 0, 0, "abstract"))
    found = means(reviews, "final", "theirs")
    assert found["theirs"] == dict.fromkeys(MEASURES, (0.25, None))
    mean, against = found["ours"]["AP"]
    assert mean == pytest.approx(0.535)
    assert against is not None
    assert (against.gain, against.significant) == (pytest.approx(0.285), True)
