""" "Why this paper?": what each word of the question, and each term that it brought in, contributed to a score."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from pubsearch.search.results import Explanation, Highlight
from pubsearch.ui import wording
from pubsearch.ui.render_explained import render_explanation

# Terms with a bar of their own; the rest shares one.
SHOWN = 14
_BAR_HEIGHT = 22
# As the chart's legend names them: whether the question has the word, or the model brought it in.
_OWN, _ADDED, _REST = "your word", "added by the model", "further terms"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart: a term with the user's word, its share of the score in percent, and whose it is."""

    name: str
    percent: float
    whose: str


def draw(explanation: Explanation) -> None:
    """A bar for each term, those of one word of the question together, and the same as a list."""
    found = bars(explanation)
    if found:
        st.vega_lite_chart(spec=_spec(found), alt=wording.CHART_IS_LISTED, width="stretch", theme="streamlit")
    st.html(render_explanation(explanation))


def bars(explanation: Explanation) -> list[Bar]:
    """The heaviest terms, by the user's words in the order of their shares, then the rest; they add up to the score."""
    score = explanation.hit.score
    heaviest = sorted((each for group in explanation.groups for each in group.highlights), key=_weight)[-SHOWN:]
    shown = {(each.number, each.kind) for each in heaviest}
    found, rest = [], 0.0
    for group in explanation.groups:
        for each in group.highlights:
            share = 100 * wording.share_of(each.contribution, score)
            if (each.number, each.kind) in shown:
                found.append(Bar(_name(each), share, _OWN if each.own else _ADDED))
            else:
                rest += share
    return found + ([Bar(_REST, rest, _REST)] if rest else [])


def _weight(highlight: Highlight) -> float:
    return highlight.contribution


def _name(highlight: Highlight) -> str:
    """ "attack: infarction"; one word where the two are the same."""
    asked, term = highlight.query_term or "question", wording.term_of(highlight)
    return term if highlight.term.casefold() == asked.casefold() else f"{asked}: {term}"


def _spec(found: list[Bar]) -> dict[str, Any]:
    """The chart in Vega-Lite: https://vega.github.io/vega-lite/docs/bar.html. Text in it is drawn, never read."""
    rows = [
        {"row": row, "name": bar.name, "percent": round(bar.percent, 1), "whose": bar.whose}
        for row, bar in enumerate(found)
    ]
    names = {str(row): bar.name for row, bar in enumerate(found)}
    return {
        "data": {"values": rows},
        "height": {"step": _BAR_HEIGHT},
        "mark": {"type": "bar", "cornerRadiusEnd": 2, "height": 14},
        "params": [{"name": "names", "value": names}],
        "encoding": {
            # by number, for two terms may have one name
            "y": {
                "field": "row",
                "type": "ordinal",
                "title": None,
                "axis": {
                    "labelExpr": "names[datum.value]",
                    "labelLimit": 190,
                    "labelOverlap": False,
                    "ticks": False,
                    "domain": False,
                },
            },
            "x": {
                "field": "percent",
                "type": "quantitative",
                "title": "% of the score",
                "axis": {"tickCount": 6, "tickMinStep": 1},
            },
            "color": {
                "field": "whose",
                "type": "nominal",
                "title": None,
                "scale": {"domain": [_OWN, _ADDED, _REST], "range": ["#2f6fae", "#c77f00", "#8a94a0"]},
                # one below the other, for on a phone they have no room side by side
                "legend": {"orient": "top", "columns": 1},
            },
            "tooltip": [
                {"field": "name", "type": "nominal", "title": "term"},
                {"field": "percent", "type": "quantitative", "title": "% of the score"},
                {"field": "whose", "type": "nominal", "title": "whose"},
            ],
        },
    }
