"""All the topics of a folder."""

import contextlib
import re
import shutil
import uuid
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from pubsearch import durable
from pubsearch.errors import TopicError
from pubsearch.index import models
from pubsearch.settings import Settings
from pubsearch.topic import about, journal
from pubsearch.topic.about import About
from pubsearch.topic.layout import DESCRIPTION, RECORDS, RUNS, VERSIONS
from pubsearch.topic.lock import writing
from pubsearch.topic.progress import Progress, silent
from pubsearch.topic.topic import Topic

if TYPE_CHECKING:
    from pubsearch.topic.verify_version import Damage

# What is safe as a folder's name on every system, in an address and in a shell.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
# A deleted topic till all of it is gone. The dot stands in no topic's name, so no topic is made in such a folder.
_DOOMED = f"{durable.TEMPORARY}deleted."


class Library:
    """The folder that holds the topics (`PUBSEARCH_HOME`)."""

    def __init__(self, path: Path | str | None = None) -> None:
        self.path = Path(path) if path is not None else Settings().home

    def names(self) -> list[str]:
        """The names of all topics, sorted.

        Raises:
            StorageError: the folder cannot be read.
        """
        with durable.storage_errors(self.path):
            if not self.path.exists():
                return []
            folders = (folder for folder in self.path.iterdir() if NAME.fullmatch(folder.name))
            return sorted(folder.name for folder in folders if (folder / DESCRIPTION).is_file())

    def empty(self) -> str:
        """What to do where there are no topics, in a sentence."""
        return (
            f"There are no topics in {self.path.absolute()}: go to the folder in which they were made or set "
            "PUBSEARCH_HOME; or make one by pubsearch demo or pubsearch topic create NAME --query …"
        )

    def topics(self) -> list[Topic]:
        """All topics, by name.

        Raises:
            StorageError: the folder cannot be read.
            TopicError: a topic's description is damaged.
        """
        return [Topic(self.path / name) for name in self.names()]

    def topic(self, name: str) -> Topic:
        """The topic called `name`.

        Raises:
            TopicError: there is none, or the name is not allowed.
        """
        folder = self.path / _checked(name)
        if not (folder / DESCRIPTION).is_file():
            if folder.exists() and not folder.is_dir():
                raise TopicError(f"{folder} is a file, not a topic: move it elsewhere.")
            raise self._absent(name)
        return Topic(folder)

    def create(
        self, name: str, query: str, *, title: str = "", description: str = "", model: str | None = None
    ) -> Topic:
        """A new topic; its model need not be at hand before `build`.

        Raises:
            TopicError: the name is not allowed, or taken.
            UserError: the model is neither a hub id, nor a folder, nor bundled.
            StorageError: the folder may not be written.
        """
        folder = self.path / _checked(name)
        if folder.exists():
            raise TopicError(f"{folder} exists already: choose another name, or delete that topic first.")
        known = About(
            name=name,
            title=title or name,
            description=description,
            query=query.strip(),
            model=models.canonical(model or Settings().model),
            created=journal.now().isoformat(timespec="seconds"),
        )
        durable.make_folder(self.path)
        with durable.making(folder) as made:
            about.write(made, known)
        return Topic(folder)

    def install(self, path: Path, name: str | None = None, progress: Progress = silent) -> Topic:
        """Puts the bundle at `path` in place as a topic, called `name` or as it was; where that topic is there and
        came by an earlier bundle of the same, the bundle's version is its next. All is done or nothing.

        Raises:
            FileError: it cannot be read, was damaged on its way, is of another format, holds what pubsearch would not
                have written, or is not a later one of the topic that is there.
            TopicError: the name is not allowed, or something that is no topic has it.
            StorageError: the disk is full, the folder may not be written, or another process writes it.
            StoppedError: the progress callback stopped it.
        """
        from pubsearch.topic import unpack
        from pubsearch.topic.install import install

        with unpack.opened(path) as arrived:
            return install(self.path / _checked(name or arrived.head.topic), path, arrived, progress)

    def verify(self, name: str, progress: Progress = silent) -> "list[Damage]":
        """What is not whole in the topic called `name`, and what mends it; nothing where all is whole.

        Raises:
            TopicError: there is no such topic.
            StorageError: a process is writing the topic, or a file may not be read.
            StoppedError: the progress callback stopped it.
        """
        from pubsearch.topic.verify import verify

        return verify(self._folder(name), progress)

    def delete(self, name: str) -> None:
        """Removes the topic with its records, vectors and versions, damaged or not; nothing brings it back.

        Raises:
            TopicError: there is no such topic.
            StorageError: another process writes it, or the folder may not be written.
        """
        folder = self._folder(name)
        with durable.storage_errors(folder):
            with writing(folder, "delete"):
                # gone at once for everybody who looks, and in nobody's way: a topic of its name may be made meanwhile
                doomed = self.path / f"{_DOOMED}{uuid.uuid4().hex}"
                folder.rename(doomed)
            durable.sync_folder(self.path)
            for left in self.path.glob(f"{_DOOMED}*"):
                # the others a kill left, or another process is at them; so may it be at this one
                with contextlib.suppress(FileNotFoundError):
                    shutil.rmtree(left, ignore_errors=left != doomed)

    def _folder(self, name: str) -> Path:
        """The folder of a topic that is there, damaged or not."""
        folder = self.path / _checked(name)
        parts = {path.name for path in folder.iterdir()} if folder.is_dir() else {"none"}
        if parts and not parts & {DESCRIPTION, RECORDS, RUNS, VERSIONS}:
            raise self._absent(name)
        return folder

    def _absent(self, name: str) -> TopicError:
        names = self.names()
        if not names:
            return TopicError(f"There is no topic {name}. {self.empty()}")
        meant = f". Did you mean {' or '.join(close)}?" if (close := get_close_matches(name, names)) else ""
        return TopicError(f"There is no topic {name} in {self.path}{meant} (there: {', '.join(names)})")


def _checked(name: str) -> str:
    if not NAME.fullmatch(name):
        raise TopicError(
            f"{name!r} cannot be a topic's name: use a-z, 0-9, - and _, at most 64, such as heart-failure."
        )
    return name
