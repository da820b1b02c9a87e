"""Each line is asked of PubMed, and a line that cannot be asked hinders no other."""

import pytest

from pubsearch.entrez.client import Client
from pubsearch.errors import EntrezError
from pubsearch.settings import Settings
from pubsearch.strategy import lines
from pubsearch.strategy.counts import counts
from tests.eutils.clock import ManualClock
from tests.eutils.server import EutilsServer


@pytest.fixture
def client(live_eutils_server: EutilsServer, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("PUBSEARCH_EUTILS_URL", live_eutils_server.url)
    return Client(Settings())


def test_a_line_that_combines_counts_what_its_parts_have_in_common(
    client: Client, live_eutils_server: EutilsServer
) -> None:
    found = list(counts(client, lines.read("#1 cancer[ti]\n#2 patients[tiab]\n#3 #1 AND #2\n#4 #1 NOT #3")))
    assert [each.number for each in found] == [1, 2, 3, 4]
    assert found[0].count == client.esearch("cancer[ti]", retmax=0).count
    assert found[2].count == client.esearch("cancer[ti] AND patients[tiab]", retmax=0).count
    assert (found[2].count or 0) + (found[3].count or 0) == found[0].count
    assert (found[2].text, found[2].query) == ("#1 AND #2", "(cancer[ti]) AND (patients[tiab])")
    assert all(each.translation for each in found)
    assert [request.get("retmax") for request in live_eutils_server.asked("esearch")] == ["0"] * 6


def test_a_line_that_finds_nothing_says_so_in_pubmeds_words(client: Client) -> None:
    (found,) = counts(client, lines.read("qwertzuiop[ti]"))
    assert (found.count, found.error) == (0, "")
    assert any("qwertzuiop" in warning for warning in found.warnings)


def test_a_line_that_cannot_be_asked_is_told_and_the_others_are_asked(client: Client) -> None:
    first, second, third, fourth = counts(client, lines.read("#1 cancer[tiba]\n#2 cancer[ti]\n#3 #2 OR #9\n#4 #2"))
    assert (first.count, third.count) == (None, None)
    assert "[tiba]" in first.error
    assert "#9" in third.error
    assert second.count == fourth.count


def test_the_syntax_of_another_database_is_a_warning(client: Client) -> None:
    (found,) = counts(client, lines.read("cancer.tw."))
    assert found.warnings[0].startswith("“.tw.” is Ovid's syntax, which PubMed takes for words. Write [tiab]")


def test_a_line_with_an_open_quote_is_not_asked(client: Client, live_eutils_server: EutilsServer) -> None:
    before = len(live_eutils_server.asked("esearch"))
    (found,) = counts(client, lines.read('"cancer[ti]'))
    assert (found.count, found.error[:31]) == (None, 'The " at character 1 is not clo')
    assert len(live_eutils_server.asked("esearch")) == before


def test_where_ncbi_fails_it_is_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    with EutilsServer([], paced=False) as server:
        monkeypatch.setenv("PUBSEARCH_EUTILS_URL", f"{server.url}/nowhere")
        with pytest.raises(EntrezError):
            list(counts(Client(Settings(), clock=ManualClock()), lines.read("cancer")))
