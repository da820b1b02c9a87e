"""A word's place survives in 32 bits."""

import pytest

from pubsearch.index.sparse import MAX_START, NO_ORIGIN, pack, unpack


@pytest.mark.parametrize("place", [(0, 1), (5, 260), (MAX_START, MAX_START + 255)])
def test_a_place_comes_back_as_it_went_in(place: tuple[int, int]) -> None:
    assert unpack(pack(*place)) == place


def test_a_very_long_word_is_marked_as_far_as_the_bits_reach() -> None:
    assert unpack(pack(10, 1000)) == (10, 265)


def test_a_word_beyond_the_last_place_has_none() -> None:
    assert unpack(pack(MAX_START + 1, MAX_START + 2)) is None
    assert unpack(int(NO_ORIGIN)) is None
