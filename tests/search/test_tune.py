"""A person's judgements choose how much words count."""

import json
import shutil
from math import log2
from pathlib import Path

import pytest

from pubsearch.errors import TopicError, UserError
from pubsearch.search.searcher import Searcher
from pubsearch.search.tune import WEIGHTS, tune
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.command import Run

TRIALS = range(1_234_500, 1_234_540)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Topic:
    """Forty records that differ in a trial's number, which word pieces tear apart."""
    folder = tmp_path_factory.mktemp("tune")
    made = Library(folder / "indexes").create("trials", "", model="bundled")
    articles = [corpus.article(trial, f"Aspirin after stroke (NCT0{trial})") for trial in TRIALS]
    made.import_files([corpus.write(folder / "a.xml", *articles)])
    made.build()
    return made


@pytest.fixture
def topic(made: Topic, home: Path) -> Topic:
    """A copy, to be written to."""
    return Topic(shutil.copytree(made.folder, home / made.name))


QUERIES = {f"q{trial}": f"aspirin in NCT0{trial}" for trial in TRIALS}
QRELS = {f"q{trial}": {trial: 1} for trial in TRIALS}


def test_each_weight_is_measured_as_searches_rank(topic: Topic) -> None:
    found = tune(topic, QUERIES, QRELS)
    assert tuple(quality.weight for quality in found.tried) == WEIGHTS
    for quality in (found.tried[0], found.tried[4]):
        topic.weigh_words(quality.weight)
        searcher = Searcher(topic)
        tens = {trial: [hit.pmid for hit in searcher.search(QUERIES[f"q{trial}"], 10).hits] for trial in TRIALS}
        gains = [1 / log2(ten.index(trial) + 2) if trial in ten else 0 for trial, ten in tens.items()]
        assert quality.ndcg == pytest.approx(sum(gains) / len(gains))
        assert quality.recall == 1


def test_the_best_is_the_lowest_of_the_weights_that_rank_best(topic: Topic) -> None:
    found = tune(topic, QUERIES, QRELS)
    best = max(quality.ndcg for quality in found.tried)
    assert found.best == next(quality for quality in found.tried if quality.ndcg == best)
    assert found.best.weight > 0
    assert best > found.tried[0].ndcg


def test_what_the_topic_has_not_is_left_out_and_counted(topic: Topic) -> None:
    queries = QUERIES | {"elsewhere": "aspirin", "unjudged": "stroke", "irrelevant": "aspirin"}
    qrels = QRELS | {"elsewhere": {1: 1}, "unasked": {2: 1}, "irrelevant": {TRIALS[0]: 0}}
    found = tune(topic, queries, qrels)
    assert (found.questions, found.unanswered, found.absent) == (40, 3, 2)
    assert found.tried == tune(topic, QUERIES, QRELS).tried


@pytest.mark.parametrize("qrels", [{}, {"q1": {1: 1}}, {"other": {TRIALS[0]: 1}}])
def test_judgements_of_other_records_or_questions_are_refused(topic: Topic, qrels: dict[str, dict[int, int]]) -> None:
    with pytest.raises(UserError, match="same question ids"):
        tune(topic, {"q1": "aspirin"}, qrels)


def test_a_topic_that_was_never_built_says_what_to_do(home: Path) -> None:
    with pytest.raises(TopicError, match="run pubsearch build t"):
        tune(Library(home).create("t", "q", model="bundled"), QUERIES, QRELS)


# The command


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, ...]:
    queries, qrels = tmp_path / "queries.tsv", tmp_path / "qrels.txt"
    queries.write_text("".join(f"{name}\t{text}\n" for name, text in QUERIES.items()))
    qrels.write_text("".join(f"{name} 0 {pmid} 1\n" for name, judged in QRELS.items() for pmid in judged))
    return "--queries", str(queries), "--qrels", str(qrels)


def test_the_command_shows_every_weight_and_writes_the_best(topic: Topic, run: Run, files: tuple[str, ...]) -> None:
    code, out, _ = run("tune", topic.name, *files)
    chosen = Topic(topic.folder).about.words_weight
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()[1:-1]] == [f"{weight:.1f}" for weight in WEIGHTS]
    assert [line.split()[0] for line in out.splitlines() if line.endswith("chosen")] == [f"{chosen:.1f}"]
    assert out.splitlines()[-1] == f"Topic trials now ranks with weight {chosen:g}, chosen by 40 questions."


def test_the_command_gives_json(topic: Topic, run: Run, files: tuple[str, ...]) -> None:
    _, out, _ = run("tune", topic.name, *files, "--json")
    found = json.loads(out)
    assert found["best"]["weight"] == Topic(topic.folder).about.words_weight
    assert [each["weight"] for each in found["tried"]] == list(WEIGHTS)


def test_few_questions_are_warned_of(topic: Topic, run: Run, files: tuple[str, ...]) -> None:
    queries = Path(files[1])
    queries.write_text("".join(queries.read_text().splitlines(keepends=True)[:19]))
    code, out, _ = run("tune", topic.name, *files)
    assert code == 0
    assert "chosen by 19 questions" in out
    assert "warning: on fewer than 20 questions" in out


def test_a_bad_file_changes_nothing(topic: Topic, run: Run, files: tuple[str, ...]) -> None:
    Path(files[3]).write_text("q1 0 aspirin\n")
    code, _, error = run("tune", topic.name, *files)
    assert code == 2
    assert "Line 1 of" in error
    assert Topic(topic.folder).about.words_weight is None
