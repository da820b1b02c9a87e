"""The vacuum drops vectors that nobody wants, and touches nothing that is served or will be."""

import shutil
from pathlib import Path

import pytest

from pubsearch.errors import StorageError, UserError, VersionError
from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library
from pubsearch.topic.lock import writing
from pubsearch.topic.topic import Topic
from tests import corpus


def shards(topic: Topic) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in topic.folder.glob("vectors/*/*.safetensors")}


def version_files(topic: Topic) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in topic.folder.glob("versions/**/*") if path.is_file()}


def models(topic: Topic) -> int:
    return len(list((topic.folder / "vectors").iterdir()))


@pytest.fixture
def revised(topic: Topic, tmp_path: Path) -> Topic:
    """Built, with nine texts encoded: one of the eight records has another text now."""
    topic.build()
    pmid = next(topic.records()).pmid
    topic.import_files([corpus.write(tmp_path / "new.xml", corpus.article(pmid, "A heart of another kind", version=9))])
    topic.build()
    return topic


@pytest.fixture
def other_model(tmp_path: Path) -> str:
    """A model that gives other vectors than the bundled one."""
    copy = shutil.copytree(Path(corpus.pubsearch.demo.__file__).parent / "splade-tiny-pubmed", tmp_path / "my-model")
    pooling = copy / "1_SpladePooling/config.json"
    pooling.write_text(pooling.read_text().replace('"relu"', '"log1p_relu"'))
    return str(copy)


def test_the_vector_of_a_text_that_no_record_has_is_dropped(revised: Topic) -> None:
    dropped = revised.vacuum()
    assert dropped.vectors == 1
    assert dropped.bytes > 0
    again = revised.vacuum()
    assert (again.vectors, again.bytes) == (0, 0)


def test_versions_stay_as_they_are_and_a_build_encodes_nothing_anew(revised: Topic) -> None:
    before, hits = version_files(revised), Searcher(revised).search("heart").hits
    revised.vacuum()
    assert version_files(revised) == before
    assert Searcher(revised).search("heart").hits == hits
    kept = shards(revised)
    revised.build()
    assert shards(revised) == kept
    assert Searcher(revised).search("heart").hits == hits


def test_models_of_kept_versions_stay_and_others_go(topic: Topic, other_model: str) -> None:
    topic.build()
    topic.build(other_model)
    assert topic.vacuum().vectors == 0
    assert models(topic) == 2
    topic.build()  # now no kept version was made with the bundled model
    dropped = topic.vacuum()
    assert (dropped.vectors, models(topic)) == (8, 1)
    assert Searcher(topic).search("heart").total == 8


def test_a_topic_without_records_keeps_its_vectors(topic: Topic) -> None:
    topic.build()
    kept = shards(topic)
    shutil.rmtree(topic.folder / "records")
    with pytest.raises(UserError, match="no records, so all its vectors would go"):
        topic.vacuum()
    assert shards(topic) == kept


def test_where_a_kept_version_cannot_say_its_model_nothing_is_dropped(topic: Topic, other_model: str) -> None:
    made = topic.build()
    topic.build(other_model)
    kept = shards(topic)
    (topic.folder / "versions" / made.version / "manifest.json").unlink()
    with pytest.raises(VersionError, match="manifest"):
        topic.vacuum()
    assert shards(topic) == kept


def test_the_vacuum_is_a_writer(topic: Topic) -> None:
    with writing(topic.folder, "build"), pytest.raises(StorageError, match="Another process is writing"):
        topic.vacuum()


def test_a_topic_that_was_never_built_has_nothing_to_drop(library: Library, topic: Topic) -> None:
    assert library.topic(topic.name).vacuum().vectors == 0
