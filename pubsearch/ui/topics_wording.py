"""What the Topics page says of times, sizes, jobs and runs, as plain text."""

from datetime import UTC, datetime

from rich.filesize import decimal

from pubsearch.topic.jobs import Job, State
from pubsearch.topic.journal import Run
from pubsearch.topic.lock import Writer

COMMANDS = {
    "update": "Update",
    "ingest": "Fetch",
    "build": "Build",
    "verify": "Check",
    "vacuum": "Clean up",
}
STATES: dict[State, str] = {
    "running": "running",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
    "lost": "killed",
}
_STEPS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def moment(time: datetime | str) -> str:
    """A time as "2026-01-31 12:00 UTC"."""
    known = datetime.fromisoformat(time) if isinstance(time, str) else time
    return f"{known.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def duration(seconds: float) -> str:
    """So many seconds in the largest unit that fits at least twice: "90 minutes"."""
    for size, name in _STEPS:
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {name}s"
    return "a second or two"


def size(number: int) -> str:
    """So many bytes: "34.4 MB"."""
    return decimal(number)


def records(number: int | None) -> str:
    """ "1,769", or that nobody can say."""
    return "unknown" if number is None else f"{number:,}"


def step(job: Job) -> str:
    """Where a running job stands: "Encoding: 1,200 of 1,769 · 77 a second · 8 seconds left"."""
    if job.total is None:
        return "Starting…"
    parts = [f"{job.stage}: {job.done:,} of {job.total:,}"]
    if job.rate:
        parts.append(f"{job.rate:,.1f} a second" if job.rate < 10 else f"{job.rate:,.0f} a second")
    if job.left is not None:
        parts.append(f"{duration(job.left)} left")
    return " · ".join(parts)


def job(found: Job) -> str:
    """What the job is, and how it stands since when: "Update done, 2026-01-31 12:00 UTC"."""
    name = COMMANDS.get(found.command[0], found.command[0])
    if found.state == "running":
        state = "stopping at the end of its batch" if found.stopping else "running"
        return f"{name}, {state}, since {moment(found.started)}"
    when = f", {moment(found.ended)}" if found.ended else f", begun {moment(found.started)}"
    return f"{name} {STATES[found.state]}{when}"


def elsewhere(writer: Writer) -> str:
    """What a process does that the page did not start: "Update, begun elsewhere, since 2026-01-31 12:00 UTC"."""
    name = COMMANDS.get(writer.what, writer.what.capitalize())
    return f"{name}, begun elsewhere, since {moment(writer.since)}"


def checked(verify: Job) -> str:
    """What a check that has ended found: "whole, 2026-01-31 12:00 UTC"."""
    found = "whole" if verify.state == "done" else "not whole"
    return f"{found}, {moment(verify.ended or verify.started)}"


def did(run: Run) -> str:
    """What became of a run, and what it changed: "complete, 12 new, 3 revised, 1 left out"."""
    counts = {
        "new": run.fetched + run.besides,
        "revised": len(run.revised),
        "left out": len(run.left) + run.deleted,
        "missing": len(run.missing),
    }
    changed = [f"{number:,} {what}" for what, number in counts.items() if number]
    return ", ".join([run.status, *(changed or ["nothing new"] * (run.status == "complete"))])


def run(found: Run) -> str:
    """A run in a line: "Update of 2026-01-31 12:00 UTC: complete, 12 new"."""
    return f"{found.kind.capitalize()} of {moment(found.started)}: {did(found)}"
