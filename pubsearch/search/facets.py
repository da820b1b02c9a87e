"""How many records there are of each kind, of those that satisfy the query and the filters.

Each facet is counted over the records that pass all filters but its own, so that to choose one of its labels does not
empty the others: the number beside a label is what choosing it brings.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pubsearch.index.columns import Mask
from pubsearch.index.facets import AGES, CLOSED, SEXES, SPECIES, Facets
from pubsearch.search.filters import BY_HEADINGS, LABELLED, ON, SWITCHES, Filters, switch

NO_YEAR = "no year"
Failures = npt.NDArray[np.uint8]
# These headings have facets of their own, and would crowd out all others.
_CHECK_TAGS = {*SPECIES, *AGES, *SEXES}


@dataclass(frozen=True, slots=True)
class Count:
    """The number of records that have a label; `chosen` if it is among the reader's filters."""

    label: str
    records: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet, named as its filter; `more` is the number of further labels that some record has.

    The labels stand in an order of their own (evidence by strength, ages by age, years by year), else by number of
    records. "years" has all years from the first to the last, and `NO_YEAR` at the end if there are such records; a
    filter that is only on or off has one label, `ON`. Where the facet goes by MeSH headings, `without_headings` is how
    many records have none, and so are left out by any filter that does: of the records that pass all other filters.
    """

    name: str
    values: tuple[Count, ...]
    more: int = 0
    without_headings: int = 0


def facets(index: Facets, satisfied: Mask, filters: Filters, top: int = 10) -> tuple[Facet, ...]:
    """The facets of the records that satisfy the query, with the `top` labels of those that have many.

    `satisfied` is the query's own mask; `filters` are applied here. What is chosen is always listed.
    """
    failed, failures = _failures(index, filters)
    kept, without_own = _kept(satisfied, failed, failures)
    found = [_labelled(index, name, without_own.get(name, kept), getattr(filters, name), top) for name in LABELLED]
    # A record without headings fails every filter by headings: one that fails no more than these passes all others.
    by_headings = sum(name in BY_HEADINGS for name in failed)
    bare = int(np.count_nonzero(satisfied & index.unlabelled("mesh") & (failures == by_headings)))
    found = [replace(each, without_headings=bare) if each.name in BY_HEADINGS else each for each in found]
    found.append(Facet("years", tuple(_years(index, without_own.get("years", kept), filters.years))))
    for name in SWITCHES:
        records = np.count_nonzero(switch(index, name) & without_own.get(name, kept))
        found.append(Facet(name, (Count(ON, int(records), getattr(filters, name)),)))
    return tuple(found)


def facet(index: Facets, satisfied: Mask, filters: Filters, name: str) -> Facet:
    """One facet by labels with all labels that some record has; `name` is one of `filters.LABELLED`."""
    kept, without_own = _kept(satisfied, *_failures(index, filters))
    return _labelled(index, name, without_own.get(name, kept), getattr(filters, name), None)


def without(index: Facets, satisfied: Mask, filters: Filters) -> dict[str, int]:
    """How many records there would be without each active filter, by its name: which one empties the answer."""
    _, without_own = _kept(satisfied, *_failures(index, filters))
    return {name: int(np.count_nonzero(mask)) for name, mask in without_own.items()}


def _failures(index: Facets, filters: Filters) -> tuple[dict[str, Mask], Failures]:
    """For each active filter the records that fail it, and of each record how many it fails."""
    failed = {name: ~mask for name, mask in filters.masks(index).items()}
    failures = np.zeros(len(index), np.uint8)
    for mask in failed.values():
        failures += mask
    return failed, failures


def _kept(satisfied: Mask, failed: dict[str, Mask], failures: Failures) -> tuple[Mask, dict[str, Mask]]:
    """The records that pass all filters, and for each active filter those that pass all others."""
    return satisfied & (failures == 0), {name: satisfied & (failures == mask) for name, mask in failed.items()}


def _labelled(index: Facets, name: str, kept: Mask, picked: tuple[str, ...], top: int | None) -> Facet:
    labels, counts = index.labels(name), index.counts(name, kept)
    if name == "mesh":
        counts[index.places(name, _CHECK_TAGS.difference(picked))] = 0
    with_records, places = np.flatnonzero(counts), index.places(name, picked)
    if name in CLOSED:
        listed = np.union1d(with_records, places)
    else:
        # Labels are in alphabetic order already, which a stable sort keeps among equals.
        best = with_records[np.argsort(-counts[with_records], kind="stable")][:top]
        listed = np.concatenate([best, np.setdiff1d(places, best)])
    values = [Count(labels[place], int(counts[place]), labels[place] in picked) for place in listed]
    more = len(with_records) - sum(value.records > 0 for value in values)
    known = {value.label for value in values}
    values += [Count(label, 0, chosen=True) for label in picked if label not in known]
    return Facet(name, tuple(values), more)


def _years(index: Facets, kept: Mask, picked: tuple[int, int] | None) -> Iterator[Count]:
    unknown, *known = np.bincount(index.published[kept] // 10_000, minlength=1).tolist()
    first = next((year for year, records in enumerate(known, start=1) if records), 1)
    for year, records in enumerate(known[first - 1 :], start=first):
        yield Count(str(year), records, picked is not None and picked[0] <= year <= picked[1])
    if unknown:
        yield Count(NO_YEAR, unknown, chosen=False)
