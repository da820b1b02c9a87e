"""Text files read line by line, compressed or not."""

import gzip
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO, cast

import zstandard

from pubsearch.errors import FileError


@contextmanager
def reading(path: Path, what: str) -> Iterator[TextIO]:
    """The file as text, decompressed where its name says so (.gz, .zst), its line ends as they are.

    Raises:
        FileError: the file cannot be read, from the first line to the last; `what` is the file that was looked for.
    """
    try:
        with _opened(path) as file:
            yield file
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, zstandard.ZstdError) as error:
        reason = "it is no text in UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", None)
        raise FileError(f"{path} cannot be read ({reason or error}): name {what}.") from error


def lines(path: Path, what: str) -> Iterator[tuple[int, str]]:
    """The lines that are not empty, with their numbers from 1.

    Raises:
        FileError: as `reading`.
    """
    with reading(path, what) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield number, line.rstrip("\r\n")


def json_object(line: str) -> dict[str, Any]:
    """The JSON object that a line is; of a line that is none, or holds anywhere what is no text, an empty one."""
    try:
        value = json.loads(line)
        json.dumps(value, ensure_ascii=False).encode()  # JSON can hold half a surrogate pair, which is no text
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    if path.suffix == ".zst":
        return cast(TextIO, zstandard.open(path, "rt", encoding="utf-8-sig", newline=""))
    return path.open(encoding="utf-8-sig", newline="")
