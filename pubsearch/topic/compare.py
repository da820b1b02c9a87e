"""What changed in a topic between two of its runs, record by record, from the log of what was received."""

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pubsearch.errors import UserError
from pubsearch.topic.layout import RECORDS
from pubsearch.topic.records import RecordStore

if TYPE_CHECKING:
    from pubsearch.topic.topic import Topic

_NAMED_RUNS = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """PMIDs, ascending: `added` are in the topic after the second run and not after the first, `removed` the other
    way round, `revised` in both with another text of the record.
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
        StorageError: the log of records, or a run's file, is damaged.
    """
    stamps = [run.stamp for run in topic.runs()]
    for stamp in (first_stamp, second_stamp):
        if stamp not in stamps:
            there = ", ".join(stamps[-_NAMED_RUNS:]) or "none yet"
            raise UserError(f"Topic {topic.name} has no run {stamp} (the last ones: {there}): give one of them.")
    store = RecordStore(topic.folder / RECORDS)
    first, second = (store.after(stamp).places() for stamp in (first_stamp, second_stamp))
    return Difference(
        first_stamp,
        second_stamp,
        tuple(sorted(second.keys() - first.keys())),
        tuple(sorted(first.keys() - second.keys())),
        tuple(sorted(pmid for pmid in first.keys() & second.keys() if first[pmid].digest != second[pmid].digest)),
    )
