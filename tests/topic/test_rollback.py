"""A rollback serves the version before again at once, and nothing undoes it in silence."""

import json
import shutil
from pathlib import Path

import pytest

from pubsearch.entrez.client import Client
from pubsearch.errors import ModelError, StorageError, UserError, VersionError
from pubsearch.search.searcher import Searcher
from pubsearch.settings import Settings
from pubsearch.topic.library import Library
from pubsearch.topic.lock import writing
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.command import Run
from tests.eutils.records import numbered
from tests.eutils.server import EutilsServer


@pytest.fixture
def grown(topic: Topic, tmp_path: Path) -> Topic:
    """Built twice: first of eight records, then of nine."""
    topic.build()
    topic.import_files([corpus.write(tmp_path / "ninth.xml", corpus.article(5, "A ninth heart"))])
    topic.build()
    return topic


@pytest.fixture
def other_model(tmp_path: Path) -> Path:
    """A model that gives other vectors than the bundled one."""
    copy = shutil.copytree(Path(corpus.pubsearch.demo.__file__).parent / "splade-tiny-pubmed", tmp_path / "my-model")
    pooling = copy / "1_SpladePooling/config.json"
    pooling.write_text(pooling.read_text().replace('"relu"', '"log1p_relu"'))
    return copy


def test_the_version_before_is_served_again(grown: Topic) -> None:
    before, latest = grown.versions()
    made = grown.rollback()
    assert (made.version, grown.served(), made.counts.records) == (before, before, 8)
    assert grown.versions() == [before, latest]


def test_who_is_searching_notices(grown: Topic) -> None:
    searcher = Searcher(grown)
    assert searcher.search("heart").total == 9
    grown.rollback()
    assert searcher.search("heart").total == 8


def test_a_topic_with_no_version_before_says_so(topic: Topic) -> None:
    with pytest.raises(UserError, match=r"no version before .*none yet"):
        topic.rollback()
    made = topic.build()
    with pytest.raises(UserError, match=rf"no version before the one that it serves \({made.version}\)"):
        topic.rollback()
    assert topic.served() == made.version


def test_a_second_rollback_does_not_lead_forward(grown: Topic) -> None:
    made = grown.rollback()
    with pytest.raises(UserError, match="nothing to go back to"):
        grown.rollback()
    assert grown.served() == made.version


def test_a_damaged_version_before_is_not_served(grown: Topic) -> None:
    before, latest = grown.versions()
    weights = grown.folder / "versions" / before / "rows/weights.npy"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0")
    with pytest.raises(VersionError, match=r"rows/weights.npy was changed.*run pubsearch build hearts"):
        grown.rollback()
    assert grown.served() == latest


def test_a_topic_whose_served_version_is_damaged_goes_back(grown: Topic) -> None:
    before, latest = grown.versions()
    shutil.rmtree(grown.folder / "versions" / latest / "rows")
    assert grown.rollback().version == before
    assert Searcher(grown).search("heart").total == 8


def test_a_build_leads_on_and_the_version_that_was_left_goes(grown: Topic) -> None:
    before, left = grown.versions()
    grown.rollback()
    made = grown.build()
    assert made.counts.records == 9
    assert (grown.served(), grown.versions()) == (made.version, [before, made.version])
    assert left not in grown.versions()
    assert grown.rollback().version == before


def test_an_update_that_brings_nothing_new_does_not_undo_it(library: Library) -> None:
    topic = library.create("asthma", "asthma", model="bundled")
    with EutilsServer(numbered(range(1, 6)), paced=False) as server:
        client = Client(Settings(eutils_url=server.url))
        topic.keep_current(client)
    with EutilsServer(numbered(range(1, 8)), paced=False) as server:
        client = Client(Settings(eutils_url=server.url))
        topic.keep_current(client)
        before = topic.rollback().version
        assert (topic.keep_current(client).version, topic.served()) == (None, before)
    with EutilsServer(numbered(range(1, 9)), paced=False) as server:
        client = Client(Settings(eutils_url=server.url))
        made = topic.keep_current(client).version
        assert (topic.served(), Searcher(topic).manifest.counts.records) == (made, 8)


def test_the_model_goes_back_too(topic: Topic, other_model: Path) -> None:
    topic.build(str(other_model))
    topic.build("bundled")
    assert topic.rollback().model.name == "my-model"
    assert topic.about.model == Topic(topic.folder).about.model == str(other_model)
    assert topic.build().model.name == "my-model"


def test_the_bundled_model_is_gone_back_to_by_its_name(topic: Topic, other_model: Path) -> None:
    topic.build()
    topic.build(str(other_model))
    topic.weigh_words(2.0)
    topic.rollback()
    about = Topic(topic.folder).about
    assert (about.model, about.words_weight) == ("splade-tiny-pubmed", None)


def test_a_weight_that_was_chosen_stays_with_its_model(grown: Topic) -> None:
    grown.weigh_words(2.0)
    grown.rollback()
    assert Topic(grown.folder).about.words_weight == 2.0


def test_a_version_whose_model_is_gone_is_not_served(topic: Topic, other_model: Path) -> None:
    topic.build(str(other_model))
    latest = topic.build("bundled").version
    shutil.rmtree(other_model)
    with pytest.raises(ModelError):
        topic.rollback()
    assert (topic.served(), Topic(topic.folder).about.model) == (latest, "splade-tiny-pubmed")


def test_a_rollback_is_a_writer(grown: Topic) -> None:
    with writing(grown.folder, "build"), pytest.raises(StorageError, match="Another process is writing"):
        grown.rollback()


def test_the_command_goes_back_and_show_says_which_versions_there_are(grown: Topic, run: Run) -> None:
    before, latest = grown.versions()
    code, out, _ = run("topic", "rollback", "hearts")
    assert (code, out) == (0, f"Topic hearts serves version {before} again: 8 records, model splade-tiny-pubmed.\n")
    shown = json.loads(run("topic", "show", "hearts", "--json")[1])
    assert (shown["version"], shown["versions"]) == (before, [before, latest])
    assert f"versions: {before}, {latest}\n" in run("topic", "show", "hearts")[1]
    code, _, err = run("topic", "rollback", "hearts")
    assert (code, "no version before" in err) == (2, True)
