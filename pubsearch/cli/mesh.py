"""The command that takes NLM's MeSH descriptors."""

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from pubsearch.cli.output import Json, print_json, progress, say
from pubsearch.topic import mesh as headings
from pubsearch.topic.library import Library


def mesh(
    file: Annotated[
        Path, typer.Argument(help="NLM's descriptors: desc2026.xml (or .gz) or d2026.bin, as of the year.")
    ],
    as_json: Json = False,
) -> None:
    """Take NLM's MeSH descriptors, so that a heading finds the narrower ones too, in all topics."""
    library = Library().path
    with progress(f"pubsearch mesh {file}", quiet=as_json) as report:
        source = headings.take(library, file, report)
    if as_json:
        print_json(dataclasses.asdict(source))
        return
    year = source.year or "of an unknown year"
    say(f"MeSH {year}: {source.headings:,} headings from {source.file}, for all topics in {library}.")
