"""The commands that help with a search strategy before it is run: its lines, its faults, its recall, what it lacks."""

import dataclasses
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pubsearch.cli.output import Json, Name, print_json, say
from pubsearch.entrez.client import Client
from pubsearch.errors import FileError
from pubsearch.index.fulltext import FullText
from pubsearch.settings import Settings
from pubsearch.strategy import check as checks
from pubsearch.strategy import counts, lines
from pubsearch.strategy.known import read_pmids
from pubsearch.topic import mesh
from pubsearch.topic.library import Library

if TYPE_CHECKING:
    from pubsearch.search.searcher import Searcher
    from pubsearch.strategy.candidates import Candidate

app = typer.Typer(help="Count, check and improve a search strategy.", no_args_is_help=True, rich_markup_mode=None)

_SHOWN = 200
# What no file's name has, and how a path begins or ends: so that a file that is not there is not asked as a query.
_QUERY = re.compile(r'[\[\]"“”\n]|\b(?:AND|OR|NOT)\b')
_PATH = re.compile(
    r"(?:~|\.{1,2}|[a-z]:)?[/\\]|.*\\"
    # names of sites and Ovid's tags end so too
    r"|.*[^.]\.(?!(?:gov|org|com|net|ti|ab|tw|mp|kw|kf|pt|sh|hw|af)$)[^\W\d_]{2,5}$",
    re.IGNORECASE,
)

_ABOUT = "A text file that holds a query or numbered lines; or the query itself, in quotes."
Strategy = Annotated[str, typer.Argument(metavar="FILE|QUERY", help=_ABOUT)]
Pmids = Annotated[Path, typer.Option("--pmids", help="A file of PMIDs that are known to be relevant, one a line.")]


@app.command("lines")
def count_lines(strategy: Strategy, as_json: Json = False) -> None:
    """Ask PubMed how many records each line finds, and how it reads it."""
    found, empty, wrong = [], 0, 0
    for line in counts.counts(Client(Settings()), lines.read(_text(strategy))):
        found.append(line)
        empty += line.count == 0
        wrong += line.count is None
        if not as_json:
            _say_line(line)
    if as_json:
        print_json({"lines": [{**dataclasses.asdict(line), "empty": line.count == 0} for line in found]})
    elif empty or wrong:
        find = "line finds" if len(found) == 1 else "lines find"
        say(f"{empty:,} of {len(found):,} {find} nothing, {wrong:,} could not be asked.")


@app.command("check")
def check_strategy(
    strategy: Strategy,
    topic: Annotated[str | None, typer.Option(help="Compare the words with those of this topic's records.")] = None,
    ncbi: Annotated[bool, typer.Option("--ncbi", help="Ask PubMed for misspellings too.")] = False,
    as_json: Json = False,
) -> None:
    """Point out what a peer reviewer would ask about (PRESS), as far as a machine can tell."""
    library, read = Library(), lines.read(_text(strategy))
    found = checks.check(
        read,
        mesh=mesh.taken(library.path),
        topic=_words(library, topic) if topic else None,
        client=Client(Settings()) if ncbi else None,
    )
    if as_json:
        print_json(dataclasses.asdict(found))
        return
    for each in found.findings:
        row, character = read.place(each.position)
        number = each.line or (row if "\n" in read.text.strip() else None)
        line = f"line {number}, " if number is not None else ""
        say(f"{line}character {character}: {each.what} {each.cure}")
    count = len(found.findings)
    say(f"{_counted(count, 'place')} to look at again." if count else "Nothing to look at again.")
    for note in found.notes:
        say(note)


@app.command("recall")
def recall_of(
    name: Name,
    query: Strategy,
    pmids: Pmids,
    as_json: Json = False,
) -> None:
    """Say how many known records a query finds in a topic, every word of which filters, and which parts lose others."""
    known, text = read_pmids(pmids), _text(query)
    from pubsearch.strategy.recall import recall

    found = recall(Library().topic(name), text, known)
    if as_json:
        print_json({**dataclasses.asdict(found), "recall": found.recall})
        return
    share = "" if found.recall is None else f" (recall {found.recall:.1%})"
    known_there = f"{len(found.found):,} of the {len(found.found) + len(found.missed):,} known ones{share}"
    say(f"The query finds {_counted(found.records, 'record')}, and {known_there}.")
    for missed in found.missed:
        say(f"missed: PMID {missed.pmid}: {missed.title}")
        for part in missed.fails:
            say(f"   does not satisfy {_short(part)}")
    if found.absent:
        say(f"not in the topic: PMID {', '.join(map(str, found.absent))}")


@app.command("terms")
def terms_for(
    name: Name,
    query: Strategy,
    pmids: Pmids,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many of each kind.")] = 20,
    as_json: Json = False,
) -> None:
    """List headings and words that known records have more often than the topic, and that the query lacks."""
    known, text = read_pmids(pmids), _text(query)
    from pubsearch.strategy.candidates import candidates

    found = candidates(_searcher(name), text, known, mesh.taken(Library().path), limit)
    if as_json:
        print_json(dataclasses.asdict(found))
        return
    for title, kind in (("MeSH headings", found.headings), ("Words", found.words), ("Phrases", found.phrases)):
        say(f"{title} (records of the {found.records:,} known, records of the topic, z):")
        _say_candidates(kind)
    if found.absent:
        say(f"not in the topic: PMID {', '.join(map(str, found.absent))}")


def _say_line(line: counts.LineCount) -> None:
    number = f"#{line.number}: " if line.number is not None else ""
    if line.count is None:
        say(f"{number}not asked: {line.error} {_short(line.text)}")
    else:
        nothing = "" if line.count else ", FINDS NOTHING"
        say(f"{number}{_counted(line.count, 'record')}{nothing}: {_short(line.text)}")
        say(f"   read as: {_short(line.translation)}")
    for warning in line.warnings:
        say(f"   warning: {warning}")


def _say_candidates(found: "tuple[Candidate, ...]") -> None:
    for each in found:
        say(f"   {each.in_set:5,} {each.in_topic:7,} {each.z:6.1f}  {each.text}")
    if not found:
        say("   none")


def _text(given: str) -> str:
    """What a file holds, where there is one of that name; else the query itself.

    Raises:
        FileError: the file cannot be read, or something looks like a file's name and is none.
    """
    path = Path(given)
    try:
        is_file, is_folder = path.is_file(), path.is_dir()
        named = len(path.parts) > 1 and path.parent.is_dir()
    except (OSError, ValueError):
        # a long query is no path
        return given
    if is_folder and given:
        raise FileError(f"{given} is a folder: name a file.")
    if not is_file:
        if not _QUERY.search(given) and (named or _PATH.match(given)):
            raise FileError(f"There is no file {given}: check its name, or put the query itself there.")
        return given
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise FileError(f"{given} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{given} is no text in UTF-8: save the strategy as plain text.") from error


def _words(library: Library, name: str) -> FullText:
    from pubsearch.topic.version import served

    return served(library.topic(name)).catalogue.text


def _searcher(name: str) -> "Searcher":
    topic = Library().topic(name)
    from pubsearch.search.searcher import Searcher

    return Searcher(topic)


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rstrip()} …"
