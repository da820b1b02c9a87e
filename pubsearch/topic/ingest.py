"""The ingestion job: from a query, or from files, into the record store."""

import io
from collections.abc import Sequence
from pathlib import Path

from pubsearch.entrez.client import Client
from pubsearch.entrez.search import search
from pubsearch.errors import FileError
from pubsearch.topic import journal
from pubsearch.topic.journal import Journal, Missing, Run
from pubsearch.topic.layout import RECORDS, RUNS
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import RecordStore

# NCBI asks for no more than 200 PMIDs in one efetch by id (https://www.ncbi.nlm.nih.gov/books/NBK25499/).
BATCH = 200


def ingest(folder: Path, query: str, client: Client, progress: Progress) -> Run:
    """Fetches every record that PubMed has for `query` and that the topic in `folder` has not.

    Each batch is kept as soon as it has come, so a run that breaks off is gone on with by the next one.

    Raises:
        EntrezError: NCBI did not answer as it should.
        QueryError: NCBI cannot read the query.
        StorageError: the disk is full, or the folder may not be written.
    """
    started = journal.now()
    stamp = journal.stamp(started, folder / RUNS)
    store = RecordStore(folder / RECORDS)
    database = client.einfo()
    found = search(client, query)
    present = store.places().keys()
    wanted = [pmid for pmid in found.pmids if pmid not in present]
    files, got = [], set()
    for first in range(0, len(wanted), BATCH):
        progress("Fetching records from PubMed", first, len(wanted))
        answer = client.efetch(wanted[first : first + BATCH])
        entry = store.add(io.BytesIO(answer), client.url, stamp)
        files.append(entry.file)
        got |= {pmid for pmid, _ in entry.records}
    progress("Fetching records from PubMed", len(wanted), len(wanted))
    missing = tuple(Missing(pmid, "NCBI counted it, and sent no record for it") for pmid in wanted if pmid not in got)
    run = Run(
        stamp=stamp,
        kind="ingest",
        started=started.isoformat(timespec="seconds"),
        ended=journal.now().isoformat(timespec="seconds"),
        source=client.url,
        database=database,
        query=query,
        translation=found.query_translation,
        warnings=found.warnings,
        count=found.count,
        already_there=len(found.pmids) - len(wanted),
        fetched=len(wanted) - len(missing),
        missing=missing,
        files=tuple(files),
        software=journal.software(),
    )
    Journal(folder / RUNS).write(run)
    return run


def import_files(folder: Path, paths: Sequence[Path], progress: Progress) -> Run:
    """Takes files of PubMed XML, plain or gzip, into the topic in `folder`; each whole or not at all.

    Raises:
        FileError: a file cannot be read as PubMed XML; the files before it are in, of it nothing is.
        StorageError: the disk is full, or the folder may not be written.
    """
    started = journal.now()
    stamp = journal.stamp(started, folder / RUNS)
    store = RecordStore(folder / RECORDS)
    present = set(store.places())
    entries = []
    for number, path in enumerate(paths):
        progress("Importing files", number, len(paths))
        try:
            source = path.open("rb")
        except OSError as error:
            raise FileError(f"{path} cannot be opened: {error.strerror}.") from error
        with source:
            entries.append(store.add(source, path.name, stamp))
    progress("Importing files", len(paths), len(paths))
    pmids = {pmid for entry in entries for pmid, _ in entry.records}
    run = Run(
        stamp=stamp,
        kind="import",
        started=started.isoformat(timespec="seconds"),
        ended=journal.now().isoformat(timespec="seconds"),
        source=", ".join(path.name for path in paths),
        database=None,
        query=None,
        translation=None,
        warnings=(),
        count=len(pmids),
        already_there=len(pmids & present),
        fetched=len(pmids - present),
        missing=(),
        files=tuple(entry.file for entry in entries),
        software=journal.software(),
    )
    Journal(folder / RUNS).write(run)
    return run
