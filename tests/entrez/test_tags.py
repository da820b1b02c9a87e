"""What PubMed would pass over in silence is caught; what people use is not."""

import pytest

from pubsearch.entrez import tags
from pubsearch.errors import QueryError


@pytest.mark.parametrize(
    "query",
    [
        "asthma",
        '("Thyroid Neoplasms"[Mesh] OR hurtle cell[tiab]) AND 2010:2020[dp]',
        'asthma[MeSH Terms:noexp] AND review[Publication Type] NOT "heart [fig]"',
        '"weight loss"[Title/Abstract:~3] AND Smith J[1AU]',
        "1:7500000[UID] AND 2026/11/24:3000[lr]",
        "asthma[Date - Publication] OR heart[Author - First] OR x[mh : noexp]",
        '"epidemiology"[Subheading] OR "epidemiology"[MeSH Subheading] OR therapy[Subheadings]',
        "Smith, John[Investigator - Full]",
    ],
)
def test_what_people_use_is_known(query: str) -> None:
    assert tags.check(query) == ()


@pytest.mark.parametrize(("query", "place"), [("asthma) OR (heart", 7), ('"a) b") OR x', 7), (")", 1), ('a" b) c', 5)])
def test_a_parenthesis_that_closes_nothing_is_refused_with_its_place(query: str, place: int) -> None:
    with pytest.raises(QueryError, match=rf"character {place} of the query closes nothing"):
        tags.check(query)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("asthma OR (heart OR (cancer", [11, 21]),
        ('asthma OR "heart', [11]),
        ('("a" OR "b', [1, 9]),
        ('(foo" bar)', [5]),
        ('(a OR "b (c) OR (d', [1, 7, 17]),
    ],
)
def test_what_nothing_closes_is_a_warning_with_its_place(query: str, places: list[int]) -> None:
    for place, warning in zip(places, tags.check(query), strict=True):
        assert f"at character {place} is not closed" in warning


@pytest.mark.parametrize(
    ("query", "tag", "place"),
    [
        ("asthma[tiba]", "tiba", 7),
        ("a[ti] AND b[ mesh-terms ]", " mesh-terms ", 12),
        ("x[mh:exp]", "mh:exp", 2),
        ("[]", "", 1),
    ],
)
def test_what_pubmed_would_ignore_is_named_with_its_place(query: str, tag: str, place: int) -> None:
    with pytest.raises(QueryError) as raised:
        tags.check(query)
    assert f"[{tag}]" in str(raised.value)
    assert f"character {place}," in str(raised.value)
