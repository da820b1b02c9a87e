"""How well meaning, words and both find what was judged relevant, beside bm25s.

    python -m benchmarks.quality FOLDER             SciFact's 300 claims of the split dev: some minutes
    python -m benchmarks.quality FOLDER --train     its 809 training claims, by which K1, B and the words were chosen

FOLDER holds SciFact (https://github.com/allenai/scifact; claims CC BY 4.0, abstracts ODC-By 1.0) as `corpus.jsonl.gz`
(id, title, abstract), `queries.jsonl` (id, text, split) and `qrels.txt` (TREC). The second table asks for names of
genes, drugs and cell lines that stand in at most three abstracts, written as there, and otherwise.
"""

import random
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from pubsearch.evaluate.collection import of_texts
from pubsearch.evaluate.judgements import judged, read_qrels, read_queries
from pubsearch.evaluate.measures import measure
from pubsearch.evaluate.rankers import BM25, bm25
from pubsearch.evaluate.runs import ranker, run
from pubsearch.evaluate.texts import Text, read_corpus
from pubsearch.index import models
from pubsearch.topic.progress import silent

WEIGHTS = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
NAMES = 500
# What stands in few records is asked for in the hope to find all of them.
RARE = 3
_NAME = re.compile(r"\b[A-Za-zα-ω][\w]*(?:-\w+)?\b")
_BOUNDARY = re.compile(r"(?<=[^\W\d_])(?=\d)")


def names(texts: Iterable[Text]) -> dict[str, set[str]]:
    """Names with letters and digits, as they are written first, and the few texts that hold them however written."""
    found: dict[str, tuple[str, set[str]]] = {}
    for text in texts:
        for name in _NAME.findall(f"{text.title} {text.abstract}"):
            bare = name.replace("-", "").lower()
            if 3 <= len(bare) <= 14 and _BOUNDARY.search(bare):
                found.setdefault(bare, (name, set()))[1].add(text.id)
    rare = sorted((name, ids) for name, ids in found.values() if len(ids) <= RARE)
    return dict(random.Random(0).sample(rare, NAMES))


def otherwise(name: str, mark: str) -> str:
    """The name with `mark` in place of its hyphen, or between its letters and its digits."""
    return name.replace("-", mark) if "-" in name else _BOUNDARY.sub(mark, name, count=1)


def main() -> None:
    """Prints both tables."""
    folder, split = Path(sys.argv[1]), "train" if "--train" in sys.argv else "dev"
    texts = read_corpus(folder / "corpus.jsonl.gz")
    collection = of_texts("SciFact", texts, models.resolve("bundled"), silent)
    claims = read_queries(folder / "queries.jsonl", split)
    known = judged(claims, read_qrels(folder / "qrels.txt"), collection.ids, collection.name)
    rankers = {BM25: bm25(texts), "meaning": ranker(collection, "meaning"), "words": ranker(collection, "words")}
    rankers |= {f"both, weight {weight}": ranker(collection, "both", weight) for weight in WEIGHTS}
    print(f"| SciFact, {len(known.queries)} claims of {split} | nDCG@10 | recall@100 |\n|---|---|---|")
    for what, rank in rankers.items():
        values = measure(run(what, rank, collection.ids, known.queries, silent), known.qrels)
        print(f"| {what} | {values['nDCG@10'].mean():.4f} | {values['recall@100'].mean():.4f} |", flush=True)
    holders = names(texts)
    relevant = {name: dict.fromkeys(ids, 1) for name, ids in holders.items()}
    ways = {"as written": str, "hyphen": "-", "no hyphen": "", "space": " "}
    print(f"\n| {len(holders)} names: MRR@10 | {' | '.join(ways)} |\n|---|" + "---|" * len(ways))
    for what in (BM25, "meaning", "words", "both, weight 1.5", "both, weight 3.0"):
        cells = []
        for mark in ways.values():
            asked = {name: name if callable(mark) else otherwise(name, mark) for name in holders}
            values = measure(run(what, rankers[what], collection.ids, asked, silent), relevant)
            cells.append(f"{values['MRR@10'].mean():.3f}")
        print(f"| {what} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
