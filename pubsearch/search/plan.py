"""How a query is read: the text to rank by, and a sentence that says so."""

import re
import unicodedata
from dataclasses import dataclass

from pubsearch.errors import QueryError

MAX_CHARACTERS = 20_000

_PUBMED_SYNTAX = re.compile(r"\[[A-Za-z/ -]+(?::[a-z~0-9]+)?\]|\b(?:AND|OR|NOT)\b|\w\*")


@dataclass(frozen=True, slots=True)
class Plan:
    """`text` is what the model reads, `reading` what the user is told about it."""

    text: str
    reading: str


def plan(query: str) -> Plan:
    """Reads a query: all of it ranks, nothing of it filters.

    Raises:
        QueryError: there is nothing to read in it, or it is too long.
    """
    if len(query) > MAX_CHARACTERS:
        raise QueryError(f"The query has {len(query):,} characters, and {MAX_CHARACTERS:,} can be read: shorten it.")
    text = " ".join("".join(map(_readable, query)).split())
    if not text:
        raise QueryError("The query is empty: type a question or some words, such as: aspirin after stroke.")
    reading = "Ranked by meaning, by all words of the query; no record is filtered out."
    if _PUBMED_SYNTAX.search(text):
        reading += " PubMed's field tags, operators and * are read as plain words here."
    return Plan(text, reading)


def _readable(character: str) -> str:
    """Control characters and halves of surrogate pairs say nothing to a reader; they become spaces."""
    return " " if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") else character
