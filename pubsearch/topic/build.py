"""The build: records + vectors → a new version.

    records ──▶ catalogue.sqlite        every field, by row; rows ascend by PMID
       ├──────▶ facets/                 what is counted, filtered and ordered by, by row
       ├─text─▶ words/                  the words of all texts, which are terms after the model's
       └─text─▶ vectors/ ──▶ rows/      only texts without a vector are encoded; their words' weights stand behind
                    └──────▶ txtai/     texts by txtai, postings beside them from the rows

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
from pubsearch.errors import UserError, WorldError
from pubsearch.index import encoder, models, postings, vocabulary
from pubsearch.index.bm25 import WordCounts
from pubsearch.index.catalogue import Catalogue, CatalogueWriter
from pubsearch.index.config import configuration
from pubsearch.index.encoder import Encoder
from pubsearch.index.facets import FacetsWriter
from pubsearch.index.rows import RowMatrix, Rows, RowsWriter
from pubsearch.index.vectors import VectorStore
from pubsearch.index.vocabulary import Vocabulary
from pubsearch.record import Record
from pubsearch.topic import journal, manifest
from pubsearch.topic.layout import CATALOGUE, FACETS, MANIFEST, RECORDS, ROWS, TXTAI, VECTORS, VERSIONS, WORDS
from pubsearch.topic.manifest import Counts, Manifest, ModelName
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import RecordStore

# Texts that are encoded and committed together: what a kill can lose.
BATCH = 256
_DIGEST_BYTES = hashlib.sha256().digest_size


def build(folder: Path, name: str, model: models.Model, progress: Progress) -> Manifest:
    """Makes a new version of the topic in `folder` from its records; it is there, whole, but not yet served.

    Raises:
        UserError: the topic has no records.
        ModelError: the model cannot be loaded.
        StorageError: the disk is full, a folder may not be written, or stored files are damaged.
    """
    store = RecordStore(folder / RECORDS)
    places = store.places()
    if not places:
        raise UserError(
            f"Topic {name} has no records yet: run pubsearch ingest {name}, or pubsearch import {name} FILE"
        )
    splade = encoder.load(model)
    versions = durable.make_folder(folder / VERSIONS)
    created = journal.now()
    version = journal.stamp(created, versions)
    with durable.making(versions / version) as work:
        with tempfile.TemporaryFile(dir=work) as file:
            words = WordCounts(file, len(places))
            records = _Records(work, store, sorted(places), words, progress)
            vectors = VectorStore(folder / VECTORS / model.fingerprint)
            lengths = _encode_missing(vectors, records, splade, progress)
            _write_rows(work / ROWS, vectors, lengths, records.text_hashes, words, len(splade.vocabulary))
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
            content=manifest.content([bytes(records.digests)], files),
            libraries=manifest.libraries(),
            record_files={entry.file: entry.sha256 for entry in store.entries() if entry.file and entry.sha256},
            files=files,
        )
        (work / MANIFEST).write_bytes(manifest.dump(made))
    return made


class _Records:
    """The catalogue as it is written from the record store, and what the other steps ask of its records."""

    def __init__(
        self, work: Path, store: RecordStore, pmids: Sequence[int], words: WordCounts, progress: Progress
    ) -> None:
        """Writes catalogue and facets, and counts the words of the records' texts."""
        rows = {pmid: row for row, pmid in enumerate(pmids)}
        self.text_hashes = [b""] * len(rows)
        self.digests = bytearray(_DIGEST_BYTES * len(rows))
        self._without_abstract = self._retracted = 0
        writer, facets = CatalogueWriter(work / CATALOGUE), FacetsWriter(work / FACETS, len(rows))
        stream, done = iter(store), 0
        while batch := [(rows[record.pmid], record) for record in islice(stream, BATCH)]:
            progress("Reading records", done, len(rows))
            for (row, record), json in zip(batch, writer.add(batch), strict=True):
                self.digests[_DIGEST_BYTES * row : _DIGEST_BYTES * (row + 1)] = hashlib.sha256(json).digest()
                self.text_hashes[row] = record.text_hash
                words.add(row, record.text)
                self._without_abstract += not record.sections
                self._retracted += record.retracted
            facets.add(batch)
            done += len(batch)
        writer.close()
        facets.close()
        progress("Reading records", len(rows), len(rows))
        self._catalogue = Catalogue(work / CATALOGUE)

    def __len__(self) -> int:
        return len(self.text_hashes)

    def counts(self, deleted: int) -> Counts:
        """What the manifest counts."""
        return Counts(len(self), deleted, self._without_abstract, self._retracted)

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


def _encode_missing(vectors: VectorStore, records: _Records, splade: Encoder, progress: Progress) -> dict[bytes, int]:
    """Commits a vector for every text that has none, a batch at a time; returns how many terms each text has."""
    lengths = vectors.lengths()
    missing = [row for row, key in enumerate(records.text_hashes) if key not in lengths]
    for first in range(0, len(missing), BATCH):
        progress("Encoding texts", first, len(missing))
        rows = missing[first : first + BATCH]
        found = splade.encode([record.text for record in records.at(rows)], "document")
        batch = dict(zip((records.text_hashes[row] for row in rows), found, strict=True))
        vectors.add(batch)
        lengths |= {key: len(vector) for key, vector in batch.items()}
    progress("Encoding texts", len(missing), len(missing))
    return lengths


def _write_rows(
    folder: Path,
    vectors: VectorStore,
    lengths: Mapping[bytes, int],
    text_hashes: Sequence[bytes],
    words: WordCounts,
    model_terms: int,
) -> None:
    """Puts every record's vector at its row, its words behind; records of the same text have the same vector."""
    encoded = np.array([lengths[key] for key in text_hashes])
    writer = RowsWriter(folder, encoded + words.lengths, model_terms + len(words))
    rows: dict[bytes, list[int]] = {}
    for row, key in enumerate(text_hashes):
        rows.setdefault(key, []).append(row)
    for key, vector in vectors.read(rows.keys()):
        for row in rows[key]:
            writer.put(row, vector)
    for row, vector in words.vectors(first=model_terms):
        writer.put(row, vector, after=int(encoded[row]))
    writer.close()


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
    del embeddings.config["defaults"]
    embeddings.config |= configuration(model)
    embeddings.defaultsparse()
    embeddings.config["scoring"] |= {"dimensions": model_terms, "offset": len(records)}
    embeddings.save(str(work / TXTAI))
    embeddings.close()
