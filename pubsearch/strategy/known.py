"""PMIDs that a person knows to be relevant, from a file."""

import re
from pathlib import Path

from pubsearch.errors import FileError

_BETWEEN = re.compile(r"[\s,;]+")
_PMID = re.compile(r"[1-9]\d{0,7}", re.ASCII)


def read_pmids(path: Path) -> tuple[int, ...]:
    """The PMIDs of a file, each once, in its order: digits with spaces, commas or line ends between; a line that begins
    with # is a remark.

    Raises:
        FileError: the file cannot be read, has no PMID, or something else.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise FileError(f"{path} is no text in UTF-8: write PMIDs into it, one a line.") from error
    found: dict[int, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        for piece in filter(None, _BETWEEN.split("" if line.lstrip().startswith("#") else line)):
            match = _PMID.fullmatch(piece)
            if match is None:
                raise FileError(
                    f"{path}, line {number}: “{piece[:40]}” is no PMID: write digits only, one PMID a line."
                )
            found[int(piece)] = None
    if not found:
        raise FileError(f"{path} has no PMID: write some into it, one a line.")
    return tuple(found)
