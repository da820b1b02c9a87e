"""The encoder beside sentence-transformers: records a second, peak memory, one question, and a process's first answer.

    python -m benchmarks.encoder          the bundled model, three rounds of few texts
    python -m benchmarks.encoder --full   five rounds of more texts; three of a BERT-base-sized model

The latter has 12 layers of 768 and random weights, its bias low enough for some hundred terms a text. Each way of
encoding has a process of its own in each round, and the rounds alternate; figures are medians.
"""

import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from shutil import copytree, ignore_patterns

from pubsearch import demo
from pubsearch.entrez import formats

CARRIED = Path(demo.__file__).parent / "splade-tiny-pubmed"
RECORDS = Path(demo.__file__).parent / "records"
QUESTIONS = 60
WORDS = "aspirin to prevent heart attack in older adults with diabetes after stroke"


@dataclass(frozen=True)
class Run:
    """What one process measured: records a second, peak MB, and the milliseconds of questions and of the first."""

    rate: float
    peak: float
    p50: float
    p95: float
    first: float


def texts(size: int) -> list[str]:
    """Texts of the demo's records, from places spread over all of them."""
    found = []
    for path in sorted(RECORDS.glob("*.xml.gz")):
        with formats.open_source(path) as source:
            found += [record.text for record in formats.parse(source, path.name)]
    return found[:: len(found) // size][:size]


def measured(load: Callable[[], tuple[Callable[[str], object], Callable[[Sequence[str]], object]]], size: int) -> Run:
    """Loads a model, asks questions and encodes `size` texts."""
    documents = texts(size)
    started = time.perf_counter()
    query, encode = load()
    query(WORDS)
    first = (time.perf_counter() - started) * 1000
    words, times = WORDS.split(), []
    for number in range(QUESTIONS):
        question = " ".join([str(number), *words[number % 5 : number % 5 + 6]])
        started = time.perf_counter()
        query(question)
        times.append((time.perf_counter() - started) * 1000)
    times.sort()
    encode(documents[: max(1, size // 8)])
    started = time.perf_counter()
    encode(documents)
    rate = size / (time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Run(rate, peak, statistics.median(times), times[int(QUESTIONS * 0.95)], first)


def ours(folder: str, size: int, precision: str) -> Run:
    """Measures pubsearch."""
    os.environ["PUBSEARCH_PRECISION"] = precision

    def load() -> tuple[Callable[[str], object], Callable[[Sequence[str]], object]]:
        from pubsearch.index import encoder, models

        splade = encoder.load(models.resolve(folder))
        return splade.query, lambda documents: splade.encode(documents, "document")

    return measured(load, size)


def peer(folder: str, size: int, _precision: str) -> Run:
    """Measures SparseEncoder, with its own defaults."""

    def load() -> tuple[Callable[[str], object], Callable[[Sequence[str]], object]]:
        from sentence_transformers import SparseEncoder

        model = SparseEncoder(folder, device="cpu", local_files_only=True)
        return model.encode_query, lambda documents: model.encode_document(list(documents))

    return measured(load, size)


def make_base(folder: str) -> None:
    """Saves the BERT-base-sized model."""
    import torch
    from transformers import BertConfig, BertForMaskedLM

    torch.manual_seed(0)
    copytree(CARRIED, folder, ignore=ignore_patterns("model.safetensors"))
    model = BertForMaskedLM(BertConfig(vocab_size=30_522))
    model.cls.predictions.bias.data.fill_(-2.0)
    model.save_pretrained(folder)


def alone(work: Callable[..., object], *arguments: object) -> object:
    """What `work` returns, done in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def compare(model: str, folder: str, size: int, rounds: int) -> None:
    """Prints one model's lines of the table; ratios are to sentence-transformers."""
    ways = {
        "sentence-transformers": (peer, "float32"),
        "pubsearch float32": (ours, "float32"),
        "pubsearch bfloat16": (ours, "bfloat16"),
    }
    runs: dict[str, list[Run]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, (work, precision) in ways.items():
            run = alone(work, folder, size, precision)
            assert isinstance(run, Run)
            runs[way].append(run)
    base: Run | None = None
    for way, found in runs.items():
        columns = ("rate", "peak", "p50", "p95", "first")
        run = Run(*(statistics.median(getattr(one, column) for one in found) for column in columns))
        base = base or run
        print(
            f"| {model:<9} | {way:<21} | {run.rate:7.1f} | {run.rate / base.rate:5.2f} | {run.peak:7,.0f} "
            f"| {run.peak / base.peak:5.2f} | {run.p50:7.1f} | {run.p95:7.1f} | {run.first:7,.0f} |",
            flush=True,
        )


def main() -> None:
    """Prints the table."""
    full = "--full" in sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(PUBSEARCH_HOME=folder, HF_HUB_OFFLINE="1", TRANSFORMERS_VERBOSITY="error", TQDM_DISABLE="1")
        print(
            "| model     | encoder               | texts/s | ratio | peak MB | ratio | p50, ms | p95, ms | first, ms |"
        )
        print("|---|---|---|---|---|---|---|---|---|", flush=True)
        compare("bundled", str(CARRIED), 256 if full else 32, 5 if full else 3)
        if full:
            base = str(Path(folder) / "base")
            alone(make_base, base)
            compare("BERT-base", base, 32, 3)


if __name__ == "__main__":
    main()
