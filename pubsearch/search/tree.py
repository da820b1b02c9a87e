"""What a query says, as a tree: words, tagged terms and ranges, joined by AND, OR and NOT.

`start` and `end` count code points of the query as it was given, so that each part can be shown where it stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

# fmt: off
Field = Literal[
    # running text: all fields, text words, title/abstract, title, abstract, other terms (keywords), vernacular
    "all", "tw", "tiab", "ti", "ab", "ot", "tt",
    # people: author, first, last, full name, identifier (ORCID), corporate, investigator (and full), editor, subject
    "au", "1au", "lastau", "fau", "auid", "cn", "ir", "fir", "ed", "ps", "ad",
    # subject: MeSH terms, major topic, subheading, supplementary concept, pharmacological action, EC/RN number
    "mh", "majr", "sh", "nm", "pa", "rn",
    # source: journal, NLM id, volume, issue, pagination, place, publisher, ISBN, grant
    "ta", "jid", "vi", "ip", "pg", "pl", "pubn", "isbn", "gr",
    # kind: publication type, language, subset or filter
    "pt", "la", "sb",
    # identifiers: PMID, article identifier (DOI, PII, PMCID), location id, databank and trial numbers
    "uid", "aid", "lid", "si",
    # dates: publication, electronic, print, entry, create, MeSH, revision, completion
    "dp", "epdat", "ppdat", "edat", "crdt", "mhda", "lr", "dcom",
]
# fmt: on


@dataclass(frozen=True, slots=True)
class Words:
    """Plain words: no tag, no quotes, no *. `text` has curly quotes and the like made plain."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Term:
    """What a field is asked for: a tagged term, a quoted phrase ("all" where it has no tag), a truncated word.

    `text` is without quotes and tag; a * in it stands for any ending of its word. `explode` is False under :noexp.
    `distance` is N of a proximity search such as "a b"[tiab:~N].
    """

    field: Field
    text: str
    start: int
    end: int
    quoted: bool = False
    explode: bool = True
    distance: int | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """All values of a date field, or of `uid`, from `first` to `last`, both included, as typed: "2015/03", "3000"."""

    field: Field
    first: str
    last: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts, of which there are two or more."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts, of which there are two or more."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """What `kept` finds and `dropped` does not."""

    kept: "Node"
    dropped: "Node"


Leaf: TypeAlias = Words | Term | Range
Node: TypeAlias = Leaf | And | Or | Not


def leaves(node: Node, *, dropped: bool = True) -> Iterator[Leaf]:
    """Words, terms and ranges in their order, with those under NOT or without."""
    left = [node]
    while left:
        each = left.pop()
        if isinstance(each, And | Or):
            left += reversed(each.parts)
        elif isinstance(each, Not):
            left += (each.dropped, each.kept) if dropped else (each.kept,)
        else:
            yield each
