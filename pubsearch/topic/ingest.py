"""The ingestion job: what PubMed has for a query → the record store, and what became of the rest.

search ──▶ every PMID ──▶ efetch what is not there yet, batch by batch, each kept as it comes
               │             └─▶ what did not come: asked for once more, then ESummary says why
               ├─▶ (update) what was revised, and what has a notice on it: efetched again, kept where it differs
               └─▶ what the topic has and PubMed finds no more: left out, with the reason
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pubsearch.entrez import lookup
from pubsearch.entrez.client import MAX_PMIDS, TRIES, Client
from pubsearch.entrez.search import Found, search
from pubsearch.errors import EntrezError
from pubsearch.topic import journal
from pubsearch.topic.compare import otherwise_sent, revised
from pubsearch.topic.fetch import BATCH, Fetch
from pubsearch.topic.journal import Journal, Named, Run
from pubsearch.topic.layout import RECORDS, RUNS
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import RecordStore

OVERLAP = timedelta(days=2)
"""NCBI's day is that of US Eastern time, and its index follows the next morning."""

EVER = date(1800, 1, 1)
"""Before all of PubMed: for a topic of which nobody knows when its records were fetched."""

MANY = 100
"""So many records, and a tenth of the topic, do not leave at once: it is an outage more often than the truth."""


def ingest(
    folder: Path, query: str, client: Client, progress: Progress, *, since: date | None = None, many: bool = False
) -> Run:
    """Fetches every record that PubMed has for `query` and that the topic in `folder` has not; with `since` also what
    was revised from that day on, and the retractions and other notices of all its records.

    Each batch is kept as soon as it has come, so a run that breaks off is gone on with by the next one. Where PubMed's
    counts did not agree to the end the run is "incomplete", and nothing is left out. `many` allows that much is.

    Raises:
        EntrezError: NCBI did not answer as it should, or finds very few of the topic's records any more.
        QueryError: NCBI cannot read the query.
        StorageError: the disk is full, or the folder may not be written.
        StoppedError: the user stopped it between two batches.
    """
    with Journal(folder / RUNS).recording("ingest", client.url) as run:
        work = _Ingestion(folder, query, client, run, progress)
        work.fetch_new()
        if since is not None:
            work.fetch_changed(since)
        work.leave_out(many)
        return run


