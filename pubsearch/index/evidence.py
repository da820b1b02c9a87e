"""Kinds of evidence, told from PubMed's publication types alone: what a record is labelled, not how good it is.

The types: https://www.nlm.nih.gov/mesh/pubtypes.html. A trial in animals was a "Clinical Trial" as any other before
2019, so that the veterinary types of today stand beside the types that they were split from.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of evidence, and the publication types that it holds."""

    name: str
    types: tuple[str, ...]


# Strongest first, as readers of evidence rank designs.
GROUPS = (
    Group(
        "guideline",
        (
            "Practice Guideline",
            "Guideline",
            "Consensus Development Conference",
            "Consensus Development Conference, NIH",
        ),
    ),
    Group("systematic review", ("Systematic Review",)),
    Group("meta-analysis", ("Meta-Analysis", "Network Meta-Analysis")),
    Group(
        "randomised trial",
        (
            "Randomized Controlled Trial",
            "Equivalence Trial",
            "Pragmatic Clinical Trial",
            "Randomized Controlled Trial, Veterinary",
        ),
    ),
    Group(
        "trial",
        (
            "Clinical Trial",
            "Controlled Clinical Trial",
            "Clinical Trial, Phase IV",
            "Clinical Trial, Phase III",
            "Clinical Trial, Phase II",
            "Clinical Trial, Phase I",
            "Adaptive Clinical Trial",
            "Clinical Trial, Veterinary",
        ),
    ),
    Group("observational", ("Observational Study", "Observational Study, Veterinary")),
    Group("review", ("Review", "Scoping Review")),
    Group("case report", ("Case Reports",)),
)
OTHER = "other"
NAMES = (*(group.name for group in GROUPS), OTHER)

_GROUP = {kind.casefold(): group.name for group in GROUPS for kind in group.types}


def groups(publication_types: Iterable[str]) -> tuple[str, ...]:
    """The names of all groups that a record of these types belongs to, strongest first; "other" where it is in none.

    The case of a type does not count: some records shout ("JOURNAL ARTICLE").
    """
    found = {_GROUP.get(kind.casefold()) for kind in publication_types}
    return tuple(name for name in NAMES if name in found) or (OTHER,)
