"""How long a visitor waits: from the key or the click to the drawn list, on the demo topic; a table, no limit."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.test_search_page import QUESTION, address, box, titles

pytestmark = pytest.mark.browser

TIMES = 20
SUBJECTS = ("heart failure", "depression", "lung cancer", "kidney injury")
QUESTIONS = [f"{subject} {group}" for group in ("", "children", "women", "old age", "risk") for subject in SUBJECTS]
# From the event itself, as the page sees it, to the first frame with another heading or another first title.
_WATCH = """() => {
  const shown = () => document.querySelector(".ps-count")?.textContent.replace(/[\\d.]+\\s*ms/, "")
    + document.querySelector(".ps-title")?.textContent;
  const before = shown();
  let begun;
  const begin = event => { if (event.type === "click" || event.key === "Enter") begun ??= performance.now(); };
  for (const type of ["click", "keydown"]) document.addEventListener(type, begin, { capture: true });
  window.waited = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(`Still drawn after 30 s: ${before}`), 30000);
    const look = () => {
      if (begun && shown() !== before) {
        clearTimeout(late);
        requestAnimationFrame(() => resolve(performance.now() - begun));
      } else requestAnimationFrame(look);
    };
    look();
  });
}"""


def waits(page: Page, acts: Iterable[Callable[[], None]]) -> list[float]:
    """Milliseconds for each of the acts, one after the other."""
    measured = []
    for act in acts:
        expect(page.locator("[data-stale=true]")).to_have_count(0)
        page.evaluate(_WATCH)
        act()
        measured.append(page.evaluate("waited"))
        expect(titles(page)).to_have_count(10)
    return measured


def test_how_long_a_visitor_waits(server: Server, page: Page, record_property: Callable[[str, object], None]) -> None:
    page.goto(address(server, topic="demo", q=QUESTION))
    expect(titles(page)).to_have_count(10)

    def ask(question: str) -> Callable[[], None]:
        return lambda: (box(page).fill(question), box(page).press("Enter"))[-1]

    def click(group: str, role: str, name: str) -> Callable[[], None]:
        return page.locator(group).get_by_role(role, name=name, exact=True).click  # type: ignore[arg-type]

    acts = {
        "question": [ask(question) for question in QUESTIONS],
        "page turn": [click(".st-key-turn", "button", f"Page {number}") for number in (2, 1) * (TIMES // 2)],
        "sort": [click(".st-key-sort", "radio", name) for name in ("Newest", "Relevance") * (TIMES // 2)],
        "facet": [page.locator(".st-key-facet-sexes button").first.click] * TIMES,
    }
    table = ["ms to the drawn list     p50    p95    max  times"]
    for name, steps in acts.items():
        measured = waits(page, steps)
        p50, p95 = np.percentile(measured, (50, 95))
        table.append(f"{name:22} {p50:6.0f} {p95:6.0f} {max(measured):6.0f} {len(measured):6}")
    record_property("table", "\n".join(table))
