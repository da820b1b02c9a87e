"""A bundle that is installed searches as its origin does; one that is not what pubsearch wrote is refused."""

import io
import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pubsearch.entrez.client import Client
from pubsearch.errors import FileError, ModelError, StoppedError, TopicError, UserError
from pubsearch.index import models
from pubsearch.index.segments import Segment
from pubsearch.index.splade_folder import fingerprint
from pubsearch.search.searcher import Searcher
from pubsearch.settings import Settings
from pubsearch.topic import about, bundle, current, manifest, report, sealed
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from pubsearch.ui.topics_overview import overview
from tests import corpus
from tests.command import Run
from tests.eutils.clock import ManualClock
from tests.eutils.records import Stored
from tests.eutils.server import EutilsServer
from tests.topic import forged

SEED = 20261125


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A library on another machine, so to say: it knows no model's folder."""
    monkeypatch.setenv("PUBSEARCH_HOME", str(tmp_path / "clinic"))
    return Library(tmp_path / "clinic")


@pytest.fixture(scope="session")
def small(origin: Path) -> Path:
    """A bundle without records and model."""
    Library(origin / "indexes").topic("hearts").bundle(origin / "small.tar.zst")
    return origin / "small.tar.zst"


@pytest.fixture(scope="session")
def whole(origin: Path) -> Path:
    """A bundle with both."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PUBSEARCH_HOME", str(origin / "indexes"))
        Library(origin / "indexes").topic("hearts").bundle(origin / "whole.tar.zst", records=True, model=True)
    return origin / "whole.tar.zst"


def answers(topic: Topic) -> list[tuple[int, float]]:
    found = [
        hit
        for query in ("does heart failure hurt?", "IL-6 in children", "cells[tiab]")
        for hit in Searcher(topic).search(query, 8).hits
    ]
    assert found
    return [(hit.pmid, hit.score) for hit in found]


def refused(clinic: Library, path: Path, reason: str) -> None:
    """The bundle is refused for this reason, and leaves nothing behind."""
    with pytest.raises(UserError, match=reason) as told:
        clinic.install(path)
    assert "\n" not in str(told.value)
    assert clinic.names() == []
    assert not list(clinic.path.glob(".tmp-*"))


def test_an_installed_topic_searches_and_reports_as_its_origin(origin: Path, whole: Path, clinic: Library) -> None:
    there = clinic.install(whole)
    here = Library(origin / "indexes").topic("hearts")
    assert answers(there) == answers(here)
    assert report.markdown(there) == report.markdown(here)
    assert {run.stamp for run in there.runs()} == {run.stamp for run in here.runs()}
    assert (there.about.query, there.about.title, there.count()) == ("heart", "Hearts", 8)


def test_an_update_of_an_installed_topic_encodes_only_what_is_new(
    whole: Path, clinic: Library, manual_clock: ManualClock
) -> None:
    there, encoded = clinic.install(whole), []

    def watch(what: str, _done: int, total: int) -> None:
        if what == "Encoding texts":
            encoded.append(total)

    records = [Stored.from_xml(each) for each in (*corpus.real_articles(8), corpus.article(1, "Heart"))]
    with EutilsServer(records, clock=manual_clock.monotonic) as server:
        there.keep_current(Client(Settings(eutils_url=server.url), clock=manual_clock), watch)
    assert (set(encoded), there.count()) == ({1}, 9)
    # a build from nothing, with vectors that the update kept, makes the same
    updated = manifest.load(there.folder / "versions" / str(there.served()), there.name)
    assert there.build(progress=watch).content == updated.content
    assert encoded[-1] == 0


def test_the_model_in_it_is_found_by_its_fingerprint(origin: Path, whole: Path, clinic: Library) -> None:
    there = clinic.install(whole)
    expected = fingerprint(origin / "our-model")
    assert there.about.model == str(clinic.path / ".models" / expected / "our-model")
    assert fingerprint(Path(there.about.model)) == expected
    # by the model's name and fingerprint alone, as the version holds them
    made = manifest.load(there.folder / "versions" / str(there.served()), there.name)
    assert (made.model.name, made.model.fingerprint) == ("our-model", expected)


def test_with_records_inside_it_is_built_anew(whole: Path, clinic: Library) -> None:
    there = clinic.install(whole)
    before = there.served()
    expected = answers(there)
    assert there.build().version != before
    assert answers(there) == expected


def test_without_records_it_says_how_to_have_them(small: Path, clinic: Library) -> None:
    there = clinic.install(small)
    assert (there.count(), there.outdated()) == (8, False)
    assert "`hearts`, 8 records" in report.markdown(there)
    with pytest.raises(UserError, match="has no records yet: run pubsearch ingest hearts, or pubsearch import hearts"):
        there.build("bundled")


def test_without_records_a_build_of_others_does_not_lose_those_that_it_serves(
    small: Path, clinic: Library, tmp_path: Path, manual_clock: ManualClock
) -> None:
    there = clinic.install(small)
    before = there.served()
    there.import_files([corpus.write(tmp_path / "own.xml", *corpus.real_articles(2), corpus.article(9, "Heart"))])
    lost = (
        r"would lose 6 of the 8 records that it serves.*--records, by --name OTHER.*pubsearch build hearts --leave-out$"
    )
    with pytest.raises(UserError, match=lost):
        there.build("bundled")
    records = [Stored.from_xml(each) for each in (*corpus.real_articles(2), corpus.article(9, "Heart"))]
    with EutilsServer(records, clock=manual_clock.monotonic) as server:
        client = Client(Settings(eutils_url=server.url), clock=manual_clock)
        about.write(there.folder, replace(there.about, model=models.BUNDLED))
        there = clinic.topic("hearts")
        server.endpoints.corpus.put(Stored.from_xml(corpus.article(9, "Heart, revised")))
        for many in (False, True):
            with pytest.raises(UserError, match=lost):
                there.keep_current(client, many=many)
        assert (there.served(), there.outdated(), there.count()) == (before, True, 3)
        assert "Heart, revised" in [record.title for record in there.records()], "what came is kept"
    # with no PubMed to ask
    made = there.build(leave_out=True)
    assert (made.version, made.counts.records) == (there.served(), 3)
    assert there.build().counts.records == 3, "nothing more is to be lost"


def test_the_command_lets_go_what_is_served_without_a_copy(
    small: Path, clinic: Library, tmp_path: Path, run: Run
) -> None:
    there = clinic.install(small)
    there.import_files([corpus.write(tmp_path / "own.xml", corpus.article(9, "Heart"))])
    code, _, err = run("build", "hearts", "--model", "bundled")
    assert (code, "--leave-out" in err) == (2, True)
    code, out, _ = run("build", "hearts", "--model", "bundled", "--leave-out")
    assert (code, "1 records" in out) == (0, True)


def test_without_records_a_build_of_the_same_ones_is_none_of_fewer(
    small: Path, clinic: Library, tmp_path: Path
) -> None:
    there = clinic.install(small)
    there.import_files([corpus.write(tmp_path / "own.xml", *corpus.real_articles(8), corpus.article(9, "Heart"))])
    assert there.build("bundled").counts.records == 9


def test_without_records_those_that_it_serves_count(small: Path, clinic: Library, hearts: Topic) -> None:
    there = clinic.install(small)
    assert {record.pmid: record for record in there.records()} == {record.pmid: record for record in hearts.records()}


def test_without_the_model_it_says_that_it_is_needed(small: Path, clinic: Library) -> None:
    there = clinic.install(small)
    with pytest.raises(ModelError, match="model folder our-model is not known on this machine: say where it lies"):
        Searcher(there).search("heart")


def test_it_can_have_another_name(small: Path, clinic: Library) -> None:
    there = clinic.install(small, "cardiology")
    assert (clinic.names(), there.name, there.about.name) == (["cardiology"], "cardiology", "cardiology")
    with pytest.raises(TopicError, match="cannot be a topic's name"):
        clinic.install(small, "../cardiology")


def test_an_install_that_ends_before_its_switch_is_named_and_made_up_for(
    hearts: Topic, clinic: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    hearts.bundle(tmp_path / "first", records=True)
    first = clinic.install(tmp_path / "first").served()
    hearts.import_files([corpus.write(tmp_path / "ninth.xml", corpus.article(9, "Heart failure of the ninth kind"))])
    hearts.build()
    hearts.bundle(tmp_path / "second", records=True)
    with monkeypatch.context() as patch:
        patch.setattr(current, "switch", killed)
        with pytest.raises(KeyboardInterrupt):
            clinic.install(tmp_path / "second")
    assert clinic.topic("hearts").served() == first
    assert [damage.file for damage in clinic.verify("hearts")] == ["CURRENT"]
    assert clinic.install(tmp_path / "second").served() == hearts.served()
    assert clinic.verify("hearts") == []


def test_a_later_bundle_is_the_next_version_and_the_one_before_is_kept(
    hearts: Topic, clinic: Library, tmp_path: Path
) -> None:
    bundles = [tmp_path / "first", tmp_path / "second"]
    hearts.bundle(bundles[0], records=True)
    there = clinic.install(bundles[0])
    first = there.served()
    hearts.import_files([corpus.write(tmp_path / "ninth.xml", corpus.article(9, "Heart failure of the ninth kind"))])
    hearts.build("bundled")
    hearts.bundle(bundles[1], records=True)
    there = clinic.install(bundles[1])
    assert there.served() == hearts.served() != first
    assert {path.name for path in (there.folder / "versions").iterdir()} == {first, there.served()}
    assert answers(there) == answers(hearts)
    assert (there.count(), len(there.runs()), there.about.model) == (9, 2, "splade-tiny-pubmed")
    assert not list(there.folder.glob(".tmp-*"))
    older = rf"its version {first} is older than what topic hearts serves \({there.served()}\); --name OTHER puts it"
    for path, why in zip(bundles, (older, "topic hearts serves this version already; nothing"), strict=True):
        with pytest.raises(FileError, match=why):
            clinic.install(path)
    assert there.served() == hearts.served()


def test_an_install_that_was_killed_between_records_and_version_serves_what_was_served_and_says_so(
    hearts: Topic, clinic: Library, tmp_path: Path
) -> None:
    hearts.build("bundled")
    hearts.bundle(tmp_path / "first", records=True)
    there = clinic.install(tmp_path / "first")
    before, first = answers(there), there.served()
    hearts.import_files([corpus.write(tmp_path / "ninth.xml", corpus.article(9, "Heart failure of the ninth kind"))])
    hearts.build()
    hearts.bundle(tmp_path / "second", records=True)
    for kind in ("records", "runs"):
        shutil.copytree(hearts.folder / kind, there.folder / kind, dirs_exist_ok=True)
    assert clinic.verify(there.name) == []
    assert (answers(there), there.served(), there.count(), there.outdated()) == (before, first, 9, True)
    assert overview(there.folder).health == "behind"
    again = clinic.install(tmp_path / "second")
    assert (again.served(), again.outdated()) == (hearts.served(), False)
    assert answers(again) == answers(hearts)


def test_a_log_of_records_whose_last_line_a_crash_tore_hinders_no_install(
    hearts: Topic, clinic: Library, tmp_path: Path
) -> None:
    hearts.bundle(tmp_path / "first", records=True)
    there = clinic.install(tmp_path / "first")
    with (there.folder / "records/log.jsonl").open("ab") as log:
        log.write(b'{"file":"000002.xml.gz","sha2')
    hearts.build()
    hearts.bundle(tmp_path / "second", records=True)
    assert clinic.install(tmp_path / "second").served() == hearts.served()
    assert clinic.verify("hearts") == []


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


def own_run(there: Topic, tmp_path: Path) -> None:
    there.import_files([corpus.write(tmp_path / "own.xml", corpus.article(77, "Found here"))])


def anew(there: Topic, _: Path) -> None:
    path = there.folder
    home = Library(path.parent)
    home.delete(there.name)
    home.create(there.name, "another query", model="bundled")


def own_records(there: Topic, tmp_path: Path) -> None:
    own_run(there, tmp_path)
    (run,) = {path.stem for path in (there.folder / "runs").iterdir()} - {there.runs()[0].stamp}
    for path in (there.folder / "runs").glob(f"{run}*"):
        path.unlink()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (own_run, "went its own way here"),
        (anew, "topic hearts is another one"),
        (own_records, "has records that are not in the bundle"),
    ],
)
def test_what_was_made_here_is_never_lost_to_a_bundle(
    hearts: Topic, clinic: Library, tmp_path: Path, change: Callable[[Topic, Path], None], reason: str
) -> None:
    hearts.bundle(tmp_path / "first")
    change(clinic.install(tmp_path / "first"), tmp_path)
    before = contents(clinic.path / "hearts")
    hearts.build()
    hearts.bundle(tmp_path / "second")
    with pytest.raises(FileError, match=f"{reason}.*; install the bundle under another name, by --name"):
        clinic.install(tmp_path / "second")
    assert contents(clinic.path / "hearts") == before
    assert clinic.install(tmp_path / "second", "hearts-2").served() == hearts.served()


def test_a_folder_that_is_no_topic_is_not_touched(small: Path, clinic: Library) -> None:
    (clinic.path / "hearts").mkdir(parents=True)
    with pytest.raises(TopicError, match="is in the way and is no topic: choose another name by --name"):
        clinic.install(small)


def test_who_stops_half_way_finds_nothing_changed(small: Path, clinic: Library) -> None:
    def stop(what: str, done: int, _: int) -> None:
        if what == "Unpacking files" and done == 20:
            raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        clinic.install(small, progress=stop)
    assert (clinic.names(), list(clinic.path.glob(".tmp-*"))) == ([], [])
    assert clinic.install(small).count() == 8


def places(size: int) -> list[int]:
    """Of a bundle's beginning, where its formats are told, of its seal, and of everything between."""
    drawn = random.Random(SEED)
    return [*range(64), *range(size - bundle.SEAL_BYTES, size), *(drawn.randrange(size) for _ in range(300))]


