"""Words that a model splits become terms of their own, and begin as what their pieces were."""

from pathlib import Path

import pytest
import torch
from sentence_transformers import SparseEncoder
from tokenizers.models import BPE

from pubsearch.errors import UserError
from pubsearch.finetune.terms import add, split_words
from pubsearch.finetune.texts import Text
from pubsearch.index import encoder, models


@pytest.fixture
def model() -> SparseEncoder:
    return SparseEncoder(str(models.resolve("splade-tiny").path), device="cpu", local_files_only=True)


def text(title: str, abstract: str = "") -> Text:
    return Text(title, tuple(abstract.split(". ")), 1)


def test_words_are_those_that_the_model_splits_and_most_texts_have(model: SparseEncoder) -> None:
    texts = [
        text("Placebo in hypertension", "Placebo. Placebo"),
        text("PLACEBO and Ménière, hypertension"),
        text("Placebo, hypertension: mg bp 0001, Ménière"),
        text("Placebo, Ménière; the heart, sumatriptan"),
        text("Sumatriptan"),
    ]
    assert split_words(texts, model, 9) == ["placebo", "hypertension", "meniere"]
    assert split_words(texts, model, 1) == ["placebo"]


def test_a_new_term_begins_as_the_sum_of_its_pieces(model: SparseEncoder) -> None:
    tokenizer, language = model.tokenizer, model[0].auto_model
    pieces = tokenizer("hypertension", add_special_tokens=False)["input_ids"]
    projection = language.get_output_embeddings()
    expected = projection.weight[pieces].sum(0).clone(), projection.bias[pieces].sum().clone()
    add(model, ["placebo", "hypertension"])
    assert tokenizer("Hypertension", add_special_tokens=False)["input_ids"] == [30_523]
    assert tokenizer.convert_ids_to_tokens([30_522, 30_523]) == ["placebo", "hypertension"]
    projection = language.get_output_embeddings()
    assert torch.equal(projection.weight[30_523], expected[0])
    assert torch.equal(projection.bias[30_523], expected[1])


def test_what_holds_none_of_the_words_is_read_as_before(model: SparseEncoder) -> None:
    said = "Aspirin after a heart attack, antihypertensive drugs"
    before = model.encode([said]).to_dense()
    add(model, ["placebo", "hypertension"])
    assert torch.allclose(model.encode([said]).to_dense()[:, :30_522], before, atol=1e-5)


def test_a_saved_model_has_its_terms(model: SparseEncoder, tmp_path: Path) -> None:
    add(model, ["placebo", "hypertension"])
    model.save_pretrained(str(tmp_path / "more"), create_model_card=False)
    made = encoder.load(models.resolve(str(tmp_path / "more")))
    assert made.vocabulary[-2:] == ("placebo", "hypertension")
    vector = made.query("placebo")
    assert "placebo" in {made.vocabulary[term] for term in vector.terms}


def test_a_tokenizer_without_wordpiece_is_refused(model: SparseEncoder) -> None:
    model.tokenizer.backend_tokenizer.model = BPE()
    with pytest.raises(UserError, match="does not split words by WordPiece, so none can be added: leave out --words"):
        split_words([], model, 9)
