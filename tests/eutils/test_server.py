"""The test server says what NCBI says: its answers against recorded ones."""

import json
from collections.abc import Iterator
from http.client import HTTPMessage
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from lxml import etree

from tests.eutils.clock import ManualClock
from tests.eutils.fixture import ERRORS, RECORDED
from tests.eutils.records import Stored, load, numbered, parse
from tests.eutils.server import VALID_KEY, EutilsServer

BIOPYTHON = RECORDED / "biopython"


Reply = tuple[int, bytes, HTTPMessage]


def ask(server: EutilsServer, endpoint: str, *, post: bool = False, **params: object) -> Reply:
    """Status, body and headers, by GET or POST."""
    query = urlencode({"db": "pubmed", **params}, doseq=True)
    url = f"{server.url}/{endpoint}.fcgi"
    try:
        with urlopen(url, query.encode()) if post else urlopen(f"{url}?{query}") as response:
            return response.status, response.read(), response.headers
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read(), refused.headers


def paths(root: etree._Element) -> list[str]:
    """Each kind of element once, as a path from the root, in document order."""
    tags = root.iter(etree.Element)
    return list(
        dict.fromkeys("/".join([*(up.tag for up in reversed(list(tag.iterancestors()))), tag.tag]) for tag in tags)
    )


@pytest.fixture
def big_server(manual_clock: ManualClock) -> Iterator[EutilsServer]:
    with EutilsServer(numbered(range(1, 10_501)), clock=manual_clock.monotonic) as server:
        yield server


class TestSearch:
    def test_looks_as_recorded(self, recorded_server: EutilsServer) -> None:
        _, body, headers = ask(recorded_server, "esearch", term="2018[dp]")
        recorded = (BIOPYTHON / "esearch1.xml").read_bytes()
        assert paths(parse(body)) == paths(parse(recorded))
        assert body.split(b"<Count>")[0] == recorded.split(b"<Count>")[0]
        assert headers["Content-Type"] == "text/xml; charset=UTF-8"

    def test_with_history_looks_as_recorded(self, recorded_server: EutilsServer) -> None:
        _, body, _ = ask(recorded_server, "esearch", term="2018[dp]", usehistory="y")
        recorded = parse((BIOPYTHON / "esearch2.xml").read_bytes())
        assert [child.tag for child in parse(body)] == [child.tag for child in recorded]

    def test_nothing_found_is_word_for_word_as_recorded(self, recorded_server: EutilsServer) -> None:
        _, body, _ = ask(recorded_server, "esearch", term="abcXYZ")
        assert body == (BIOPYTHON / "esearch8.xml").read_bytes()

    def test_json_has_the_keys_of_the_recorded(self, recorded_server: EutilsServer) -> None:
        _, body, _ = ask(recorded_server, "esearch", term="2018[dp]", usehistory="y", retmode="json")
        answer = json.loads(body)
        recorded = json.loads((RECORDED / "klortho" / "esearch.pubmed.json").read_bytes())
        assert answer["header"] == recorded["header"]
        # NCBI has left out translationstack since
        assert [*answer["esearchresult"]] == [key for key in recorded["esearchresult"] if key != "translationstack"]

    def test_gives_twenty_newest_first_by_default(self, big_server: EutilsServer) -> None:
        _, body, _ = ask(big_server, "esearch", term="asthma")
        root = parse(body)
        assert [root.findtext(tag) for tag in ("Count", "RetMax", "RetStart")] == ["10500", "20", "0"]
        assert [int(element.text) for element in root.iter("Id")] == list(range(10_500, 10_480, -1))

    def test_pages(self, big_server: EutilsServer) -> None:
        _, body, _ = ask(big_server, "esearch", term="asthma", retstart=5, retmax=2, post=True)
        assert [element.text for element in parse(body).iter("Id")] == ["10495", "10494"]

    def test_clamps_at_the_cap_in_the_recorded_words(self, big_server: EutilsServer) -> None:
        _, body, _ = ask(big_server, "esearch", term="asthma", retstart=9990, retmax=10, retmode="json")
        answer, recorded = json.loads(body)["esearchresult"], json.loads(ERRORS["clamped"]["body"])["esearchresult"]
        assert answer["warninglist"] == recorded["warninglist"]
        assert (answer["retmax"], answer["retstart"]) == (recorded["retmax"], recorded["retstart"])
        assert [*answer] == [*recorded]

    def test_refuses_to_start_past_the_cap_with_the_recorded_bytes(self, big_server: EutilsServer) -> None:
        status, body, _ = ask(big_server, "esearch", term="asthma", retstart=9999, retmode="json")
        assert (status, body) == (200, ERRORS["past_cap"]["body"].encode())

    def test_refuses_an_empty_term(self, recorded_server: EutilsServer) -> None:
        _, body, _ = ask(recorded_server, "esearch", term=" ")
        assert parse(body).findtext("ERROR") == parse(ERRORS["empty_term"]["body"].encode()).findtext("ERROR")
        _, body, _ = ask(recorded_server, "esearch", term="((", retmode="json")
        assert json.loads(body) == json.loads(ERRORS["nothing_to_search"]["body"])


