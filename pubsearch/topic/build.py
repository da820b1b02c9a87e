"""The build: records + vectors → a new version.

    records ──▶ catalogue.sqlite        every field, by row; rows ascend by PMID
       ├──────▶ facets/                 what is counted, filtered and ordered by, by row
       ├─text─▶ words/                  the words of all texts, which are terms after the model's
       └─text─▶ vectors/ ──▶ rows/      only texts without a vector are encoded; their words' weights stand behind
                    └──────▶ txtai/     texts by txtai, postings beside them from the rows

An update takes over from the version before what follows from records that are the same: only the others are read.
Killed at any moment, it leaves the served version whole; the next build goes on from the last batch of vectors.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from txtai import Embeddings

from pubsearch import durable
from pubsearch.errors import UserError, VersionError, WorldError
from pubsearch.index import encoder, models, postings, vocabulary
from pubsearch.index.bm25 import WordCounts
from pubsearch.index.catalogue import Catalogue, CatalogueWriter
from pubsearch.index.config import configuration, saved
from pubsearch.index.encoder import Encoder
from pubsearch.index.facets import ABSTRACT, RETRACTED, Facets, FacetsWriter
from pubsearch.index.rows import RowMatrix, Rows, RowsWriter
from pubsearch.index.sparse import SparseVector
from pubsearch.index.vectors import FULL, VectorStore
from pubsearch.index.vocabulary import Vocabulary
from pubsearch.record import Record
from pubsearch.topic import current, journal, manifest, takeover
from pubsearch.topic.layout import (
    CATALOGUE,
    FACETS,
    MANIFEST,
    RECORDS,
    ROWS,
    TAKEOVER,
    TXTAI,
    VECTORS,
    VERSIONS,
    WORDS,
)
from pubsearch.topic.manifest import Counts, Manifest, ModelName
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import RecordStore
from pubsearch.topic.takeover import Before
from pubsearch.topic.version import Version

# Texts that are encoded and committed together: what a kill can lose.
BATCH = 256


def build(
    folder: Path,
    name: str,
    model: models.Model,
    progress: Progress,
    *,
    before: str | None = None,
    leave_out: bool = False,
) -> Manifest:
    """Makes a new version of the topic in `folder` from its records; it is there, whole, but not yet served.

    With `before`, a version's name, what that one has of the same records is taken over, where it is whole; the content
    is the same without. `leave_out` lets go records that are served and never were in the topic's store.

    Raises:
        UserError: the topic has no records, or lacks some that it serves.
        ModelError: the model cannot be loaded.
        VersionError: the parts of the version before do not belong together.
        StorageError: the disk is full, a folder may not be written, or stored files are damaged.
    """
    store = RecordStore(folder / RECORDS)
    places, pmids = store.places(), sorted(store.places())
    if not places:
        raise UserError(
            f"Topic {name} has no records yet: run pubsearch ingest {name}, or pubsearch import {name} FILE"
        )
    if not leave_out:
        _check_none_lost(folder, name, store)
    splade = encoder.load(model)
    versions = durable.make_folder(folder / VERSIONS)
    created = journal.now()
    version = journal.stamp(created, versions)
    taken = takeover.before(versions / before, name, pmids, places, progress) if before else None
    with durable.making(versions / version) as work:
        with tempfile.TemporaryFile(dir=work) as file:
            words = WordCounts(file, len(places))
            records = _Records(work, store, pmids, words, taken, progress)
            takeover.write(work / TAKEOVER, [places[pmid] for pmid in pmids], records.text_hashes)
            vectors = VectorStore(folder / VECTORS / model.fingerprint)
            lengths = vectors.lengths()
            if taken is not None and taken.version.manifest.model.fingerprint == model.fingerprint:
                _keep(vectors, lengths, taken)
            _encode_missing(vectors, lengths, records, splade, progress)
            _write_rows(work, vectors, lengths, records.text_hashes, words, len(splade.vocabulary))
            vocabulary.write(work / WORDS, words.vocabulary())
            del words  # out of memory before the postings are made
        _write_txtai(work, model, records, len(splade.vocabulary), progress)
        files = manifest.hash_files(work)
        made = Manifest(
            format=manifest.FORMAT,
            topic=name,
            version=version,
            created=created.isoformat(timespec="seconds"),
            model=ModelName(model.name, model.fingerprint, model.revision, len(splade.vocabulary)),
            counts=records.counts(deleted=len(store.deleted())),
            content=manifest.content(records.digests(), files),
            libraries=manifest.libraries(),
            record_files=store.files(),
            files=files,
        )
        (work / MANIFEST).write_bytes(manifest.dump(made))
    return made


def _check_none_lost(folder: Path, name: str, store: RecordStore) -> None:
    """Makes sure that all that is served is among the records, or was once: what came in a bundle without records, or
    has lost them, would go unnoticed.

    Raises:
        UserError: it is not.
    """
    served = current.read(folder).served
    try:
        made = manifest.load(folder / VERSIONS / served, name) if served else None
        if made is None or made.record_files.items() <= store.files().items():
            return
        pmids = Version(folder / VERSIONS / made.version, name).catalogue.pmids.tolist()
    except VersionError:
        # there is nothing in it to keep
        return
    if lost := len(set(pmids) - store.places().keys() - store.deleted()):
        raise UserError(
            f"A build of topic {name} would lose {lost:,} of the {len(pmids):,} records that it serves, which are not "
            "among its own: install a bundle of it that was made with --records, by --name OTHER, and import there "
            f"what you added here; or let them go: pubsearch build {name} --leave-out"
        )


class _Records:
    """The catalogue as it is written from the record store, and what the other steps ask of its records."""

    def __init__(
        self,
        work: Path,
        store: RecordStore,
        pmids: Sequence[int],
        words: WordCounts,
        before: Before | None,
        progress: Progress,
    ) -> None:
        """Writes catalogue and facets, and counts the words of the records' texts."""
        rows = {pmid: row for row, pmid in enumerate(pmids)}
        self.text_hashes = [b""] * len(rows)
        writer, facets = CatalogueWriter(work / CATALOGUE), FacetsWriter(work / FACETS, len(rows))
        if before is not None:
            with takeover.damage_named(before):
                writer.take_over(before.version.catalogue, before.moved)
                facets.take_over(before.version.facets, before.moved)
                words.take_over(before.version.rows, before.version.words, before.counts, before.moved)
                for row, key in zip(before.moved.tolist(), before.texts, strict=True):
                    if row >= 0:
                        self.text_hashes[row] = key
        missing = {pmid for pmid, key in zip(pmids, self.text_hashes, strict=True) if not key}
        stream, done = store.of(missing), len(rows) - len(missing)
        while batch := [(rows[record.pmid], record) for record in islice(stream, BATCH)]:
            progress("Reading records", done, len(rows))
            writer.add(batch)
            facets.add(batch)
            for row, record in batch:
                self.text_hashes[row] = record.text_hash
                words.add(row, record.text)
            done += len(batch)
        writer.close()
        facets.close()
        progress("Reading records", len(rows), len(rows))
        self._catalogue, self._facets = Catalogue(work / CATALOGUE), Facets(work / FACETS)

    def __len__(self) -> int:
        return len(self.text_hashes)

    def counts(self, deleted: int) -> Counts:
        """What the manifest counts."""
        with_abstract = self._facets.mask("access", [ABSTRACT]).sum()
        retracted = self._facets.mask("notices", [RETRACTED]).sum()
        return Counts(len(self), deleted, len(self) - int(with_abstract), int(retracted))

    def digests(self) -> Iterator[bytes]:
        """The SHA-256 of each record as the catalogue holds it, by row."""
        return (hashlib.sha256(json).digest() for _, _, json in self._catalogue.stored())

    def at(self, rows: Sequence[int]) -> list[Record]:
        """The records at `rows`."""
        return self._catalogue.records(rows)

    def documents(self, progress: Progress) -> Iterator[tuple[str, str, None]]:
        """What txtai indexes: (PMID, text, no tags), by row."""
        for first in range(0, len(self), BATCH):
            progress("Writing the index", first, len(self))
            for record in self.at(range(first, min(first + BATCH, len(self)))):
                yield str(record.pmid), record.text, None
        progress("Writing the index", len(self), len(self))


