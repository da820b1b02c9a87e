"""An explanation as HTML: each word of the question with the terms that it brought in, and what they contributed."""

from pubsearch.search.results import Explanation, Group, Highlight
from pubsearch.ui import safe, wording

_MISSING = 8


def render_explanation(explanation: Explanation) -> str:
    """The explanation as a list within a list, for those who read and those who hear it."""
    score = explanation.hit.score
    groups = "".join(_group(group, score) for group in explanation.groups)
    place = f"Place {explanation.place:,}, " if explanation.place else ""
    total = safe.escape(f"{place}score {score:.2f}: the sum of all contributions.")
    parts = [
        safe.tag("p", "ps-total", total),
        f'<details class="ps-shares"><summary>{safe.escape(wording.SHARES)}</summary><ul>{groups}</ul></details>',
        safe.tag("p", "ps-lacks", safe.escape(lacks), dir="auto") if (lacks := _lacks(explanation)) else "",
    ]
    return safe.clean("".join(parts))


def _group(group: Group, score: float) -> str:
    share = wording.percent(wording.share_of(group.contribution, score))
    terms = "".join(_term(each, score) for each in group.highlights)
    return f'<li dir="auto"><b>{safe.escape(wording.your(group.query_term))}</b> {share}<ul>{terms}</ul></li>'


def _term(highlight: Highlight, score: float) -> str:
    share = wording.percent(wording.share_of(highlight.contribution, score))
    weights = f"{highlight.query_weight:.2f} × {highlight.record_weight:.2f} = {highlight.contribution:.2f}"
    said = f"{wording.term(highlight.term)} {share} – {wording.how([highlight])}, in the {_where(highlight)}; {weights}"
    return f'<li dir="auto">{safe.escape(said)}</li>'


def _where(highlight: Highlight) -> str:
    return highlight.field or "record as a whole"


def _lacks(explanation: Explanation) -> str:
    """The heaviest terms of the question that the record has not."""
    names = [wording.term_of(term) for term in explanation.missing[:_MISSING]]
    more = len(explanation.missing) - len(names)
    return f"Not in this record: {', '.join(names)}{f' and {more:,} more' if more else ''}." if names else ""
