"""Banners: every notice that NLM links, the most serious first."""

import pytest

from pubsearch.record import Correction, Record
from pubsearch.search.export.work import status
from pubsearch.ui.notices import checked, notices
from pubsearch.ui.wording import badges


def test_the_most_serious_comes_first() -> None:
    links = tuple(Correction(kind, "J.", 9) for kind in ("UpdateIn", "ErratumIn", "RetractionIn"))
    assert [notice.severity for notice in notices(Record(pmid=1, corrections=links))] == ["alarm", "info", "info"]


@pytest.mark.parametrize(
    "kind",
    [
        *("RetractionIn", "PartialRetractionIn", "RetractedandRepublishedIn", "ExpressionOfConcernIn", "ErratumIn"),
        *("CorrectedandRepublishedIn", "RepublishedIn", "UpdateIn", "RetractionOf", "PartialRetractionOf"),
        *("RetractedandRepublishedFrom", "ExpressionOfConcernFor", "ErratumFor", "CorrectedandRepublishedFrom"),
        "UpdateOf",
    ],
)
def test_what_travels_with_an_export_has_a_banner(kind: str) -> None:
    record = Record(pmid=1, corrections=(Correction(kind, "J.", 9),))
    assert list(status(record))
    assert [notice.pmid for notice in notices(record)] == [9]


def test_the_day_of_the_check_is_said() -> None:
    assert checked("2026-11-25T10:00:00+00:00") == "as of 2026-11-25"
    assert "unknown" in checked(None)


@pytest.mark.parametrize("kind", ["Retracted Publication", "RETRACTED PUBLICATION"])
def test_a_publication_type_alone_says_it_too_in_capitals_or_not(kind: str) -> None:
    record = Record(pmid=1, publication_types=("JOURNAL ARTICLE", kind))
    assert [(notice.severity, notice.text) for notice in notices(record)] == [("alarm", "Retracted.")]
    assert badges(record) == ()
