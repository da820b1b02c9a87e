"""`kill -9` at any moment of encoding loses at most the batch under way; the next build goes on behind the last one."""

import multiprocessing
import os
import random
import signal
import threading
import time
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path

from pubsearch.index import models
from pubsearch.index.vectors import VectorStore
from pubsearch.topic.build import BATCH
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus

MOMENTS = 20


def encode(folder: str, seconds: float, seen: "SynchronizedArray[float]") -> None:
    """A build that is killed so long after its encoding began; `seen` gets texts done, texts in all, time taken."""
    started = 0.0

    def look(what: str, done: int, total: int) -> None:
        nonlocal started
        if what != "Encoding texts":
            return
        if not done:
            started = time.perf_counter()
        seen[:] = [done, total, time.perf_counter() - started]
        if not done:
            # after what it is to be judged by is told
            killer = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL))
            killer.daemon = True
            killer.start()

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
