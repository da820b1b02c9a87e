"""Judgements choose how much words count, by questions that had no part in the choice."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pubsearch.errors import UserError
from pubsearch.evaluate.collection import Collection, of_topic
from pubsearch.evaluate.judgements import Judged, judged
from pubsearch.evaluate.measures import measure
from pubsearch.evaluate.runs import ranker, run
from pubsearch.evaluate.tune import FOLDS, REPEATS, WEIGHTS, tune
from pubsearch.topic.library import Library
from pubsearch.topic.progress import silent
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.command import Run

TRIALS = [str(trial) for trial in range(1_234_500, 1_234_540)]
QUERIES = {f"q{trial}": f"aspirin in NCT0{trial}" for trial in TRIALS}
QRELS = {f"q{trial}": {trial: 1} for trial in TRIALS}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Topic:
    """Forty records that differ in a trial's number, which word pieces tear apart."""
    folder = tmp_path_factory.mktemp("tune")
    made = Library(folder / "indexes").create("trials", "", model="bundled")
    articles = [
        corpus.article(int(trial), f"Aspirin after stroke (NCT0{trial})", f"They took aspirin in NCT0{trial}.")
        for trial in TRIALS
    ]
    made.import_files([corpus.write(folder / "a.xml", *articles)])
    made.build()
    return made


@pytest.fixture
def trials(made: Topic, home: Path) -> Topic:
    """A copy that ranks by meaning alone."""
    copy = Topic(shutil.copytree(made.folder, home / made.name))
    copy.weigh_words(0)
    return Topic(copy.folder)


def known(collection: Collection, number: int = 40) -> Judged:
    return judged(dict(list(QUERIES.items())[:number]), QRELS, collection.ids, collection.name)


def test_each_weight_is_measured_as_it_ranks(trials: Topic) -> None:
    collection = of_topic(trials)
    found = tune(collection, known(collection))
    assert tuple(quality.weight for quality in found.tried) == WEIGHTS
    for quality in (found.tried[0], found.tried[4]):
        ranked = run("", ranker(collection, "both", quality.weight), collection.ids, QUERIES, silent)
        values = measure(ranked, QRELS)
        assert quality.ndcg == pytest.approx(values["nDCG@10"].mean())
        assert quality.recall == pytest.approx(values["recall@100"].mean())
        assert quality.lowest <= quality.ndcg <= quality.highest


def test_the_best_is_the_lowest_of_the_weights_that_rank_best(trials: Topic) -> None:
    collection = of_topic(trials)
    found = tune(collection, known(collection))
    best = max(quality.ndcg for quality in found.tried)
    assert found.best == next(quality for quality in found.tried if quality.ndcg == best)
    assert best > found.tried[0].ndcg


def test_every_fold_chooses_a_weight_and_the_gain_is_that_on_the_others(trials: Topic) -> None:
    collection = of_topic(trials)
    found = tune(collection, known(collection))
    assert sum(quality.chosen for quality in found.tried) == found.splits == FOLDS * REPEATS
    assert found.held_out.gain <= found.best.ndcg - found.tried[0].ndcg + 1e-12
    assert (found.present, found.better) == (0, True)


def test_the_weight_that_is_best_already_is_no_gain(trials: Topic) -> None:
    collection = of_topic(trials)
    best = tune(collection, known(collection)).best.weight
    again = tune(replace(collection, weight=best), known(collection))
    assert (again.present, again.best.weight, again.better) == (best, best, False)


def test_a_present_weight_between_those_that_are_tried_is_tried_too(trials: Topic) -> None:
    collection = replace(of_topic(trials), weight=0.7)
    assert [quality.weight for quality in tune(collection, known(collection)).tried] == sorted({*WEIGHTS, 0.7})
    by_meaning = replace(collection, rank="meaning")
    assert tune(by_meaning, known(collection)).present == 0


def test_a_gain_on_few_questions_is_chance(trials: Topic) -> None:
    collection = of_topic(trials)
    found = tune(collection, known(collection, FOLDS))
    assert found.best.ndcg > found.tried[0].ndcg
    assert not found.better


