"""The engine: ten best records of a real question, beside txtai's ivfsparse, qdrant-edge and plain scipy.

    python -m benchmarks.engine         10,000 and 100,000 records, in a few minutes

qdrant-edge takes part where it is installed: pip install --requirement benchmarks/requirements.txt
Figures are medians of alternating rounds in one run; a ratio is a peer's time over ours. The last column says how many
of the true ten an engine finds, and in which part of the questions in the true order.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csc_array, csr_matrix, vstack
from txtai.ann.sparse import IVFSparse

from benchmarks import vectors
from pubsearch.index.postings import Postings

ROUNDS = 7
LIMIT = 10
# Above this number ivfsparse does not finish its build within a quarter of an hour.
IVFSPARSE_RECORDS = 10_000

Search = Callable[[csr_matrix], list[int]]


def pubsearch(records: csr_matrix) -> Search:
    """This project's engine."""
    index = Postings({})
    index.index(records)
    return lambda query: [row for row, _ in index.search(query, LIMIT)[0]]


def scipy(records: csr_matrix) -> Search:
    """Columns of a CSC matrix, and argpartition."""
    columns = csc_array(records)

    def search(query: csr_matrix) -> list[int]:
        scores = columns[:, query.indices] @ query.data
        best = np.argpartition(-scores, LIMIT)[:LIMIT]
        return best[np.argsort(-scores[best], kind="stable")].tolist()  # type: ignore[no-any-return]

    return search


def ivfsparse(records: csr_matrix) -> Search:
    """txtai's default."""
    index = IVFSparse({"backend": "ivfsparse"})
    index.index(records)
    return lambda query: [int(row) for row, _ in index.search(query, LIMIT)[0]]


def qdrant(records: csr_matrix, folder: Path) -> Search:
    """qdrant-edge, its index in memory."""
    import qdrant_edge as edge

    config = edge.EdgeConfig(sparse_vectors={"terms": edge.EdgeSparseVectorParams(on_disk=False)})
    shard = edge.EdgeShard.create(str(folder), config)

    def sparse(row: Any) -> Any:
        return edge.SparseVector(indices=row.indices.tolist(), values=row.data.tolist())

    for first in range(0, records.shape[0], 1_000):
        last = min(first + 1_000, records.shape[0])
        points = [edge.Point(row, {"terms": sparse(records[row])}) for row in range(first, last)]
        shard.update(edge.UpdateOperation.upsert_points(points))
    shard.optimize()

    def search(query: csr_matrix) -> list[int]:
        nearest = edge.Query.Nearest(sparse(query), using="terms")
        return [point.id for point in shard.query(edge.QueryRequest(limit=LIMIT, query=nearest))]

    return search


def milliseconds(search: Search, queries: list[csr_matrix]) -> float:
    """The median time of a question."""
    times = []
    for query in queries:
        started = time.perf_counter()
        search(query)
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1000


def compare(records: csr_matrix, queries: list[csr_matrix], folder: Path) -> None:
    """Prints a line for each engine."""
    makers: dict[str, Callable[[], Search]] = {
        "pubsearch": lambda: pubsearch(records),
        "scipy, CSC + argpartition": lambda: scipy(records),
    }
    if find_spec("qdrant_edge"):
        makers["qdrant-edge"] = lambda: qdrant(records, folder)
    if records.shape[0] <= IVFSPARSE_RECORDS:
        makers["txtai, ivfsparse"] = lambda: ivfsparse(records)
    engines, builds = {}, {}
    for name, make in makers.items():
        started = time.perf_counter()
        engines[name] = make()
        builds[name] = time.perf_counter() - started
    truth = [np.lexsort((np.arange(len(scores)), -scores))[:LIMIT].tolist() for scores in brute_force(records, queries)]
    times: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, search in engines.items():
            times[name].append(milliseconds(search, queries))
    ours = statistics.median(times["pubsearch"])
    for name, search in engines.items():
        found = [search(query) for query in queries]
        recall = statistics.mean(len(set(a) & set(b)) / LIMIT for a, b in zip(found, truth, strict=True))
        ordered = statistics.mean(a == b for a, b in zip(found, truth, strict=True))
        median = statistics.median(times[name])
        print(
            f"| {records.shape[0]:7,} | {name:<25} | {median:8.3f} | {median / ours:7.1f} | {builds[name]:7.1f} "
            f"| {recall:.3f}, {ordered:.0%} |",
            flush=True,
        )


def brute_force(records: csr_matrix, queries: list[csr_matrix]) -> list[Any]:
    """Every record's score for each query."""
    return [(records @ query.toarray()[0]).astype(np.float32) for query in queries]


def main() -> None:
    """Prints the table."""
    if not find_spec("qdrant_edge"):
        print("qdrant-edge is not installed: pip install --requirement benchmarks/requirements.txt")
    queries = vectors.questions()
    print("| records | engine                    | ms, p50  | ratio   | build s | recall@10, true order |")
    print("|---|---|---|---|---|---|")
    for size in (10_000, 100_000):
        records = csr_matrix(vstack(list(vectors.blocks(size)), format="csr"))
        with tempfile.TemporaryDirectory() as folder:
            compare(records, queries, Path(folder))


if __name__ == "__main__":
    main()
