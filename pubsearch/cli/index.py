"""The commands that make an index, search it and serve it."""

import dataclasses
import os
import socket
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.filesize import decimal

import pubsearch.demo
from pubsearch import console
from pubsearch.cli.output import Json, Name, print_json, progress, say
from pubsearch.errors import WorldError
from pubsearch.search.results import Hit, Results
from pubsearch.topic.library import Library

APP = Path(__file__).resolve().parents[2] / "app.py"


def build(
    name: Name,
    model: Annotated[
        str | None, typer.Option(help="Change the topic's model: a hub id, a folder, or: bundled.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a new version from the topic's records, and serve it."""
    with progress(f"pubsearch build {name}", quiet=as_json) as report:
        made = Library().topic(name).build(model, report)
    if as_json:
        print_json(dataclasses.asdict(made))
        return
    say(f"Topic {name} serves version {made.version}: {made.counts.records:,} records, model {made.model.name}.")


def vacuum(name: Name, as_json: Json = False) -> None:
    """Drop the vectors that no build would use again: of texts and models that the topic has no more."""
    with progress(f"pubsearch vacuum {name}", quiet=as_json) as report:
        dropped = Library().topic(name).vacuum(report)
    if as_json:
        print_json(dataclasses.asdict(dropped))
        return
    say(f"Topic {name}: {dropped.vectors:,} vectors dropped, {decimal(dropped.bytes)} freed.")


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
        print_json(as_dict(found))
    else:
        Console(highlight=False, soft_wrap=True).print(console.results(found, explain))


def demo() -> None:
    """Make the demo topic, if it is absent, from the records and the model that pubsearch carries."""
    say("Making the demo topic, where it is absent; this takes about a minute.")
    with progress("pubsearch demo") as report:
        topic = pubsearch.demo.make(Library(), report)
    say(f"Topic {topic.name} is ready. Next: pubsearch serve")


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
    host: Annotated[str, typer.Option(help="The address to listen on; 127.0.0.1 is this machine only.")] = "127.0.0.1",
) -> None:
    """Serve the search page."""
    _check_free(host, port)
    say(f"pubsearch listens on http://{host}:{port} (stop it with Ctrl-C)")
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


def _check_free(host: str, port: int) -> None:
    """Streamlit's own complaint about a port would come too late and be long."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise WorldError(
            f"Cannot listen on {host}:{port} ({error.strerror}): give another one, --port {port + 1}."
        ) from error
