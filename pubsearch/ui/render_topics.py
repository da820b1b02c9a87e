"""The HTML of the Topics page: what is known of a topic, its health, its runs, and lists of PMIDs."""

from collections.abc import Iterable, Sequence

from pubsearch.topic import report
from pubsearch.topic.journal import Run
from pubsearch.ui import links, safe, topics_wording
from pubsearch.ui.topics_overview import NAMES, Health

SHOWN_LINES = 50
# A sign beside the words: colour is not the only one that tells.
_SIGNS: dict[Health, str] = {
    "whole": "✓",
    "stale": "!",
    "behind": "!",
    "empty": "○",
    "stopped": "!",
    "failed": "✕",
    "damaged": "✕",
}


def render_health(health: Health) -> str:
    """The state of a topic in two words."""
    sign = safe.tag("span", "ps-sign", safe.escape(_SIGNS[health]), **{"aria-hidden": "true"})
    return safe.clean(safe.tag("span", f"ps-health ps-health-{health}", f"{sign} {safe.escape(NAMES[health])}"))


def render_facts(facts: Iterable[tuple[str, str]]) -> str:
    """Facts, each with its name."""
    return safe.clean(safe.tag("dl", "ps-known", _facts(facts)))


def render_query(query: str) -> str:
    """A query as it was typed."""
    return safe.clean(safe.tag("p", "ps-typed ps-query", safe.escape(query), dir="auto"))


def render_run(run: Run) -> str:
    """A run in a line, which unfolds to all that is reported of it; of long lists the first `SHOWN_LINES`."""
    lines = list(report.summary(run))
    more = len(lines) - SHOWN_LINES
    shown = "".join(f'<li dir="auto">{safe.escape(line)}</li>' for line in lines[:SHOWN_LINES])
    rest = safe.tag("p", "ps-rest", f"{more:,} lines more stand in the search record.") if more > 0 else ""
    asked = [("Search string", run.query), ("PubMed read it as", run.translation)]
    told = "".join(safe.tag("p", "ps-rest", safe.escape(name)) + render_query(text) for name, text in asked if text)
    body = f"{told}{safe.tag('dl', 'ps-known', _facts(report.facts(run)))}<ul>{shown}</ul>{rest}"
    return safe.clean(
        f'<details class="ps-run"><summary>{safe.escape(topics_wording.run(run))}</summary>{body}</details>'
    )


def render_pmids(name: str, pmids: Sequence[int]) -> str:
    """How many PMIDs, and links to the first `SHOWN_LINES` of them in PubMed."""
    linked = "".join(f"<li>{safe.link(links.pubmed(pmid), str(pmid))}</li>" for pmid in pmids[:SHOWN_LINES])
    more = len(pmids) - SHOWN_LINES
    rest = safe.tag("p", "ps-rest", f"{more:,} more stand in the table.") if more > 0 else ""
    heading = safe.tag("h3", "ps-change", safe.escape(f"{len(pmids):,} {name}"))
    return safe.clean(heading + (safe.tag("ul", "ps-list", linked) if linked else "") + rest)


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f'<div><dt>{safe.escape(name)}</dt><dd dir="auto">{safe.escape(text)}</dd></div>' for name, text in facts
    )