def test_fewer_questions_than_folds_are_refused(trials: Topic) -> None:
    collection = of_topic(trials)
    with pytest.raises(UserError, match="cannot be chosen by 4 questions: give 5 or more"):
        tune(collection, known(collection, FOLDS - 1))


def test_the_seed_decides_the_folds(trials: Topic) -> None:
    collection = of_topic(trials)
    first, again, other = (tune(collection, known(collection), seed) for seed in (0, 0, 1))
    assert first == again
    assert [quality.lowest for quality in first.tried] != [quality.lowest for quality in other.tried]
    assert np.allclose([quality.ndcg for quality in first.tried], [quality.ndcg for quality in other.tried])


# The command


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, ...]:
    queries, qrels = tmp_path / "queries.tsv", tmp_path / "qrels.txt"
    queries.write_text("".join(f"{name}\t{text}\n" for name, text in QUERIES.items()))
    qrels.write_text("".join(f"{name} 0 {pmid} 1\n" for name, grades in QRELS.items() for pmid in grades))
    return "--queries", str(queries), "--qrels", str(qrels)


def weight_of(topic: Topic) -> float | None:
    return Topic(topic.folder).about.words_weight


def test_the_command_shows_every_weight_and_writes_the_best(trials: Topic, run: Run, files: tuple[str, ...]) -> None:
    code, out, _ = run("tune", trials.name, *files)
    lines = out.splitlines()
    assert code == 0
    assert [line.split()[0] for line in lines[1:-1]] == [f"{weight:g}" for weight in WEIGHTS]
    assert [line.split()[0] for line in lines if line.endswith("present")] == ["0"]
    assert weight_of(trials)
    assert lines[-1].startswith(
        f"Topic trials now ranks with weight {weight_of(trials):g} in place of 0: on 40 questions"
    )


def test_a_gain_that_may_be_chance_is_said_and_not_written(trials: Topic, run: Run, files: tuple[str, ...]) -> None:
    queries = Path(files[1])
    queries.write_text("".join(queries.read_text().splitlines(keepends=True)[:FOLDS]))
    code, out, _ = run("tune", trials.name, *files)
    assert (code, weight_of(trials)) == (0, 0)
    assert "Topic trials stays at weight 0: on 5 questions" in out
    assert "no gain beyond chance" in out


def test_the_command_gives_json(trials: Topic, run: Run, files: tuple[str, ...]) -> None:
    found = json.loads(run("tune", trials.name, *files, "--json")[1])
    assert (found["written"], found["judgements"]) == (True, "questions")
    assert found["best"]["weight"] == weight_of(trials)
    assert [each["weight"] for each in found["tried"]] == list(WEIGHTS)
    assert found["held_out"]["p"] < 0.05


def test_known_items_are_named_as_such(trials: Topic, run: Run) -> None:
    code, out, _ = run("tune", trials.name, "--known-items", "10")
    assert code == 0
    assert "on 10 known items" in out
    assert out.splitlines()[-1].startswith("Known items are titles that find their own abstracts")
    found = json.loads(run("tune", trials.name, "--known-items", "10", "--json")[1])
    assert (found["judgements"], found["questions"]) == ("known items", 10)


def test_what_the_topic_has_not_is_said(trials: Topic, run: Run, files: tuple[str, ...]) -> None:
    with Path(files[3]).open("a") as file:
        file.write(f"{next(iter(QUERIES))} 0 1 1\nunasked 0 2 1\n")
    out = run("tune", trials.name, *files)[1]
    assert "Left out: 0 questions without a relevant record here, and 1 judged records that are not here." in out


def test_bad_input_changes_nothing(trials: Topic, run: Run, files: tuple[str, ...]) -> None:
    for arguments, said in (
        (files[:2], "Name the questions: --queries and --qrels, or --known-items N."),
        ((*files, "--known-items", "3"), "Name the questions: --queries and --qrels, or --known-items N."),
        (("--known-items", "3"), "cannot be chosen by 3 questions"),
    ):
        code, out, error = run("tune", trials.name, *arguments)
        assert (code, out) == (2, "")
        assert said in error
    Path(files[3]).write_text("q1 0 aspirin\n")
    code, _, error = run("tune", trials.name, *files)
    assert (code, "Line 1 of" in error) == (2, True)
    assert weight_of(trials) == 0
