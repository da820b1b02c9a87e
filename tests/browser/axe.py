"""Axe-core (as axe-playwright-python carries it) on a page: what is seriously wrong with it, and is ours."""

from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Rule, and what the element's HTML holds: Streamlit's own, which no parameter of it can mend. Ten at most.
EXCEPTIONS = (
    # The brush of Vega-Lite's charts has a role and no name: https://github.com/vega/vega-lite/issues/9623
    ("svg-img-alt", "brush_brush"),
)


@dataclass(frozen=True)
class Violation:
    """A rule of axe, and the element that breaks it."""

    rule: str
    where: str
    html: str


def violations(page: Page) -> list[Violation]:
    """The serious and critical violations of the page as it stands, without `EXCEPTIONS`."""
    return [
        Violation(rule["id"], str(node["target"][0]), node["html"])
        for rule in Axe().run(page, options={"runOnly": _RULES}).response["violations"]
        if rule["impact"] in {"serious", "critical"}
        for node in rule["nodes"]
        if not any(rule["id"] == excepted and part in node["html"] for excepted, part in EXCEPTIONS)
    ]
