"""Jobs: commands that run on as processes of their own, whatever becomes of who started them.

A job is this same command line. Its state is on disk alone, under `.jobs/` of the library, so that it is found again
after a restart. It lives as long as its lock is held, which the operating system frees when its process ends; no
process number is trusted, so that none can be mistaken for another's.
"""

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import filelock
from pydantic import TypeAdapter, ValidationError

from pubsearch import durable
from pubsearch.errors import StorageError, UserError, WorldError
from pubsearch.topic import journal
from pubsearch.topic.job_state import CANCEL, END, ENDED, LOCK, LOG, ORDER, PROGRESS, STEP, VARIABLE
from pubsearch.topic.library import Library

FOLDER = ".jobs"
State = Literal["running", "done", "failed", "cancelled", "lost"]

COMMANDS = {
    "ingest": ("--leave-out-many",),
    "update": ("--leave-out-many",),
    "build": ("--model", "--leave-out"),
    "vacuum": (),
    "verify": (),
}
"""What may run as a job, each with the options that it may have."""

KEPT = 50
LOST = "It was killed, or the machine went down, and told no end. What was done is kept: start it again."
_ID = re.compile(r"\d{8}T\d{6}Z(-\d{1,9})?")
_TAIL_BYTES = 1 << 17
_NICENESS = 10
_Note = TypeVar("_Note")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands. Times are ISO 8601 with zone; `rate` is records or texts a second, `left` is in seconds.

    `command` is what would be typed after `pubsearch`, `by` who started it, `stage` what is being done. `said` is the
    sentence that it ended with, or the last line that it printed. A "lost" one was killed with its end untold.
    `stopping` says that it was cancelled and still works, to the end of its batch.
    """

    id: str
    topic: str
    command: tuple[str, ...]
    by: str
    started: str
    ended: str | None
    state: State
    stage: str
    done: int
    total: int | None
    rate: float | None
    left: float | None
    said: str
    stopping: bool


@dataclass(frozen=True, slots=True)
class _Order:
    """job.json."""

    topic: str
    command: tuple[str, ...]
    by: str
    started: str


_order = TypeAdapter(_Order)


class Jobs:
    """The jobs of the library in the folder `home`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / FOLDER

    def start(self, topic: str, command: Sequence[str], by: str = "") -> Job:
        """Starts a command on a topic, such as ["build", "--model", "bundled"]; `by` is who wants it.

        Raises:
            TopicError: there is no such topic.
            UserError: the command may not run as a job, or one is running for the topic.
            StorageError: the disk is full, or the folder may not be written.
            WorldError: the system starts no process.
        """
        Library(self._home).topic(topic)
        order = _Order(topic, _checked(topic, command), by, journal.now().isoformat(timespec="seconds"))
        durable.make_folder(self._folder)
        with durable.storage_errors(self._folder), filelock.FileLock(self._folder / LOCK):
            for job in self.all(topic):
                if job.state == "running":
                    raise UserError(
                        f"Topic {topic} has a job that is running ({job.command[0]}, since {job.started}): wait until "
                        "it is done, or cancel it."
                    )
            self._remove_oldest()
            id_ = journal.stamp(journal.now(), self._folder)
            _run(self._folder / id_, self._home.resolve(), order)
        return self.get(id_)

    def all(self, topic: str | None = None) -> list[Job]:
        """The jobs that are kept, newest first; of one topic where it is named.

        Raises:
            StorageError: a job's file is damaged, or the folder cannot be read.
        """
        jobs = (self._read(id_) for id_ in self._ids())
        return [job for job in jobs if job and topic in (None, job.topic)]

    def get(self, id_: str) -> Job:
        """The job called `id_`.

        Raises:
            UserError: there is none.
            StorageError: its file is damaged.
        """
        job = self._read(id_) if _ID.fullmatch(id_) else None
        if job is None:
            raise UserError(f"There is no job {id_!r}: the last {KEPT} are kept.")
        return job

    def cancel(self, id_: str) -> None:
        """Asks a job to stop at the end of its batch; what was done is kept.

        Raises:
            UserError: there is no such job, or it has ended.
            StorageError: the folder may not be written.
        """
        job = self.get(id_)
        if job.state != "running":
            raise UserError(f"The job ({' '.join(job.command)}) has ended already, {job.state}: nothing to cancel.")
        durable.write(self._folder / id_ / CANCEL, b"")

    def log(self, id_: str, tail: int = 200) -> str:
        """The last `tail` lines that the job printed.

        Raises:
            UserError: there is no such job.
            StorageError: the log cannot be read.
        """
        self.get(id_)
        path = self._folder / id_ / LOG
        with durable.storage_errors(path):
            return "\n".join(_last_lines(path, tail))

    def _ids(self) -> list[str]:
        """Newest first."""
        with durable.storage_errors(self._folder):
            names = (path.name for path in self._folder.iterdir()) if self._folder.is_dir() else ()
            return sorted(filter(_ID.fullmatch, names), key=journal.order, reverse=True)

    def _read(self, id_: str) -> Job | None:
        """A job as it stands; None where it was removed."""
        folder = self._folder / id_
        with durable.storage_errors(folder):
            try:
                return _job(folder, _order.validate_json((folder / ORDER).read_bytes()))
            except FileNotFoundError:
                return None
            except ValidationError as error:
                raise StorageError(f"{folder} is damaged: delete it, for it holds a job's log alone.") from error

    def _remove_oldest(self) -> None:
        """Makes room for one more job among those that are kept."""
        for id_ in self._ids()[KEPT - 1 :]:
            job = self._read(id_)
            if job and job.state != "running":
                shutil.rmtree(self._folder / id_, ignore_errors=True)


