"""The engine at size: a million records built, opened and searched, with and without filters.

    python -m benchmarks.scale          1,000,000 records: some minutes, 4 GB of disk in the temporary folder

Records are resampled from real ones (benchmarks.vectors) and written as a version holds them: each record's own vector
with origins, and the postings. Building and searching have a process each, so that each one's memory is its own.
"""

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks import vectors
from pubsearch.index import postings
from pubsearch.index.postings import Postings
from pubsearch.index.rows import RowMatrix, Rows, RowsWriter
from pubsearch.index.sparse import SparseVector

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 7
LIMIT = 10

Line = tuple[str, str]


def alone(work: Callable[..., Any], *arguments: object) -> Any:
    """What `work` returns, done in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def resident() -> float:
    """The MB of this process that are in memory, those of files that it has mapped too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def size(folder: Path) -> float:
    """A folder's size in MB."""
    return sum(path.stat().st_size for path in folder.iterdir()) / 1e6


def make_rows(folder: Path, records: int) -> list[csr_matrix]:
    """Writes the records' own vectors; returns the questions."""
    questions = vectors.questions()
    writer = RowsWriter(folder / "rows", [vectors.TERMS_PER_RECORD] * records, questions[0].shape[1])
    row, origins = 0, np.arange(vectors.TERMS_PER_RECORD, dtype=np.uint32)
    for block in vectors.blocks(records):
        for first in range(0, block.nnz, vectors.TERMS_PER_RECORD):
            part = slice(first, first + vectors.TERMS_PER_RECORD)
            writer.put(row, SparseVector(block.indices[part], block.data[part], origins))
            row += 1
    writer.close()
    return questions


def build(folder: Path, terms: int) -> list[Line]:
    """Makes the postings from the records' own vectors."""
    before = resident()
    started = time.perf_counter()
    postings.write(folder / "postings", RowMatrix(Rows(folder / "rows"), terms))
    took = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows, index = size(folder / "rows"), size(folder / "postings")
    return [
        ("build, s", f"{took:.1f}"),
        ("memory of the build, MB", f"{peak - before:.0f}"),
        ("disk: vectors and origins, MB", f"{rows:.0f}"),
        ("disk: postings, MB", f"{index:.0f}"),
    ]


def search(folder: Path, queries: list[csr_matrix]) -> list[Line]:
    """Opens the index and searches it."""
    before, started = resident(), time.perf_counter()
    index = opened(folder)
    took, first_memory = time.perf_counter() - started, resident()
    started = time.perf_counter()
    index.search(queries[0], LIMIT)
    first = time.perf_counter() - started
    generator = np.random.default_rng(1)
    filters: dict[str, Any] = {"no filter": None}
    for share in (0.01, 0.0001):
        kept = max(1, int(index.count() * share))
        filters[f"filter of {share:.2%}"] = np.sort(generator.choice(index.count(), kept, replace=False))
    times: dict[str, list[float]] = {name: [] for name in filters}
    for _ in range(ROUNDS):
        for name, allowed in filters.items():
            times[name] += [seconds(partial(index.search, query, LIMIT, allowed)) for query in queries]
    lines = [
        ("opened, ms", f"{took * 1000:.1f}"),
        ("memory once opened, MB", f"{first_memory - before:.1f}"),
        ("first question, ms", f"{first * 1000:.1f}"),
    ]
    for name, found in times.items():
        p50, p95 = np.percentile(found, (50, 95)) * 1000
        lines.append((f"{name}: p50, p95, ms", f"{p50:.2f}, {p95:.2f}"))
    lines.append((f"memory after {len(queries)} questions, MB", f"{resident() - before:.0f}"))
    return [*lines, *two_at_once(folder, queries)]


@cache
def opened(folder: Path) -> Postings:
    """The index in `folder`, opened once a process."""
    index = Postings({})
    index.load(str(folder / "postings"))
    index.attach(Rows(folder / "rows"))
    return index


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def two_at_once(folder: Path, queries: list[csr_matrix]) -> list[Line]:
    """Questions a second of two threads, and of two processes, over those of one, and the processors they were given.

    Two processes share nothing but the machine: they show what its memory and processors allow.
    """
    times = max(1, 300_000 // opened(folder).count())
    work = partial(ask, folder, queries, times)
    threads, spawn = ThreadPoolExecutor(2), get_context("spawn")
    processes = [ProcessPoolExecutor(1, mp_context=spawn) for _ in range(2)]
    two: dict[str, list[tuple[float, float]]] = {"two threads": [], "two processes": []}
    for number in range(ROUNDS + 1):
        single = seconds(lambda: threads.submit(work).result())
        for name, pools in (("two threads", [threads] * 2), ("two processes", processes)):
            started = time.perf_counter()
            used = sum(each.result() for each in [pool.submit(work) for pool in pools])
            took = time.perf_counter() - started
            if number:  # not the first round, which opens the index
                two[name].append((2 * single / took, used / took))
    for pool in (threads, *processes):
        pool.shutdown()
    lines = []
    for name, found in two.items():
        ratio, used = (statistics.median(each) for each in zip(*found, strict=True))
        lines.append((f"{name} over one, questions/s", f"{ratio:.2f} on {used:.2f} processors"))
    return lines


def ask(folder: Path, queries: list[csr_matrix], times: int) -> float:
    """Asks all queries; returns the seconds of a processor that it took."""
    index, started = opened(folder), time.thread_time()
    for query in queries * times:
        index.search(query, LIMIT)
    return time.thread_time() - started


def main() -> None:
    """Prints the table."""
    columns: list[dict[str, str]] = []
    for records in SIZES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            queries = alone(make_rows, folder, records)
            lines = alone(build, folder, queries[0].shape[1]) + alone(search, folder, queries)
        columns.append(dict(lines))
    print("| records | " + " | ".join(f"{records:,}" for records in SIZES) + " |")
    print("|---|" + "---|" * len(SIZES))
    for what in columns[0]:
        print(f"| {what} | " + " | ".join(column[what] for column in columns) + " |")


if __name__ == "__main__":
    main()
