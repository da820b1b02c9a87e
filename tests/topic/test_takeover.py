"""An update takes over what follows from records that are the same, and makes what a build from nothing makes."""

import random
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pubsearch.entrez.client import Client
from pubsearch.errors import VersionError
from pubsearch.index import models
from pubsearch.settings import Settings
from pubsearch.topic import build, current, manifest
from pubsearch.topic.library import Library
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.records import RecordStore
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.eutils.clock import ManualClock
from tests.eutils.records import numbered
from tests.eutils.server import EutilsServer

NBIB = Path(__file__).parents[1] / "data/nbib"


class Reads:
    """A progress callback that notes how many records were taken over, and so not read."""

    def __init__(self) -> None:
        self.taken_over: int | None = None

    def __call__(self, what: str, done: int, _total: int) -> None:
        if what == "Reading records" and self.taken_over is None:
            self.taken_over = done


def build_after(topic: Topic, before: str | None) -> tuple[Manifest, int | None]:
    """A version that takes over from the one called `before`, and from how many records."""
    reads = Reads()
    return build.build(topic.folder, topic.name, models.resolve("bundled"), reads, before=before), reads.taken_over


def lasting(made: Manifest) -> dict[str, str]:
    """All files but those of SQLite, which knows in which order records came, and at what time."""
    return {name: file.sha256 for name, file in made.files.items() if name.endswith((".npy", ".json"))}


def revised(article: bytes, words: str) -> bytes:
    return re.sub(rb"(</ArticleTitle>)", rb" %b\1" % words.encode(), article)


@pytest.mark.parametrize("seed", range(3))
def test_any_chain_of_updates_makes_what_builds_from_nothing_make(library: Library, tmp_path: Path, seed: int) -> None:
    drawn, articles = random.Random(seed), corpus.real_articles(24)
    topic = library.create("chain", "", model="bundled")
    topic.import_files([corpus.write(tmp_path / "first.xml", *drawn.sample(articles, 8))])
    before = topic.build()
    for step in range(3):
        some = [revised(each, f"step{step}") if drawn.random() < 0.4 else each for each in drawn.sample(articles, 6)]
        topic.import_files([corpus.write(tmp_path / f"{step}.xml", *some), drawn.choice(sorted(NBIB.glob("*.txt")))])
        store = RecordStore(topic.folder / "records")
        store.withdraw(drawn.sample(sorted(store.places()), 2), "test", before.version)
        made, taken_over = build_after(topic, before.version)
        anew, none = build_after(topic, None)
        assert (made.content, made.counts) == (anew.content, anew.counts)
        assert lasting(made) == lasting(anew)
        assert 0 < (taken_over or 0) < len(store.places())
        assert none == 0
        current.switch(topic.folder, made.version)
        before = made


def test_all_of_it_can_be_taken_over_or_nothing(topic: Topic, tmp_path: Path) -> None:
    first = topic.build()
    again, taken_over = build_after(topic, first.version)
    assert (again.content, taken_over) == (first.content, 8)
    articles = [revised(each, "again") for each in corpus.real_articles(8)]
    topic.import_files([corpus.write(tmp_path / "again.xml", *articles)])
    made, taken_over = build_after(topic, first.version)
    assert (made.content, taken_over) == (build_after(topic, None)[0].content, 0)


def test_of_the_files_only_those_with_other_records_are_read(topic: Topic, tmp_path: Path) -> None:
    first = topic.build()
    topic.import_files([corpus.write(tmp_path / "new.xml", corpus.article(1, "Heart"))])
    (topic.folder / "records/000001.xml.gz").unlink()
    assert build_after(topic, first.version)[0].counts.records == 9


def spoil_index(version: Path) -> None:
    path = version / "catalogue/words/numbers.npy"
    whole = path.read_bytes()
    path.write_bytes(whole[:-4] + bytes([whole[-4] ^ 1]) + whole[-3:])


def change_code(version: Path) -> None:
    """As another release of pubsearch would have written it."""
    path = version / "takeover/code.npy"
    np.save(path, np.load(path) ^ 1)


@pytest.mark.parametrize(
    "spoil", [spoil_index, change_code, shutil.rmtree, lambda version: shutil.rmtree(version / "takeover")]
)
def test_nothing_is_taken_over_from_what_is_damaged_of_another_code_or_gone(
    topic: Topic, spoil: Callable[[Path], None]
) -> None:
    first = topic.build()
    spoil(topic.folder / "versions" / first.version)
    made, taken_over = build_after(topic, first.version)
    assert (made.content, taken_over) == (first.content, 0)


@pytest.mark.parametrize("name", ["digests", "texts", "counts"])
def test_a_version_whose_parts_do_not_belong_together_is_named_with_the_cure(topic: Topic, name: str) -> None:
    first = topic.build()
    version = topic.folder / "versions" / first.version
    path = version / f"takeover/{name}.npy"
    np.save(path, np.load(path)[:-1])
    files = {name: file for name, file in manifest.hash_files(version).items() if name != "manifest.json"}
    (version / "manifest.json").write_bytes(manifest.dump(replace(first, files=files)))
    with pytest.raises(VersionError, match=r"is damaged \(.*\): run pubsearch build hearts"):
        build_after(topic, first.version)


def test_an_update_takes_over_and_a_build_does_not(library: Library, manual_clock: ManualClock) -> None:
    topic, update, anew = library.create("asthma", "asthma", model="bundled"), Reads(), Reads()
    with EutilsServer(numbered(range(1, 10)), clock=manual_clock.monotonic) as server:
        client = Client(Settings(eutils_url=server.url), clock=manual_clock)
        topic.keep_current(client)
        for record in numbered([10]):
            server.endpoints.corpus.put(record)
        topic.keep_current(client, update)
    assert (update.taken_over, topic.count()) == (9, 10)
    topic.build(progress=anew)
    assert anew.taken_over == 0
