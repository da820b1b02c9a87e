"""How much words should count beside meaning: tried on judged questions, by cross-validation."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pubsearch.errors import UserError
from pubsearch.evaluate.collection import Collection
from pubsearch.evaluate.judgements import Judged
from pubsearch.evaluate.measures import measure
from pubsearch.evaluate.runs import ranker, run
from pubsearch.evaluate.significance import Difference, difference
from pubsearch.topic.progress import Progress, silent

WEIGHTS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
FOLDS = 5
# Which questions meet in a fold is chance, so it is tried so often.
REPEATS = 10


@dataclass(frozen=True, slots=True)
class Quality:
    """How well one weight ranks: the means of nDCG@10 and of recall@100 over all questions, from 0 to 1.

    `lowest` and `highest` are those of the folds' means of nDCG@10, and `chosen` counts the folds whose other questions
    it ranks best.
    """

    weight: float
    ndcg: float
    lowest: float
    highest: float
    recall: float
    chosen: int


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was tried. `best` ranks all questions best: by the highest nDCG@10, of equal ones the lowest weight.

    `present` is the weight before, and `held_out` the gain over it in nDCG@10 on questions that had no part in the
    choice: each fold is ranked with the weight that is best for the others.
    """

    questions: int
    unanswered: int
    absent: int
    splits: int
    present: float
    tried: tuple[Quality, ...]
    best: Quality
    held_out: Difference

    @property
    def better(self) -> bool:
        """Whether another weight than the present one is better, and not by chance only."""
        return self.best.weight != self.present and self.held_out.significant and self.held_out.gain > 0


def tune(collection: Collection, judged: Judged, seed: int = 0, progress: Progress = silent) -> Tuning:
    """Ranks the collection for each question with each of `WEIGHTS` and with its present weight.

    The questions are cut into `FOLDS`, `REPEATS` times, as `seed` decides.

    Raises:
        UserError: there are fewer questions than folds.
        StoppedError: the progress callback stopped it.
    """
    questions = len(judged.queries)
    if questions < FOLDS:
        raise UserError(
            f"A weight cannot be chosen by {questions} {'question' if questions == 1 else 'questions'}: give "
            f"{FOLDS} or more that have a relevant record in {collection.name}."
        )
    present = collection.weight if collection.rank == "both" else 0.0
    weights = sorted({*WEIGHTS, present})
    measured = []
    for weight in weights:
        rank = ranker(collection, "both", weight)
        found = run(f"weight {weight:g}", rank, collection.ids, judged.queries, progress)
        measured.append(measure(found, judged.qrels))
    ndcg = np.array([values["nDCG@10"] for values in measured])
    folds, chosen, held_out = _cross_validated(ndcg, seed)
    tried = tuple(
        Quality(
            weight=weight,
            ndcg=float(ndcg[place].mean()),
            lowest=float(folds[:, place].min()),
            highest=float(folds[:, place].max()),
            recall=float(measured[place]["recall@100"].mean()),
            chosen=int((chosen == place).sum()),
        )
        for place, weight in enumerate(weights)
    )
    return Tuning(
        questions=questions,
        unanswered=judged.unanswered,
        absent=judged.absent,
        splits=len(folds),
        present=present,
        tried=tried,
        best=max(tried, key=lambda quality: (quality.ndcg, -quality.weight)),
        held_out=difference(held_out, ndcg[weights.index(present)], seed),
    )


Table = npt.NDArray[np.float64]


def _cross_validated(ndcg: Table, seed: int) -> tuple[Table, npt.NDArray[np.int64], Table]:
    """Of nDCG (weights × questions): the folds' means (folds × weights), which weight is best for each fold's other
    questions, and by question its mean with the weights that were chosen without it.
    """
    random = np.random.default_rng(seed)
    questions = ndcg.shape[1]
    means, chosen, held_out = [], [], np.zeros(questions)
    for _ in range(REPEATS):
        for fold in np.array_split(random.permutation(questions), FOLDS):
            best = int(np.delete(ndcg, fold, axis=1).mean(axis=1).argmax())
            means.append(ndcg[:, fold].mean(axis=1))
            chosen.append(best)
            held_out[fold] += ndcg[best, fold] / REPEATS
    return np.array(means), np.array(chosen), held_out
