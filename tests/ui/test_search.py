"""What the search page says of an answer, drawn without a browser."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from pubsearch.ui import opened
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
    # species; what is folded away is not drawn
    assert shown(page).count("By MeSH headings: a choice here leaves out 2 records without any.") == 1
    assert "without any" not in shown(visit(topic="small", q="aspirin[ti] stroke[ti]"))


@pytest.mark.usefixtures("small")
def test_a_filter_by_headings_says_above_the_list_how_many_it_leaves_out_for_want_of_them() -> None:
    said = "Filtered by MeSH headings, which leaves out 2 records without any."
    page = visit(topic="small", q="aspirin", species="Humans")
    assert shown(page).count(said) == 2  # above the list, and in the group
    assert said in shown(visit(topic="small", q="aspirin", sexes="Male"))
    assert "leaves out" not in shown(visit(topic="small", q="aspirin", species="Humans", years="2020:2020"))


def heading(page: AppTest) -> str:
    """The count above the list, without the time that it took."""
    found = re.search(r'class="ps-count"[^>]*>([^<]*)', shown(page))
    assert found
    return found[1].strip()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("asked", "said", "labels"),
    [
        ({"q": "aspirin"}, "2 of 4 records match", 2),
        ({"q": "aspirin", "species": "Humans"}, "1 of 2 records match", 1),
        ({"q": "aspirin[ti] OR humans[mh]"}, "3 records match, 2 of them ranked", 1),
        ({"q": "aspirin[ti] OR humans[mh]", "sort": "date"}, "3 records match, 2 of them ranked, newest first", 1),
        ({"q": "aspirin[ti]"}, "2 records match", 0),
        ({"q": "aspirin stroke", "exact": "yes"}, "1 record matches", 0),
        ({"q": "humans[mh]"}, "2 records match, none ranked", 0),
        ({"q": "2020[dp]"}, "2 records, newest first", 0),
        ({"species": "Humans"}, "2 records, newest first", 0),
    ],
)
def test_what_satisfies_a_filtering_query_matches_whether_it_is_ranked_or_not(
    asked: dict[str, str], said: str, labels: int
) -> None:
    page = visit(topic="small", rank="words", **asked)
    assert heading(page) == said
    assert shown(page).count("Not ranked") == labels


@pytest.mark.usefixtures("small")
def test_similar_records_are_counted_as_the_answer_to_a_plain_question() -> None:
    assert re.fullmatch(r"\d of 3 records match", heading(visit(topic="small", like="1")))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("asked", "said", "clears"),
    [
        ({"q": "zebrafish", "years": "2026"}, "none of the 2 records that your filters leave has a word", True),
        ({"q": "surgery", "mesh": "Humans"}, "none of the 2 records that your filters leave has a word", True),
        ({"q": "surgery AND 1[uid]"}, "no record that your filters leave has a word of this question.", False),
        ({"q": "qqqzzz"}, "Nothing is ranked: no record has a word of this question.", False),
        ({"q": "qqqzzz", "years": "2026"}, "Nothing is ranked: no record has a word of this question.", False),
    ],
)
def test_records_that_the_filters_left_out_are_not_said_to_lack_the_words(
    asked: dict[str, str], said: str, clears: bool
) -> None:
    page = visit(topic="small", rank="words", **asked)
    assert said in shown(page)
    assert ("Clear all filters" in [button.label for button in page.button]) is clears


@pytest.mark.usefixtures("small")
def test_the_filters_can_be_cleared_where_they_left_nothing_to_rank() -> None:
    page = visit(topic="small", rank="words", q="zebrafish", years="2026")
    page.button("unfiltered").click().run()
    assert heading(page) == "1 of 4 records match"


def test_a_damaged_file_of_a_run_hides_no_list_and_is_not_named_to_visitors(small: Topic, tmp_path: Path) -> None:
    withdrawn = corpus.article(5, "Aspirin, withdrawn", extra=corpus.RETRACTION)
    small.import_files([corpus.write(tmp_path / "more.xml", withdrawn)])
    small.build()
    last = max((small.folder / "runs").glob("*.json"))
    last.write_bytes(last.read_bytes()[:40])
    page = visit(topic="small", q="aspirin", rank="words")
    page.session_state["record"] = True  # the menu "Search record" is open
    said = shown(page.run())
    assert heading(page) == "3 of 5 records match"
    assert "It is not known how current this topic is" in said
    assert "(as of an unknown day)" in said
    assert "came from files" not in said
    assert "cannot be read: run pubsearch verify small." in said
    assert str(small.folder) not in said
    assert opened.as_of("small") is None