def test_a_single_bit_that_turned_is_refused_wherever_it_is(small: Path, clinic: Library, tmp_path: Path) -> None:
    content = small.read_bytes()
    for place in places(len(content)):
        turned = bytearray(content)
        turned[place] ^= 1 << place % 8
        (tmp_path / "turned").write_bytes(turned)
        refused(clinic, tmp_path / "turned", "cut short or changed on its way: get it again")


@pytest.mark.parametrize("kept", [0, 1, 39, 40, 41, 1000, -1, -40, -41])
def test_a_bundle_that_was_cut_short_is_refused(small: Path, clinic: Library, tmp_path: Path, kept: int) -> None:
    (tmp_path / "cut").write_bytes(small.read_bytes()[:kept])
    refused(clinic, tmp_path / "cut", "cut short or changed on its way")


@pytest.mark.parametrize("appended", [b"\0", b"more", bytes(512), bundle.seal(bytes(32))])
def test_a_bundle_with_something_behind_it_is_refused(
    small: Path, clinic: Library, tmp_path: Path, appended: bytes
) -> None:
    (tmp_path / "long").write_bytes(small.read_bytes() + appended)
    refused(clinic, tmp_path / "long", "cut short or changed on its way")


def test_what_is_no_bundle_is_refused(clinic: Library, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("a letter")
    refused(clinic, tmp_path / "b", "it is no bundle")
    refused(clinic, tmp_path / "absent", "cannot be read: No such file")
    refused(clinic, tmp_path, "cannot be read: Is a directory")
    (tmp_path / "b").write_bytes(forged.seal(b"not compressed"))
    refused(clinic, tmp_path / "b", "its compression cannot be read")
    (tmp_path / "b").write_bytes(forged.compress(b"not a tar" * 1000))
    refused(clinic, tmp_path / "b", "does not begin with bundle.json")
    (tmp_path / "b").write_bytes(forged.compress(forged.block("other.json", b"{}")))
    refused(clinic, tmp_path / "b", "does not begin with bundle.json")
    (tmp_path / "b").write_bytes(forged.compress(forged.block("bundle.json", b"{}")))
    refused(clinic, tmp_path / "b", "its bundle.json cannot be read")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": 0}, "it has format 0, of an older pubsearch, where this one reads 1"),
        ({"format": 2, "members": "of another kind"}, "it has format 2, of a newer pubsearch"),
        ({"index_format": manifest.FORMAT - 1}, f"its index has format {manifest.FORMAT - 1}, of an older pubsearch"),
        ({"index_format": manifest.FORMAT + 1}, "of a newer pubsearch, .* have it built and bundled by the pubsearch"),
    ],
)
def test_another_format_is_refused_by_its_number(
    small: Path, clinic: Library, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    head = {**forged.head_of(small), "members": [], **changes}
    (tmp_path / "b").write_bytes(forged.compress(forged.block("bundle.json", json.dumps(head).encode())))
    refused(clinic, tmp_path / "b", reason)


@pytest.mark.parametrize(
    "name",
    [
        "../evil.json",
        "runs/../../evil.json",
        "/etc/passwd",
        "runs//20260101T000000Z.json",
        "./topic.toml",
        "topic.toml/",
        "TOPIC.toml",
        "runs/.hidden.json",
        "runs/20260101T000000Z.json\n",
        "runs\\20260101T000000Z.json",
        "records/000001.xml.gz/x",
        "CURRENT",
        ".lock",
        "vectors/x.safetensors",
        "model/a/b/c.json",
        "model/pytorch_model.bin",
        "model/code.py",
        "versions/20261125T120000Z/txtai/config",
        "versions/20261125T120000Z/rows/x.pkl",
        "versions/20261125T120000Z/..npy",
        "runs/\u0662\u0660260101T000000Z.json",
    ],
)
def test_a_file_that_belongs_to_no_topic_is_refused(small: Path, clinic: Library, tmp_path: Path, name: str) -> None:
    announced = {**forged.head_of(small), "members": [forged.member(name, b"evil")]}
    tar = forged.block("bundle.json", json.dumps(announced).encode())
    (tmp_path / "b").write_bytes(forged.compress(tar))
    refused(clinic, tmp_path / "b", "it holds .*, which belongs to no topic")


def test_a_file_that_comes_twice_is_refused_however_it_is_written(small: Path, clinic: Library, tmp_path: Path) -> None:
    for names in (("topic.toml", "topic.toml"), ("model/config.json", "model/Config.json")):
        tar = forged.tar(forged.head_of(small), [*forged.files_of(small).items(), *((name, b"") for name in names)])
        (tmp_path / "b").write_bytes(forged.compress(tar))
        refused(clinic, tmp_path / "b", "more than once")


@pytest.mark.parametrize("kind", [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"L", b"S", b"x", b"g", b"\0", b"V"])
def test_what_is_no_plain_file_is_refused(small: Path, clinic: Library, tmp_path: Path, kind: bytes) -> None:
    # hard and symbolic links, devices, folders, FIFOs, long names, sparse files, extended headers …
    info = bundle.tarfile.TarInfo("topic.toml")
    info.type, info.linkname, info.size = kind, "/etc/passwd", 0
    content = forged.files_of(small)["topic.toml"]
    tar = forged.tar(forged.head_of(small), list(forged.files_of(small).items()))
    whole = tar.replace(bundle.tar_header("topic.toml", len(content)), info.tobuf(bundle.tarfile.GNU_FORMAT))
    assert whole != tar
    (tmp_path / "b").write_bytes(forged.compress(whole))
    refused(clinic, tmp_path / "b", "where topic.toml was announced, there is something else")


def test_more_or_less_than_was_announced_is_refused(small: Path, clinic: Library, tmp_path: Path) -> None:
    files = list(forged.files_of(small).items())
    tar = forged.tar(forged.head_of(small), files)
    body = tar.removesuffix(bundle.TAR_END)
    cases = {
        "it holds more than was announced": [body + forged.block("more", b"more") + bundle.TAR_END, tar + b"\0"],
        "ends before all that was announced": [body, body[:-512]],
        "is not the file that was announced": [tar.replace(b"hearts", b"hearty")],
    }
    for reason, tars in cases.items():
        for each in tars:
            (tmp_path / "b").write_bytes(forged.compress(each))
            refused(clinic, tmp_path / "b", reason)
    hidden = bytearray(tar)
    size = len(files[0][1])
    hidden[tar.index(files[0][1]) + size] = 1
    (tmp_path / "b").write_bytes(forged.compress(bytes(hidden)))
    refused(clinic, tmp_path / "b", "something hidden behind")


@pytest.mark.parametrize("size", [1 << 40, 1 << 62])
def test_a_bomb_is_refused_before_it_unpacks(small: Path, clinic: Library, tmp_path: Path, size: int) -> None:
    files = forged.files_of(small)
    members = [forged.member(name, content) for name, content in files.items()]
    members.append({**forged.member("model/model.safetensors", b""), "size": size})
    head = {**forged.head_of(small), "members": members}
    (tmp_path / "b").write_bytes(forged.compress(forged.block("bundle.json", json.dumps(head).encode())))
    refused(clinic, tmp_path / "b", "it would grow to")


def test_too_many_files_are_refused_before_they_are_read(clinic: Library, tmp_path: Path) -> None:
    head = bundle.tar_header("bundle.json", (1 << 24) + 1)
    (tmp_path / "b").write_bytes(forged.compress(head))
    refused(clinic, tmp_path / "b", "bundle.json is too large, or it holds too many files")


def versioned(small: Path, name: str, content: bytes) -> dict[str, bytes]:
    """The files of the bundle with one of the version's changed, and a manifest that agrees."""
    files = forged.files_of(small)
    path = next(each for each in files if each.endswith(f"/{name}"))
    return forged.version({**files, path: content})


def config_of(small: Path) -> dict[str, Any]:
    files = forged.files_of(small)
    return json.loads(next(content for name, content in files.items() if name.endswith("txtai/config.json")))


@pytest.mark.parametrize(
    "change",
    [
        {"sparse": {"vectormethod": "os.system"}},
        {"scoring": {"backend": "evil.Postings"}},
        {"scoring": {"method": "evil.Scoring"}},
        {"scoring": {"normalize": True}},
        {"sparse": {"path": "/home/evil/model"}},
        {"sparse": {"fingerprint": "0" * 32}},
        {"functions": ["os.system"]},
        {"content": "sqlite:///etc/evil"},
        {"offset": 9},
        {"format": "pickle"},
    ],
)
def test_a_configuration_that_pubsearch_would_not_write_is_refused(
    small: Path, clinic: Library, tmp_path: Path, change: dict[str, Any]
) -> None:
    config = config_of(small)
    changed = config | {
        key: {**config[key], **value} if isinstance(value, dict) else value for key, value in change.items()
    }
    files = versioned(small, "txtai/config.json", json.dumps(changed).encode())
    (tmp_path / "b").write_bytes(forged.compress(forged.tar(forged.head_of(small), list(files.items()))))
    refused(clinic, tmp_path / "b", "txtai/config.json is not what pubsearch writes")


NO_TIMES = [
    "yesterday",
    "",
    "2026-01-31",
    "2026-01-31T12:00:00",
    "2026-02-31T12:00:00+00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
]


@pytest.mark.parametrize("time", NO_TIMES)
@pytest.mark.parametrize("field", ["started", "ended", "as_of"])
def test_a_run_of_no_time_is_refused(small: Path, clinic: Library, tmp_path: Path, field: str, time: str) -> None:
    refused(clinic, with_run(small, tmp_path, {field: time}), "what it holds is damaged")


@pytest.mark.parametrize("stamp", ["../../evil", "20260131T120000Z"])
def test_a_run_that_is_another_than_its_file_is_refused(
    small: Path, clinic: Library, tmp_path: Path, stamp: str
) -> None:
    refused(clinic, with_run(small, tmp_path, {"stamp": stamp, "status": "running"}), "what it holds is damaged")


def with_run(small: Path, tmp_path: Path, change: dict[str, str]) -> Path:
    """The bundle with its run changed."""
    files = forged.files_of(small)
    path = next(name for name in files if name.startswith("runs/") and name.endswith(".json"))
    run = json.loads(files[path])
    del run["seal"]
    files[path] = sealed.seal_json(json.dumps(run | change, indent=2).encode())
    (tmp_path / "b").write_bytes(forged.compress(forged.tar(forged.head_of(small), list(files.items()))))
    return tmp_path / "b"


@pytest.mark.parametrize("time", NO_TIMES)
def test_a_version_of_no_time_is_refused(small: Path, clinic: Library, tmp_path: Path, time: str) -> None:
    files = forged.version(forged.files_of(small), created=time)
    (tmp_path / "b").write_bytes(forged.compress(forged.tar(forged.head_of(small), list(files.items()))))
    refused(clinic, tmp_path / "b", "what it holds is damaged")


def database(tmp_path: Path, content: bytes, statement: str) -> bytes:
    path = tmp_path / "changed.sqlite"
    path.write_bytes(content)
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()
    return path.read_bytes()


@pytest.mark.parametrize("name", ["catalogue.sqlite", "txtai/documents"])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE VIEW evil AS SELECT 1",
        "CREATE TRIGGER evil AFTER INSERT ON {table} BEGIN SELECT 1; END",
        "CREATE VIRTUAL TABLE evil USING fts5(text)",
    ],
)
def test_a_database_of_more_than_tables_is_refused(
    small: Path, clinic: Library, tmp_path: Path, name: str, statement: str
) -> None:
    files = forged.files_of(small)
    content = next(content for each, content in files.items() if each.endswith(name))
    table = "record" if name == "catalogue.sqlite" else "sections"
    files = versioned(small, name, database(tmp_path, content, statement.format(table=table)))
    (tmp_path / "b").write_bytes(forged.compress(forged.tar(forged.head_of(small), list(files.items()))))
    refused(clinic, tmp_path / "b", "is not a database as pubsearch writes it")


