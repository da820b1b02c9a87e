"""Limits that lose records for what is not in them yet, or never will be.

NLM gives headings, among them those for species, sex and age, and most publication types when it indexes a record:
the newest have none, and of some journals no record ever has one. Cochrane's handbook advises against such limits:
https://training.cochrane.org/handbook/current/chapter-04.
"""

from collections.abc import Iterator

from pubsearch.index.keys import identifier
from pubsearch.index.normal import key
from pubsearch.search import language, subsets
from pubsearch.search.languages import LANGUAGES
from pubsearch.search.notation import notation
from pubsearch.search.tree import And, Leaf, Node, Not, Or, Term, leaves
from pubsearch.strategy.finding import Finding, finding
from pubsearch.strategy.lines import Strategy

_CHECK_TAGS = """
    humans; animals; male; female; infant; infant, newborn; child; child, preschool; adolescent; young adult; adult;
    middle aged; aged; aged, 80 and over
"""
CHECK_TAGS = frozenset(key(tag) for tag in _CHECK_TAGS.split(";"))
"""The keys of the headings for species, sex and age, by which people limit."""

_TEXTS = frozenset(["hasabstract", "hasstructuredabstract", "freefulltext", "ffrft", "pubmedpmc", "pmc", "fulltext"])
_LANGUAGES = frozenset(name.replace(" ", "").lower() for name in LANGUAGES.values())

_SHOWN = 60
_SAID = {
    "language-limit": ("drops all records in other languages", "Leave it out, or give the reason in the report"),
    "text-limit": ("drops records without an abstract or full text, old and new", "Leave it out"),
    "type-limit": (
        "drops records that NLM has not indexed with that type yet",
        "Add words of title and abstract by OR, or use a filter that was tested, such as Cochrane's",
    ),
    "indexing-limit": (
        "drops records that NLM has not indexed yet",
        "Leave it out, or for humans write NOT (animals[mh] NOT humans[mh])",
    ),
    "animals-out": ("drops studies in humans and animals too", "Write NOT (animals[mh] NOT humans[mh])"),
}


def limits(strategy: Strategy, tree: Node) -> Iterator[Finding]:
    """Each part that AND or NOT joins to the rest, and that says nothing of the subject."""
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, Not) and _leaves_out_humans(node.dropped):
            yield _finding(strategy, node.dropped, "animals-out")
        if isinstance(node, Or):
            left += reversed(node.parts)
        elif isinstance(node, And | Not):
            parts = node.parts if isinstance(node, And) else (node.kept,)
            kinds = [_kind(part) for part in parts]
            yield from (_finding(strategy, part, kind) for part, kind in zip(parts, kinds, strict=True) if kind)
            left += [part for part, kind in zip(parts, kinds, strict=True) if not kind]


def is_check_tag(leaf: Leaf) -> bool:
    """Whether it asks for the heading of a species, a sex or an age."""
    return isinstance(leaf, Term) and leaf.field in ("mh", "majr") and key(leaf.text) in CHECK_TAGS


def _kind(part: Node) -> str | None:
    """Which limit a part is; None where anything in it asks for something else."""
    kinds = [_of_leaf(leaf) for leaf in leaves(part)]
    return kinds[0] if all(kinds) else None


def _of_leaf(leaf: Leaf) -> str | None:
    if not isinstance(leaf, Term):
        return None
    if leaf.field == "la":
        return "language-limit"
    if leaf.field == "pt":
        return "type-limit"
    if leaf.field == "sb":
        return _of_filter(identifier(leaf.text))
    return "indexing-limit" if is_check_tag(leaf) else None


def _of_filter(name: str) -> str | None:
    if name in _TEXTS:
        return "text-limit"
    if name in _LANGUAGES:
        return "language-limit"
    if name in subsets.TYPES:
        return "type-limit"
    query = subsets.QUERIES.get(name)
    if name == "medline" or (query and all(map(is_check_tag, leaves(language.parse(query))))):
        return "indexing-limit"
    return None


def _leaves_out_humans(dropped: Node) -> bool:
    """Whether animals are dropped, and humans not kept."""
    names = {key(leaf.text) for leaf in leaves(dropped) if isinstance(leaf, Term) and leaf.field in ("mh", "sb")}
    return bool(names & {"animals", "animal"}) and not names & {"humans", "human"}


def _finding(strategy: Strategy, part: Node, kind: str) -> Finding:
    start = next(iter(leaves(part))).start
    shown = notation(part)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN].rstrip()} …"
    what, cure = _SAID[kind]
    return finding(kind, strategy.line_at(start), start, f"{shown} {what}.", f"{cure}.")
