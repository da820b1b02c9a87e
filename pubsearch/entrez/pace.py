"""The pace that NCBI asks for: 3 requests a second, 10 with an API key (https://www.ncbi.nlm.nih.gov/books/NBK25497/).

NCBI counts the requests of an address, or of a key, whichever process sends them. So the processes of a machine share
one pace through a file of one number: when the last turn was, in seconds of CLOCK_MONOTONIC, which is the same for all
of them. Nobody takes a turn ahead of time: who comes too early sleeps and looks again, so that a process that is late,
stopped or killed holds up no other and brings no two requests closer together.

The lock is `flock` on the file itself. The kernel releases it when its holder dies, and wakes the next at once;
`filelock` would need a second file and would look again only every 50 ms, half a turn with a key.
"""

import contextlib
import errno
import fcntl
import hashlib
import logging
import os
import stat
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

MARGIN = 1.05
"""Turns are this much further apart than allowed.

NCBI judges by when requests arrive: of 4 (11 with a key) in a row the last may travel 50 ms faster than the first.
"""

# bytes that the number takes, whatever its digits: it is always written over the one before
_SIZE = 32

log = logging.getLogger(__name__)


class Clock(Protocol):
    """Time as this package sees it; the module `time` is one, and a test's own clock need not wait."""

    def monotonic(self) -> float:
        """Seconds that only grow."""

    def sleep(self, seconds: float, /) -> None:
        """Come back after `seconds`."""


class Pace:
    """Lets at most `per_second` callers a second through, evenly spaced; any number of threads may wait.

    All that name the same file as `shared`, in whatever process of this machine, keep to the pace together; `clock` is
    `time` then. Where the file cannot be used, this is logged once and the Pace goes on by itself.
    """

    def __init__(self, per_second: float, clock: Clock, shared: Path | None = None) -> None:
        self._interval = MARGIN / per_second
        self._clock = clock
        self._shared = shared
        self._lock = threading.Lock()
        self._last = float("-inf")

    def wait(self) -> None:
        """Return when it is this caller's turn."""
        while (left := self._left()) > 0:
            self._clock.sleep(left)

    def _left(self) -> float:
        """Takes the turn and gives 0, or gives the seconds until there is one."""
        with self._lock:
            if self._shared is not None:
                try:
                    with _locked(self._shared) as file:
                        self._last = max(self._last, _read(file))
                        left = self._take()
                        if not left:
                            os.pwrite(file, f"{self._last!r}".ljust(_SIZE).encode(), 0)
                        return left
                except OSError as error:
                    log.warning(
                        "%s cannot be used (%s), so other processes on this machine ask NCBI at a pace of their own: "
                        "set TMPDIR to a folder that all may write.",
                        self._shared,
                        error.strerror,
                    )
                    self._shared = None
            return self._take()

    def _take(self) -> float:
        now = self._clock.monotonic()
        # A last turn that is still to come was written before this machine started anew, or by no Pace.
        if self._last <= now < self._last + self._interval:
            return self._last + self._interval - now
        self._last = now
        return 0.0


def shared_file(caller: str) -> Path:
    """The file to share for `caller`, which names whom NCBI counts: host, and API key if there is one.

    It lies in the temporary folder, which all users share who share the machine's address. Its name holds a SHA-256 of
    `caller`, because names of files are for all to see and a key is not.
    """
    try:
        folder = Path(tempfile.gettempdir())
    except FileNotFoundError:
        # no folder may be written: Pace will say that of the working folder
        folder = Path()
    return folder / f"pubsearch-pace-{hashlib.sha256(caller.encode()).hexdigest()[:32]}"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, as a descriptor that no other process has under lock; for microseconds, as others wait for it.

    It is opened for each turn: a file that was removed meanwhile is none that others see.
    """
    file = _open(path)
    try:
        status = os.fstat(file)
        # In a folder where all may write, what has this name may be another's trap: a device, or a file elsewhere.
        if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
            raise OSError(errno.EINVAL, "it is no file of its own")
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)


def _open(path: Path) -> int:
    # Never O_CREAT on a file that is there: Linux refuses that for another user's file in /tmp (fs.protected_regular).
    flags = os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with contextlib.suppress(FileNotFoundError):
        return os.open(path, flags)
    try:
        file = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        return os.open(path, flags)
    # the umask has taken the other users' right to write
    os.fchmod(file, 0o666)
    return file


def _read(file: int) -> float:
    """When the last turn was; for ever ago where the file holds no number."""
    try:
        return float(os.pread(file, _SIZE, 0))
    except ValueError:
        return float("-inf")
