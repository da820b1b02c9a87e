"""A query → every PMID that PubMed has for it, past the cap of one search.

ESearch gives the first 9,999 PMIDs of a query, and history does not lift that. A larger query is cut by PMID range,
`1:50000000[UID] AND (query)`, and each range is halved until PubMed gives it whole. A PMID lies in one range only and
never changes, which no date can promise; and a range of 9,999 PMIDs cannot be too large, so the cutting ends. The range
stands first, because PubMed closes at the end of a query what nobody closed in it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pubsearch.entrez.client import MAX_PMIDS, Client, SearchAnswer
from pubsearch.errors import EntrezError

LAST_PMID = 99_999_999
"""PMIDs have at most eight digits (https://www.nlm.nih.gov/bsd/mms/medlineelements.html#pmid)."""

# how much is done, of how much
Progress = Callable[[int, int], None]

ROUNDS = 4
"""How often slices that do not agree with their counts are asked again."""


@dataclass(frozen=True, slots=True)
class Slice:
    """The PMIDs from `first` to `last`, and how many of them PubMed counts for the query."""

    first: int
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """All PMIDs of a query, ascending.

    `first_count` and `count` are PubMed's counts at the beginning and at the end, `drift` tells how counts moved in
    between. Where PubMed went on to count other than it named, `settled` is False and PMIDs may lack.
    """

    pmids: tuple[int, ...]
    first_count: int
    count: int
    query_translation: str
    warnings: tuple[str, ...]
    slices: tuple[Slice, ...]
    drift: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether PubMed named as many PMIDs as it counted."""
        return len(self.pmids) == self.count


def search(client: Client, term: str, progress: Progress) -> Found:
    """Every PMID of `term`; `progress` is told how many are known, of how many.

    Raises:
        QueryError: PubMed cannot read the query
        EntrezError: NCBI did not answer as it should
    """
    whole = client.esearch(term)
    return _Search(client, term, whole, progress).found()


class _Search:
    """One search under way: count and PMIDs of the slices that are whole by now, by (first, last)."""

    def __init__(self, client: Client, term: str, whole: SearchAnswer, progress: Progress) -> None:
        self._client = client
        self._term = term
        self._first = whole
        self._progress = progress
        self._drift: list[str] = []
        self._slices: dict[tuple[int, int], tuple[int, set[int]]] = {}

    def found(self) -> Found:
        """Cut, ask, and hold the sum of the slices against PubMed's count until they agree, or ROUNDS times."""
        count = self._first.count
        self._take(1, LAST_PMID, self._first)
        if not (len(self._slices) == 1 and self._named() == count):
            for _ in range(ROUNDS):
                count = self._client.esearch(self._term, retmax=0).count
                if count == self._named():
                    break
                self._renew()
        if count != self._first.count:
            self._drift.append(f"PubMed counted {self._first.count:,} records at first and {count:,} at last")
        return Found(
            pmids=tuple(sorted(set().union(*(pmids for _, pmids in self._slices.values())))),
            first_count=self._first.count,
            count=count,
            query_translation=self._first.query_translation,
            warnings=self._first.warnings,
            slices=tuple(Slice(*ends, self._slices[ends][0]) for ends in sorted(self._slices)),
            drift=tuple(self._drift),
        )

    def _take(self, first: int, last: int, answer: SearchAnswer) -> None:
        """Keep the slice from `first` to `last`, in halves where PubMed does not give it whole."""
        if answer.count <= MAX_PMIDS:
            self._slices[first, last] = answer.count, set(answer.pmids)
            self._progress(self._named(), self._first.count)
            return
        if last - first < MAX_PMIDS:
            raise EntrezError(
                f"PubMed counts {answer.count:,} records among {last - first + 1:,} PMIDs, so it did not"
                " keep to the range of PMIDs that was asked for; mend the query's quotes and parentheses, or try later."
            )
        middle = (first + last) // 2
        for low, high in ((first, middle), (middle + 1, last)):
            self._take(low, high, self._ask(low, high, MAX_PMIDS))

    def _renew(self) -> None:
        """Ask again for each slice whose count has moved, or that names other than it counts."""
        for first, last in sorted(self._slices):
            before, pmids = self._slices[first, last]
            now = self._ask(first, last, 0).count
            if now != before or now != len(pmids):
                if now != before:
                    self._drift.append(f"PMIDs {first:,} to {last:,}: PubMed counted {before:,}, then {now:,}")
                del self._slices[first, last]
                self._take(first, last, self._ask(first, last, MAX_PMIDS))

    def _ask(self, first: int, last: int, retmax: int) -> SearchAnswer:
        if (first, last) == (1, LAST_PMID):
            return self._client.esearch(self._term, retmax=retmax)
        return self._client.esearch(f"{first}:{last}[UID] AND ({self._term})", retmax=retmax)

    def _named(self) -> int:
        return sum(len(pmids) for _, pmids in self._slices.values())