def array(values: Any, kind: str) -> bytes:
    file = io.BytesIO()
    np.save(file, np.array(values, kind), allow_pickle=True)
    return file.getvalue()


def altered(small: Path, name: str, alter: Callable[[Any], None]) -> bytes:
    content = next(content for each, content in forged.files_of(small).items() if each.endswith(f"/{name}"))
    values = np.load(io.BytesIO(content))
    alter(values)
    return array(values, values.dtype.str)


def put(place: int, value: int) -> Callable[[Any], None]:
    def alter(values: Any) -> None:
        values[place] = value

    return alter


@pytest.mark.parametrize(
    ("name", "alter", "reason"),
    [
        # with these, scipy's kernels would write or read out of their arrays
        ("txtai/scoring/00000.indices.npy", put(0, 1 << 30), "lead out of its rows"),
        ("txtai/scoring/00000.indices.npy", put(-1, -1), "lead out of its rows"),
        ("txtai/scoring/00000.indptr.npy", put(5, 1 << 30), "lead out of its rows"),
        ("txtai/scoring/00000.indptr.npy", put(0, -1), "lead out of its rows"),
        ("txtai/scoring/segments.npy", put(0, 1 << 40), "files that cannot be opened together|rows that are not there"),
        ("rows/terms.npy", put(0, 65_535), "terms that are not among those of the index"),
        ("rows/starts.npy", put(1, 1 << 40), "terms that are not among those of the index"),
    ],
)
def test_numbers_that_lead_out_of_their_arrays_are_refused(
    small: Path, clinic: Library, tmp_path: Path, name: str, alter: Callable[[Any], None], reason: str
) -> None:
    files = versioned(small, name, altered(small, name, alter))
    if name.startswith("txtai/scoring"):
        files = resealed(files)
    (tmp_path / "b").write_bytes(forged.compress(forged.tar(forged.head_of(small), list(files.items()))))
    refused(clinic, tmp_path / "b", reason)


