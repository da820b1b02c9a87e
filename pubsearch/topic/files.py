"""The files of an import: which ones are meant, in which order, whether one is missing, whether each is whole.

NLM gives out PubMed once a year as numbered baseline files, and then every day as update files that number on from
them. Update files replace and delete what came before, so all baseline files are taken before the first update file,
and update files in their order (https://www.nlm.nih.gov/databases/download/pubmed_medline.html).
"""

import errno
import hashlib
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from pubsearch.errors import FileError

SUFFIXES = tuple(f".{kind}{packed}" for kind in ("xml", "nbib", "medline", "txt") for packed in ("", ".gz"))
"""How the names of files end that are taken from a folder; a file that is named itself may be called as it likes."""

_CHECKSUM = ".md5"

# medline until 2017, pubmed since 2018
_NUMBERED = re.compile(r"((?:pubmed|medline)(\d\d)n)(\d{4})\.xml(?:\.gz)?", re.ASCII)

# NLM's "MD5(pubmed26n0001.xml.gz)= 0123…", and md5sum's "0123…  pubmed26n0001.xml.gz"
_SUM = re.compile(rb"(?:MD5\s?\(.*\)\s?=\s*([0-9a-f]{32})|\\?([0-9a-f]{32})(?:\s.*)?)\s*", re.IGNORECASE)


def gather(paths: Sequence[Path]) -> list[Path]:
    """The files that `paths` mean, each once: first baseline and update files by year and number, then the others.

    A folder means all files in it and in its folders that end in SUFFIXES, by name, without hidden ones. Files of
    checksums (`.md5`) are left out, as `*` on a command line names them too.

    Raises:
        FileError: a path is absent, is no file and no folder, or cannot be read; or there is no file at all.
    """
    found: dict[Path, Path] = {}
    for path in paths:
        try:
            for file in _in_folder(path) if path.is_dir() else (path,):
                if str(file) != str(file).encode("utf-8", "replace").decode():
                    raise FileError(f"{str(file)!r} has a name that is no text in UTF-8: rename it.")
                if not file.exists():
                    raise FileError(f"{file} is not there: check the name.")
                if not file.is_file():
                    raise FileError(f"{file} is no file: name a file or a folder.")
                if file.suffix != _CHECKSUM:
                    found.setdefault(file.resolve(), file)
        except OSError as error:
            raise FileError(f"{error.filename} cannot be read: {error.strerror}.") from error
    if not found:
        raise FileError("There is no file to read: name a file or a folder of records.")
    return sorted(found.values(), key=_turn)


def gaps(paths: Sequence[Path]) -> list[str]:
    """The names of the baseline and update files that are missing between the first and the last one of a year."""
    years: dict[str, set[int]] = defaultdict(set)
    for path in paths:
        if numbered := _NUMBERED.fullmatch(path.name):
            years[numbered[1]].add(int(numbered[3]))
    return [
        f"{year}{number:04}.xml.gz"
        for year, numbers in sorted(years.items())
        for number in range(min(numbers), max(numbers))
        if number not in numbers
    ]


def check_md5(path: Path) -> bool | None:
    """True if `path` has the MD5 sum that the file `<path>.md5` says; None if there is no such file.

    Raises:
        FileError: the sum is another one, or one of the two files cannot be read.
    """
    beside = path.with_name(path.name + _CHECKSUM)
    try:
        said = _SUM.fullmatch(beside.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return None
        raise FileError(f"{beside} cannot be read: {error.strerror}.") from error
    if not said:
        raise FileError(f"{beside} holds no MD5 sum: download it again, or remove it.")
    try:
        with path.open("rb") as file:
            # against damage on the way, not against people
            is_now = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False))
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    if is_now.hexdigest() != (said[1] or said[2]).decode().lower():
        raise FileError(f"{path} does not agree with its .md5: download it again.")
    return True


def _in_folder(folder: Path) -> Iterator[Path]:
    files = []
    seen: set[str] = set()
    for inner, folders, names in os.walk(folder, onerror=_give_up, followlinks=True):
        # links may lead in circles
        seen.add(os.path.realpath(inner))
        folders[:] = [
            name for name in folders if not name.startswith(".") and os.path.realpath(Path(inner, name)) not in seen
        ]
        files += [Path(inner, name) for name in names if name.lower().endswith(SUFFIXES) and not name.startswith(".")]
    if not files:
        raise FileError(f"{folder} has no file that ends in {', '.join(SUFFIXES)}: name another folder, or the files.")
    yield from sorted(files)


def _give_up(error: OSError) -> None:
    # os.walk would leave out a folder that cannot be read, without a word
    raise error


def _turn(path: Path) -> tuple[bool, int, int]:
    numbered = _NUMBERED.fullmatch(path.name)
    return (False, int(numbered[2]), int(numbered[3])) if numbered else (True, 0, 0)
