"""`pubsearch bundle` and `pubsearch install`: a topic from one library to another."""

import json
from pathlib import Path

import pytest

from pubsearch.topic.library import Library
from tests import corpus
from tests.command import Run


@pytest.fixture
def hearts(run: Run, tmp_path: Path) -> Path:
    """A bundle of a small topic, and a library that does not have it."""
    run("topic", "create", "hearts", "--model", "bundled")
    run("import", "hearts", str(corpus.write(tmp_path / "records.xml", *corpus.real_articles(3))))
    run("build", "hearts")
    return tmp_path / "hearts.tar.zst"


def test_a_topic_goes_from_one_library_to_another(
    run: Run, hearts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = Library().topic("hearts").served()
    code, out, err = run("bundle", "hearts", str(hearts), "--records", "--with-model")
    assert (code, err) == (0, "")
    assert out.startswith(f"Version {version} of topic hearts is in {hearts} (")
    monkeypatch.setenv("PUBSEARCH_HOME", str(tmp_path / "clinic"))
    assert run("install", str(hearts)) == (0, f"Topic hearts serves version {version}: 3 records.\n", "")
    code, out, _ = run("search", "hearts", "heart", "--json")
    assert (code, json.loads(out)["version"]) == (0, version)
    code, out, err = run("install", str(hearts))
    assert (code, out) == (2, "")
    assert err == (
        f"pubsearch: {hearts} was not installed: topic hearts serves version {version}, and the bundle's {version} is "
        "none after it; nothing was changed.\n"
    )


def test_json_tells_what_was_packed_and_what_is_served(run: Run, hearts: Path) -> None:
    _, out, _ = run("bundle", "hearts", str(hearts), "--json")
    packed = json.loads(out)
    assert (packed["topic"], packed["bytes"]) == ("hearts", hearts.stat().st_size)
    assert {"path", "size", "sha256"} == packed["members"][0].keys()
    _, out, _ = run("install", str(hearts), "--name", "copy", "--json")
    assert json.loads(out) == {"topic": "copy", "version": packed["version"], "records": 3}


def test_a_topic_that_serves_nothing_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    run("topic", "create", "empty", "--model", "bundled")
    code, _, err = run("bundle", "empty", str(tmp_path / "b"))
    assert (code, err) == (2, "pubsearch: Topic empty serves nothing yet: run pubsearch build empty\n")
