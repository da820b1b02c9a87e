"""Dates as they are typed in a query, as days: yyyymmdd, the first and the last that is meant.

The forms are PubMed's (https://pubmed.ncbi.nlm.nih.gov/help/#dp): yyyy, yyyy/mm, yyyy/mm/dd, and "last N days".
"""

import calendar
import re
from datetime import date, timedelta

_DATE = re.compile(r"([0-9]{4})(?:[/-]([0-9]{1,2})(?:[/-]([0-9]{1,2}))?)?")
_LAST = re.compile(r"last (?:([0-9]{1,4}) )?(day|month|year)s?", re.IGNORECASE)
# Dates in the future count as recent, says PubMed.
_LATEST = 9999_99_99


def span(text: str, today: date) -> tuple[int, int] | None:
    """The first and the last day of a date, or of what is no longer ago than so many years; None for what is none."""
    if relative := _LAST.fullmatch(text):
        return _before(today, int(relative[1] or 1), relative[2].lower()), _LATEST
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, months, days = int(found[1]), (1, 12), (1, 31)
    if found[2]:
        months = int(found[2]), int(found[2])
    if found[3]:
        days = int(found[3]), int(found[3])
    if not (1 <= months[0] <= 12 and 1 <= days[0] <= 31):
        return None
    first, last = (year * 10_000 + months[end] * 100 + days[end] for end in (0, 1))
    return first, last


def _before(today: date, count: int, unit: str) -> int:
    if unit == "day":
        day = today - timedelta(days=min(count, today.toordinal() - 1))
        return day.year * 10_000 + day.month * 100 + day.day
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    year, month = divmod(max(months, 12), 12)
    last = calendar.monthrange(year, month + 1)[1]
    return year * 10_000 + (month + 1) * 100 + min(today.day, last)
