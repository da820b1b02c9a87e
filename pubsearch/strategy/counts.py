"""How many records of PubMed each line of a strategy finds, and how PubMed reads it."""

from collections.abc import Iterator
from dataclasses import dataclass

from pubsearch.entrez.client import Client
from pubsearch.errors import QueryError
from pubsearch.strategy.foreign import foreign
from pubsearch.strategy.lines import Strategy, written_out


@dataclass(frozen=True, slots=True)
class LineCount:
    """What PubMed says of one line: `query` is the line as PubMed was asked it, with no numbers of other lines.

    `count` is None where PubMed could not be asked, and `error` says why. `number` is None where the strategy has none.
    `warnings` has what is another database's syntax, too.
    """

    number: int | None
    text: str
    query: str | None
    count: int | None
    translation: str
    warnings: tuple[str, ...]
    error: str


def counts(client: Client, strategy: Strategy) -> Iterator[LineCount]:
    """Asks PubMed for each line in turn; a line that cannot be asked hinders no other.

    Raises:
        EntrezError: NCBI did not answer as it should.
    """
    for each in written_out(strategy):
        line = each.line
        text = " ".join(strategy.text[line.start : line.end].split())
        wrong = tuple(f"{found.what} {found.cure}" for found in foreign(strategy, line))
        if each.query is None:
            yield LineCount(line.number, text, None, None, "", wrong, each.error)
            continue
        try:
            found = client.esearch(each.query, retmax=0)
        except QueryError as error:
            yield LineCount(line.number, text, each.query, None, "", wrong, str(error))
        else:
            warnings = (*wrong, *found.warnings)
            yield LineCount(line.number, text, each.query, found.count, found.query_translation, warnings, "")
