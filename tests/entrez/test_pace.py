"""The pace of requests: within one process, and between processes that share a file."""

import fcntl
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from pubsearch.entrez.pace import MARGIN, Pace, shared_file
from tests.eutils.clock import ManualClock
from tests.eutils.fixture import ROOT
from tests.eutils.server import VALID_KEY

RATE = 10
INTERVAL = MARGIN / RATE


class ThreadsClock:
    """One time for many threads: a sleeper moves it on to when it wakes, unless it is later already.

    `seen` is what the calling thread was told last: after `Pace.wait` the time of its turn.
    """

    def __init__(self) -> None:
        self._now = 1000.0
        self._lock = threading.Lock()
        self._told = threading.local()

    @property
    def seen(self) -> float:
        return float(self._told.time)

    def monotonic(self) -> float:
        self._told.time = self._now
        return self._now

    def sleep(self, seconds: float, /) -> None:
        with self._lock:
            self._now = max(self._now, self.seen + seconds)


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    return tmp_path / "pace"


def turns_of_threads(paces: Sequence[Pace], clock: ThreadsClock) -> list[float]:
    """When 8 threads had their 200 turns."""

    def take(number: int) -> float:
        paces[number % len(paces)].wait()
        return clock.seen

    with ThreadPoolExecutor(8) as pool:
        return sorted(pool.map(take, range(200)))


def one_after_the_other(turns: Sequence[float]) -> None:
    assert [later - earlier for earlier, later in pairwise(turns)] == [pytest.approx(INTERVAL)] * (len(turns) - 1)


class TestAlone:
    def test_the_first_turn_is_at_once(self, manual_clock: ManualClock) -> None:
        Pace(RATE, manual_clock).wait()
        assert manual_clock.slept == []

    def test_turns_are_evenly_spaced(self, manual_clock: ManualClock) -> None:
        pace, turns = Pace(RATE, manual_clock), []
        for _ in range(20):
            pace.wait()
            turns.append(manual_clock.now)
        one_after_the_other(turns)

    def test_threads_keep_it_together(self) -> None:
        clock = ThreadsClock()
        one_after_the_other(turns_of_threads([Pace(RATE, clock)], clock))

    def test_who_wakes_late_brings_no_two_turns_closer(self) -> None:
        class LateClock(ManualClock):
            def sleep(self, seconds: float, /) -> None:
                super().sleep(seconds + 0.09)

        clock, turns = LateClock(), []
        pace = Pace(RATE, clock)
        for _ in range(5):
            pace.wait()
            turns.append(clock.now)
        assert min(later - earlier for earlier, later in pairwise(turns)) >= INTERVAL

    def test_what_was_not_used_is_not_saved_up(self, manual_clock: ManualClock) -> None:
        pace = Pace(RATE, manual_clock)
        pace.wait()
        manual_clock.now += 3600
        pace.wait()
        assert manual_clock.slept == []
        pace.wait()
        assert manual_clock.slept == [pytest.approx(INTERVAL)]


class TestShared:
    def test_all_that_name_the_file_keep_it_together(self, shared: Path, manual_clock: ManualClock) -> None:
        turns = []
        for _ in range(20):
            Pace(RATE, manual_clock, shared).wait()
            turns.append(manual_clock.now)
        one_after_the_other(turns)

    def test_threads_keep_it_together(self, shared: Path) -> None:
        clock = ThreadsClock()
        one_after_the_other(turns_of_threads([Pace(RATE, clock, shared) for _ in range(3)], clock))

    def test_other_files_are_other_paces(self, tmp_path: Path, manual_clock: ManualClock) -> None:
        for name in ("one", "two", "three"):
            Pace(RATE, manual_clock, tmp_path / name).wait()
        assert manual_clock.slept == []

    def test_two_processes_keep_it_together(self, shared: Path) -> None:
        # What each process was told last before its turn is when the turn was, however late it went on from there.
        program = (
            "import sys, time; from pathlib import Path; from pubsearch.entrez.pace import Pace\n"
            "class Told:\n"
            "    sleep = staticmethod(time.sleep)\n"
            "    def monotonic(self):\n"
            "        self.last = time.monotonic()\n"
            "        return self.last\n"
            "clock = Told()\n"
            "pace = Pace(float(sys.argv[1]), clock, Path(sys.argv[2]))\n"
            "print('ready', flush=True)\n"
            "sys.stdin.readline()\n"
            "for _ in range(20):\n"
            "    pace.wait()\n"
            "    print(clock.last)\n"
        )
        command = [sys.executable, "-c", program, "100", str(shared)]
        pipe = subprocess.PIPE
        processes = [subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) for _ in range(2)]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        turns: list[float] = []
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        for process in processes:
            turns += map(float, process.communicate(timeout=60)[0].split())
        turns.sort()
        assert len(turns) == 40
        assert all(later >= earlier + MARGIN / 100 for earlier, later in pairwise(turns))

    @pytest.mark.parametrize("content", ["1000.5", "9e99", "inf", "nan", "-5", "", "a turn", "\x00" * 32, "1" * 4000])
    def test_what_no_turn_can_have_left_is_not_obeyed(
        self, shared: Path, manual_clock: ManualClock, content: str
    ) -> None:
        shared.write_text(content)
        Pace(RATE, manual_clock, shared).wait()
        assert manual_clock.slept == []
        Pace(RATE, manual_clock, shared).wait()
        assert manual_clock.slept == [pytest.approx(INTERVAL)]

    def test_a_file_that_is_removed_is_made_anew(self, shared: Path, manual_clock: ManualClock) -> None:
        pace = Pace(RATE, manual_clock, shared)
        pace.wait()
        shared.unlink()
        pace.wait()
        Pace(RATE, manual_clock, shared).wait()
        assert manual_clock.slept == [pytest.approx(INTERVAL)] * 2

    def test_every_user_may_write_the_file_and_nobody_may_execute_it(
        self, shared: Path, manual_clock: ManualClock
    ) -> None:
        before = os.umask(0o077)
        try:
            Pace(RATE, manual_clock, shared).wait()
        finally:
            os.umask(before)
        assert shared.stat().st_mode & 0o7777 == 0o666


