"""The inverted index answers as brute force does: ids, order and scores."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, random_array, vstack

from pubsearch.index import postings, segments
from pubsearch.index.postings import Postings
from pubsearch.index.rows import RowMatrix, Rows, RowsWriter
from pubsearch.index.sparse import SparseVector
from pubsearch.index.top import top

TERMS = 40


def matrix(rows: int, seed: int, density: float = 0.1, terms: int = TERMS) -> csr_matrix:
    made = csr_matrix(random_array((rows, terms), density=density, rng=seed, dtype=np.float32))
    made.sort_indices()
    # Few distinct weights, so that ties are common.
    made.data = np.ceil(made.data * 4)
    return made


def index(embeddings: csr_matrix) -> Postings:
    made = Postings({"backend": "postings"})
    made.index(embeddings)
    return made


def rows_of(embeddings: csr_matrix, folder: Path) -> Rows:
    writer = RowsWriter(folder, np.diff(embeddings.indptr), embeddings.shape[1])
    for row, (first, last) in enumerate(zip(embeddings.indptr, embeddings.indptr[1:], strict=False)):
        terms, weights = embeddings.indices[first:last], embeddings.data[first:last]
        writer.put(row, SparseVector(terms, weights, np.zeros(len(terms), np.uint32)))
    writer.close()
    return Rows(folder)


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
    segment=st.integers(1, 250),
)
def test_any_query_under_any_filter_answers_as_brute_force(
    rows: int, limit: int, seed: int, kept: float, masked: bool, segment: int
) -> None:
    embeddings, query = matrix(rows, seed), matrix(1, seed + 1, 0.2)
    allowed = np.flatnonzero(np.random.default_rng(seed).random(rows) < kept)
    mask = np.isin(np.arange(rows), allowed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "SEGMENT_ROWS", segment)
        made = index(embeddings)
    assert made.search(query, limit) == [brute_force(embeddings, query.toarray()[0], limit)]
    found = made.search(query, limit, mask if masked else allowed)
    assert found == [brute_force(embeddings, query.toarray()[0], limit, allowed)]


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0]), max_size=700), st.integers(0, 20))
def test_the_best_places_are_those_of_a_full_sort(values: list[float], limit: int) -> None:
    scores = np.array(values, np.float32)
    expected = [place for place in np.lexsort((np.arange(len(scores)), -scores)) if scores[place] > 0]
    assert top(scores, limit).tolist() == expected[:limit]


def test_the_best_of_many_are_those_of_a_full_sort() -> None:
    scores = np.random.default_rng(0).random(200_003, np.float32)
    assert top(scores, 50).tolist() == np.argsort(-scores)[:50].tolist()


@pytest.mark.parametrize("gathering", [0, 10**9])
def test_rows_vectors_and_postings_give_the_same_scores(
    tmp_path: Path, gathering: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "SEGMENT_ROWS", 300)
    monkeypatch.setattr(postings, "GATHERING", gathering)
    embeddings, query = matrix(1000, 3), matrix(1, 4, 0.4)
    generator = np.random.default_rng(5)
    embeddings.data, query.data = (generator.random(len(m.data), np.float32) for m in (embeddings, query))
    made = index(embeddings)
    everywhere = made.scores(query.indices, query.data)
    made.attach(rows_of(embeddings, tmp_path / "rows"))
    made.delete([7])
    everywhere[7] = 0
    for allowed in (np.arange(5, 1000, 2), np.array([7, 299, 300, 999]), np.empty(0, np.int64)):
        assert (made.scores(query.indices, query.data, allowed) == everywhere[allowed]).all()


@pytest.mark.parametrize("rows", [1, 65_535, 65_536, 65_537, 262_144, 262_145])
def test_the_first_and_last_row_are_found_at_every_size(rows: int) -> None:
    ends = sorted({0, rows - 1})
    places = (np.array(ends), np.full(len(ends), 3))
    embeddings = csr_matrix((np.ones(len(ends), np.float32), places), shape=(rows, TERMS))
    query = csr_matrix(([2.0], ([0], [3])), shape=(1, TERMS), dtype=np.float32)
    assert index(embeddings).search(query, 5) == [[(row, 2.0) for row in ends]]


def test_an_empty_query_finds_nothing() -> None:
    assert index(matrix(10, 0)).search(csr_matrix((1, TERMS), dtype=np.float32), 5) == [[]]


def test_an_index_without_rows_finds_nothing() -> None:
    made = index(csr_matrix((0, TERMS), dtype=np.float32))
    assert made.search(matrix(1, 0, 0.5), 5) == [[]]
    assert made.count() == 0


def test_terms_that_no_row_has_change_nothing() -> None:
    embeddings = matrix(30, 0)
    wide = csr_matrix((embeddings.data, embeddings.indices, embeddings.indptr), shape=(30, TERMS + 1))
    made = index(wide)
    terms, weights = np.array([1, TERMS], np.int32), np.array([1, 5], np.float32)
    assert (made.scores(terms, weights) == made.scores(terms[:1], weights[:1])).all()


def test_the_order_of_a_querys_terms_changes_nothing() -> None:
    made = index(matrix(30, 0, 0.4))
    terms, weights = np.array([3, 9, 20], np.int32), np.array([0.1, 0.7, 0.3], np.float32)
    assert (made.scores(terms[::-1], weights[::-1]) == made.scores(terms, weights)).all()


def test_equal_records_tie_by_row() -> None:
    one, query = matrix(1, 0, 0.5), matrix(1, 0, 0.5)
    found = index(csr_matrix(vstack([one] * 400))).search(query, 300)
    assert [row for row, _ in found[0]] == list(range(300))


def test_several_queries_are_answered_in_their_order() -> None:
    embeddings, queries = matrix(50, 0), matrix(4, 1, 0.3)
    assert index(embeddings).search(queries, 9) == [brute_force(embeddings, query, 9) for query in queries.toarray()]


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
    rest = np.array([row for row in range(20) if row != best])
    assert made.count() == 19
    assert made.search(query, 20) == [brute_force(embeddings, query.toarray()[0], 20, rest)]
    assert made.search(query, 20, np.arange(20)) == made.search(query, 20)


def test_threads_answer_as_one_does() -> None:
    made, queries = index(matrix(2000, 0)), [matrix(1, seed, 0.3) for seed in range(40)]
    start = threading.Barrier(8)

    def ask(_: int) -> list[list[list[tuple[int, float]]]]:
        start.wait()
        return [made.search(query, 10) for query in queries]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert answers == [[made.search(query, 10) for query in queries]] * 8


# On disk


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of several segments, saved."""
    monkeypatch.setattr(segments, "SEGMENT_ROWS", 12)
    index(matrix(30, 5)).save(str(tmp_path / "scoring"))
    return tmp_path / "scoring"


