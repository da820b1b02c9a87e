"""`pubsearch evaluate pairs`: what it says, and what it refuses."""

import json
import re
import shutil
from pathlib import Path

import pytest

from pubsearch.index import models
from pubsearch.topic.library import Library
from tests import corpus
from tests.command import Run
from tests.conftest import DATA
from tests.hub.server import Hub

PUBMEDQA = f"pubmedqa={DATA / 'pubmedqa' / 'ori_pqal.json'}"
FIGURE = r"\d+\.\d\d ± \d+\.\d\d"
SPARSITY = r"\d+\.\d \(0\.9\d{3}\)"


@pytest.fixture
def csv(tmp_path: Path) -> str:
    (tmp_path / "a.csv").write_text(
        "title,abstract\nAsthma,Asthma in children\nStroke,Lysis of a stroke\nGout,\nGout,Urate in gout\n"
    )
    return "a.csv"


def test_the_table_has_models_published_figures_and_averages(run: Run, csv: str) -> None:
    shutil.copytree(models.resolve("bundled").path, "mine")
    code, out, errors = run("evaluate", "pairs", PUBMEDQA, csv, "--model", "bundled", "--model", "./mine")
    assert (code, errors) == (0, "")
    rows = {re.split(r"  +", line)[0]: line for line in reversed(out.splitlines())}
    assert re.fullmatch(r"Pearson × 100 +PubMed QA +a\.csv +Average", rows["Pearson × 100"])
    assert re.fullmatch(rf"bundled +{FIGURE} +{FIGURE} +\d+\.\d\d", rows["bundled"])
    assert rows["bundled"].split()[1:] == rows["./mine"].split()[1:]
    assert re.fullmatch(r"all-MiniLM-L6-v2, published +90\.40 +– +–", rows["all-MiniLM-L6-v2, published"])
    assert re.fullmatch(rf"./mine, second texts +{SPARSITY} +{SPARSITY}", rows["./mine, second texts"])
    assert "a.csv: 3 pairs of title and abstract, a.csv; rows left out, as a side is empty: 1." in out
    assert "Mean ± standard deviation over 5 shuffles, which is not that of other pairs." in out
    assert "Published: figures of https://huggingface.co/NeuML/pubmedbert-base-embeddings" in out


def test_nothing_is_published_of_ones_own_pairs(run: Run, csv: str) -> None:
    code, out, _ = run("evaluate", "pairs", csv)
    assert code == 0
    assert re.search(rf"^Pearson × 100 +a\.csv\nbundled +{FIGURE}\n\nSpearman", out, re.MULTILINE)
    assert "ublished" not in out


def test_one_shuffle_has_no_deviation(run: Run, csv: str) -> None:
    _, out, _ = run("evaluate", "pairs", csv, "--seeds", "1")
    assert re.search(r"^bundled +-?\d+\.\d\d$", out, re.MULTILINE)
    assert "Of one shuffle: how much chance decides is not measured." in out
    assert "±" not in out


def test_in_json_it_gives_all_figures_and_where_they_are_from(run: Run) -> None:
    code, out, _ = run("evaluate", "pairs", PUBMEDQA, "--seeds", "2", "--json")
    found = json.loads(out)
    measured = found["measured"][0]
    assert (code, found["seeds"], len(found["measured"])) == (0, 2, 1)
    assert (measured["model"], measured["set"], measured["pairs"]) == ("bundled", "PubMed QA", 50)
    assert measured["pearson"].keys() == {"mean", "deviation"}
    assert measured["first"].keys() == measured["second"].keys() == {"active_dims", "sparsity_ratio"}
    assert found["published"]["pearson"]["all-MiniLM-L6-v2"]["PubMed QA"] == 90.4


def test_a_topics_records_are_pairs_too(run: Run, tmp_path: Path) -> None:
    corpus.write(tmp_path / "records.xml", *corpus.real_articles(6))
    Library().create("hearts", "", model="bundled").import_files([tmp_path / "records.xml"])
    code, out, _ = run("evaluate", "pairs", "topic=hearts")
    assert code == 0
    assert "topic hearts: 6 pairs of title and abstract, the records of topic hearts." in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.csv"], "absent.csv cannot be read"),
        (["topic=absent"], "absent"),
        (["a.csv", "a.csv"], "Two sets of pairs are called a.csv"),
        (["a.csv", "--columns", "title"], "--columns title does not name two columns"),
        (["a.csv", "--columns", "title,year"], "has the columns title, abstract: name the two to compare"),
        (["a.csv", "topic=demo", "--columns", "title,abstract"], "--columns names columns of a file: leave it out for"),
        (["pubmedqa", "--columns", "title,abstract"], "--columns names columns of a file: leave it out for"),
        (["--columns", "title,abstract"], "--columns names columns of a file: leave it out for"),
        (["a.csv", "--model", "no model"], "names no model"),
        (["a.csv", "--seeds", "0"], "--seeds"),
    ],
)
def test_bad_input_is_said_in_one_sentence(run: Run, csv: str, arguments: list[str], said: str) -> None:
    assert Path(csv).exists()
    code, out, errors = run("evaluate", "pairs", *arguments)
    assert (code, out) == (2, "")
    assert said in errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["summary"], "PubMed Summary cannot be had"), (["a.csv", "--model", "."], "it has no modules.json")],
)
def test_what_cannot_be_had_is_said_in_one_sentence(
    run: Run, csv: str, hub: Hub, arguments: list[str], said: str
) -> None:
    assert Path(csv).exists()
    assert hub.url
    code, out, errors = run("evaluate", "pairs", *arguments)
    assert (code, out) == (1, "")
    assert said in errors
    assert len(errors.splitlines()) == 1
