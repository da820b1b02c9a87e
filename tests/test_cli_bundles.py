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
        f"pubsearch: {hearts} was not installed: topic hearts serves this version already; nothing was changed.\n"
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


def test_a_bundle_takes_the_place_of_a_bundle_alone(run: Run, hearts: Path, tmp_path: Path) -> None:
    assert run("bundle", "hearts", str(hearts))[0] == run("bundle", "hearts", str(hearts))[0] == 0
    known = tmp_path / "known.txt"
    for content in ("", "22441635\n" * 20):
        known.write_text(content)
        code, out, err = run("bundle", "hearts", str(known))
        assert (code, out, err) == (2, "", f"pubsearch: {known} is there and is no bundle: name another file.\n")
        assert known.read_text() == content


@pytest.mark.parametrize("place", [".", ".."])
def test_a_folder_is_no_place_for_a_bundle(run: Run, hearts: Path, place: str) -> None:
    assert hearts
    said = f"pubsearch: {place} is a folder: name the file to write.\n"
    assert run("bundle", "hearts", place) == (2, "", said)


def test_a_bundle_into_a_folder_that_is_not_there_is_told(run: Run, hearts: Path, tmp_path: Path) -> None:
    assert hearts
    folder = tmp_path / "no"
    code, _, err = run("bundle", "hearts", str(folder / "b"))
    assert code == 1
    assert f"{folder}/b cannot be written: there is no folder {folder}: make it or name another place." in err
