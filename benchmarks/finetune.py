"""A step of training with pubsearch's sparse backward pass, beside sentence-transformers' own dense one.

    python -m benchmarks.finetune

The same model, the same batches, one after the other in turns: loss, gradients and the optimiser's step. Gradients are
compared on the first batch.
"""

import contextlib
import random
import statistics
import time
from collections.abc import Iterator

import torch
from datasets import Dataset
from sentence_transformers import SparseEncoder
from sentence_transformers.sparse_encoder.losses import SpladeLoss

from pubsearch.finetune import batches as together
from pubsearch.finetune.data import dataset
from pubsearch.finetune.pooling import sparse_backward
from pubsearch.finetune.tasks import TASKS
from pubsearch.finetune.texts import of_records
from pubsearch.finetune.train import Plan, Ranking
from pubsearch.index import models
from tests.demo_records import demo_records

ROUNDS = 5


def batches(plan: Plan, number: int) -> Iterator[dict[str, list[str]]]:
    """Examples of the task with the longest texts."""
    texts = list(of_records(demo_records()))
    drawn = together.of_texts(texts, [[]] * len(texts), TASKS["title to abstract"][0], random.Random(1))
    made = together.batches(drawn, plan.batch * number, plan.batch)
    yield from (dict(part) for part in Dataset.iter(dataset(made, None), plan.batch))


def main() -> None:
    """Prints seconds and memory a step, and how far the gradients are apart."""
    plan = Plan()
    model = SparseEncoder(str(models.resolve("bundled").path), device="cpu").train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0  # both must see the same numbers
    model.max_seq_length = plan.tokens
    loss = SpladeLoss(
        model,
        Ranking(model),
        document_regularizer_weight=plan.document_flops,
        query_regularizer_weight=plan.query_flops,
    )
    seconds: dict[str, list[float]] = {"dense": [], "sparse": []}
    gradients: dict[str, torch.Tensor] = {}
    for batch in batches(plan, ROUNDS):
        columns = [model.preprocess(batch[name]) for name in ("anchor", "positive", "negative")]
        for way, times in seconds.items():
            with sparse_backward(model) if way == "sparse" else contextlib.nullcontext():
                model.zero_grad()
                start = time.perf_counter()
                sum(loss([dict(column) for column in columns]).values()).backward()
                times.append(time.perf_counter() - start)
            gradients.setdefault(way, torch.cat([each.grad.ravel() for each in model.parameters()]))
    dense, sparse = (statistics.median(times) for times in seconds.values())
    apart = (gradients["dense"] - gradients["sparse"]).norm() / gradients["dense"].norm()
    print(
        f"batch of {plan.batch} triples, {plan.tokens} tokens, {torch.get_num_threads()} threads, medians of {ROUNDS}"
    )
    print(f"{'sentence-transformers':24}{dense:8.2f} s a step")
    print(f"{'pubsearch':24}{sparse:8.2f} s a step{dense / sparse:8.1f} ×")
    print(f"gradients differ by {apart:.1e} of their norm")


if __name__ == "__main__":
    main()
