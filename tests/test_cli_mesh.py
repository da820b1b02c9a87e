"""`pubsearch mesh`: NLM's descriptors, once for all topics."""

import gzip
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pubsearch.topic import mesh
from pubsearch.topic.library import Library
from tests.command import Run
from tests.conftest import DATA

XML, ASCII = DATA / "mesh" / "desc2021.xml", DATA / "mesh" / "d2021.bin"


@pytest.mark.parametrize("file", [XML, ASCII])
@pytest.mark.parametrize("packed", [False, True])
def test_descriptors_are_taken_for_all_topics(run: Run, home: Path, tmp_path: Path, file: Path, packed: bool) -> None:
    run("topic", "create", "cancer", "--query", "cancer", "--model", "bundled")
    given = tmp_path / file.name
    given.write_bytes(gzip.compress(file.read_bytes()) if packed else file.read_bytes())
    code, out, err = run("mesh", str(given))
    assert (code, err) == (0, "")
    assert out == f"MeSH 2021: 67 headings from {file.name}, for all topics in {home}.\n"
    headings = mesh.taken(home)
    assert headings
    assert headings.heading("cancer") == "Neoplasms"
    assert Library().names() == ["cancer"]


def test_json_tells_what_was_taken(run: Run) -> None:
    code, out, _ = run("mesh", str(XML), "--json")
    said = json.loads(out)
    assert code == 0
    assert said.pop("taken").startswith("20")
    sha256 = hashlib.sha256(XML.read_bytes()).hexdigest()
    assert said == {"file": XML.name, "sha256": sha256, "year": 2021, "headings": 67}


def page(path: Path) -> None:
    path.write_text("<!DOCTYPE html><html><body>Sign in</body></html>")


def half(path: Path) -> None:
    path.write_bytes(XML.read_bytes()[:40_000])


def half_of_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(XML.read_bytes())[:2000])


def absent(path: Path) -> None:
    assert not path.exists()


def folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("make", [page, half, half_of_gzip, absent, folder])
def test_a_file_of_something_else_is_refused_and_the_earlier_one_stays(
    run: Run, home: Path, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    run("mesh", str(XML))
    path = tmp_path / "new.xml"
    make(path)
    code, out, err = run("mesh", str(path))
    assert (code, out) == (2, "")
    assert err.startswith("pubsearch: ")
    assert "new.xml" in err
    assert err.count("\n") == 1
    headings = mesh.taken(home)
    assert headings
    assert headings.source.file == XML.name


def test_a_newer_file_replaces_the_earlier_one(run: Run, home: Path, tmp_path: Path) -> None:
    run("mesh", str(XML))
    newer = tmp_path / "desc2030.xml"
    shutil.copy(XML, newer)
    newer.write_text(newer.read_text().replace("<Year>2021<", "<Year>2030<"))
    assert run("mesh", str(newer))[1].startswith("MeSH 2030: 67 headings from desc2030.xml")
    headings = mesh.taken(home)
    assert headings
    assert headings.source.year == 2030


def test_a_library_without_headings_has_none(home: Path) -> None:
    assert mesh.taken(home) is None
