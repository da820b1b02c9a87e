"""Sign-in by OpenID Connect, with a provider on loopback: off unless configured, and then before everything."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pubsearch.ui.signin import NOT_A_MEMBER
from tests.browser.conftest import Server, free_port, serving
from tests.browser.visitor import visiting
from tests.oidc.provider import Provider, providing

pytestmark = pytest.mark.browser

MEMBERS = """
[members]
emails = ["@hospital.example", "Bob@elsewhere.example"]
"""
QUESTION = {"topic": "demo", "q": "aspirin"}


@dataclass(frozen=True)
class Closed:
    """A page that asks to sign in, and the provider that it sends visitors to."""

    server: Server
    provider: Provider


@pytest.fixture(scope="module")
def closed(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Closed]:
    home = tmp_path_factory.mktemp("closed")
    shutil.copytree(demo_home, home, dirs_exist_ok=True)
    port, secrets = free_port(), home / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    with providing() as provider:
        secrets.write_text(provider.secrets(port) + MEMBERS)
        with serving(home, port) as server:
            yield Closed(server, provider)


def test_nothing_is_shown_before_sign_in(closed: Closed) -> None:
    with visiting(closed.server) as visitor:
        for fields in (QUESTION, {}, {"topic": "demo", "pmid": 1}):
            drawn = visitor.go(fields)
            assert drawn.pmids == []
            assert not any("demo" in element for element in drawn.elements)
            assert any("Sign in" in element for element in drawn.elements)


def test_a_member_signs_in_searches_and_signs_out(closed: Closed, page: Page) -> None:
    closed.provider.email = "ann@hospital.example"
    page.goto(closed.server.url)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("searchbox", name="Question").fill("aspirin to prevent heart attack")
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_have_count(10)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_count(0)


def test_whom_the_provider_knows_is_not_yet_a_member(closed: Closed, page: Page) -> None:
    closed.provider.email = "eve@elsewhere.example"
    page.goto(closed.server.url)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(NOT_A_MEMBER)).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_count(0)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_an_answer_that_the_provider_never_gave_signs_nobody_in(closed: Closed, page: Page) -> None:
    granted = closed.provider.granted
    page.goto(f"{closed.server.url}/oauth2callback?code=made-up&state=made-up")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert closed.provider.granted == granted
