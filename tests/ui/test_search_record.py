"""The record of a search: what PRISMA-S asks for, of a real topic."""

from datetime import UTC, datetime
from pathlib import Path

from pubsearch.search.filters import Filters
from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library
from pubsearch.ui import search_record
from pubsearch.ui.address import Address
from tests import corpus

NOW = datetime(2026, 11, 25, 20, 15, tzinfo=UTC)


def test_it_says_what_was_asked_of_what_and_when(home: Path, tmp_path: Path) -> None:
    topic = Library(home).create("small", query="asthma", title="Small topic", model="bundled")
    topic.import_files([corpus.write(tmp_path / "records.xml", corpus.article(1, "Aspirin after stroke"))])
    topic.build()
    searcher = Searcher(topic)
    address = Address(topic="small", q="aspirin", exact=True, filters=Filters(years=(2000, 2026)))
    results = searcher.search("aspirin", exact=True, filters=address.filters)
    lines = search_record.text(results, address, topic, searcher.manifest, NOW, "http://127.0.0.1:8501").splitlines()
    said = dict(line.split(": ", 1) for line in lines)
    assert said["Searched"] == "2026-11-25 20:15+00:00"
    assert said["Query"] == "aspirin"
    assert said["Read as"] == results.reading
    assert said["Exact"] == "every word must be there"
    assert said["Filters"] == "years: 2000:2026"
    assert said["Records that satisfy query and filters"] == "1"
    assert said["Topic"] == "small – Small topic"
    assert said["Query of the topic"] == "asthma"
    assert said["That query"] == "not run yet: the records came from files and are not filtered by it"
    assert said["Retractions and other notices known as of"] == "unknown"
    assert said["Index"].startswith(f"version {searcher.manifest.version} of ")
    assert said["Model"].startswith(
        f"{searcher.manifest.model.name}, fingerprint {searcher.manifest.model.fingerprint}"
    )
    assert said["Address"] == "http://127.0.0.1:8501/?topic=small&q=aspirin&exact=yes&years=2000%3A2026"
    assert "Fetched last" not in said
