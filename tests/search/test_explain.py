"""An explanation is the score, and its places are the encoder's: held against sentence-transformers on its own."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SparseEncoder

from pubsearch.index import encoder, models, vocabulary
from pubsearch.index.sparse import SparseVector, pack
from pubsearch.search.explain import query_terms
from pubsearch.search.results import Highlight, Hit
from pubsearch.search.searcher import Searcher

QUESTIONS = [
    "heart attack in elderly patients",
    "gene expression of tumors",
    "Does treatment help children?",
    "malaria",
]


@pytest.fixture(scope="module")
def reference() -> SparseEncoder:
    return SparseEncoder(str(models.resolve("bundled").path), device="cpu")


def marked(hit: Hit, highlight: Highlight) -> str:
    assert highlight.field is not None
    return str(getattr(hit.record, highlight.field)[highlight.start : highlight.end])


@pytest.mark.parametrize("question", QUESTIONS)
def test_contributions_add_up_to_the_score(searcher: Searcher, question: str) -> None:
    hits = searcher.search(question, 50).hits
    assert any(hit.score > 0 for hit in hits)
    for hit in hits:
        assert sum(highlight.contribution for highlight in hit.highlights) == pytest.approx(hit.score, abs=1e-4)


@pytest.mark.parametrize("question", QUESTIONS[:3])
def test_scores_and_contributions_are_those_of_sentence_transformers(
    searcher: Searcher, reference: SparseEncoder, question: str
) -> None:
    hits = [hit for hit in searcher.search(question, 50, rank="meaning").hits if fits(reference, hit.record.text)]
    query = reference.encode_query([question], convert_to_sparse_tensor=False).numpy()[0]
    documents = reference.encode_document([hit.record.text for hit in hits], convert_to_sparse_tensor=False).numpy()
    assert len(hits) > 10
    for hit, document in zip(hits, documents, strict=True):
        product = query * document
        assert hit.score == pytest.approx(product.sum(), abs=1e-3)
        expected = {reference.tokenizer.convert_ids_to_tokens(int(t)): product[t] for t in np.flatnonzero(product)}
        found = {highlight.term: highlight.contribution for highlight in hit.highlights}
        assert found == pytest.approx(expected, abs=1e-3)


def fits(reference: SparseEncoder, text: str) -> bool:
    return len(reference.tokenizer(text)["input_ids"]) <= reference.max_seq_length


def test_each_place_is_the_word_whose_token_gave_the_maximum(searcher: Searcher, reference: SparseEncoder) -> None:
    checked = 0
    for hit in (hit for question in QUESTIONS for hit in searcher.search(question, 30, rank="meaning").hits):
        text = hit.record.text
        if not fits(reference, text):
            continue
        tokens = reference.tokenizer(text, return_offsets_mapping=True, return_tensors="pt")
        with torch.no_grad():
            logits = reference[0].auto_model(tokens["input_ids"], tokens["attention_mask"]).logits[0]
        for highlight in hit.highlights:
            column = logits[:, reference.tokenizer.convert_tokens_to_ids(highlight.term)]
            # Where two tokens come within rounding of each other, either is right.
            best = [int(i) for i in torch.nonzero(column > column.max() - 1e-4)]
            offsets = {tuple(tokens["offset_mapping"][0][i].tolist()) for i in best}
            if highlight.field is None:
                assert any(end == start or text[start:end] == "." for start, end in offsets)
            else:
                start, end = highlight.start or 0, highlight.end or 0
                shift = hit.record.abstract_offset if highlight.field == "abstract" else 0
                assert any(start + shift <= first and last <= end + shift for first, last in offsets)
                assert marked(hit, highlight).strip() == marked(hit, highlight) != ""
                checked += 1
    assert checked > 50


def test_a_word_piece_marks_its_whole_word(searcher: Searcher) -> None:
    words = defaultdict(set)
    for hit in searcher.search("electrocardiographic and immunohistochemical findings", 50).hits:
        for highlight in hit.highlights:
            if highlight.field:
                text, start, end = getattr(hit.record, highlight.field), highlight.start or 0, highlight.end or 0
                words[highlight.term].add(text[start:end])
                assert start == 0 or not (text[start - 1].isalpha() and text[start].isalpha())
                assert end == len(text) or not (text[end - 1].isalpha() and text[end].isalpha())
    assert any(term.startswith("##") for term in words)


def test_the_users_own_word_is_named(searcher: Searcher) -> None:
    asked = {highlight.query_term for hit in searcher.search("heart attack", 10).hits for highlight in hit.highlights}
    assert "heart" in asked
    assert asked <= {"heart", "attack", None}


@pytest.mark.parametrize(("question", "added"), [("unsafe", "safe"), ("female", "male")])
def test_the_opposite_of_the_users_word_is_not_the_users_own(searcher: Searcher, question: str, added: str) -> None:
    own = {term.term for term in searcher.search(question, rank="meaning").terms if term.own}
    assert own
    assert added not in own


@pytest.mark.parametrize("asked", ["unsafe", "females", "ulcers", "Ménière", "electrocardiographic", "🦠"])
def test_of_the_models_terms_the_pieces_of_a_word_are_the_users_own(
    reference: SparseEncoder, tmp_path: Path, asked: str
) -> None:
    model = encoder.load(models.resolve("bundled"))
    vocabulary.write(tmp_path / "words", ["word"])
    terms = np.arange(len(model.vocabulary), dtype=np.int32)
    origins = np.full(len(terms), pack(0, len(asked)), np.uint32)
    words = vocabulary.Vocabulary(tmp_path / "words", len(terms))
    found = query_terms(SparseVector(terms, np.ones(len(terms), np.float32), origins), asked, model, words)
    pieces = set(reference.tokenizer.tokenize(asked)) - {reference.tokenizer.unk_token}
    assert {term.term for term in found if term.own} == pieces


def test_a_word_past_the_models_window_is_found_and_marked(searcher: Searcher) -> None:
    best = searcher.search("malaria mosquitoes", 1).hits[0]
    assert best.pmid == 1
    assert "Malaria" in {marked(best, highlight) for highlight in best.highlights if highlight.field}
