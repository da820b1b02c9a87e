"""Provenance: who fetched what when; one file a run, made for PRISMA-S (https://doi.org/10.1186/s13643-020-01542-z)."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pubsearch import durable
from pubsearch.entrez.client import DatabaseInfo
from pubsearch.release import VERSION

LIBRARIES = ("biopython", "lxml")


@dataclass(frozen=True, slots=True)
class Missing:
    """A PMID that NCBI counted and that is not in the topic, with the reason."""

    pmid: int
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """One ingestion or import: what was asked, what came, what did not. Times are ISO 8601 with zone.

    `source` is the server or the files, `database` PubMed's state by its own word, `count` how many records it has for
    the query (or the files hold).
    """

    stamp: str
    kind: Literal["ingest", "import"]
    started: str
    ended: str
    source: str
    database: DatabaseInfo | None
    query: str | None
    translation: str | None
    warnings: tuple[str, ...]
    count: int
    already_there: int
    fetched: int
    missing: tuple[Missing, ...]
    files: tuple[str, ...]
    software: dict[str, str]


class Journal:
    """The folder `runs/` of a topic."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, run: Run) -> None:
        """Keeps one run's file.

        Raises:
            StorageError: the disk is full, or the folder may not be written.
        """
        durable.make_folder(self._folder)
        data = json.dumps(asdict(run), ensure_ascii=False, indent=2) + "\n"
        durable.write(self._folder / f"{run.stamp}.json", data.encode())


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def stamp(moment: datetime, folder: Path) -> str:
    """A name in `folder` that sorts by time, and is not taken: "20260131T120000Z", then "20260131T120000Z-2"…"""
    base = name = moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    number = 1
    while (folder / name).exists() or (folder / f"{name}.json").exists():
        number += 1
        name = f"{base}-{number}"
    return name


def software() -> dict[str, str]:
    """The versions of what took part."""
    return {"pubsearch": VERSION, **{name: version(name) for name in LIBRARIES}}
