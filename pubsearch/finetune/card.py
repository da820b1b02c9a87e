"""The card of a fine-tuned model: what it was made from, how, and what that changed."""

from collections.abc import Iterator, Mapping, Sequence

from pubsearch.finetune.data import Split
from pubsearch.finetune.train import Outcome, Plan
from pubsearch.index.models import Model

# The evaluator's names, and a reader's.
MEASURES = {
    "dot_ndcg@10": "nDCG@10",
    "dot_mrr@10": "MRR@10",
    "dot_recall@10": "recall@10",
    "query_active_dims": "active terms a question",
    "corpus_active_dims": "active terms a text",
}


def written(
    name: str,
    start: Model,
    teacher: Model | None,
    plan: Plan,
    outcome: Outcome,
    parts: Split,
    examples: Mapping[str, int],
    sources: Sequence[str],
) -> str:
    """The card in Markdown, with the header that model hubs read."""
    lines = [
        "---",
        "library_name: sentence-transformers",
        "pipeline_tag: feature-extraction",
        "tags: [sparse-encoder, splade, pubmed]",
        "---",
        f"# {name}",
        "",
        f"A SPLADE model, fine-tuned by `pubsearch finetune` from {start.name} (fingerprint {start.fingerprint}).",
        "",
        "## Data",
        "",
        f"{len(parts.learnt):,} texts to learn from, {len(parts.apart):,} kept apart.",
        "",
        *(f"- {source}" for source in sources),
        "",
        "| examples | number made |",
        "|---|---:|",
        *(f"| {task} | {number:,} |" for task, number in examples.items()),
        "",
        "## Training",
        "",
        _training(plan, outcome),
        *_help(plan, teacher),
        "",
        "## Measures",
        "",
        "Known items among the texts kept apart: a conclusion finds its findings, a sentence the rest of its abstract.",
        "",
        "| measure | before | after |",
        "|---|---:|---:|",
        *(
            f"| {ours} | {outcome.before[theirs]:.4g} | {outcome.after[theirs]:.4g} |"
            for theirs, ours in MEASURES.items()
            if theirs in outcome.after
        ),
        "",
    ]
    return "\n".join(lines)


def _help(plan: Plan, teacher: Model | None) -> Iterator[str]:
    if plan.mine:
        yield "Negatives: texts that look alike by BM25, and by the model itself."
    if plan.keep:
        yield f"In the end its weights were averaged: {plan.keep:g} of those that it started from, the rest as learnt."
    if teacher:
        yield f"Taught by the score margins of {teacher.name} (fingerprint {teacher.fingerprint})."


def _training(plan: Plan, outcome: Outcome) -> str:
    return (
        f"{outcome.steps:,} of {plan.steps:,} steps of {plan.batch} examples, the best state kept; rate {plan.rate:g}, "
        f"FLOPS {plan.query_flops:g} for questions and {plan.document_flops:g} for texts, the first {plan.tokens} "
        f"tokens of a text, seed {plan.seed}."
    )
