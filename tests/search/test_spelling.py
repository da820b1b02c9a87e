"""The words of an index that a word may have been meant for."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from pubsearch.search.spelling import Spelling

WORDS = ["infarction", "interaction", "diabetes", "hepatitis", "hepatic", "stent", "stents", "aspirin", "pain", "gain"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("infraction", ["infarction", "interaction"]),  # letters changed places
        ("dibetes", ["diabetes"]),  # one missing
        ("diiabetes", ["diabetes"]),  # one too many
        ("aspirim", ["aspirin"]),  # one wrong
        ("hepatits", ["hepatitis", "hepatic"]),  # two slips in a long word
        ("stend", ["stent"]),  # one slip in a short one
        ("stnd", []),
        ("pian", ["pain"]),
        ("pai", []),  # too short to tell
        ("", []),
        ("xylophone", []),
    ],
)
def test_what_was_meant(word: str, meant: list[str]) -> None:
    assert Spelling(WORDS).closest(word) == meant


def test_a_word_is_not_close_to_itself() -> None:
    assert Spelling(WORDS).closest("stent") == ["stents"]


def test_of_words_as_close_the_same_first_letter_goes_first_and_then_the_earlier_word() -> None:
    spelling = Spelling(["gain", "pain", "bait", "rain"])
    assert spelling.closest("bain") == ["bait", "gain", "pain"]
    assert spelling.closest("bain", limit=1) == ["bait"]


@given(word=st.text("abc", max_size=9), vocabulary=st.lists(st.text("abc", max_size=9), unique=True, max_size=30))
def test_it_is_what_comparing_with_every_word_gives(word: str, vocabulary: list[str]) -> None:
    slips = 0 if len(word) < 4 else 1 if len(word) < 7 else 2
    near = {each for each in vocabulary if 0 < OSA.distance(word, each) <= slips}
    found = Spelling(vocabulary).closest(word, limit=30)
    assert set(found) == near
    assert all(OSA.distance(word, first) <= OSA.distance(word, second) for first, second in pairwise(found))


def test_a_number_is_never_another_number() -> None:
    assert Spelling(["nct01234568", "nct0123456", "nct01234567s"]).closest("nct01234567") == ["nct01234567s"]
    assert Spelling(["brca1", "brca2"]).closest("brac1") == ["brca1"]
    assert Spelling(["2021", "2030"]).closest("2031") == []
