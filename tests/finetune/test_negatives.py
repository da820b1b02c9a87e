"""Hard negatives look like the answer, and are not the text itself."""

import pytest

from pubsearch.finetune.negatives import DEPTH, by_meaning, by_words
from pubsearch.finetune.texts import Text, of_records
from pubsearch.index import encoder, models
from pubsearch.topic.progress import silent
from tests.demo_records import demo_records


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return list(of_records(demo_records()[:400]))


def alike(texts: list[Text], by: str) -> list[list[int]]:
    if by == "words":
        return by_words(texts, silent)
    return by_meaning(texts, encoder.load(models.resolve("bundled")), silent)


@pytest.mark.parametrize("by", ["words", "meaning"])
def test_each_text_has_others_that_share_its_words_or_meaning(texts: list[Text], by: str) -> None:
    found = alike(texts, by)
    assert len(found) == len(texts)
    assert all(place not in row and len(row) <= DEPTH for place, row in enumerate(found))

    # A title's best neighbour shares a longer word with it far more often than any text does.
    def share(one: Text, other: Text) -> bool:
        return any(len(word) > 6 and word in other.abstract.casefold() for word in one.title.casefold().split())

    neighbours = sum(share(text, texts[row[0]]) for text, row in zip(texts, found, strict=True) if row)
    strangers = sum(share(text, texts[place - len(texts) // 2]) for place, text in enumerate(texts))
    assert neighbours > 2 * strangers
