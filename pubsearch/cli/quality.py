"""The command that fits a topic's ranking to a person's own judgements."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pubsearch.cli.output import Json, Name, print_json, progress, say
from pubsearch.cli.ranking import KnownItems
from pubsearch.errors import UserError
from pubsearch.topic.library import Library

if TYPE_CHECKING:
    from pubsearch.evaluate.tune import Tuning


def tune(
    name: Name,
    queries: Annotated[
        Path | None, typer.Option(help="Questions, one a line: id, tab, text; or JSON lines with id, text.")
    ] = None,
    qrels: Annotated[Path | None, typer.Option(help="Judgements as TREC has them: id, 0, PMID, grade.")] = None,
    known_items: KnownItems = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same folds and known items.")] = 0,
    as_json: Json = False,
) -> None:
    """Choose how much words count beside meaning, where that is better by more than chance; searches use it at once."""
    if (known_items is None) == (queries is None) or (queries is None) != (qrels is None):
        raise UserError("Name the questions: --queries and --qrels, or --known-items N.")
    topic = Library().topic(name)
    from pubsearch.evaluate.collection import abstracts_of, of_topic
    from pubsearch.evaluate.judgements import judged, read_qrels, read_queries
    from pubsearch.evaluate.tune import tune

    with progress(quiet=as_json) as report:
        if queries is None or qrels is None:
            collection, known = abstracts_of(of_topic(topic), known_items or 0, seed, report)
        else:
            asked, grades = read_queries(queries), read_qrels(qrels)
            collection = of_topic(topic)
            known = judged(asked, grades, collection.ids, collection.name)
        found = tune(collection, known, seed, report)
    if not as_json:
        _say_tried(found)
    if found.better:
        topic.weigh_words(found.best.weight)
    asked_by = "questions" if known_items is None else "known items"
    if as_json:
        print_json(dataclasses.asdict(found) | {"written": found.better, "judgements": asked_by})
        return
    _say_chosen(found, name, asked_by)


def _say_tried(found: "Tuning") -> None:
    say("weight of words   nDCG@10   lowest and highest fold   recall@100   best without the fold")
    for quality in found.tried:
        present = "   present" if quality.weight == found.present else ""
        say(
            f"{quality.weight:15g} {quality.ndcg:9.4f}   {quality.lowest:.4f} – {quality.highest:.4f}"
            f" {quality.recall:20.4f} {quality.chosen:10d} of {found.splits}{present}"
        )


def _say_chosen(found: "Tuning", name: str, asked_by: str) -> None:
    gain = (
        f"on {found.questions:,} {asked_by}, chosen without those it is measured on, nDCG@10 changes by "
        f"{found.held_out.gain:+.4f} (p = {found.held_out.p:.4f})"
    )
    if found.better:
        say(f"Topic {name} now ranks with weight {found.best.weight:g} in place of {found.present:g}: {gain}.")
    else:
        say(f"Topic {name} stays at weight {found.present:g}: {gain}, which is no gain beyond chance.")
    from pubsearch.evaluate.ranking_table import CAVEATS, left_out

    if asked_by != "questions":
        say(CAVEATS["known items"])
    if found.unanswered or found.absent:
        say(left_out(found.unanswered, found.absent))
