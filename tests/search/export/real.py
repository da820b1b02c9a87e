"""Real records, and what a format makes of records."""

import io
from collections.abc import Iterable
from pathlib import Path

import pubsearch.demo
from pubsearch.entrez import formats
from pubsearch.entrez.formats import open_source
from pubsearch.record import Record
from pubsearch.search import export

DATA = Path(__file__).parents[2] / "data"
SOURCES = (*pubsearch.demo.RECORDS.glob("*.xml.gz"), *DATA.glob("pubmed_xml/*.gz"), *DATA.glob("nbib/*.txt"))


def records() -> list[Record]:
    """Of each PMID the record that was found first: the 1,769 of the demo, then those of the test data."""
    found: dict[int, Record] = {}
    for path in sorted(SOURCES, key=lambda path: ("demo" not in path.parts, path)):
        with open_source(path) as source:
            for item in formats.parse(source, path.name):
                if isinstance(item, Record):
                    found.setdefault(item.pmid, item)
    return list(found.values())


def written(name: str, items: Iterable[Record]) -> str:
    """The export of `items` in the format of that name."""
    target = io.BytesIO()
    export.write(export.FORMATS[name], items, target)
    return target.getvalue().decode("utf-8")
