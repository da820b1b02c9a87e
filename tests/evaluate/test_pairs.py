"""Pearson, Spearman and sparsity of pairs, beside sentence-transformers' own evaluators."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sentence_transformers import SentenceTransformer, SparseEncoder
from sentence_transformers.sentence_transformer.evaluation import EmbeddingSimilarityEvaluator
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
from sentence_transformers.sparse_encoder.evaluation import SparseEmbeddingSimilarityEvaluator

from pubsearch.errors import FileError, ModelError, StoppedError
from pubsearch.evaluate import encoding
from pubsearch.evaluate.encoding import Measured
from pubsearch.evaluate.pair_sets import PairSet, of_file
from pubsearch.evaluate.pairs import Sparsity, cosine, measure, shuffled, sparsity
from pubsearch.index import models
from pubsearch.index.encoder import Side
from tests.conftest import DATA

BUNDLED = models.resolve("bundled").path


@pytest.fixture(scope="module")
def pubmedqa() -> PairSet:
    """Some pairs; the last answer is longer than a model's window of 512 tokens."""
    found = of_file(DATA / "pubmedqa" / "ori_pqal.json")
    return PairSet("PubMedQA", "", found.columns, found.first[:12], (*found.second[:11], " ".join(found.second)), 0)


@pytest.fixture(scope="module")
def dense_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The language model that pubsearch carries, with the mean of its states as the vector."""
    folder = tmp_path_factory.mktemp("dense") / "model"
    transformer = Transformer(str(BUNDLED))
    pooling = Pooling(transformer.get_embedding_dimension())
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(folder), create_model_card=False)
    return folder


def both(pairs: PairSet) -> tuple[list[str], list[str], list[float]]:
    """First texts, second texts and labels, pairs and those that seed 0 shuffles."""
    number = len(pairs.first)
    second = [*pairs.second, *(pairs.second[place] for place in shuffled(number, 0))]
    return [*pairs.first, *pairs.first], second, [1.0] * number + [0.0] * number


@pytest.mark.filterwarnings("ignore:Sparse invariant checks are implicitly disabled")
def test_a_sparse_model_has_the_figures_of_sentence_transformers(pubmedqa: PairSet) -> None:
    evaluator = SparseEmbeddingSimilarityEvaluator(*both(pubmedqa), similarity_fn_names=["cosine"], write_csv=False)
    theirs = evaluator(SparseEncoder(str(BUNDLED), device="cpu"))
    ours = measure(encoding.load("bundled"), pubmedqa, seeds=1)
    assert ours.pearson.mean == pytest.approx(100 * theirs["pearson_cosine"], abs=1e-3)
    assert ours.spearman.mean == pytest.approx(100 * theirs["spearman_cosine"], abs=0.05)
    assert ours.first
    assert ours.second
    sides = [(side.active_dims, side.sparsity_ratio) for side in (ours.first, ours.second)]
    assert np.mean(sides, axis=0) == pytest.approx([theirs["active_dims"], theirs["sparsity_ratio"]])


def test_a_dense_model_has_the_figures_of_sentence_transformers(pubmedqa: PairSet, dense_model: Path) -> None:
    evaluator = EmbeddingSimilarityEvaluator(*both(pubmedqa), similarity_fn_names=["cosine"], write_csv=False)
    theirs = evaluator(SentenceTransformer(str(dense_model), device="cpu"))
    ours = measure(encoding.load(str(dense_model)), pubmedqa, seeds=1)
    assert ours.pearson.mean == pytest.approx(100 * theirs["pearson_cosine"], abs=1e-3)
    assert ours.spearman.mean == pytest.approx(100 * theirs["spearman_cosine"], abs=0.05)
    assert (ours.first, ours.second) == (None, None)


def test_a_folder_of_neither_kind_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no modules\.json"):
        encoding.load(str(Path(__file__).parent))
    (tmp_path / "modules.json").write_text(json.dumps([{"type": "sentence_transformers.models.Pooling", "path": "1"}]))
    with pytest.raises(ModelError, match="cannot be loaded"):
        encoding.load(str(tmp_path))


def words(texts: Sequence[str], _side: Side) -> csr_matrix:
    """A model that is told in one line: which of six letters a text has."""
    return csr_matrix([[float(letter in text) for letter in "abcdef"] for text in texts])


LETTERS = PairSet("letters", "", ("first", "second"), tuple("abcdef"), tuple("abcdef"), 0)


def test_a_perfect_model_falls_short_only_where_a_shuffle_leaves_a_text_beside_its_own() -> None:
    assert shuffled(6, 1)[1:] != list(range(1, 6))
    found = measure(Measured("words", True, words), LETTERS, seeds=1)
    own = sum(place == index for index, place in enumerate(shuffled(6, 0)))
    cosines = [1.0] * (6 + own) + [0.0] * (6 - own)
    labels = [1.0] * 6 + [0.0] * 6
    assert found.pearson.mean == pytest.approx(100 * np.corrcoef(cosines, labels)[0, 1])


def test_mean_and_spread_are_over_the_seeds_from_0() -> None:
    model = Measured("words", True, words)
    one, many = measure(model, LETTERS, seeds=1), measure(model, LETTERS, seeds=8)
    each = [measure(model, LETTERS, seeds=number).pearson.mean * number for number in range(1, 9)]
    assert (one.pearson.deviation, one.spearman.deviation) == (None, None)
    assert many.pearson.deviation == pytest.approx(np.std(np.diff([0, *each]), ddof=1))
    assert measure(model, LETTERS, seeds=8) == many


def test_cosines_that_are_all_alike_have_no_correlation() -> None:
    model = Measured("words", True, lambda texts, _: csr_matrix(np.ones((len(texts), 2))))
    with pytest.raises(FileError, match="All cosines of letters are alike by words: give other pairs"):
        measure(model, LETTERS)


def test_an_empty_vector_has_the_cosine_0_with_any() -> None:
    rows = csr_matrix([[0.0, 0.0], [3.0, 4.0], [1.0, 0.0]])
    others = csr_matrix([[1.0, 0.0], [6.0, 8.0], [0.0, 1.0]])
    assert cosine(rows, others) == pytest.approx([0, 1, 0])


def test_sparsity_is_the_mean_over_the_texts() -> None:
    rows = csr_matrix([[0.0, 0.0, 0.0, 0.0], [3.0, 4.0, 0.0, 1.0]])
    assert sparsity(rows) == Sparsity(active_dims=1.5, sparsity_ratio=0.625)


def test_progress_is_told_and_may_stop_it() -> None:
    told: list[tuple[str, int, int]] = []
    measure(Measured("words", True, words), LETTERS, 1, lambda *step: told.append(step))
    assert told == [(f"words: letters, {side}", done, 6) for side in ("first", "second") for done in (0, 6)]

    def stop(*_: object) -> None:
        raise StoppedError("enough")

    with pytest.raises(StoppedError):
        measure(Measured("words", True, words), LETTERS, 1, stop)
