"""Truncated words that are too short for PubMed."""

import re
from collections.abc import Iterable, Iterator

from pubsearch.search.tree import Leaf, Term
from pubsearch.strategy.finding import Finding, finding
from pubsearch.strategy.lines import Line

LEAST = 4
"""PubMed wants so many characters before a *: https://pubmed.ncbi.nlm.nih.gov/help/#truncation"""

_STEM = re.compile(r"[^*]*")


def short(line: Line, leaves: Iterable[Leaf]) -> Iterator[Finding]:
    """Each term that has less before its *."""
    for leaf in leaves:
        if isinstance(leaf, Term) and "*" in leaf.text:
            stem = _STEM.match(leaf.text)
            characters = stem[0].replace(" ", "") if stem else ""
            if len(characters) < LEAST:
                yield finding(
                    "short-truncation",
                    line,
                    leaf.start,
                    f"{leaf.text} has {len(characters)} character{'' if len(characters) == 1 else 's'} before the *,"
                    f" and PubMed wants {LEAST}.",
                    "Write the words that are meant, joined by OR.",
                )
