"""What every command does with its output: text, JSON, progress on a terminal, and an end at the user's wish."""

import contextlib
import errno
import json
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from pubsearch import console
from pubsearch.errors import StoppedError, StorageError
from pubsearch.topic.job_state import Telling
from pubsearch.topic.progress import Progress as Report

Name = Annotated[str, typer.Argument(help="The topic's name.")]
# What JSON may hold as it is, and a terminal may obey.
_ESCAPES = {number: f"\\u{number:04x}" for number in range(0x7F, 0xA0)}

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """The rate as text; nothing before there is one."""
        return Text(f"{task.speed:,.0f}/s" if task.speed else "", style="progress.data.speed")


@contextlib.contextmanager
def progress(again: str = "", *, quiet: bool = False) -> Iterator[Report]:
    """A bar for each step on a terminal, with rate and time left; nothing elsewhere, and nothing where `quiet`.

    Ctrl-C (or SIGTERM, or the page, where this is a job of its) ends the work at the end of its batch, by a
    StoppedError that names the command `again`; without one nothing is kept that could be gone on with.
    """
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with (
        _stop_asked(screen) as asked,
        Progress(*columns, console=screen, disable=quiet or not screen.is_terminal) as bars,
    ):
        tasks: dict[str, Any] = {}
        job = Telling()

        def report(what: str, done: int, total: int) -> None:
            if done < total and (asked or job.cancelled()):
                kept = f"what was done is kept, go on with: {again}" if again else "run it again to begin anew."
                raise StoppedError(f"Stopped at your wish ({what}: {done:,} of {total:,}); {kept}")
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)
            job.tell(what, done, total)

        yield report


@contextlib.contextmanager
def _stop_asked(screen: Console) -> Iterator[list[int]]:
    """A list that holds the signal once one has come; the second ends the program at once."""
    asked: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        for each, handler in before.items():
            signal.signal(each, handler)
        screen.print("Stopping at the end of this batch; Ctrl-C once more stops at once.", highlight=False)

    for number in before:
        signal.signal(number, ask)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def written() -> Iterator[None]:
    """Makes sure that standard output took all that was printed, by a StorageError where its disk is full.

    A reader that has enough (`| head`) is no error.
    """
    try:
        try:
            yield
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EPIPE) or error.filename is not None:
            raise
        # else Python would try once more as it ends: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno == errno.EPIPE:
            sys.exit(1)
        raise StorageError("The disk that standard output goes to is full: make room and run it again.") from error


def say(text: str) -> None:
    """One line, or some, of text for people."""
    print(console.printable(text))  # noqa: T201


def say_beside(text: str) -> None:
    """The same on stderr, beside an output that is for a program."""
    print(console.printable(text), file=sys.stderr)  # noqa: T201


def print_json(value: dict[str, Any]) -> None:
    """One JSON object."""
    print(json.dumps(value, ensure_ascii=False, indent=2).translate(_ESCAPES))  # noqa: T201
