"""The command line: every command on real data, every foreseen error one sentence with its exit code."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pubsearch import cli
from pubsearch.cli.output import progress
from pubsearch.errors import StoppedError
from tests import corpus
from tests.command import Run
from tests.eutils.server import EutilsServer


@pytest.fixture
def built(run: Run, tmp_path: Path) -> str:
    """A topic of ten real records."""
    file = corpus.write(tmp_path / "ten.xml", *corpus.real_articles(10))
    for arguments in (["topic", "create", "ten", "--model", "bundled"], ["import", "ten", str(file)], ["build", "ten"]):
        assert run(*arguments)[0] == 0
    return "ten"


def test_a_query_becomes_a_topic_that_is_searched(
    run: Run, live_eutils_server: EutilsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBSEARCH_EUTILS_URL", live_eutils_server.url)
    query = "cancer AND 2019[dp]"
    code, out, _ = run("count", query, "--json")
    counted = json.loads(out)
    assert (code, counted["query"]) == (0, query)
    assert counted["count"] > 0
    assert run("topic", "create", "cancer", "--query", query, "--model", "bundled")[0] == 0
    code, out, _ = run("ingest", "cancer", "--json")
    ingested = json.loads(out)
    assert (code, ingested["count"], ingested["fetched"], ingested["missing"]) == (
        0,
        counted["count"],
        counted["count"],
        [],
    )
    assert run("build", "cancer")[0] == 0
    code, out, _ = run("search", "cancer", "tumor treatment", "--json", "--limit", "3")
    found = json.loads(out)
    assert (code, found["total"], len(found["results"])) == (0, counted["count"], min(3, counted["count"]))


def test_an_ingestion_that_is_repeated_fetches_nothing_twice(
    run: Run, live_eutils_server: EutilsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBSEARCH_EUTILS_URL", live_eutils_server.url)
    run("topic", "create", "t", "--query", "cancer AND 2019[dp]", "--model", "bundled")
    first = json.loads(run("ingest", "t", "--json")[1])
    second = json.loads(run("ingest", "t", "--json")[1])
    assert (second["already_there"], second["fetched"], second["files"]) == (first["fetched"], 0, [])


def test_a_search_prints_the_object_that_programs_read(run: Run, built: str) -> None:
    code, out, err = run("search", built, "myocardial blood flow", "--json")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert list(found)[:7] == ["query", "topic", "version", "total", "ranked", "took_ms", "results"]
    result = found["results"][0]
    assert list(result) == ["pmid", "score", "title", "year", "journal", "types", "retracted", "highlights"]
    first = ["field", "start", "end", "term", "query_term", "contribution"]
    assert list(result["highlights"][0])[:6] == first
    assert sum(highlight["contribution"] for highlight in result["highlights"]) == pytest.approx(
        result["score"], abs=1e-4
    )


def test_a_search_for_people_names_the_words_that_matched(run: Run, built: str) -> None:
    code, out, _ = run("search", built, "patients", "--limit", "1")
    assert code == 0
    assert "of 10 records match" in out
    assert "Matched: " in out


def test_an_explanation_lists_every_term(run: Run, built: str) -> None:
    code, out, _ = run("search", built, "patients", "--limit", "1", "--explain")
    assert code == 0
    assert "for patients" in out


def test_topics_are_listed_and_shown(run: Run, built: str) -> None:
    assert "ten: ten (10 records, served: 2" in run("topic", "list")[1]
    listed = json.loads(run("topic", "list", "--json")[1])["topics"]
    assert listed == [json.loads(run("topic", "show", built, "--json")[1])]
    shown = run("topic", "show", built)[1]
    assert "model: splade-tiny-pubmed" in shown
    assert "retraction status as of: –\n" in shown
    assert "weight of words: –\n" in shown


def test_where_no_topic_is_listed_the_folder_is_told(run: Run, home: Path) -> None:
    assert f"There are no topics in {home}: go to the folder" in run("topic", "list")[1]


def test_text_from_pubmed_is_shown_as_itself(run: Run, tmp_path: Path) -> None:
    titles = [
        "[bold]x[/bold] &lt;script&gt;alert(1)&lt;/script&gt;",
        "P&lt;0.001 **b** $x$ :red[y]",
        "a&#x9b;31mb \u202eabc e\u0301",
    ]
    articles = [corpus.article(n, title) for n, title in enumerate(titles, 1)]
    run("topic", "create", "t", "--model", "bundled")
    run("import", "t", str(corpus.write(tmp_path / "t.xml", *articles)))
    run("build", "t")
    out = run("search", "t", "alert")[1]
    for shown in ("[bold]x[/bold] <script>alert(1)</script>", "P<0.001 **b** $x$ :red[y]", "a 31mb  abc e\u0301"):
        assert shown in out


def test_control_characters_in_text_of_several_lines_do_not_reach_the_terminal(run: Run) -> None:
    run("topic", "create", "t", "--query", "heart\nattack\x9b31m", "--model", "bundled")
    assert "query: heart attack 31m\n" in run("topic", "show", "t")[1]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["search", "absent", "x"], 2, "There is no topic absent"),
        (["search", "../etc", "x"], 2, "cannot be a topic's name"),
        (["topic", "create", "a b"], 2, "cannot be a topic's name"),
        (["topic", "create", "t", "--model", "no model"], 2, "model"),
        (["search", "ten", "   "], 2, "The query is empty"),
        (["search", "ten", "\x01\x02"], 2, "The query is empty"),
        (["search", "ten", "a" * 100_001], 2, "The query has 100,001 characters"),
        (["ingest", "ten"], 2, "has no query"),
        (["import", "ten", "absent.xml"], 2, "absent.xml is not there"),
        (["import", "ten", "indexes/ten/versions"], 2, "versions"),
        (["update", "absent"], 2, "There is no topic absent"),
        (["report", "absent"], 2, "There is no topic absent"),
        (["count", "asthma[tiba]"], 2, "no field tag [tiba]"),
        (["build", "ten", "--model", "./absent"], 1, "absent"),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(
    run: Run, built: str, arguments: list[str], code: int, said: str
) -> None:
    assert built == "ten"
    ended, out, err = run(*arguments)
    assert (ended, out) == (code, "")
    lines = [line for line in err.splitlines() if line.startswith("pubsearch: ")]
    assert len(lines) == 1
    assert said in lines[0]
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "content", [b"<PubmedArticleSet><PubmedArticle>", b"<html><p>Sorry</p></html>", b"\x1f\x8b\x08junk"]
)
def test_a_broken_file_is_told_and_nothing_of_it_is_taken(run: Run, built: str, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.xml").write_bytes(content)
    code, _, err = run("import", built, "broken.xml")
    assert code == 2
    assert "broken.xml" in err
    assert json.loads(run("topic", "show", built, "--json")[1])["records"] == 10


def test_a_port_that_is_taken_is_told(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, err = run("serve", "--port", str(port))
    assert code == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in err


def test_the_module_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pubsearch", "search", "absent", "x"], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(cli.index.APP.parent)},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("pubsearch: There is no topic absent")


@pytest.mark.parametrize(
    ("again", "said"),
    [
        ("pubsearch build x", "(Encoding: 3 of 10); what was done is kept, go on with: pubsearch build x"),
        ("", "(Encoding: 3 of 10); run it again to begin anew."),
    ],
)
def test_work_that_was_stopped_says_whether_it_can_be_gone_on_with(again: str, said: str) -> None:
    with pytest.raises(StoppedError, match=re.escape(said)), progress(again) as report:
        signal.raise_signal(signal.SIGINT)
        report("Encoding", 3, 10)
