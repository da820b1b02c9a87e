"""The filters that a reader has chosen, as text for addresses and commands, and as the records that pass each."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from pubsearch.errors import UserError
from pubsearch.index.columns import Mask
from pubsearch.index.facets import ABSTRACT, FREE_FULL_TEXT, RETRACTED, Facets

# Filters by labels, each by the facet of the same name; then those that are on or off.
LABELLED = ("evidence", "journals", "mesh", "majors", "languages", "species", "ages", "sexes", "notices")
SWITCHES = ("has_abstract", "free_full_text", "not_retracted")
# Those by labels that are MeSH headings: a record without headings passes none of them.
BY_HEADINGS = ("mesh", "majors", "species", "ages", "sexes")
NAMES = (*LABELLED, "years", *SWITCHES, "since")
# How a filter that is only on or off is written.
ON = "yes"

_YEARS = re.compile(r"([0-9]{1,4})(?::([0-9]{1,4}))?")


@dataclass(frozen=True, slots=True)
class Filters:
    """A reader's filters: a record passes one if it has any of its labels, and is kept if it passes all.

    A label that no record has is kept, and lets none pass. `years` are the first and the last year of publication, both
    included; `since` is the first day of entry into PubMed ([edat]). A record whose date is unknown passes neither.
    """

    evidence: tuple[str, ...] = ()
    journals: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    majors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    species: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    sexes: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    years: tuple[int, int] | None = None
    has_abstract: bool = False
    free_full_text: bool = False
    not_retracted: bool = False
    since: date | None = None

    @classmethod
    def parse(cls, given: Mapping[str, Sequence[str]]) -> "Filters":
        """The filters that `as_pairs` wrote, by name: `{"ages": ["Infant", "Aged"], "years": ["2015:2020"]}`.

        Raises:
            UserError: there is no filter of that name, or the text of one cannot be read.
        """
        chosen: dict[str, Any] = {}
        for name, texts in given.items():
            if name not in NAMES:
                raise UserError(f"There is no filter called {name}: use one of {', '.join(NAMES)}.")
            if name in LABELLED:
                chosen[name] = tuple(dict.fromkeys(texts))
            elif len(texts) != 1:
                raise UserError(f"The filter {name} is given {len(texts)} times: give it once.")
            else:
                chosen[name] = _read(name, texts[0])
        return cls(**chosen)

    def as_pairs(self) -> list[tuple[str, str]]:
        """The active filters as (name, text), one pair for each label; `parse` reads them, grouped by name."""
        pairs = [(name, label) for name in LABELLED for label in getattr(self, name)]
        if self.years:
            pairs.append(("years", f"{self.years[0]}:{self.years[1]}"))
        pairs += [(name, ON) for name in SWITCHES if getattr(self, name)]
        if self.since:
            pairs.append(("since", self.since.isoformat()))
        return pairs

    def masks(self, facets: Facets) -> dict[str, Mask]:
        """The records that pass each active filter, by its name."""
        masks = {name: facets.mask(name, labels) for name in LABELLED if (labels := getattr(self, name))}
        if self.years:
            first, last = self.years
            # Year 0 is none.
            masks["years"] = (facets.published >= max(first, 1) * 10_000) & (facets.published < (last + 1) * 10_000)
        masks |= {name: switch(facets, name) for name in SWITCHES if getattr(self, name)}
        if self.since:
            masks["since"] = facets.entered >= int(self.since.strftime("%Y%m%d"))
        return masks


def switch(facets: Facets, name: str) -> Mask:
    """The records that pass the filter of that name among `SWITCHES`."""
    if name == "not_retracted":
        return np.logical_not(facets.mask("notices", [RETRACTED]))
    return facets.mask("access", [ABSTRACT if name == "has_abstract" else FREE_FULL_TEXT])


def _read(name: str, text: str) -> tuple[int, int] | bool | date:
    if name == "years":
        return _years(text)
    if name == "since":
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise UserError(f"The filter since is no date ({text}): write it as 2026-01-31.") from error
    if text != ON:
        raise UserError(f"The filter {name} cannot be {text}: write {ON}, or leave it out.")
    return True


def _years(text: str) -> tuple[int, int]:
    found = _YEARS.fullmatch(text)
    if not found or int(found[1]) > int(found[2] or found[1]):
        raise UserError(f"The filter years cannot be {text}: write 2015:2020, or 2015:3000 for all from 2015 on.")
    return int(found[1]), int(found[2] or found[1])
