"""The labels of every record are counted and found by row, whatever the order in which the records came."""

import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pubsearch.index import evidence
from pubsearch.index.facets import AGES, NAMES, SEXES, SPECIES, Facets, FacetsWriter
from pubsearch.record import Correction, Journal, MeshHeading, MeshQualifier, PartialDate, Record, Section
from tests.demo_records import demo_records

RECORDS = demo_records()[:400]


def written(folder: Path, rows: Iterable[tuple[int, Record]], number: int) -> Path:
    writer = FacetsWriter(folder, number)
    for pair in rows:
        writer.add([pair])
    writer.close()
    return folder


def of(folder: Path, *records: Record) -> Facets:
    return Facets(written(folder, enumerate(records), len(records)))


def labelled(facets: Facets, name: str) -> dict[str, int]:
    """The labels of a facet that some record has, each with its number of records."""
    counts = facets.counts(name, np.ones(len(facets), np.bool_))
    return {label: int(count) for label, count in zip(facets.labels(name), counts, strict=True) if count}


@pytest.fixture(scope="module")
def facets(tmp_path_factory: pytest.TempPathFactory) -> Facets:
    return of(tmp_path_factory.mktemp("facets") / "facets", *RECORDS)


def headings(record: Record) -> set[str]:
    return {heading.name for heading in record.mesh}


LABELS = {
    "evidence": lambda record: set(evidence.groups(record.publication_types)),
    "mesh": headings,
    "species": lambda record: headings(record) & set(SPECIES),
    "ages": lambda record: headings(record) & set(AGES),
    "sexes": lambda record: headings(record) & set(SEXES),
    "languages": lambda record: set(record.languages),
}


@settings(deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([0, 1, 30, 200, 399, 400]), st.sampled_from(sorted(LABELS)))
def test_counts_are_those_of_the_records_of_the_mask(facets: Facets, seed: int, size: int, name: str) -> None:
    rows = Random(seed).sample(range(len(RECORDS)), size)
    mask = np.zeros(len(RECORDS), np.bool_)
    mask[rows] = True
    expected = Counter(label for row in rows for label in LABELS[name](RECORDS[row]))
    counts = facets.counts(name, mask)
    assert {
        label: count for label, count in zip(facets.labels(name), counts.tolist(), strict=True) if count
    } == expected


@settings(deadline=None)
@given(st.data(), st.sampled_from(sorted(LABELS)))
def test_a_mask_has_the_records_with_any_of_the_labels(facets: Facets, data: st.DataObject, name: str) -> None:
    labels = data.draw(st.sets(st.sampled_from([*facets.labels(name), "unknown"]), max_size=4))
    expected = [not labels.isdisjoint(LABELS[name](record)) for record in RECORDS]
    assert facets.mask(name, labels).tolist() == expected


def test_labels_of_records_are_in_alphabetic_order_and_known_ones_in_their_own(facets: Facets) -> None:
    assert list(facets.labels("mesh")) == sorted({name for record in RECORDS for name in headings(record)})
    assert tuple(facets.labels("ages")) == AGES
    assert tuple(facets.labels("evidence")) == evidence.NAMES


def test_the_order_in_which_records_come_does_not_change_a_byte(tmp_path: Path) -> None:
    rows = list(enumerate(RECORDS))
    forward = written(tmp_path / "forward", rows, len(rows))
    backward = written(tmp_path / "backward", reversed(rows), len(rows))
    files = sorted(path.name for path in forward.iterdir())
    assert files == sorted(path.name for path in backward.iterdir())
    assert [(forward / name).read_bytes() for name in files] == [(backward / name).read_bytes() for name in files]


def test_a_journal_is_named_by_its_abbreviation_and_a_book_by_its_title(tmp_path: Path) -> None:
    facets = of(
        tmp_path / "facets",
        Record(1, journal=Journal("The Lancet", iso_abbreviation="Lancet (London)", medline_ta="Lancet")),
        Record(2, journal=Journal("Acta", iso_abbreviation="Acta Med.")),
        Record(3, journal=Journal("GeneReviews"), is_book=True),
        Record(4),
    )
    assert labelled(facets, "journals") == {"Acta Med.": 1, "GeneReviews": 1, "Lancet": 1}


def test_a_heading_is_major_if_it_or_one_of_its_subheadings_is_starred(tmp_path: Path) -> None:
    starred, plain = MeshQualifier("therapy", "Q1", major=True), MeshQualifier("genetics", "Q2", major=False)
    mesh = (
        MeshHeading("Asthma", "D1", major=True),
        MeshHeading("Stroke", "D2", major=False, qualifiers=(plain, starred)),
        MeshHeading("Liver", "D3", major=False, qualifiers=(plain,)),
    )
    facets = of(tmp_path / "facets", Record(1, mesh=mesh))
    assert labelled(facets, "majors") == {"Asthma": 1, "Stroke": 1}
    assert labelled(facets, "mesh") == {"Asthma": 1, "Liver": 1, "Stroke": 1}


