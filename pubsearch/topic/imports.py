"""The import job: files of PubMed's records → the record store."""

from collections.abc import Sequence
from pathlib import Path

from pubsearch.errors import FileError
from pubsearch.topic import files
from pubsearch.topic.duplicates import Duplicates
from pubsearch.topic.journal import Journal, Run, Skipped
from pubsearch.topic.layout import RECORDS, RUNS
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import Entry, RecordStore


def import_files(folder: Path, paths: Sequence[Path], progress: Progress, *, keep_going: bool = False) -> Run:
    """Takes files, and all of folders, into the topic in `folder`; each file whole or not at all.

    With `keep_going` a file that cannot be read is named in the run, which is then "incomplete", and skipped.

    Raises:
        FileError: a file cannot be read; the files before it are in, of it nothing is.
        StorageError: the disk is full, or the folder may not be written.
        StoppedError: the user stopped it between two files.
    """
    chosen = files.gather(paths)
    with Journal(folder / RUNS).recording("import", ", ".join(path.name or str(path) for path in paths)) as run:
        store = RecordStore(folder / RECORDS)
        present = set(store.places())
        run.warnings = tuple(f"{name} is missing in this series of files" for name in files.gaps(chosen))
        pmids: set[int] = set()
        # what was gone before, and was brought by no file since: what else is gone went by these files
        gone = set(store.deleted())
        duplicates = Duplicates()
        run.count = 0
        for number, path in enumerate(chosen):
            progress("Importing files", number, len(chosen))
            try:
                entry = _take(store, path, run.stamp, duplicates)
            except FileError as error:
                if not keep_going:
                    raise
                run.skipped += (Skipped(str(path), str(error)),)
                run.status = "incomplete"
                continue
            if entry.file is not None:
                run.files += (entry.file,)
                # how old its records are, nobody knows
                run.as_of = None
            held = {pmid for pmid, _, _ in entry.records}
            more = held - pmids
            pmids |= more
            run.count = len(pmids)
            run.already_there += len(more & present)
            if entry.file is not None:
                run.fetched += len(more - present)
                gone -= held
            elif out := len(more - store.places().keys()):
                said = f"{path.name} was imported before and is not taken again"
                run.warnings += (f"{said}: {out:,} of its records were left out since",)
            run.deleted = len(store.deleted()) - len(gone)
            run.repeated, run.same_doi = duplicates.repeated, duplicates.same_doi
        progress("Importing files", len(chosen), len(chosen))
        return run


def _take(store: RecordStore, path: Path, stamp: str, duplicates: Duplicates) -> Entry:
    files.check_md5(path)
    try:
        source = path.open("rb")
    except OSError as error:
        raise FileError(f"{path} cannot be opened: {error.strerror}.") from error
    noted: list[tuple[int, str]] = []
    with source:
        entry = store.add(source, path.name, stamp, "import", lambda record: noted.append((record.pmid, record.doi)))
    # of a file that cannot be read to its end, nothing counts
    for pmid, doi in noted:
        duplicates.note(pmid, doi)
    return entry
