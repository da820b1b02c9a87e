"""The commands that make an index and serve it."""

import dataclasses
import os
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal

import pubsearch.demo
from pubsearch.cli.output import Json, Name, print_json, progress, say
from pubsearch.errors import WorldError
from pubsearch.topic.library import Library

APP = Path(__file__).resolve().parents[2] / "app.py"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def build(
    name: Name,
    model: Annotated[
        str | None, typer.Option(help="Change the topic's model: a hub id, a folder, or: bundled.")
    ] = None,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Let go records that are served and of which the topic has no copy.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a new version from the topic's records, and serve it."""
    with progress(f"pubsearch build {name}", quiet=as_json) as report:
        made = Library().topic(name).build(model, report, leave_out=leave_out)
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


def demo() -> None:
    """Make the demo topic of what pubsearch carries, where it is absent or a former pubsearch made it."""
    say("Making the demo topic, where it is absent; this takes about a minute.")
    with progress("pubsearch demo") as report:
        topic = pubsearch.demo.make(Library(), report)
    say(f"Topic {topic.name} is ready. Next: pubsearch serve")


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
    host: Annotated[str, typer.Option(help="The address to listen on; 127.0.0.1 is this machine only.")] = "127.0.0.1",
    site: Annotated[
        str | None, typer.Option(help="The name by which a proxy serves the page, such as: search.hospital.example.")
    ] = None,
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
    # A foreign page whose name is made to lead here (DNS rebinding) could read answers, were every name allowed.
    names = [*LOOPBACK, site or host] if site or host in LOOPBACK else ["*"]
    flags += [f"--server.allowedHosts={name}" for name in dict.fromkeys(names)]
    os.execv(sys.executable, [sys.executable, "-m", "streamlit", "run", str(APP), *flags])  # noqa: S606


def _check_free(host: str, port: int) -> None:
    """Streamlit's own complaint about a port would come too late and be long."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise WorldError(
            f"Cannot listen on {host}:{port} ({error.strerror}): give another one, --port {port + 1}."
        ) from error
