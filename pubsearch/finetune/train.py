"""The training itself: sentence-transformers' trainer with SPLADE's loss, on a CPU by way of `sparse_backward`.

Loss: InfoNCE over a batch's answers and hard negatives, once on dot products, by which pubsearch ranks, and once on
cosines, or a teacher's margins (https://arxiv.org/abs/2010.02666); and FLOPS (https://arxiv.org/abs/2004.05665), which
keeps vectors sparse, its weight rising over the first third of the steps (https://arxiv.org/abs/2109.10086).
"""

import contextlib
import errno
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset, DatasetDict
from safetensors import SafetensorError
from sentence_transformers import SparseEncoder, SparseEncoderTrainer, SparseEncoderTrainingArguments, util
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sparse_encoder.callbacks import SpladeRegularizerWeightSchedulerCallback
from sentence_transformers.sparse_encoder.evaluation import SparseInformationRetrievalEvaluator
from sentence_transformers.sparse_encoder.losses import (
    SparseMarginMSELoss,
    SparseMultipleNegativesRankingLoss,
    SpladeLoss,
)
from torch.utils.data import SequentialSampler
from transformers import EarlyStoppingCallback, PrinterCallback, TrainerCallback, TrainerControl, TrainerState

from pubsearch import durable
from pubsearch.errors import StoppedError, UserError
from pubsearch.finetune.pooling import sparse_backward
from pubsearch.settings import Settings
from pubsearch.topic.progress import Progress

