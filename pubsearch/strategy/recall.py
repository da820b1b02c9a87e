"""How much of what is known to be relevant a query finds, and which of its parts lose the rest."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from pubsearch.search.matching import matching
from pubsearch.search.notation import notation
from pubsearch.search.plan import EVERYTHING, plan
from pubsearch.search.tree import And, Node, Not
from pubsearch.topic import journal, mesh
from pubsearch.topic.manifest import damaged
from pubsearch.topic.topic import Topic
from pubsearch.topic.version import served


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


def recall(topic: Topic, query: str, known: Sequence[int]) -> Recall:
    """Holds a query against `known` PMIDs of what a topic serves; every word of it filters, as in PubMed.

    Raises:
        QueryError: the query cannot be read.
        TopicError: the topic has no version yet.
        VersionError: the served version is damaged.
    """
    tree = plan(query, exact=True).filter or EVERYTHING
    catalogue = served(topic).catalogue
    satisfying = partial(
        matching, catalogue=catalogue, mesh=mesh.taken(topic.folder.parent), today=journal.now().date()
    )
    try:
        rows = {pmid: row for pmid in known if (row := catalogue.row(pmid)) is not None}
        found = satisfying(tree)
        lost = [pmid for pmid, row in rows.items() if not found[row]]
        fails: dict[int, list[str]] = {pmid: [] for pmid in lost}
        for part in _parts(tree) if lost else ():
            satisfied = satisfying(part)
            for pmid in lost:
                if not satisfied[rows[pmid]]:
                    fails[pmid].append(_shown(part))
        missed = tuple(Missed(pmid, catalogue.records([rows[pmid]])[0].title, tuple(fails[pmid])) for pmid in lost)
    except (sqlite3.DatabaseError, LookupError, ValueError) as error:
        raise damaged(topic.name, error) from error
    return Recall(
        records=int(np.count_nonzero(found)),
        found=tuple(pmid for pmid, row in rows.items() if found[row]),
        missed=missed,
        absent=tuple(pmid for pmid in known if pmid not in rows),
    )


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
