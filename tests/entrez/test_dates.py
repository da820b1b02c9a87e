"""Dates are as precise as the record gives them, and what is no plain date is kept as it stands."""

import pytest
from lxml import etree

from pubsearch.entrez.dates import month_number, partial_date
from pubsearch.record import PartialDate


@pytest.mark.parametrize(
    ("inner", "date"),
    [
        ("<Year>1975</Year>", PartialDate(1975)),
        ("<Year>1975</Year><Month>Jun</Month>", PartialDate(1975, 6)),
        ("<Year>2014</Year><Month>March</Month><Day>05</Day>", PartialDate(2014, 3, 5)),
        ("<Year>2009</Year><Month>02</Month>", PartialDate(2009, 2)),
        ("<Year> 2009 </Year><Month/>", PartialDate(2009)),
        ("<Year>1998</Year><Season>Summer</Season>", PartialDate(1998, verbatim="1998 Summer")),
        ("<Year>2013</Year><Season>Jan-Mar</Season>", PartialDate(2013, verbatim="2013 Jan-Mar")),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", PartialDate(1998, verbatim="1998 Dec-1999 Jan")),
        ("<MedlineDate>1944-1945</MedlineDate>", PartialDate(1944, verbatim="1944-1945")),
        ("<MedlineDate>Spring 1809</MedlineDate>", PartialDate(1809, verbatim="Spring 1809")),
        ("<MedlineDate>03/03/2018</MedlineDate>", PartialDate(2018, verbatim="03/03/2018")),
        ("<MedlineDate>undated</MedlineDate>", PartialDate(verbatim="undated")),
        ("<Year>1999</Year><Month>Jul-Aug</Month>", PartialDate(1999, verbatim="1999 Jul-Aug")),
        ("<Year>1999</Year><Month>13</Month>", PartialDate(1999, verbatim="1999 13")),
        ("<Year>1999</Year><Month>Feb</Month><Day>45</Day>", PartialDate(1999, verbatim="1999 Feb 45")),
        ("<Year>19xx</Year>", PartialDate(verbatim="19xx")),
        ("", PartialDate()),
    ],
)
def test_a_date_is_read_or_kept(inner: str, date: PartialDate) -> None:
    assert partial_date(etree.fromstring(f"<PubDate>{inner}</PubDate>")) == date


def test_no_element_is_no_date() -> None:
    assert partial_date(None) == PartialDate()


@pytest.mark.parametrize(("text", "number"), [("Jan", 1), ("december", 12), ("9", 9), ("00", None), ("Foo", None)])
def test_months(text: str, number: int | None) -> None:
    assert month_number(text) == number
