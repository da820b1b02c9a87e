"""The inverted index answers as brute force does: ids, order and scores."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, random_array

from pubsearch.index import postings
from pubsearch.index.postings import Postings

TERMS = 40


def matrix(rows: int, seed: int, density: float = 0.1) -> csr_matrix:
    made = csr_matrix(random_array((rows, TERMS), density=density, rng=seed, dtype=np.float32))
    # Few distinct weights, so that ties are common.
    made.data = np.ceil(made.data * 4)
    return made


def index(embeddings: csr_matrix) -> Postings:
    made = Postings({"backend": "postings"})
    made.index(embeddings)
    return made


def brute_force(
    embeddings: csr_matrix, query: np.ndarray, limit: int, allowed: np.ndarray | None = None
) -> list[tuple[int, float]]:
    scores = embeddings.toarray() @ query
    rows = [row for row in range(len(scores)) if scores[row] > 0 and (allowed is None or row in allowed)]
    return [(row, float(scores[row])) for row in sorted(rows, key=lambda row: (-scores[row], row))[:limit]]


@given(
    rows=st.integers(1, 200),
    limit=st.integers(1, 250),
    seed=st.integers(0, 1000),
    kept=st.floats(0, 1),
    masked=st.booleans(),
)
def test_any_query_under_any_filter_answers_as_brute_force(
    rows: int, limit: int, seed: int, kept: float, masked: bool
) -> None:
    embeddings, query = matrix(rows, seed), matrix(1, seed + 1, 0.2)
    allowed = np.flatnonzero(np.random.default_rng(seed).random(rows) < kept)
    mask = np.isin(np.arange(rows), allowed)
    found = index(embeddings).search(query, limit, mask if masked else allowed)
    assert found == [brute_force(embeddings, query.toarray()[0], limit, allowed)]


def test_segments_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "SEGMENT_ROWS", 7)
    embeddings, query = matrix(50, 3), matrix(1, 4, 0.3)
    assert index(embeddings).search(query, 50) == [brute_force(embeddings, query.toarray()[0], 50)]


def test_an_empty_query_finds_nothing() -> None:
    assert index(matrix(10, 0)).search(csr_matrix((1, TERMS), dtype=np.float32), 5) == [[]]


def test_rows_that_are_appended_follow_those_that_were_there() -> None:
    first, second, query = matrix(20, 0), matrix(20, 1), matrix(1, 2, 0.3)
    made = index(first)
    made.append(second)
    both = csr_matrix(np.vstack([first.toarray(), second.toarray()]))
    assert made.count() == 40
    assert made.search(query, 40) == [brute_force(both, query.toarray()[0], 40)]


def test_deleted_rows_are_not_found_any_more() -> None:
    embeddings, query = matrix(20, 0), matrix(1, 2, 0.5)
    made = index(embeddings)
    best = made.search(query, 1)[0][0][0]
    made.delete([best, 999])
    assert made.count() == 19
    assert made.search(query, 20) == [
        brute_force(embeddings, query.toarray()[0], 20, np.array([row for row in range(20) if row != best]))
    ]


def test_a_saved_index_answers_the_same(tmp_path: Path) -> None:
    made, query = index(matrix(30, 5)), matrix(1, 6, 0.3)
    made.delete([3])
    made.save(str(tmp_path / "scoring"))
    opened = Postings({"backend": "postings"})
    opened.load(str(tmp_path / "scoring"))
    assert opened.count() == made.count() == 29
    assert opened.search(query, 30) == made.search(query, 30)


def test_weights_that_are_not_numbers_are_refused() -> None:
    broken = matrix(5, 0, 0.5)
    broken.data[0] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        index(broken)


def test_a_matrix_of_another_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="41 terms, the index 40"):
        index(matrix(5, 0)).append(csr_matrix((5, TERMS + 1), dtype=np.float32))
