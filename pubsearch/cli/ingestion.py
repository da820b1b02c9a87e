"""The commands that bring records into a topic, and that tell what they did."""

import dataclasses
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pubsearch.cli.output import Json, Name, print_json, progress, say
from pubsearch.entrez.client import MAX_PMIDS, Client
from pubsearch.errors import EntrezError, FileError
from pubsearch.settings import Settings
from pubsearch.topic import report as search_record
from pubsearch.topic.journal import Run
from pubsearch.topic.library import Library

Many = Annotated[
    bool, typer.Option("--leave-out-many", help="Leave out records even if PubMed finds a great many no more.")
]


def count(query: Annotated[str, typer.Argument(help="A PubMed query.")], as_json: Json = False) -> None:
    """Ask PubMed how many records a query finds, and how it was read."""
    found = Client(Settings()).esearch(query, retmax=0)
    if as_json:
        answer = dataclasses.asdict(found)
        print_json({"query": query, **{key: answer[key] for key in ("count", "query_translation", "warnings")}})
        return
    say(f"{found.count:,} records in PubMed")
    say(f"read as: {found.query_translation}")
    for warning in found.warnings:
        say(f"warning: {warning}")
    if found.count > MAX_PMIDS:
        say(f"More than PubMed gives at once ({MAX_PMIDS:,}): ingest will cut the query by PMID and fetch them all.")


def ingest(
    name: Name,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Fetch also what was revised since that day, and notices."),
    ] = None,
    leave_out_many: Many = False,
    as_json: Json = False,
) -> None:
    """Fetch from PubMed what the topic's query finds and the topic has not yet."""
    topic = Library().topic(name)
    with progress(f"pubsearch ingest {name}", quiet=as_json) as report:
        run = topic.ingest(progress=report, since=since.date() if since else None, many=leave_out_many)
    _tell(run, name, as_json)


def update(name: Name, leave_out_many: Many = False, as_json: Json = False) -> None:
    """Fetch what is new, what was revised and what was retracted since the last run; build if anything changed."""
    topic = Library().topic(name)
    with progress(f"pubsearch update {name}", quiet=as_json) as report:
        run = topic.update(progress=report, many=leave_out_many)
    _tell(run, name, as_json)
    if topic.outdated():
        with progress(f"pubsearch update {name}", quiet=as_json) as report:
            topic.build(progress=report)


def import_files(
    name: Name,
    files: Annotated[list[Path], typer.Argument(help="PubMed XML or MEDLINE (NBIB) files, plain or gzip, or folders.")],
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Skip files that cannot be read, and name them at the end.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take files of PubMed's records into a topic."""
    topic = Library().topic(name)
    with progress(f"pubsearch import {name} FILE", quiet=as_json) as report:
        run = topic.import_files(files, report, keep_going=keep_going)
    _tell(run, name, as_json)


def report(name: Name, as_json: Json = False) -> None:
    """Print the topic's search record, as PRISMA-S asks for it: Markdown for an appendix, or JSON."""
    topic = Library().topic(name)
    if as_json:
        print_json(search_record.as_dict(topic))
    else:
        for line in search_record.markdown(topic).splitlines():
            say(line)


def _tell(run: Run, name: str, as_json: bool) -> None:
    """What a run did. One that could not do all ends in an error once that is told."""
    if as_json:
        print_json(dataclasses.asdict(run))
    else:
        for line in search_record.summary(run):
            say(line)
    if run.skipped:
        raise FileError(f"{len(run.skipped):,} files were not taken: mend them, then run pubsearch import {name} FILE")
    if run.status == "incomplete":
        raise EntrezError(
            f"PubMed counted {run.count:,} records for the query and named {run.named:,}, or did so for a part of it: "
            f"some may lack, run pubsearch {run.kind} {name} again later."
        )
