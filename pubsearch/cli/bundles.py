"""The commands that hand a topic on."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer
from rich.filesize import decimal

from pubsearch import durable
from pubsearch.cli.output import Json, Name, print_json, progress, say
from pubsearch.errors import UserError
from pubsearch.topic.library import Library


def bundle(
    name: Name,
    file: Annotated[Path, typer.Argument(help="The file to write; a bundle that is there is replaced.")],
    records: Annotated[
        bool, typer.Option("--records", help="Put the records in too, so that it can be built anew and updated.")
    ] = False,
    with_model: Annotated[bool, typer.Option("--with-model", help="Put the model in too.")] = False,
    as_json: Json = False,
) -> None:
    """Write what a topic serves, with its provenance, to one file for pubsearch install."""
    _check_place(file)
    with progress(quiet=as_json) as report:
        head = Library().topic(name).bundle(file, report, records=records, model=with_model)
    size = file.stat().st_size
    if as_json:
        print_json({**dataclasses.asdict(head), "bytes": size})
        return
    say(f"Version {head.version} of topic {name} is in {file} ({len(head.members):,} files, {decimal(size)}).")


def install(
    file: Annotated[Path, typer.Argument(help="What pubsearch bundle wrote.")],
    name: Annotated[str | None, typer.Option(help="The topic's name here, if another one.")] = None,
    as_json: Json = False,
) -> None:
    """Check a bundle, and serve what is in it: as a new topic, or as the next version of the same one."""
    with progress(f"pubsearch install {file}", quiet=as_json) as report:
        topic = Library().install(file, name, report)
    records, version = topic.count(), topic.served()
    if as_json:
        print_json({"topic": topic.name, "version": version, "records": records})
        return
    say(f"Topic {topic.name} serves version {version}: {records:,} records.")


def _check_place(file: Path) -> None:
    """Nothing but a bundle is replaced, and no work is done for a file that cannot be written."""
    # it brings torch, which takes seconds to import
    from pubsearch.topic.bundle import is_bundle

    with durable.storage_errors(file):
        durable.check_folder(file)
        if file.is_dir():
            raise UserError(f"{file} is a folder: name the file to write.")
        if file.exists() and not is_bundle(file):
            raise UserError(f"{file} is there and is no bundle: name another file.")
