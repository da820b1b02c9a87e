"""How well meaning, words and both find what was judged relevant, beside bm25s.

    python -m benchmarks.quality FOLDER             SciFact's 300 claims of the split dev: some minutes
    python -m benchmarks.quality FOLDER --train     its 809 training claims, by which K1, B and the words were chosen

FOLDER holds SciFact (https://github.com/allenai/scifact; claims CC BY 4.0, abstracts ODC-By 1.0) as `corpus.jsonl.gz`
(id, title, abstract), `queries.jsonl` (id, text, split) and `qrels.txt` (TREC). The second table asks for names of
genes, drugs and cell lines that stand in at most three abstracts, written as there, and otherwise.
"""

import gzip
import json
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import bm25s
import ir_measures
import numpy as np
import Stemmer
from ir_measures import RR, Qrel, R, ScoredDoc, nDCG

from pubsearch.evaluate.judgements import read_qrels
from pubsearch.index import encoder, models
from pubsearch.index.top import top
from pubsearch.search.ranking import query_vector
from pubsearch.search.results import Rank
from pubsearch.topic.library import Library
from pubsearch.topic.version import Version
from tests import corpus

DEPTH = 100
WEIGHTS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
NAMES = 500
# What stands in few records is asked for in the hope to find all of them.
RARE = 3
_NAME = re.compile(r"\b[A-Za-zα-ω][\w]*(?:-\w+)?\b")
_BOUNDARY = re.compile(r"(?<=[^\W\d_])(?=\d)")

Search = Callable[[str], Iterable[int]]


def read_corpus(path: Path) -> dict[int, tuple[str, str]]:
    """Title and abstract by id."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        found = map(json.loads, lines)
        return {int(each["id"]): (each["title"], each["abstract"]) for each in found}


def build(folder: Path, texts: Mapping[int, tuple[str, str]]) -> Version:
    """A topic of these records, indexed with the bundled model."""
    topic = Library(folder / "indexes").create("scifact", "", model="bundled")
    articles = (corpus.article(pmid, *map(escape, text)) for pmid, text in texts.items())
    topic.import_files([corpus.write(folder / "records.xml", *articles)])
    return topic.open(topic.build().version)


def ours(version: Version, pmids: list[int]) -> Callable[[Rank, float], Search]:
    """Makes a search of a rank and a weight."""
    splade = encoder.load(models.resolve("bundled"))

    def make(rank: Rank, weight: float) -> Search:
        def search(text: str) -> list[int]:
            vector = query_vector(text, rank, weight, splade, version.words)
            return [pmids[row] for row in top(version.postings.scores(vector.terms, vector.weights), DEPTH)]

        return search

    return make


def peer(texts: Mapping[int, tuple[str, str]]) -> Search:
    """bm25s with its own words, stop list and weights, stemmed: as its README has it."""
    stemmer = Stemmer.Stemmer("english")
    pmids = np.array(list(texts))
    index = bm25s.BM25()
    index.index(
        bm25s.tokenize(
            [" ".join(text) for text in texts.values()], stopwords="en", stemmer=stemmer, show_progress=False
        ),
        show_progress=False,
    )

    def search(text: str) -> list[int]:
        tokens = bm25s.tokenize([text], stopwords="en", stemmer=stemmer, show_progress=False, return_ids=False)
        scores = index.get_scores(tokens[0]) if tokens[0] else np.zeros(len(pmids), np.float32)
        return pmids[top(scores, DEPTH)].tolist()  # type: ignore[no-any-return]

    return search


def run(search: Search, queries: Mapping[str, str]) -> Iterator[ScoredDoc]:
    """What a search finds for each question; places stand for scores."""
    for name, text in queries.items():
        for place, pmid in enumerate(search(text)):
            yield ScoredDoc(name, str(pmid), -float(place))


def names(texts: Mapping[int, tuple[str, str]]) -> dict[str, set[int]]:
    """Names with letters and digits, as they are written first, and the few records that hold them however written."""
    found: dict[str, tuple[str, set[int]]] = {}
    for pmid, text in texts.items():
        for name in _NAME.findall(" ".join(text)):
            bare = name.replace("-", "").lower()
            if 3 <= len(bare) <= 14 and _BOUNDARY.search(bare):
                found.setdefault(bare, (name, set()))[1].add(pmid)
    rare = sorted((name, pmids) for name, pmids in found.values() if len(pmids) <= RARE)
    return dict(random.Random(0).sample(rare, NAMES))


def otherwise(name: str, mark: str) -> str:
    """The name with `mark` in place of its hyphen, or between its letters and its digits."""
    return name.replace("-", mark) if "-" in name else _BOUNDARY.sub(mark, name, count=1)


def main() -> None:
    """Prints both tables."""
    folder, split = Path(sys.argv[1]), "train" if "--train" in sys.argv else "dev"
    texts = read_corpus(folder / "corpus.jsonl.gz")
    asked = map(json.loads, (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines())
    queries = {each["id"]: each["text"] for each in asked if each["split"] == split}
    qrels = read_qrels(folder / "qrels.txt")
    judged = [Qrel(name, str(pmid), grade) for name in queries for pmid, grade in qrels[name].items()]
    with tempfile.TemporaryDirectory() as temporary:
        version = build(Path(temporary), texts)
        make = ours(version, sorted(texts))
        searches = {"bm25s": peer(texts), "meaning": make("meaning", 0), "words": make("words", 1)}
        searches |= {f"both, weight {weight}": make("both", weight) for weight in WEIGHTS}
        print(f"| SciFact, {len(queries)} claims of {split} | nDCG@10 | recall@100 |\n|---|---|---|")
        for what, search in searches.items():
            found = ir_measures.calc_aggregate([nDCG @ 10, R @ DEPTH], judged, run(search, queries))
            print(f"| {what} | {found[nDCG @ 10]:.4f} | {found[R @ DEPTH]:.4f} |", flush=True)
        holders = names(texts)
        judged = [Qrel(name, str(pmid), 1) for name, pmids in holders.items() for pmid in pmids]
        ways = {"as written": str, "hyphen": "-", "no hyphen": "", "space": " "}
        print(f"\n| {len(holders)} names: RR@10, recall@10 | {' | '.join(ways)} |\n|---|" + "---|" * len(ways))
        for what in ("bm25s", "meaning", "words", "both, weight 1.5", "both, weight 3.0"):
            cells = []
            for mark in ways.values():
                written = {name: name if callable(mark) else otherwise(name, mark) for name in holders}
                found = ir_measures.calc_aggregate([RR @ 10, R @ 10], judged, run(searches[what], written))
                cells.append(f"{found[RR @ 10]:.3f}, {found[R @ 10]:.3f}")
            print(f"| {what} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