def update(folder: Path, query: str, client: Client, progress: Progress, *, many: bool = False) -> Run:
    """As `ingest`, since the time up to which the topic's records are known to be current.

    For a topic that is made of files (`query` is empty) it asks for notices, deletions and mergers alone.
    """
    runs = Journal(folder / RUNS)
    with runs.recording("update", client.url) as run:
        work = _Ingestion(folder, query, client, run, progress)
        since = work.current_until(runs)
        work.fetch_new()
        work.fetch_changed(since)
        work.leave_out(many)
        if run.status == "running" and not run.stale:
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
        self._fetch = Fetch(self._store, client, run, progress)
        self._found: set[int] = set()
        run.query = query or None
        run.limits = {"pmids_per_search": MAX_PMIDS, "pmids_per_efetch": BATCH, "tries": TRIES}
        run.database = client.einfo()

    def current_until(self, runs: Journal) -> date | None:
        """The first day of which revisions may be unknown; None where nothing was fetched yet."""
        # a clock that was once ahead must not hide years of revisions
        known = [
            as_of for run in runs.runs() if run.as_of and (as_of := datetime.fromisoformat(run.as_of)) <= journal.now()
        ]
        start = max(known, default=self._first_fetch())
        if start is None:
            return None
        return start.date() - OVERLAP if start <= journal.now() else EVER

    def fetch_new(self) -> None:
        """Search, and fetch what is not there."""
        if not self._query:
            return
        found, run, places = self._search(self._query), self._run, self._store.places()
        self._found = set(found.pmids)
        run.translation, run.warnings = found.query_translation, found.warnings
        run.first_count, run.count, run.named = found.first_count, found.count, len(found.pmids)
        run.slices, run.drift = found.slices, found.drift
        wanted = self._found - places.keys()
        run.already_there = len(found.pmids) - len(wanted)
        try:
            came = self._fetch.new(wanted)
        finally:
            run.fetched = len(wanted & places.keys())
        run.missing = self._fates(wanted - came)
        if run.as_of is None and all(place.fetched for place in places.values()):
            first = self._first_fetch()
            run.as_of = first.isoformat() if first else None

    def fetch_changed(self, since: date | None) -> None:
        """Fetch anew what was revised since that day, what came from files and the query finds, and what has a
        notice on it; and what was left out once and is back, though no query would bring it."""
        places, run = self._store.places(), self._run
        again = {pmid for pmid in self._found & places.keys() if not places[pmid].fetched}
        with_notice: set[int] = set()
        if self._found:
            if since is not None:
                again |= set(self._search(f"{since:%Y/%m/%d}:3000[lr] AND ({self._query})").pmids)
            with_notice |= set(self._search(f"({lookup.NOTICES}) AND ({self._query})").pmids)
        with_notice |= lookup.with_notices(self._client, places.keys() - self._found, self._looking)
        run.since = since.isoformat() if since else None
        run.notices = len(with_notice & places.keys())
        wanted = ((again | with_notice) & places.keys()) - self._fetch.asked
        before = self._store.after(run.stamp)
        try:
            came = self._fetch.changed(wanted)
        finally:
            # what a run that ends early has kept, no later run finds to be new; told without a file, it hides no error
            run.revised = otherwise_sent(before, self._store)
        run.revised = revised(before, self._store)
        run.stale = self._fates(wanted - came)
        self._fetch_besides(lookup.existing(self._client, self._store.imported_once(), self._looking))

    def leave_out(self, many: bool) -> None:
        """Withdraw what left the query, what NCBI deleted and what it merged into another PMID, and say so."""
        if self._run.status == "incomplete":
            return
        places = self._store.places()
        others = places.keys() - self._found
        if self._run.notices is None:
            # a plain ingestion asks for nothing that came by file
            others = {pmid for pmid in others if not places[pmid].imported}
        there = lookup.existing(self._client, others, self._looking)
        left = [Named(pmid, "it left the query") for pmid in sorted(there) if not places[pmid].imported]
        fates = [fate for fate in lookup.fates(self._client, others - there, self._looking) if fate.gone]
        self._check_amount(len(left) + len(fates), len(places), many)
        for fate in fates:
            if places[fate.pmid].imported and fate.merged_into is not None and not self._follow(fate.merged_into):
                self._run.stale += (Named(fate.pmid, f"{fate.reason}, which was not sent"),)
            else:
                left.append(Named(fate.pmid, fate.reason))
        if left:
            self._store.withdraw((gone.pmid for gone in left), self._client.url, self._run.stamp)
        self._run.left = tuple(left)

    def _check_amount(self, leaving: int, there: int, many: bool) -> None:
        if not many and leaving and (leaving == there or leaving > max(MANY, there / 10)):
            raise EntrezError(
                f"PubMed finds {leaving:,} of the topic's {there:,} records no more, which looks like an outage: none "
                "was left out; try again tomorrow, and if it is true, run the command with --leave-out-many."
            )

    def _follow(self, pmid: int) -> bool:
        """Whether the record that one from a file was merged into is there, or came now."""
        return pmid in self._store.places() or self._fetch_besides({pmid})

    def _fetch_besides(self, pmids: set[int]) -> bool:
        """Whether any of these came, though the query may not find them."""
        try:
            self._fetch.new(pmids, "import")
        finally:
            came = pmids & self._store.places().keys()
            self._run.besides += len(came)
        return bool(came)

    def _search(self, term: str) -> Found:
        """All PMIDs of a query; where PubMed's counts do not agree, the run is incomplete."""
        found = search(self._client, term, lambda done, total: self._progress("Searching PubMed", done, total))
        if not found.settled:
            self._run.status = "incomplete"
        return found

    def _fates(self, pmids: Collection[int]) -> tuple[Named, ...]:
        return tuple(Named(fate.pmid, fate.reason) for fate in lookup.fates(self._client, pmids, self._looking))

    def _looking(self, done: int, total: int) -> None:
        self._progress("Asking PubMed about records", done, total)

    def _first_fetch(self) -> datetime | None:
        """When the oldest of the records that were fetched, and that count, was fetched."""
        entries = self._store.entries()
        runs = {entries[place.entry].run for place in self._store.places().values() if place.fetched}
        return min((datetime.strptime(run[:16], journal.STAMP).replace(tzinfo=UTC) for run in runs), default=None)
