"""How well a model tells pairs that belong together from pairs that do not: the measure of NeuML's model cards.

Pairs that belong together have the label 1, as many shuffled ones 0. The measure is the correlation of the cosine with
the label, × 100. Which texts meet in the shuffled pairs is chance, so it is measured with several seeds.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, vstack
from scipy.sparse.linalg import norm
from scipy.stats import pearsonr, spearmanr

from pubsearch.errors import FileError
from pubsearch.evaluate.encoding import Measured
from pubsearch.evaluate.pair_sets import PairSet
from pubsearch.index.encoder import Side
from pubsearch.topic.progress import Progress, silent

_PART = 128
# Cosines no farther apart than this differ by rounding alone.
_ALIKE = 1e-6


@dataclass(frozen=True, slots=True)
class Spread:
    """Mean and standard deviation over the seeds: of one seed there is none."""

    mean: float
    deviation: float | None


@dataclass(frozen=True, slots=True)
class Sparsity:
    """Mean number of dimensions that are not 0, and mean share of those that are: sentence-transformers' definitions.

    Source: `SparseEncoder.sparsity`.
    """

    active_dims: float
    sparsity_ratio: float


@dataclass(frozen=True, slots=True)
class PairQuality:
    """A model on a set of pairs; `first` and `second` are the sides of a sparse model, None of a dense one."""

    model: str
    pairs: PairSet
    pearson: Spread
    spearman: Spread
    first: Sparsity | None
    second: Sparsity | None


def measure(model: Measured, pairs: PairSet, seeds: int = 5, progress: Progress = silent) -> PairQuality:
    """Encodes both sides once, and compares the cosines of pairs and shuffled pairs for the seeds from 0.

    A shuffle may leave a text beside its own: one, on average.

    Raises:
        FileError: all cosines are alike, so that there is no correlation.
        ModelError: the model gives weights that are not numbers.
        StoppedError: the progress callback stopped it.
    """
    questions = _encode(model, pairs.first, "query", f"{model.name}: {pairs.title}, {pairs.columns[0]}", progress)
    answers = _encode(model, pairs.second, "document", f"{model.name}: {pairs.title}, {pairs.columns[1]}", progress)
    number = len(pairs.first)
    labels, own, found = np.repeat([1.0, 0.0], number), cosine(questions, answers), []
    for seed in range(seeds):
        cosines = np.concatenate([own, cosine(questions, answers[shuffled(number, seed)])])
        if np.ptp(cosines) < _ALIKE:
            raise FileError(f"All cosines of {pairs.title} are alike by {model.name}: give other pairs.")
        found.append((100 * pearsonr(cosines, labels)[0], 100 * spearmanr(cosines, labels)[0]))
    pearson, spearman = (_spread(each) for each in zip(*found, strict=True))
    first, second = (sparsity(questions), sparsity(answers)) if model.sparse else (None, None)
    return PairQuality(model.name, pairs, pearson, spearman, first, second)


def shuffled(number: int, seed: int) -> list[int]:
    """The places from 0 in an order that the seed decides."""
    places = list(range(number))
    random.Random(seed).shuffle(places)  # noqa: S311
    return places


def cosine(first: csr_matrix, second: csr_matrix) -> npt.NDArray[np.float64]:
    """The cosine of each row with the row at its place; 0 where one of them is empty."""
    products = np.asarray(first.multiply(second).sum(axis=1), np.float64).ravel()
    lengths = norm(first, axis=1) * norm(second, axis=1)
    return products / np.where(lengths > 0, lengths, 1.0)


def sparsity(vectors: csr_matrix) -> Sparsity:
    """The sparsity of rows, one a text."""
    active = vectors.getnnz() / vectors.shape[0]
    return Sparsity(active, 1 - active / vectors.shape[1])


def _spread(values: Sequence[float]) -> Spread:
    # the seeds are a sample of all shuffles
    return Spread(float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None)


def _encode(model: Measured, texts: Sequence[str], side: Side, what: str, progress: Progress) -> csr_matrix:
    parts = []
    for start in range(0, len(texts), _PART):
        progress(what, start, len(texts))
        parts.append(model.encode(texts[start : start + _PART], side))
    progress(what, len(texts), len(texts))
    return csr_matrix(vstack(parts))
