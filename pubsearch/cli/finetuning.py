"""The command that makes a model for one's own field."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from pubsearch.cli.output import Json, print_json, progress, say
from pubsearch.errors import UserError
from pubsearch.index import models
from pubsearch.topic.library import Library


def finetune(
    folder: Annotated[Path, typer.Argument(help="The model folder to make.")],
    topic: Annotated[list[str] | None, typer.Option(help="Learn from the records of this topic.")] = None,
    texts: Annotated[
        list[Path] | None, typer.Option(help="Learn from titles and abstracts, JSON lines (.gz and .zst too).")
    ] = None,
    pairs: Annotated[
        list[Path] | None, typer.Option(help="Learn from questions and answers: JSON lines, anchor and positive.")
    ] = None,
    model: Annotated[str, typer.Option(help="The model to start from.")] = "bundled",
    teacher: Annotated[str | None, typer.Option(help="Learn the score margins of this model.")] = None,
    mine: Annotated[bool, typer.Option(help="Look for hard negatives by the model too, not by words alone.")] = False,
    keep: Annotated[
        float, typer.Option(min=0, max=1, help="How much of the start's weights is averaged in at the end.")
    ] = 0,
    steps: Annotated[int, typer.Option(min=1, help="Steps at most.")] = 3_000,
    batch: Annotated[int, typer.Option(min=2, help="Examples of a step.")] = 32,
    rate: Annotated[float, typer.Option(min=0, help="The highest learning rate.")] = 3e-4,
    query_flops: Annotated[float, typer.Option(min=0, help="How strongly questions are kept sparse.")] = 2e-3,
    document_flops: Annotated[float, typer.Option(min=0, help="How strongly texts are kept sparse.")] = 2e-3,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="The same seed gives the same examples.")] = 1,
    as_json: Json = False,
) -> None:
    """Make a SPLADE model for one's own field; run it again to go on where it stopped."""
    if not topic and not texts:
        raise UserError("Nothing to learn from: name a topic with --topic, or a file with --texts.")
    from pubsearch.finetune.card import MEASURES
    from pubsearch.finetune.finetune import finetune
    from pubsearch.finetune.texts import of_records, read_pairs, read_texts
    from pubsearch.finetune.train import Plan

    library = Library()
    topics = [library.topic(name) for name in topic or ()]
    known = [pair for path in pairs or () for pair in read_pairs(path)]
    learnt = [text for each in topics for text in of_records(each.records())]
    learnt += [text for path in texts or () for text in read_texts(path)]
    start = models.resolve(models.canonical(model))
    taught = models.resolve(models.canonical(teacher)) if teacher else None
    sources = [f"topic {each.name}" for each in topics]
    sources += [path.name for path in [*(texts or ()), *(pairs or ())]]
    with progress("the same command", quiet=as_json) as report:
        outcome = finetune(
            folder.resolve(),
            start,
            learnt,
            known,
            plan=Plan(steps, batch, rate, query_flops, document_flops, seed=seed, mine=mine, keep=keep),
            teacher=taught,
            sources=sources,
            progress=report,
        )
    if as_json:
        print_json(dataclasses.asdict(outcome) | {"folder": str(folder.resolve())})
        return
    say("on texts kept apart    before    after")
    for theirs, ours in MEASURES.items():
        say(f"{ours:23}{outcome.before[theirs]:8.4g} {outcome.after[theirs]:8.4g}")
    named = folder if folder.is_absolute() else f"./{folder}"
    say(f"Made {folder} in {outcome.steps:,} steps: pubsearch topic create NAME --query QUERY --model {named}")