COSINE_SCALE = 20.0
COSINE_SHARE = 0.25
SETTINGS = "settings.json"
# Evaluations without a gain before the training ends.
PATIENCE = 5
MEASURE = "eval_dot_ndcg@10"


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides the outcome of a training, beside the texts: the same plan makes the same model on one machine,
    but for the rounding of sums that threads share.

    `query_flops` and `document_flops` are the weights of FLOPS; `tokens` is how much of a text is read while training;
    `mine` says that negatives are looked for by the model too, and not by words alone; `start` is the fingerprint of
    the model that is trained, `teacher` that of the one whose margins are learnt, where there is one. `keep`, from 0 to
    1, is how much of the start's weights is averaged in at the end, for what it knew beyond these texts
    (https://arxiv.org/abs/2109.01903).
    """

    steps: int = 3_000
    batch: int = 32
    rate: float = 3e-4
    query_flops: float = 2e-3
    document_flops: float = 2e-3
    tokens: int = 160
    seed: int = 1
    mine: bool = False
    keep: float = 0.0
    start: str = ""
    teacher: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the last step, and the measures on the texts kept apart, before and after."""

    steps: int
    before: dict[str, float]
    after: dict[str, float]


class Ranking(torch.nn.Module):
    """InfoNCE on dot products and on cosines; sentence-transformers adds the two."""

    def __init__(self, model: SparseEncoder) -> None:
        super().__init__()
        self._dot = SparseMultipleNegativesRankingLoss(model)
        self._cosine = SparseMultipleNegativesRankingLoss(model, COSINE_SCALE, util.cos_sim)

    def compute_loss_from_embeddings(
        self, embeddings: list[torch.Tensor], labels: torch.Tensor | None
    ) -> dict[str, torch.Tensor]:
        """The two losses by name; `embeddings` are anchors, positives and negatives (each batch × vocabulary)."""
        return {
            "dot": self._dot.compute_loss_from_embeddings(embeddings, labels),
            "cosine": COSINE_SHARE * self._cosine.compute_loss_from_embeddings(embeddings, labels),
        }


class _Trainer(SparseEncoderTrainer):  # type: ignore[misc]
    """The trainer without its own model card: ours says what was learnt from, and counts nothing meanwhile."""

    def add_model_card_callback(self, _: dict[str, Any]) -> None:
        """Adds none."""


def _as_made(examples: Dataset, **settings: Any) -> DefaultBatchSampler:
    """The batches as `batches` made them, for what comes together there holds no text twice."""
    return DefaultBatchSampler(SequentialSampler(examples), **settings)


class _Steps(TrainerCallback):  # type: ignore[misc]
    """Reports each step; a wish to stop ends the training with a checkpoint."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.stopped: StoppedError | None = None

    def on_step_end(self, _args: Any, state: TrainerState, control: TrainerControl, **_: Any) -> TrainerControl:
        try:
            self._progress("Training", state.global_step, state.max_steps)
        except StoppedError as error:
            self.stopped = error
            control.should_save = control.should_training_stop = True
        return control


def train(
    model: SparseEncoder,
    examples: DatasetDict,
    questions: SparseInformationRetrievalEvaluator,
    plan: Plan,
    work: Path,
    progress: Progress,
    learnt: str,
) -> Outcome:
    """Trains the model in place, the best evaluated state of it; checkpoints lie in `work`, and one there is gone on
    from. `learnt` is a digest of the examples.

    Raises:
        UserError: `work` holds a training of another plan or of other examples.
        StorageError: `work` cannot be written.
        StoppedError: the progress callback stopped it; a checkpoint was kept.
    """
    _claim(work, asdict(plan) | {"learnt": learnt})
    window = model.max_seq_length
    every = max(1, plan.steps // 12)
    steps = _Steps(progress)
    loss = SpladeLoss(
        model,
        SparseMarginMSELoss(model) if plan.teacher else Ranking(model),
        document_regularizer_weight=plan.document_flops,
        query_regularizer_weight=plan.query_flops,
    )
    arguments = SparseEncoderTrainingArguments(
        output_dir=str(work),
        max_steps=plan.steps,
        per_device_train_batch_size=plan.batch,
        learning_rate=plan.rate,
        warmup_steps=max(1, plan.steps // 20),
        seed=plan.seed,
        batch_sampler=_as_made,
        eval_strategy="steps",
        # While FLOPS rises, vectors are denser and score higher than what they become.
        eval_delay=plan.steps // 3,
        eval_steps=every,
        save_steps=every,
        save_total_limit=2,
        # else a training that is gone on with would have all its patience again
        restore_callback_states_from_checkpoint=True,
        load_best_model_at_end=True,
        metric_for_best_model=MEASURE,
        report_to="none",
        disable_tqdm=True,
        logging_strategy="no",
        dataloader_pin_memory=False,
    )
    with contextlib.ExitStack() as stack:
        if arguments.device.type == "cpu":
            # An encoder that was loaded before leaves one to whatever thread computes for the first time.
            torch.set_num_threads(Settings().cores)
            stack.enter_context(sparse_backward(model))
        model.max_seq_length = plan.tokens
        before = questions(model)
        start = [weights.detach().clone() for weights in model.parameters()] if plan.keep else []
        trainer = _Trainer(
            model=model,
            args=arguments,
            train_dataset=examples,
            loss=loss,
            evaluator=questions,
            callbacks=[steps, SpladeRegularizerWeightSchedulerCallback(loss), EarlyStoppingCallback(PATIENCE)],
        )
        trainer.remove_callback(PrinterCallback)
        with storing(work):
            trainer.train(resume_from_checkpoint=_last(work, plan.steps))
        if steps.stopped is not None:
            raise steps.stopped
        if plan.keep:
            with torch.no_grad():
                for weights, former in zip(model.parameters(), start, strict=True):
                    weights.lerp_(former, plan.keep)
        after = questions(model)
        model.max_seq_length = window
        model.preprocess([""])  # a tokenizer saves the window that it was last asked for
    return Outcome(trainer.state.global_step, _measures(before), _measures(after))


@contextlib.contextmanager
def storing(path: Path) -> Iterator[None]:
    """`durable.storage_errors`, also where torch or safetensors tell of a full disk by errors of their own."""
    with durable.storage_errors(path):
        try:
            yield
        except (RuntimeError, SafetensorError) as error:
            # what safetensors says, and the name of what writes torch's files
            if "No space left" in str(error) or "inline_container" in str(error):
                raise OSError(errno.ENOSPC, str(error)) from error
            raise


def _claim(work: Path, settings: dict[str, Any]) -> None:
    wanted = json.dumps(settings, sort_keys=True).encode()
    kept = durable.make_folder(work) / SETTINGS
    if kept.exists() and kept.read_bytes() != wanted:
        raise UserError(
            f"{work} holds a training of other texts, settings or another start: give those again to go on, or remove "
            "the folder."
        )
    durable.write(kept, wanted)


def _last(work: Path, steps: int) -> str | None:
    """The newest checkpoint before the last step (after it the trainer would go on) that was written to its end: its
    state is what is written last.
    """
    found = {
        int(path.name.split("-")[1]): str(path)
        for path in work.glob("checkpoint-*")
        if _is_whole(path / "trainer_state.json")
    }
    return found.get(max((step for step in found if step < steps), default=0))


def _is_whole(state: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return isinstance(json.loads(state.read_bytes()), dict)
    return False


def _measures(found: dict[str, float]) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in found.items()}
