"""The demo topic: texts encoded and questions answered a second, beside sentence-transformers and plain txtai.

Each figure is the median of alternating rounds in one run; the ratio is the peer's time over ours.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sentence_transformers import SparseEncoder
from txtai import Embeddings

from pubsearch import demo
from pubsearch.index import encoder, models
from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library

ROUNDS = 5
TEXTS = 128
QUESTIONS = [
    "aspirin to prevent heart attack",
    "exercise for depression in older adults",
    "antibiotic resistance in hospital infections",
    "early diagnosis of lung cancer",
    "does vitamin D prevent fractures in postmenopausal women?",
    "statin therapy after stroke",
    "MRI findings in multiple sclerosis",
    "gene expression in breast tumors",
]


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def alternate(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float]:
    """The median seconds of both, after one round each to warm up."""
    rounds = [(seconds(ours), seconds(peer)) for _ in range(ROUNDS + 1)][1:]
    return statistics.median(first for first, _ in rounds), statistics.median(second for _, second in rounds)


def row(what: str, unit: str, ours: float, peer: float, ratio: float) -> None:
    """Prints one line of the table."""
    print(f"| {what:<42} | {ours:10.2f} {unit:<9} | {peer:10.2f} {unit:<9} | {ratio:6.2f} |")


def main() -> None:
    """Prints the table."""
    with tempfile.TemporaryDirectory() as folder:
        topic = demo.make(Library(Path(folder)))
        model = models.resolve("bundled")
        splade, reference = encoder.load(model), SparseEncoder(str(model.path), device="cpu")
        texts = [record.text for record in topic.records()][:TEXTS]
        searcher = Searcher(topic)
        embeddings = Embeddings()
        embeddings.load(str(topic.folder / "versions" / (topic.served() or "") / "txtai"))

        print("| what                                       | pubsearch            | peer                 | ratio  |")
        print("|---|---|---|---|")
        ours, peer = alternate(
            lambda: splade.encode(texts, "document"),
            lambda: reference.encode_document(texts, show_progress_bar=False),
        )
        row("texts encoded (sentence-transformers)", "per s", TEXTS / ours, TEXTS / peer, peer / ours)

        sql = "select id, text, score from txtai where similar(:q) limit 10"
        for question in QUESTIONS:
            searcher.search(question)
            ours, peer = alternate(
                partial(searcher.search, question), partial(embeddings.search, sql, parameters={"q": question})
            )
            row(question[:42], "ms", ours * 1000, peer * 1000, peer / ours)

        # What a visitor waits for: a question that was not asked before.
        times = []
        for number in range(200):
            question = f"{QUESTIONS[number % len(QUESTIONS)]} {number}"
            times.append(seconds(partial(searcher.search, question)) * 1000)
        times.sort()
        print(f"\nnew questions: p50 {times[100]:.1f} ms, p95 {times[190]:.1f} ms over {len(times)}")


if __name__ == "__main__":
    main()
