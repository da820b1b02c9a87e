"""The order of a result list. Ties go by row, and rows ascend by PMID, so that pages never repeat or skip a record."""

from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from pubsearch.index.top import Numbers, Scores, top

Sort = Literal["relevance", "recent", "date"]
"""By score; by score with recent ones first; newest first."""

Dates = npt.NDArray[np.int32]

# Under "recent", a record that is older by so many years keeps half of what it can lose of its score.
HALVING_YEARS = 5.0


def best(scores: Scores, dates: Dates, sort: Sort, limit: int, today: date) -> Numbers:
    """The places of the first `limit` records: by "date" all of them, newest first; else those with a score above 0,
    then the others, newest first. `dates` are yyyymmdd, with zeros for what is unknown.
    """
    if sort == "date":
        return top(_days(dates), limit)
    ranked = top(scores * recency(dates, today) if sort == "recent" else scores, limit)
    if len(ranked) == limit:
        return ranked
    rest = np.flatnonzero(scores <= 0)
    return np.concatenate([ranked, rest[top(_days(dates[rest]), limit - len(ranked))]])


def recency(dates: Dates, today: date) -> Scores:
    """What a score is multiplied by under "recent": (1 + 2^(−age / 5 years)) / 2, and 1/2 where the date is unknown."""
    now = _days(np.array([today.year * 10_000 + today.month * 100 + today.day], np.int32))
    age = np.maximum(now - _days(dates), 0) / _DAYS
    kept: Scores = ((1 + 2 ** (-age / HALVING_YEARS)) / 2).astype(np.float32)
    return kept


# A year as twelve months of 31 days: dates keep their order, and all fit a float32 exactly.
_DAYS = 12 * 31


def _days(dates: Dates) -> Scores:
    """A number above 0 that rises with the date; that of an unknown month is before January."""
    days = dates // 10_000 * _DAYS + dates // 100 % 100 * 31 + dates % 100
    above: Scores = (days + 1).astype(np.float32)
    return above
