"""The address says all that the page shows, and nothing that it cannot."""

from datetime import date

import pytest

from pubsearch.errors import UserError
from pubsearch.search.filters import Filters
from pubsearch.ui.address import Address

WHOLE = Address(
    topic="demo",
    q="aspirin & [ti] ü",
    like=23121403,
    pmid=7,
    page=3,
    per=50,
    sort="recent",
    rank="words",
    exact=True,
    filters=Filters(
        evidence=("review", "guideline"),
        journals=("Lancet",),
        years=(2000, 2010),
        since=date(2020, 1, 31),
        not_retracted=True,
    ),
)


@pytest.mark.parametrize("address", [Address(), Address(topic="demo", q="heart"), WHOLE])
def test_what_is_written_is_read_again(address: Address) -> None:
    given: dict[str, list[str]] = {}
    for name, text in address.pairs():
        given.setdefault(name, []).append(text)
    assert Address.parse(given) == address


def test_what_the_page_shows_by_itself_is_not_written() -> None:
    assert Address(topic="demo").pairs() == [("topic", "demo")]


@pytest.mark.parametrize(
    ("name", "text"), [("sort", "colour"), ("rank", "x"), ("per", "11"), ("pmid", "1e5"), ("like", "x"), ("years", "x")]
)
def test_a_value_that_cannot_be_is_named(name: str, text: str) -> None:
    with pytest.raises(UserError, match=text):
        Address.parse({name: [text]})


def test_other_parameters_are_not_ours() -> None:
    assert Address.parse({"utm_source": ["x"], "embed": ["true"]}) == Address()


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "²", "9" * 30])
def test_a_page_that_is_no_number_is_the_first(page: str) -> None:
    assert Address.parse({"page": [page]}).page == 1
