"""An update that failed is said on the page, which shows what it showed before."""

import pytest
from playwright.sync_api import Page, expect

from pubsearch.entrez.client import Client
from pubsearch.errors import EntrezError
from pubsearch.settings import Settings
from tests.browser.conftest import ROOT, Server
from tests.browser.test_search_page import address, titles
from tests.eutils.clock import ManualClock
from tests.eutils.records import numbered
from tests.eutils.server import EutilsServer

pytestmark = pytest.mark.browser


def test_an_update_that_failed_is_told_with_its_reason(server: Server, page: Page, manual_clock: ManualClock) -> None:
    topic = server.library.create("nightly", query="asthma", model="bundled")
    with EutilsServer(numbered(range(1, 4)), clock=manual_clock.monotonic) as pubmed:
        client = Client(Settings(eutils_url=pubmed.url), clock=manual_clock)
        day = topic.keep_current(client).started[:10]
        for pmid in (1, 2, 3):
            pubmed.endpoints.corpus.delete(pmid)
        with pytest.raises(EntrezError) as failed:
            topic.keep_current(client)
    page.goto(address(server, topic="nightly", q="asthma"))
    expect(page.get_by_text(f"The last update, of {day}, failed; what you see is of {day}.")).to_be_visible()
    expect(page.get_by_text(str(failed.value))).to_be_visible()
    expect(titles(page)).to_have_count(3)
    page.screenshot(path=ROOT / "test-results" / "states" / "update-failed.png")
