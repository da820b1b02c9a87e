"""A topic that names no model is made with neuml/pubmedbert-base-splade, from the hub, and with no other."""

import socket
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SparseEncoder

from pubsearch.errors import ModelError
from pubsearch.search.searcher import Searcher
from pubsearch.settings import DEFAULT_MODEL
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.hub.server import BUNDLED, Hub

QUESTION = "gene expression in tumors of children"


@pytest.fixture
def topic(library: Library, tmp_path: Path) -> Topic:
    made = library.create("t", "")
    made.import_files([corpus.write(tmp_path / "records.xml", *corpus.real_articles(25))])
    return made


def ranking(folder: Path, topic: Topic) -> list[tuple[int, float]]:
    """The topic's records as sentence-transformers ranks them with the model in `folder`."""
    model = SparseEncoder(str(folder), device="cpu")
    records = [record for record in topic.records() if len(model.tokenizer(record.text)["input_ids"]) <= 512]
    documents = model.encode_document([record.text for record in records], convert_to_sparse_tensor=False).numpy()
    scores = documents @ model.encode_query([QUESTION], convert_to_sparse_tensor=False).numpy()[0]
    order = np.lexsort(([record.pmid for record in records], -scores))
    return [(records[i].pmid, float(scores[i])) for i in order if scores[i] > 0]


def test_the_default_model_is_downloaded_at_build_and_ranks(hub: Hub, hub_model: Path, topic: Topic) -> None:
    assert topic.about.model == DEFAULT_MODEL == "neuml/pubmedbert-base-splade"
    assert not hub.requests
    made = topic.build()
    assert any(f"/{DEFAULT_MODEL}/resolve/" in request for request in hub.requests)
    assert (made.model.name, made.model.revision) == (DEFAULT_MODEL, hub.commit(DEFAULT_MODEL, "main"))

    expected = ranking(hub_model, topic)
    compared = {pmid for pmid, _ in expected}
    found = [(hit.pmid, hit.score) for hit in Searcher(topic).search(QUESTION, 25).hits if hit.pmid in compared]
    assert [pmid for pmid, _ in found[: len(expected)]] == [pmid for pmid, _ in expected]
    assert [score for _, score in found[: len(expected)]] == pytest.approx([score for _, score in expected], abs=1e-3)
    assert [pmid for pmid, _ in ranking(BUNDLED, topic)] != [pmid for pmid, _ in expected]


def test_searching_asks_the_hub_nothing(hub: Hub, topic: Topic) -> None:
    topic.build()
    hub.stop()
    asked = len(hub.requests)
    assert Searcher(topic).search(QUESTION).hits[0].score > 0
    assert len(hub.requests) == asked


def test_what_its_owner_puts_at_the_hub_changes_no_topic_unasked(hub: Hub, topic: Topic, tmp_path: Path) -> None:
    first = topic.build()
    newer = hub.publish(DEFAULT_MODEL, BUNDLED)
    hub.requests.clear()
    topic.import_files([corpus.write(tmp_path / "more.xml", corpus.article(1, "Another"))])
    assert (topic.build().model, topic.vacuum().vectors, hub.requests) == (first.model, 0, [])
    assert topic.build(DEFAULT_MODEL).model.revision == newer
    assert topic.build().model.revision == newer


def test_a_commit_that_cannot_be_had_any_more_is_replaced_only_where_somebody_asks(
    hub: Hub, topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic.build()
    hub.repos.clear()
    newest = hub.publish(DEFAULT_MODEL, BUNDLED)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "another"))
    with pytest.raises(ModelError, match="--model"):
        topic.build()
    assert topic.build(DEFAULT_MODEL).model.revision == newest


def test_another_precision_is_of_the_same_model(hub: Hub, topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    first = topic.build().model
    hub.publish(DEFAULT_MODEL, BUNDLED)
    for precision, behind in (("bfloat16", "-bfloat16"), ("float32", "")):
        monkeypatch.setenv("PUBSEARCH_PRECISION", precision)
        made = topic.build().model
        assert (made.fingerprint, made.revision) == (first.fingerprint + behind, first.revision)


def test_where_a_bundle_brought_the_model_no_hub_is_needed(
    hub: Hub, topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = topic.build()
    topic.bundle(tmp_path / "bundle", records=True, model=True)
    hub.stop()
    monkeypatch.setenv("HF_HOME", str(tmp_path / "another"))
    monkeypatch.setenv("PUBSEARCH_HOME", str(tmp_path / "clinic"))
    there = Library(tmp_path / "clinic").install(tmp_path / "bundle")
    made = there.build()
    assert (made.model, made.content) == (first.model, first.content)
    assert there.vacuum().vectors == 0


def test_without_a_hub_the_error_names_the_model_the_reason_and_the_ways_out(
    topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "huggingface"))
    with pytest.raises(ModelError) as caught:
        topic.build()
    for part in (DEFAULT_MODEL, f"127.0.0.1:{port}", "--model FOLDER", "HF_ENDPOINT", "bundled"):
        assert part in str(caught.value)
    assert topic.served() is None
