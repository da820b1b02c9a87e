"""Whether one ranker is better than another, or by chance only: a paired permutation test over the questions."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from scipy.stats import permutation_test

from pubsearch.errors import UserError
from pubsearch.evaluate.measures import Values

# What is called significant.
LEVEL = 0.05
# With so few pairs that all ways to change signs are fewer, the test is exact.
PERMUTATIONS = 9_999
# Numbers that are held in memory at a time.
_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean gain over another, and how often chance alone would give one as far from 0 (two-sided)."""

    gain: float
    p: float

    @property
    def significant(self) -> bool:
        """Whether chance would give it in less than 5 % of all cases."""
        return self.p < LEVEL


def check_baseline(baseline: str, names: Collection[str]) -> None:
    """Whether one of the rankers has the name of the baseline.

    Raises:
        UserError: none has.
    """
    if baseline not in names:
        raise UserError(f"There is no row {baseline} to compare with: name one of {', '.join(names)}.")


def difference(values: Values, others: Values, seed: int = 0) -> Difference:
    """How `values` differ from `others`, pair by pair.

    Source: Smucker, Allan, Carterette 2007, https://doi.org/10.1145/1321440.1321528
    """
    gains = values - others
    gain = float(gains.mean())
    if len(gains) < 2 or not gains.any():
        return Difference(gain, 1.0)
    # Of one sample of differences scipy changes the signs: that is to exchange the two values of a pair.
    found = permutation_test(
        (gains,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        batch=max(1, _AT_ONCE // len(gains)),
        rng=seed,
    )
    return Difference(gain, float(found.pvalue))
