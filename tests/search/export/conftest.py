"""All real records of the demo and of the test data, read once."""

import pytest

from pubsearch.record import Record
from tests.search.export.real import records


@pytest.fixture(scope="session")
def real() -> list[Record]:
    return records()
