"""`kill -9` at any moment of a build leaves the served version whole; the next one goes on from the last batch."""

import multiprocessing
import random
import shutil
import time
from multiprocessing.synchronize import Event
from pathlib import Path

from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus

MOMENTS = 20


def build(folder: str, begun: Event) -> None:
    """A build that tells when its model is loaded, and its own work begins."""
    Topic(Path(folder)).build(progress=lambda *_: begun.set())


def run(context: multiprocessing.context.BaseContext, topic: Topic, seconds: float | None) -> tuple[int | None, float]:
    """A build in a process of its own, killed `seconds` after its work began if it still runs then: its exit code, and
    how long it worked."""
    begun = context.Event()
    process = context.Process(target=build, args=(str(topic.folder), begun))
    process.start()
    while process.is_alive() and not begun.wait(0.1):
        pass
    started = time.perf_counter()
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode, time.perf_counter() - started


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
    code, duration = run(context, whole, None)
    assert code == 0
    after = Searcher(whole).search("heart").hits
    assert after != before

    chance = random.Random(1)
    killed = 0
    for attempt in range(4 * MOMENTS):
        topic = copy(f"attempt-{attempt}")
        moment = duration * chance.random()
        if run(context, topic, moment)[0] == 0:
            # It was done before its moment came: builds have become faster than the first one was.
            duration = moment
            continue
        killed += 1
        assert Searcher(topic).search("heart").hits == (before if topic.served() == template.served() else after)
        if killed % 5 == 0:
            assert run(context, topic, None)[0] == 0
            assert Searcher(topic).search("heart").hits == after
            assert not list(topic.folder.rglob(".tmp-*"))
        if killed == MOMENTS:
            return
    raise AssertionError(f"only {killed} builds were killed")
