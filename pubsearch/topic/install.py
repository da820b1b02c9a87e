"""Bundles put in place: a new topic, or the next version of one that came by a bundle of the same topic before.

A new topic appears by one rename. In a topic that is there, runs and records come first, then the version, and last
the switch to it: killed in between, the version from before is served, of a topic that has newer runs and records and
whose index is not yet built of them; the same install once more completes it.
A model is put under its fingerprint into the folder `.models`, which all topics share, before any topic needs it.
"""

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import filelock

from pubsearch import durable
from pubsearch.errors import StorageError, TopicError
from pubsearch.index import models, splade_folder
from pubsearch.topic import about, arrival, current, journal, unpack
from pubsearch.topic.bundle import MODEL
from pubsearch.topic.current import Current
from pubsearch.topic.layout import CURRENT, DESCRIPTION, LOG, RECORDS, RUNS, VECTORS, VERSIONS
from pubsearch.topic.lock import writing
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.progress import Progress
from pubsearch.topic.topic import Topic
from pubsearch.topic.unpack import Arrival

MODELS = ".models"
_LOCK = ".install.lock"
_ODD = re.compile(r"[^\w.-]+", re.ASCII)


def install(folder: Path, path: Path, arrived: Arrival, progress: Progress) -> Topic:
    """Puts what is in the bundle at `path` in place as the topic in `folder`, whole or not at all.

    Raises:
        TopicError: something lies in `folder` that is no topic.
        FileError: the bundle holds what pubsearch would not have written, needs more room than there is, or is not a
            later one of the topic that is there.
        StorageError: the folder may not be written, or another process writes it.
        StoppedError: the progress callback stopped it; nothing was changed.
    """
    home, version = durable.make_folder(folder.parent), arrived.head.version
    with _installing(home):
        unpack.check_room(home, path, arrived.head)
        if not folder.exists():
            shutil.rmtree(home / f"{durable.TEMPORARY}{folder.name}", ignore_errors=True)
            with durable.making(folder) as made:
                _fill(made, folder, path, arrived, progress)
                if (made / RECORDS).is_dir():
                    _expect_vectors(made)
                (made / CURRENT).write_bytes(current.dump(Current(version)))
            return Topic(folder)
        here = _there(folder)
        with writing(folder, "install"):
            _check_later(here, path, version)
            staged = folder / f"{durable.TEMPORARY}bundle"
            try:
                with durable.making(staged) as made:
                    _fill(made, folder, path, arrived, progress)
                _check_same(here, Topic(staged), path)
                _add(staged, folder, version)
                current.switch(here.folder, version)
            finally:
                shutil.rmtree(staged, ignore_errors=True)
    return Topic(folder)


@contextlib.contextmanager
def _installing(home: Path) -> Iterator[None]:
    """One bundle at a time, so that what a kill left of another one is told from one that is under way."""
    with durable.storage_errors(home):
        lock = filelock.FileLock(home / _LOCK, timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise StorageError(f"Another bundle is being installed in {home}: wait until it is done.") from error
    try:
        yield
    finally:
        lock.release()


def _there(folder: Path) -> Topic:
    if not (folder / DESCRIPTION).is_file():
        raise TopicError(
            f"{folder} is in the way and is no topic: choose another name by --name, or move it elsewhere."
        )
    return Topic(folder)


def _fill(made: Path, folder: Path, path: Path, arrived: Arrival, progress: Progress) -> None:
    """Unpacks into `made` what is to be in `folder`, checks it, and puts the model in place."""
    arrived.unpack(made, progress)
    try:
        stored = arrival.check(made, arrived.head)
    except ValueError as error:
        raise unpack.refusal(path, str(error)) from error
    known = replace(about.read(made), name=folder.name)
    if (made / MODEL).is_dir():
        place = _place_model(made / MODEL, folder.parent, stored)
        if "/" not in known.model and known.model not in models.CARRIED:
            # a folder's bare name, which a build would look for in vain
            known = replace(known, model=str(place))
    about.write(made, known)


def _place_model(unpacked: Path, home: Path, stored: Manifest) -> Path:
    """The model's folder among those of the library, noted as the place of its fingerprint."""
    fingerprint = splade_folder.fingerprint(unpacked)
    place = home.resolve() / MODELS / fingerprint / _ODD.sub("-", stored.model.name.rpartition("/")[2])
    if not place.is_dir() or splade_folder.fingerprint(place) != fingerprint:
        durable.make_folder(place.parent)
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(place.with_name(f"{durable.TEMPORARY}{place.name}"), ignore_errors=True)
        with durable.making(place) as made:
            for part in unpacked.iterdir():
                part.rename(made / part.name)
    shutil.rmtree(unpacked)
    models.resolve(str(place), fingerprint=stored.model.fingerprint)
    return place


def _check_later(here: Topic, path: Path, version: str) -> None:
    served = here.served()
    if served == version:
        raise unpack.refusal(path, f"topic {here.name} serves this version already")
    if served is not None and journal.order(version) <= journal.order(served):
        raise unpack.refusal(
            path,
            f"its version {version} is older than what topic {here.name} serves ({served}); "
            "--name OTHER puts it beside",
        )


def _check_same(here: Topic, arrived: Topic, path: Path) -> None:
    """A bundle goes into a topic that it has all of: what was fetched or imported here is never lost."""
    if (here.about.created, here.about.query) != (arrived.about.created, arrived.about.query):
        why = f"topic {here.name} is another one"
    elif own := {run.stamp for run in here.runs()} - {run.stamp for run in arrived.runs()}:
        why = f"topic {here.name} went its own way here (run {min(own)})"
    elif not _log(arrived).startswith(_log(here)):
        why = f"topic {here.name} has records that are not in the bundle (was it made with --records?)"
    else:
        return
    raise unpack.refusal(path, f"{why}; install the bundle under another name, by --name")


def _log(topic: Topic) -> bytes:
    """All whole lines of the log of records: what stands behind them, a crash tore, and it never counted."""
    path = topic.folder / RECORDS / LOG
    stored = path.read_bytes() if path.exists() else b""
    return stored[: stored.rfind(b"\n") + 1]


def _expect_vectors(folder: Path) -> None:
    """Makes the place where a build puts vectors; without it, a topic that has records has lost them."""
    durable.make_folder(folder / VECTORS)


def _add(staged: Path, folder: Path, version: str) -> None:
    """Moves all into the topic, in an order in which whatever is there is whole at each moment."""
    for kind in (RECORDS, RUNS):
        if (staged / kind).is_dir():
            durable.make_folder(folder / kind)
            # the log of the records is last by name, and what it lists is there before it
            for file in sorted((staged / kind).iterdir()):
                file.replace(folder / kind / file.name)
            durable.sync_folder(folder / kind)
    if (folder / RECORDS).is_dir():
        _expect_vectors(folder)
    (staged / DESCRIPTION).replace(folder / DESCRIPTION)
    place = durable.make_folder(folder / VERSIONS) / version
    # left by an install that was killed before its switch
    shutil.rmtree(place, ignore_errors=True)
    (staged / VERSIONS / version).rename(place)
    durable.sync_folder(place.parent)
    durable.sync_folder(folder)
