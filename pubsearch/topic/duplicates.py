"""Records that may be one work twice: several PMIDs with one DOI. They are told, never merged."""

from collections.abc import Iterable

from pubsearch.record import Record
from pubsearch.topic.journal import SameDoi


class Duplicates:
    """What comes again among records that are noted one after the other."""

    def __init__(self) -> None:
        self._pmids: set[int] = set()
        self._repeated: set[int] = set()
        self._first: dict[str, int] = {}
        self._same: dict[str, set[int]] = {}

    def note(self, pmid: int, doi: str) -> None:
        """Takes one more record into account."""
        if pmid in self._pmids:
            self._repeated.add(pmid)
        self._pmids.add(pmid)
        # DOIs are the same in any case: https://www.doi.org/doi-handbook/HTML/case-sensitivity.html
        doi = doi.casefold()
        if doi and self._first.setdefault(doi, pmid) != pmid:
            self._same.setdefault(doi, {self._first[doi]}).add(pmid)

    @property
    def repeated(self) -> int:
        """How many PMIDs came more than once."""
        return len(self._repeated)

    @property
    def same_doi(self) -> tuple[SameDoi, ...]:
        """Each DOI that several PMIDs have, in the order of the first of these."""
        found = (SameDoi(doi, tuple(sorted(pmids))) for doi, pmids in self._same.items())
        return tuple(sorted(found, key=lambda each: each.pmids))


def same_doi(records: Iterable[Record]) -> tuple[SameDoi, ...]:
    """Each DOI that several of the records have, in the order of their PMIDs."""
    found = Duplicates()
    for record in records:
        found.note(record.pmid, record.doi)
    return found.same_doi
