"""topic.toml: what a topic is, before anything is fetched for it."""

import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import tomli_w
from pydantic import Field, TypeAdapter, ValidationError

from pubsearch import durable
from pubsearch.errors import TopicError
from pubsearch.topic import sealed
from pubsearch.topic.layout import DESCRIPTION


@dataclass(frozen=True, slots=True)
class About:
    """topic.toml. `query` is the exact string, empty for a topic that is made of files alone; `words_weight` is what
    words count beside meaning, None where nobody chose it.
    """

    name: str
    title: str
    description: str
    query: str
    model: str
    created: str
    words_weight: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] | None = None


_adapter = TypeAdapter(About)


def read(folder: Path) -> About:
    """What the topic in `folder` is.

    Raises:
        TopicError: topic.toml cannot be read.
    """
    try:
        return _adapter.validate_python(tomllib.loads((folder / DESCRIPTION).read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise _damaged(folder, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise _damaged(folder, error) from error


def write(folder: Path, about: About) -> None:
    """Writes topic.toml.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    durable.write(folder / DESCRIPTION, dump(about))


def dump(about: About) -> bytes:
    """What stands in topic.toml."""
    known = {name: value for name, value in asdict(about).items() if value is not None}
    return sealed.seal_toml(tomli_w.dumps(known).encode())


def _damaged(folder: Path, reason: object) -> TopicError:
    return TopicError(
        f"{folder / DESCRIPTION} cannot be read ({reason}): restore it, or run pubsearch topic delete {folder.name}"
    )