@pytest.mark.parametrize(
    ("term", "pmids"),
    [
        ("semaglutide diabetes", [29915538]),
        ("Semaglutide OR telomere", [29915538, 27797938]),
        ("(semaglutide OR telomere) NOT weekly", [27797938]),
        ('"telomere length"', [27797938]),
        ('"length telomere"', []),
        ("telomere length[ti]", [27797938]),
        ("semaglut*[tiab]", [29915538]),
        ("flavocytochrome[foo]", [9997]),
        ("9997,11700088[uid]", [11700088, 9997]),
        ("all[filter] AND 10000000:12091962[UID]", [12091962, 11748933, 11700088]),
        ("2012:2017[dp]", [27797938, 22351513]),
        ("2018/01:2018[dp] AND (semaglutide", [29915538]),
    ],
)
def test_query(recorded_server: EutilsServer, term: str, pmids: list[int]) -> None:
    _, body, _ = ask(recorded_server, "esearch", term=term)
    assert [int(element.text) for element in parse(body).iter("Id")] == pmids


class TestFetch:
    def test_gives_the_recorded_bytes(self, manual_clock: ManualClock) -> None:
        recorded = BIOPYTHON / "pubmed1.xml"
        with EutilsServer(load([recorded]), clock=manual_clock.monotonic) as server:
            _, body, _ = ask(server, "efetch", id="12091962,9997", retmode="xml")
        assert body == recorded.read_bytes()

    def test_leaves_out_what_it_does_not_have(self, recorded_server: EutilsServer) -> None:
        _, body, _ = ask(recorded_server, "efetch", id="9997,1,20301295", post=True)
        assert [child.tag for child in parse(body)] == ["PubmedArticle", "PubmedBookArticle"]

    def test_by_history(self, recorded_server: EutilsServer) -> None:
        _, body, _ = ask(recorded_server, "esearch", term="all[filter]", usehistory="y")
        place = {"WebEnv": parse(body).findtext("WebEnv"), "query_key": parse(body).findtext("QueryKey")}
        _, body, _ = ask(recorded_server, "efetch", **place, retstart=1, retmax=1)
        assert [element.text for element in parse(body).iterfind("*/*/PMID")] == ["29915538"]

    def test_by_posted_ids(self, recorded_server: EutilsServer) -> None:
        _, body, _ = ask(recorded_server, "epost", id="9997", post=True)
        assert paths(parse(body)) == paths(parse((BIOPYTHON / "epost1.xml").read_bytes()))
        place = {"WebEnv": parse(body).findtext("WebEnv"), "query_key": parse(body).findtext("QueryKey")}
        _, body, _ = ask(recorded_server, "efetch", **place)
        assert [element.text for element in parse(body).iterfind("*/*/PMID")] == ["9997"]

    def test_refuses_lost_history_and_bad_ids_with_the_recorded_bytes(self, recorded_server: EutilsServer) -> None:
        status, body, _ = ask(recorded_server, "efetch", WebEnv="MCID_0", query_key=1)
        assert (status, body) == (400, ERRORS["history_expired"]["body"].encode())
        status, body, _ = ask(recorded_server, "efetch", id="0")
        assert (status, body) == (400, ERRORS["no_ids"]["body"].encode())


def test_einfo_is_recorded(recorded_server: EutilsServer) -> None:
    assert ask(recorded_server, "einfo")[1] == (BIOPYTHON / "einfo2.xml").read_bytes()
    assert ask(recorded_server, "einfo", db="")[1] == (BIOPYTHON / "einfo1.xml").read_bytes()


