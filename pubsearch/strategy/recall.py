"""How much of what is known to be relevant a query finds, and which of its parts lose the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pubsearch.search.notation import notation
from pubsearch.search.plan import EVERYTHING, plan
from pubsearch.search.searcher import Searcher
from pubsearch.search.tree import And, Node, Not, Term

# So many PMIDs fit into one query.
_TOGETHER = 5_000


@dataclass(frozen=True, slots=True)
class Missed:
    """A known record that the query does not find, and the parts of the query that it does not satisfy."""

    pmid: int
    title: str
    fails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """Of the known PMIDs, in their order: those that the query finds, those that it misses, and those that are not in
    the topic. `records` counts all that the query finds there."""

    records: int
    found: tuple[int, ...]
    missed: tuple[Missed, ...]
    absent: tuple[int, ...]

    @property
    def recall(self) -> float | None:
        """The share of the known records of the topic that are found, 0 to 1; None where the topic has none of them."""
        known = len(self.found) + len(self.missed)
        return len(self.found) / known if known else None


def recall(searcher: Searcher, query: str, known: Sequence[int]) -> Recall:
    """Holds a query against `known` PMIDs; every word of it filters, as in PubMed.

    Raises:
        QueryError: the query cannot be read.
        TopicError: the topic has no version yet.
        VersionError: the served version is damaged.
    """
    tree = plan(query, exact=True).filter or EVERYTHING
    everything = _pmids(searcher, tree)
    present = of_topic(searcher, known)
    lost = [pmid for pmid in known if pmid in present and pmid not in everything]
    fails: dict[int, list[str]] = {pmid: [] for pmid in lost}
    for part in _parts(tree) if lost else ():
        satisfied = _pmids(searcher, part)
        for pmid in lost:
            if pmid not in satisfied:
                fails[pmid].append(_shown(part))
    return Recall(
        records=len(everything),
        found=tuple(pmid for pmid in known if pmid in everything),
        missed=tuple(Missed(pmid, searcher.record(pmid).title, tuple(fails[pmid])) for pmid in lost),
        absent=tuple(pmid for pmid in known if pmid not in present),
    )


def of_topic(searcher: Searcher, pmids: Sequence[int]) -> frozenset[int]:
    """Those of `pmids` that the topic has."""
    found: set[int] = set()
    for first in range(0, len(pmids), _TOGETHER):
        text = " ".join(map(str, pmids[first : first + _TOGETHER]))
        found |= _pmids(searcher, Term("uid", text, 0, 0))
    return frozenset(found)


def _pmids(searcher: Searcher, node: Node) -> frozenset[int]:
    return frozenset(searcher.select(notation(node), exact=True, rank="words").pmids)


def _parts(node: Node) -> Iterator[Node]:
    """What a record must satisfy, part by part: what AND joins, and what NOT must not drop."""
    if isinstance(node, And):
        for part in node.parts:
            yield from _parts(part)
    elif isinstance(node, Not):
        yield from _parts(node.kept) if node.kept != EVERYTHING else ()
        yield Not(EVERYTHING, node.dropped)
    else:
        yield node


def _shown(part: Node) -> str:
    return f"NOT ({notation(part.dropped)})" if isinstance(part, Not) else notation(part)
