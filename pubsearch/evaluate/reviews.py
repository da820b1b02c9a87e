"""Systematic reviews that are finished: records, and which of them were included."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pubsearch.errors import FileError, UserError
from pubsearch.evaluate.texts import Text
from pubsearch.text_files import reading

Included = npt.NDArray[np.bool_]
"""One truth value a record, by row."""

# What columns are called, whatever their case; the last are those of ASReview's data sets:
# https://github.com/asreview/systematic-review-datasets
_IDS = ("pmid", "pubmedid", "pubmed_id", "id", "record_id")
LABELS = ("included", "label", "label_included")
# The name under which `csv` gives what stands beyond the last column: no column can be called so.
_MORE = "\n"
_ENDINGS = (".csv", ".tsv", ".gz", ".zst")
_MEANS = {"1": True, "0": False, "yes": True, "no": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Review:
    """Records, and by the names of the labels' columns which of them are included; at least one is, and one is not."""

    name: str
    texts: tuple[Text, ...]
    included: Mapping[str, Included]


def name(path: Path) -> str:
    """What a review is called: its file's name without the endings of the format."""
    endings = "".join(takewhile(_ENDINGS.__contains__, reversed(path.suffixes)))
    return path.name[: len(path.name) - len(endings)]


def read_review(path: Path, labels: Sequence[str] = ()) -> Review:
    """A review from a CSV file (or .tsv; compressed too: .gz, .zst), one record a row: a PMID or another id, title,
    abstract, and for each of the `labels` a column with 1 or 0; without `labels` the first column of `LABELS`.

    Raises:
        FileError: the file cannot be read, lacks a column, has a row with more columns than it names, has an id twice,
            has another label than 1 or 0, or all records have the same label.
    """
    texts: dict[str, Text] = {}
    found: dict[str, list[bool]] = {}
    with reading(path, "a CSV file of a review's records") as file:
        rows = csv.DictReader(file, delimiter="\t" if ".tsv" in path.suffixes else ",", restkey=_MORE)
        try:
            id_column, title, abstract = (_column(path, rows, names) for names in (_IDS, ("title",), ("abstract",)))
            columns = {_column(path, rows, [label]): label for label in labels} or {_column(path, rows, LABELS): ""}
            found = {column: [] for column in columns}
            for row in rows:
                if any(row.get(_MORE) or ()):
                    raise _wrong(
                        path, rows, "has more columns than the first line: put quotes around texts with commas"
                    )
                record = (row[id_column] or "").strip()
                if not record:
                    raise _wrong(path, rows, f"has no {id_column}: give each record its PMID")
                if record in texts:
                    raise _wrong(path, rows, f"has the id {record} once more: give each record once")
                texts[record] = Text(record, (row[title] or "").strip(), (row[abstract] or "").strip())
                for column, values in found.items():
                    label = _MEANS.get((row[column] or "").strip().lower())
                    if label is None:
                        raise _wrong(path, rows, f"has “{(row[column] or '')[:40]}” as {column}: write 1 or 0")
                    values.append(label)
        except csv.Error as error:
            raise _wrong(path, rows, f"cannot be read ({error}): give a CSV file of a review's records") from error
    included = {column: np.array(values, np.bool_) for column, values in found.items()}
    for column, each in included.items():
        if not each.any() or each.all():
            raise FileError(
                f"{path} has {'only' if each.any() else 'no'} included records in {column}: give both kinds."
            )
    return Review(name(path), tuple(texts.values()), included)


def of_known(pmids: Iterable[int], ids: Sequence[str], collection: str) -> tuple[Included, int]:
    """Which of a collection's records are those that a review included, and how many of these it has not.

    Raises:
        UserError: the collection has none of them, or nothing else.
    """
    wanted = {str(pmid) for pmid in pmids}
    included = np.array([record in wanted for record in ids], np.bool_)
    if not included.any() or included.all():
        raise UserError(
            f"{'All' if included.any() else 'None'} of the records of {collection} are included: name the review's "
            "topic, and the PMIDs of the studies that it included."
        )
    return included, len(wanted) - int(included.sum())


def _column(path: Path, rows: "csv.DictReader[str]", names: Sequence[str]) -> str:
    """The first of the names that the file has as a column, as it is written there."""
    known = {column.strip().lower(): column for column in rows.fieldnames or ()}
    for each in names:
        if each.lower() in known:
            return known[each.lower()]
    raise FileError(
        f"{path} has no column {' or '.join(names)}: give a CSV file whose first line names id, title, abstract, label."
    )


def _wrong(path: Path, rows: "csv.DictReader[str]", what: str) -> FileError:
    return FileError(f"Line {rows.line_num} of {path} {what}.")
