"""Dates of PubMed records: as precise as given, the verbatim text kept where it is no plain date.

Elements: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html, "PubDate". E-utilities re-render some of
them: PMID 152567 has a Season in one place and a MedlineDate in another, so both are kept as they came.
"""

import re

from lxml import etree

from pubsearch.record import PartialDate

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
_YEAR = re.compile(r"(?<![0-9])(?:1[5-9]|20)[0-9]{2}(?![0-9])")


def partial_date(element: etree._Element | None) -> PartialDate:
    """A `PubDate`, `ArticleDate`, `DateRevised`, `PubMedPubDate` … as a date; without an element, no date."""
    if element is None:
        return PartialDate()
    texts = {child.tag: (child.text or "").strip() for child in element}
    if medline := texts.get("MedlineDate"):
        return verbatim_date(medline)
    year, month, day = texts.get("Year", ""), texts.get("Month", ""), texts.get("Day", "")
    if season := texts.get("Season"):
        return verbatim_date(f"{year} {season}".strip())
    numbers = _number(year, 9999), month_number(month), _number(day, 31)
    if any(text and number is None for text, number in zip((year, month, day), numbers, strict=True)):
        return verbatim_date(" ".join(text for text in (year, month, day) if text))
    return PartialDate(*numbers)


def verbatim_date(text: str) -> PartialDate:
    """A date that is kept as it stands, with the first year in it: "1998 Dec-1999 Jan", "1998 Summer"."""
    year = _YEAR.search(text)
    return PartialDate(year=int(year[0]) if year else None, verbatim=text)


def month_number(text: str) -> int | None:
    """1 to 12 for "Mar", "March", "3" and "03"; None for what is no month."""
    return _MONTHS.get(text[:3].casefold()) if text.isalpha() else _number(text, 12)


def _number(text: str, largest: int) -> int | None:
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
    return number if 1 <= number <= largest else None
