"""The chips of the filters that are on: each label has its own, whatever the address holds."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from pubsearch.topic.library import Library
from tests import corpus
from tests.ui.visit import visit


def chips() -> None:
    from pubsearch.search.filters import Filters
    from pubsearch.ui import narrowed
    from pubsearch.ui.address import Address

    narrowed.draw(Address(like=7, filters=Filters(languages=("eng", "English"), evidence=("review", "Review"))))


def test_labels_of_one_name_have_a_chip_each() -> None:
    shown = AppTest.from_function(chips).run(timeout=60)
    assert not shown.exception
    assert [button.label for button in shown.button] == [
        "Similar to PMID 7",
        "Evidence\\: Review",
        "Evidence\\: Review",
        "Language\\: English",
        "Language\\: English",
        "Clear all filters",
    ]


def test_a_label_of_the_address_is_the_one_that_the_records_have(tmp_path: Path) -> None:
    topic = Library().create("labels", "", model="bundled")
    topic.import_files([corpus.write(tmp_path / "records.xml", *corpus.real_articles(5))])
    topic.build()
    page = visit(languages=["English", "ENG", "Klingon"])
    assert not page.exception
    chips = [button.label for button in page.button if button.label.startswith("Language")]
    assert chips == ["Language\\: English", "Language\\: Klingon"]
