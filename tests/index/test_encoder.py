"""The encoder gives sentence-transformers' own vectors, and the word that each term came from."""

import gc
import shutil
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from sentence_transformers import SparseEncoder
from transformers import DistilBertConfig, DistilBertForMaskedLM

from pubsearch.errors import ModelError
from pubsearch.index import encoder, models
from pubsearch.index.encoder import Encoder
from pubsearch.index.head import Head
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


def test_the_heaviest_terms_are_those_of_sentence_transformers(splade: Encoder, reference: SparseEncoder) -> None:
    texts = [text for text in TEXTS if text]
    expected = reference.encode_query(texts, convert_to_sparse_tensor=False).numpy()
    for vector, row in zip(splade.encode(texts, "query"), expected, strict=True):
        assert np.argsort(-dense(vector))[:10].tolist() == np.argsort(-row)[:10].tolist()
        assert len(vector) == np.count_nonzero(row)


def test_a_model_that_is_no_bert_gives_its_vectors_too(tmp_path: Path) -> None:
    folder = shutil.copytree(models.resolve("bundled").path, tmp_path / "distilbert")
    torch.manual_seed(0)
    config = DistilBertConfig(dim=64, n_layers=2, n_heads=2, hidden_dim=128, max_position_embeddings=512)
    model = DistilBertForMaskedLM(config)
    model.vocab_projector.bias.data.fill_(-0.5)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder)
    expected = SparseEncoder(str(folder), device="cpu").encode_document(TEXTS, convert_to_sparse_tensor=False).numpy()
    for vector, row in zip(Encoder(folder).encode(TEXTS, "document"), expected, strict=True):
        np.testing.assert_allclose(dense(vector), row, atol=1e-4)
        assert np.count_nonzero(row)


def test_no_term_is_lost_where_all_logits_are_near_0() -> None:
    generator = torch.Generator().manual_seed(0)
    states, weight = torch.randn(40, 128, generator=generator), torch.randn(5000, 128, generator=generator)
    logits = states @ weight.T
    bias = 0.01 * torch.randn(5000, generator=generator) - logits.amax(0)
    terms, weights, places = Head(weight, bias, activations=1)(states)
    expected = (logits + bias).amax(0).relu().log1p()
    found = torch.zeros(5000)
    found[terms] = weights
    assert 2000 < len(terms) < 3000
    assert torch.allclose(found, expected, atol=1e-4)
    assert torch.equal(places, logits[:, terms].argmax(0))


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


def test_a_model_that_nobody_holds_goes_with_its_threads_once_another_is_asked_for() -> None:
    encoder.load(models.resolve("bundled"))
    gc.collect()
    gc.disable()  # as if the server had loaded it while it started
    try:
        before, loaded = set(threading.enumerate()), encoder.load(models.resolve("splade-tiny"))
        loaded.query("aspirin")
        loaded.encode(TEXTS * 40, "document")
        own, watched = set(threading.enumerate()) - before, weakref.ref(loaded)
        assert own
        del loaded
        assert watched() is encoder.load(models.resolve("splade-tiny")), "it stays for the next who asks"
        encoder.load(models.resolve("bundled"))
        assert watched() is None
        for thread in own:
            thread.join(30)
        assert not any(thread.is_alive() for thread in own)
    finally:
        gc.enable()


def test_a_model_that_somebody_holds_is_not_loaded_again() -> None:
    held = encoder.load(models.resolve("splade-tiny"))
    encoder.load(models.resolve("bundled"))
    assert encoder.load(models.resolve("splade-tiny")) is held


def test_a_models_file_is_not_mapped_any_more_once_its_weights_are_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBSEARCH_PRECISION", "bfloat16")
    folder = Path(shutil.copytree(models.resolve("bundled").path, tmp_path / "model"))
    loaded = encoder.load(models.resolve(str(folder)))
    assert loaded.query("aspirin").terms.size
    assert str(folder) not in Path("/proc/self/maps").read_text()


def test_questions_of_many_threads_get_the_answers_of_one() -> None:
    model = models.resolve("bundled").path
    questions = [f"{text[:60]} {number}" for text in TEXTS for number in range(4)]
    one = Encoder(model)
    alone = [dense(one.query(question)) for question in questions]
    many = Encoder(model)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: dense(many.query(question)), questions * 2))
    for row, expected in zip(together, alone * 2, strict=True):
        np.testing.assert_allclose(row, expected, atol=1e-5)


# Precision


def test_bfloat16_gives_nearly_the_vectors_of_float32(splade: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSEARCH_PRECISION", "bfloat16")
    coarse = encoder.load(models.resolve("bundled"))
    texts = [text for text in TEXTS if text]  # an empty one may have no term at all
    for vector, exact in zip(coarse.encode(texts, "document"), splade.encode(texts, "document"), strict=True):
        a, b = dense(vector), dense(exact)
        assert not np.array_equal(a, b)
        assert a @ b / np.linalg.norm(a) / np.linalg.norm(b) > 0.998


# What is refused


def damaged_weights(folder: Path, value: float) -> Path:
    target = Path(shutil.copytree(models.resolve("bundled").path, folder / "model"))
    weights = load_file(target / "model.safetensors")
    name = next(name for name in weights if name.endswith("word_embeddings.weight"))
    weights[name] = weights[name].copy()
    weights[name][2000] = value
    save_file(weights, target / "model.safetensors", metadata={"format": "pt"})
    return target


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_model_with_weights_that_are_not_numbers_is_refused(tmp_path: Path, value: float) -> None:
    damaged = encoder.load(models.resolve(str(damaged_weights(tmp_path, value))))
    with pytest.raises(ModelError, match="weights that are not numbers: its files are damaged; get it again"):
        damaged.encode(["aspirin"], "query")


def test_a_model_whose_tokenizer_cannot_be_read_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(models.resolve("bundled").path, tmp_path / "model"))
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        encoder.load(models.resolve(str(folder)))
    assert "\n" not in str(caught.value)
