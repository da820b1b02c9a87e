"""The record of a search, as reports of systematic reviews give it.

What it states: PRISMA-S, items 1, 8, 9, 13 and 15 (https://doi.org/10.1186/s13643-020-01542-z).
"""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlencode

from pubsearch.release import VERSION
from pubsearch.search.results import Rank, Results
from pubsearch.topic import currency, report
from pubsearch.topic.journal import Run
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.topic import Topic
from pubsearch.ui import saying
from pubsearch.ui.address import Address

_RANKS: dict[Rank, str] = {"both": "meaning and words", "meaning": "meaning", "words": "words"}


def text(results: Results, address: Address, topic: Topic, manifest: Manifest, now: datetime, url: str) -> str:
    """The search as it was made: query, reading, filters, counts, topic, index, model, time (with its zone), address.

    `url` is where the page stands, without parameters.

    Raises:
        StorageError: a run's file is damaged.
    """
    return "\n".join(f"{name}: {value}" for name, value in _lines(results, address, topic, manifest, now, url) if value)


def _lines(
    results: Results, address: Address, topic: Topic, manifest: Manifest, now: datetime, url: str
) -> Iterator[tuple[str, str]]:
    about, model, runs = topic.about, manifest.model, topic.runs()
    yield "Searched", now.isoformat(sep=" ", timespec="minutes")
    yield "Query", results.query or (f"records similar to PMID {address.like}" if address.like else "")
    yield "Read as", results.reading
    yield "Not included", "; ".join((*results.notes, *saying.left_out(results.facets)))
    yield "Exact", "every word must be there" if address.exact else ""
    yield "Filters", "; ".join(f"{name}: {label}" for name, label in address.filters.as_pairs()) or "none"
    yield "Records that satisfy query and filters", f"{results.total:,}"
    yield "Of these ranked by the question", f"{results.ranked:,}"
    yield "Ranked by", f"{_RANKS[results.rank]}; sorted by {results.sort}"
    yield "Topic", f"{topic.name} – {about.title}"
    yield "Source", "PubMed (U.S. National Library of Medicine)"
    yield "Query of the topic", about.query
    yield "That query", report.NOT_RUN if about.query and report.is_of_files(runs) else ""
    yield from _run([run for run in runs if run.status == "complete"])
    as_of = currency.as_of(topic, manifest)
    yield "Retractions and other notices known as of", as_of or "unknown"
    counts = manifest.counts
    yield "Index", f"version {manifest.version} of {manifest.created}, {counts.records:,} records"
    yield "Model", f"{model.name}, fingerprint {model.fingerprint}" + (f", {model.revision}" if model.revision else "")
    yield "Software", f"pubsearch {VERSION}"
    yield "Address", f"{url.rstrip('/')}/?{urlencode(address.pairs())}"


def _run(runs: list[Run]) -> Iterator[tuple[str, str]]:
    """How the records came last, from PubMed and from files."""
    asked = [run for run in runs if run.kind != "import"]
    if asked:
        yield "PubMed read the topic's query as", asked[-1].translation or ""
        yield "Fetched last", asked[-1].ended or ""
        yield "Records at PubMed then", f"{asked[-1].count:,}" if asked[-1].count is not None else ""
    imported = [run for run in runs if run.kind == "import"]
    if imported:
        yield "Read from files last", imported[-1].ended or ""
