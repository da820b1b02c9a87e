"""What the server tells browsers, whom it listens to, and what it never says to anybody."""

import http.client
import socket
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from websockets import Subprotocol
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from pubsearch.ui.headers import HEADERS
from tests.browser.conftest import Server
from tests.browser.visitor import visiting

pytestmark = pytest.mark.browser

QUESTION = {"topic": "demo", "q": "aspirin to prevent heart attack"}


def ask(server: Server, method: str, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc)
    connection.request(method, path, headers={"Connection": "close"})
    with closing(connection):
        return connection.getresponse()


@pytest.mark.parametrize(
    "path", ["/", "/record?pmid=1", "/_stcore/health", "/favicon.png", "/media/none", "/../app.py"]
)
def test_every_answer_has_the_security_headers(server: Server, path: str) -> None:
    answer = ask(server, "GET", path)
    assert {name: answer.getheader(name) for name in HEADERS} == HEADERS


def test_the_policy_names_no_other_host_and_lets_nobody_frame_the_page() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "*" not in policy


def test_the_page_works_within_its_policy(server: Server, page: Page) -> None:
    page.add_init_script(
        "window.refused = [];addEventListener('securitypolicyviolation', refusal => refused.push(refusal.blockedURI))"
    )
    page.goto(f"{server.url}/?topic=demo&q=aspirin")
    expect(page.get_by_role("article")).to_have_count(10)
    page.get_by_role("button", name="Page 2", exact=True).click()
    expect(page).to_have_url(f"{server.url}/?topic=demo&q=aspirin&page=2")
    assert page.evaluate("refused") == []
    page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
    page.wait_for_function("refused.length == 1")


def test_the_server_listens_on_loopback_alone(server: Server) -> None:
    port = urlsplit(server.url).port
    assert port
    listening = [address for address, taken in _listeners() if taken == port]
    assert listening == ["127.0.0.1"]


def _listeners() -> list[tuple[str, int]]:
    """The IPv4 addresses and ports of this machine that somebody listens on (proc_net_tcp(5))."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = [row[1].split(":") for row in rows if row[3] == "0A"]
    return [(socket.inet_ntoa(bytes.fromhex(address)[::-1]), int(port, 16)) for address, port in ends]


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}])
def test_a_page_of_another_name_gets_no_answer(server: Server, headers: dict[str, str]) -> None:
    url = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    sent = {"additional_headers": headers} if "Host" in headers else {"origin": headers["Origin"]}
    with pytest.raises(InvalidStatus), connect(url, subprotocols=[Subprotocol("streamlit")], **sent):
        pass


def test_a_visitor_without_a_browser_is_served(server: Server) -> None:
    with visiting(server) as visitor:
        assert len(visitor.go(QUESTION).pmids) == 10


def test_nobody_can_drive_the_page_over_http(server: Server) -> None:
    """Streamlit has an interface for agents; it stays off."""
    assert ask(server, "POST", "/_stcore/agent/interact").status == 403


def test_nobody_uploads_without_a_token(server: Server) -> None:
    assert "_streamlit_xsrf" in str(ask(server, "GET", "/_stcore/health").getheader("Set-Cookie"))
    assert ask(server, "PUT", "/_stcore/upload_file/session/file").status == 403
