"""A build of many records whose vectors are ready: records a second of each step, and memory.

The records are demo texts made unique, the vectors are drawn at random and committed beforehand, so that no model
works. Each size is built in a process of its own. "Memory" is the peak of what the system cannot take back (anonymous
pages, with the libraries and the model); "with mapped files" counts the pages of mapped files too.

    python -m benchmarks.build            20,000 and 60,000 records
    python -m benchmarks.build --full     20,000 and 200,000 records
"""

import multiprocessing
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from lxml import etree

from pubsearch.index import encoder, models
from pubsearch.index.sparse import SparseVector
from pubsearch.index.vectors import VectorStore
from pubsearch.topic.build import BATCH
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from pubsearch.topic.verify import verify
from tests import corpus

QUICK, FULL = (20_000, 60_000), (20_000, 200_000)
TERMS = 120
VOCABULARY = 30_522
# Demo texts, and vectors, that take turns.
DISTINCT = 200
FILE = 10_000


def articles(number: int) -> Iterator[bytes]:
    """Real titles and beginnings of abstracts, each with a number of its own."""
    real = corpus.real_articles(DISTINCT)
    texts = [(_inside(article, b"ArticleTitle"), _inside(article, b"AbstractText")[:600]) for article in real]
    for pmid in range(1, number + 1):
        title, abstract = texts[pmid % DISTINCT]
        yield corpus.article(pmid, f"{title} {pmid}", abstract)


def _inside(article: bytes, tag: bytes) -> str:
    """The plain text of the first such element."""
    element = etree.fromstring(article).find(f".//{tag.decode()}")
    return "" if element is None else "".join(element.itertext()).replace("&", "and").replace("<", " ")


def vectors() -> list[SparseVector]:
    """Vectors of `TERMS` terms, some terms far more frequent than others, as words are."""
    chance = np.random.default_rng(1)
    frequency = 1 / np.arange(1, VOCABULARY + 1)
    frequency /= frequency.sum()
    made = []
    for _ in range(DISTINCT):
        terms = np.sort(chance.choice(VOCABULARY, TERMS, replace=False, p=frequency)).astype(np.int32)
        weights = chance.uniform(0.1, 3, TERMS).astype(np.float32)
        made.append(SparseVector(terms, weights, chance.integers(0, 1 << 31, TERMS, dtype=np.uint32)))
    return made


def prepare(library: Library, number: int) -> Topic:
    """A topic of so many records, with a vector for each text."""
    topic = library.create(f"of-{number}", "", model="bundled")
    stream, path = articles(number), library.path / "part.xml"
    while part := list(islice(stream, FILE)):
        topic.import_files([corpus.write(path, *part)])
    store = VectorStore(topic.folder / "vectors" / models.resolve("bundled").fingerprint)
    ready, records = vectors(), topic.records()
    while batch := list(islice(records, BATCH)):
        store.add({record.text_hash: ready[record.pmid % DISTINCT] for record in batch})
    return topic


class Memory:
    """The peaks of this process in MB since it was entered: anonymous pages, and all resident ones."""

    def __enter__(self) -> "Memory":
        self.anonymous = self.resident = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            now = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
            self.anonymous = max(self.anonymous, int(now["RssAnon"].split()[0]) / 1024)
            self.resident = max(self.resident, int(now["VmRSS"].split()[0]) / 1024)


class Steps:
    """A progress callback that adds up the seconds of each step; what nothing reports on is "other"."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._step = ""
        self._last = time.perf_counter()

    def __call__(self, what: str, done: int, _total: int) -> None:
        """Takes one report."""
        self.add(what if what == self._step and done else "other")
        self._step = what

    def add(self, what: str) -> None:
        """Counts the time since the last report for this step."""
        now = time.perf_counter()
        self.seconds[what] = self.seconds.get(what, 0.0) + now - self._last
        self._last = now


def measure(folder: str, number: int, results: Any) -> None:
    """Builds one topic, and puts its row of every table line."""
    topic, model = Topic(Path(folder)), models.resolve("bundled")
    encoder.load(model)  # its time and memory are the same for every size
    with Memory() as memory:
        steps = Steps()
        topic.build(progress=steps)
        steps.add("other")
    shards = VectorStore(topic.folder / "vectors" / model.fingerprint)
    lines = {what: cell(number, took) for what, took in steps.seconds.items()}
    lines["the whole build"] = cell(number, sum(steps.seconds.values()))
    lines["verify"] = cell(number, timed(lambda: verify(topic.folder)))
    lines["which texts have vectors"] = cell(number, timed(shards.lengths))
    lines["vacuum, which gathers the shards"] = cell(number, timed(topic.vacuum))
    lines["which texts have vectors, after it"] = cell(number, timed(shards.lengths))
    results.put((lines, memory.anonymous, memory.resident))


def cell(number: int, took: float) -> str:
    """Seconds, and records a second."""
    return f"{took:.2f} s ({number / took:,.0f}/s)"


def timed(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Prints the table."""
    sizes = FULL if "--full" in sys.argv else QUICK
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        library, found = Library(folder), []
        for number in sizes:
            topic, results = prepare(library, number), context.Queue()
            process = context.Process(target=measure, args=(str(topic.folder), number, results))
            process.start()
            found.append(results.get())
            process.join()
    (small, small_memory, small_resident), (large, large_memory, large_resident) = found
    print(f"| | {sizes[0]:,} records | {sizes[1]:,} records | more |")
    print("|---|---:|---:|---:|")
    for what in large:
        print(f"| {what} | {small.get(what, '')} | {large[what]} | |")
    print(f"| memory, MB | {small_memory:,.0f} | {large_memory:,.0f} | {large_memory - small_memory:,.0f} |")
    print(
        f"| with mapped files, MB | {small_resident:,.0f} | {large_resident:,.0f} "
        f"| {large_resident - small_resident:,.0f} |"
    )


if __name__ == "__main__":
    main()
