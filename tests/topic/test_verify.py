"""`verify` finds every damage, names the file and says what mends it; what it says does mend it."""

import json
import logging
import os
import random
import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pubsearch import durable
from pubsearch.entrez.client import Client
from pubsearch.errors import StorageError, TopicError
from pubsearch.search.searcher import Searcher
from pubsearch.settings import Settings
from pubsearch.topic import manifest
from pubsearch.topic.journal import Journal
from pubsearch.topic.library import Library
from pubsearch.topic.lock import writing
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.topic import Topic
from pubsearch.topic.verify_version import Damage
from tests import corpus
from tests.command import Run
from tests.eutils.server import EutilsServer

SEED = 20261125
BUILD = "run pubsearch build hearts"
BACKUP = "restore it from a backup"
DELETION = b"<DeleteCitation><PMID>3</PMID></DeleteCitation>"


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A topic with three files of records, one of them deleting, two versions, and a run with a log."""
    home = tmp_path_factory.mktemp("original")
    topic = Library(home).create("hearts", "heart", model="bundled")
    articles = [corpus.article(pmid, f"Heart failure {pmid}", "In children.") for pmid in (1, 2, 3)]
    topic.import_files([corpus.write(home / "a.xml", *articles)])
    topic.build()
    topic.import_files([corpus.write(home / "b.xml", corpus.article(4, "Tumor growth"))])
    topic.import_files([corpus.write(home / "c.xml", DELETION, corpus.article(5, "Heart rate"))])
    topic.build()
    with Journal(topic.folder / "runs").recording("update", "PubMed"):
        logging.getLogger("pubsearch").warning("PubMed was slow")
    return topic.folder


@pytest.fixture
def topic(original: Path, library: Library) -> Topic:
    """A copy of it to damage."""
    return Topic(shutil.copytree(original, library.path / original.name))


def verify(topic: Topic) -> list[Damage]:
    return Library(topic.folder.parent).verify(topic.name)


def find(folder: Path, pattern: str) -> Path:
    """The file that `pattern` means, with SERVED and BEFORE for the names of the versions."""
    before, served = Topic(folder).versions()
    return next(iter(sorted(folder.glob(pattern.replace("SERVED", served).replace("BEFORE", before)))))


Spoil = Callable[[Path], object]


def turn(place: int, bit: int = 0) -> Spoil:
    """Turns one bit of the byte at `place`."""

    def spoil(path: Path) -> None:
        content = bytearray(path.read_bytes())
        content[place] ^= 1 << bit
        path.write_bytes(content)

    return spoil


def rewrite(change: Callable[[bytes], bytes]) -> Spoil:
    return lambda path: path.write_bytes(change(path.read_bytes()))


def swap_with(name: str) -> Spoil:
    """Exchanges a file with its neighbour called `name`."""

    def spoil(path: Path) -> None:
        other, kept = path.with_name(name), path.read_bytes()
        path.write_bytes(other.read_bytes())
        other.write_bytes(kept)

    return spoil


def add_beside(name: str) -> Spoil:
    return lambda path: (path.parent / name).write_bytes(b"something")


def copy_beside(name: str) -> Spoil:
    return lambda path: shutil.copy(path, path.parent / name)


def move_to_other_model(path: Path) -> None:
    """Puts a shard where those of another model lie."""
    path.rename(durable.make_folder(path.parent.with_name("0" * 32)) / path.name)


def copy_to_first_run(path: Path) -> None:
    shutil.copy(path, min(path.parent.glob("*.json")).with_suffix(".log"))


def lines(change: Callable[[list[bytes]], list[bytes]]) -> Spoil:
    return rewrite(lambda content: b"".join(change(content.splitlines(keepends=True))))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 7)


@dataclass(frozen=True)
class Kind:
    """A kind of damage: to which file it is done, which file is named, what is said of it, and what mends it."""

    name: str
    file: str
    spoil: Spoil
    what: str
    repair: str
    named: str | None = None


KINDS = (
    Kind("query changed", "topic.toml", rewrite(lambda text: text.replace(b'"heart"', b'"hears"')), "changed", BACKUP),
    Kind("topic.toml cut", "topic.toml", cut, "", BACKUP),
    Kind("topic.toml emptied", "topic.toml", empty, "cannot be read", BACKUP),
    Kind("topic.toml missing", "topic.toml", Path.unlink, "missing", BACKUP),
    Kind("seal's name turned", "topic.toml", rewrite(lambda text: text.replace(b"seal", b"teal")), "no seal", BUILD),
    Kind("log's bit turned", "records/log.jsonl", turn(40), "changed", BACKUP),
    Kind("log's last line feed turned", "records/log.jsonl", turn(-1), "half a line", "pubsearch ingest"),
    Kind("log's line cut", "records/log.jsonl", cut, "half a line", "pubsearch ingest"),
    Kind("log's last line lost", "records/log.jsonl", lines(lambda all_: all_[:-1]), "lacks the line", BACKUP),
    Kind("log's line lost", "records/log.jsonl", lines(lambda all_: all_[1:]), "changed", BACKUP),
    Kind("log's line doubled", "records/log.jsonl", lines(lambda all_: [*all_, all_[-1]]), "changed", BACKUP),
    Kind("log's lines turned round", "records/log.jsonl", lines(lambda all_: all_[::-1]), "changed", BACKUP),
    Kind("log missing", "records/log.jsonl", Path.unlink, "missing", BACKUP),
    Kind("record's bit turned", "records/000001.xml.gz", turn(-20), "not the file that was received", BACKUP),
    Kind("records cut", "records/000002.xml.gz", cut, "not the file that was received", BACKUP),
    Kind("records missing", "records/000002.xml.gz", Path.unlink, "missing", BACKUP),
    Kind("records swapped", "records/000001.xml.gz", swap_with("000002.xml.gz"), "belongs to 000002", BACKUP),
    Kind("records without a line", "records/000001.xml.gz", copy_beside("000004.xml.gz"), "not in log", "ingest",
         "records/000004.xml.gz"),
    Kind("run's number changed", "runs/*.json", rewrite(lambda text: text.replace(b'here": 0', b'here": 7')), "changed",
         BACKUP),
    Kind("run emptied", "runs/*.json", empty, "cannot be read", BACKUP),
    Kind("run missing", "runs/*.json", Path.unlink, "missing", BACKUP),
    Kind("run's log changed", "runs/*.log", turn(7), "changed", BACKUP),
    Kind("run's log cut", "runs/*.log", cut, "changed", BACKUP),
    Kind("run's log missing", "runs/*.log", Path.unlink, "missing", BACKUP),
    Kind("log of no run", "runs/*.log", lambda path: path.rename(path.with_name("20200101T000000Z.log")),
         "belongs to no run", "move it", "runs/20200101T000000Z.log"),
    Kind("log of a run that had none", "runs/*.log", copy_to_first_run, "belongs to no run", "move it",
         "runs/*.log"),
    Kind("stray file of the runs", "runs/*.json", add_beside("notes"), "belongs to no run", "move it", "runs/notes"),
    Kind("shard's head turned", "vectors/*/*", turn(300), "changed", f"remove it and {BUILD}"),
    Kind("shard's vector turned", "vectors/*/*", turn(-5), "changed", f"remove it and {BUILD}"),
    Kind("shard cut", "vectors/*/*", cut, "changed", f"remove it and {BUILD}"),
    Kind("shard missing", "vectors/*/*", Path.unlink, "lacks the vectors of", BUILD, "vectors/*"),
    Kind("vectors missing", "vectors", shutil.rmtree, "encode all texts anew", BUILD),
    Kind("shard renamed", "vectors/*/*", lambda path: path.rename(path.with_name(f"{'0' * 64}.safetensors")),
         "changed", f"remove it and {BUILD}", f"vectors/*/{'0' * 64}.safetensors"),
    Kind("shard of another model", "vectors/*/*", move_to_other_model, "another model", f"remove it and {BUILD}",
         f"vectors/{'0' * 32}/*"),
    Kind("stray file of vectors", "vectors/*/*", add_beside("notes"), "does not belong", "move it", "vectors/*/notes"),
    Kind("CURRENT missing", "CURRENT", Path.unlink, "missing", BUILD),
    Kind("CURRENT emptied", "CURRENT", empty, "names no version", BUILD),
    Kind("CURRENT names nothing", "CURRENT", turn(3), "names no version", BUILD),
    Kind("CURRENT has more", "CURRENT", rewrite(lambda text: text + b"\0"), "changed", BUILD),
    Kind("manifest's bit turned", "versions/SERVED/manifest.json", turn(700), "", BUILD),
    Kind("manifest's count changed", "versions/SERVED/manifest.json",
         rewrite(lambda text: text.replace(b'"records": 4', b'"records": 6')), "changed", BUILD),
    Kind("manifest's format changed", "versions/SERVED/manifest.json",
         rewrite(lambda text: text.replace(b'"format": 4', b'"format": 3')), "format 3", BUILD),
    Kind("manifest missing", "versions/SERVED/manifest.json", Path.unlink, "missing", BUILD),
    Kind("manifest of another version", "versions/SERVED/manifest.json",
         lambda path: shutil.copy(find(path.parents[2], "versions/BEFORE/manifest.json"), path), "that of version",
         BUILD),
    Kind("catalogue's bit turned", "versions/SERVED/catalogue.sqlite", turn(5000), "changed", BUILD),
    Kind("column emptied", "versions/SERVED/facets/published.npy", empty, "0 bytes instead of", BUILD),
    Kind("column cut", "versions/SERVED/rows/weights.npy", cut, "bytes instead of", BUILD),
    Kind("column has more", "versions/SERVED/rows/weights.npy", rewrite(lambda data: data + b"\0"), "bytes instead of",
         BUILD),
    Kind("columns swapped", "versions/SERVED/catalogue/dates/dp.npy", swap_with("edat.npy"),
         "belongs to catalogue/dates", BUILD),
    Kind("postings missing", "versions/SERVED/txtai/scoring/00000.data.npy", Path.unlink, "missing", BUILD),
    Kind("texts' bit turned", "versions/SERVED/txtai/documents", turn(-30), "changed", BUILD),
    Kind("stray file of a version", "versions/SERVED/rows/terms.npy", add_beside("more.npy"), "does not belong", BUILD,
         "versions/SERVED/rows/more.npy"),
    Kind("link in a version", "versions/SERVED/rows/terms.npy", link, "no file", BUILD),
    Kind("version before damaged", "versions/BEFORE/rows/terms.npy", turn(-1), "changed", BUILD),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_of_damage_is_named_and_what_mends_it_is_said(topic: Topic, kind: Kind) -> None:
    path, folder = find(topic.folder, kind.file), topic.folder
    before, served = topic.versions()
    kind.spoil(path)
    found = verify(topic)
    pattern = (kind.named or path.relative_to(folder).as_posix()).replace("SERVED", served).replace("BEFORE", before)
    damages = [each for each in found if Path(each.file).match(pattern)]
    assert [each for each in damages if kind.what in each.what and kind.repair in each.repair], found
    assert {Path(each.file).parts[0] for each in found} == {Path(pattern).parts[0]}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if BUILD in kind.repair], ids=lambda kind: kind.name)
def test_what_a_build_mends_is_whole_after_it(topic: Topic, kind: Kind) -> None:
    kind.spoil(find(topic.folder, kind.file))
    for damage in verify(topic):
        if damage.repair == f"remove it and {BUILD}":
            (topic.folder / damage.file).unlink()
    topic = Topic(topic.folder)
    topic.build()
    assert verify(topic) == []
    assert Searcher(topic).search("heart").total == 4


def test_a_bit_that_turned_in_any_file_is_found(topic: Topic) -> None:
    drawn = random.Random(SEED)
    for path in sorted(path for path in topic.folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        whole = path.read_bytes()
        turn(drawn.randrange(len(whole)), drawn.randrange(8))(path)
        named = [each.file for each in verify(topic)]
        assert named == [path.relative_to(topic.folder).as_posix()]
        path.write_bytes(whole)
    assert verify(topic) == []


def test_any_bit_that_turned_in_the_name_of_the_served_version_is_found(topic: Topic) -> None:
    path = topic.folder / "CURRENT"
    whole = path.read_bytes()
    for place in range(len(whole)):
        for bit in range(8):
            turn(place, bit)(path)
            assert [each.file for each in verify(topic)] == ["CURRENT"], (place, bit)
            path.write_bytes(whole)


def seal_anew(folder: Path, change: Callable[[Manifest], Manifest]) -> None:
    """A manifest that is whole and says something else."""
    path = folder / "manifest.json"
    path.write_bytes(manifest.dump(change(manifest.parse(path.read_bytes()))))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda made: replace(made, counts=replace(made.counts, records=5)), "counts 5 records, and 4 are there"),
        (lambda made: replace(made, content="0" * 64), "names another content than its files have"),
    ],
)
def test_a_manifest_that_does_not_agree_with_its_files_is_found(
    topic: Topic, change: Callable[[Manifest], Manifest], what: str
) -> None:
    folder = topic.folder / "versions" / str(topic.served())
    seal_anew(folder, change)
    assert verify(topic) == [Damage(f"versions/{folder.name}/manifest.json", what, BUILD)]


def test_texts_that_are_not_those_of_the_records_are_found(topic: Topic) -> None:
    folder = topic.folder / "versions" / str(topic.served())
    with sqlite3.connect(folder / "txtai/documents") as documents:
        documents.execute("DELETE FROM sections WHERE indexid = 1")
    documents.close()
    hashes = {name: file for name, file in manifest.hash_files(folder).items() if name != "manifest.json"}
    seal_anew(folder, lambda made: replace(made, files=hashes))
    assert [each.what for each in verify(topic)] == ["does not hold the texts of the catalogue's records"]


def test_a_model_that_is_not_here_is_named_with_the_way_out(topic: Topic, tmp_path: Path) -> None:
    copy = shutil.copytree(Path(corpus.pubsearch.demo.__file__).parent / "splade-tiny-pubmed", tmp_path / "my-model")
    topic.build(str(copy))
    assert verify(topic) == []
    shutil.rmtree(copy)
    (damage,) = verify(topic)
    assert (damage.file, damage.what) == ("model my-model", "cannot be used on this machine")
    assert "--model" in damage.repair


class TestWhole:
    """What has gone through what a topic goes through is whole."""

    def test_a_topic_without_anything(self, library: Library) -> None:
        assert verify(library.create("new", "heart", model="bundled")) == []

    def test_a_topic_that_was_not_built(self, library: Library, tmp_path: Path) -> None:
        new = library.create("new", "", model="bundled")
        new.import_files([corpus.write(tmp_path / "a.xml", corpus.article(1, "Heart"))])
        assert verify(new) == []

    def test_a_topic_that_was_built_and_imported_into(self, topic: Topic, tmp_path: Path) -> None:
        assert verify(topic) == []
        topic.import_files([corpus.write(tmp_path / "d.xml", corpus.article(1, "Heart failure", version=2))])
        assert verify(topic) == []
        topic.build()
        assert verify(topic) == []

    def test_a_topic_that_was_vacuumed(self, topic: Topic, tmp_path: Path) -> None:
        topic.import_files([corpus.write(tmp_path / "d.xml", corpus.article(1, "Another", version=2))])
        topic.build()
        topic.vacuum()
        assert verify(topic) == []

    def test_a_topic_that_went_back(self, topic: Topic) -> None:
        topic.rollback()
        assert verify(topic) == []

    def test_a_topic_that_pubmed_filled_and_updated(self, library: Library, live_eutils_server: EutilsServer) -> None:
        client = Client(Settings(eutils_url=live_eutils_server.url))
        made = library.create("asthma", "asthma", model="bundled")
        made.ingest(client)
        assert verify(made) == []
        made.keep_current(client)
        assert verify(made) == []

    def test_what_killed_writers_left(self, topic: Topic) -> None:
        for place in ("", "records/", "runs/", "versions/", f"versions/{topic.served()}/../"):
            (topic.folder / f"{place}.tmp-left").write_bytes(b"half")
        assert verify(topic) == []


def test_a_log_of_the_first_releases_is_whole_and_is_gone_on_with(topic: Topic, tmp_path: Path) -> None:
    log = topic.folder / "records/log.jsonl"
    log.write_bytes(re.sub(rb',"seal":"[0-9a-f]{64}"', b"", log.read_bytes()))
    assert verify(topic) == []
    topic.import_files([corpus.write(tmp_path / "d.xml", corpus.article(9, "Heart"))])
    assert verify(topic) == []
    log.write_bytes(log.read_bytes().replace(b"a.xml", b"z.xml"))
    assert [each.file for each in verify(topic)] == ["records/log.jsonl"]


def test_a_topic_of_the_first_releases_is_sealed_by_a_build(topic: Topic) -> None:
    for path in topic.folder.glob("runs/*.json"):
        path.write_bytes(re.sub(rb'"log": ("\w+"|null),\s+', b"", path.read_bytes()))
    for path in (topic.folder / "topic.toml", *topic.folder.glob("runs/*.json")):
        path.write_bytes(re.sub(rb'(,\n  )?"?seal"?(: | = )"[0-9a-f]{64}"(?:\n(?!\}))?', b"", path.read_bytes()))
    assert [(each.file, BUILD in each.repair) for each in verify(topic)] == [("topic.toml", True)]
    Topic(topic.folder).build()
    assert verify(topic) == []


def test_nothing_is_written(topic: Topic) -> None:
    def state() -> dict[Path, tuple[int, int]]:
        return {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in topic.folder.rglob("*")}

    turn(-1)(find(topic.folder, "versions/SERVED/rows/terms.npy"))
    before = state()
    assert verify(topic)
    assert state() == before


def test_a_topic_that_is_being_written_is_not_judged(topic: Topic) -> None:
    with writing(topic.folder, "build"), pytest.raises(StorageError, match="wait until it is done"):
        verify(topic)


def test_a_topic_that_is_not_there_is_an_error(library: Library) -> None:
    with pytest.raises(TopicError, match="no topic other"):
        library.verify("other")


def test_the_command_says_what_is_damaged_and_ends_in_1(topic: Topic, run: Run) -> None:
    assert run("verify", topic.name) == (0, "Topic hearts is whole.\n", "")
    (topic.folder / "CURRENT").unlink()
    assert run("verify", topic.name) == (1, "CURRENT is missing: run pubsearch build hearts.\n", "")
    code, out, _ = run("verify", topic.name, "--json")
    said = json.loads(out)
    assert (code, said["whole"], said["damages"][0]["file"]) == (1, False, "CURRENT")


def test_the_command_looks_at_a_topic_whose_description_is_lost(topic: Topic, run: Run) -> None:
    (topic.folder / "topic.toml").unlink()
    code, out, _ = run("verify", topic.name)
    assert (code, out) == (1, "topic.toml is missing: restore it from a backup.\n")
