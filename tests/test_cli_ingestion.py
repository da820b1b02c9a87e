"""The commands of a librarian: what they print, what they refuse, and how they are stopped."""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pubsearch import cli
from tests import corpus
from tests.command import Run
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.records import numbered
from tests.eutils.server import EutilsServer

ROOT = Path(cli.__file__).parents[2]


@pytest.fixture
def topic(run: Run) -> str:
    assert run("topic", "create", "cancer", "--query", "cancer AND 2019[dp]", "--model", "bundled")[0] == 0
    return "cancer"


@pytest.fixture
def pubmed(live_eutils_server: EutilsServer, monkeypatch: pytest.MonkeyPatch) -> EutilsServer:
    monkeypatch.setenv("PUBSEARCH_EUTILS_URL", live_eutils_server.url)
    return live_eutils_server


def test_what_left_is_named(run: Run, topic: str, pubmed: EutilsServer) -> None:
    run("ingest", topic)
    gone = pubmed.asked("efetch")[0].pmids[0]
    pubmed.endpoints.corpus.delete(gone)
    assert f"left out: PMID {gone}: NCBI deleted it\n" in run("ingest", topic)[1]


def test_since_takes_a_day(run: Run, topic: str, pubmed: EutilsServer) -> None:
    assert pubmed.pmids
    assert json.loads(run("ingest", topic, "--since", "2020-01-31", "--json")[1])["since"] == "2020-01-31"
    refused = (2, "", "pubsearch: yesterday is no date: write it as 2026-01-31\n")
    assert run("ingest", topic, "--since", "yesterday") == refused
    assert "--since YYYY-MM-DD" in " ".join(run("ingest", "--help")[1].replace("<", "").replace(">", "").split())


def test_the_search_record_is_printed(run: Run, topic: str, pubmed: EutilsServer) -> None:
    assert pubmed.pmids
    run("ingest", topic)
    assert "```text\ncancer AND 2019[dp]\n```" in run("report", topic)[1]
    record = json.loads(run("report", topic, "--json")[1])
    assert [each["status"] for each in record["runs"]] == ["complete"]


def test_a_count_past_the_cap_says_that_all_can_be_fetched(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with EutilsServer(numbered(range(1, 10_001)), paced=False) as server:
        monkeypatch.setenv("PUBSEARCH_EUTILS_URL", server.url)
        assert "fetch them all" in run("count", "asthma")[1]


def test_a_wrong_key_is_told_without_it(
    run: Run, topic: str, pubmed: EutilsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NCBI_API_KEY", "not-the-key")
    code, out, err = run("ingest", topic)
    assert (code, out, len(pubmed.requests)) == (2, "", 1)
    assert "NCBI does not know the API key in NCBI_API_KEY" in err
    assert "not-the-key" not in err + run("report", topic)[1]


def test_a_damaged_topic_hides_no_other(run: Run, topic: str, home: Path) -> None:
    run("topic", "create", "damaged", "--model", "bundled")
    (home / "damaged" / "topic.toml").write_text("title = 5\n")
    code, out, _ = run("topic", "list")
    assert code == 0
    assert "cancer: cancer" in out
    assert "pubsearch topic delete damaged" in out
    assert run("topic", "delete", "damaged", "--confirm", "damaged")[0] == 0
    assert topic in run("topic", "list")[1]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PUBSEARCH_THREADS", "abc", "PUBSEARCH_THREADS cannot be used: write a whole number, 0 for all cores."),
        ("PUBSEARCH_PRECISION", "half", "PUBSEARCH_PRECISION cannot be used: write float32 or bfloat16."),
        ("PUBSEARCH_EUTILS_URL", "http://[::1", "PUBSEARCH_EUTILS_URL must be"),
        ("PUBSEARCH_EUTILS_URL", "http://127.0.0.1/x?api_key=SECRET", "PUBSEARCH_EUTILS_URL must be"),
    ],
)
def test_a_setting_that_cannot_be_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    code, out, err = run("count", "asthma")
    assert (code, out) == (2, "")
    assert said in err
    assert "SECRET" not in err


