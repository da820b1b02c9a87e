"""Whether a topic is whole: each file that is not what pubsearch wrote, and what mends it. Nothing is written."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pubsearch import durable
from pubsearch.errors import ModelError, StorageError, TopicError, VersionError
from pubsearch.index import models
from pubsearch.topic import current, manifest, sealed
from pubsearch.topic.journal import Run
from pubsearch.topic.layout import CURRENT, DESCRIPTION, RECORDS, RUNS, VERSIONS
from pubsearch.topic.lock import is_being_written
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.progress import Progress, silent
from pubsearch.topic.records import RecordStore
from pubsearch.topic.topic import Topic
from pubsearch.topic.verify_records import STRAY, RecordsCheck
from pubsearch.topic.verify_version import Damage, check_version

_RUN = "restore it from a backup, or move it elsewhere: pubsearch report then lacks that run"
_run = TypeAdapter(Run)


def verify(folder: Path, progress: Progress = silent) -> list[Damage]:
    """What is not whole in the topic in `folder`, by files' paths within it; nothing where all is whole.

    Raises:
        StorageError: a process is writing the topic, or a file may not be read.
        StoppedError: the progress callback stopped it.
    """
    if is_being_written(folder):
        raise StorageError(f"A process is writing topic {folder.name}: wait until it is done, then verify again.")
    with durable.storage_errors(folder):
        served = _served(folder)
        records = RecordsCheck(folder, served, _again(folder))
        return [
            *_description(folder),
            *_runs(folder),
            *records.damages(progress),
            *_current(folder),
            *_versions(folder, progress),
            *_model(served),
        ]


def _build(folder: Path) -> str:
    return f"run pubsearch build {folder.name}"


def _served(folder: Path) -> Manifest | None:
    name = current.read(folder).served
    try:
        return manifest.load(folder / VERSIONS / name, folder.name) if name else None
    except VersionError:
        return None


def _again(folder: Path) -> str:
    try:
        query = Topic(folder).about.query
    except TopicError:
        query = ""
    return f"pubsearch ingest {folder.name}" if query else f"pubsearch import {folder.name} with the last files again"


def _description(folder: Path) -> Iterator[Damage]:
    restore = "restore it from a backup"
    try:
        Topic(folder)
        whole = sealed.is_whole((folder / DESCRIPTION).read_bytes())
    except TopicError:
        missing = not (folder / DESCRIPTION).is_file()
        yield Damage(DESCRIPTION, "is missing" if missing else "cannot be read", restore)
        return
    if whole is None:
        what = "has no seal: an earlier pubsearch wrote it, or it was changed"
        yield Damage(DESCRIPTION, what, f"look whether it is right, then {_build(folder)}")
    elif not whole:
        yield Damage(
            DESCRIPTION, "was changed", f"{restore}; if you changed it, remove its last line and {_build(folder)}"
        )


def _runs(folder: Path) -> Iterator[Damage]:
    known = {field.name for field in fields(Run)}
    there = sorted((folder / RUNS).glob("*.json"))
    yield from _strays(folder, {path.stem for path in there})
    for path in there:
        stored, name = path.read_bytes(), f"{RUNS}/{path.name}"
        try:
            run = _run.validate_json(stored)
        except ValidationError:
            yield Damage(name, "cannot be read", _RUN)
            continue
        whole, said = sealed.is_whole(stored), json.loads(stored)
        # runs of the first releases have no seal, and no field of that name
        if whole is False or (whole is None and said.keys() - known):
            yield Damage(name, "was changed", _RUN)
        elif run.stamp != path.stem:
            yield Damage(name, f"holds what belongs to {run.stamp}.json", _RUN)
        elif "log" in said:
            yield from _log(path.with_suffix(".log"), run.log)
    try:
        named = {entry.run for entry in RecordStore(folder / RECORDS).entries()}
    except StorageError:
        return
    for stamp in sorted(named - {path.stem for path in there}):
        yield Damage(f"{RUNS}/{stamp}.json", "is missing", _RUN)


def _strays(folder: Path, stamps: set[str]) -> Iterator[Damage]:
    """What lies among the runs and is neither a run nor a run's log."""
    for path in sorted((folder / RUNS).glob("*")):
        log = path.suffix == ".log" and path.stem in stamps
        if path.suffix != ".json" and not log and not path.name.startswith(durable.TEMPORARY):
            yield Damage(f"{RUNS}/{path.name}", "belongs to no run", STRAY)


def _log(path: Path, expected: str | None) -> Iterator[Damage]:
    """Whether the log of a run is the one whose SHA-256 the run says; None where it had none."""
    repair = "restore it from a backup, or move it elsewhere: it only tells of faults on the way"
    if path.is_file() and manifest.sha256(path) != expected:
        yield Damage(f"{RUNS}/{path.name}", "was changed" if expected else "belongs to no run", repair)
    elif expected and not path.is_file():
        yield Damage(f"{RUNS}/{path.name}", "is missing", "restore it from a backup")


def _current(folder: Path) -> Iterator[Damage]:
    said, there = current.read(folder), current.versions(folder)
    if not (folder / CURRENT).is_file():
        if there:
            yield Damage(CURRENT, "is missing", _build(folder))
    elif said.served not in there:
        yield Damage(CURRENT, "names no version that is there", _build(folder))
    elif (folder / CURRENT).read_bytes() != current.dump(said):
        yield Damage(CURRENT, "was changed", _build(folder))
    elif there[-1] != (said.withdrawn or said.served):
        what = f"says nothing of the newest version, {there[-1]}: it was changed, or a build or install was broken off"
        yield Damage(CURRENT, what, _build(folder))


def _versions(folder: Path, progress: Progress) -> Iterator[Damage]:
    there = current.versions(folder)
    for path in sorted((folder / VERSIONS).glob("*")):
        if path.name not in there and not path.name.startswith(durable.TEMPORARY):
            yield Damage(f"{VERSIONS}/{path.name}", "does not belong there", STRAY)
    for name in there:
        for damage in check_version(folder / VERSIONS / name, _build(folder), progress):
            yield replace(damage, file=f"{VERSIONS}/{name}/{damage.file}")


def _model(served: Manifest | None) -> Iterator[Damage]:
    if served is None:
        return
    made = served.model
    try:
        models.resolve(made.name, fingerprint=made.fingerprint, revision=made.revision, download=False)
    except ModelError as error:
        yield Damage(f"model {made.name}", "cannot be used on this machine", str(error))
