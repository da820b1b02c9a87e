"""A training makes a folder that is a SPLADE model; it can be stopped, killed and gone on with."""

import errno
import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from safetensors.torch import load_file
from sentence_transformers import SparseEncoder

from pubsearch.errors import StoppedError, StorageError, UserError
from pubsearch.finetune.finetune import finetune
from pubsearch.finetune.texts import Pair, Text, of_records
from pubsearch.finetune.train import Outcome, Plan
from pubsearch.index import encoder, models
from pubsearch.topic.progress import Progress, silent
from tests.demo_records import demo_records

PLAN = Plan(steps=6, batch=4, tokens=32)


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    # one of the titles is there twice, once in brackets
    return list({text.title.strip("[]."): text for text in of_records(demo_records())}.values())[:120]


def make(folder: Path, texts: list[Text], plan: Plan = PLAN, progress: Progress = silent, **more: object) -> Outcome:
    return finetune(folder, models.resolve("bundled"), texts, plan=plan, progress=progress, **more)


def alike(one: Path, other: Path) -> bool:
    """Whether two models give the same vectors, but for the rounding of sums that threads share."""
    return np.allclose(dense(one), dense(other), atol=1e-4, rtol=0)


def dense(folder: Path) -> npt.NDArray[np.float32]:
    """What the model of a folder makes of two texts: texts × vocabulary."""
    made = encoder.load(models.resolve(models.canonical(str(folder))))
    rows = np.zeros((2, len(made.vocabulary)), np.float32)
    texts = ["aspirin", "What kills after a heart attack, and at which age?"]
    for row, vector in zip(rows, made.encode(texts, "document"), strict=True):
        row[vector.terms] = vector.weights
    return rows


def test_what_is_made_is_another_splade_model_with_a_card(tmp_path: Path, texts: list[Text]) -> None:
    outcome = make(tmp_path / "mine", texts, pairs=[Pair("what kills", "heart attacks")], sources=["topic asthma"])
    assert outcome.steps == 6
    made = models.resolve(models.canonical(str(tmp_path / "mine")))
    start = models.resolve("bundled")
    assert made.fingerprint != start.fingerprint
    # it was trained on the beginnings of texts, and reads as much of them as before
    assert (made.path / "tokenizer.json").read_bytes() == (start.path / "tokenizer.json").read_bytes()
    vector = encoder.load(made).query("aspirin")
    assert 0 < len(vector) < 1_000
    card = (tmp_path / "mine" / "README.md").read_text()
    for said in ("topic asthma", "114 texts to learn from, 6 kept apart", "| pairs | 4 |", "seed 1", "nDCG@10"):
        assert said in card
    assert not list(tmp_path.glob("mine-*"))


def test_the_same_plan_and_texts_make_the_same_model(tmp_path: Path, texts: list[Text]) -> None:
    for name in ("one", "two"):
        make(tmp_path / name, texts)
    make(tmp_path / "three", texts, replace(PLAN, seed=2))
    assert alike(tmp_path / "one", tmp_path / "two")
    assert not alike(tmp_path / "one", tmp_path / "three")