def resealed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with a seal of the postings that agrees with them."""
    names = {name.rpartition("/")[2]: name for name in files if "/txtai/scoring/" in name}
    columns = [np.load(io.BytesIO(files[names[f"00000.{column}.npy"]])) for column in ("indptr", "indices", "data")]
    listed = np.load(io.BytesIO(files[names["segments.npy"]]))
    listed[1] = Segment(int(listed[0]), *columns).seal()
    return forged.version({**files, names["segments.npy"]: array(listed, "<i8")})


def test_a_pickle_is_not_opened(small: Path, clinic: Library, tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "ran",)

    for name in ("rows/weights.npy", "facets/ages.npy", "txtai/scoring/segments.npy", "catalogue/dates/pmid.npy"):
        files = versioned(small, name, array([Evil()], "O"))
        (tmp_path / "b").write_bytes(forged.compress(forged.tar(forged.head_of(small), list(files.items()))))
        refused(clinic, tmp_path / "b", "damaged|cannot be opened together")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        (
            "model/config.json",
            b'{"architectures": ["BertForMaskedLM"], "auto_map": {"AutoModel": "evil.Model"}}',
            "code",
        ),
        ("model/sentence_bert_config.json", b'{"model_args": {"trust_remote_code": true}}', "code"),
        ("model/modules.json", b'[{"type": "evil.Transformer"}, {"type": "evil.SpladePooling"}]', "not a SPLADE model"),
        ("model/model.safetensors", b"", "cut short"),
        ("model/vocab.txt", b"other", "not the one that made the index"),
    ],
)
def test_a_model_of_another_kind_is_refused(
    whole: Path, clinic: Library, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    files = forged.files_of(whole) | {name: content}
    (tmp_path / "model").mkdir()
    for path in (Path(each) for each in files if each.startswith("model/")):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(files[str(path)])
    if reason != "not the one that made the index":
        files = with_model(files, fingerprint(tmp_path / "model"))
    (tmp_path / "b").write_bytes(forged.compress(forged.tar(forged.head_of(whole), list(files.items()))))
    refused(clinic, tmp_path / "b", reason)
    assert not (clinic.path / ".models").exists()


def with_model(files: dict[str, bytes], expected: str) -> dict[str, bytes]:
    """The files of a version that says it was made with a model of this fingerprint."""
    path = next(name for name in files if name.endswith("txtai/config.json"))
    config = json.loads(files[path])
    for part in ("sparse", "scoring"):
        config[part]["fingerprint"] = expected
    made = json.loads(next(content for name, content in files.items() if name.endswith("manifest.json")))
    changed = {**files, path: json.dumps(config).encode()}
    return forged.version(changed, model={**made["model"], "fingerprint": expected})


def test_a_forged_bundle_with_any_bit_turned_is_refused_or_whole(small: Path, clinic: Library, tmp_path: Path) -> None:
    drawn, told = random.Random(SEED), 0
    names = sorted(name for name in forged.files_of(small) if name.startswith("versions/"))
    for name in names:
        files = forged.files_of(small)
        turned = bytearray(files[name])
        turned[drawn.randrange(min(len(turned), 256))] ^= 1 << drawn.randrange(8)
        files[name] = bytes(turned)
        files = files if name.endswith("manifest.json") else forged.version(files)
        (tmp_path / "b").write_bytes(forged.compress(forged.tar(forged.head_of(small), list(files.items()))))
        try:
            there = clinic.install(tmp_path / "b")
        except FileError:
            told += 1
        else:
            assert there.count() == 8
            clinic.delete("hearts")
    assert told > len(names) / 2
