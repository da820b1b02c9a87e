"""What changed in a topic between two of its runs, record by record, from the log of what was received."""

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pubsearch.errors import UserError
from pubsearch.record import Record
from pubsearch.topic.layout import RECORDS
from pubsearch.topic.records import RecordStore

if TYPE_CHECKING:
    from pubsearch.topic.topic import Topic

_NAMED_RUNS = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """PMIDs, ascending: `added` are in the topic after the second run and not after the first, `removed` the other
    way round, `revised` in both with another text of the record; how it is laid out and in which format counts for
    nothing.
    """

    first: str
    second: str
    added: tuple[int, ...]
    removed: tuple[int, ...]
    revised: tuple[int, ...]

    def csv(self) -> str:
        """A table of two columns, pmid and change, as RFC 4180 has it."""
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(("pmid", "change"))
        for change in ("added", "removed", "revised"):
            table.writerows((pmid, change) for pmid in getattr(self, change))
        return text.getvalue()


def compare(topic: "Topic", first_stamp: str, second_stamp: str) -> Difference:
    """What the topic had after the second run, against what it had after the first; a run is named by its `stamp`.

    Raises:
        UserError: the topic has no such run.
        StorageError: the log of records, a file of records or a run's file is damaged.
    """
    stamps = [run.stamp for run in topic.runs()]
    for stamp in (first_stamp, second_stamp):
        if stamp not in stamps:
            there = ", ".join(stamps[-_NAMED_RUNS:]) or "none yet"
            raise UserError(f"Topic {topic.name} has no run {stamp} (the last ones: {there}): give one of them.")
    store = RecordStore(topic.folder / RECORDS)
    before, after = (store.after(stamp) for stamp in (first_stamp, second_stamp))
    first, second = before.places(), after.places()
    return Difference(
        first_stamp,
        second_stamp,
        tuple(sorted(second.keys() - first.keys())),
        tuple(sorted(first.keys() - second.keys())),
        revised(before, after),
    )


def revised(before: RecordStore, after: RecordStore) -> tuple[int, ...]:
    """The PMIDs, ascending, that both have with another text of the record.

    Raises:
        StorageError: the log of records, or a file of records, is damaged.
    """
    first, second = before.places(), after.places()
    differ = set(otherwise_sent(before, after))
    # What NCBI sent is always laid out alike. A file may be laid out otherwise, or in the other format.
    doubtful = {pmid for pmid in differ if not (first[pmid].fetched and second[pmid].fetched)}
    across = {pmid for pmid in doubtful if _format(before, pmid) != _format(after, pmid)}
    said = {record.pmid: _said(record, record.pmid in across) for record in before.of(doubtful)}
    same = {record.pmid for record in after.of(doubtful) if said[record.pmid] == _said(record, record.pmid in across)}
    return tuple(sorted(differ - same))


def otherwise_sent(before: RecordStore, after: RecordStore) -> tuple[int, ...]:
    """The PMIDs, ascending, whose record both have in other bytes: those that are `revised`, and of files also some
    that are only laid out otherwise. No file of records is read."""
    first = before.places()
    return tuple(
        sorted(pmid for pmid, place in after.places().items() if pmid in first and first[pmid].digest != place.digest)
    )


def _format(store: RecordStore, pmid: int) -> str:
    """The format that the record of a PMID stands in: "000002.nbib.gz" is of "nbib"."""
    return str(store.entries()[store.places()[pmid].entry].file).split(".")[1]


def _said(record: Record, across: bool) -> int:
    """A hash of what a record says; `across` formats of what both have in the same words."""
    if not across:
        return hash(record)
    # the papers that it cites are in XML alone
    notices = frozenset((notice.type, notice.pmid) for notice in record.corrections if notice.type != "Cites")
    return hash((" ".join(record.text.split()), record.publication_types, notices, record.revised_date))
