"""`kill -9` at any moment of an install leaves all of it or nothing, and the next install succeeds."""

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

MOMENTS = 6


def install(home: str, path: str) -> None:
    Library(home).install(Path(path))


def run(context: multiprocessing.context.BaseContext, home: Path, path: Path, seconds: float | None) -> bool:
    """An install in a process of its own, killed after `seconds`; says whether it came to its end."""
    process = context.Process(target=install, args=(str(home), str(path)))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode == 0


@pytest.mark.parametrize("is_there", [False, True])
def test_a_killed_install_leaves_all_or_nothing(
    context: multiprocessing.context.BaseContext, topic: Topic, tmp_path: Path, is_there: bool
) -> None:
    bundles = [tmp_path / "first", tmp_path / "second"]
    topic.build()
    topic.bundle(bundles[0], records=True)
    first = topic.served()
    topic.import_files([corpus.write(tmp_path / "ninth.xml", corpus.article(9, "Heart failure of the ninth kind"))])
    topic.build()
    topic.bundle(bundles[1], records=True)
    expected = Searcher(topic).search("heart", 9).hits
    template = tmp_path / "template"
    template.mkdir()
    if is_there:
        Library(template).install(bundles[0])
    chance, killed = random.Random(1), 0
    shutil.copytree(template, tmp_path / "whole")
    started = time.perf_counter()
    assert run(context, tmp_path / "whole", bundles[1], None)
    duration = time.perf_counter() - started
    for attempt in range(6 * MOMENTS):
        home = shutil.copytree(template, tmp_path / f"attempt-{attempt}")
        moment = duration * chance.random()
        if run(context, home, bundles[1], moment):
            # it was done before its moment came
            duration = moment
            continue
        killed += 1
        library = Library(home)
        served = library.topic(topic.name).served() if library.names() else None
        assert served in ((first if is_there else None), topic.served())
        if served is not None:
            # of one that was killed at its last step, the version that nobody serves yet is named, and nothing else
            damage = library.verify(topic.name)
            assert all(each.file == "CURRENT" and f"newest version, {topic.served()}" in each.what for each in damage)
        if served != topic.served():
            assert run(context, home, bundles[1], None)
        assert Searcher(library.topic(topic.name)).search("heart", 9).hits == expected
        assert not library.verify(topic.name)
        assert not list(home.glob("**/.tmp-*"))
        if killed == MOMENTS:
            return
    raise AssertionError(f"only {killed} installs were killed")
