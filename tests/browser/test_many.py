"""Twenty visitors at once, and a new version served meanwhile: everybody sees what one visitor alone would see."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pubsearch.search.searcher import Searcher
from tests import corpus
from tests.browser.conftest import Server, serving
from tests.browser.crowd import VISITORS, alone, crowd
from tests.browser.visitor import Drawn

pytestmark = pytest.mark.browser

TOPIC = "demo"
ADDRESSES: list[dict[str, object]] = [
    {"topic": TOPIC, "q": "aspirin to prevent heart attack"},
    {"topic": TOPIC, "q": "aspirin to prevent heart attack", "page": 2, "years": "2000:2030"},
    {"topic": TOPIC, "q": "lung cancer[ti] AND smoking", "sort": "date"},
    {"topic": TOPIC, "q": "zebra[ti] AND aspirin[ti]"},
]
NEW = [corpus.article(90_000_000 + number, f"Aspirin to prevent heart attack, report {number}") for number in range(20)]


def right_answers(*versions: list[Drawn]) -> dict[str, list[set[Drawn]]]:
    """For each time and address, what one visitor alone is shown of a version; while they change, of any of them."""
    either = [set(each) for each in zip(*versions, strict=True)]
    return {"before": [{one} for one in versions[0]], "while": either, "after": [{one} for one in versions[-1]]}


@pytest.fixture
def own_server(demo_home: Path, tmp_path: Path) -> Iterator[Server]:
    """A server of this test's own, whose topic it changes."""
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    with serving(home) as running:
        yield running


def test_twenty_visitors_see_what_one_would_while_a_new_version_is_served(own_server: Server, tmp_path: Path) -> None:
    topic = own_server.library.topic(TOPIC)
    old = alone(own_server, ADDRESSES)
    assert old[0].pmids == [hit.pmid for hit in Searcher(topic).search(str(ADDRESSES[0]["q"])).hits]

    def switch() -> None:
        topic.import_files([corpus.write(tmp_path / "new.xml", *NEW)])
        topic.build()

    seen = crowd(own_server, ADDRESSES, switch)
    new = alone(own_server, ADDRESSES)

    assert new[0].pmids != old[0].pmids
    right = right_answers(old, new)
    assert [one for one in seen if one.drawn not in right[one.when][one.place]] == []
    assert [one.drawn.errors for one in seen if one.drawn.errors] == []
    assert len(seen) >= 2 * VISITORS * len(ADDRESSES)