def _keep(vectors: VectorStore, lengths: dict[bytes, int], before: Before) -> None:
    """Commits what the version before has of vectors that are not there: a bundle brings none of its own. Adds to
    `lengths` how many terms each has."""
    with takeover.damage_named(before):
        missing = takeover.vectors(before, set(before.texts) - lengths.keys())
        while batch := dict(islice(missing, FULL)):
            _commit(vectors, lengths, batch)


def _encode_missing(
    vectors: VectorStore, lengths: dict[bytes, int], records: _Records, splade: Encoder, progress: Progress
) -> None:
    """Commits a vector for every text that has none, a batch at a time; adds to `lengths` how many terms each has."""
    # Each text once: beside other texts in a batch its vector comes out another in the last bits.
    missing = list({key: row for row, key in enumerate(records.text_hashes) if key not in lengths}.values())
    for first in range(0, len(missing), BATCH):
        progress("Encoding texts", first, len(missing))
        rows = missing[first : first + BATCH]
        found = splade.encode([record.text for record in records.at(rows)], "document")
        _commit(vectors, lengths, dict(zip((records.text_hashes[row] for row in rows), found, strict=True)))
    progress("Encoding texts", len(missing), len(missing))


def _commit(vectors: VectorStore, lengths: dict[bytes, int], batch: Mapping[bytes, SparseVector]) -> None:
    vectors.add(batch)
    lengths |= {key: len(vector) for key, vector in batch.items()}


