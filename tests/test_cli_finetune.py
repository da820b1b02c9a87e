"""`pubsearch finetune`: what it says, and what it refuses."""

import json
from pathlib import Path

import pytest

from pubsearch.finetune.texts import of_records
from tests.command import Run
from tests.demo_records import demo_records


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "texts.jsonl"
    entries = [{"title": text.title, "abstract": text.abstract} for text in of_records(demo_records())]
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries[:120]))
    return path


def test_it_makes_a_model_that_a_topic_takes(run: Run, texts: Path) -> None:
    code, out, _ = run("finetune", "mine", "--texts", str(texts), "--steps", "3", "--batch", "4")
    assert code == 0
    assert out.splitlines()[0] == "on texts kept apart    before    after"
    assert "Made mine in 3 steps: pubsearch topic create NAME --query QUERY --model ./mine" in out
    assert run("topic", "create", "hearts", "--query", "asthma[tiab]", "--model", "./mine")[0] == 0


def test_in_json_it_gives_all_measures(run: Run, texts: Path) -> None:
    code, out, _ = run("finetune", "mine", "--texts", str(texts), "--steps", "3", "--batch", "4", "--json")
    found = json.loads(out)
    assert (code, found["steps"]) == (0, 3)
    assert found["before"].keys() == found["after"].keys() >= {"dot_ndcg@10", "query_active_dims"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mine"], "Nothing to learn from: name a topic with --topic, or a file with --texts."),
        (["mine", "--texts", "absent.jsonl"], "absent.jsonl cannot be read"),
        (["mine", "--topic", "absent"], "absent"),
        (["mine", "--texts", "texts.jsonl", "--pairs", "texts.jsonl"], "is no pair"),
        (["mine", "--texts", "texts.jsonl", "--model", "no model"], "names no model"),
        ([".", "--texts", "texts.jsonl"], "is there already"),
    ],
)
def test_bad_input_is_said_in_one_sentence(run: Run, texts: Path, arguments: list[str], said: str) -> None:
    assert texts.exists()
    code, out, errors = run("finetune", *arguments)
    assert (code, out) == (2, "")
    assert said in errors
    assert len(errors.splitlines()) == 1
