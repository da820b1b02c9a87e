"""Each record's own vector is found by its row, and damage is noticed when the files are opened."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from pubsearch.index.rows import RowMatrix, Rows, RowsWriter
from pubsearch.index.sparse import SparseVector

VOCABULARY = 30_522


def vector(*terms: int) -> SparseVector:
    numbers = np.array(terms, np.int32)
    return SparseVector(numbers, numbers.astype(np.float32) + 0.5, numbers.astype(np.uint32) * 2)


VECTORS = [vector(1, 2), vector(), vector(9, 70, 30_521), vector(9)]


def written(folder: Path, vectors: list[SparseVector], vocabulary: int = VOCABULARY) -> Path:
    writer = RowsWriter(folder, [len(vector) for vector in vectors], vocabulary)
    for row in reversed(range(len(vectors))):
        writer.put(row, vectors[row])
    writer.close()
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "rows", VECTORS)


def same(left: SparseVector, right: SparseVector) -> bool:
    return all(
        np.array_equal(getattr(left, name), getattr(right, name))
        and getattr(left, name).dtype == getattr(right, name).dtype
        for name in ("terms", "weights", "origins")
    )


def test_rows_come_back_whatever_the_order_in_which_they_were_put(folder: Path) -> None:
    rows = Rows(folder)
    assert len(rows) == 4
    assert all(same(found, expected) for found, expected in zip(rows, VECTORS, strict=True))


def test_a_row_is_put_in_parts(tmp_path: Path) -> None:
    writer = RowsWriter(tmp_path / "rows", [1, 3])
    writer.put(1, vector(70), after=2)
    writer.put(0, vector(5))
    writer.put(1, vector(1, 2))
    writer.close()
    assert [found.terms.tolist() for found in Rows(tmp_path / "rows")] == [[5], [1, 2, 70]]


@pytest.mark.parametrize(("vocabulary", "size"), [(65_536, 2), (65_537, 4)])
def test_terms_take_two_bytes_where_the_vocabulary_fits(tmp_path: Path, vocabulary: int, size: int) -> None:
    highest = vector(vocabulary - 1)
    folder = written(tmp_path / "rows", [highest], vocabulary)
    assert np.load(folder / "terms.npy").itemsize == size
    assert same(Rows(folder)[0], highest)


def test_no_rows_at_all_are_rows(tmp_path: Path) -> None:
    assert list(Rows(written(tmp_path / "rows", []))) == []
    assert list(map(len, Rows(written(tmp_path / "empty", [vector(), vector()])))) == [0, 0]


def test_some_rows_are_taken_at_once(folder: Path) -> None:
    wanted = np.array([0, 1, 3])
    starts, terms, weights = Rows(folder).take(wanted)
    assert starts.tolist() == [0, 2, 2, 3]
    assert terms.tolist() == [1, 2, 9]
    assert weights.tolist() == [1.5, 2.5, 9.5]
    assert Rows(folder).entries(wanted) == 3


def test_a_slice_of_the_matrix_holds_these_rows(folder: Path) -> None:
    matrix = RowMatrix(Rows(folder), VOCABULARY)
    assert matrix.shape == (4, VOCABULARY)
    part = matrix[1:3]
    assert part.shape == (2, VOCABULARY)
    assert part.indptr.tolist() == [0, 0, 3]
    assert part.indices.tolist() == [9, 70, 30_521]


def test_a_term_of_another_vocabulary_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="not among the 30,521 terms"):
        RowMatrix(Rows(folder), VOCABULARY - 1)[0:4]


@pytest.mark.parametrize("name", ["starts", "terms", "weights", "origins"])
def test_a_file_that_is_missing_or_short_is_named(folder: Path, name: str) -> None:
    path = folder / f"{name}.npy"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(ValueError, match=f"{name}.npy is cut short"):
        Rows(folder)
    path.unlink()
    with pytest.raises(ValueError, match=f"{name}.npy is missing"):
        Rows(folder)


def test_files_that_were_swapped_are_noticed(folder: Path) -> None:
    shutil.copy(folder / "weights.npy", folder / "origins.npy")
    with pytest.raises(ValueError, match=r"origins\.npy holds 1-dimensional float32"):
        Rows(folder)


def test_files_of_other_rows_are_noticed(folder: Path, tmp_path: Path) -> None:
    shutil.copy(written(tmp_path / "other", VECTORS[:2]) / "weights.npy", folder / "weights.npy")
    with pytest.raises(ValueError, match="do not belong together"):
        Rows(folder)
