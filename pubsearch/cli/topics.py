"""The commands for topics themselves."""

import dataclasses
import sys
from typing import Annotated, Any

import typer

from pubsearch.cli import duplicates, runs
from pubsearch.cli.output import Json, Name, print_json, progress, say
from pubsearch.errors import PubsearchError, UserError
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic

# What topic show calls whose name is no word.
_WORDS = {"retraction_status_as_of": "retraction status as of", "words_weight": "weight of words"}

app = typer.Typer(help="Create, inspect and delete topics.", no_args_is_help=True, rich_markup_mode=None)


@app.command("create")
def create(
    name: Name,
    query: Annotated[str, typer.Option(help="The exact PubMed query; leave it out for a topic made of files.")] = "",
    title: Annotated[str, typer.Option(help="What people see.")] = "",
    model: Annotated[str | None, typer.Option(help="A hub id, a folder, or: bundled.")] = None,
) -> None:
    """Create a topic. Its model need not be at hand before build."""
    topic = Library().create(name, query, title=title, model=model)
    say(f"Created topic {topic.name} with model {topic.about.model}. Next: {_next_step(topic)}")


@app.command("list")
def list_topics(as_json: Json = False) -> None:
    """List all topics."""
    library = Library()
    found = [_summary_or_damage(library, name) for name in library.names()]
    if as_json:
        print_json({"topics": found})
    elif not found:
        say(library.empty())
    for each in found if not as_json else ():
        if "error" in each:
            say(f"{each['name']}: {each['error']}")
            continue
        say(
            f"{each['name']}: {each['title']} ({each['records']:,} records, served: {each['version'] or 'nothing yet'})"
        )


@app.command("show")
def show(name: Name, as_json: Json = False) -> None:
    """Show one topic: its query, its model, its records and what it serves."""
    summary = _summary(Library().topic(name))
    if as_json:
        print_json(summary)
    for key, value in summary.items() if not as_json else ():
        shown = ", ".join(value) if isinstance(value, list) else value
        say(f"{_WORDS.get(key, key)}: {shown if shown not in (None, '') else '–'}")


@app.command("rollback")
def rollback(name: Name, as_json: Json = False) -> None:
    """Serve the version before again; a build or an update that brings something new leads on from there."""
    topic = Library().topic(name)
    with progress(f"pubsearch topic rollback {name}", quiet=as_json) as report:
        made = topic.rollback(report)
    if as_json:
        print_json(dataclasses.asdict(made))
        return
    say(f"Topic {name} serves version {made.version} again: {made.counts.records:,} records, model {made.model.name}.")


def verify(name: Name, as_json: Json = False) -> None:
    """Check every file of a topic; name each that is damaged, and what mends it. Nothing is written."""
    with progress(quiet=as_json) as report:
        damages = Library().verify(name, report)
    if as_json:
        print_json({"topic": name, "whole": not damages, "damages": [dataclasses.asdict(each) for each in damages]})
    elif not damages:
        say(f"Topic {name} is whole.")
    for each in damages if not as_json else ():
        say(f"{each.file} {each.what}: {each.repair}.")
    if damages:
        raise typer.Exit(1)


@app.command("delete")
def delete(
    name: Name,
    confirm: Annotated[str | None, typer.Option(help="The topic's name once more, where nobody can be asked.")] = None,
) -> None:
    """Delete a topic with its records and indexes; it asks for the topic's name."""
    say(f"This deletes topic {name} of {Library().path} with its records and indexes; nothing brings it back.")
    if confirm is None and sys.stdin.isatty():
        confirm = typer.prompt("Type the topic's name to delete it", default="", show_default=False)
    if confirm != name:
        raise UserError(f"Topic {name} was not deleted: type its name to delete it, or give it by --confirm {name}")
    Library().delete(name)
    say(f"Deleted topic {name}.")


app.command("compare")(runs.compare_runs)
app.command("duplicates")(duplicates.duplicates)


def _summary_or_damage(library: Library, name: str) -> dict[str, Any]:
    """One damaged topic must not hide the others."""
    try:
        return _summary(library.topic(name))
    except PubsearchError as error:
        return {"name": name, "error": str(error)}


def _summary(topic: Topic) -> dict[str, Any]:
    return {
        **dataclasses.asdict(topic.about),
        "name": topic.name,
        "records": topic.count(),
        "retraction_status_as_of": topic.as_of(),
        "version": topic.served(),
        "versions": topic.versions(),
    }


def _next_step(topic: Topic) -> str:
    return f"pubsearch ingest {topic.name}" if topic.about.query else f"pubsearch import {topic.name} FILE"
