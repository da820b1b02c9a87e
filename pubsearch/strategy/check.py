"""What a machine can check of PRESS, the checklist for the peer review of search strategies
(https://doi.org/10.1016/j.jclinepi.2016.01.021)."""

from collections.abc import Iterator
from dataclasses import dataclass

from pubsearch.entrez.client import Client
from pubsearch.errors import QueryError
from pubsearch.index.fulltext import FullText
from pubsearch.index.mesh import Mesh
from pubsearch.search.tree import Node, Term
from pubsearch.strategy import foreign, limits, misspelling, redundancy, signs, subjects, truncation
from pubsearch.strategy.finding import Finding, finding
from pubsearch.strategy.lines import Strategy
from pubsearch.strategy.reading import Reading, readings, whole


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, by place, and in `notes` what could not be checked and what it needs."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def check(
    strategy: Strategy, *, mesh: Mesh | None = None, topic: FullText | None = None, client: Client | None = None
) -> Checked:
    """Looks at a strategy for what its author may want to look at again.

    Args:
        strategy: what is checked
        mesh: NLM's headings, for those that are wrong, missing or needless
        topic: the words of a topic's records, for misspellings
        client: PubMed, for misspellings

    Raises:
        EntrezError: NCBI did not answer as it should.
        VersionError: the file of `mesh` is damaged.
    """
    read = readings(strategy)
    found = [each for reading in read for each in _line(strategy, reading, mesh)]
    found += signs.missing_lines(strategy)
    if all(reading.error is None for reading in read):
        found += signs.unused_lines(strategy)
    found += redundancy.lines(read)
    for tree in _trees(strategy, read):
        found += limits.limits(strategy, tree)
        found += subjects.one_sided(strategy, tree, mesh)
        found += redundancy.terms(strategy, tree, mesh)
    if topic is not None:
        found += misspelling.by_topic(read, topic)
    if client is not None:
        found += misspelling.by_pubmed(read, client)
    notes = _notes(read, mesh, spelling=topic is not None or client is not None)
    return Checked(tuple(sorted(dict.fromkeys(found), key=lambda each: each.position)), tuple(notes))


def _line(strategy: Strategy, reading: Reading, mesh: Mesh | None) -> Iterator[Finding]:
    """What a line says for itself."""
    line, wrong = reading.line, []
    try:
        tokens = strategy.tokens(line)
    except QueryError as error:
        tokens = []
        wrong.append(_unreadable(strategy, reading, error))
    pieces = signs.operators(tokens)
    wrong += signs.parentheses(line, pieces)
    if reading.error is not None and not wrong:
        wrong.append(_unreadable(strategy, reading, reading.error))
    yield from wrong
    yield from signs.mixed(strategy, line, pieces)
    yield from signs.bare_number(strategy, line, pieces)
    yield from foreign.foreign(strategy, line)
    leaves = list(reading.leaves)
    yield from truncation.short(line, leaves)
    yield from subjects.unknown(line, leaves, mesh)


def _unreadable(strategy: Strategy, reading: Reading, error: QueryError) -> Finding:
    position = reading.line.start if error.position is None else error.position
    what = "PubMed may read it otherwise than it is meant."
    return finding("unreadable", reading.line, position, what, strategy.told(error))


def _trees(strategy: Strategy, read: list[Reading]) -> list[Node]:
    """The strategy as a whole, or, where a line of it cannot be read, its lines."""
    tree = whole(strategy)
    return [tree] if tree is not None else [reading.tree for reading in read if reading.tree is not None]


def _notes(read: list[Reading], mesh: Mesh | None, *, spelling: bool) -> Iterator[str]:
    for reading in read:
        if reading.error is not None:
            what = "The query" if reading.line.number is None else f"Line {reading.line.number}"
            yield f"{what} cannot be read to its end, and its terms were not checked: mend it and check again."
    headings = any(
        isinstance(leaf, Term) and leaf.field in ("mh", "majr") for reading in read for leaf in reading.leaves
    )
    if mesh is None and headings:
        yield "Headings were not looked up: run pubsearch mesh with NLM's file of MeSH descriptors first."
    if not spelling:
        yield "Spelling was not checked: name a topic by --topic, or ask PubMed by --ncbi."
