"""PMIDs → the record store: efetch, batch by batch, each kept as it comes."""

import contextlib
import io
from collections.abc import Callable, Collection, Iterator, Sequence

from pubsearch.entrez import formats
from pubsearch.entrez.client import Client
from pubsearch.entrez.xml import Deleted
from pubsearch.errors import EntrezError, FileError
from pubsearch.topic.journal import Run
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import RecordStore, Way

# NCBI asks for no more than 200 PMIDs in one efetch by id (https://www.ncbi.nlm.nih.gov/books/NBK25499/).
BATCH = 200


class Fetch:
    """The fetching of one run; `asked` are the PMIDs that were asked for so far."""

    def __init__(self, store: RecordStore, client: Client, run: Run, progress: Progress) -> None:
        self.asked: set[int] = set()
        self._store = store
        self._client = client
        self._run = run
        self._progress = progress

    def new(self, pmids: Collection[int], by: Way = "query") -> set[int]:
        """Keeps the records of `pmids`, and returns those that came; what does not come is asked for twice."""

        def keep(batch: Sequence[int]) -> set[int]:
            return self._keep(self._client.efetch(batch), by)

        return self._twice(pmids, keep)

    def changed(self, pmids: Collection[int]) -> set[int]:
        """Asks for records that the store has, keeps those that differ, and returns those that came."""

        def compare(batch: Sequence[int]) -> set[int]:
            answer = self._client.efetch(batch)
            digests = self._digests(answer)
            differ = [pmid for pmid in batch if pmid in digests and not self._is_known(pmid, *digests[pmid])]
            came = set(digests)
            if differ:
                # what is as it was would be kept once more with them
                kept = self._keep(answer if len(differ) == len(digests) else self._client.efetch(differ), "query")
                came -= set(differ) - kept
            return came

        return self._twice(pmids, compare)

    def _twice(self, pmids: Collection[int], work: Callable[[Sequence[int]], set[int]]) -> set[int]:
        """Those of `pmids` that came; what did not come at first is asked for once more."""
        came = self._in_batches(pmids, work)
        return came | self._in_batches(set(pmids) - came, work)

    def _in_batches(self, pmids: Collection[int], work: Callable[[Sequence[int]], set[int]]) -> set[int]:
        wanted, came = sorted(pmids, reverse=True), set[int]()
        for first in range(0, len(wanted), BATCH):
            self._progress("Fetching records from PubMed", first, len(wanted))
            came |= work(wanted[first : first + BATCH])
        if wanted:
            self._progress("Fetching records from PubMed", len(wanted), len(wanted))
        self.asked.update(wanted)
        return came & set(wanted)

    def _keep(self, answer: bytes, by: Way) -> set[int]:
        with _readable():
            entry = self._store.add(io.BytesIO(answer), self._client.url, self._run.stamp, by, sent=True)
        if entry.file is not None:
            self._run.files += (entry.file,)
        return {pmid for pmid, _, _ in entry.records}

    def _digests(self, answer: bytes) -> dict[int, tuple[int, str]]:
        """Version and digest of each record in an answer."""
        with _readable():
            items = list(formats.parse_with_digests(io.BytesIO(answer), self._client.url))
        return {item.pmid: (item.version, digest) for item, digest in items if not isinstance(item, Deleted)}

    def _is_known(self, pmid: int, version: int, digest: str) -> bool:
        place = self._store.places().get(pmid)
        return place is not None and (
            version < place.version or (place.fetched and (version, digest) == (place.version, place.digest))
        )


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    """What NCBI sent, and nobody gave as a file, is NCBI's fault where it cannot be read."""
    try:
        yield
    except FileError as error:
        raise EntrezError(f"NCBI sent what cannot be read ({error}); try again in some minutes.") from error
