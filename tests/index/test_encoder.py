"""The encoder gives sentence-transformers' own vectors, and the word that each term came from."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sentence_transformers import SparseEncoder

from pubsearch.index import encoder, models
from pubsearch.index.encoder import Encoder
from pubsearch.index.sparse import NO_ORIGIN, SparseVector, unpack

TEXTS = [
    "Aspirin after myocardial infarction. BACKGROUND: Heart attacks kill.",
    "β-Blockers and naïve Müller cells: 10⁹ IL-6 p53",
    "",
    "心筋梗塞 and עברית",
    "word " * 300,
]


@pytest.fixture(scope="module")
def splade() -> Encoder:
    return encoder.load(models.resolve("bundled"))


@pytest.fixture(scope="module")
def reference() -> SparseEncoder:
    return SparseEncoder(str(models.resolve("bundled").path), device="cpu")


def dense(vector: SparseVector, width: int = 30_522) -> np.ndarray:
    row = np.zeros(width, np.float32)
    row[vector.terms] = vector.weights
    return row


def test_the_vectors_are_those_of_sentence_transformers(splade: Encoder, reference: SparseEncoder) -> None:
    expected = reference.encode_document(TEXTS, convert_to_sparse_tensor=False).numpy()
    for vector, row in zip(splade.encode(TEXTS, "document"), expected, strict=True):
        np.testing.assert_allclose(dense(vector), row, atol=1e-4)


def test_a_text_has_the_same_vector_alone_and_among_others(splade: Encoder) -> None:
    for text, among in zip(TEXTS, splade.encode(TEXTS, "document"), strict=True):
        [alone] = splade.encode([text], "document")
        np.testing.assert_allclose(dense(alone), dense(among), atol=1e-4)


def test_terms_ascend_and_weights_are_positive(splade: Encoder) -> None:
    for vector in splade.encode(TEXTS, "document"):
        assert (np.diff(vector.terms) > 0).all()
        assert (vector.weights > 0).all()


def test_a_term_comes_from_the_whole_word_whose_token_gave_its_maximum(splade: Encoder) -> None:
    text = "Reperfusion after electrocardiographic changes."
    [vector] = splade.encode([text], "document")
    words = {text[slice(*place)] for origin in vector.origins if (place := unpack(int(origin)))}
    assert words <= {"Reperfusion", "after", "electrocardiographic", "changes", "."}
    assert {"Reperfusion", "electrocardiographic"} <= words


def test_offsets_count_code_points_of_the_text_as_given(splade: Encoder) -> None:
    text = "🫀 naïve 𝛽 cells, e\u0301lan infection"
    [vector] = splade.encode([text], "document")
    origins = dict(zip(vector.terms.tolist(), vector.origins.tolist(), strict=True))
    place = unpack(origins[splade.vocabulary.index("infection")])
    assert place is not None
    assert text[slice(*place)] == "infection"


def test_a_term_that_the_text_as_a_whole_earned_has_no_place(splade: Encoder) -> None:
    [vector] = splade.encode([""], "document")
    assert set(vector.origins.tolist()) <= {int(NO_ORIGIN)}


def test_a_word_past_the_window_is_found_at_its_place(splade: Encoder) -> None:
    text = "The patients were followed for two years after surgery. " * 120 + "Malaria is spread by mosquitoes."
    [vector] = splade.encode([text], "document")
    origins = dict(zip(vector.terms.tolist(), vector.origins.tolist(), strict=True))
    place = unpack(origins[splade.vocabulary.index("malaria")])
    assert place == (text.index("Malaria"), text.index("Malaria") + len("Malaria"))


def test_windows_are_joined_by_the_maximum(splade: Encoder, reference: SparseEncoder) -> None:
    text = "infarction aspirin stroke " * 150
    first = reference.encode_document([text], convert_to_sparse_tensor=False).numpy()[0]
    [vector] = splade.encode([text], "document")
    assert (dense(vector) >= first - 1e-4).all()


def test_threads_that_share_an_encoder_get_the_answers_of_one(splade: Encoder) -> None:
    alone = [dense(splade.encode([text], "query")[0]) for text in TEXTS]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: dense(splade.encode([text], "query")[0]), TEXTS * 4))
    for i, row in enumerate(together):
        np.testing.assert_allclose(row, alone[i % len(TEXTS)], atol=1e-5)


def test_the_model_is_loaded_once_a_process() -> None:
    with ThreadPoolExecutor(4) as pool:
        loaded = set(pool.map(lambda _: id(encoder.load(models.resolve("bundled"))), range(4)))
    assert len(loaded) == 1
