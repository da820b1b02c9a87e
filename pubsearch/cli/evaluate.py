"""The commands that measure how good a model is; that of pairs."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pubsearch.cli.output import Json, print_json, progress, say
from pubsearch.errors import UserError
from pubsearch.topic.library import Library

if TYPE_CHECKING:
    from pubsearch.evaluate.pair_sets import PairSet
    from pubsearch.evaluate.pairs import PairQuality

_FILES_ALONE = "--columns names columns of a file: leave it out for topics, the demo and the hub's sets."

app = typer.Typer(help="Measure how good a model is.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def evaluate() -> None:
    """Measure how good a model is."""


@app.command("pairs")
def pairs(
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE | topic=NAME | pubmedqa | subset | summary]...",
            help="Pairs: of a file; titles and abstracts of a topic; a set of the model card, from the hub, or from a "
            "file with pubmedqa=FILE. Without any: titles and abstracts of the demo.",
        ),
    ] = None,
    model: Annotated[list[str] | None, typer.Option(help="A model to measure; give it again for more.")] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="FIRST,SECOND", help="The columns of a file to compare.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="How many times the pairs are shuffled.")] = 5,
    as_json: Json = False,
) -> None:
    """Measure as NeuML's model cards do how well a model tells what belongs together."""
    from pubsearch.evaluate import card, encoding, pair_sets, table
    from pubsearch.evaluate.pairs import measure

    wanted = _columns(columns) if columns else None
    if wanted and not data:
        raise UserError(_FILES_ALONE)
    sets = [_pairs(each, wanted) for each in data or ()] or [pair_sets.of_demo()]
    titles: set[str] = set()
    for each in sets:
        if each.title in titles:
            raise UserError(
                f"Two sets of pairs are called {each.title}: give each once, files under names of their own."
            )
        titles.add(each.title)
    found = []
    with progress(quiet=as_json) as report:
        for spec in dict.fromkeys(model or ["bundled"]):
            measured = encoding.load(spec)
            found += [measure(measured, each, seeds, report) for each in sets]
    published = {name: figures for name, figures in card.PEARSON.items() if titles & figures.keys()}
    if as_json:
        print_json({
            "seeds": seeds,
            "measured": [_as_json(each) for each in found],
            "published": {"source": card.SOURCE, "pearson": published},
        })  # fmt: skip
        return
    for line in table.lines(found, published, seeds):
        say(line)


def _pairs(spec: str, columns: tuple[str, str] | None) -> "PairSet":
    from pubsearch.evaluate import card, pair_sets

    name, _, rest = spec.partition("=")
    if columns and ((name == "topic" and rest) or spec in card.SETS):
        raise UserError(_FILES_ALONE)
    if name == "topic" and rest:
        return pair_sets.of_records(f"topic {rest}", f"the records of topic {rest}", Library().topic(rest).records())
    if name in card.SETS:
        return pair_sets.of_card(name, Path(rest) if rest else None, columns)
    return pair_sets.of_file(Path(spec), columns)


def _columns(names: str) -> tuple[str, str]:
    first, _, second = names.partition(",")
    if not first or not second or "," in second:
        raise UserError(f"--columns {names} does not name two columns: write --columns FIRST,SECOND.")
    return first, second


def _as_json(found: "PairQuality") -> dict[str, Any]:
    """The figures, and of the pairs what they are but not the texts."""
    about = {
        "set": found.pairs.title,
        "source": found.pairs.source,
        "columns": found.pairs.columns,
        "pairs": len(found.pairs.first),
        "left_out": found.pairs.left_out,
    }
    sides = (found.pearson, found.spearman, found.first, found.second)
    names = ("pearson", "spearman", "first", "second")
    figures = {name: each and dataclasses.asdict(each) for name, each in zip(names, sides, strict=True)}
    return {"model": found.model, **about, **figures}
