"""MeSH as searches use it: what a name means, what is below a heading, which substances act as one."""

import gzip
import io
import re
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pubsearch.demo
from pubsearch.descriptor import Descriptor
from pubsearch.entrez import mesh as files
from pubsearch.errors import FileError, VersionError
from pubsearch.index import mesh
from pubsearch.index.mesh import Mesh
from pubsearch.index.qualifiers import QUALIFIERS
from tests.conftest import DATA

SAMPLE = DATA / "mesh" / "desc2021.xml"
INFARCTIONS = {
    "Myocardial Infarction",
    "Anterior Wall Myocardial Infarction",
    "Non-ST Elevated Myocardial Infarction",
    "ST Elevation Myocardial Infarction",
}


def written(path: Path, descriptors: Sequence[Descriptor]) -> Mesh:
    mesh.write(path, descriptors, file="desc.xml", sha256="0" * 64, taken="2026-01-31T12:00:00+00:00")
    opened = Mesh.open(path)
    assert opened
    return opened


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Mesh:
    with SAMPLE.open("rb") as source:
        return written(tmp_path_factory.mktemp("mesh") / "mesh.sqlite", list(files.descriptors(source, SAMPLE.name)))


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("Myocardial Infarction", "Myocardial Infarction"),
        ("myocardial INFARCTION", "Myocardial Infarction"),
        ("heart attack", "Myocardial Infarction"),
        ("Infarction, Myocardial", "Myocardial Infarction"),
        ("aged 80 and over", "Aged, 80 and over"),
        ("non st elevated myocardial infarction", "Non-ST Elevated Myocardial Infarction"),
        ("acetylsalicylic  acid", "Aspirin"),
        ("male", "Male"),
        ("heart attac", None),
        ("", None),
        ("%", None),
    ],
)
def test_a_name_or_entry_term_leads_to_its_heading(sample: Mesh, name: str, heading: str | None) -> None:
    assert sample.heading(name) == heading


def test_narrower_headings_are_those_below_and_the_heading_itself(sample: Mesh) -> None:
    assert sample.narrower("Myocardial Infarction") == INFARCTIONS
    assert sample.narrower("heart attack") == INFARCTIONS
    assert sample.narrower("COVID-19") == {"COVID-19"}
    assert sample.narrower("Aged") == {"Aged", "Aged, 80 and over", "Frail Elderly"}
    assert sample.narrower("no such heading") == frozenset()


def test_all_trees_of_a_heading_count(sample: Mesh) -> None:
    assert sample.narrower("Infarction") == {"Infarction", *INFARCTIONS}
    assert sample.narrower("Breast Diseases") & sample.narrower("Neoplasms") == {
        "Breast Neoplasms",
        "Breast Neoplasms, Male",
        "Triple Negative Breast Neoplasms",
    }
    assert sample.narrower("Vascular Diseases") & sample.narrower("Heart Diseases") > INFARCTIONS


def test_publication_types_are_a_tree_like_others(sample: Mesh) -> None:
    trials = {"Clinical Trial", "Controlled Clinical Trial", "Randomized Controlled Trial"}
    assert sample.narrower("clinical trial") == trials
    assert sample.narrower("Clinical Study") == trials | {"Clinical Study", "Observational Study"}


def test_a_check_tag_stands_in_no_tree_and_is_its_own_narrower_heading(sample: Mesh) -> None:
    assert sample.narrower("Female") == {"Female"}


def test_substances_are_found_by_what_they_do(sample: Mesh) -> None:
    assert sample.acting_as("Fibrinolytic Agents") == {"Aspirin", "Heparin"}
    assert sample.acting_as("antithrombotic agents") == {"Aspirin", "Heparin"}
    assert sample.acting_as("Aspirin") == frozenset()


@pytest.mark.parametrize("turn", [1, -1])
def test_a_heading_goes_before_an_entry_term_of_the_same_name(tmp_path: Path, turn: int) -> None:
    both = [Descriptor("Pain", ("Ache",), ("C1",)), Descriptor("Ache", ("Soreness",), ("C2",))]
    headings = written(tmp_path / "mesh.sqlite", both[::turn])
    assert [headings.heading(name) for name in ("Ache", "Pain", "Soreness")] == ["Ache", "Pain", "Ache"]
    assert headings.narrower("Ache") == {"Ache"}


