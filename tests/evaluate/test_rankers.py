"""What pubsearch is measured beside."""

from pathlib import Path

import bm25s
import numpy as np
import pytest
import Stemmer
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

from pubsearch.entrez.client import Client
from pubsearch.evaluate.collection import Collection
from pubsearch.evaluate.rankers import bm25, by_model, pubmed
from pubsearch.evaluate.runs import DEPTH, ranker, run
from pubsearch.evaluate.texts import Text
from pubsearch.index import models
from pubsearch.settings import Settings
from pubsearch.topic.progress import silent
from tests.eutils.clock import ManualClock
from tests.eutils.server import VALID_KEY, EutilsServer

QUESTION = "regimens for the treatment of pulmonary tuberculosis"


def test_bm25_is_bm25s_as_its_readme_has_it(collection: Collection) -> None:
    texts = list(collection.texts())
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(bm25s.tokenize([text.text for text in texts], stopwords="en", stemmer=stemmer, show_progress=False))
    asked = bm25s.tokenize(QUESTION, stopwords="en", stemmer=stemmer, show_progress=False)
    rows, scores = index.retrieve(asked, k=5, show_progress=False)
    ours = bm25(texts)(QUESTION)
    assert ours[rows[0]] == pytest.approx(scores[0])
    assert np.sort(ours)[::-1][:5] == pytest.approx(scores[0])


@pytest.mark.parametrize("question", ["the", "", "qwertzuiop"])
def test_bm25_finds_nothing_where_there_is_no_word_to_look_for(collection: Collection, question: str) -> None:
    assert not bm25(collection.texts())(question).any()
    assert not bm25([Text("1", "", "")])(question).any()


def test_another_splade_model_ranks_by_meaning(collection: Collection) -> None:
    other = by_model("bundled", list(collection.texts()), silent)
    assert other(QUESTION) == pytest.approx(ranker(collection, "meaning")(QUESTION), abs=1e-5)


@pytest.mark.parametrize("similarity", ["cosine", "dot"])
def test_a_dense_model_ranks_every_text_by_its_own_similarity(
    collection: Collection, tmp_path: Path, similarity: str
) -> None:
    transformer = Transformer(str(models.resolve("bundled").path))
    pooling = Pooling(transformer.get_embedding_dimension())
    dense = SentenceTransformer(modules=[transformer, pooling], device="cpu", similarity_fn_name=similarity)
    dense.save(str(tmp_path / "dense"), create_model_card=False)
    texts = list(collection.texts())
    expected = dense.similarity(dense.encode([text.text for text in texts]), dense.encode(QUESTION)).numpy().ravel()
    found = by_model(str(tmp_path / "dense"), texts, silent)(QUESTION)
    assert found.min() > 0
    assert np.diff(found) == pytest.approx(np.diff(expected), abs=1e-3)


def test_pubmed_is_asked_by_relevance_and_other_records_are_left_out(
    collection: Collection, eutils_server: EutilsServer, manual_clock: ManualClock
) -> None:
    client = Client(Settings(eutils_url=eutils_server.url, ncbi_api_key=VALID_KEY), clock=manual_clock)
    made = pubmed(client, collection, {"q1": "liver", "q2": "qwertzuiop"}, silent)
    assert [request.get("sort") for request in eutils_server.asked("esearch")] == ["relevance", "relevance"]
    everywhere = [str(pmid) for pmid in client.esearch("liver", by_relevance=True).pmids]
    found = [pmid for pmid, _ in made.found["q1"]]
    assert found == [pmid for pmid in everywhere if pmid in collection.ids]
    assert 0 < len(found) < len(everywhere)
    assert made.found["q2"] == []
    scores = [score for _, score in made.found["q1"]]
    assert scores == sorted(scores, reverse=True)
    titled = ["liver" in text.title.lower() for text in collection.read([collection.ids.index(pmid) for pmid in found])]
    assert titled == sorted(titled, reverse=True)


def test_a_run_has_at_most_its_depth() -> None:
    ids = [str(row) for row in range(DEPTH + 5)]
    made = run("all", lambda _: np.ones(DEPTH + 5, np.float32), ids, {"q": QUESTION}, silent)
    assert [record for record, _ in made.found["q"]] == ids[:DEPTH]
