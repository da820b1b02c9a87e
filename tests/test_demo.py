"""The demo is real records and a real model, through the same import and build as any topic."""

import shutil
from pathlib import Path

import pytest

from pubsearch import demo
from pubsearch.index import models
from pubsearch.search.searcher import Searcher
from pubsearch.topic import manifest
from pubsearch.topic.library import Library


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The smallest of the demo's own files in place of all of them."""
    folder = tmp_path / "records"
    folder.mkdir()
    shutil.copy(demo.RECORDS / "5.xml.gz", folder)
    monkeypatch.setattr(demo, "RECORDS", folder)
    return folder


def test_the_demo_is_made_once_and_searched(small: Path, home: Path) -> None:
    topic = demo.make(Library(home))
    version = topic.served()
    assert topic.count() == 54
    assert "This is a demo" in topic.about.description
    assert Searcher(topic).manifest.model.name == "splade-tiny-pubmed"
    assert demo.make(Library(home)).served() == version
    assert small.exists()


def test_a_demo_that_was_broken_off_is_finished(small: Path, home: Path) -> None:
    Library(home).create(demo.NAME, "", model="bundled")
    assert demo.make(Library(home)).served() is not None
    assert small.exists()


def test_a_demo_by_a_former_model_of_the_same_name_is_built_anew(
    small: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = tmp_path / "carried"
    shutil.copytree(models.resolve("splade-tiny").path, former / models.BUNDLED)
    with monkeypatch.context() as patch:
        patch.setattr(models, "_PLACE", former)
        version = demo.make(Library(home)).served()
    topic = demo.make(Library(home))
    assert topic.served() != version
    assert Searcher(topic).manifest.model.fingerprint == models.resolve("bundled").fingerprint
    assert small.exists()


def test_a_demo_of_a_former_format_is_built_anew(small: Path, home: Path) -> None:
    topic = demo.make(Library(home))
    former = topic.folder / "versions" / str(topic.served()) / "manifest.json"
    former.write_text(former.read_text().replace(f'"format": {manifest.FORMAT}', '"format": 1'))
    assert demo.make(Library(home)).served() != former.parent.name
    assert Searcher(topic).search("heart").total == 54
    assert small.exists()
