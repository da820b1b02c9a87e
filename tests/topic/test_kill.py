"""`kill -9` at any moment of a build leaves the served version whole; the next one goes on from the last batch."""

import multiprocessing
import os
import random
import shutil
import signal
import threading
import time
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path

import pytest

from pubsearch.index import models
from pubsearch.index.vectors import VectorStore
from pubsearch.search.searcher import Searcher
from pubsearch.topic.build import BATCH
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus

MOMENTS = 20


def build(folder: str) -> None:
    Topic(Path(folder)).build()


@pytest.fixture(scope="module")
def context() -> multiprocessing.context.BaseContext:
    """Children that start at once: they are forked from a process that has imported all and computed nothing."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["pubsearch.topic.build", "pubsearch.topic.topic", "sentence_transformers"])
    return made


def run(context: multiprocessing.context.BaseContext, topic: Topic, seconds: float | None) -> int | None:
    """A build in a process of its own, killed after `seconds` if it still runs then."""
    process = context.Process(target=build, args=(str(topic.folder),))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode


def test_a_killed_build_harms_nothing(
    context: multiprocessing.context.BaseContext, library: Library, tmp_path: Path
) -> None:
    # Titles alone: little to encode, so that the moments fall on all steps of a build.
    titles = [corpus.article(pmid, "Heart failure and tumor growth in children " + str(pmid)) for pmid in range(1, 81)]
    template = library.create("template", "", model="bundled")
    template.import_files([corpus.write(tmp_path / "first.xml", *titles[:40])])
    template.build()
    template.import_files([corpus.write(tmp_path / "second.xml", *titles[40:])])
    before = Searcher(template).search("heart").hits

    def copy(name: str) -> Topic:
        return Topic(shutil.copytree(template.folder, library.path / name))

    whole = copy("whole")
    started = time.perf_counter()
    assert run(context, whole, None) == 0
    duration = time.perf_counter() - started
    after = Searcher(whole).search("heart").hits
    assert after != before

    chance = random.Random(1)
    killed = 0
    for attempt in range(4 * MOMENTS):
        topic = copy(f"attempt-{attempt}")
        moment = duration * chance.random()
        if run(context, topic, moment) == 0:
            # It was done before its moment came: builds have become faster than the first one was.
            duration = moment
            continue
        killed += 1
        assert Searcher(topic).search("heart").hits == (before if topic.served() == template.served() else after)
        if killed % 5 == 0:
            assert run(context, topic, None) == 0
            assert Searcher(topic).search("heart").hits == after
            assert not list(topic.folder.rglob(".tmp-*"))
        if killed == MOMENTS:
            return
    raise AssertionError(f"only {killed} builds were killed")


def encode(folder: str, seconds: float, seen: "SynchronizedArray[float]") -> None:
    """A build that is killed so long after its encoding began; `seen` gets texts done, texts in all, time taken."""
    started = 0.0

    def look(what: str, done: int, total: int) -> None:
        nonlocal started
        if what != "Encoding texts":
            return
        if not done:
            started = time.perf_counter()
            killer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL))
            killer.daemon = True
            killer.start()
        seen[:] = [done, total, time.perf_counter() - started]

    Topic(Path(folder)).build(progress=look)


def test_a_killed_encoding_loses_at_most_the_batch_under_way(
    context: multiprocessing.context.BaseContext, library: Library, tmp_path: Path
) -> None:
    number = 2 * BATCH + BATCH // 4
    topic = library.create("titles", "", model="bundled")
    titles = [corpus.article(pmid, f"Tumor {pmid}") for pmid in range(1, number + 1)]
    topic.import_files([corpus.write(tmp_path / "titles.xml", *titles)])
    vectors = VectorStore(topic.folder / "vectors" / models.resolve("bundled").fingerprint)
    seen = context.Array("d", 3)
    chance = random.Random(1)
    killed, stored, seconds_a_text = 0, 0, 1.0
    while killed < MOMENTS:
        seconds = seconds_a_text * (number - stored) * chance.random()
        process = context.Process(target=encode, args=(str(topic.folder), seconds, seen))
        process.start()
        process.join()
        done, total, took = seen[:]
        assert total == number - stored, "what was committed is encoded again"
        before, stored = stored, len(vectors.lengths())
        if process.exitcode == 0:
            seconds_a_text = took / total
        else:
            assert process.exitcode == -signal.SIGKILL
            killed += 1
            assert done <= stored - before <= done + BATCH, "more was lost than the batch under way"
        if stored == number:
            vectors.retain([])
            stored = 0
