"""Exports: records in the formats that reference managers, spreadsheets and programs read."""

from pubsearch.record import Record
from pubsearch.search.export import bibtex, jsonl, nbib, ris, table, xml
from pubsearch.search.export.files import Exported, to_files, write
from pubsearch.search.export.format import Format, Limit

FORMATS: dict[str, Format[Record]] = {
    form.name: form for form in (ris.FORMAT, nbib.FORMAT, bibtex.FORMAT, table.FORMAT, jsonl.FORMAT)
}
"""The formats that are made of a Record, by name."""

RECEIVED_XML = xml.FORMAT
"""PubMed's XML, made of records as they were received (`pubsearch.topic.raw.received`)."""

__all__ = ["FORMATS", "RECEIVED_XML", "Exported", "Format", "Limit", "to_files", "write"]