def _write_rows(
    work: Path,
    vectors: VectorStore,
    lengths: Mapping[bytes, int],
    text_hashes: Sequence[bytes],
    words: WordCounts,
    model_terms: int,
) -> None:
    """Puts every record's vector at its row, its words behind, and how often each of these stands in its text; records
    of the same text have the same vector."""
    encoded = np.array([lengths[key] for key in text_hashes])
    writer = RowsWriter(work / ROWS, encoded + words.lengths, model_terms + len(words))
    rows: dict[bytes, list[int]] = {}
    for row, key in enumerate(text_hashes):
        rows.setdefault(key, []).append(row)
    for key, vector in vectors.read(rows.keys()):
        # A store of before may have a text twice, not quite the same: the first counts, as in `lengths`.
        for row in rows.pop(key, ()):
            writer.put(row, vector)
    ends = np.cumsum(words.lengths)
    column = takeover.counts_column(work / TAKEOVER, int(ends[-1]))
    for row, vector, counts in words.vectors(first=model_terms):
        writer.put(row, vector, after=int(encoded[row]))
        column.put(int(ends[row]) - len(counts), counts)
    writer.close()
    column.close()


def _write_txtai(work: Path, model: models.Model, records: _Records, model_terms: int, progress: Progress) -> None:
    """Makes the txtai index of the rows, and checks that all of them are in it.

    Words are in the postings and not in txtai's dimensions: its own queries are of the model's terms.

    txtai writes texts and configuration. The postings are written beside them, a segment at a time: txtai would hold
    all vectors in memory, and lose an error that meets them in its encoding thread.
    """
    embeddings = Embeddings({**configuration(model), "sparse": None, "defaults": False})
    embeddings.index(records.documents(progress))
    terms = model_terms + len(Vocabulary(work / WORDS, model_terms))
    postings.write(work / TXTAI / "scoring", RowMatrix(Rows(work / ROWS), terms))
    indexed = embeddings.count()
    if indexed != len(records):
        raise WorldError(
            f"txtai indexed {indexed} of {len(records)} records: nothing was switched; run the build again."
        )
    embeddings.config = saved(model, len(records), model_terms)
    embeddings.save(str(work / TXTAI))
    embeddings.close()
