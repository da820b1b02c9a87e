"""Finished reviews are read from CSV; what is wrong is named."""

import gzip
from pathlib import Path

import pytest

from pubsearch.errors import FileError, UserError
from pubsearch.evaluate.reviews import name, of_known, read_review
from pubsearch.evaluate.texts import Text
from tests.conftest import DATA

HEAD = "PMID,Title,abstract,included\n"


def test_a_real_review_is_read_with_the_levels_of_its_labels() -> None:
    path = DATA / "cohen2006" / "Triptans.csv"
    found = read_review(path, ["label_included", "LABEL_abstract_screening"])
    assert (found.name, len(found.texts)) == ("Triptans", 100)
    assert {column: int(labels.sum()) for column, labels in found.included.items()} == {
        "label_included": 12,
        "label_abstract_screening": 41,
    }
    assert list(read_review(path).included) == ["label_included"]


def test_rows_keep_their_order_and_may_be_compressed(tmp_path: Path) -> None:
    path = tmp_path / "Mine.tsv.gz"
    path.write_bytes(
        gzip.compress(b'\xef\xbb\xbfid\ttitle\tabstract\tlabel\r\n7\tA\t"two\nlines"\tyes\t\r\n5\t\t\tNo\r\n')
    )
    found = read_review(path)
    assert (found.name, found.texts) == ("Mine", (Text("7", "A", "two\nlines"), Text("5", "", "")))
    assert found.included["label"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{HEAD}1,a,b,1\n2,a,b,maybe\n", "Line 3 of .* has “maybe” as included: write 1 or 0"),
        (f"{HEAD}1,a,b,1\n2,a\n", "Line 3 of .* has “” as included: write 1 or 0"),
        ("id,included,title,abstract\n1,1,a, b,c\n", "Line 2 of .* has more columns than the first line: put quotes"),
        (f"{HEAD}1,a,b,1\n1,a,b,0\n", "Line 3 of .* has the id 1 once more"),
        (f"{HEAD}1,a,b,1\n,a,b,0\n", "Line 3 of .* has no PMID"),
        (f"{HEAD}1,a,b,1\n2,a,b,1\n", "has only included records in included: give both kinds"),
        (f"{HEAD}1,a,b,0\n", "has no included records in included"),
        ("PMID,Title,abstract\n", "has no column included or label or label_included: give a CSV file"),
        ("", "has no column pmid or"),
        (f"{HEAD}1,{'a' * 200_000},b,1\n", "cannot be read"),
    ],
)
def test_a_file_that_is_no_review_is_named(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "review.csv").write_text(content)
    with pytest.raises(FileError, match=said):
        read_review(tmp_path / "review.csv")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        read_review(tmp_path / "review.csv")
    (tmp_path / "review.csv.gz").write_bytes(gzip.compress(HEAD.encode())[:-4])
    with pytest.raises(FileError, match="cannot be read"):
        read_review(tmp_path / "review.csv.gz")


@pytest.mark.parametrize(
    ("file", "review"),
    [("Triptans.csv", "Triptans"), ("a.1.csv.gz", "a.1"), ("b.tsv.zst", "b"), ("v1.2", "v1.2"), ("c.gz.csv", "c")],
)
def test_a_review_is_called_as_its_file_without_endings(file: str, review: str) -> None:
    assert name(Path(file)) == review


def test_a_topics_review_is_told_by_its_included_pmids() -> None:
    included, absent = of_known([3, 9, 1], ["1", "2", "3"], "topic t")
    assert (included.tolist(), absent) == ([True, False, True], 1)


@pytest.mark.parametrize(("pmids", "said"), [([9], "None of the records of topic t"), ([1, 2], "All of the records")])
def test_a_review_that_included_nothing_or_all_is_refused(pmids: list[int], said: str) -> None:
    with pytest.raises(UserError, match=said):
        of_known(pmids, ["1", "2"], "topic t")
