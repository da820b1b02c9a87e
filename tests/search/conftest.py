"""One small real topic, built once for all tests of the package."""

from pathlib import Path

import pytest

from pubsearch import demo
from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library
from tests import corpus


@pytest.fixture(scope="session")
def searcher(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """Thirty real records with abstracts, one long one and three without a word in common with any question."""
    folder: Path = tmp_path_factory.mktemp("search")
    topic = Library(folder / "indexes").create("thirty", "", model="bundled")
    long = "The patients were followed for two years after surgery. " * 120 + "Malaria is spread by mosquitoes."
    crafted = [corpus.article(1, "A long record", long), *(corpus.article(n, "", year=2000 + n) for n in (2, 3, 4))]
    topic.import_files([corpus.write(folder / "records.xml", *corpus.real_articles(30), *crafted)])
    topic.build()
    return Searcher(topic)


@pytest.fixture(scope="session")
def demo_searcher(demo_home: Path) -> Searcher:
    """The demo topic, with all its records."""
    return Searcher(Library(demo_home).topic(demo.NAME))
