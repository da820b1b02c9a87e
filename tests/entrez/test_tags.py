"""A field tag that PubMed would ignore is caught; what people use is not."""

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
    ],
)
def test_what_people_use_is_known(query: str) -> None:
    tags.check(query)


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
