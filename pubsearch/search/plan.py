"""How a query is answered: what filters, what ranks, and a line that says so.

Terms filter: what has a tag, quotes or a *. Plain words that only AND joins to the rest rank and filter nothing, and so
do alternatives of plain words alone, as in (aspirin OR clopidogrel). Beside a term under OR, and under NOT, plain words
filter in all fields. With `exact` every word filters, and the order stays the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pubsearch.index.keys import identifier
from pubsearch.search import language, subsets
from pubsearch.search.notation import notation
from pubsearch.search.tree import And, Field, Node, Not, Or, Term, Words, leaves

# What the model reads of a query costs time on every search; this is about two abstracts.
RANKED_CHARACTERS = 5_000
_SHOWN_CHARACTERS = 200

# Shorter numbers are years and doses more often.
_NUMBER = re.compile(r"\d{5,8}")
_PMIDS = re.compile(r"(?:PMIDs?:?\s*)?\d{5,8}(?:[\s,;]+\d{5,8})*", re.IGNORECASE)

# PubMed's own name for all of its records: what NOT takes from where nothing else filters.
EVERYTHING = Term("sb", "all", 0, 0)

# The fields whose words say what a record is about. Names, journals, dates and kinds of publication do not.
_TEXTUAL: frozenset[Field] = frozenset({"all", "tw", "tiab", "ti", "ab", "ot", "mh", "majr", "nm", "pa"})


@dataclass(frozen=True, slots=True)
class Plan:
    """`filter` is what a record must satisfy, or None where all do; its plain words are sought in all fields.

    `text` is what the model reads; where it is empty there is nothing to rank by, and the newest come first. `reading`
    says both to the user.
    """

    filter: Node | None
    text: str
    reading: str


def plan(query: str, exact: bool = False) -> Plan:
    """Reads a query; with `exact` every word of it filters.

    Raises:
        QueryError: as for `language.parse`.
    """
    tree = _pmids(language.parse(query))
    ranking: list[Words] = []
    rest = _filter(tree, ranking)
    condition = tree if exact else rest
    parts = [words.text for words in ranking] or list(dict.fromkeys(_textual(tree)))
    whole = " ".join(parts)
    text = whole
    if len(whole) > RANKED_CHARACTERS:
        text = whole[: RANKED_CHARACTERS + 1].rpartition(" ")[0] or whole[:RANKED_CHARACTERS]
    return Plan(condition, text, " ".join(_reading(condition, text, len(text) < len(whole), exact)))


def _pmids(node: Node) -> Node:
    """PMIDs where the query is nothing else, as in PubMed, one after the other or joined by OR."""
    parts = node.parts if isinstance(node, Or) else (node,)
    found = [part for part in parts if isinstance(part, Words) and _PMIDS.fullmatch(part.text)]
    if len(found) < len(parts):
        return node
    numbers = (number for each in found for number in _NUMBER.findall(each.text))
    return Term("uid", " ".join(numbers), found[0].start, found[-1].end)


def headings(node: Node) -> Iterator[Term]:
    """The MeSH headings of a query whose narrower headings count too, those of its types and filters among them."""
    for leaf in leaves(node):
        if isinstance(leaf, Term) and leaf.field in ("mh", "majr", "pt") and leaf.explode:
            yield leaf
        elif isinstance(leaf, Term) and leaf.field == "sb" and (query := subsets.QUERIES.get(identifier(leaf.text))):
            yield from headings(language.parse(query))


def _filter(node: Node, ranking: list[Words]) -> Node | None:
    """What of `node` filters; the plain words that only rank are added to `ranking`."""
    if isinstance(node, Words):
        ranking.append(node)
        return None
    if isinstance(node, And):
        parts = [part for each in node.parts if (part := _filter(each, ranking)) is not None]
        return And(tuple(parts)) if len(parts) > 1 else parts[0] if parts else None
    if isinstance(node, Not):
        return Not(_filter(node.kept, ranking) or EVERYTHING, node.dropped)
    if isinstance(node, Or) and (words := _alternatives(node)):
        ranking += words
        return None
    return node


def _alternatives(node: Or) -> list[Words]:
    """The plain words of an OR; none where anything else stands in it."""
    words: list[Words] = []
    left: list[Node] = [node]
    while left:
        each = left.pop()
        if isinstance(each, And | Or):
            left += reversed(each.parts)
        elif isinstance(each, Words):
            words.append(each)
        else:
            return []
    return words


def _textual(node: Node) -> Iterator[str]:
    """The text of the terms that say what is sought; half a word, such as therap*, means nothing to the model."""
    for leaf in leaves(node, dropped=False):
        if isinstance(leaf, Words) or (isinstance(leaf, Term) and leaf.field in _TEXTUAL and "*" not in leaf.text):
            yield leaf.text


def _reading(condition: Node | None, text: str, cut: bool, exact: bool) -> Iterator[str]:
    if text:
        shown = f"the first {len(text):,} characters of the words" if cut else f"“{_short(text)}”"
        yield f"Ranked by {shown}."
    else:
        yield "Newest first: the query has no whole word to rank by."
    if condition is None:
        yield "The query filters no record out."
        return
    yield f"Filtered by {_short(notation(condition))}."
    if exact:
        yield "Every word filters."
    if any(isinstance(leaf, Words) for leaf in leaves(condition)):
        yield "Plain words are sought as written, in all fields, without PubMed's automatic term mapping."


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS].rstrip()} …"
