"""Topics are folders with safe names."""

import shutil
from pathlib import Path

import pytest

from pubsearch.errors import StorageError, TopicError, UserError
from pubsearch.settings import DEFAULT_MODEL
from pubsearch.topic import about
from pubsearch.topic.library import Library
from tests import corpus


def test_a_created_topic_is_found_again_with_all_that_was_said_of_it(library: Library) -> None:
    library.create("heart-failure", 'heart failure[mh] AND "quality"', title="Heart failure", model="bundled")
    about = library.topic("heart-failure").about
    assert (about.query, about.title, about.model) == (
        'heart failure[mh] AND "quality"',
        "Heart failure",
        "splade-tiny-pubmed",
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
    with pytest.raises(TopicError, match=r"no topic absent in .* \(there: there\)$"):
        library.topic("absent")


def test_a_mistyped_topic_is_told_with_the_one_that_was_meant(library: Library) -> None:
    for name in ("asthma", "demo"):
        library.create(name, "q")
    with pytest.raises(TopicError, match=r"There is no topic dmeo in .*\. Did you mean demo\? \(there: asthma, demo\)"):
        library.topic("dmeo")


def test_where_there_is_no_topic_at_all_the_folder_is_told_and_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        TopicError, match=rf"no topic t\. There are no topics in {tmp_path}/here: go to .* topic create"
    ):
        Library("here").topic("t")


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


def test_a_kill_while_a_topic_is_created_leaves_its_name_free(library: Library) -> None:
    half = library.path / ".tmp-t"
    half.mkdir(parents=True)
    (half / "topic.toml").write_text("half")
    assert library.names() == []
    assert library.create("t", "", model="bundled").count() == 0
    assert not half.exists()


@pytest.mark.parametrize("damage", ["topic.toml", "records/log.jsonl"])
def test_a_damaged_topic_can_be_deleted(library: Library, tmp_path: Path, damage: str) -> None:
    topic = library.create("t", "", model="bundled")
    topic.import_files([corpus.write(tmp_path / "a.xml", corpus.article(1, "One"))])
    (topic.folder / damage).write_text("damaged\n")
    library.delete("t")
    assert list(library.path.iterdir()) == []


def test_a_topic_may_be_created_while_another_of_its_name_is_being_deleted(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.create("t", "old")
    remove = shutil.rmtree

    def create_meanwhile(path: Path, **how: bool) -> None:
        monkeypatch.setattr(shutil, "rmtree", remove)
        library.create("t", "new")
        remove(path, **how)

    monkeypatch.setattr(shutil, "rmtree", create_meanwhile)
    library.delete("t")
    assert library.topic("t").about.query == "new"
    assert [path.name for path in library.path.iterdir()] == ["t"]


def test_a_topic_may_be_deleted_while_another_of_its_name_is_being_created(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.create("t", "old")
    (library.path / "t").rename(library.path / "kept")
    written = about.write

    def delete_meanwhile(folder: Path, known: about.About) -> None:
        written(folder, known)
        (library.path / "kept").rename(library.path / "t")
        library.delete("t")

    monkeypatch.setattr(about, "write", delete_meanwhile)
    library.create("t", "new")
    assert library.topic("t").about.query == "new"
    assert [path.name for path in library.path.iterdir()] == ["t"]


def test_what_a_kill_left_of_a_deleted_topic_goes_with_the_next(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for name in ("a", "b"):
        library.create(name, "q")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(shutil, "rmtree", killed)
        library.delete("a")
    assert library.names() == ["b"]
    library.delete("b")
    assert list(library.path.iterdir()) == []


def test_a_folder_that_is_no_topic_is_not_deleted(library: Library) -> None:
    (library.path / "mine").mkdir(parents=True)
    (library.path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(TopicError, match="no topic mine"):
        library.delete("mine")
    assert (library.path / "mine" / "thesis.txt").exists()


def test_a_topic_that_was_deleted_is_not_written_to(library: Library, tmp_path: Path) -> None:
    topic = library.create("t", "", model="bundled")
    library.delete("t")
    with pytest.raises(StorageError, match="was deleted"):
        topic.import_files([corpus.write(tmp_path / "a.xml", corpus.article(1, "One"))])
    assert not topic.folder.exists()
