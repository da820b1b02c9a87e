"""What came in a bundle, before it is let in: only what pubsearch itself writes, whole, of numbers within bounds.

Hashes say that a bundle is as its maker sent it; nobody knows who that was. So nothing in it is run, imported by name
or unpickled, and the compiled code that adds up scores gets no row or term that is out of its arrays.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pubsearch.errors import PubsearchError
from pubsearch.index import arrays, splade_folder
from pubsearch.index.config import saved
from pubsearch.index.models import Model
from pubsearch.index.vocabulary import Vocabulary
from pubsearch.topic import manifest
from pubsearch.topic.bundle import MODEL, Head
from pubsearch.topic.journal import Journal
from pubsearch.topic.layout import CATALOGUE, DESCRIPTION, MANIFEST, RECORDS, ROWS, RUNS, TXTAI, VERSIONS, WORDS
from pubsearch.topic.manifest import Manifest, ModelName
from pubsearch.topic.records import RecordStore
from pubsearch.topic.topic import Topic
from pubsearch.topic.verify_version import check_version

# With these, transformers would take classes from files beside the weights, or from a hub.
_FOREIGN_CODE = {"auto_map", "trust_remote_code", "custom_pipelines"}


def check(folder: Path, head: Head) -> Manifest:
    """The manifest of the version in `folder`, once all that was unpacked there is right.

    Raises:
        ValueError: something is not what pubsearch would have written; the text says what.
    """
    sums = {member.path: member.sha256 for member in head.members}
    try:
        made = _version(folder / VERSIONS / head.version, head, sums)
        about = Topic(folder).about
        Journal(folder / RUNS).runs()
        _check_records(folder / RECORDS, sums)
        if (folder / MODEL).is_dir():
            _check_model(folder / MODEL, made.model)
    except (PubsearchError, OSError, sqlite3.DatabaseError) as error:
        raise ValueError(f"what it holds is damaged ({str(error.__cause__ or error).splitlines()[0]})") from error
    if about.model.startswith((".", "/", "~")):
        raise ValueError(f"{DESCRIPTION} names a folder of this machine as its model")
    return made


def _version(folder: Path, head: Head, sums: dict[str, str]) -> Manifest:
    made = manifest.load(folder, head.topic)
    prefix = f"{VERSIONS}/{head.version}/"
    listed = {f"{prefix}{name}": file.sha256 for name, file in made.files.items()}
    there = {path: digest for path, digest in sums.items() if path.startswith(prefix) and path != prefix + MANIFEST}
    if made.version != head.version or listed != there:
        raise ValueError(f"its files are not those of its {MANIFEST}")
    config = json.loads((folder / TXTAI / "config.json").read_bytes())
    model = Model(made.model.name, Path(), made.model.fingerprint, made.model.revision)
    if config != saved(model, made.counts.records, made.model.terms):
        raise ValueError(f"{TXTAI}/config.json is not what pubsearch writes: only its own classes are ever loaded")
    for name in (CATALOGUE, f"{TXTAI}/documents"):
        _check_tables(folder / name)
    for damage in check_version(folder, ""):
        raise ValueError(f"{damage.file} {damage.what}")
    _check_postings(folder, made.counts.records, made.model.terms + len(Vocabulary(folder / WORDS, made.model.terms)))
    return made


def _check_tables(path: Path) -> None:
    """A database of plain tables: a view or a trigger would compute what its maker wants at each question."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        others = "SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR rootpage = 0"
        if connection.execute(others).fetchone() or connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise ValueError(f"{path.name} is not a database as pubsearch writes it")
    finally:
        connection.close()


def _check_postings(folder: Path, records: int, terms: int) -> None:
    scoring = folder / TXTAI / "scoring"
    sizes = arrays.mapped(scoring / "segments.npy", np.int64)[::2]
    if sizes.min(initial=0) < 0 or sizes.sum() != records:
        raise ValueError("segments.npy names rows that are not there")
    for number, rows in enumerate(sizes.tolist()):
        starts, found = (
            arrays.mapped(scoring / f"{number:05d}.{name}.npy", np.int32) for name in ("indptr", "indices")
        )
        if len(starts) != terms + 1 or not _within(starts, found, rows):
            raise ValueError(f"the postings of segment {number:05d} lead out of its rows")
    starts = arrays.mapped(folder / ROWS / "starts.npy", np.int64)
    if not _within(starts, arrays.mapped(folder / ROWS / "terms.npy", np.uint16, np.int32), terms):
        raise ValueError("terms.npy holds terms that are not among those of the index")


def _within(starts: npt.NDArray[Any], numbers: npt.NDArray[Any], limit: int) -> bool:
    """Whether lists begin and end where `numbers` do, none before the one before it, and all are below `limit`."""
    ends = starts[0] == 0 and starts[-1] == len(numbers) and bool((starts[:-1] <= starts[1:]).all())
    return bool(ends and (not len(numbers) or 0 <= numbers.min() <= numbers.max() < limit))


def _check_records(folder: Path, sums: dict[str, str]) -> None:
    listed = {f"{RECORDS}/{entry.file}": entry.sha256 for entry in RecordStore(folder).entries() if entry.file}
    there = {path: digest for path, digest in sums.items() if path.startswith(f"{RECORDS}/") and path.endswith(".gz")}
    if listed != there:
        raise ValueError("its files of records are not those of log.jsonl")


def _check_model(folder: Path, model: ModelName) -> None:
    splade_folder.check(folder)
    # behind the files' own fingerprint stands the precision
    if splade_folder.fingerprint(folder) != model.fingerprint.partition("-")[0]:
        raise ValueError("the model in it is not the one that made the index")
    for path in folder.rglob("*.json"):
        json.loads(path.read_bytes(), object_pairs_hook=_without_code)


def _without_code(pairs: list[tuple[str, Any]]) -> None:
    if found := _FOREIGN_CODE.intersection(key for key, _ in pairs):
        raise ValueError(f"its model asks for code of others ({min(found)})")
