"""The trees of a strategy: of each line for itself, and of the whole where it can be read."""

from collections.abc import Iterator
from dataclasses import dataclass

from pubsearch.errors import QueryError
from pubsearch.search import language
from pubsearch.search.tree import Leaf, Node, Words, leaves
from pubsearch.strategy.lines import Line, Strategy


@dataclass(frozen=True, slots=True)
class Reading:
    """The tree of one line, in which the lines that it names stand as words; or why it cannot be read."""

    line: Line
    tree: Node | None
    error: QueryError | None = None

    @property
    def leaves(self) -> Iterator[Leaf]:
        """The words, terms and ranges of this line, without the numbers of others."""
        numbers = {each.start for each in self.line.references}
        if self.tree is not None:
            yield from (leaf for leaf in leaves(self.tree) if not (isinstance(leaf, Words) and leaf.start in numbers))


def readings(strategy: Strategy) -> list[Reading]:
    """Each line for itself; places are those of the whole strategy."""
    return [_reading(strategy, line) for line in strategy.lines]


def whole(strategy: Strategy) -> Node | None:
    """The tree of the strategy, which is that of its last line; None where it cannot be read."""
    try:
        return language.parse(strategy.text)
    except QueryError:
        return None


def _reading(strategy: Strategy, line: Line) -> Reading:
    try:
        return Reading(line, language.parse_line(strategy.tokens(line)))
    except QueryError as error:
        return Reading(line, None, error)
