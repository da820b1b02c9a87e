"""Topics are folders with safe names."""

from pathlib import Path

import pytest

from pubsearch.errors import StorageError, TopicError, UserError
from pubsearch.settings import DEFAULT_MODEL
from pubsearch.topic.library import Library


def test_a_created_topic_is_found_again_with_all_that_was_said_of_it(library: Library) -> None:
    library.create("heart-failure", 'heart failure[mh] AND "quality"', title="Heart failure", model="bundled")
    about = library.topic("heart-failure").about
    assert (about.query, about.title, about.model) == (
        'heart failure[mh] AND "quality"',
        "Heart failure",
        "splade-tiny",
    )
    assert [topic.name for topic in library.topics()] == ["heart-failure"]


def test_a_new_topic_has_the_default_model_without_its_being_at_hand(library: Library) -> None:
    assert library.create("t", "q").about.model == DEFAULT_MODEL == "neuml/pubmedbert-base-splade"


@pytest.mark.parametrize("name", ["../etc", "a b", "", "A", "-x", "x" * 65, "a/b", "a\x00b", ".hidden", "ü"])
def test_a_name_that_could_leave_the_folder_or_confuse_a_shell_is_refused(library: Library, name: str) -> None:
    for ask in (lambda: library.create(name, "q"), lambda: library.topic(name)):
        with pytest.raises(TopicError, match="cannot be a topic's name"):
            ask()


def test_a_name_that_is_taken_is_refused(library: Library) -> None:
    library.create("t", "q")
    with pytest.raises(TopicError, match="exists already"):
        library.create("t", "other")


def test_an_unknown_topic_is_told_with_those_that_are_there(library: Library) -> None:
    library.create("there", "q")
    with pytest.raises(TopicError, match=r"no topic absent .*there: there"):
        library.topic("absent")


def test_a_file_where_a_topic_should_be_is_told(library: Library, home: Path) -> None:
    home.mkdir()
    (home / "t").write_text("")
    with pytest.raises(TopicError, match="is a file, not a topic"):
        library.topic("t")


def test_a_file_where_the_library_should_be_is_told(home: Path) -> None:
    home.write_text("")
    with pytest.raises(StorageError, match="a file lies where pubsearch needs a folder"):
        Library(home).create("t", "q")
    with pytest.raises(StorageError, match="a file lies where pubsearch needs a folder"):
        Library(home).topics()


def test_a_damaged_description_is_told(library: Library) -> None:
    topic = library.create("t", "q")
    (topic.folder / "topic.toml").write_text("not = [toml")
    with pytest.raises(TopicError, match="cannot be read"):
        library.topic("t")


def test_a_model_that_can_be_nothing_is_refused_at_once(library: Library) -> None:
    with pytest.raises(UserError, match="model"):
        library.create("t", "q", model="no model")
