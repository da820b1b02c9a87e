"""The command line: thin over the library. Exit code 0 done, 1 the world failed, 2 you asked wrongly."""

import contextlib
import dataclasses
import json
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pubsearch import console, demo
from pubsearch.entrez.client import Client
from pubsearch.errors import PubsearchError, WorldError
from pubsearch.search.results import Hit, Results
from pubsearch.settings import Settings
from pubsearch.topic.library import Library
from pubsearch.topic.progress import Progress as Report
from pubsearch.topic.topic import Topic

APP = Path(__file__).resolve().parent.parent / "app.py"

app = typer.Typer(
    help="Semantic search over PubMed: topic indexes, exact explanations, offline rebuilds.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
topics = typer.Typer(help="Create and inspect topics.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(topics, name="topic")

Name = Annotated[str, typer.Argument(help="The topic's name.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; every foreseen error is one sentence on stderr."""
    try:
        app(arguments)
    except PubsearchError as error:
        print(f"pubsearch: {console.printable(str(error))}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)


@topics.command("create")
def create(
    name: Name,
    query: Annotated[str, typer.Option(help="The exact PubMed query; leave it out for a topic made of files.")] = "",
    title: Annotated[str, typer.Option(help="What people see.")] = "",
    model: Annotated[str | None, typer.Option(help="A hub id, a folder, or: bundled.")] = None,
) -> None:
    """Create a topic. Its model need not be at hand before build."""
    topic = Library().create(name, query, title=title, model=model)
    _say(f"Created topic {topic.name} with model {topic.about.model}. Next: {_next_step(topic)}")


@topics.command("list")
def list_topics(as_json: Json = False) -> None:
    """List all topics."""
    found = [_summary(topic) for topic in Library().topics()]
    if as_json:
        _print_json({"topics": found})
    elif not found:
        _say("There are no topics yet: run pubsearch demo, or pubsearch topic create NAME --query …")
    for each in found if not as_json else ():
        _say(
            f"{each['name']}: {each['title']} ({each['records']:,} records, served: {each['version'] or 'nothing yet'})"
        )


@topics.command("show")
def show(name: Name, as_json: Json = False) -> None:
    """Show one topic: its query, its model, its records and what it serves."""
    summary = _summary(Library().topic(name))
    if as_json:
        _print_json(summary)
    for key, value in summary.items() if not as_json else ():
        _say(f"{key}: {value if value not in (None, '') else '–'}")


@app.command()
def count(query: Annotated[str, typer.Argument(help="A PubMed query.")], as_json: Json = False) -> None:
    """Ask PubMed how many records a query finds, and how it was read."""
    found = Client(Settings()).esearch(query, retmax=0)
    if as_json:
        _print_json({"query": query, **dataclasses.asdict(found)})
        return
    _say(f"{found.count:,} records in PubMed")
    _say(f"read as: {found.query_translation}")
    for warning in found.warnings:
        _say(f"warning: {warning}")


@app.command()
def ingest(name: Name, as_json: Json = False) -> None:
    """Fetch from PubMed what the topic's query finds and the topic has not yet."""
    with _progress(as_json) as report:
        run = Library().topic(name).ingest(progress=report)
    if as_json:
        _print_json(dataclasses.asdict(run))
        return
    _say(f"PubMed has {run.count:,} records for the query; {run.already_there:,} were there, {run.fetched:,} fetched.")
    for warning in run.warnings:
        _say(f"warning: {warning}")
    for missing in run.missing:
        _say(f"missing: PMID {missing.pmid}: {missing.reason}")
    _say(f"Next: pubsearch build {name}")


@app.command("import")
def import_files(
    name: Name, files: Annotated[list[Path], typer.Argument(help="PubMed XML, plain or gzip.")], as_json: Json = False
) -> None:
    """Take files of PubMed XML into a topic."""
    with _progress(as_json) as report:
        run = Library().topic(name).import_files(files, report)
    if as_json:
        _print_json(dataclasses.asdict(run))
        return
    _say(f"{run.count:,} records in {len(run.files)} files; {run.fetched:,} of them are new.")
    _say(f"Next: pubsearch build {name}")


@app.command()
def build(
    name: Name,
    model: Annotated[
        str | None, typer.Option(help="Change the topic's model: a hub id, a folder, or: bundled.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a new version from the topic's records, and serve it."""
    with _progress(as_json) as report:
        made = Library().topic(name).build(model, report)
    if as_json:
        _print_json(dataclasses.asdict(made))
        return
    _say(f"Topic {name} serves version {made.version}: {made.counts.records:,} records, model {made.model.name}.")


@app.command()
def search(
    name: Name,
    query: Annotated[str, typer.Argument(help="A question, or words.")],
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many results.")] = 10,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each term contributed.")] = False,
    as_json: Json = False,
) -> None:
    """Search a topic."""
    topic = Library().topic(name)
    from pubsearch.search.searcher import Searcher

    found = Searcher(topic).search(query, limit)
    if as_json:
        _print_json(as_dict(found))
    else:
        Console(highlight=False, soft_wrap=True).print(console.results(found, explain))


@app.command("demo")
def make_demo() -> None:
    """Make the demo topic, if it is absent, from the records and the model that pubsearch carries."""
    with _progress(False) as report:
        topic = demo.make(Library(), report)
    _say(f"Topic {topic.name} is ready. Next: pubsearch serve")


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
    host: Annotated[str, typer.Option(help="The address to listen on; 127.0.0.1 is this machine only.")] = "127.0.0.1",
) -> None:
    """Serve the search page."""
    _check_free(host, port)
    _say(f"pubsearch listens on http://{host}:{port} (stop it with Ctrl-C)")
    os.environ["PUBSEARCH_HOME"] = str(Library().path.resolve())
    options = {
        "server.address": host,
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
    }
    flags = [f"--{option}={value}" for option, value in options.items()]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), *flags])  # noqa: S606


def as_dict(found: Results) -> dict[str, Any]:
    """The object that `search --json` prints."""
    return {
        "query": found.query,
        "topic": found.topic,
        "version": found.version,
        "total": found.total,
        "ranked": found.ranked,
        "took_ms": round(found.took_ms, 3),
        "results": [_hit(hit) for hit in found.hits],
    }


def _hit(hit: Hit) -> dict[str, Any]:
    record = hit.record
    return {
        "pmid": hit.pmid,
        "score": hit.score,
        "title": record.title,
        "year": record.year,
        "journal": record.journal.iso_abbreviation or record.journal.title,
        "types": record.publication_types,
        "retracted": record.retracted,
        "highlights": [dataclasses.asdict(highlight) for highlight in hit.highlights],
    }


def _summary(topic: Topic) -> dict[str, Any]:
    return {**dataclasses.asdict(topic.about), "records": topic.count(), "version": topic.served()}


def _next_step(topic: Topic) -> str:
    return f"pubsearch ingest {topic.name}" if topic.about.query else f"pubsearch import {topic.name} FILE"


def _check_free(host: str, port: int) -> None:
    """Streamlit's own complaint about a port would come too late and be long."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise WorldError(
            f"Cannot listen on {host}:{port} ({error.strerror}): give another one, --port {port + 1}."
        ) from error


@contextlib.contextmanager
def _progress(quiet: bool) -> Iterator[Report]:
    """A bar a step on a terminal; a line a step elsewhere; nothing where JSON is asked for."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    screen = Console(stderr=True)
    with Progress(*columns, console=screen, disable=quiet or not screen.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
                if bars.disable and not quiet:
                    screen.print(f"{what}: {total:,}", highlight=False)
            bars.update(tasks[what], completed=done, total=total)

        yield report


def _say(text: str) -> None:
    print(console.printable(text))  # noqa: T201


def _print_json(value: dict[str, Any]) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201