def test_a_label_that_a_record_has_twice_counts_once(tmp_path: Path) -> None:
    twice = MeshHeading("Asthma", "D1", major=True)
    facets = of(tmp_path / "facets", Record(1, mesh=(twice, twice), languages=("eng", "eng")))
    assert labelled(facets, "mesh") == labelled(facets, "majors") == {"Asthma": 1}
    assert labelled(facets, "languages") == {"eng": 1}


def test_notices_are_about_the_record_itself(tmp_path: Path) -> None:
    facets = of(
        tmp_path / "facets",
        Record(1, publication_types=("Retracted Publication",)),
        Record(2, corrections=(Correction("RetractionIn", "J 2020"), Correction("ExpressionOfConcernIn", "J 2019"))),
        Record(3, publication_types=("Preprint",)),
        Record(4, publication_types=("Retraction of Publication",), corrections=(Correction("RetractionOf", "J"),)),
        Record(
            5, publication_types=("Expression of Concern",), corrections=(Correction("ExpressionOfConcernFor", "J"),)
        ),
    )
    assert labelled(facets, "notices") == {"retracted": 2, "expression of concern": 1, "preprint": 1}


def test_what_can_be_read_of_a_record_is_told(tmp_path: Path) -> None:
    facets = of(tmp_path / "facets", Record(1, sections=(Section("", "", "Text."),), pmcid="PMC1"), Record(2))
    assert labelled(facets, "access") == {"abstract": 1, "free full text in PMC": 1}


def test_dates_are_numbers_that_can_be_compared(tmp_path: Path) -> None:
    facets = of(
        tmp_path / "facets",
        Record(1, publication_date=PartialDate(2020, 5, 17), pubmed_date=PartialDate(2020, 4, 30)),
        Record(2, electronic_date=PartialDate(2019, 2)),
        Record(3),
    )
    assert facets.published.tolist() == [20200517, 20190201, 0]
    assert facets.entered.tolist() == [20200430, 0, 0]


@pytest.mark.parametrize("number", [256, 257, 65_537])
def test_any_number_of_labels_is_kept_apart(tmp_path: Path, number: int) -> None:
    blank = MeshHeading("", "", major=False)
    mesh = tuple(replace(blank, name=f"{label:06}") for label in range(number))
    facets = of(tmp_path / "facets", Record(1, mesh=mesh), Record(2, mesh=mesh[-1:]))
    assert facets.counts("mesh", np.array([False, True])).tolist() == [0] * (number - 1) + [1]
    assert facets.mask("mesh", ["000000"]).tolist() == [True, False]
    assert facets.mask("mesh", [f"{number - 1:06}"]).tolist() == [True, True]


def test_no_records_and_records_without_labels_are_facets_too(tmp_path: Path) -> None:
    for number in (0, 2):
        facets = Facets(written(tmp_path / str(number), [], number))
        assert len(facets) == number
        for name in NAMES:
            assert labelled(facets, name) == {}
            assert facets.mask(name, ["eng", "Humans"]).tolist() == [False] * number


FILES = [
    *("published.npy", "entered.npy", "evidence.npy", "species.npy", "ages.npy", "sexes.npy", "notices.npy"),
    *("access.npy", "journals-starts.npy", "journals-numbers.npy", "mesh-starts.npy", "mesh-numbers.npy"),
    *("majors-starts.npy", "majors-numbers.npy", "languages-starts.npy", "languages-numbers.npy", "labels.json"),
]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_or_short_is_named(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path / "facets", enumerate(RECORDS[:3]), 3)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    path = folder / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match=f"{name} is cut short"):
        Facets(folder)
    path.unlink()
    with pytest.raises(ValueError, match=f"{name} is missing"):
        Facets(folder)


@pytest.mark.parametrize("name", ["published.npy", "sexes.npy", "mesh-starts.npy", "mesh-numbers.npy"])
def test_files_of_other_records_are_noticed(tmp_path: Path, name: str) -> None:
    folder = written(tmp_path / "facets", enumerate(RECORDS[:3]), 3)
    other = written(tmp_path / "other", enumerate(RECORDS[3:10]), 7)
    shutil.copy(other / name, folder / name)
    with pytest.raises(ValueError, match="do not belong together"):
        Facets(folder)


def test_labels_of_something_else_are_noticed(tmp_path: Path) -> None:
    folder = written(tmp_path / "facets", enumerate(RECORDS[:3]), 3)
    (folder / "labels.json").write_text('{"mesh": []}')
    with pytest.raises(ValueError, match=r"labels\.json has not the labels of the facets"):
        Facets(folder)
