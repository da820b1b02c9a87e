"""What a job tells of itself while it works: a folder with its order, where it stands and how it ended.

    job.json         what was asked, by whom: written once, before it starts
    log              all that it prints
    progress.json    where it stands: replaced as it goes on
    end.json         how it ended: written last
    cancel           is there from the moment that somebody wants it to stop
    lock             locked by the job's process for as long as that lives, however it ends

A command is a job where PUBSEARCH_JOB names such a folder.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from pubsearch import durable
from pubsearch.errors import PubsearchError, StoppedError
from pubsearch.topic import journal

VARIABLE = "PUBSEARCH_JOB"
ORDER, LOG, PROGRESS, END, CANCEL, LOCK = "job.json", "log", "progress.json", "end.json", "cancel", "lock"
# What a page shows needs no more, and a job's time is not for writing.
_SECONDS_BETWEEN = 0.25


@dataclass(frozen=True, slots=True)
class Step:
    """Where a job stands: what is being done, how much of it, records or texts a second, and the seconds left."""

    stage: str
    done: int
    total: int
    rate: float | None
    left: float | None


@dataclass(frozen=True, slots=True)
class End:
    """How a job ended, when (ISO 8601), and the error's sentence where there was one."""

    state: Literal["done", "failed", "cancelled"]
    ended: str
    said: str


STEP, ENDED = TypeAdapter(Step), TypeAdapter(End)


class Telling:
    """Where this process is a job, tells where it stands; else it tells nobody, and nobody can cancel it."""

    def __init__(self) -> None:
        folder = os.environ.get(VARIABLE)
        self._folder = Path(folder) if folder else None
        self._stage, self._first, self._began, self._told = "", 0, 0.0, 0.0

    def cancelled(self) -> bool:
        """Whether somebody wants the job to stop."""
        return self._folder is not None and (self._folder / CANCEL).exists()

    def tell(self, stage: str, done: int, total: int) -> None:
        """Notes where the job stands: the beginning and the end of each stage, and between them not too often."""
        if self._folder is None:
            return
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._first, self._began = stage, done, now
        elif done < total and now - self._told < _SECONDS_BETWEEN:
            return
        self._told = now
        rate = (done - self._first) / (now - self._began) if done > self._first and now > self._began else None
        step = Step(stage, done, total, rate, (total - done) / rate if rate else None)
        temporary = self._folder / f"{durable.TEMPORARY}{PROGRESS}"
        # a disk that is full ends the work itself, or does not concern it; and after a crash nobody asks
        with contextlib.suppress(OSError):
            temporary.write_bytes(STEP.dump_json(step))
            temporary.replace(self._folder / PROGRESS)


@contextlib.contextmanager
def ending() -> Iterator[None]:
    """Notes how the block ended, where this process is a job.

    Raises:
        StorageError: the disk is full, or the job's folder may not be written.
    """
    folder = os.environ.get(VARIABLE)
    if not folder:
        yield
        return
    state: Literal["done", "failed", "cancelled"] = "failed"
    said = ""
    try:
        yield
        state = "done"
    except SystemExit as exit_:
        state = "failed" if exit_.code else "done"
        raise
    except PubsearchError as error:
        state, said = "cancelled" if isinstance(error, StoppedError) else "failed", str(error)
        raise
    except BaseException as error:
        said = f"pubsearch itself failed ({type(error).__name__}): the log tells where."
        raise
    finally:
        end = End(state, journal.now().isoformat(timespec="seconds"), said)
        durable.write(Path(folder) / END, ENDED.dump_json(end))
