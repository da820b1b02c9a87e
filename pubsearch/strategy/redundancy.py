"""Lines and terms that add nothing, since another finds all that they find."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pubsearch.index.mesh import Mesh
from pubsearch.index.normal import words as plain_words
from pubsearch.search.notation import notation
from pubsearch.search.tree import And, Field, Node, Not, Or, Term
from pubsearch.strategy.finding import Finding, finding
from pubsearch.strategy.lines import Strategy
from pubsearch.strategy.reading import Reading

_SHOWN = 5

# Where a word stands is also in these fields.
_WIDER: dict[Field, tuple[Field, ...]] = {
    "ti": ("ti", "tiab", "tw", "all"),
    "ab": ("ab", "tiab", "tw", "all"),
    "ot": ("ot", "tiab", "tw", "all"),
    "tiab": ("tiab", "tw", "all"),
    "tw": ("tw", "all"),
    "all": ("all",),
}


def lines(readings: Iterable[Reading]) -> Iterator[Finding]:
    """Each line that says the same as one before it."""
    seen: dict[str, int] = {}
    for reading in readings:
        if reading.tree is None or reading.line.number is None:
            continue
        same = notation(reading.tree).casefold()
        if same in seen:
            what, cure = f"Line {reading.line.number} is line {seen[same]} once more.", "Take one of them out."
            yield finding("same-line", reading.line, reading.line.start, what, cure)
        seen.setdefault(same, reading.line.number)


def terms(strategy: Strategy, tree: Node, mesh: Mesh | None) -> Iterator[Finding]:
    """In each OR, the terms that find all that others beside them find."""
    for alternatives in _alternatives(tree):
        wide = {id(term): wider for term, wider in _covered(alternatives, mesh)}
        by_wide: dict[int, list[Term]] = defaultdict(list)
        known = {id(term): term for term in alternatives}
        for term in alternatives:
            if id(term) in wide:
                by_wide[id(wide[id(term)])].append(term)
        for number, needless in by_wide.items():
            wider = known[number]
            shown = ", ".join(map(notation, needless[:_SHOWN]))
            more = f" and {len(needless) - _SHOWN} more" if len(needless) > _SHOWN else ""
            line = strategy.line_at(needless[0].start)
            what = f"{notation(wider)} finds all of {shown}{more}."
            yield finding("redundant", line, needless[0].start, what, "Take out what adds nothing.")


def _alternatives(tree: Node) -> Iterator[list[Term]]:
    """The terms that stand directly in each OR."""
    left: list[tuple[Node, bool]] = [(tree, False)]
    seen: set[int] = set()
    while left:
        node, inside = left.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Or) and not inside:
            yield [leaf for leaf in _flat(node) if isinstance(leaf, Term)]
        if isinstance(node, And | Or):
            left += [(part, isinstance(node, Or)) for part in reversed(node.parts)]
        elif isinstance(node, Not):
            left += [(node.dropped, False), (node.kept, False)]


def _flat(node: Or) -> Iterator[Node]:
    left: list[Node] = [node]
    while left:
        each = left.pop()
        if isinstance(each, Or):
            left += reversed(each.parts)
        else:
            yield each


def _covered(terms: list[Term], mesh: Mesh | None) -> Iterator[tuple[Term, Term]]:
    """Each term that adds nothing, with the one beside it that finds all of it."""
    whole: dict[tuple[Field, str, bool, int | None], Term] = {}
    words: dict[tuple[Field, str], Term] = {}
    beginnings: dict[tuple[Field, str], Term] = {}
    broader: dict[str, list[_Exploded]] = defaultdict(list)
    for term in terms:
        whole.setdefault(_same(term), term)
        found = _words(term)
        if len(found) == 1 and term.distance is None:
            (beginnings if found[0][1] else words).setdefault((term.field, found[0][0]), term)
    for heading in _exploded(terms, mesh):
        for name in heading.finds:
            broader[name].append(heading)
    for term in terms:
        wider = whole[_same(term)]
        if wider is term:
            wider = _wider(term, words, beginnings) or _above(term, broader, mesh) or term
        if wider is not term:
            yield term, wider


def _wider(term: Term, words: dict[tuple[Field, str], Term], beginnings: dict[tuple[Field, str], Term]) -> Term | None:
    """A single word that stands in `term`, in its field or one that holds it, or the beginning of one."""
    found = _words(term)
    for field in _WIDER.get(term.field, ()):
        for word, truncated in found:
            exact = words.get((field, word)) if not truncated else None
            begun = (beginnings.get((field, word[:end])) for end in range(len(word), 0, -1))
            for other in (exact, *begun):
                if other is not None and other is not term:
                    return other
    return None


@dataclass(frozen=True, slots=True)
class _Exploded:
    """A term that finds a heading and those below it in all its trees."""

    term: Term
    finds: frozenset[str]


def _exploded(terms: list[Term], mesh: Mesh | None) -> Iterator[_Exploded]:
    """The terms that find all of an exploded heading; of several for one heading, the first."""
    if mesh is None:
        return
    seen: set[str | None] = {None}
    for term in terms:
        if term.field == "mh" and term.explode and "/" not in term.text and "*" not in term.text:
            name = mesh.heading(term.text)
            if name not in seen:
                seen.add(name)
                yield _Exploded(term, mesh.narrower(term.text))


def _above(term: Term, broader: dict[str, list[_Exploded]], mesh: Mesh | None) -> Term | None:
    """An exploded heading that finds the heading of `term`, and all that `term` explodes into."""
    if mesh is None or term.field not in ("mh", "majr") or "*" in term.text:
        return None
    name = mesh.heading(term.text.partition("/")[0])
    if name is None:
        return None
    wanted = mesh.narrower(name) if term.explode else {name}
    return next((each.term for each in broader[name] if each.term is not term and wanted <= each.finds), None)


def _same(term: Term) -> tuple[Field, str, bool, int | None]:
    """What is the same for two terms that find the same; in all fields, quotes make a phrase of the words."""
    text = " ".join(word + "*" * star for word, star in _words(term))
    return term.field, f'"{text}"' if term.field == "all" and term.quoted else text, term.explode, term.distance


def _words(term: Term) -> list[tuple[str, bool]]:
    return [(word, term.text[end : end + 1] == "*") for word, _, end in plain_words(term.text)]
