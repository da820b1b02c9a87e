"""From texts and a model to a better model: a folder that `topic create --model` takes."""

import contextlib
import shutil
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from datasets import DatasetDict
from sentence_transformers import SparseEncoder
from transformers.utils import logging

from pubsearch import durable
from pubsearch.errors import UserError
from pubsearch.finetune import card, data
from pubsearch.finetune.texts import Pair, Text
from pubsearch.finetune.train import Outcome, Plan, storing, train
from pubsearch.index import encoder
from pubsearch.index.models import Model
from pubsearch.topic.progress import Progress, silent

WORK = "-training"


def finetune(
    folder: Path,
    start: Model,
    texts: Iterable[Text],
    pairs: Sequence[Pair] = (),
    *,
    plan: Plan | None = None,
    share: float = 0.1,
    teacher: Model | None = None,
    sources: Sequence[str] = (),
    progress: Progress = silent,
) -> Outcome:
    """Makes the model folder `folder`; what is unfinished lies in a folder beside it, and is gone on with.

    Args:
        folder: must not exist
        start: the model to start from
        texts: titles and abstracts
        pairs: questions with answers
        plan: steps, rate and what else decides
        share: of the pairs among the examples, from 0 to 1
        teacher: a model whose score margins are learnt
        sources: what the card says of where texts and pairs come from
        progress: is told each step

    Raises:
        UserError: the folder is there, the texts are too few, or a training of another plan lies beside.
        ModelError: the start or the teacher cannot be loaded.
        StorageError: the disk is full, or the folder may not be written.
        StoppedError: the progress callback stopped it; the same call goes on.
    """
    if folder.exists():
        raise UserError(f"{folder} is there already: name a folder that is new, or remove it.")
    plan = replace(plan or Plan(), start=start.fingerprint, teacher=teacher.fingerprint if teacher else "")
    work = folder.with_name(folder.name + WORK)
    parts = data.split(texts, pairs, plan.seed, progress, encoder.load(start) if plan.mine else None)
    made = data.training(parts, pairs, share, plan.steps * plan.batch, plan.batch, plan.seed)
    taught = encoder.load(teacher) if teacher else None
    examples = DatasetDict(
        {
            name: data.dataset(found, data.margins(found, taught, progress) if taught else None)
            for name, found in made.items()
        }
    )
    with _quiet():
        model = SparseEncoder(str(start.path), local_files_only=True)
        asked = data.questions(parts.apart, plan.seed)
        outcome = train(model, examples, asked, plan, work, progress, data.digest(made))
        with storing(folder), durable.making(folder) as temporary:
            model.save_pretrained(str(temporary), create_model_card=False)
            counts = {name: len(found) for name, found in made.items()}
            words = card.written(folder.name, start, teacher, plan, outcome, parts, counts, sources)
            (temporary / "README.md").write_text(words, encoding="utf-8")
    shutil.rmtree(work, ignore_errors=True)
    return outcome


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The trainer speaks of its own defaults, which no reader of ours can change."""
    logging.disable_progress_bar()
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.set_verbosity(verbosity)
