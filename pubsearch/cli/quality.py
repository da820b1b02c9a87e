"""The command that fits a topic's ranking to a person's own judgements."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from pubsearch.cli.output import Json, Name, print_json, progress, say
from pubsearch.search import judgements
from pubsearch.topic.library import Library


def tune(
    name: Name,
    queries: Annotated[Path, typer.Option(help="Questions, one a line: id, tab, text; or JSON lines with id, text.")],
    qrels: Annotated[Path, typer.Option(help="Judgements, one a line, as TREC has them: id, 0, PMID, grade.")],
    as_json: Json = False,
) -> None:
    """Choose how much words count beside meaning, by judged questions; searches use it at once."""
    topic = Library().topic(name)
    asked, judged = judgements.read_queries(queries), judgements.read_qrels(qrels)
    from pubsearch.search.tune import ENOUGH, tune

    with progress(f"pubsearch tune {name}", quiet=as_json) as report:
        found = tune(topic, asked, judged, report)
    topic.weigh_words(found.best.weight)
    if as_json:
        print_json(dataclasses.asdict(found))
        return
    say("weight of words   nDCG@10   recall@100")
    for quality in found.tried:
        chosen = "   chosen" if quality == found.best else ""
        say(f"{quality.weight:15.1f} {quality.ndcg:9.4f} {quality.recall:12.4f}{chosen}")
    say(f"Topic {name} now ranks with weight {found.best.weight:g}, chosen by {found.questions:,} questions.")
    if found.unanswered or found.absent:
        say(
            f"Left out: {found.unanswered:,} questions without a relevant record in the topic, and "
            f"{found.absent:,} judged records that the topic has not."
        )
    if found.questions < ENOUGH:
        say(f"warning: on fewer than {ENOUGH} questions the best weight is as much chance as merit: judge more.")
