"""Searches of 100,000 records, step by step, and the same filtered questions through txtai's own SQL.

    python -m benchmarks.search             100,000 records: some minutes, 3 GB of disk in the temporary folder
    python -m benchmarks.search 10000       another number of records

The records are the demo's, over and over under new PMIDs, each copy with its number in the title. They are imported and
built as any others; a copy's vector is its original's with other weights, so that only the originals are encoded.
"Searches" are published ones, of filters alone; "questions" are plain words. Figures are of all of them and all rounds.
"""

import gzip
import json
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import islice, product
from typing import Any

import numpy as np
from lxml import etree
from txtai import Embeddings

import pubsearch.demo
from benchmarks.catalogue import QUERIES
from benchmarks.vectors import QUESTIONS
from pubsearch.errors import QueryError
from pubsearch.index import encoder, models
from pubsearch.index.vectors import VectorStore
from pubsearch.search import facets, order, ranking
from pubsearch.search.explain import highlights, query_terms
from pubsearch.search.filters import Filters
from pubsearch.search.plan import plan
from pubsearch.search.searcher import Searcher
from pubsearch.search.served import Question, Served
from pubsearch.topic.build import BATCH
from pubsearch.topic.layout import TXTAI, VECTORS, VERSIONS
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus

RECORDS = 100_000
ROUNDS = 5
LIMIT = 10
FILE = 10_000
TODAY = date(2026, 1, 1)
CHOSEN = Filters(evidence=("randomised trial", "other"), languages=("eng",), years=(1990, 2020))
QUESTION = Question("", None, "both", ranking.DEFAULT_WEIGHT, exact=False, mesh=None, today=TODAY)
SHARES = (0.5, 0.01, 0.001, 0.0001)
SQL = "select id, score from txtai where similar(:question) and indexid < :kept"


def originals() -> list[Any]:
    """The demo's articles, in an order that has nothing to do with what they are about."""
    found = []
    for path in sorted(pubsearch.demo.RECORDS.glob("*.xml.gz")):
        found += etree.fromstring(gzip.decompress(path.read_bytes())).findall("PubmedArticle")
    random.Random(1).shuffle(found)
    return found


def articles(found: Sequence[Any], records: int) -> Iterator[bytes]:
    """So many articles: the `found` ones, over and over, each with a PMID and a title of its own."""
    marks = [etree.SubElement(article.find("MedlineCitation/Article/ArticleTitle"), "b") for article in found]
    for number in range(records):
        copy, original = divmod(number, len(found))
        marks[original].text = f" {copy + 1}"
        found[original].find("MedlineCitation/PMID").text = str(number + 1)
        yield etree.tostring(found[original])


def prepare(library: Library, records: int) -> Topic:
    """A topic of so many records, built; row r has PMID r + 1."""
    topic = library.create("search", "", model="bundled")
    found, path = originals(), library.path / "part.xml"
    stream = articles(found, records)
    while part := list(islice(stream, FILE)):
        topic.import_files([corpus.write(path, *part)])
    model = models.resolve("bundled")
    store, generator = VectorStore(topic.folder / VECTORS / model.fingerprint), np.random.default_rng(1)
    texts = [record.text for record in islice(topic.records(), len(found))]
    ready, copies = encoder.load(model).encode(texts, "document"), topic.records()
    while batch := list(islice(copies, BATCH)):
        made = {}
        for record in batch:
            vector = ready[(record.pmid - 1) % len(found)]
            weights = vector.weights * generator.uniform(0.8, 1.2, len(vector)).astype(np.float32)
            made[record.text_hash] = replace(vector, weights=weights)
        store.add(made)
    topic.build()
    return topic


class Times:
    """Milliseconds by step."""

    def __init__(self) -> None:
        self._found: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Times what is done within."""
        started = time.perf_counter()
        yield
        self._found[name].append((time.perf_counter() - started) * 1000)

    def cells(self) -> dict[str, str]:
        """The 50th and 95th percentile and the longest of each step, and of all times of filter and facets together."""
        both = [sum(each) for each in zip(self._found["filter"], self._found["facets"], strict=True)]
        steps = {**self._found, "filter and facets together": both}
        return {
            name: "{:.2f}, {:.1f}, {:.1f}".format(*np.percentile(each, (50, 95, 100))) for name, each in steps.items()
        }


def served(topic: Topic) -> Served:
    """The topic's version as a searcher opens it."""
    name = topic.served() or ""
    return Served(name, topic.open(name), encoder.load(models.resolve("bundled")))


def steps(version: Served, queries: Sequence[str]) -> dict[str, str]:
    """Answers each query by the steps of a search, one after the other."""
    times = Times()
    for _ in range(ROUNDS):
        for query in queries:
            answer(version, query, times)
    return times.cells()