def _job(folder: Path, order: _Order) -> Job:
    # in this order: one that ends in between has told its end by then
    locked = _is_locked(folder / LOCK)
    end, step = _note(folder / END, ENDED), None
    # It is written too often to be forced to the disk each time: a power cut may leave it empty.
    with contextlib.suppress(ValidationError):
        step = _note(folder / PROGRESS, STEP)
    state: State = end.state if end else "running" if locked else "lost"
    under_way = step if state == "running" else None
    return Job(
        id=folder.name,
        topic=order.topic,
        command=order.command,
        by=order.by,
        started=order.started,
        ended=end.ended if end else None,
        state=state,
        stage=step.stage if step else "",
        done=step.done if step else 0,
        total=step.total if step else None,
        rate=under_way.rate if under_way else None,
        left=under_way.left if under_way else None,
        said=LOST if state == "lost" else (end.said if end else "") or "".join(_last_lines(folder / LOG, 1)),
        stopping=state == "running" and (folder / CANCEL).exists(),
    )


def _checked(topic: str, command: Sequence[str]) -> tuple[str, ...]:
    """The command line of a job, its topic put in."""
    name, *options = command or ("",)
    allowed = COMMANDS.get(name)
    if allowed is None or any(option.startswith("-") and option not in allowed for option in options):
        raise UserError(f"{' '.join(command)!r} cannot run as a job: only {', '.join(COMMANDS)} can.")
    return name, topic, *options


def _run(folder: Path, home: Path, order: _Order) -> None:
    """Starts the command as a process of a session of its own, which holds the job's lock from its first moment."""
    environment = os.environ | {"PUBSEARCH_HOME": str(home), VARIABLE: str(folder.resolve()), "PYTHONUNBUFFERED": "1"}
    with contextlib.ExitStack() as opened:
        with durable.making(folder) as made:
            (made / ORDER).write_bytes(_order.dump_json(order))
            log = opened.enter_context((made / LOG).open("wb"))
            lock = opened.enter_context((made / LOCK).open("wb"))
            # a lock of this kind belongs to all who hold the open file, and goes with the last of them: flock(2)
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "pubsearch", *order.command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[lock.fileno()],
            )
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise WorldError(f"The system starts no process ({error.strerror}): try again later.") from error
    # who searches meanwhile goes first
    os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
    # else it would stay a zombie until this process ends
    threading.Thread(target=process.wait, daemon=True).start()


def _is_locked(path: Path) -> bool:
    with path.open("rb") as lock:
        try:
            # shared: two who look at the same time are not taken for a job
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _note(path: Path, kind: TypeAdapter[_Note]) -> _Note | None:
    with contextlib.suppress(FileNotFoundError):
        return kind.validate_json(path.read_bytes())
    return None


def _last_lines(path: Path, number: int) -> list[str]:
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
        text = file.read().decode("utf-8", "replace")
    return [line for line in text.splitlines() if line.strip()][-number:]
