"""With no network, a topic is rebuilt with another model from its records alone, and served all the while."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pubsearch.index.vectors import VectorStore
from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus

# A process of which every connection is refused but those within the machine's own file system. Python's sockets tell
# of each before it is made (https://docs.python.org/3/library/audit_events.html).
REFUSING = """
import errno, os, socket, sys

def refuse(event, arguments):
    if event == "socket.getaddrinfo" or (
        event in ("socket.connect", "socket.sendto") and arguments[0].family != socket.AF_UNIX
    ):
        print("REFUSED", event, arguments, file=sys.stderr)
        raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))

sys.addaudithook(refuse)
"""
MAIN = "from pubsearch import cli; cli.main(sys.argv[1:])"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model in a folder, other than the bundled one."""
    copy = shutil.copytree(Path(corpus.pubsearch.demo.__file__).parent / "splade-tiny-pubmed", tmp_path / "my-model")
    pooling = copy / "1_SpladePooling/config.json"
    pooling.write_text(pooling.read_text().replace('"relu"', '"log1p_relu"'))
    return copy


def offline(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", REFUSING + program, *arguments], capture_output=True, text=True, check=False
    )


def encoded(topic: Topic) -> int:
    """How many vectors are stored, of all models."""
    return sum(VectorStore(folder).size().vectors for folder in (topic.folder / "vectors").iterdir())


def test_the_network_is_refused() -> None:
    done = offline("import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')")
    assert done.returncode == 1
    assert "REFUSED" in done.stderr


def test_a_topic_is_rebuilt_with_another_model_and_no_network(topic: Topic, model: Path) -> None:
    first = topic.build()
    done = offline(MAIN, "build", "hearts", "--model", str(model))
    assert (done.returncode, "REFUSED" in done.stderr) == (0, False), done.stderr
    rebuilt = Topic(topic.folder)
    manifest = Searcher(rebuilt).manifest
    assert (manifest.model.name, manifest.counts) == ("my-model", first.counts)
    assert manifest.model.fingerprint != first.model.fingerprint
    assert encoded(rebuilt) == 16
    found = offline(MAIN, "search", "hearts", "heart failure", "--json")
    assert (found.returncode, "REFUSED" in found.stderr) == (0, False), found.stderr


def test_vectors_that_were_made_are_used_again(topic: Topic, model: Path, tmp_path: Path) -> None:
    counted: list[tuple[str, int, int]] = []

    def count(what: str, done: int, total: int) -> None:
        if what == "Encoding texts" and done == total:
            counted.append((what, done, total))

    topic.build(progress=count)
    topic.build(str(model), progress=count)
    topic.build("bundled", progress=count)
    topic.import_files([corpus.write(tmp_path / "one.xml", corpus.article(5, "A ninth heart"))])
    topic.build(progress=count)
    topic.build(str(model), progress=count)
    assert [total for _, _, total in counted] == [8, 8, 0, 1, 1]


def test_the_version_before_answers_until_the_switch(topic: Topic, model: Path, library: Library) -> None:
    first = topic.build()
    reader, answers = Searcher(library.topic(topic.name)), []

    def ask(what: str, done: int, total: int) -> None:
        if done == total:
            newly_opened = Searcher(library.topic(topic.name))
            answers.append((what, reader.manifest.version, newly_opened.search("heart").version))

    made = topic.build(str(model), progress=ask)
    steps = {what for what, *_ in answers}
    assert steps == {"Reading records", "Encoding texts", "Writing the index"}
    assert {(before, newly) for _, before, newly in answers} == {(first.version, first.version)}
    assert (reader.search("heart").version, made.model.name) == (made.version, "my-model")
