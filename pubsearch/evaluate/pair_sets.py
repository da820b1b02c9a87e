"""Sets of pairs that belong together: of a file, of records, or of the model card."""

import gzip
import json
import lzma
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import zstandard

from pubsearch import demo
from pubsearch.entrez.xml import parse
from pubsearch.errors import FileError
from pubsearch.evaluate import card
from pubsearch.record import Record

if TYPE_CHECKING:
    from pandas import DataFrame

# Names of columns that say by themselves what belongs together.
COLUMNS = (
    ("question", "long_answer"),
    ("title", "abstract"),
    ("title", "text"),
    ("article", "abstract"),
    ("anchor", "positive"),
    ("sentence1", "sentence2"),
)
_FORMATS = ".json, .jsonl, .csv, .tsv or .parquet"
_COMPRESSED = (".gz", ".zst", ".bz2", ".xz")
# What a damaged file raises: the disk, the compressions, JSON, CSV and Parquet, and rows that are no rows.
_FAULTS = (
    OSError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError,
    ValueError, RuntimeError, AttributeError, TypeError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PairSet:
    """Texts and what belongs to each, by place; `left_out` rows had nothing on a side."""

    title: str
    source: str
    columns: tuple[str, str]
    first: tuple[str, ...]
    second: tuple[str, ...]
    left_out: int


def of_records(title: str, source: str, records: Iterable[Record]) -> PairSet:
    """Titles and abstracts.

    Raises:
        FileError: fewer than two records have both.
    """
    return _made(title, source, ("title", "abstract"), ((record.title, record.abstract) for record in records))


def of_demo() -> PairSet:
    """Titles and abstracts of the demo's records, each PMID once."""
    found: dict[int, Record] = {}
    for path in sorted(demo.RECORDS.glob("*.xml.gz")):
        with gzip.open(path) as file:
            found |= {item.pmid: item for item in parse(cast(BinaryIO, file), path.name) if isinstance(item, Record)}
    return of_records("demo records", "the records of the demo", found.values())


def of_card(name: str, path: Path | None = None, columns: tuple[str, str] | None = None) -> PairSet:
    """One of the card's sets, from a file, or from the hub without one.

    Raises:
        FileError: as `of_file`.
        WorldError: the hub does not give it.
    """
    wanted = card.SETS[name]
    if path is not None:
        return of_file(path, columns, wanted.title)
    tables = [of_file(file, wanted.columns) for file in card.fetch(name)]
    pairs = [pair for table in tables for pair in zip(table.first, table.second, strict=True)]
    left_out = sum(table.left_out for table in tables)
    return PairSet(wanted.title, wanted.repository, wanted.columns, *_sides(pairs), left_out)


def of_file(path: Path, columns: tuple[str, str] | None = None, title: str | None = None) -> PairSet:
    """The pairs of a file: PubMedQA's JSON, JSON lines, CSV, TSV or Parquet, compressed or not.

    Args:
        path: its name says the format
        columns: the two to compare; without them the first pair of `COLUMNS` that the file has, in whatever case
        title: what the set is called, instead of the file's name

    Raises:
        FileError: the file cannot be read, lacks the columns, holds what is no text, or has fewer than two pairs.
    """
    rows, names = _rows(path)
    first, second = _columns(path, names, columns)
    return _made(title or path.name, str(path), (first, second), ((row.get(first), row.get(second)) for row in rows))


def _made(title: str, source: str, columns: tuple[str, str], pairs: Iterable[tuple[Any, Any]]) -> PairSet:
    found, left_out = [], 0
    for number, pair in enumerate(pairs, 1):
        if not all(text is None or isinstance(text, str) for text in pair):
            raise FileError(f"Row {number} of {source} has no text in {' or '.join(columns)}: give texts there.")
        if all(text and text.strip() for text in pair):
            found.append(pair)
        else:
            left_out += 1
    if len(found) < 2:
        raise FileError(f"{source} has fewer than two pairs of {' and '.join(columns)}: give more of them.")
    return PairSet(title, source, columns, *_sides(found), left_out)


def _sides(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    first, second = zip(*pairs, strict=True)
    return first, second


def _columns(path: Path, names: Sequence[str], columns: tuple[str, str] | None) -> tuple[str, str]:
    by_case = {name.lower(): name for name in names}
    for first, second in [columns] if columns else COLUMNS:
        if first.lower() in by_case and second.lower() in by_case:
            return by_case[first.lower()], by_case[second.lower()]
    raise FileError(
        f"{path} has the columns {', '.join(names) or 'none'}: name the two to compare: --columns FIRST,SECOND."
    )


def _rows(path: Path) -> tuple[Iterator[Mapping[str, Any]], list[str]]:
    """The rows, and the names of their columns."""
    try:
        table = _read(path)
    except _FAULTS as error:
        fault = (str(error) or type(error).__name__).splitlines()[0]
        raise FileError(f"{path} cannot be read ({fault}): give a file that ends in {_FORMATS}.") from error
    table = table.astype(object).where(table.notna(), None)
    names = [str(name) for name in table.columns]
    return (dict(zip(names, row, strict=True)) for row in table.itertuples(index=False, name=None)), names


def _read(path: Path) -> "DataFrame":
    """The table that a file holds, its texts as they are."""
    import pandas

    packed = path.suffix in _COMPRESSED
    ending = path.with_suffix("").suffix if packed else path.suffix
    if ending == ".json" and not packed:
        content = json.loads(path.read_bytes())
        return pandas.DataFrame(list(content.values()) if isinstance(content, dict) else content)
    if ending == ".jsonl":
        return pandas.read_json(path, lines=True, dtype=False)
    if ending in (".csv", ".tsv"):
        return pandas.read_csv(
            path,
            sep="," if ending == ".csv" else "\t",
            dtype=str,
            na_values=[""],
            keep_default_na=False,
            index_col=False,  # else a comma at the ends of lines moves all columns by one
        )
    if ending == ".parquet" and not packed:
        return pandas.read_parquet(path)
    raise ValueError(f"its name ends in “{ending + path.suffix * packed}”")