def opened(folder: Path) -> Postings:
    made = Postings({"backend": "postings"})
    made.load(str(folder))
    return made


def test_a_saved_index_answers_the_same(folder: Path) -> None:
    made, query = index(matrix(30, 5)), matrix(1, 6, 0.3)
    assert opened(folder).search(query, 30) == made.search(query, 30)


def test_an_opened_index_is_changed_and_saved_in_its_place(folder: Path) -> None:
    made, query = opened(folder), matrix(1, 6, 0.3)
    made.delete([3])
    made.append(matrix(5, 7))
    made.save(str(folder))
    assert opened(folder).count() == made.count() == 34
    assert opened(folder).search(query, 40) == made.search(query, 40)


def test_a_smaller_index_leaves_nothing_of_a_larger_one(folder: Path, tmp_path: Path) -> None:
    small = index(matrix(5, 7))
    small.save(str(folder))
    small.save(str(tmp_path / "new"))
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in (tmp_path / "new").iterdir())


def test_rows_on_disk_make_the_index_that_a_matrix_makes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "PART_ROWS", 5)
    monkeypatch.setattr(segments, "_JOINED", 10)
    postings.write(tmp_path / "written", RowMatrix(rows_of(matrix(30, 5), tmp_path / "rows"), TERMS))
    assert {path.name for path in (tmp_path / "written").iterdir()} == {path.name for path in folder.iterdir()}
    for path in folder.iterdir():
        assert (tmp_path / "written" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", ["segments", "deleted", "00000.indptr", "00001.indices", "00002.data"])
def test_a_file_that_is_missing_or_short_is_named(folder: Path, name: str) -> None:
    path = folder / f"{name}.npy"
    content = path.read_bytes()
    for size in (len(content) - 4, 10, 0):
        path.write_bytes(content[:size])
        with pytest.raises(ValueError, match=rf"{name}.npy is cut short"):
            opened(folder)
    path.unlink()
    with pytest.raises(ValueError, match=rf"{name}.npy is missing"):
        opened(folder)


def test_files_of_other_segments_are_noticed(folder: Path) -> None:
    for name in ("indptr", "indices", "data"):
        shutil.copy(folder / f"00001.{name}.npy", folder / f"00000.{name}.npy")
    with pytest.raises(ValueError, match="segment 00000 do not belong together"):
        opened(folder)


def test_files_that_were_swapped_are_noticed(folder: Path) -> None:
    shutil.copy(folder / "00000.data.npy", folder / "00000.indices.npy")
    with pytest.raises(ValueError, match=r"00000\.indices\.npy holds 1-dimensional float32"):
        opened(folder)


# What is refused


@pytest.mark.parametrize("weight", [np.nan, np.inf])
def test_weights_that_are_not_numbers_are_refused(weight: float) -> None:
    broken = matrix(5, 0, 0.5)
    broken.data[0] = weight
    with pytest.raises(ValueError, match="not finite"):
        index(broken)
    with pytest.raises(ValueError, match="not finite"):
        index(matrix(5, 0)).search(broken[:1], 5)


def test_a_refused_matrix_leaves_the_index_as_it_was() -> None:
    made, broken = index(matrix(5, 0)), matrix(5, 0, 0.5)
    broken.data[-1] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        made.append(broken)
    assert made.count() == 5


def test_another_vocabulary_is_refused() -> None:
    made, wide = index(matrix(5, 0)), csr_matrix((5, TERMS + 1), dtype=np.float32)
    with pytest.raises(ValueError, match="the matrix has 41 terms, the index 40"):
        made.append(wide)
    with pytest.raises(ValueError, match="the query has 41 terms, the index 40"):
        made.search(wide, 5)
    with pytest.raises(ValueError, match="not among the 40 terms"):
        made.scores(np.array([TERMS], np.int32), np.ones(1, np.float32))


def test_queries_have_the_terms_that_the_configuration_says() -> None:
    made, embeddings, query = Postings({"dimensions": TERMS - 10}), matrix(30, 0), matrix(1, 1, 0.5, TERMS - 10)
    made.index(embeddings)
    assert made.search(query, 30) == [brute_force(embeddings[:, : TERMS - 10], query.toarray()[0], 30)]
    with pytest.raises(ValueError, match="the query has 40 terms, the index 30"):
        made.search(matrix(1, 1), 5)


@pytest.mark.parametrize("allowed", [np.array([0, 5]), np.array([-1, 2]), np.ones(4, np.bool_)])
def test_a_filter_for_other_rows_is_refused(allowed: np.ndarray) -> None:
    with pytest.raises(ValueError, match="the filter"):
        index(matrix(5, 0)).search(matrix(1, 1, 0.5), 5, allowed)


def test_vectors_of_another_index_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="6 vectors and 5 rows"):
        index(matrix(5, 0)).attach(rows_of(matrix(6, 0), tmp_path / "rows"))
