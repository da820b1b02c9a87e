"""Pages and dates as citations print them."""

import pytest

from pubsearch.record import PartialDate
from pubsearch.search.printed import full_date, full_pages, medline_date, page_range


@pytest.mark.parametrize(
    ("pages", "first", "last"),
    [
        ("123-8", "123", "128"),
        ("123-128", "123", "128"),
        ("998-1002", "998", "1002"),
        ("1173-9", "1173", "1179"),
        ("764", "764", ""),
        ("e12", "e12", ""),
        ("e0193972", "e0193972", ""),
        ("S1-S4", "S1", "S4"),
        ("S6-12", "S6", "S12"),
        ("112.e1-5", "112.e1", "112.e5"),
        ("165-174.e1", "165", "174.e1"),
        ("338S-400S", "338S", "400S"),
        ("iii-vi", "iii", "vi"),
        ("E-10", "E-10", ""),
        ("1151-68; discussion 1149-50", "1151", "1168"),
        ("123-4, 130", "123-4, 130", ""),
        ("123-1", "123-1", ""),
        ("128-28", "128", "128"),
        ("500-400", "500-400", ""),
        ("123A-b", "123A-b", ""),
        ("1151-68; author reply 1169", "1151", "1168"),
        ("35-8; 41-5", "35-8; 41-5", ""),
        ("35; S12", "35; S12", ""),
        ("[34457 words; 185 paragraphs]", "[34457 words; 185 paragraphs]", ""),
        (f"1-{'9' * 5_000}", "1", "9" * 5_000),
        ("[4 p; 6 p]", "[4 p; 6 p]", ""),
        ("", "", ""),
    ],
)
def test_first_and_last_page(pages: str, first: str, last: str) -> None:
    assert page_range(pages) == (first, last)


def test_the_range_in_full() -> None:
    assert (full_pages("123-8"), full_pages("123-8", "–"), full_pages("e12")) == ("123-128", "123–128", "e12")


@pytest.mark.parametrize(
    ("date", "medline", "full"),
    [
        (PartialDate(2002, 7, 25), "2002 Jul 25", "July 25, 2002"),
        (PartialDate(2002, 7), "2002 Jul", "July 2002"),
        (PartialDate(2002), "2002", "2002"),
        (PartialDate(1998, verbatim="1998 Dec-1999 Jan"), "1998 Dec-1999 Jan", "1998 Dec-1999 Jan"),
        (PartialDate(), "", ""),
    ],
)
def test_a_date_is_as_precise_as_the_record(date: PartialDate, medline: str, full: str) -> None:
    assert (medline_date(date), full_date(date)) == (medline, full)
