"""The commands about search strategies: from a file or a query, as text and as JSON."""

import json
from pathlib import Path

import pytest

from tests import corpus
from tests.command import Run
from tests.conftest import DATA
from tests.eutils.server import EutilsServer

STRATEGY = "#1 cancer[ti] OR tumor[ti]\n#2 qwertzuiop[ti]\n#3 #1 OR #2\n"


@pytest.fixture
def strategy(tmp_path: Path) -> str:
    path = tmp_path / "strategy.txt"
    path.write_text(STRATEGY)
    return str(path)


@pytest.fixture
def pubmed(live_eutils_server: EutilsServer, monkeypatch: pytest.MonkeyPatch) -> EutilsServer:
    monkeypatch.setenv("PUBSEARCH_EUTILS_URL", live_eutils_server.url)
    return live_eutils_server


def test_each_line_has_its_count_and_those_that_find_nothing_are_marked(
    run: Run, strategy: str, pubmed: EutilsServer
) -> None:
    code, out, _ = run("strategy", "lines", strategy)
    assert code == 0
    assert "#2: 0 records, FINDS NOTHING: qwertzuiop[ti]\n" in out
    assert "1 of 3 lines find nothing, 0 could not be asked.\n" in out
    counted = json.loads(run("strategy", "lines", strategy, "--json")[1])["lines"]
    assert [each["empty"] for each in counted] == [False, True, False]
    assert counted[2]["query"] == "(cancer[ti] OR tumor[ti]) OR (qwertzuiop[ti])"
    assert counted[0]["count"] == counted[2]["count"] > 0
    assert len(pubmed.asked("esearch")) == 6


def test_findings_are_no_error(run: Run) -> None:
    code, out, _ = run("strategy", "check", "stroke[ti] OR ab*[ti] AND cva[ti]")
    assert code == 0
    first, second, counted, note = out.splitlines()
    assert first.startswith("character 15: ab* has 2 characters before the *, and PubMed wants 4.")
    assert second.startswith("character 23: AND stands beside OR without parentheses")
    assert counted == "2 places to look at again."
    assert note.startswith("Spelling was not checked")


def test_headings_are_looked_up_once_they_were_taken(run: Run) -> None:
    query = '"Hart Failure"[mh] OR hart failure[tiab]'
    assert "pubsearch mesh" in run("strategy", "check", query)[1]
    run("mesh", str(DATA / "mesh" / "desc2021.xml"))
    found = json.loads(run("strategy", "check", query, "--json")[1])
    assert [(each["code"], each["position"]) for each in found["findings"]] == [("no-such-heading", 0)]


def test_a_topic_without_an_index_cannot_tell_misspellings(run: Run) -> None:
    run("topic", "create", "t", "--model", "bundled")
    code, _, err = run("strategy", "check", "stroke[ti]", "--topic", "t")
    assert code == 2
    assert "pubsearch build t" in err


def test_one_finding_is_counted_as_one(run: Run) -> None:
    assert "\n1 place to look at again.\n" in run("strategy", "check", "stroke[ti] OR ab*[ti]")[1]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("#1 stroke[ti]\n#2 ab*[ti]\n#3 #1 OR #2\n", "line 2, character 4: ab* has"),
        ("stroke[ti] OR\n  ab*[ti]\n", "line 2, character 3: ab* has"),
        (
            '#1 stroke[ti]\n\n#2 a "b\n#3 #1\n',
            'line 2, character 6: PubMed may read it otherwise than it is meant. The " at character 6 is not',
        ),
    ],
)
def test_a_place_in_a_file_is_the_character_of_its_line(run: Run, tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "s.txt").write_text(text)
    assert run("strategy", "check", str(tmp_path / "s.txt"))[1].startswith(place)


@pytest.mark.parametrize(
    "name",
    ["missing.txt", "my strategy.txt", "searches/asthma.docx", "asthma (1).docx", "./asthma", "C:\\x", "here/asthma"],
)
def test_a_missing_file_is_not_taken_for_a_query(run: Run, name: str) -> None:
    Path("here").mkdir()
    code, out, err = run("strategy", "check", name)
    assert (code, out) == (2, "")
    assert f"There is no file {name}: check its name, or put the query itself there." in err


def test_a_folder_is_not_taken_for_a_query(run: Run) -> None:
    Path("my searches").mkdir()
    code, out, err = run("strategy", "check", "my searches")
    assert (code, out) == (2, "")
    assert "my searches is a folder: name a file." in err


@pytest.mark.parametrize(
    "query",
    [
        "asthma AND child* NOT review.pt.",
        "C. difficile",
        "IL-6/STAT3",
        "asthma and/or wheeze",
        "ClinicalTrials.gov",
        'x.txt OR "y"',
        "asthma.tw",
    ],
)
def test_a_query_that_holds_dots_and_slashes_is_a_query(run: Run, query: str) -> None:
    assert run("strategy", "check", query)[0] == 0


def test_a_query_longer_than_a_path_may_be_is_a_query(run: Run) -> None:
    query = " OR ".join(f"word{n}x[ti]" for n in range(1_000))
    assert run("strategy", "check", query)[1].startswith("Nothing to look at again.")


@pytest.mark.parametrize("command", ["lines", "check", "recall", "terms"])
def test_each_command_says_that_it_takes_a_file_or_a_query(run: Run, command: str) -> None:
    said = " ".join(run("strategy", command, "--help")[1].split())
    assert "A text file that holds a query or numbered lines; or the query itself, in quotes." in said


def test_recall_and_terms_go_by_a_topics_records(run: Run, tmp_path: Path) -> None:
    run("topic", "create", "t", "--model", "bundled")
    articles = [corpus.article(n, f"Inhaled steroids {n}", "It helps.") for n in (1, 2, 3)]
    others = [corpus.article(n, f"Surgery {n}", "It helps.") for n in range(4, 9)]
    run("import", "t", str(corpus.write(tmp_path / "a.xml", *articles, *others)))
    run("build", "t")
    (tmp_path / "known.txt").write_text("1\n2\n3\n99\n")
    code, out, _ = run("strategy", "recall", "t", "steroids[ti] NOT 3[pmid]", "--pmids", "known.txt")
    assert code == 0
    assert out == (
        "The query finds 2 records, and 2 of the 3 known ones (recall 66.7%).\n"
        "missed: PMID 3: Inhaled steroids 3\n   does not satisfy NOT (3[uid])\nnot in the topic: PMID 99\n"
    )
    as_json = json.loads(run("strategy", "recall", "t", "surgery[ti]", "--pmids", "known.txt", "--json")[1])
    assert (as_json["recall"], as_json["missed"][0]["fails"]) == (0.0, ["surgery[ti]"])
    code, out, _ = run("strategy", "terms", "t", "steroids[ti]", "--pmids", "known.txt")
    assert code == 0
    assert "inhaled\n" in out
    assert "surgery" not in out
    found = json.loads(run("strategy", "terms", "t", "steroids[ti]", "--pmids", "known.txt", "--json")[1])
    assert {(each["text"], each["in_set"], each["in_topic"]) for each in found["words"]} == {("inhaled", 3, 3)}
