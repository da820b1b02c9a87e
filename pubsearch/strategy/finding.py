"""What is found in a strategy that its author may want to look at again."""

from dataclasses import dataclass

from pubsearch.strategy.lines import Line


@dataclass(frozen=True, slots=True)
class Finding:
    """One place of a strategy to look at again: what is there, and what to do about it.

    `code` names the kind of finding. `line` is the number of the line, None where the strategy has no numbers.
    `position` counts code points of the whole strategy from 0.
    """

    code: str
    line: int | None
    position: int
    what: str
    cure: str


def finding(code: str, line: Line, position: int, what: str, cure: str) -> Finding:
    """The finding at a place in a line."""
    return Finding(code, line.number, position, what, cure)