@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(
        st.lists(st.lists(st.sampled_from(["1", "10", "100"]), max_size=3), max_size=3), min_size=1, max_size=12
    )
)
def test_narrower_is_what_the_tree_numbers_say(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[list[list[str]]]
) -> None:
    places = {f"h{each}": [("C0", *parts) for parts in trees] for each, trees in enumerate(numbers)}
    descriptors = [Descriptor(name, tree_numbers=tuple(map(".".join, trees))) for name, trees in places.items()]
    headings = written(tmp_path_factory.mktemp("mesh") / "mesh.sqlite", descriptors)
    for top, trees in places.items():
        below = {name for name, others in places.items() for t in trees for o in others if o[: len(t)] == t}
        assert headings.narrower(top) == below | {top}


def test_the_table_of_subheadings_holds_all_that_real_records_have() -> None:
    records = (Path(pubsearch.demo.__file__).parent / "records").glob("*.xml.gz")
    xml = "".join(gzip.decompress(file.read_bytes()).decode() for file in records)
    names = set(map(unescape, re.findall(r"<QualifierName[^>]*>([^<]+)<", xml)))
    assert len(names) > 50
    assert names <= set(QUALIFIERS.values())
    assert QUALIFIERS["DT"] == "drug therapy"


def test_what_the_headings_are_from_is_told(sample: Mesh) -> None:
    assert (sample.source.file, sample.source.headings, sample.source.year) == ("desc.xml", 67, 2021)


def test_a_file_that_tells_no_year_has_none(tmp_path: Path) -> None:
    assert written(tmp_path / "mesh.sqlite", [Descriptor("Pain")]).source.year is None


def test_without_a_file_there_are_no_headings(tmp_path: Path) -> None:
    assert Mesh.open(tmp_path / "mesh.sqlite") is None


def test_a_newer_file_is_noticed_and_an_old_one_is_not_opened_twice(tmp_path: Path) -> None:
    path = tmp_path / "mesh.sqlite"
    old = written(path, [Descriptor("Pain")])
    assert Mesh.open(path) is old
    assert written(path, [Descriptor("Ache")]).heading("ache") == "Ache"
    assert old.heading("pain") == "Pain"


def test_threads_share_the_headings(sample: Mesh) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(sample.narrower, ["Heart Attack"] * 40)) == {frozenset(INFARCTIONS)}


def test_what_cannot_be_read_to_its_end_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "mesh.sqlite"
    written(path, [Descriptor("Pain")])
    half = files.descriptors(io.BytesIO(SAMPLE.read_bytes()[:40_000]), "half.xml")
    with pytest.raises(FileError):
        mesh.write(path, half, file="half.xml", sha256="0" * 64, taken="2026-01-31T12:00:00+00:00")
    opened = Mesh.open(path)
    assert opened
    assert opened.heading("pain") == "Pain"
    assert list(tmp_path.iterdir()) == [path]


def no_database(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE source (file TEXT)")


def of_another_format(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")


@pytest.mark.parametrize("damage", [no_database, cut, empty, of_another_program, of_another_format])
def test_a_damaged_file_is_told_from_none_at_all(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = tmp_path / "mesh.sqlite"
    written(path, [Descriptor("Pain")])
    damage(path)
    with pytest.raises(VersionError, match=r"mesh\.sqlite is damaged.*run pubsearch mesh FILE again"):
        Mesh.open(path)


def test_damage_within_is_told_when_it_is_met(tmp_path: Path) -> None:
    path = tmp_path / "mesh.sqlite"
    written(path, [Descriptor(f"Heading {number}", (f"Term {number}",)) for number in range(5000)])
    content = bytearray(path.read_bytes())
    content[8192:-4096] = b"\xff" * (len(content) - 12288)
    path.write_bytes(content)
    opened = Mesh.open(path)
    assert opened
    with pytest.raises(VersionError, match="damaged"):
        list(map(opened.narrower, map("Term {}".format, range(5000))))
