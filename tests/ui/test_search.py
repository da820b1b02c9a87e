"""What the search page says of an answer, drawn without a browser."""

from pathlib import Path

import pytest

from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.ui.visit import shown, visit

HUMANS = (
    "<MeshHeadingList><MeshHeading><DescriptorName UI='D006801' MajorTopicYN='N'>Humans</DescriptorName>"
    "</MeshHeading></MeshHeadingList>"
)


@pytest.fixture
def small(home: Path, tmp_path: Path) -> Topic:
    """Four papers, of which two have headings yet."""
    topic = Library(home).create("small", query="", model="bundled")
    articles = (
        corpus.article(1, "Aspirin after stroke", extra=HUMANS),
        corpus.article(2, "Zebrafish", extra=HUMANS),
        corpus.article(3, "Aspirin for heart attack", year=2026),
        corpus.article(4, "Surgery", year=2026),
    )
    topic.import_files([corpus.write(tmp_path / "records.xml", *articles)])
    topic.build()
    return topic


@pytest.mark.usefixtures("small")
def test_records_without_headings_are_counted_beside_the_filters_by_headings() -> None:
    page = visit(topic="small", q="aspirin")
    captions = [caption.value for caption in page.caption]
    # species; what is folded away is not drawn
    assert captions == ["By MeSH headings: a choice here leaves out 2 records without any."]
    assert "without any" not in shown(visit(topic="small", q="aspirin[ti] stroke[ti]"))


@pytest.mark.usefixtures("small")
def test_a_filter_by_headings_says_above_the_list_how_many_it_leaves_out_for_want_of_them() -> None:
    said = "Filtered by MeSH headings, which leaves out 2 records without any."
    page = visit(topic="small", q="aspirin", species="Humans")
    assert shown(page).count(said) == 2  # above the list, and in the group
    assert said in shown(visit(topic="small", q="aspirin", sexes="Male"))
    assert "leaves out" not in shown(visit(topic="small", q="aspirin", species="Humans", years="2020:2020"))
