"""One writer at a time, and the second is told who the first is."""

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pubsearch.errors import StorageError
from pubsearch.topic.lock import is_being_written, writer, writing


def test_a_second_writer_is_told_who_holds_the_topic_since_when(tmp_path: Path) -> None:
    said = rf"topic .* \(ingest, process {os.getpid()}, since \d{{4}}-\d\d-\d\dT.*\+00:00\): wait"
    with writing(tmp_path, "ingest"), pytest.raises(StorageError, match=said), writing(tmp_path, "build"):
        pass


def test_the_note_of_a_killed_writer_keeps_nobody_out(tmp_path: Path) -> None:
    # a process has this number again
    (tmp_path / ".writer").write_text(f'{{"what": "ingest", "process": {os.getppid()}, "since": "2026"}}')
    assert not is_being_written(tmp_path)
    with writing(tmp_path, "build"):
        assert str(os.getpid()) in (tmp_path / ".writer").read_text()
        assert getattr(writer(tmp_path), "what", None) == "build"
    assert not (tmp_path / ".writer").exists()
    assert not is_being_written(tmp_path)


def test_who_looks_keeps_no_writer_out(tmp_path: Path) -> None:
    (tmp_path / ".writer").touch()
    with ThreadPoolExecutor(1) as pool, (tmp_path / ".writer").open("rb") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)

        def write() -> bool:
            with writing(tmp_path, "build"):
                return is_being_written(tmp_path)

        done = pool.submit(write)
        with pytest.raises(TimeoutError):
            done.result(0.2)
        fcntl.flock(looking, fcntl.LOCK_UN)
        assert done.result(60)


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_keeps_nobody_from_making_room(tmp_path: Path) -> None:
    with writing(tmp_path, "delete"):
        assert is_being_written(tmp_path)
