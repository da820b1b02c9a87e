"""MeSH headings ask for the records that are mainly about them."""

import pytest

from pubsearch.errors import UserError
from pubsearch.evaluate.headings import of_headings
from pubsearch.record import MeshHeading, MeshQualifier, Record, Section

STARRED = MeshHeading("Stroke", "D020521", True)
BY_QUALIFIER = MeshHeading("Stroke", "D020521", False, (MeshQualifier("therapy", "Q000628", True),))
MENTIONED = MeshHeading("Stroke", "D020521", False)
RARE = MeshHeading("Aspirin", "D001241", True)


def record(pmid: int, *mesh: MeshHeading, text: str = "Words.") -> Record:
    return Record(pmid=pmid, title="A title", sections=(Section("", "", text),) if text else (), mesh=mesh)


def test_a_heading_finds_the_records_of_which_it_is_a_major_topic() -> None:
    records = [record(1, STARRED), record(2, BY_QUALIFIER, RARE), record(3, MENTIONED), record(4, STARRED)]
    assert of_headings(records, 10, 0) == ({"Stroke": "stroke"}, {"Stroke": {"1": 1, "2": 1, "4": 1}})


def test_a_record_without_an_abstract_is_right_but_makes_no_heading_a_question() -> None:
    records = [
        record(1, STARRED, RARE),
        record(2, STARRED, RARE),
        record(3, STARRED),
        record(4, STARRED, RARE, text=""),
    ]
    assert of_headings(records, 10, 0) == ({"Stroke": "stroke"}, {"Stroke": {"1": 1, "2": 1, "3": 1, "4": 1}})


def test_an_id_of_a_question_has_no_space() -> None:
    records = [record(pmid, MeshHeading("Heart Failure", "D006333", True)) for pmid in range(3)]
    assert of_headings(records, 10, 0)[0] == {"Heart-Failure": "heart failure"}


def test_so_many_are_drawn_by_the_seed() -> None:
    names = [MeshHeading(f"Heading {number}", f"D{number}", True) for number in range(20)]
    records = [record(pmid, *names) for pmid in range(1, 4)]
    one, again, other = (of_headings(records, 5, seed)[0] for seed in (1, 1, 2))
    assert len(one) == 5
    assert one == again != other


@pytest.mark.parametrize("number", [2, 101])
def test_too_few_or_too_many_records_make_no_question(number: int) -> None:
    with pytest.raises(UserError, match="No MeSH heading is a major topic of 3 to 100 records"):
        of_headings([record(pmid, STARRED) for pmid in range(1, number + 1)], 10, 0)
