"""One writer at a time, and the second is told who the first is."""

import os
from pathlib import Path

import pytest

from pubsearch.errors import StorageError
from pubsearch.topic.lock import writing


def test_a_second_writer_is_told_who_holds_the_topic_since_when(tmp_path: Path) -> None:
    said = rf"topic .* \(ingest, process {os.getpid()}, since \d{{4}}-\d\d-\d\dT.*\+00:00\): wait"
    with writing(tmp_path, "ingest"), pytest.raises(StorageError, match=said), writing(tmp_path, "build"):
        pass


def test_the_note_of_a_killed_writer_keeps_nobody_out(tmp_path: Path) -> None:
    (tmp_path / ".writer").write_text('{"what": "ingest", "process": 1, "since": "2026"}')
    with writing(tmp_path, "build"):
        assert str(os.getpid()) in (tmp_path / ".writer").read_text()
    assert not (tmp_path / ".writer").exists()
