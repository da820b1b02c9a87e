"""The same records and the same stored vectors always give the same content, wherever and whenever they are built."""

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from pubsearch.index.sparse import SparseVector
from pubsearch.index.vectors import VectorStore
from pubsearch.topic import build
from pubsearch.topic.library import Library
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.topic import Topic
from tests import corpus


def vectors(topic: Topic) -> Path:
    return next(topic.folder.glob("vectors/*"))


def same_files(first: Manifest, second: Manifest) -> bool:
    """Whether all files are the same, to the bit; txtai's texts have the time of each beside it."""
    return (
        all(file == second.files[name] for name, file in first.files.items() if name != "txtai/documents")
        and first.files.keys() == second.files.keys()
    )


def test_two_builds_have_the_same_content_and_files(topic: Topic) -> None:
    first, second = topic.build(), topic.build()
    assert first.version != second.version
    assert first.content == second.content
    assert same_files(first, second)


def test_texts_that_are_encoded_anew_have_the_same_content(topic: Topic) -> None:
    first = topic.build()
    shutil.rmtree(topic.folder / "vectors")
    assert topic.build().content == first.content


@pytest.mark.parametrize("seed", range(3))
def test_vectors_that_are_stored_in_other_shards_have_the_same_content(topic: Topic, seed: int) -> None:
    first, store = topic.build(), VectorStore(vectors(topic))
    found = list(store.read(store.lengths().keys()))
    random.Random(seed).shuffle(found)
    for path in vectors(topic).iterdir():
        path.unlink()
    for size in (1, 3, len(found) - 4):
        store.add(dict(found.pop() for _ in range(size)))
    second = topic.build()
    assert len(list(vectors(topic).iterdir())) == 3
    assert second.content == first.content
    assert same_files(first, second)


def test_a_vacuum_leaves_the_content_as_it_was(topic: Topic) -> None:
    first = topic.build()
    topic.vacuum()
    assert topic.build().content == first.content


def test_records_that_came_in_other_files_have_the_same_content(library: Library, tmp_path: Path) -> None:
    articles = corpus.real_articles(8)
    whole, parts = (library.create(name, "", model="bundled") for name in ("whole", "parts"))
    whole.import_files([corpus.write(tmp_path / "all.xml", *articles)])
    first = whole.build()
    for number, some in enumerate((articles[5:], articles[:2], articles[2:5])):
        parts.import_files([corpus.write(tmp_path / f"{number}.xml", *some)])
    shutil.copytree(whole.folder / "vectors", parts.folder / "vectors")
    second = parts.build()
    assert second.content == first.content
    assert second.topic != first.topic


def test_texts_that_were_encoded_in_other_company_have_the_content_of_their_stored_vectors(
    library: Library, tmp_path: Path
) -> None:
    articles = corpus.real_articles(8)
    steps, once = (library.create(name, "", model="bundled") for name in ("steps", "once"))
    for number, some in enumerate((articles[:3], articles[3:])):
        steps.import_files([corpus.write(tmp_path / f"{number}.xml", *some)])
        first = steps.build()
    once.import_files([corpus.write(tmp_path / "all.xml", *articles)])
    shutil.copytree(steps.folder / "vectors", once.folder / "vectors")
    assert once.build().content == first.content


def test_a_text_that_several_records_have_is_encoded_once(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "BATCH", 2)
    topic = library.create("replies", "", model="bundled")
    titles = ["Reply", "Heart failure", "Reply", "Asthma", "Reply"]
    topic.import_files([corpus.write(tmp_path / "a.xml", *(corpus.article(n, t) for n, t in enumerate(titles, 1)))])
    topic.build()
    assert VectorStore(vectors(topic)).size().vectors == 3


def test_of_a_text_that_is_stored_twice_the_first_counts_whole(topic: Topic) -> None:
    whole, store = topic.build(), VectorStore(vectors(topic))
    (shard,) = vectors(topic).iterdir()
    key, vector = next(iter(store.read(store.lengths().keys())))
    seen = set()
    for cut in range(1, 9):
        short = SparseVector(vector.terms[:-cut], vector.weights[:-cut], vector.origins[:-cut])
        other = store.add({key: short})
        made = topic.build()
        assert all((np.diff(row.terms) > 0).all() for row in topic.open(made.version).rows)
        assert (made.content == whole.content) == (shard.name < other.name)
        seen.add(shard.name < other.name)
        other.unlink()
    assert seen == {True, False}


@pytest.mark.parametrize("change", ["A heart of another kind", ""])
def test_other_records_have_another_content(topic: Topic, tmp_path: Path, change: str) -> None:
    first = topic.build()
    topic.import_files([corpus.write(tmp_path / "a.xml", corpus.article(21, change, version=9))])
    assert topic.build().content != first.content


def test_another_vector_is_another_content(topic: Topic) -> None:
    first, store = topic.build(), VectorStore(vectors(topic))
    (key, vector), *rest = store.read(store.lengths().keys())
    next(vectors(topic).iterdir()).unlink()
    vector.weights[0] += 1
    store.add({key: vector, **dict(rest)})
    assert topic.build().content != first.content
