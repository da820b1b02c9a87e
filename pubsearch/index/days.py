"""The dates of a record as days, for comparing: yyyymmdd, 0 where there is none.

As PubMed does it (https://pubmed.ncbi.nlm.nih.gov/help/#dp): without a month it is January, without a day the first; of
several months the first counts; winter is January, spring April, summer July, and fall October.
"""

import re
from collections.abc import Callable

from pubsearch.record import PartialDate, Record

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10, "autumn": 10}
_STARTS = {month: number for number, month in enumerate(_MONTHS, start=1)} | _SEASONS
# "1983 Dec 28-1984 Jan 5", "2019 Sep/Oct", "2024 Winter-Spring"
_NAMED = re.compile(rf"\b({'|'.join(_STARTS)})[a-z]*(?: ([0-9]{{1,2}})(?![0-9]))?", re.IGNORECASE)

DATES: dict[str, Callable[[Record], PartialDate]] = {
    "dp": lambda record: record.publication_date if record.publication_date.year else record.electronic_date,
    "epdat": lambda record: record.electronic_date,
    "ppdat": lambda record: record.publication_date,
    "edat": lambda record: record.pubmed_date,
    "crdt": lambda record: record.entrez_date,
    "mhda": lambda record: record.mesh_date,
    "lr": lambda record: record.revised_date,
    "dcom": lambda record: record.completed_date,
}
"""PubMed's date fields, each with the date that it tests; [dp] with the one that is shown, and it tests [epdat] too."""


def day(date: PartialDate) -> int:
    """The date as yyyymmdd; 0 where even the year is unknown."""
    if date.year is None:
        return 0
    month, number = date.month or 1, date.day or 1
    if date.verbatim and (named := _NAMED.search(date.verbatim)):
        month, number = _STARTS[named[1].lower()], int(named[2] or 1)
    return date.year * 10_000 + month * 100 + (number if 1 <= number <= 31 else 1)