def test_a_training_takes_all_threads_whatever_computed_before(
    tmp_path: Path, texts: list[Text], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBSEARCH_THREADS", "3")
    seen = []
    torch.set_num_threads(1)
    make(tmp_path / "mine", texts, progress=lambda what, *_: seen.append((what, torch.get_num_threads())))
    assert [threads for what, threads in seen if what == "Training"] == [3] * PLAN.steps


def test_a_training_that_is_stopped_goes_on_where_it_was(tmp_path: Path, texts: list[Text]) -> None:
    seen = []

    def stop_at_three(what: str, done: int, _total: int) -> None:
        if what == "Training" and done == 3:
            raise StoppedError("Stopped at your wish")

    def watch(what: str, done: int, _total: int) -> None:
        if what == "Training":
            seen.append(done)

    with pytest.raises(StoppedError):
        make(tmp_path / "mine", texts, progress=stop_at_three)
    assert not (tmp_path / "mine").exists()
    make(tmp_path / "mine", texts, progress=watch)
    assert seen == [4, 5, 6]
    make(tmp_path / "other", texts)
    assert alike(tmp_path / "mine", tmp_path / "other")


def test_a_training_that_was_killed_goes_on(tmp_path: Path, texts: list[Text]) -> None:
    (tmp_path / "texts.jsonl").write_text(
        "".join(json.dumps({"title": text.title, "abstract": text.abstract}) + "\n" for text in texts)
    )
    program = (
        "import sys\nfrom pathlib import Path\nfrom pubsearch.finetune.finetune import finetune\n"
        "from pubsearch.finetune.texts import read_texts\nfrom pubsearch.finetune.train import Plan\n"
        "from pubsearch.index import models\n"
        "def tell(what, done, total):\n    print(what, done, flush=True)\n"
        "finetune(Path('mine').resolve(), models.resolve('bundled'), read_texts(Path('texts.jsonl')), "
        f"plan={PLAN!r}, progress=tell)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line == "Training 4\n":
                child.send_signal(signal.SIGKILL)
    assert not (tmp_path / "mine").exists()
    make(tmp_path / "mine", texts)
    make(tmp_path / "other", texts)
    assert alike(tmp_path / "mine", tmp_path / "other")


def test_a_checkpoint_that_was_cut_short_is_not_gone_on_from(tmp_path: Path, texts: list[Text]) -> None:
    torn = tmp_path / "mine-training" / "checkpoint-5"
    torn.mkdir(parents=True)
    (torn / "trainer_state.json").write_text('{"global_step": ')
    assert make(tmp_path / "mine", texts).steps == 6


def test_a_teachers_margins_can_be_learnt(tmp_path: Path, texts: list[Text]) -> None:
    make(tmp_path / "taught", texts, teacher=models.resolve("splade-tiny"))
    make(tmp_path / "alone", texts)
    assert not alike(tmp_path / "taught", tmp_path / "alone")
    assert "Taught by the score margins of splade-tiny" in (tmp_path / "taught" / "README.md").read_text()


def test_weights_of_the_start_can_be_averaged_in(tmp_path: Path, texts: list[Text]) -> None:
    for name, keep in (("new", 0.0), ("mean", 0.5), ("old", 1.0)):
        make(tmp_path / name, texts, replace(PLAN, keep=keep))
    start = models.resolve("bundled").path
    assert load_file(tmp_path / "old" / "model.safetensors").keys() == load_file(start / "model.safetensors").keys()
    assert np.array_equal(dense(tmp_path / "old"), dense(start))
    moved = np.abs(dense(tmp_path / "new") - dense(start)).max()
    for one in (start, tmp_path / "new"):
        assert 0.2 * moved < np.abs(dense(tmp_path / "mean") - dense(one)).max() < 0.8 * moved
    assert "averaged: 0.5 of those" in (tmp_path / "mean" / "README.md").read_text()


def test_negatives_can_be_mined_by_the_model_too(tmp_path: Path, texts: list[Text]) -> None:
    steps = []
    make(tmp_path / "mined", texts, replace(PLAN, mine=True), lambda what, *_: steps.append(what))
    assert {"Looking for texts alike, by words", "Looking for texts alike, by meaning"} <= set(steps)
    assert "and by the model itself" in (tmp_path / "mined" / "README.md").read_text()


def test_a_start_that_compares_by_cosines_is_measured_by_dot_products_too(tmp_path: Path, texts: list[Text]) -> None:
    start = shutil.copytree(models.resolve("bundled").path, tmp_path / "start")
    settings = start / "config_sentence_transformers.json"
    settings.write_text(json.dumps(json.loads(settings.read_text()) | {"similarity_fn_name": "cosine"}))
    outcome = finetune(tmp_path / "made", models.resolve(str(start)), texts, plan=PLAN)
    assert outcome.after["dot_ndcg@10"] > 0


def test_a_folder_that_is_there_is_not_written_over(tmp_path: Path, texts: list[Text]) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(UserError, match="is there already: name a folder that is new"):
        make(tmp_path / "mine", texts)


def test_too_few_texts_are_said(tmp_path: Path, texts: list[Text]) -> None:
    with pytest.raises(UserError, match="There are 99 texts with a title and four sentences: give 100 or more"):
        make(tmp_path / "mine", [*texts[:99], texts[0]])


def test_texts_and_settings_are_not_changed_half_way(tmp_path: Path, texts: list[Text]) -> None:
    def stop(what: str, *_: int) -> None:
        if what == "Training":
            raise StoppedError("Stopped at your wish")

    with pytest.raises(StoppedError):
        make(tmp_path / "mine", texts, progress=stop)
    bundled, other = models.resolve("bundled"), models.resolve("splade-tiny")
    for start, others, plan in (
        (bundled, texts, replace(PLAN, rate=1e-3)),
        (bundled, texts[1:], PLAN),
        (other, texts, PLAN),
    ):
        with pytest.raises(UserError, match="holds a training of other texts, settings or another start"):
            finetune(tmp_path / "mine", start, others, plan=plan)


def test_a_model_that_could_not_be_saved_is_made_by_the_same_call(
    tmp_path: Path, texts: list[Text], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(StorageError, match="make room"):
        patch.setattr(SparseEncoder, "save_pretrained", fail)
        make(tmp_path / "mine", texts)
    # what a process that was killed while it saved would leave
    (tmp_path / ".tmp-mine").mkdir()
    assert make(tmp_path / "mine", texts).steps == 6
    make(tmp_path / "other", texts)
    assert alike(tmp_path / "mine", tmp_path / "other")
