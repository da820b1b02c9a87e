"""The order of results: exact for every sort, ties by row."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubsearch.search import order

TODAY = date(2026, 11, 25)
RECORDS = st.lists(
    st.tuples(st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.sampled_from([0, 19990000, 20200100, 20200131, 20200201])),
    max_size=400,
)


@given(RECORDS, st.integers(1, 50))
def test_by_relevance_the_unranked_follow_newest_first(records: list[tuple[float, int]], limit: int) -> None:
    expected = sorted(range(len(records)), key=lambda i: (-records[i][0], 0 if records[i][0] else -records[i][1], i))
    assert places(records, "relevance", limit) == expected[:limit]


@given(RECORDS, st.integers(1, 50))
def test_by_date_the_score_does_not_count(records: list[tuple[float, int]], limit: int) -> None:
    expected = sorted(range(len(records)), key=lambda i: (-records[i][1], i))
    assert places(records, "date", limit) == expected[:limit]


def places(records: list[tuple[float, int]], sort: order.Sort, limit: int) -> list[int]:
    scores = np.array([score for score, _ in records], np.float32)
    dates = np.array([day for _, day in records], np.int32)
    return order.best(scores, dates, sort, limit, TODAY).tolist()


@pytest.mark.parametrize(
    ("day", "share"), [(20261125, 1.0), (20211125, 0.75), (20161125, 0.625), (18660000, 0.5), (0, 0.5), (20270501, 1.0)]
)
def test_recent_takes_at_most_half_of_a_score(day: int, share: float) -> None:
    assert order.recency(np.array([day], np.int32), TODAY)[0] == pytest.approx(share, abs=2e-3)


def test_recent_first_lifts_the_newer_of_two_that_score_alike() -> None:
    assert places([(1.0, 20000101), (0.9, 20260101), (0.3, 20260101)], "recent", 3) == [1, 0, 2]
