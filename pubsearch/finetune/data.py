"""What a training run is made of: examples to learn from, and questions about texts that it never learns."""

import hashlib
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass

from datasets import Dataset
from sentence_transformers import util
from sentence_transformers.sparse_encoder.evaluation import SparseInformationRetrievalEvaluator

from pubsearch.errors import UserError
from pubsearch.finetune.batches import batches, of_pairs, of_texts
from pubsearch.finetune.negatives import by_meaning, by_words
from pubsearch.finetune.tasks import TASKS
from pubsearch.finetune.texts import Pair, Text
from pubsearch.index.encoder import Encoder, matrix
from pubsearch.topic.progress import Progress

# Of the texts so many are kept apart, at most one in twenty: enough for an nDCG to the second place.
APART = 600
ONE_IN = 20
FEWEST = 100
_PART = 256


@dataclass(frozen=True, slots=True)
class Split:
    """Texts to learn from, each with the places of those alike, and texts kept apart."""

    learnt: Sequence[Text]
    alike: Sequence[Sequence[int]]
    apart: Sequence[Text]


def split(
    texts: Iterable[Text], pairs: Sequence[Pair], seed: int, progress: Progress, encoder: Encoder | None
) -> Split:
    """Shuffles the texts, keeps some apart that are in none of the pairs, and finds for the others which are alike: by
    words, and by the model where an encoder is given.

    Raises:
        UserError: there are too few texts, or too few that no pair holds.
        StoppedError: the progress callback stopped it.
    """
    # The same paper may come from two files; learnt and kept apart at once it would flatter the figures.
    titles = {_letters(text.title): text for text in texts}
    distinct = list({_letters(text.abstract): text for text in titles.values()}.values())
    if len(distinct) < FEWEST:
        raise UserError(f"There are {len(distinct):,} texts with a title and four sentences: give {FEWEST:,} or more.")
    random.Random(seed).shuffle(distinct)  # noqa: S311
    number = min(APART, len(distinct) // ONE_IN)
    paired = "\n".join(_line(part) for pair in pairs for part in (pair.anchor, pair.positive, pair.negative))
    apart: list[Text] = []
    learnt: list[Text] = []
    for text in distinct:
        free = len(apart) < number and not any(_line(part) in paired for part in (text.title, text.abstract))
        (apart if free else learnt).append(text)
    if len(apart) < number:
        raise UserError(
            f"Of {len(distinct):,} texts only {len(apart):,} are in none of the pairs, and {number:,} must be, to "
            "measure by what was not learnt: give more texts."
        )
    alike = by_words(learnt, progress)
    if encoder is not None:
        alike = [one + other for one, other in zip(alike, by_meaning(learnt, encoder, progress), strict=True)]
    return Split(learnt, alike, apart)


def training(
    parts: Split, pairs: Sequence[Pair], share: float, number: int, batch: int, seed: int
) -> dict[str, list[Pair]]:
    """Some `number` examples by task, batch by batch, for a batch has one task and holds no text twice.

    Args:
        parts: the texts
        pairs: pairs to learn besides; each comes as often as needed
        share: the share of the pairs among the examples, from 0 to 1
        number: how many examples in all
        batch: examples a batch
        seed: the same seed gives the same examples

    Raises:
        UserError: there are too few different texts for a batch.
    """
    made: dict[str, list[Pair]] = {}
    for name, (task, weight) in TASKS.items():
        wanted = _batches(number * weight * (1 - share if pairs else 1), batch)
        rng = random.Random(f"{seed} {name}")  # noqa: S311
        made[name] = batches(of_texts(parts.learnt, parts.alike, task, rng), wanted, batch)
    if pairs:
        rng = random.Random(f"{seed} pairs")  # noqa: S311
        others = of_texts(parts.learnt, parts.alike, TASKS["title to abstract"][0], rng)
        drawn = of_pairs(pairs, parts.learnt, rng)
        made["pairs"] = batches(drawn, _batches(number * share, batch), batch, others)
    return made


def digest(examples: Mapping[str, Sequence[Pair]]) -> str:
    """The same for the same examples, and for no others."""
    found = hashlib.sha256()
    for name, pairs in examples.items():
        found.update(json.dumps([name, [astuple(pair) for pair in pairs]]).encode())
    return found.hexdigest()


def margins(examples: Sequence[Pair], teacher: Encoder, progress: Progress) -> list[float]:
    """By how much the teacher scores each positive above its negative.

    Raises:
        StoppedError: the progress callback stopped it.
    """
    found: list[float] = []
    for first in range(0, len(examples), _PART):
        progress("Asking the teacher", first, len(examples))
        part = examples[first : first + _PART]
        width = len(teacher.vocabulary)
        asked = matrix(teacher.encode([each.anchor for each in part], "query"), width)
        right = matrix(teacher.encode([each.positive for each in part], "document"), width)
        wrong = matrix(teacher.encode([each.negative for each in part], "document"), width)
        found += asked.multiply(right - wrong).sum(axis=1).ravel().tolist()[0]
    return found


def dataset(examples: Sequence[Pair], margins: Sequence[float] | None) -> Dataset:
    """The examples as the trainer takes them: anchor, positive, negative, and label where there are margins."""
    columns = {
        "anchor": [each.anchor for each in examples],
        "positive": [each.positive for each in examples],
        "negative": [each.negative for each in examples],
    }
    return Dataset.from_dict(columns if margins is None else columns | {"label": list(margins)})


def questions(apart: Sequence[Text], seed: int) -> SparseInformationRetrievalEvaluator:
    """Known items among the texts kept apart: each conclusion must find its findings, a sentence the rest of it."""
    anchors, corpus, relevant = {}, {}, {}
    rng = random.Random(seed)  # noqa: S311
    for place, text in enumerate(apart):
        task = TASKS["conclusion to findings" if place % 2 else "sentence to the rest"][0]
        pair = task(text, text, rng)
        name = str(place)
        anchors[name], corpus[name], relevant[name] = pair.anchor, pair.positive, {name}
    return SparseInformationRetrievalEvaluator(
        anchors,
        corpus,
        relevant,
        map_at_k=[10],
        accuracy_at_k=[1],
        precision_recall_at_k=[10],
        # what search ranks by, whatever the model's settings name
        score_functions={"dot": util.dot_score},
        write_csv=False,
    )


def _letters(text: str) -> str:
    """What tells a paper, however its title is bracketed and its lines are broken."""
    return "".join(filter(str.isalnum, text.casefold()))


def _line(text: str) -> str:
    return " ".join(text.casefold().split())


def _batches(number: float, batch: int) -> int:
    return max(1, round(number / batch)) * batch
