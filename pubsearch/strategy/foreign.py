"""Syntax of Ovid, Embase and Scopus, which PubMed takes for words."""

import re
from collections.abc import Iterator

from pubsearch.strategy.finding import Finding, finding
from pubsearch.strategy.lines import Line, Strategy

_OVID = r"\.(?:ti|ab|tw|mp|kw|kf|kp|ot|pt|sh|hw|nm|rn|af|jn|jw|lg|yr|fs)"
_EMBASE = "(?:ti|ab|kw|tt|de|exp|au|it|la|py)"
_TAGS = "[tiab], or another tag, behind each term"
_EXPLODED = "the heading with [mh], which includes narrower ones"
_NEAR = 'words in quotes with [tiab:~3], such as "hip pain"[tiab:~3]'
_TABLE = (
    ("Ovid's", rf"""(?<=[\w*?$)"]){_OVID}(?:(?:,{_OVID[2:]})+\.?|\.)(?=[\s)]|$)""", _TAGS),
    ("Ovid's", r"""(?:^|(?<=[\s(]))(?-i:exp)\s+\*?["\w][^()\]\n]*?/""", _EXPLODED),
    ("Ovid's", r"""(?<=[a-z"])/(?=[\s)]|$)""", "the heading with [mh:noexp]"),
    ("Ovid's", r"(?<=[\s)])adj\d*(?=[\s(]|$)", _NEAR),
    ("Ovid's", r"(?:^|(?<=[\s(]))(?:or|and)/\d+(?:[-,]\d+)+", "the lines with operators, such as #1 OR #2"),
    ("Ovid's", r"^\s*limit\s+\d+\s+to\b", "limits as terms, such as #1 AND 2015:2020[dp]"),
    ("Ovid's", r"(?<=[^\W\d_])\$\d*(?=[\s).,]|$)", "* at the end of a word"),
    ("Ovid's", r"(?<=[^\W\d_])[?#](?=[^\W\d_])", "each spelling, joined by OR"),
    ("Embase's", r"""(?<=[\w'"])/(?:exp|de|mj)(?:/mj)?\b""", _EXPLODED),
    ("Embase's", rf"""(?<=[\w'*)"]):{_EMBASE}(?:,{_EMBASE})*(?=[\s)]|$)""", _TAGS),
    ("Embase's", r"(?<=[\s)])(?:near|next)/\d+", _NEAR),
    ("Scopus'", r"(?<=[\s)])(?:w|pre)/\d+(?=[\s(]|$)", _NEAR),
    ("Scopus'", r"\btitle-abs(?:-key)?\s*\(", "[tiab] behind each term"),
)
_PATTERNS = [(whose, re.compile(pattern, re.IGNORECASE | re.MULTILINE), instead) for whose, pattern, instead in _TABLE]
_QUOTED = re.compile(r'"[^"\n]*"')
_TAG = re.compile(r"\[[^\]\n]*\]")
_SHOWN = 40


def foreign(strategy: Strategy, line: Line) -> Iterator[Finding]:
    """The first of each kind in a line, outside quotes and tags."""
    written = strategy.text[line.start : line.end]
    text = _TAG.sub(_blank, _QUOTED.sub(lambda quoted: f'"{"·" * (len(quoted[0]) - 2)}"', written))
    for whose, pattern, instead in _PATTERNS:
        match = pattern.search(text)
        if match:
            shown = written[match.start() : match.end()].strip()[:_SHOWN]
            what = f"“{shown}” is {whose} syntax, which PubMed takes for words."
            yield finding("other-syntax", line, line.start + match.start(), what, f"Write {instead}.")
            # so that no other kind is found in it
            text = pattern.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return "]" * len(match[0])
