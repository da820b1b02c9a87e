"""Labels of filters as people write them: without regard to case, and languages by name too."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from pubsearch.errors import UserError
from pubsearch.index.facets import Facets
from pubsearch.index.normal import key
from pubsearch.search import titles
from pubsearch.search.filters import LABELLED, Filters

_SHOWN = 6
# For each facet that was asked for a label in another writing, its labels by key: an address may have a thousand, and a
# topic tens of thousands. They go with the version that they are of.
_keyed: WeakKeyDictionary[Facets, dict[str, Mapping[str, Sequence[str]]]] = WeakKeyDictionary()


def known(filters: Filters, index: Facets, topic: str) -> Filters:
    """The same filters, each label as the records of `topic` have it; all that differ in their writing alone.

    Raises:
        UserError: no record has one of them.
    """
    chosen = as_had(filters, index)
    for name in LABELLED:
        for text in getattr(chosen, name):
            if not index.has(name, text):
                raise UserError(
                    f"No record of {topic} has {name}: {text}; there are {_there(name, key(text), index)} "
                    f'(pubsearch search {topic} "all[sb]" --facets lists the most frequent).'
                )
    return chosen


def as_had(filters: Filters, index: Facets) -> Filters:
    """As `known`, but a label that no record has stays as it is."""
    chosen: dict[str, Any] = {}
    for name in LABELLED:
        found = [label for text in getattr(filters, name) for label in _labels(name, text, index) or [text]]
        chosen[name] = tuple(dict.fromkeys(found))
    return replace(filters, **chosen)


def _labels(name: str, text: str, index: Facets) -> Sequence[str]:
    return [text] if index.has(name, text) else _by_key(name, index).get(key(text), ())


def _by_key(name: str, index: Facets) -> Mapping[str, Sequence[str]]:
    """The labels of a facet by the key of each, and by that of what readers know it as."""
    keyed = _keyed.setdefault(index, {})
    if name not in keyed:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for label in index.labels(name):
            for each in {key(label), key(titles.value(name, label))}:
                found[each].append(label)
        keyed[name] = found
    return keyed[name]


def _there(name: str, wanted: str, index: Facets) -> str:
    """Some labels that records have, as readers know them: those that come close first, then the most frequent."""
    labels, counts = index.labels(name), index.counts(name, np.ones(len(index), np.bool_))
    often = [titles.value(name, labels[place]) for place in np.argsort(-counts, kind="stable") if counts[place]]
    by_key = {key(label): label for label in often}
    close = [by_key[each] for each in get_close_matches(wanted, by_key)]
    shown = list(dict.fromkeys([*close, *often]))
    return "; ".join(shown[:_SHOWN] + ["…"] * (len(shown) > _SHOWN)) or "none"
