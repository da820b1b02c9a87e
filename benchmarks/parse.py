"""Parsing PubMed XML: records a second on one core and peak memory, beside Bio.Entrez on the records that both read.

    python -m benchmarks.parse          files of 2,000 and 8,000 records, in about a minute
    python -m benchmarks.parse --full   files of 30,000 and 120,000

The files repeat the demo's records under new PMIDs, gzip'd. Every parse has a process of its own; seconds are its CPU
seconds, so that other work on the machine does not count. Figures are medians of alternating rounds.
"""

import gzip
import io
import os
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pubsearch import demo
from pubsearch.entrez import formats

RECORDS = Path(demo.__file__).parent / "records"
RECORD = re.compile(rb"<(Pubmed(?:Book)?Article)[ >].*?</\1>", re.DOTALL)
PMID = re.compile(rb"(<PMID[^>]*>)[0-9]+")
# Bio.Entrez carries this DTD with it and has to fetch nothing.
HEAD = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
    b'1st January 2025//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n'
)
TAIL = b"</PubmedArticleSet>\n"
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Run:
    """What one process did, in how many CPU seconds, with how many MB at most."""

    records: int
    seconds: float
    peak: float

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.seconds


def alone(work: Callable[..., Any], *arguments: object) -> Any:
    """What `work` returns, done in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def demo_records() -> Iterator[bytes]:
    """The XML of each record of the demo."""
    for path in sorted(RECORDS.glob("*.xml.gz")):
        yield from (found[0] for found in RECORD.finditer(gzip.decompress(path.read_bytes())))


def write(path: Path, size: int, left_out: frozenset[int] = frozenset()) -> None:
    """A file of `size` records, less those demo records that are to be left out."""
    records = [record for place, record in enumerate(demo_records()) if place not in left_out]
    random.Random(0).shuffle(records)  # the demo has the old and short ones first
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(HEAD)
        for pmid, record in enumerate(islice(cycle(records), size), start=40_000_001):
            file.write(PMID.sub(rb"\g<1>%d" % pmid, record, count=1) + b"\n")
        file.write(TAIL)


def timed(work: Callable[[], int]) -> Run:
    """Does `work`, which returns how many records it read."""
    started = time.process_time()
    records = work()
    seconds = time.process_time() - started
    return Run(records, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def ours(path: Path) -> Run:
    """Reads a file with pubsearch."""
    with formats.open_source(path) as source:
        return timed(lambda: sum(1 for _ in formats.parse(source, path.name)))


def ours_with_digests(path: Path) -> Run:
    """Reads a file with pubsearch, a digest for each record."""
    with formats.open_source(path) as source:
        return timed(lambda: sum(1 for _ in formats.parse_with_digests(source, path.name)))


def peer(path: Path) -> Run:
    """Reads a file with Bio.Entrez.read, which returns all of its records at once."""
    from Bio import Entrez  # here, so that its memory is no part of ours

    with gzip.open(path) as source:
        return timed(lambda: sum(map(len, Entrez.read(source, validate=False).values())))


def peer_stream(path: Path) -> str:
    """What Bio.Entrez.parse, which would read record by record, makes of a PubmedArticleSet."""
    from Bio import Entrez

    with gzip.open(path) as source:
        try:
            return f"{sum(1 for _ in Entrez.parse(source, validate=False)):,} records"
        except ValueError as error:
            return f"{type(error).__name__}: {error}"


def refused_by_peer(validate: bool) -> list[int]:
    """The demo records, by their place, on which Bio.Entrez.read raises."""
    from Bio import Entrez

    records = list(demo_records())

    def refused(places: list[int]) -> list[int]:
        document = HEAD + b"\n".join(records[place] for place in places) + TAIL
        try:
            Entrez.read(io.BytesIO(document), validate=validate)
        except Exception:  # whatever it raises, the record was not read
            half = len(places) // 2
            return refused(places[:half]) + refused(places[half:]) if half else places
        return []

    places = range(len(records))
    return [found for start in places[::50] for found in refused(list(places[start : start + 50]))]


def medians(rounds: int, path: Path, *works: Callable[[Path], Run]) -> list[Run]:
    """For each way of reading `path`, the records, the median seconds and the median peak of alternating rounds."""
    runs = [[alone(work, path) for work in works] for _ in range(rounds)]
    return [
        Run(column[0].records, statistics.median(r.seconds for r in column), statistics.median(r.peak for r in column))
        for column in zip(*runs, strict=True)
    ]


def row(what: str, run: Run) -> None:
    """Prints one line of the table."""
    print(f"| {what:<30} | {run.records:7,} | {run.rate:9,.0f} | {run.peak:8,.0f} |", flush=True)


def main() -> None:
    """Prints the table."""
    full = "--full" in sys.argv[1:]
    # Whoever tries to reach the network is refused at once.
    os.environ.update(http_proxy=NOWHERE, https_proxy=NOWHERE)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        path = Path(folder) / "records.xml.gz"
        notes, peaks = [], []
        print("| what                           | records | records/s | peak, MB |\n|---|---|---|---|")
        for size in (30_000, 120_000) if full else (2_000, 8_000):
            alone(write, path, size)
            plain, digested = medians(3, path, ours, ours_with_digests)
            row("pubsearch", plain)
            row("pubsearch, with digests", digested)
            peaks.append(plain.peak)
        notes.append(f"peak of the larger file less that of the smaller: {peaks[1] - peaks[0]:+.1f} MB")
        refused = alone(refused_by_peer, False)
        for size in (600, 2_000) if full else (600,):
            alone(write, path, size, frozenset(refused))
            mine, theirs = medians(5, path, ours, peer)
            row("pubsearch", mine)
            row("Bio.Entrez.read", theirs)
            notes.append(f"{size:,} records that both read: {mine.rate / theirs.rate:.1f} times as fast")
        notes.append(f"Bio.Entrez.read, validate=False, raises on {len(refused):,} of the demo's records")
        if full:
            notes.append(f"Bio.Entrez.read, validate=True, raises on {len(alone(refused_by_peer, True)):,}")
        notes.append(f"Bio.Entrez.parse: {alone(peer_stream, path)}")
        print("\n" + "\n".join(notes))


if __name__ == "__main__":
    main()
