"""Two runs of a topic compared: which records came, went and were revised."""

import csv
import io
import json
import re
from pathlib import Path

import pytest

from pubsearch.entrez.xml import parse
from pubsearch.errors import UserError
from pubsearch.record import Record
from pubsearch.topic.compare import Difference, compare
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.command import Run
from tests.search.export.real import written

DATED = "<DateRevised><Year>2020</Year><Month>01</Month><Day>31</Day></DateRevised>"


@pytest.fixture
def topic(library: Library, tmp_path: Path) -> Topic:
    """Four imports: 1, 2, 3; then 2 revised and 4 new; then 3 deleted; then nothing new."""
    made = library.create("t", "", model="bundled")
    for name, articles in {
        "a.xml": [corpus.article(pmid, f"Title {pmid}") for pmid in (1, 2, 3)],
        "b.xml": [corpus.article(2, "Revised"), corpus.article(3, "Title 3"), corpus.article(4, "Title 4")],
        "c.xml": [b"<DeleteCitation><PMID Version='1'>3</PMID></DeleteCitation>"],
    }.items():
        made.import_files([corpus.write(tmp_path / name, *articles)])
    made.import_files([tmp_path / "a.xml"])
    return made


def difference(topic: Topic, first: int, second: int) -> Difference:
    stamps = [run.stamp for run in topic.runs()]
    return compare(topic, stamps[first], stamps[second])


@pytest.mark.parametrize(
    ("first", "second", "added", "removed", "revised"),
    [
        (0, 1, (4,), (), (2,)),
        (1, 2, (), (3,), ()),
        (0, 2, (4,), (3,), (2,)),
        (2, 0, (3,), (4,), (2,)),
        (2, 3, (), (), ()),
        (1, 1, (), (), ()),
    ],
)
def test_what_came_went_and_was_revised_is_named(
    topic: Topic, first: int, second: int, added: tuple[int], removed: tuple[int], revised: tuple[int]
) -> None:
    found = difference(topic, first, second)
    assert (found.added, found.removed, found.revised) == (added, removed, revised)


class TestTheSameRecordOtherwiseWritten:
    """What a record says counts, not how it is written."""

    @pytest.fixture
    def real(self, library: Library, tmp_path: Path) -> Topic:
        """Eight real records as efetch sends them; then with no lines and indents; then as MEDLINE text; then XML."""
        made = library.create("real", "", model="bundled")
        articles = corpus.real_articles(8)
        made.import_files([corpus.write(tmp_path / "a.xml", *articles)])
        made.import_files([corpus.write(tmp_path / "b.xml", *(re.sub(rb">\s*\n\s*<", b"><", xml) for xml in articles))])
        (tmp_path / "c.nbib").write_text(written("nbib", made.records()))
        made.import_files([tmp_path / "c.nbib"])
        made.import_files(
            [corpus.write(tmp_path / "d.xml", *(re.sub(rb">\s*\n\s*<", b">\n<", xml) for xml in articles))]
        )
        assert [len(run.files) for run in made.runs()] == [1, 1, 1, 1]
        return made

    @pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 2), (2, 3), (0, 3)])
    def test_it_is_not_revised(self, real: Topic, first: int, second: int) -> None:
        assert difference(real, first, second).revised == ()

    @pytest.mark.parametrize(
        "other",
        [
            corpus.article(7, "Another title.", "Some words.", extra=DATED),
            corpus.article(7, "A title.", "Other words.", extra=DATED),
            corpus.article(7, "A title.", "Some words.", extra=DATED.replace("2020", "2026")),
            corpus.article(7, "A title.", "Some words.", extra=DATED + corpus.RETRACTION),
        ],
    )
    def test_what_another_format_says_otherwise_is_revised(
        self, library: Library, tmp_path: Path, other: bytes
    ) -> None:
        made = library.create("saved", "", model="bundled")
        same = corpus.write(tmp_path / "b.xml", corpus.article(7, "A title.", "Some words.", extra=DATED))
        with same.open("rb") as source:
            (tmp_path / "a.nbib").write_text(
                written("nbib", (item for item in parse(source, "b.xml") if isinstance(item, Record)))
            )
        for path in (tmp_path / "a.nbib", same, corpus.write(tmp_path / "c.xml", other)):
            made.import_files([path])
        assert [difference(made, *runs).revised for runs in ((0, 1), (0, 2), (1, 2))] == [(), (7,), (7,)]


def test_a_run_that_is_not_there_is_said(topic: Topic) -> None:
    stamps = [run.stamp for run in topic.runs()]
    for asked in (("20200101T000000Z", stamps[0]), (stamps[0], "../runs")):
        with pytest.raises(UserError, match=stamps[-1]):
            compare(topic, *asked)


def test_the_table_has_a_line_a_record(topic: Topic) -> None:
    rows = list(csv.reader(io.StringIO(difference(topic, 0, 2).csv(), newline="")))
    assert rows == [["pmid", "change"], ["4", "added"], ["3", "removed"], ["2", "revised"]]


class TestCommand:
    def test_without_names_the_last_two_are_compared(self, run: Run, topic: Topic) -> None:
        code, out, _ = run("topic", "compare", topic.name)
        assert code == 0
        assert out.splitlines()[1:] == ["0 added", "0 removed", "0 revised"]

    def test_two_runs_are_named(self, run: Run, topic: Topic) -> None:
        stamps = [each.stamp for each in topic.runs()]
        assert "1 added: 4\n1 removed: 3\n1 revised: 2\n" in run("topic", "compare", "t", stamps[0], stamps[2])[1]
        found = json.loads(run("topic", "compare", "t", stamps[0], stamps[2], "--json")[1])
        assert (found["added"], found["removed"], found["revised"]) == ([4], [3], [2])
        assert run("topic", "compare", "t", stamps[0], stamps[2], "--csv")[1].split() == [
            "pmid,change",
            "4,added",
            "3,removed",
            "2,revised",
        ]

    def test_one_run_cannot_be_compared(self, run: Run, topic: Topic, library: Library) -> None:
        library.create("new", "", model="bundled")
        for arguments in (["new"], [topic.name, topic.runs()[0].stamp]):
            code, _, err = run("topic", "compare", *arguments)
            assert code == 2
            assert "Two runs are compared" in err
