"""The ingestion job: what PubMed has for a query → the record store, and what became of the rest.

search ──▶ every PMID ──▶ efetch what is not there yet, batch by batch, each kept as it comes
               │             └─▶ what did not come: asked for once more, then ESummary says why
               ├─▶ (update) what was revised, and what has a notice on it: efetched again, kept where it differs
               └─▶ what the topic has and PubMed finds no more: left out, with the reason
"""

import io
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pubsearch.entrez import lookup
from pubsearch.entrez.client import MAX_PMIDS, TRIES, Client
from pubsearch.entrez.search import Found, search
from pubsearch.errors import EntrezError, FileError
from pubsearch.topic.journal import Gone, Journal, Missing, Run
from pubsearch.topic.layout import RECORDS, RUNS
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import RecordStore, Way

# NCBI asks for no more than 200 PMIDs in one efetch by id (https://www.ncbi.nlm.nih.gov/books/NBK25499/).
BATCH = 200

OVERLAP = timedelta(days=2)
"""NCBI's day is that of US Eastern time, and its index follows the next morning."""

FETCHING = "Fetching records from PubMed"


def ingest(folder: Path, query: str, client: Client, progress: Progress, *, since: date | None = None) -> Run:
    """Fetches every record that PubMed has for `query` and that the topic in `folder` has not; with `since` also what
    was revised from that day on, and the retractions and other notices of all its records.

    Each batch is kept as soon as it has come, so a run that breaks off is gone on with by the next one. Where PubMed's
    counts did not agree to the end the run is "incomplete", and nothing is left out.

    Raises:
        EntrezError: NCBI did not answer as it should.
        QueryError: NCBI cannot read the query.
        StorageError: the disk is full, or the folder may not be written.
        StoppedError: the user stopped it between two batches.
    """
    with Journal(folder / RUNS).recording("ingest", client.url) as run:
        work = _Ingestion(folder, query, client, run, progress)
        work.fetch_new()
        if since is not None:
            work.fetch_changed(since)
        work.leave_out()
        return run


def update(folder: Path, query: str, client: Client, progress: Progress) -> Run:
    """As `ingest`, since the time up to which the topic's records are known to be current.

    For a topic that is made of files (`query` is empty) it asks for notices, deletions and mergers alone.
    """
    journal = Journal(folder / RUNS)
    with journal.recording("update", client.url) as run:
        work = _Ingestion(folder, query, client, run, progress)
        since = work.current_until(journal)
        work.fetch_new()
        work.fetch_changed(since)
        work.leave_out()
        if run.status == "running":
            run.as_of = run.started
        return run


