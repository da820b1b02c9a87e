"""Dates and page numbers as citations print them."""

import calendar
import re

from pubsearch.record import PartialDate

# "123-8", "S1-S4", "112.e1-5", "123A-125A": what stands before the number may be repeated or not.
_RANGE = re.compile(r"([^\s,;-]*?)([0-9]{1,20})([A-Za-z]?)-([^\s,;-]*?)([0-9]{1,20})([A-Za-z]?)")
# What follows the article: a word, and neither pages nor a letter before their number.
_AFTER = re.compile(r";\s*(?=[A-Za-z]{4})")
_ROMAN = re.compile(r"([ivxlcdm]+)-([ivxlcdm]+)", re.IGNORECASE)


def medline_date(date: PartialDate) -> str:
    """The date as PubMed prints it: "2002 Jul 25", as far as known, or as the record has it verbatim."""
    month = calendar.month_abbr[date.month] if date.month else ""
    return date.verbatim or " ".join(filter(None, (str(date.year or ""), month, str(date.day or ""))))


def full_date(date: PartialDate) -> str:
    """The date in words: "July 25, 2002", as far as known, or as the record has it verbatim."""
    if date.verbatim or not date.month:
        return date.verbatim or str(date.year or "")
    day = f" {date.day}," if date.day else ""
    return f"{calendar.month_name[date.month]}{day} {date.year}"


def page_range(pages: str) -> tuple[str, str]:
    """First and last page, with what NLM leaves out filled in: "123-8" gives ("123", "128").

    One page or an article number ("e12") has no last page. What is no single range, or none that goes up, stays whole
    as the first: ("123-4, 130", ""). What follows the article itself ("123-8; discussion 129-30") is left out.
    """
    pages = _AFTER.split(pages, 1)[0].strip(" ;")
    if roman := _ROMAN.fullmatch(pages):
        return roman[1], roman[2]
    found = _RANGE.fullmatch(pages)
    if found is None:
        return pages, ""
    before, first, letter, before_last, last, last_letter = found.groups()
    if before_last not in ("", before):
        return f"{before}{first}{letter}", f"{before_last}{last}{last_letter}"
    last = first[: max(0, len(first) - len(last))] + last
    if int(last) < int(first) or (letter and not last_letter):
        return pages, ""
    return f"{before}{first}{letter}", f"{before}{last}{last_letter}"


def full_pages(pages: str, dash: str = "-") -> str:
    """The range with both pages in full, "123-128", joined by `dash`; what is no single range as it is."""
    return dash.join(filter(None, page_range(pages)))
