"""A clock that moves when it is told to."""

import threading


class ManualClock:
    """Time in seconds; `sleep` returns at once and moves it on. For client and server alike."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float, /) -> None:
        self.slept.append(seconds)
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Time passes, and nobody has slept."""
        with self._lock:
            self.now += seconds
