"""`pubsearch evaluate retrieval` and `screening`: what they say, and what they refuse."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.command import Run
from tests.conftest import DATA
from tests.demo_records import demo_records
from tests.eutils.server import EutilsServer

ASTHMA = demo_records()[-12:]
REVIEW = str(DATA / "cohen2006" / "Triptans.csv")
QUESTIONS = str(DATA / "cohen2006" / "questions.tsv")
MESH = b"""<MeshHeadingList><MeshHeading><DescriptorName UI="D001249" MajorTopicYN="Y">Asthma</DescriptorName>
</MeshHeading></MeshHeadingList></MedlineCitation>"""
ROWS = ["both", "meaning", "words", "BM25"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Topic:
    folder = tmp_path_factory.mktemp("ranking")
    made = Library(folder / "indexes").create("asthma", "asthma[tiab]", model="bundled")
    own = [corpus.article(record.pmid, f"Asthma {record.pmid}", "Of asthma in children.") for record in ASTHMA]
    made.import_files([corpus.write(folder / "a.xml", *own, *corpus.real_articles(20))])
    made.build()
    return made


@pytest.fixture
def topic(made: Topic, home: Path) -> Topic:
    return Topic(shutil.copytree(made.folder, home / made.name))


@pytest.fixture
def judged(tmp_path: Path) -> tuple[str, ...]:
    """Two questions, of which the second misses its record."""
    (tmp_path / "queries.tsv").write_text("q1\tasthma in children\nq2\tlysosomal hydrolases\nq3\tnever judged\n")
    (tmp_path / "qrels.txt").write_text(f"q1 0 {ASTHMA[0].pmid} 1\nq2 0 {ASTHMA[1].pmid} 1\nq2 0 99999999 1\n")
    return "--queries", str(tmp_path / "queries.tsv"), "--qrels", str(tmp_path / "qrels.txt")


@pytest.fixture
def texts(tmp_path: Path) -> str:
    path = tmp_path / "corpus.jsonl"
    entries = [{"id": str(each.pmid), "title": each.title, "abstract": each.abstract} for each in demo_records()[:60]]
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return str(path)


@pytest.fixture
def reviews(tmp_path: Path) -> list[str]:
    """Two small ones, of the same records."""
    with Path(REVIEW).open(newline="") as file:
        rows = list(csv.reader(file))
    for name in ("Triptans", "ADHD"):
        with (tmp_path / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows([rows[0], *sorted(rows[1:], key=lambda row: row[3], reverse=True)[:24]])
    return [str(tmp_path / "Triptans.csv"), str(tmp_path / "ADHD.csv")]


def test_a_topic_is_measured_beside_bm25(run: Run, topic: Topic, judged: tuple[str, ...]) -> None:
    code, out, _ = run("evaluate", "retrieval", topic.name, *judged, "--per-query")
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "topic asthma: 32 texts, 2 questions, splade-tiny-pubmed"
    assert lines[2].split() == ["nDCG@10", "recall@100", "recall@1000", "MRR@10", "MAP", "P@10"]
    assert [line.split()[0] for line in lines[3:7]] == ROWS
    assert "paired permutation test over the questions" in lines[8]
    assert "Left out: 1 questions without a relevant record here, and 1 judged records that are not here." in out
    assert any(line.endswith("q1  asthma in children") for line in lines)
    assert "The worst answers of both" in lines
    assert f"        missed: {ASTHMA[1].pmid} (" in out


def test_columns_have_the_whole_names_of_their_rows(run: Run, topic: Topic, judged: tuple[str, ...]) -> None:
    models = ["--baseline-model", "splade-tiny", "--baseline-model", "splade-tiny-pubmed"]
    lines = run("evaluate", "retrieval", topic.name, *judged, "--per-query", *models)[1].splitlines()
    head = next(line for line in lines if line.split() == [*ROWS, "splade-tiny", "splade-tiny-pubmed"])
    values = next(line for line in lines if line.endswith("q1  asthma in children"))
    ends = [head.index(f" {name}") + len(name) + 1 for name in (*ROWS, "splade-tiny", "splade-tiny-pubmed")]
    assert [values[end - 6 : end + 1].strip() for end in ends] == values.split()[:6]


def test_in_json_each_question_has_all_measures(run: Run, topic: Topic, judged: tuple[str, ...]) -> None:
    found = json.loads(run("evaluate", "retrieval", topic.name, *judged, "--json")[1])
    assert (found["judgements"], found["questions"], found["unanswered"], found["absent"]) == ("given", 2, 1, 1)
    assert [row["name"] for row in found["rows"]] == ROWS
    assert [row["against_baseline"] is None for row in found["rows"]] == [False, False, False, True]
    for row in found["rows"]:
        values = [each["measures"][row["name"]]["MAP"] for each in found["per_query"]]
        assert row["measures"]["MAP"] == pytest.approx(sum(values) / 2)
    assert found["worst"][0]["question"] == "q2"


def test_a_run_that_was_written_is_measured_as_the_ranking_that_it_is(
    run: Run, topic: Topic, judged: tuple[str, ...], tmp_path: Path
) -> None:
    path = str(tmp_path / "own.run")
    assert run("evaluate", "retrieval", topic.name, *judged, "--run", path)[0] == 0
    out = run("evaluate", "retrieval", topic.name, *judged, "--compare", path, "--baseline", "own.run", "--json")[1]
    rows = {row["name"]: row for row in json.loads(out)["rows"]}
    assert rows["own.run"]["measures"] == rows["both"]["measures"]
    assert all(each == {"gain": 0, "p": 1} for each in rows["both"]["against_baseline"].values())


def test_other_models_and_pubmed_are_rows_too(
    run: Run,
    topic: Topic,
    judged: tuple[str, ...],
    live_eutils_server: EutilsServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PUBSEARCH_EUTILS_URL", live_eutils_server.url)
    out = run("evaluate", "retrieval", topic.name, *judged, "--baseline-model", "bundled", "--pubmed", "--json")[1]
    rows = {row["name"]: row["measures"] for row in json.loads(out)["rows"]}
    assert list(rows) == [*ROWS, "bundled", "PubMed"]
    assert rows["bundled"] == rows["meaning"]
    assert [request.get("term") for request in live_eutils_server.asked("esearch")] == [
        "asthma in children",
        "lysosomal hydrolases",
    ]


def test_known_items_are_named_as_such(run: Run, topic: Topic, texts: str) -> None:
    code, out, _ = run("evaluate", "retrieval", topic.name, "--known-items", "9")
    assert code == 0
    assert out.splitlines()[0] == "abstracts of topic asthma: 32 texts, 9 known items, splade-tiny-pubmed"
    assert "Known items are titles that find their own abstracts" in out
    found = json.loads(run("evaluate", "retrieval", "--corpus", texts, "--known-items", "9", "--json")[1])
    assert (found["judgements"], found["collection"]) == ("known items", "abstracts of corpus.jsonl")


def test_headings_are_named_as_such(run: Run, topic: Topic, tmp_path: Path) -> None:
    wheezing = [corpus.article(pmid, "Wheeze", "Of wheeze.").replace(b"</MedlineCitation>", MESH) for pmid in (1, 2, 3)]
    topic.import_files([corpus.write(tmp_path / "wheezing.xml", *wheezing)])
    topic.build()
    code, out, _ = run("evaluate", "retrieval", topic.name, "--headings", "5")
    assert code == 0
    assert out.splitlines()[0] == "topic asthma: 35 texts, 1 MeSH headings, splade-tiny-pubmed"
    assert "A record is relevant to a heading that is a major topic of it in MEDLINE" in out
    found = json.loads(run("evaluate", "retrieval", topic.name, "--headings", "5", "--json")[1])
    assert found["judgements"] == "MeSH headings"
    assert [each["text"] for each in found["per_query"]] == ["asthma"]


def test_headings_are_those_of_what_is_served_also_where_a_topic_was_installed_without_its_records(
    run: Run, topic: Topic, tmp_path: Path
) -> None:
    wheezing = [corpus.article(pmid, "Wheeze", "Of wheeze.").replace(b"</MedlineCitation>", MESH) for pmid in (1, 2, 3)]
    topic.import_files([corpus.write(tmp_path / "wheezing.xml", *wheezing)])
    assert "No MeSH heading is a major topic" in run("evaluate", "retrieval", topic.name, "--headings", "5")[2]
    topic.build()
    topic.bundle(tmp_path / "asthma.tar.zst")
    assert run("install", str(tmp_path / "asthma.tar.zst"), "--name", "installed")[0] == 0
    out = run("evaluate", "retrieval", "installed", "--headings", "5")[1]
    assert out.splitlines()[0] == "topic installed: 35 texts, 1 MeSH headings, splade-tiny-pubmed"


def test_a_corpus_is_ranked_with_the_weight_that_is_given(run: Run, texts: str, tmp_path: Path) -> None:
    record = demo_records()[0]
    (tmp_path / "q.jsonl").write_text(json.dumps({"id": "1", "text": record.title, "split": "dev"}) + "\n")
    (tmp_path / "qrels.txt").write_text(f"1 0 {record.pmid} 1\n")
    arguments = ["--corpus", texts, "--queries", str(tmp_path / "q.jsonl"), "--qrels", str(tmp_path / "qrels.txt")]
    out = run("evaluate", "retrieval", *arguments, "--split", "dev", "--weight", "0", "--json")[1]
    found = json.loads(out)
    rows = {row["name"]: row["measures"] for row in found["rows"]}
    assert (found["rank"], found["weight"], found["records"]) == ("both", 0, 60)
    assert rows["both"] == rows["meaning"]
    assert rows["words"]["MRR@10"] == 1
    assert run("evaluate", "retrieval", *arguments, "--split", "test")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name what to search: a topic, or a file with --corpus."),
        (["asthma", "--corpus", "c.jsonl", "--known-items", "3"], "Name what to search"),
        (["asthma"], "Name the questions: --queries and --qrels, or --known-items N, or --headings N."),
        (["asthma", "--queries", "q.tsv"], "Name the questions"),
        (["asthma", "--known-items", "3", "--model", "bundled"], "A topic has its own model"),
        (["asthma", "--known-items", "3", "--pubmed"], "--pubmed needs judged questions on a topic"),
        (["asthma", "--known-items", "3", "--headings", "3"], "Name the questions"),
        (["--corpus", "c.jsonl", "--headings", "3"], "--headings needs a topic"),
        (["asthma", "--known-items", "3", "--split", "dev"], "--split chooses among the questions of --queries"),
        (["asthma", "--headings", "3", "--split", "dev"], "--split chooses among the questions of --queries"),
        (["absent", "--known-items", "3"], "absent"),
        (["--corpus", "absent.jsonl", "--known-items", "3"], "absent.jsonl cannot be read"),
        (["asthma", "--known-items", "3", "--baseline", "BM26"], "There is no row BM26"),
        (["asthma", "--known-items", "3", "--baseline-model", "no model"], "names no model"),
        (
            ["asthma", "--known-items", "3", "--compare", "a/x.run", "--compare", "b/x.run"],
            "Two rows would be called x.run",
        ),
    ],
)
def test_a_question_that_cannot_be_measured_is_refused(run: Run, topic: Topic, arguments: list[str], said: str) -> None:
    assert topic.name == "asthma"
    code, out, errors = run("evaluate", "retrieval", *arguments)
    assert (code, out) == (2, "")
    assert said in errors
    assert len(errors.splitlines()) == 1


def test_a_finished_review_is_measured_at_its_levels(run: Run) -> None:
    levels = ["--label", "label_included", "--label", "label_abstract_screening"]
    code, out, _ = run("evaluate", "screening", REVIEW, "--questions", QUESTIONS, *levels)
    lines = out.splitlines()
    assert code == 0
    assert lines[0] == "label_included: 1 review, 100 records, 12 included"
    assert lines[2].split() == ["WSS@95", "recall@10%", "recall@20%", "AP"]
    assert [line.split()[0] for line in lines[3:8]] == [*ROWS, "chance"]
    assert "label_abstract_screening: 1 review, 100 records, 41 included" in lines
    assert "paired permutation test over the reviews" in lines[-2]
    assert lines[-1] == "chance: the mean over all orders of the records."


def test_several_reviews_are_shown_one_by_one_and_in_the_mean(run: Run, reviews: list[str]) -> None:
    out = run("evaluate", "screening", *reviews, "--questions", QUESTIONS, "--baseline-model", "splade-tiny-pubmed")[1]
    assert any(
        line.split() == ["WSS@95", "records", "included", *ROWS, "splade-tiny-pubmed", "chance"]
        for line in out.splitlines()
    )
    shown = [line.split() for line in out.splitlines() if line.startswith(("Triptans", "ADHD"))]
    assert [line[0] for line in shown] == ["Triptans", "ADHD"]
    found = json.loads(run("evaluate", "screening", *reviews, "--questions", QUESTIONS, "--json")[1])
    each = [review["values"]["label_included"]["both"]["WSS@95"] for review in found["reviews"]]
    assert [line[3] for line in shown] == [f"{value:.4f}" for value in each]
    assert found["means"]["label_included"]["both"]["WSS@95"]["mean"] == pytest.approx(sum(each) / 2)
    assert found["means"]["label_included"]["BM25"]["AP"]["against_baseline"] is None


def test_a_topic_is_screened_by_the_pmids_that_its_review_included(run: Run, topic: Topic, tmp_path: Path) -> None:
    included = tmp_path / "included.txt"
    included.write_text("\n".join(str(record.pmid) for record in ASTHMA) + "\n99999999\n")
    arguments = ["evaluate", "screening", topic.name, "--included", str(included), "--question", "asthma in children"]
    code, out, _ = run(*arguments)
    assert code == 0
    assert out.splitlines()[0] == "included: 1 review, 32 records, 12 included"
    assert out.splitlines()[-1] == "Left out: 1 included records that the topic has not."
    found = json.loads(run(*arguments, "--json")[1])
    assert (found["absent"], found["reviews"][0]["values"]["included"]["words"]["AP"]) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([REVIEW], "Name the question of each review"),
        ([REVIEW, REVIEW, "--question", "triptans"], "Name the question of each review"),
        ([REVIEW, "--question", "triptans", "--questions", QUESTIONS], "Name the question of each review"),
        (["a", "b", "--included", "x", "--questions", QUESTIONS], "--included goes with one topic"),
        (["a", "--included", "x", "--question", "q", "--model", "bundled"], "A topic has its own model"),
        (["a", "--included", "x", "--question", "q", "--label", "final"], "leave out --label"),
        (["absent.csv", "--question", "triptans"], "absent.csv cannot be read"),
        ([REVIEW, REVIEW, "--questions", QUESTIONS], "Two reviews would be called Triptans"),
        (["Statins.csv", "--questions", QUESTIONS], "has no question for Statins"),
        ([REVIEW, "--question", "triptans", "--label", "final"], "has no column final"),
        ([REVIEW, "--question", "triptans", "--baseline", "words+"], "There is no row words+"),
        ([REVIEW, "--question", "triptans", "--model", "no model"], "names no model"),
    ],
)
def test_a_review_that_cannot_be_measured_is_refused(run: Run, arguments: list[str], said: str) -> None:
    code, out, errors = run("evaluate", "screening", *arguments)
    assert (code, out) == (2, "")
    assert said in errors
    assert len(errors.splitlines()) == 1
