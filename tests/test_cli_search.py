"""The commands that ask a topic, as a librarian and a program use them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Run

QUERY = "aspirin 2000:2015[dp]"


@pytest.fixture(autouse=True)
def on_the_demo(demo_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBSEARCH_HOME", str(demo_home))


def test_a_search_takes_order_rank_filters_and_exact(run: Run) -> None:
    options = ["--sort", "date", "--rank", "words", "--filter", "languages=eng", "--filter", "years=2010"]
    found = json.loads(run("search", "demo", QUERY, "--json", *options)[1])
    assert (found["sort"], found["rank"]) == ("date", "words")
    assert {result["year"] for result in found["results"]} == {2010}
    assert "Language: English" in found["reading"]
    loose, exact = (json.loads(run("search", "demo", QUERY, "--json", *more)[1]) for more in ([], ["--exact"]))
    assert 0 < exact["total"] < loose["total"]


def test_facets_are_counted_on_demand(run: Run) -> None:
    found = json.loads(run("search", "demo", QUERY, "--json", "--facets")[1])
    assert {"evidence", "years", "journals"} <= {facet["name"] for facet in found["facets"]}
    assert "randomised trial" in run("search", "demo", QUERY, "--facets")[1]
    assert "facets" not in json.loads(run("search", "demo", QUERY, "--json")[1])


@pytest.mark.parametrize(("query", "rank"), [("qqqzzz", "words"), ("the", "words")])
def test_where_no_word_of_the_question_is_known_no_record_is_said_to_match(run: Run, query: str, rank: str) -> None:
    assert "0 of 1,769 records match" in run("search", "demo", query, "--rank", rank)[1]


def test_all_records_that_satisfy_a_filter_match_and_the_ranked_ones_are_told(run: Run) -> None:
    found = json.loads(run("search", "demo", "neoplasms[mh]", "--json")[1])
    assert 0 < found["ranked"] < found["total"]
    said = f"{found['total']} records match, {found['ranked']} of them ranked"
    assert run("search", "demo", "neoplasms[mh]")[1].startswith(said)
    assert re.match(r"\d+ record(s match| matches)", run("search", "demo", "aspirin stroke", "--exact")[1])


def test_an_empty_answer_says_what_to_drop(run: Run) -> None:
    out = run("search", "demo", "asprin[ti] AND 2012[dp]")[1]
    assert "No record passes query and filters" in out
    assert "asprin[ti]: no record; without it" in out
    assert "(did you mean aspirin?)" in out


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("(aspirin", "character 1"),
        ("aspirin[tix]", "The tag [tix] at character 8 is unknown"),
        ("x 20x5[dp]", "cannot be read: write 2015"),
        ('"aspirin', "character 1"),
    ],
)
def test_a_query_that_cannot_be_read_is_shown_at_its_character(run: Run, query: str, said: str) -> None:
    code, out, err = run("search", "demo", query)
    assert (code, out) == (2, "")
    assert said in err


def test_an_explanation_says_why_and_why_not(run: Run) -> None:
    out = run("explain", "demo", QUERY, "23121403")[1]
    assert "aspirin → “aspirin” " in out
    assert ", ##rin " in out
    assert "“aspirin” at title 9-16, for aspirin (" in out
    assert "The record lacks: as (" in out
    why_not = run("explain", "demo", "aspirin 2000:2005[dp]", "23121403")[1]
    assert "Not in the list: it does not satisfy 2000:2005[dp]" in why_not
    found = json.loads(run("explain", "demo", QUERY, "23121403", "--json")[1])
    total = sum(group["contribution"] for group in found["groups"])
    assert total == pytest.approx(found["hit"]["score"], rel=1e-4)


def test_similar_records_are_found_by_pmid_or_text(run: Run) -> None:
    by_pmid = json.loads(run("similar", "demo", "23121403", "--json", "--limit", "3")[1])
    assert len(by_pmid["results"]) == 3
    by_text = json.loads(run("similar", "demo", "aspirin for venous thromboembolism", "--json")[1])
    assert by_text["results"][0]["pmid"] == 23121403
    assert run("similar", "demo", "some text", "--pubmed")[0] == 2


@pytest.mark.parametrize("form", ["ris", "nbib", "bibtex", "csv", "jsonl", "xml"])
def test_an_export_writes_all_records_of_the_answer_and_counts_them(run: Run, form: str, tmp_path: Path) -> None:
    total = json.loads(run("search", "demo", QUERY, "--json")[1])["total"]
    code, _, err = run("export", "demo", QUERY, "--format", form, "--output", str(tmp_path / "out"))
    assert code == 0
    assert f"{total:,} of {total:,} records that satisfy the query are written." in err
    assert "Low-dose aspirin for preventing recurrent" in (tmp_path / "out").read_text("utf-8-sig").replace(
        "\n      ", " "
    )


def test_an_export_to_nowhere_goes_to_standard_output(run: Run) -> None:
    code, out, err = run("export", "demo", QUERY, "--format", "jsonl", "--limit", "2")
    assert (code, len(out.splitlines())) == (0, 2)
    assert err.startswith("2 of ")


@pytest.mark.parametrize("form", ["csv", "xml"])
def test_an_export_that_finds_nothing_says_why_and_writes_nothing(run: Run, form: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("of before")
    for output in ([], ["--output", str(kept)]):
        asked = ["asprin[ti] AND 2012[dp]", "--format", form, *output]
        code, out, err = run("export", "demo", *asked)
        assert (code, out) == (0, "")
        assert "asprin[ti]: no record; without it" in err
        assert err.endswith("\nNothing is written.\n")
    assert kept.read_text() == "of before"


def test_filters_that_leave_nothing_are_not_called_the_query(run: Run) -> None:
    out = run("search", "demo", "aspirin", "--filter", "years=1900")[1]
    assert out.startswith("No record passes query and filters, ")
    assert "years: 1900:1900: no record; without it 1,769" in out


def test_a_filter_that_cannot_be_is_refused(run: Run) -> None:
    assert run("search", "demo", "x", "--filter", "years")[0] == 2
    assert "no filter called colour" in run("search", "demo", "x", "--filter", "colour=red")[2]


def test_a_filter_without_a_value_is_refused(run: Run) -> None:
    assert "has no value" in run("search", "demo", "x", "--filter", "journals=")[2]


@pytest.mark.parametrize("command", ["search", "explain", "similar", "export"])
def test_labels_are_written_as_people_write_them_and_an_absent_one_is_refused(run: Run, command: str) -> None:
    more = {"explain": ["23121403"], "export": ["--format", "jsonl", "--limit", "1"]}.get(command, [])
    written = ["--filter", "languages=english", "--filter", "journals=n engl j med", "--filter", "species=Humans"]
    code, out, _ = run(command, "demo", "aspirin", *more, *written)
    assert code == 0
    assert "Low-dose aspirin for preventing recurrent" in out
    code, out, err = run(command, "demo", "aspirin", *more, "--filter", "languages=Englisch")
    assert (code, out) == (2, "")
    assert err == (
        "pubsearch: No record of demo has languages: Englisch; there are English; German; Chinese; French; Spanish; "
        'Italian; … (pubsearch search demo "all[sb]" --facets lists the most frequent).\n'
    )


def test_a_filter_given_again_widens_and_another_one_narrows(run: Run) -> None:
    def total(*filters: str) -> int:
        options = [part for each in filters for part in ("--filter", each)]
        return int(json.loads(run("search", "demo", "all[sb]", "--json", *options)[1])["total"])

    assert total("languages=german", "languages=French") > total("languages=ger") > 0
    assert total("languages=german", "ages=Child") < total("languages=german")
    assert "widens" in " ".join(run("search", "--help")[1].split())


def test_a_number_that_can_be_no_pmid_is_no_crash(run: Run) -> None:
    code, _, err = run("explain", "demo", "aspirin", "9" * 25)
    assert (code, err) == (2, f"pubsearch: {'9' * 25} is no PMID: write its digits alone, such as 23121403.\n")
    assert "PMID23121403 is no PMID: write its digits" in run("explain", "demo", "aspirin", "PMID23121403")[2]
    assert run("similar", "demo", "9" * 5000)[0] == 0


def test_json_holds_no_character_that_a_terminal_obeys(run: Run) -> None:
    out = run("search", "demo", "aspirin \x9b31m \x7f", "--json")[1]
    assert not set(out) & {"\x9b", "\x7f"}
    assert json.loads(out)["query"] == "aspirin \x9b31m \x7f"


def test_text_holds_no_sign_that_turns_a_line_round(run: Run) -> None:
    assert "“aspirin  evil”" in run("search", "demo", "aspirin\u202e evil")[1]


@pytest.mark.parametrize(
    "command", [["search", "demo", "aspirin"], ["search", "demo", "aspirin", "--json"], ["export", "demo", "aspirin"]]
)
def test_a_full_disk_under_standard_output_is_told(command: list[str]) -> None:
    more = ["--format", "csv"] if command[0] == "export" else []
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "pubsearch", *command, *more], stdout=full, stderr=subprocess.PIPE, check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == b"pubsearch: The disk that standard output goes to is full: make room and run it again.\n"
