"""A version holds its records' words behind the model's terms, and a topic how much they count."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from pubsearch.errors import StorageError, TopicError
from pubsearch.index import models
from pubsearch.index.words import occurrences
from pubsearch.topic.library import Library
from pubsearch.topic.lock import writing
from pubsearch.topic.topic import Topic
from pubsearch.topic.version import Version
from tests import corpus


def built(topic: Topic) -> Version:
    return topic.open(topic.build().version)


def test_each_record_holds_its_words_at_their_first_places(topic: Topic) -> None:
    version = built(topic)
    words = version.words
    for vector, record in zip(version.rows, version.catalogue.records(range(8)), strict=True):
        assert (np.diff(vector.terms) > 0).all()
        behind = vector.terms >= words.first
        found = zip(vector.terms[behind].tolist(), vector.origins[behind].tolist(), strict=True)
        expected = {word: origin for word, (_, origin) in occurrences(record.text).items()}
        assert {words[term - words.first]: origin for term, origin in found} == expected
        assert (vector.weights > 0).all()


def test_the_models_terms_are_those_of_the_stored_vectors(topic: Topic) -> None:
    version = built(topic)
    assert version.words.first == version.manifest.model.terms == 30_522
    assert all((vector.terms < version.words.first).any() for vector in version.rows)


def test_the_order_of_the_files_changes_no_byte(library: Library, tmp_path: Path) -> None:
    articles = corpus.real_articles(6)
    files = [corpus.write(tmp_path / f"{place}.xml", *articles[place : place + 3]) for place in (0, 3)]
    contents = []
    for name, order in (("one", files), ("two", files[::-1])):
        topic = library.create(name, "", model="bundled")
        for file in order:
            topic.import_files([file])
        made = topic.build()
        folder = topic.folder / "versions" / made.version
        arrays = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.npy"))}
        contents.append((made.content, arrays))
    assert contents[0] == contents[1]
    assert "words/text.npy" in contents[0][1]


def test_records_without_a_word_are_built(library: Library, tmp_path: Path) -> None:
    topic = library.create("t", "", model="bundled")
    topic.import_files([corpus.write(tmp_path / "a.xml", corpus.article(1), corpus.article(2, "The"))])
    assert len(built(topic).words) == 0


# topic.toml


def test_a_weight_is_kept_in_the_topics_file(topic: Topic, library: Library) -> None:
    assert topic.about.words_weight is None
    topic.weigh_words(2.5)
    assert topic.about.words_weight == library.topic(topic.name).about.words_weight == 2.5
    topic.build()
    assert library.topic(topic.name).about.words_weight == 2.5


def test_a_weight_is_forgotten_with_the_model_for_which_it_was_chosen(topic: Topic, tmp_path: Path) -> None:
    topic.weigh_words(2.5)
    topic.build(str(shutil.copytree(models.resolve("bundled").path, tmp_path / "my-model")))
    assert Topic(topic.folder).about.words_weight is None


def test_a_weight_leaves_what_another_process_wrote_as_it_is(topic: Topic, tmp_path: Path) -> None:
    other = shutil.copytree(models.resolve("bundled").path, tmp_path / "my-model")
    Topic(topic.folder).build(str(other))
    topic.weigh_words(2)
    assert Topic(topic.folder).about.model == str(other)


def test_a_weight_is_not_chosen_while_another_process_writes(topic: Topic) -> None:
    with writing(topic.folder, "build"), pytest.raises(StorageError, match="Another process is writing"):
        Topic(topic.folder).weigh_words(1)


@pytest.mark.parametrize("value", ["-1", "nan", "inf", "1e39", '"much"'])
def test_a_weight_that_cannot_be_is_named(topic: Topic, value: str) -> None:
    path = topic.folder / "topic.toml"
    path.write_text(f"{path.read_text()}words_weight = {value}\n")
    with pytest.raises(TopicError, match=r"topic\.toml cannot be read \(words_weight"):
        Topic(topic.folder)
