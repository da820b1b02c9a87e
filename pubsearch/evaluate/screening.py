"""How much reading a ranking spares where a review's records are screened in its order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pubsearch.evaluate.reviews import Included
from pubsearch.evaluate.runs import Ranker
from pubsearch.evaluate.significance import Difference, difference
from pubsearch.index.top import Scores

MEASURES = ("WSS@95", "recall@10%", "recall@20%", "AP")
# The part of the included records that is to be found, as the drug reviews' authors wanted it.
WANTED = 0.95
CHANCE = "chance"


@dataclass(frozen=True, slots=True)
class Screened:
    """A review's question, and by label and ranker its measures; `CHANCE` is among the rankers."""

    review: str
    question: str
    records: int
    included: Mapping[str, int]
    values: Mapping[str, Mapping[str, Mapping[str, float]]]


def screen(
    review: str, question: str, rankers: Mapping[str, Ranker], included: Mapping[str, Included], seed: int = 0
) -> Screened:
    """Ranks a review's records by its question.

    Records of one score, those that share nothing with the question above all, come in an order of chance that `seed`
    decides: the order of a file often tells which records were included.
    """
    records = len(next(iter(included.values())))
    values: dict[str, dict[str, Mapping[str, float]]] = {label: {} for label in included}
    for name, ranker in rankers.items():
        order = _order(ranker(question), seed)
        for label, labels in included.items():
            values[label][name] = measure(labels[order])
    for label, labels in included.items():
        values[label][CHANCE] = by_chance(records, int(labels.sum()))
    return Screened(review, question, records, {label: int(each.sum()) for label, each in included.items()}, values)


def measure(included: Included) -> Mapping[str, float]:
    """The `MEASURES` of records in the order in which they are screened; at least one is included.

    WSS@95 is work saved over sampling: the part of the records that need not be read once 95 % of the included ones are
    found, less the 5 % that reading 95 % of all would spare too. Recall is that after a tenth and a fifth of the
    records, rounded up; AP the mean of the precision at each included record.

    Source: Cohen et al. 2006, https://doi.org/10.1197/jamia.M1929
    """
    places = np.flatnonzero(included) + 1
    found = np.arange(1, len(places) + 1)
    read = int(places[_wanted(len(places)) - 1])
    return {
        "WSS@95": 1 - read / len(included) - (1 - WANTED),
        "recall@10%": _recall(places, len(included), 10),
        "recall@20%": _recall(places, len(included), 5),
        "AP": float((found / places).mean()),
    }


def by_chance(records: int, included: int) -> Mapping[str, float]:
    """What the `MEASURES` are on average over all orders of the records.

    The k-th of n included records stands on average at place k (N + 1) / (n + 1); a record at place i is included with
    the probability n / N, and each before it then with (n - 1) / (N - 1), so that the mean precision there is
    (1 + (i - 1) (n - 1) / (N - 1)) / i.
    """
    harmonic = float((1 / np.arange(1, records + 1)).sum())
    others = (included - 1) / max(records - 1, 1)
    return {
        "WSS@95": 1 - _wanted(included) * (records + 1) / (included + 1) / records - (1 - WANTED),
        "recall@10%": _first(records, 10) / records,
        "recall@20%": _first(records, 5) / records,
        "AP": (harmonic + others * (records - harmonic)) / records,
    }


def means(
    screened: Sequence[Screened], label: str, baseline: str
) -> Mapping[str, Mapping[str, tuple[float, Difference | None]]]:
    """By ranker and measure the mean over the reviews that have the label, and the gain over the ranker `baseline`."""
    having = [each.values[label] for each in screened if label in each.values]
    names = list(having[0])
    table = {
        name: {measure: np.array([each[name][measure] for each in having]) for measure in MEASURES} for name in names
    }
    return {
        name: {
            measure: (
                float(values.mean()),
                None if name == baseline else difference(values, table[baseline][measure]),
            )
            for measure, values in row.items()
        }
        for name, row in table.items()
    }


def _order(scores: Scores, seed: int) -> npt.NDArray[np.int64]:
    """The rows in the order in which they are screened."""
    chance = np.random.default_rng(seed).permutation(len(scores))
    return np.lexsort((chance, -scores))


def _wanted(included: int) -> int:
    """How many of the included records are to be found."""
    return int(np.ceil(WANTED * included))


def _recall(places: npt.NDArray[np.int64], records: int, part: int) -> float:
    return float((places <= _first(records, part)).mean())


def _first(records: int, part: int) -> int:
    return -(-records // part)