def test_a_settings_file_that_is_no_text_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"PUBSEARCH_EMAIL=\xff\n")
    code, _, err = run("topic", "list")
    assert code == 2
    assert ".env" in err


@pytest.mark.parametrize(
    "arguments", [["count", "x\udcff"], ["import", "t", "\udcff.xml"], ["topic", "create", "\udcff"]]
)
def test_an_argument_that_is_no_text_is_told(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "no text in UTF-8" in err


def test_a_terminal_of_another_encoding_shows_escapes(run: Run, home: Path) -> None:
    run("topic", "create", "t", "--title", "日本", "--model", "bundled")
    done = subprocess.run(
        [sys.executable, "-m", "pubsearch", "topic", "show", "t"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PUBSEARCH_HOME": str(home), "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )
    assert b"\\u65e5" in done.stdout


class TestImport:
    def test_folders_and_nbib_are_taken(self, run: Run, tmp_path: Path) -> None:
        run("topic", "create", "t", "--model", "bundled")
        folder = tmp_path / "saved"
        folder.mkdir()
        corpus.write(folder / "a.xml", corpus.article(1, "One"))
        (folder / "b.nbib").write_text("PMID- 2\nOWN - NLM\nSTAT- MEDLINE\nTI  - Two\n\n")
        code, out, _ = run("import", "t", str(folder), "--json")
        # a report is for others, whom the folders of this machine do not concern
        assert (code, json.loads(out)["count"], json.loads(out)["source"]) == (0, 2, "saved")
        assert [path.name for path in sorted((tmp_path / "indexes/t/records").glob("*.gz"))] == [
            "000001.xml.gz",
            "000002.nbib.gz",
        ]

    @pytest.mark.parametrize("keep_going", [False, True])
    def test_a_broken_file_is_named_with_its_line(self, run: Run, tmp_path: Path, keep_going: bool) -> None:
        run("topic", "create", "t", "--model", "bundled")
        corpus.write(tmp_path / "a.xml", corpus.article(1, "One"))
        (tmp_path / "b.xml").write_bytes(corpus.article_set(corpus.article(2, "Two"))[:-40])
        corpus.write(tmp_path / "c.xml", corpus.article(3, "Three"))
        files = [str(tmp_path / name) for name in ("a.xml", "b.xml", "c.xml")]
        code, out, err = run("import", "t", *files, *(["--keep-going"] if keep_going else []))
        assert code == 2
        assert "b.xml, line " in (out if keep_going else err)
        assert json.loads(run("topic", "show", "t", "--json")[1])["records"] == (2 if keep_going else 1)
        assert json.loads(run("report", "t", "--json")[1])["runs"][0]["status"] == (
            "incomplete" if keep_going else "failed"
        )

    def test_a_name_that_is_no_text_is_told_before_anything_is_taken(self, run: Run, tmp_path: Path) -> None:
        run("topic", "create", "t", "--model", "bundled")
        folder = tmp_path / "saved"
        folder.mkdir()
        corpus.write(folder / "a.xml", corpus.article(1, "One"))
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff.xml")).write_bytes(corpus.article_set(corpus.article(2, "Two")))
        code, out, err = run("import", "t", str(folder))
        assert (code, out) == (2, "")
        assert "rename it" in err
        assert json.loads(run("topic", "show", "t", "--json")[1])["records"] == 0

    def test_a_file_that_does_not_agree_with_its_md5_is_not_taken(self, run: Run, tmp_path: Path) -> None:
        run("topic", "create", "t", "--model", "bundled")
        corpus.write(tmp_path / "pubmed26n0001.xml", corpus.article(1, "One"))
        (tmp_path / "pubmed26n0001.xml.md5").write_text("MD5(pubmed26n0001.xml)= " + "0" * 32 + "\n")
        code, _, err = run("import", "t", str(tmp_path / "pubmed26n0001.xml"))
        assert code == 2
        assert "does not agree with its .md5" in err
        assert json.loads(run("topic", "show", "t", "--json")[1])["records"] == 0

    def test_update_files_count_in_their_order_and_a_gap_is_told(self, run: Run, tmp_path: Path) -> None:
        run("topic", "create", "t", "--model", "bundled")
        folder = tmp_path / "ftp"
        folder.mkdir()
        corpus.write(folder / "pubmed26n0002.xml", corpus.article(1, "Revised"), corpus.article(2, "Two"))
        corpus.write(folder / "pubmed26n0001.xml", corpus.article(1, "First"))
        corpus.write(folder / "pubmed26n0004.xml", b"<DeleteCitation><PMID Version='1'>2</PMID></DeleteCitation>")
        out = run("import", "t", str(folder))[1]
        assert "pubmed26n0003" in out
        from pubsearch import Library

        assert {record.pmid: record.title for record in Library().topic("t").records()} == {1: "Revised"}


class TestDelete:
    @pytest.mark.parametrize("confirm", [[], ["--confirm", "wrong"]])
    def test_a_topic_stays_unless_its_name_is_given(self, run: Run, topic: str, confirm: list[str]) -> None:
        code, _, err = run("topic", "delete", topic, *confirm)
        assert code == 2
        assert f"--confirm {topic}" in err
        assert run("topic", "show", topic)[0] == 0

    def test_a_topic_goes_with_all_that_it_has(self, run: Run, topic: str, home: Path) -> None:
        assert run("topic", "delete", topic, "--confirm", topic)[0] == 0
        assert list(home.iterdir()) == []
        assert run("topic", "show", topic)[0] == 2

    def test_a_topic_that_is_being_written_stays(self, run: Run, topic: str, home: Path) -> None:
        from pubsearch.topic.lock import writing

        with writing(home / topic, "ingest"):
            code, _, err = run("topic", "delete", topic, "--confirm", topic)
        assert code == 1
        assert "(ingest, process " in err
        assert run("topic", "show", topic)[0] == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_ingestion_ends_at_a_batch_and_says_how_to_go_on(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    stopped: list[int] = []

    def stop_second_batch(request: Request, proceed: Endpoint) -> Answer:
        if request.endpoint == "efetch" and not stopped and len(server.asked("efetch")) == 2:
            process.send_signal(number)
            stopped.append(process.pid)
        return proceed(request)

    with EutilsServer(numbered(range(1, 1001)), layers=[stop_second_batch], paced=False) as server:
        monkeypatch.setenv("PUBSEARCH_EUTILS_URL", server.url)
        run("topic", "create", "t", "--query", "asthma", "--model", "bundled")
        process = subprocess.Popen(
            [sys.executable, "-m", "pubsearch", "ingest", "t"],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PUBSEARCH_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (1, "")
        assert "Traceback" not in err
        assert "400 of 1,000" in err
        assert "go on with: pubsearch ingest t" in err
        assert json.loads(run("report", "t", "--json")[1])["runs"][0]["status"] == "stopped"
        assert run("ingest", "t", "--json")[0] == 0
        fetched = [pmid for request in server.asked("efetch") for pmid in request.pmids]
        assert sorted(fetched) == list(range(1, 1001))


def test_a_terminal_sees_records_rate_and_time_left(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with EutilsServer(numbered(range(1, 1001)), paced=False) as server:
        monkeypatch.setenv("PUBSEARCH_EUTILS_URL", server.url)
        run("topic", "create", "t", "--query", "asthma", "--model", "bundled")
        ours, theirs = pty.openpty()
        with (
            open(ours, "rb", buffering=0) as screen,
            subprocess.Popen(
                [sys.executable, "-m", "pubsearch", "ingest", "t"],
                env={**os.environ, "PYTHONPATH": str(ROOT), "PUBSEARCH_HOME": str(home), "COLUMNS": "120"},
                stdout=subprocess.PIPE,
                stderr=theirs,
            ) as process,
        ):
            os.close(theirs)
            seen = b""
            # the end of a terminal is an error, as a file's is nothing
            with contextlib.suppress(OSError):
                while part := screen.read(4096):
                    seen += part
            assert process.wait(timeout=60) == 0
    assert re.search(rb"Fetching records from PubMed.*1000/1000.*\d+/s", seen, re.DOTALL)
    assert re.search(rb"\d:\d\d:\d\d", seen)
