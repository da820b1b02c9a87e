"""JSON Lines: the whole Record as one JSON object a line, with `abstract`, `year` and `retracted` beside its fields."""

import json

from pydantic import TypeAdapter

from pubsearch.record import Record
from pubsearch.search.export.format import Format
from pubsearch.search.export.text import encoded

_RECORD = TypeAdapter(Record)


def _render(record: Record) -> bytes:
    derived = {"abstract": record.abstract, "year": record.year, "retracted": record.retracted}
    return encoded(json.dumps({**_RECORD.dump_python(record), **derived}, ensure_ascii=False) + "\n")


FORMAT = Format("jsonl", "jsonl", _render)
