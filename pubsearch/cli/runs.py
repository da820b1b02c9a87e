"""The command that compares two of a topic's runs."""

import dataclasses
from typing import Annotated

import typer

from pubsearch.cli.output import Json, Name, print_json, say
from pubsearch.errors import UserError
from pubsearch.topic.compare import compare
from pubsearch.topic.library import Library

Run = Annotated[str | None, typer.Argument(metavar="RUN", help="A run, as the folder runs/ names it.")]


def compare_runs(
    name: Name,
    first: Run = None,
    second: Run = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print a table: pmid, change.")] = False,
    as_json: Json = False,
) -> None:
    """Tell which records came, went and were revised between two runs; without names, between the last two."""
    topic = Library().topic(name)
    stamps = [run.stamp for run in topic.runs()]
    if first is None or second is None:
        if first is not None or len(stamps) < 2:
            raise UserError(f"Two runs are compared, and topic {name} has {len(stamps):,}: name none, or two of them.")
        first, second = stamps[-2:]
    found = compare(topic, first, second)
    if as_json:
        print_json({"topic": name, **dataclasses.asdict(found)})
    elif as_csv:
        print(found.csv(), end="")  # noqa: T201
    else:
        say(f"From run {first} to run {second}:")
        for change in ("added", "removed", "revised"):
            pmids = getattr(found, change)
            say(f"{len(pmids):,} {change}{': ' if pmids else ''}{', '.join(map(str, pmids))}")