def test_esummary_looks_as_recorded(recorded_server: EutilsServer) -> None:
    _, body, _ = ask(recorded_server, "esummary", id="9997")
    recorded = parse((BIOPYTHON / "esummary1.xml").read_bytes())
    items = [
        [(item.get("Name"), item.get("Type")) for item in root[0].iterfind("Item")] for root in (parse(body), recorded)
    ]
    assert items[0] == items[1]
    values = {item.get("Name"): item.text for item in parse(body)[0].iterfind("Item")}
    assert values["PubDate"] == "1976 Sep 28"
    assert values["RecordStatus"] == "PubMed - indexed for MEDLINE"
    assert (
        parse(ask(recorded_server, "esummary", id="200999999")[1])
        .findtext("ERROR")
        .endswith("UID=200999999: cannot get document summary")
    )


def test_espell_is_word_for_word_as_recorded(manual_clock: ManualClock) -> None:
    record = Stored(1, b"<PubmedArticle/>", ("biopython",), (), None)
    with EutilsServer([record], clock=manual_clock.monotonic) as server:
        _, body, _ = ask(server, "espell", term="biopythooon")
    assert body == (BIOPYTHON / "espell.xml").read_bytes()


def test_elink_finds_similar_articles_as_recorded(recorded_server: EutilsServer) -> None:
    _, body, _ = ask(recorded_server, "elink", dbfrom="pubmed", id="29915538", linkname="pubmed_pubmed")
    assert paths(parse(body)) == paths(parse((BIOPYTHON / "elink1.xml").read_bytes()))
    assert parse(body).findtext(".//Link/Id") == "29915538"
    _, body, _ = ask(recorded_server, "elink", dbfrom="pubmed", id="29915538", cmd="neighbor_score")
    scores = [int(element.text) for element in parse(body).iter("Score")]
    assert scores == sorted(scores, reverse=True)


class TestLimits:
    def test_three_a_second_without_key(self, recorded_server: EutilsServer, manual_clock: ManualClock) -> None:
        answers = [ask(recorded_server, "einfo") for _ in range(5)]
        assert [status for status, _, _ in answers] == [200, 200, 200, 429, 429]
        _, body, headers = answers[-1]
        recorded = json.loads(ERRORS["too_many_requests"]["body"])
        assert json.loads(body) == recorded | {"api-key": "127.0.0.1"}
        assert (headers["Retry-After"], headers["X-RateLimit-Limit"]) == ("2", "3")
        manual_clock.now += 1
        assert ask(recorded_server, "einfo")[0] == 200

    def test_ten_a_second_with_a_key(self, recorded_server: EutilsServer) -> None:
        statuses = [ask(recorded_server, "einfo", api_key=VALID_KEY, post=True)[0] for _ in range(11)]
        assert statuses == [200] * 10 + [429]

    def test_no_pace_where_none_is_wanted(self, recorded_records: list[Stored], manual_clock: ManualClock) -> None:
        with EutilsServer(recorded_records, clock=manual_clock.monotonic, paced=False) as server:
            assert {ask(server, "einfo")[0] for _ in range(20)} == {200}
            assert ask(server, "einfo", api_key="xxx")[0] == 400

    def test_unknown_key_is_refused_in_the_recorded_words(self, recorded_server: EutilsServer) -> None:
        status, body, _ = ask(recorded_server, "einfo", api_key="xxx")
        assert (status, json.loads(body)) == (400, json.loads(ERRORS["unknown_key"]["body"]))


def test_says_what_it_cannot(recorded_server: EutilsServer) -> None:
    assert ask(recorded_server, "esearch", term="asthma", mindate="2020")[0] == 501
    assert ask(recorded_server, "ecitmatch")[0] == 501
    with pytest.raises(HTTPError, match="404") as refused:
        urlopen(recorded_server.url.removesuffix("/entrez/eutils"))
    refused.value.close()


def test_logs_every_request(recorded_server: EutilsServer) -> None:
    ask(recorded_server, "efetch", id="9997,1", post=True)
    (request,) = recorded_server.asked("efetch")
    assert (request.method, request.url) == ("POST", "/entrez/eutils/efetch.fcgi")
    assert (request.pmids, request.time, request.address) == ([9997, 1], 1000.0, "127.0.0.1")
