"""The records that the server has, by PMID and by what is searched in them; they can change between two requests."""

import threading
from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from itertools import islice

from tests.eutils.records import Stored


class Corpus:
    """Records by PMID; of two for one PMID the later counts.

    `lock` is held while a request is answered and while a record changes, so that an answer is of one state.
    `withheld` are PMIDs that efetch leaves out although the record is there, `merged` says which PMID an old one has
    become.
    """

    def __init__(self, records: Iterable[Stored]) -> None:
        self.lock = threading.RLock()
        self.records = {record.pmid: record for record in records}
        self.pmids = sorted(self.records)
        self.withheld: set[int] = set()
        self.merged: dict[int, int] = {}
        self.in_title: dict[str, set[int]] = defaultdict(set)
        self.in_text: dict[str, set[int]] = defaultdict(set)
        self.types: dict[str, set[int]] = defaultdict(set)
        self.notices: dict[str, set[int]] = defaultdict(set)
        self.years: dict[int, set[int]] = defaultdict(set)
        self._days: dict[tuple[str, str], set[int]] = defaultdict(set)
        for record in self.records.values():
            for holders in self._holders(record):
                holders.add(record.pmid)

    def put(self, record: Stored) -> None:
        """Add a record, or a revision of one; a PMID that was deleted, merged or withheld is an ordinary one again."""
        with self.lock:
            if record.pmid in self.records:
                self._forget(record.pmid)
            else:
                insort(self.pmids, record.pmid)
            self.withheld.discard(record.pmid)
            self.merged.pop(record.pmid, None)
            self.records[record.pmid] = record
            for holders in self._holders(record):
                holders.add(record.pmid)

    def delete(self, pmid: int) -> None:
        """Have this record no more; KeyError where there is none."""
        with self.lock:
            self._forget(pmid)
            self.withheld.discard(pmid)
            del self.records[pmid]
            del self.pmids[bisect_left(self.pmids, pmid)]

    def merge(self, pmid: int, into: int) -> None:
        """Make one record of two: `pmid` is gone, but for esummary, which says what it has become."""
        with self.lock:
            self.delete(pmid)
            self.merged[pmid] = into

    def withhold(self, pmid: int) -> None:
        """Count and summarise this record, and send it no more."""
        with self.lock:
            self.withheld.add(pmid)

    def sent(self, pmid: int) -> Stored | None:
        """What efetch has for a PMID."""
        return None if pmid in self.withheld else self.records.get(pmid)

    def summarised(self, pmid: int) -> Stored | None:
        """What esummary has for a PMID."""
        while pmid in self.merged:
            pmid = self.merged[pmid]
        return self.records.get(pmid)

    def between(self, low: int, high: int) -> set[int]:
        """The PMIDs from `low` to `high`, both included."""
        return set(self.pmids[bisect_left(self.pmids, low) : bisect_right(self.pmids, high)])

    def dated(self, field: str, first: str, last: str) -> set[int]:
        """The PMIDs with a date in `field` from `first` to `last`, both included."""
        return set().union(
            *(held for (name, day), held in self._days.items() if name == field and first <= day <= last)
        )

    def newest(self, found: Set[int], number: int) -> list[int]:
        """The highest PMIDs of those found, descending."""
        # sorting a few is quick, and so is going through all in order where there are many
        if len(found) * 8 < len(self.pmids):
            return sorted(found, reverse=True)[:number]
        return list(islice((pmid for pmid in reversed(self.pmids) if pmid in found), number))

    def titled(self, found: Set[int], words: Iterable[str]) -> list[int]:
        """Those found with most of the words in the title first."""
        shared = Counter(pmid for word in set(words) for pmid in self.in_title.get(word, ()))
        return sorted(found, key=lambda pmid: (-shared[pmid], -pmid))

    def alike(self, pmid: int) -> list[tuple[int, int]]:
        """(PMID, score) of the records that share words with this one, best first; rare words weigh more."""
        shared: Counter[int] = Counter()
        for word in {*self.records[pmid].title, *self.records[pmid].abstract}:
            holders = self.in_text[word]
            for other in holders:
                shared[other] += 1_000_000 // len(holders)
        return sorted(shared.items(), key=lambda pair: (-pair[1], -pair[0]))

    def _holders(self, record: Stored) -> Iterator[set[int]]:
        """Every set that this record's PMID is to be in."""
        for word in record.title:
            yield self.in_title[word]
            yield self.in_text[word]
        for word in record.abstract:
            yield self.in_text[word]
        for kind in record.types:
            yield self.types[kind]
        for notice in record.notices:
            yield self.notices[notice]
        for date in record.dates.items():
            yield self._days[date]
        if record.year:
            yield self.years[record.year]

    def _forget(self, pmid: int) -> None:
        record = self.records[pmid]
        for holders in self._holders(record):
            holders.discard(pmid)
        for word in (*record.title, *record.abstract):
            # espell offers no word that no record has
            if not self.in_text[word]:
                del self.in_text[word]
