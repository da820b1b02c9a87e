"""The pace that NCBI asks for: 3 requests a second, 10 with an API key (https://www.ncbi.nlm.nih.gov/books/NBK25497/)."""

import threading
from typing import Protocol

MARGIN = 1.05
"""Requests are this much further apart than allowed: 50 ms in a second for a network that bunches them."""


class Clock(Protocol):
    """Time as this package sees it; the module `time` is one, and a test's own clock need not wait."""

    def monotonic(self) -> float:
        """Seconds that only grow."""

    def sleep(self, seconds: float, /) -> None:
        """Come back after `seconds`."""


class Pace:
    """Lets at most `per_second` callers a second through, evenly spaced; any number of threads may wait."""

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._interval = MARGIN / per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._next = float("-inf")

    def wait(self) -> None:
        """Return when it is this caller's turn."""
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            self._clock.sleep(turn - now)
