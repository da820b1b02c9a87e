"""The catalogue on 100,000 records: how long it takes to build, its size, and how fast published searches are answered.

The records are the demo's, over and over under new PMIDs. A query's first answer and the median and 95th percentile of
the next are printed; parsing is left out. Give another number of records as argument.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import cycle, islice
from pathlib import Path

import numpy as np

import pubsearch.demo
from pubsearch.entrez import xml
from pubsearch.entrez.formats import open_source
from pubsearch.errors import QueryError
from pubsearch.index.catalogue import Catalogue, CatalogueWriter
from pubsearch.record import Record
from pubsearch.search.language import parse
from pubsearch.search.matching import matching

RECORDS = 100_000
ROUNDS = 20
BATCH = 256
QUERIES = Path(__file__).parents[1] / "tests" / "data" / "pubmed_queries" / "queries.jsonl"
TODAY = date(2026, 1, 1)


def demo_records() -> Iterator[Record]:
    """The records of the demo."""
    for path in sorted(pubsearch.demo.RECORDS.glob("*.xml.gz")):
        with open_source(path) as source:
            yield from (record for record in xml.parse(source, path.name) if isinstance(record, Record))


def build(folder: Path, count: int) -> Catalogue:
    """A catalogue of so many records; prints time and size."""
    originals = list(demo_records())
    started = time.perf_counter()
    writer = CatalogueWriter(folder / "catalogue.sqlite")
    copies = ((row, replace(record, pmid=row + 1)) for row, record in enumerate(islice(cycle(originals), count)))
    while batch := list(islice(copies, BATCH)):
        writer.add(batch)
    writer.close()
    took = time.perf_counter() - started
    sizes = {path: path.stat().st_size for path in folder.rglob("*") if path.is_file()}
    beside = sum(size for path, size in sizes.items() if path.suffix == ".npy")
    print(f"{count:,} records: built in {took:.0f} s; records {(sum(sizes.values()) - beside) / 1e6:.0f} MB, ", end="")
    print(f"words, keys and dates {beside / 1e6:.0f} MB\n")
    return Catalogue(folder / "catalogue.sqlite")


def main() -> None:
    """Prints the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as folder:
        catalogue = build(Path(folder), count)
        print("| query | characters | found | first, ms | p50, ms | p95, ms |")
        print("|---|---|---|---|---|---|")
        firsts, later = [], []
        for line in QUERIES.read_text().splitlines():
            query = json.loads(line)
            times = []
            try:
                node = parse(query["query"])
                for _ in range(ROUNDS + 1):
                    started = time.perf_counter()
                    found = int(matching(node, catalogue, today=TODAY).sum())
                    times.append((time.perf_counter() - started) * 1000)
            except QueryError:
                continue  # what is no query, or asks for what only NLM's MeSH can tell
            first, *rest = times
            firsts.append(first)
            later += rest
            print(
                f"| {query['id'][:40]} | {len(query['query'])} | {found:,} | {first:.1f} "
                f"| {statistics.median(rest):.1f} | {np.percentile(rest, 95):.1f} |"
            )
        print(f"\n{len(firsts)} queries: first answers p50 {np.percentile(firsts, 50):.1f} ms, ", end="")
        print(f"p95 {np.percentile(firsts, 95):.1f}; later ones p50 {np.percentile(later, 50):.1f}, ", end="")
        print(f"p95 {np.percentile(later, 95):.1f}")


if __name__ == "__main__":
    main()
