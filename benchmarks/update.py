"""What an update costs beside a full build: one record in a hundred was revised, and nothing else.

    python -m benchmarks.update            50,000 records
    python -m benchmarks.update --quick    10,000 records

The records are demo texts made unique and short, their vectors resampled from real ones and committed beforehand. A
full build is the assembly of all, measured, and the encoding of all, computed from the rate at which a model encodes a
part of the same texts. An update takes in the revised records from a file and builds as `pubsearch update` does; the
bundled model encodes their texts. For a model of BERT-base's size, as new topics have it, the encoding of both is
computed from its rate.
"""

import sys
import tempfile
from itertools import islice
from pathlib import Path

from benchmarks.build import FILE, Steps, articles, timed
from benchmarks.encoder import alone, make_base
from benchmarks.vectors import made_vectors
from pubsearch.index import encoder, models
from pubsearch.index.vectors import VectorStore
from pubsearch.topic import current
from pubsearch.topic.build import BATCH, build
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus

FULL, QUICK = 50_000, 10_000
ONE_IN = 100
# Texts that each model's rate is measured on.
SAMPLE, BASE_SAMPLE = 1_024, 64
GOAL = 0.05


def prepare(library: Library, number: int) -> Topic:
    """A topic of so many records, with a vector for each text, and no version."""
    topic = library.create("large", "", model="bundled")
    stream, path = articles(number), library.path / "part.xml"
    while part := list(islice(stream, FILE)):
        topic.import_files([corpus.write(path, *part)])
    store = VectorStore(topic.folder / "vectors" / models.resolve("bundled").fingerprint)
    records, made = topic.records(), made_vectors(number)
    while batch := list(islice(records, BATCH)):
        store.add({record.text_hash: vector for record, vector in zip(batch, made, strict=False)})
    return topic


def revised(topic: Topic, number: int) -> tuple[Path, int]:
    """A file with every hundredth record under another title, and how many it holds."""
    changed = [
        article.replace(b"</ArticleTitle>", b" (revised)</ArticleTitle>")
        for article in islice(articles(number), 0, None, ONE_IN)
    ]
    return corpus.write(topic.folder.parent / "revised.xml", *changed), len(changed)


def built(topic: Topic, before: str | None) -> tuple[Steps, float]:
    """A build that takes over from the version `before`, step by step, and the seconds of it all."""
    steps = Steps()
    made = build(topic.folder, topic.name, models.resolve("bundled"), steps, before=before)
    current.switch(topic.folder, made.version)
    steps.add("other")
    return steps, sum(steps.seconds.values())


def seconds_a_text(model: str, texts: list[str]) -> float:
    """How long a model takes for a text."""
    splade = encoder.load(models.resolve(model))
    splade.encode(texts[:8], "document")  # the first texts wait for its threads
    batches = [texts[i : i + BATCH] for i in range(0, len(texts), BATCH)]
    return timed(lambda: [splade.encode(batch, "document") for batch in batches]) / len(texts)


def main() -> None:
    """Prints the table."""
    number = QUICK if "--quick" in sys.argv else FULL
    with tempfile.TemporaryDirectory() as folder:
        topic = prepare(Library(Path(folder) / "indexes"), number)
        texts = [record.text for record in islice(topic.records(), SAMPLE)]
        base = str(Path(folder) / "base")
        alone(make_base, base)
        encoding, base_encoding = seconds_a_text("bundled", texts), seconds_a_text(base, texts[:BASE_SAMPLE])
        assembly = built(topic, None)[1]
        file, changed = revised(topic, number)
        taking = timed(lambda: topic.import_files([file]))
        steps, building = built(topic, topic.served())
    everything, update = assembly + number * encoding, taking + building
    assembled = update - steps.seconds["Encoding texts"]
    base_everything, base_update = assembly + number * base_encoding, assembled + changed * base_encoding
    print(f"| {number:,} records, {changed:,} of them revised | seconds |\n|---|---:|")
    print(f"| full build: assembly | {assembly:.1f} |")
    print(f"| full build: encoding, at {1 / encoding:,.0f} texts a second | {number * encoding:.1f} |")
    print(f"| full build | {everything:.1f} |")
    print(f"| update: the revised records are taken in | {taking:.1f} |")
    for what, took in steps.seconds.items():
        print(f"| update: {what.lower()} | {took:.1f} |")
    print(f"| update | {update:.1f} |")
    print(f"| update / full build (goal: {GOAL:.0%}) | {update / everything:.1%} |")
    print(f"| BERT-base, at {1 / base_encoding:,.1f} texts a second: full build | {base_everything:,.0f} |")
    print(f"| BERT-base: update | {base_update:.0f} |")
    print(f"| BERT-base: update / full build (goal: {GOAL:.0%}) | {base_update / base_everything:.1%} |")


if __name__ == "__main__":
    main()
