"""`kill -9` at any moment of a build leaves the served version whole; the next one goes on from the last batch."""

import multiprocessing
import random
import shutil
import time
from pathlib import Path

import pytest

from pubsearch.search.searcher import Searcher
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
    model = "transformers.models.bert.modeling_bert"
    made.set_forkserver_preload(["pubsearch.topic.build", "pubsearch.topic.topic", model])
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
