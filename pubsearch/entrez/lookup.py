"""What PubMed says of PMIDs that are at hand: which it still has, which carry a notice, what became of the others."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pubsearch.entrez.client import Client
from pubsearch.entrez.search import Progress, search
from pubsearch.errors import EntrezError

CHUNK = 500
"""PMIDs in one query, and in one ESummary (NCBI's own limit for it)."""

NOTICES = (
    '"retracted publication"[pt] OR hasretractionin OR haspartialretractionin OR hasexpressionofconcernin'
    " OR haserratumin OR hascorrectedrepublishedin OR hasretractedandrepublishedin OR hasupdatein"
)
"""Records with a retraction, an expression of concern, an erratum or another notice on them, in PubMed's own words
(https://pubmed.ncbi.nlm.nih.gov/help/#comment-correction-type)."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a PMID: `gone` where PubMed has it no more, with the one that it was `merged_into` if any."""

    pmid: int
    gone: bool
    reason: str
    merged_into: int | None = None


def existing(client: Client, pmids: Collection[int], progress: Progress) -> set[int]:
    """Those of `pmids` that PubMed finds under their own number.

    Raises:
        EntrezError: NCBI did not answer as it should, or names other than it counts.
    """
    return {pmid for chunk in _chunks(pmids, progress) for pmid in _named(client, _any_of(chunk))} & set(pmids)


def with_notices(client: Client, pmids: Collection[int], progress: Progress) -> set[int]:
    """Those of `pmids` that PubMed has a notice on.

    Raises:
        EntrezError: NCBI did not answer as it should, or names other than it counts.
    """
    asked = (f"({_any_of(chunk)}) AND ({NOTICES})" for chunk in _chunks(pmids, progress))
    return {pmid for term in asked for pmid in _named(client, term)} & set(pmids)


def fates(client: Client, pmids: Collection[int], progress: Progress) -> Iterator[Fate]:
    """What ESummary says of each PMID, in ascending order."""
    for chunk in _chunks(pmids, progress):
        now = client.esummary(chunk)
        for pmid in chunk:
            if pmid not in now:
                # the summary of another PMID came in its stead, and only alone can it be told for which
                now |= client.esummary([pmid])
            yield _fate(pmid, now)


def _named(client: Client, term: str) -> tuple[int, ...]:
    found = search(client, term, lambda _done, _total: None)
    if not found.settled:
        raise EntrezError(
            f"PubMed counted {found.count:,} records and named {len(found.pmids):,}, several times: try again later."
        )
    return found.pmids


def _fate(pmid: int, now: dict[int, int | None]) -> Fate:
    if pmid not in now:
        return Fate(pmid, False, "NCBI sends neither a record nor a summary of it")
    current = now[pmid]
    if current is None:
        return Fate(pmid, True, "NCBI deleted it")
    if current != pmid:
        return Fate(pmid, True, f"NCBI merged it into PMID {current}", current)
    return Fate(pmid, False, "NCBI has a summary of it and sends no record")


def _chunks(pmids: Collection[int], progress: Progress) -> Iterator[Sequence[int]]:
    ordered = sorted(set(pmids))
    for first in range(0, len(ordered), CHUNK):
        progress(first, len(ordered))
        yield ordered[first : first + CHUNK]
    if ordered:
        progress(len(ordered), len(ordered))


def _any_of(pmids: Sequence[int]) -> str:
    return " OR ".join(f"{pmid}[uid]" for pmid in pmids)
