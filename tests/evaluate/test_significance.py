"""Whether a gain is more than chance."""

from itertools import product

import numpy as np
import pytest

from pubsearch.errors import UserError
from pubsearch.evaluate.significance import check_baseline, difference

RANDOM = np.random.default_rng(3)


def test_few_pairs_are_tested_by_all_ways_to_exchange_them() -> None:
    first, second = RANDOM.random(9), RANDOM.random(9)
    gains = first - second
    means = np.array([np.mean(gains * signs) for signs in product([-1, 1], repeat=9)])
    expected = (np.abs(means) >= abs(gains.mean()) - 1e-12).mean()
    found = difference(first, second)
    assert found.gain == pytest.approx(gains.mean())
    assert found.p == pytest.approx(expected)


def test_the_test_is_two_sided() -> None:
    first, second = RANDOM.random(9), RANDOM.random(9)
    one, other = difference(first, second), difference(second, first)
    assert (one.gain, one.p) == pytest.approx((-other.gain, other.p))


def test_a_steady_gain_is_significant_and_noise_is_not() -> None:
    values, noise = RANDOM.random(60), RANDOM.random(60) - 0.5
    assert difference(values + 0.01, values).significant
    assert not difference(values + noise - noise.mean() + 0.001, values).significant


@pytest.mark.parametrize("values", [[0.5], [0.5, 0.25, 1.0]])
def test_nothing_is_better_than_itself(values: list[float]) -> None:
    assert (difference(np.array(values), np.array(values)).gain, difference(np.array(values), np.array(values)).p) == (
        0,
        1,
    )


def test_one_pair_says_nothing() -> None:
    assert difference(np.array([1.0]), np.array([0.0])).p == 1


def test_the_same_seed_gives_the_same() -> None:
    first, second = RANDOM.random(40), RANDOM.random(40)
    assert difference(first, second, 5) == difference(first, second, 5) != difference(first, second, 6)


def test_a_baseline_that_is_not_there_is_refused() -> None:
    check_baseline("words", ["both", "words"])
    with pytest.raises(UserError, match="no row BM25 to compare with: name one of both, words"):
        check_baseline("BM25", ["both", "words"])
