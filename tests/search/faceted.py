"""Facets of a few records."""

from collections.abc import Sequence
from pathlib import Path

from pubsearch.index.facets import Facets, FacetsWriter
from pubsearch.record import Record


def written(folder: Path, records: Sequence[Record]) -> Facets:
    """The facets of these records, written to the folder and opened."""
    writer = FacetsWriter(folder, len(records))
    writer.add(list(enumerate(records)))
    writer.close()
    return Facets(folder)