def answer(version: Served, query: str, times: Times) -> None:
    """Answers one query, and times each step of it."""
    index = version.version
    with times.step("parse"):
        planned = plan(query)
    with times.step("filter"):
        satisfied = np.ones(len(index.rows), np.bool_)
        if planned.filter is not None:
            satisfied = version.matching(planned.filter, QUESTION)
        rows = np.flatnonzero(satisfied)
    with times.step("encode the question"):
        version.encoder.encode([planned.text], "query")
    # The encoder remembers questions: the next step does not encode again.
    version.encoder.query(planned.text)
    with times.step("rank"):
        vector = ranking.query_vector(planned.text, "both", QUESTION.words_weight, version.encoder, index.words)
        scores = index.postings.scores(vector.terms, vector.weights, None if len(rows) == len(satisfied) else rows)
        best = order.best(scores, index.facets.published[rows], "relevance", LIMIT, TODAY)
    with times.step("facets"):
        facets.facets(index.facets, satisfied, Filters())
    with times.step("facets, three filters chosen"):
        facets.facets(index.facets, satisfied, CHOSEN)
    with times.step("read and explain ten records"):
        terms = query_terms(vector, planned.text, version.encoder.vocabulary, index.words)
        for row, record in zip(rows[best], index.catalogue.records(rows[best].tolist()), strict=True):
            highlights(terms, index.rows[row], record)


def asked(version: Served, search: Callable[[], Any]) -> tuple[Any, float]:
    """What a search returns, and the milliseconds that it takes where the question was not encoded before."""
    version.encoder.query.cache_clear()
    started = time.perf_counter()
    found = search()
    return found, (time.perf_counter() - started) * 1000


def whole(topic: Topic, version: Served, queries: Sequence[str]) -> str:
    """The time of a search with facets. There are more queries than a searcher remembers answers, so each is made."""
    searcher = Searcher(topic)
    times = []
    for number in range(ROUNDS + 1):
        for query in queries:
            _, took = asked(version, partial(searcher.search, query, LIMIT, with_facets=True))
            if number:  # not the first round, which opens the version
                times.append(took)
    return "{:.1f}, {:.1f}, {:.1f}".format(*np.percentile(times, (50, 95, 100)))


def beside_txtai(topic: Topic, version: Served) -> Iterator[str]:
    """For each share of the records that a filter keeps: both times, and what txtai finds of ours."""
    embeddings, searcher = Embeddings(), Searcher(topic)
    embeddings.load(str(topic.folder / VERSIONS / version.name / TXTAI))
    times: dict[tuple[float, str], list[float]] = defaultdict(list)
    recalls: dict[float, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for share, question in product(SHARES, QUESTIONS):
            kept = max(1, round(len(version.version.rows) * share))
            query = f"1:{kept}[pmid] AND {question}"
            ours, took = asked(version, partial(searcher.search, query, LIMIT, rank="meaning"))
            times[share, "pubsearch"].append(took)
            parameters = {"question": question, "kept": kept}
            theirs, took = asked(version, partial(embeddings.search, SQL, LIMIT, parameters=parameters))
            times[share, "txtai"].append(took)
            if true := {hit.pmid for hit in ours.hits if hit.score > 0}:
                recalls[share].append(len(true & {int(each["id"]) for each in theirs}) / len(true))
    for share in SHARES:
        cells = ["{:.1f}, {:.1f}".format(*np.percentile(times[share, who], (50, 95))) for who in ("pubsearch", "txtai")]
        yield f"| {share:.2%} | {cells[0]} | {cells[1]} | {np.mean(recalls[share]):.3f} |"


def searches(version: Served) -> list[str]:
    """The published searches, without those that are no query or ask for what only NLM's MeSH can tell."""
    found = []
    for line in QUERIES.read_text().splitlines():
        query = json.loads(line)["query"]
        try:
            answer(version, query, Times())
        except QueryError:
            continue
        found.append(query)
    return found


def measure(topic: Topic) -> None:
    """Prints both tables."""
    version = served(topic)
    records = len(version.version.rows)
    published = searches(version)
    columns = {f"{len(published)} searches": published, f"{len(QUESTIONS)} questions": QUESTIONS}
    made = {name: steps(version, queries) for name, queries in columns.items()}
    both = whole(topic, version, [*published, *QUESTIONS])
    print(f"| {records:,} records: p50, p95, longest, ms | {' | '.join(columns)} |\n|---|---|---|")
    for step in next(iter(made.values())):
        print(f"| {step} | {' | '.join(cells[step] for cells in made.values())} |")
    print(f"| the whole search with facets, all | {both} | |\n")
    print("| filter keeps | pubsearch: p50, p95, ms | txtai's SQL | what it finds of the true ten |\n|---|---|---|---|")
    for line in beside_txtai(topic, version):
        print(line)


def main() -> None:
    """Makes the topic, and prints the tables."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    with tempfile.TemporaryDirectory() as folder:
        measure(prepare(Library(folder), records))


if __name__ == "__main__":
    main()
