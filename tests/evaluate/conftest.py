"""One small real topic, built once for all tests of the package."""

import pytest

from pubsearch.evaluate.collection import Collection, of_topic
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus


@pytest.fixture(scope="session")
def topic(tmp_path_factory: pytest.TempPathFactory) -> Topic:
    """Thirty real records with abstracts, and one without a text."""
    folder = tmp_path_factory.mktemp("evaluate")
    topic = Library(folder / "indexes").create("thirty", "", model="bundled")
    topic.import_files([corpus.write(folder / "records.xml", *corpus.real_articles(30), corpus.article(7))])
    topic.build()
    return topic


@pytest.fixture(scope="session")
def collection(topic: Topic) -> Collection:
    return of_topic(topic)