class _Ingestion:
    """One run under way."""

    def __init__(self, folder: Path, query: str, client: Client, run: Run, progress: Progress) -> None:
        self._query = query
        self._client = client
        self._run = run
        self._progress = progress
        self._store = RecordStore(folder / RECORDS)
        self._asked: set[int] = set()
        self._found: Found | None = None
        run.query = query or None
        run.limits = {"pmids_per_search": MAX_PMIDS, "pmids_per_efetch": BATCH, "tries": TRIES}
        run.database = client.einfo()

    def current_until(self, journal: Journal) -> date | None:
        """The first day of which revisions may be unknown; None where nothing was fetched yet."""
        known = [run.as_of for run in journal.runs() if run.as_of]
        start = max(map(datetime.fromisoformat, known)) if known else self._first_fetch()
        return start.date() - OVERLAP if start else None

    def fetch_new(self) -> None:
        """Search, and fetch what is not there."""
        if not self._query:
            return
        found = self._found = search(self._client, self._query, self._searching)
        run, places = self._run, self._store.places()
        run.translation, run.warnings = found.query_translation, found.warnings
        run.first_count, run.count = found.first_count, found.count
        run.slices, run.drift = found.slices, found.drift
        if not found.settled:
            run.status = "incomplete"
        if not found.count and any(place.fetched and not place.imported for place in places.values()):
            raise EntrezError(
                "PubMed finds no record for the query now, and it found some before: nothing was changed; "
                "try again tomorrow, and create another topic if that is so."
            )
        wanted = [pmid for pmid in found.pmids if pmid not in places]
        run.already_there = len(found.pmids) - len(wanted)
        came = self._fetch(wanted)
        run.fetched = len(came)
        fates = lookup.fates(self._client, set(wanted) - came)
        run.missing = tuple(Missing(fate.pmid, fate.reason) for fate in fates)
        if run.as_of is None and all(place.fetched for place in places.values()):
            first = self._first_fetch()
            run.as_of = first.isoformat() if first else None

    def fetch_changed(self, since: date | None) -> None:
        """Fetch anew what was revised since that day, what came from files and the query finds, and what has a
        notice on it; what is as it was is not kept again."""
        places = self._store.places()
        before = {pmid: place.digest for pmid, place in places.items()}
        found = set(self._found.pmids) if self._found else set()
        again = {pmid for pmid in found & places.keys() if not places[pmid].fetched}
        if since is not None and found:
            again |= self._search(f"({self._query}) AND {since:%Y/%m/%d}:3000[lr]")
        with_notice = self._search(f"({self._query}) AND ({lookup.NOTICES})") if found else set()
        with_notice |= lookup.with_notices(self._client, places.keys() - found)
        self._run.since = since.isoformat() if since else None
        self._run.notices = len(with_notice & places.keys())
        came = self._fetch(((again | with_notice) & places.keys()) - self._asked)
        self._run.revised = tuple(sorted(pmid for pmid in came if before[pmid] != places[pmid].digest))

    def leave_out(self) -> None:
        """Withdraw what left the query, what NCBI deleted and what it merged into another PMID, and say so."""
        if self._run.status == "incomplete":
            return
        places = self._store.places()
        found = set(self._found.pmids) if self._found else set()
        others = places.keys() - found
        if self._run.notices is None:
            # a plain ingestion asks for nothing that came by file
            others = {pmid for pmid in others if not places[pmid].imported}
        there = lookup.existing(self._client, others)
        left = [Gone(pmid, "it left the query") for pmid in sorted(there) if not places[pmid].imported]
        for fate in lookup.fates(self._client, others - there):
            if fate.gone:
                left.append(Gone(fate.pmid, fate.reason))
            if fate.merged_into is not None and places[fate.pmid].imported:
                self._fetch({fate.merged_into} - places.keys(), "import")
        if left:
            self._store.withdraw((gone.pmid for gone in left), self._client.url, self._run.stamp)
        self._run.left = tuple(left)

    def _first_fetch(self) -> datetime | None:
        """When the oldest of the records that were fetched, and that count, was fetched."""
        entries = self._store.entries()
        runs = {entries[place.entry].run for place in self._store.places().values() if place.fetched}
        return min(map(_start, runs), default=None)

    def _searching(self, done: int, total: int) -> None:
        self._progress("Searching PubMed", done, total)

    def _search(self, term: str) -> set[int]:
        return set(search(self._client, term, self._searching).pmids)

    def _fetch(self, pmids: Collection[int], by: Way = "query") -> set[int]:
        """Those of `pmids` that came; what did not is asked for twice."""
        came = self._fetch_once(pmids, by)
        return came | self._fetch_once(set(pmids) - came, by)

    def _fetch_once(self, pmids: Collection[int], by: Way) -> set[int]:
        wanted, came = sorted(pmids, reverse=True), set[int]()
        for first in range(0, len(wanted), BATCH):
            self._progress(FETCHING, first, len(wanted))
            came |= self._fetch_batch(wanted[first : first + BATCH], by)
        if wanted:
            self._progress(FETCHING, len(wanted), len(wanted))
        self._asked.update(wanted)
        return came & set(wanted)

    def _fetch_batch(self, pmids: list[int], by: Way) -> set[int]:
        answer = self._client.efetch(pmids)
        try:
            entry = self._store.add(io.BytesIO(answer), self._client.url, self._run.stamp, by)
        except FileError as error:
            raise EntrezError(f"NCBI sent what cannot be read ({error}); try again in some minutes.") from error
        if entry.file is not None:
            self._run.files += (entry.file,)
        return {pmid for pmid, _, _ in entry.records}


def _start(run: str) -> datetime:
    """When a run began, by its stamp."""
    return datetime.strptime(run.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
