"""The commands that ask a topic: search, explain, similar, export."""

import dataclasses
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.text import Text

from pubsearch import console
from pubsearch.cli.output import Json, Name, print_json, say, say_beside
from pubsearch.entrez import neighbours
from pubsearch.entrez.client import Client
from pubsearch.errors import UserError
from pubsearch.search import export as exports
from pubsearch.search.filters import Filters
from pubsearch.search.order import Sort
from pubsearch.search.results import Hit, Rank, Results
from pubsearch.settings import Settings
from pubsearch.topic.layout import RECORDS
from pubsearch.topic.library import Library
from pubsearch.topic.raw import received

if TYPE_CHECKING:
    from pubsearch.search.searcher import Searcher

_LONGEST_PMID = 10

Query = Annotated[str, typer.Argument(help="A question, words, or a query as for PubMed.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="How many results.")]
Sorted = Annotated[
    Sort, typer.Option(help="By score; recent: by score, recent ones first; date: newest first, whatever the score.")
]
Ranked = Annotated[
    Rank | None, typer.Option(help="What the score counts; without it, what the topic's model was measured with.")
]
Exact = Annotated[bool, typer.Option("--exact", help="Let every word filter, as PubMed would.")]
Chosen = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        help="NAME=TEXT, such as years=2015:2020, evidence=review, languages=English, not_retracted=yes. The same "
        "name again widens (any of the labels), another name narrows.",
    ),
]


def search(
    name: Name,
    query: Query,
    limit: Limit = 10,
    sort: Sorted = "relevance",
    rank: Ranked = None,
    exact: Exact = False,
    filters: Chosen = None,
    facets: Annotated[bool, typer.Option("--facets", help="Count the records by year, evidence, journal …")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each term contributed.")] = False,
    as_json: Json = False,
) -> None:
    """Search a topic."""
    searcher, chosen = _asked(name, filters)
    found = searcher.search(query, limit, sort=sort, rank=rank, exact=exact, filters=chosen, with_facets=facets)
    if as_json:
        print_json(as_dict(found))
    else:
        _print(console.results(found, explain))


def explain(
    name: Name,
    query: Query,
    pmid: Annotated[str, typer.Argument(metavar="PMID", help="The record's PMID.")],
    sort: Sorted = "relevance",
    rank: Ranked = None,
    exact: Exact = False,
    filters: Chosen = None,
    as_json: Json = False,
) -> None:
    """Say why a record stands where it does in the answer, or why it is not there."""
    number = _pmid(pmid)
    if number is None:
        raise UserError(f"{pmid} is no PMID: write its digits alone, such as 23121403.")
    searcher, chosen = _asked(name, filters)
    found = searcher.explain(query, number, sort=sort, rank=rank, exact=exact, filters=chosen)
    if as_json:
        explained = dataclasses.asdict(found)
        print_json({**explained, "hit": _hit(found.hit)})
    else:
        _print(console.explanation(found))


def similar(
    name: Name,
    to: Annotated[str, typer.Argument(metavar="PMID|TEXT", help="A record of the topic, or a text.")],
    limit: Limit = 10,
    filters: Chosen = None,
    pubmed: Annotated[bool, typer.Option("--pubmed", help="Ask PubMed too for its own similar articles.")] = False,
    as_json: Json = False,
) -> None:
    """Find the records that are most like a record, or like a text."""
    pmid = _pmid(to)
    if pubmed and pmid is None:
        raise UserError("PubMed knows articles similar to a record only: give a PMID with --pubmed.")
    searcher, chosen = _asked(name, filters)
    found = searcher.similar(to if pmid is None else pmid, limit, filters=chosen)
    theirs = neighbours.neighbours(Client(Settings()), pmid, limit) if pubmed and pmid is not None else None
    if as_json:
        print_json({**as_dict(found), **({} if theirs is None else {"pubmed": theirs})})
        return
    _print(console.results(found, explain=False))
    if theirs is not None:
        say(f"\nPubMed's own, best first: {', '.join(map(str, theirs)) or 'none'}")


def export(
    name: Name,
    query: Query,
    form: Annotated[
        Literal["ris", "nbib", "bibtex", "csv", "jsonl", "xml"], typer.Option("--format", help="The file's format.")
    ],
    output: Annotated[
        Path | None, typer.Option(help="The file to write, in place of one that is there; without it, standard output.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    sort: Sorted = "relevance",
    rank: Ranked = None,
    exact: Exact = False,
    filters: Chosen = None,
) -> None:
    """Write the records that satisfy a query to a file, in the order of the search (xml: as they were received)."""
    searcher, chosen = _asked(name, filters)
    selection = searcher.select(query, sort=sort, rank=rank, exact=exact, filters=chosen, limit=limit)
    if not selection.total:
        _print(console.results(searcher.search(query, rank=rank, exact=exact, filters=chosen), False), beside=True)
        say_beside("Nothing is written.")
        return
    if form == "xml":
        written = _write(exports.RECEIVED_XML, received(searcher.topic.folder / RECORDS, selection.pmids), output)
    else:
        written = _write(exports.FORMATS[form], selection.records, output)
    say_beside(f"{written.records:,} of {selection.total:,} records that satisfy the query are written.")
    for notice in written.notices:
        say_beside(notice)


def as_dict(found: Results) -> dict[str, Any]:
    """The object that `search --json` prints."""
    asked_for = {"facets": [dataclasses.asdict(facet) for facet in found.facets]} if found.facets else {}
    return {
        "query": found.query,
        "topic": found.topic,
        "version": found.version,
        "total": found.total,
        "ranked": found.ranked,
        "took_ms": round(found.took_ms, 3),
        "results": [_hit(hit) for hit in found.hits],
        "sort": found.sort,
        "rank": found.rank,
        "reading": found.reading,
        "notes": found.notes,
        "empty": [dataclasses.asdict(part) for part in found.empty],
        **asked_for,
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


def _pmid(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_PMID else None


def _asked(name: str, given: list[str] | None) -> "tuple[Searcher, Filters]":
    """The topic's searcher, and the filters given, with labels as the topic has them.

    The searcher brings torch, which takes seconds to import: only who searches waits for it.
    """
    texts: dict[str, list[str]] = defaultdict(list)
    for each in given or ():
        kind, equals, text = each.partition("=")
        if not equals or not text:
            raise UserError(f"The filter {each} has no value: write NAME=TEXT, such as years=2015:2020.")
        texts[kind].append(text)
    filters, topic = Filters.parse(texts), Library().topic(name)
    from pubsearch.search.searcher import Searcher

    searcher = Searcher(topic)
    return searcher, searcher.known(filters)


def _write(form: exports.Format[Any], items: Iterable[Any], output: Path | None) -> exports.Exported:
    if output is not None:
        return exports.to_files(form, items, output)
    if sys.stdout is None:
        raise UserError("Standard output is closed: name a file with --output.")
    return exports.write(form, items, sys.stdout.buffer)


def _print(text: Text, beside: bool = False) -> None:
    Console(highlight=False, soft_wrap=True, stderr=beside).print(text)
