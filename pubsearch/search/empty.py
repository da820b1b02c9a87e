"""Why an answer has no records, or not the one that was expected: which part of the query, or which filter."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pubsearch.index.columns import Mask
from pubsearch.index.normal import tokens
from pubsearch.search.filters import Filters
from pubsearch.search.notation import notation
from pubsearch.search.results import Part
from pubsearch.search.served import SUGGESTIONS, Answer, Question, Served
from pubsearch.search.tree import And, Node, Term, Words


@dataclass(frozen=True, slots=True)
class _Condition:
    """What a record must satisfy: a part of the query (`node`) or a filter, as text, and who satisfies it."""

    text: str
    mask: Mask
    node: Node | None


def parts(served: Served, question: Question, answer: Answer, filters: Filters) -> Iterator[Part]:
    """Each part of the query's filter and each of the reader's filters, with what it leaves and what it takes away."""
    conditions = _conditions(served, question, answer, filters)
    rows = len(served.version.rows)
    found, records = [], []
    # Of each record how many conditions it fails, and the last of these: a mask for each would take too much room.
    failures, last = np.zeros(rows, np.uint16), np.zeros(rows, np.uint16)
    for place, each in enumerate(conditions):
        failed = ~each.mask
        failures += failed
        last[failed] = place
        found.append((each.text, each.node))
        records.append(rows - int(np.count_nonzero(failed)))
    without = np.bincount(last[failures == 1], minlength=len(found))
    looked_up = 0
    for (text, node), number, others in zip(found, records, without.tolist(), strict=True):
        instead: tuple[str, ...] = ()
        if not number and looked_up < SUGGESTIONS:
            instead, looked_up = _instead(served, node), looked_up + 1
        yield Part(text, number, others, instead)


def unsatisfied(served: Served, question: Question, answer: Answer, filters: Filters, row: int) -> Iterator[str]:
    """The parts and filters that leave out the record at `row`."""
    return (each.text for each in _conditions(served, question, answer, filters) if not each.mask[row])


def _conditions(served: Served, question: Question, answer: Answer, filters: Filters) -> Iterator[_Condition]:
    tree = answer.plan.filter
    nodes = () if tree is None else tree.parts if isinstance(tree, And) else (tree,)
    for node in nodes:
        yield _Condition(notation(node), served.matching(node, question), node)
    for name, mask in filters.masks(served.version.facets).items():
        texts = ", ".join(text for filter_name, text in filters.as_pairs() if filter_name == name)
        yield _Condition(f"{name}: {texts}", mask, None)


def _instead(served: Served, node: Node | None) -> tuple[str, ...]:
    """Words of the topic's records that the first word of this part which none has may have been meant for."""
    words = tokens(node.text) if isinstance(node, Term | Words) else ()
    return next((served.closest(word) for word in words if not served.known(word)), ())
