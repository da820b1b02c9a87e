"""The commands that bring records into a topic, and that tell what they did."""

import dataclasses
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from pubsearch.cli.output import Json, Name, print_json, progress, say, say_beside
from pubsearch.entrez.client import MAX_PMIDS, Client
from pubsearch.errors import EntrezError, FileError, PubsearchError, StoppedError, UserError, WorldError
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
        str | None,
        typer.Option(metavar="YYYY-MM-DD", help="Fetch also what was revised since that day, and notices."),
    ] = None,
    leave_out_many: Many = False,
    as_json: Json = False,
) -> None:
    """Fetch from PubMed what the topic's query finds and the topic has not yet."""
    day, topic = _day(since) if since is not None else None, Library().topic(name)
    with progress(f"pubsearch ingest {name}", quiet=as_json) as report:
        run = topic.ingest(progress=report, since=day, many=leave_out_many)
    _tell(run, name, as_json)


def update(
    name: Annotated[str | None, typer.Argument(help="The topic's name.", show_default=False)] = None,
    every: Annotated[bool, typer.Option("--all", help="Update all topics, one after the other.")] = False,
    leave_out_many: Many = False,
    as_json: Json = False,
) -> None:
    """Fetch what is new, revised or retracted since the last run; build if anything changed, or was not built yet."""
    if name is not None and every:
        raise UserError("Give a topic's name or --all, not both.")
    if name is None and not every:
        raise UserError("Say which topic to update: pubsearch update NAME, or: pubsearch update --all")
    if name is None:
        _update_all(leave_out_many, as_json)
        return
    done = _updated(name, leave_out_many, as_json)
    if as_json:
        print_json(done.as_dict())
    else:
        say(done.line())
    _check_complete(done.run, name)


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


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UserError(f"{text} is no date: write it as 2026-01-31") from error


@dataclasses.dataclass(frozen=True, slots=True)
class _Updated:
    """What an update did, and what is served since."""

    run: Run
    topic: str
    version: str | None
    records: int

    def line(self) -> str:
        """For people and logs: "asthma: 12 new, 3 revised; version 20260131T030012Z serves 10,234 records"."""
        run = self.run
        counts = {
            "new": run.fetched + run.besides,
            "revised": len(run.revised),
            "left out": len(run.left),
            "missing": len(run.missing),
            "not refreshed": len(run.stale),
        }
        did = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "nothing new"
        made = f"; version {run.version} serves {self.records:,} records" if run.version else ""
        return f"{self.topic}: {did}{made}"

    def as_dict(self) -> dict[str, Any]:
        """For programs: the same with all of the run."""
        return {
            "topic": self.topic,
            "version": self.version,
            "built": self.run.version is not None,
            "records": self.records,
            "run": dataclasses.asdict(self.run),
        }


def _updated(name: str, many: bool, quiet: bool) -> _Updated:
    topic = Library().topic(name)
    with progress(f"pubsearch update {name}", quiet=quiet) as report:
        run = topic.keep_current(progress=report, many=many)
    return _Updated(run, name, topic.served(), topic.count())


def _update_all(many: bool, as_json: bool) -> None:
    """Every topic in turn; one that fails is named, and hinders no other."""
    library, told, failed = Library(), list[dict[str, Any]](), list[str]()
    names = library.names()
    if not names:
        raise UserError(library.empty())
    for name in names:
        told.append({"topic": name})
        try:
            done = _updated(name, many, as_json)
            told[-1] |= done.as_dict()
            if not as_json:
                say(done.line())
            _check_complete(done.run, name)
        except StoppedError:
            raise
        except PubsearchError as error:
            failed.append(name)
            told[-1]["error"] = str(error)
            say_beside(f"{name}: {error}")
    if as_json:
        print_json({"topics": told})
    if failed:
        raise WorldError(
            f"{len(failed):,} of {len(names):,} topics were not updated ({', '.join(failed)}): what each lacks is said "
            "above; mend it, and run the command again."
        )


def _tell(run: Run, name: str, as_json: bool) -> None:
    """What a run did. One that could not do all ends in an error once that is told."""
    if as_json:
        print_json(dataclasses.asdict(run))
    else:
        for line in search_record.summary(run):
            say(line)
    if run.skipped:
        raise FileError(f"{len(run.skipped):,} files were not taken: mend them, then run pubsearch import {name} FILE")
    _check_complete(run, name)


def _check_complete(run: Run, name: str) -> None:
    if run.status == "incomplete":
        raise EntrezError(
            f"PubMed counted {run.count:,} records for the query and named {run.named:,}, or did so for a part of it: "
            f"some may lack, run pubsearch {run.kind} {name} again later."
        )
