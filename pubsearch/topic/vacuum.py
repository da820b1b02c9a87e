"""The vacuum: drops vectors that no build would use again.

Versions hold all that they serve, so nothing that is served is touched. Killed at any moment, it has dropped some of
what it would have dropped, and nothing else.
"""

import shutil
from pathlib import Path

from pubsearch import durable
from pubsearch.errors import UserError
from pubsearch.index import models
from pubsearch.index.vectors import Size, VectorStore
from pubsearch.topic import manifest
from pubsearch.topic.layout import RECORDS, VECTORS, VERSIONS
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import RecordStore

# Records between two reports.
BATCH = 256


def vacuum(folder: Path, name: str, model: models.Model, progress: Progress) -> Size:
    """Drops the vectors of texts that no record of the topic in `folder` has, and of models that neither the topic
    nor a kept version names; gathers the others in few files; returns what was dropped.

    Raises:
        UserError: the topic has no records.
        VersionError: a kept version is damaged.
        StorageError: records or vectors are damaged, or the folder may not be written.
    """
    store = RecordStore(folder / RECORDS)
    if not store.places():
        # more likely lost records than vectors that nobody wants
        raise UserError(
            f"Topic {name} has no records, so all its vectors would go: import or ingest its records first."
        )
    before = _size(folder)
    living = _living(store, progress)
    named = {model.fingerprint} | {
        manifest.load(path, name).model.fingerprint for path in (folder / VERSIONS).glob("*") if path.is_dir()
    }
    for path in _models(folder):
        if path.name in named:
            VectorStore(path).retain(living)
        else:
            with durable.storage_errors(path):
                doomed = path.rename(path.with_name(f"{durable.TEMPORARY}{path.name}"))
                shutil.rmtree(doomed)
    after = _size(folder)
    return Size(before.vectors - after.vectors, before.bytes - after.bytes)


def _living(store: RecordStore, progress: Progress) -> set[bytes]:
    """The hashes of the texts that records have."""
    total = len(store.places())
    living = set()
    for done, record in enumerate(store):
        if done % BATCH == 0:
            progress("Reading records", done, total)
        living.add(record.text_hash)
    progress("Reading records", total, total)
    return living


def _models(folder: Path) -> list[Path]:
    """The folders of the models that the topic has vectors of."""
    return [path for path in (folder / VECTORS).glob("*") if path.is_dir()]


def _size(folder: Path) -> Size:
    sizes = [VectorStore(path).size() for path in _models(folder)]
    return Size(sum(size.vectors for size in sizes), sum(size.bytes for size in sizes))