class TestKilled:
    def test_the_lock_of_a_killed_process_is_free(self, shared: Path, manual_clock: ManualClock) -> None:
        Pace(RATE, manual_clock, shared).wait()
        program = (
            "import sys; from pathlib import Path; from pubsearch.entrez import pace\n"
            "with pace._locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
        )
        with subprocess.Popen(
            [sys.executable, "-c", program, str(shared)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"held\n"
            with shared.open() as file, pytest.raises(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            waiting = threading.Thread(target=Pace(RATE, manual_clock, shared).wait, daemon=True)
            waiting.start()
            holder.kill()
            waiting.join(60)
            assert not waiting.is_alive()
        assert manual_clock.slept == [pytest.approx(INTERVAL)]

    def test_a_process_killed_at_any_moment_leaves_a_turn_to_go_on_from(self, shared: Path) -> None:
        program = (
            "import sys, time; from pathlib import Path; from pubsearch.entrez.pace import Pace\n"
            "pace = Pace(1e9, time, Path(sys.argv[1]))\n"
            "while True: pace.wait(); print(flush=True)"
        )
        for turns in range(1, 10):
            with subprocess.Popen(
                [sys.executable, "-c", program, str(shared)], cwd=ROOT, stdout=subprocess.PIPE
            ) as process:
                assert process.stdout is not None
                for _ in range(turns):
                    process.stdout.readline()
                process.kill()
            assert process.returncode == -signal.SIGKILL
            # a second later by the killed process's own clock, which is every process's
            clock = ManualClock()
            clock.now = float(shared.read_text()) + 1
            Pace(RATE, clock, shared).wait()
            assert clock.slept == []
            assert float(shared.read_text()) == clock.now
            shared.unlink()


def trap(kind: str, folder: Path) -> Path:
    """What cannot be shared, where the file should be; `folder / "elsewhere"` is what it would harm."""
    path, elsewhere = folder / "pace", folder / "elsewhere"
    elsewhere.write_text("precious")
    match kind:
        case "link":
            path.symlink_to(elsewhere)
        case "dangling link":
            path.symlink_to(folder / "new")
        case "hard link":
            path.hardlink_to(elsewhere)
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "no folder":
            return folder / "absent" / "pace"
    return path


class TestUnusable:
    @pytest.mark.parametrize("kind", ["link", "dangling link", "hard link", "folder", "pipe", "no folder"])
    def test_the_process_goes_on_by_itself_and_says_so_once(
        self, tmp_path: Path, manual_clock: ManualClock, caplog: pytest.LogCaptureFixture, kind: str
    ) -> None:
        path = trap(kind, tmp_path)
        pace, turns = Pace(RATE, manual_clock, path), []
        for _ in range(5):
            pace.wait()
            turns.append(manual_clock.now)
        one_after_the_other(turns)
        (record,) = caplog.records
        assert (record.levelno, record.name) == (logging.WARNING, "pubsearch.entrez.pace")
        assert str(path) in record.message
        assert (tmp_path / "elsewhere").read_text() == "precious"
        assert not (tmp_path / "new").exists()

    @pytest.mark.usefixtures("full_disk")
    def test_a_disk_that_takes_no_byte_is_no_obstacle(
        self, shared: Path, manual_clock: ManualClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        pace = Pace(RATE, manual_clock, shared)
        pace.wait()
        pace.wait()
        assert manual_clock.slept[-1] == pytest.approx(INTERVAL)
        assert len(caplog.records) == 1

    @pytest.mark.usefixtures("full_disk")
    def test_without_any_folder_to_write_there_is_still_a_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tempfile, "tempdir", None)
        assert shared_file("ncbi").parent == Path()


class TestSharedFile:
    def test_is_one_for_a_caller(self) -> None:
        assert shared_file("eutils.example|key") == shared_file("eutils.example|key")
        assert shared_file("eutils.example|key") != shared_file("eutils.example|other")

    def test_lies_where_every_user_s_process_looks(self) -> None:
        assert shared_file("eutils.example|").parent == Path(tempfile.gettempdir())

    def test_does_not_tell_the_key(self) -> None:
        assert VALID_KEY not in str(shared_file(f"eutils.example|{VALID_KEY}"))
