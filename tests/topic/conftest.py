"""A small real topic: real records, the bundled model."""

import multiprocessing
import shutil
from multiprocessing import forkserver
from pathlib import Path

import pytest

import pubsearch.demo
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> multiprocessing.context.BaseContext:
    """Children that start at once: they are forked from a process that has imported all and computed nothing."""
    made, home = multiprocessing.get_context("forkserver"), tmp_path_factory.mktemp("children")
    made.set_forkserver_preload(["tests.topic.preloaded", "pytest"])
    with pytest.MonkeyPatch.context() as patch:
        # It finds modules as any new process does, and keeps silent of those that it does not find.
        patch.setenv("PYTHONPATH", str(ROOT))
        patch.setenv("PUBSEARCH_HOME", str(home))
        patch.chdir(home)
        forkserver.ensure_running()
    return made


@pytest.fixture
def library(home: Path) -> Library:
    return Library(home)


@pytest.fixture
def topic(library: Library, tmp_path: Path) -> Topic:
    """Eight real records, imported and not yet built."""
    made = library.create("hearts", query="heart", model="bundled")
    made.import_files([corpus.write(tmp_path / "eight.xml", *corpus.real_articles(8))])
    return made


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library, of one topic of eight real records that is built with a model's folder beside it."""
    home = tmp_path_factory.mktemp("origin")
    model = shutil.copytree(pubsearch.demo.RECORDS.parent / "splade-tiny-pubmed", home / "our-model")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PUBSEARCH_HOME", str(home / "indexes"))
        made = Library(home / "indexes").create("hearts", query="heart", title="Hearts", model=str(model))
        made.import_files([corpus.write(home / "eight.xml", *corpus.real_articles(8))])
        made.build()
    return home


@pytest.fixture
def hearts(origin: Path, home: Path) -> Topic:
    """A copy of that topic, to be changed at will."""
    shutil.copytree(origin / "indexes", home)
    return Library(home).topic("hearts")
