"""JSON Lines hold the whole record."""

import json

from hypothesis import given, settings
from pydantic import TypeAdapter

from pubsearch.record import Record
from tests.search.export.hostile import hostile_records
from tests.search.export.real import written

RECORD = TypeAdapter(Record)


def test_every_real_record_comes_back_the_same(real: list[Record]) -> None:
    lines = written("jsonl", real).split("\n")[:-1]
    assert [RECORD.validate_json(line) for line in lines] == real


def test_what_follows_from_the_fields_is_said_too(real: list[Record]) -> None:
    retracted = next(record for record in real if record.retracted and record.abstract)
    said = json.loads(written("jsonl", [retracted]))
    assert (said["retracted"], said["year"], said["abstract"]) == (True, retracted.year, retracted.abstract)


@settings(max_examples=100, deadline=None)
@given(hostile_records())
def test_a_record_is_one_line(record: Record) -> None:
    text = written("jsonl", [record])
    assert text.count("\n") == 1
    again = RECORD.validate_json(text)
    assert again.title == record.title.encode("utf-8", "replace").decode()
