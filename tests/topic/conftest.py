"""A small real topic: real records, the bundled model."""

from pathlib import Path

import pytest

from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus


@pytest.fixture
def library(home: Path) -> Library:
    return Library(home)


@pytest.fixture
def topic(library: Library, tmp_path: Path) -> Topic:
    """Eight real records, imported and not yet built."""
    made = library.create("hearts", query="heart", model="bundled")
    made.import_files([corpus.write(tmp_path / "eight.xml", *corpus.real_articles(8))])
    return made
