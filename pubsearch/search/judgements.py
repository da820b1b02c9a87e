"""A person's judgements: questions, and which records answer them, in the files that information retrieval knows."""

import json
from collections.abc import Iterator
from pathlib import Path

from pubsearch.errors import FileError

# What the measures can count with.
_HIGHEST = 2**31 - 1

Queries = dict[str, str]
"""Question by its id."""
Qrels = dict[str, dict[int, int]]
"""By question id: the judged PMIDs, each with its grade; above 0 is relevant."""


def read_queries(path: Path) -> Queries:
    """Questions, one a line: id, a tab and the text, or a JSON object with "id" (or "_id") and "text".

    Raises:
        FileError: the file cannot be read, a line is neither, or an id comes twice.
    """
    found: Queries = {}
    for number, line in _lines(path):
        name, text = _from_json(line) if line.startswith("{") else line.partition("\t")[::2]
        if not name.strip() or not text.strip():
            raise _wrong(path, number, "is no question", "an id, a tab and the text, or JSON with id and text")
        if name.strip() in found:
            raise _wrong(path, number, f"has the id {name.strip()} once more", "each question once")
        found[name.strip()] = text.strip()
    return found


def read_qrels(path: Path) -> Qrels:
    """Judgements in TREC's format, one a line: question id, a column that is not read, PMID, grade
    (https://trec.nist.gov/data/qrels_eng/).

    Raises:
        FileError: the file cannot be read, a line is not so, or a record is judged twice for a question.
    """
    found: Qrels = {}
    for number, line in _lines(path):
        columns = line.split()
        try:
            name, _, pmid, grade = columns[0], columns[1], int(columns[2]), int(columns[3])
            if abs(grade) > _HIGHEST:
                raise ValueError
        except (IndexError, ValueError) as error:
            raise _wrong(path, number, "is no judgement", "four columns: question id, 0, PMID, grade") from error
        if pmid in found.setdefault(name, {}):
            raise _wrong(path, number, f"judges {pmid} for {name} once more", "one judgement of each")
        found[name][pmid] = grade
    return found


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are not empty, with their numbers."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise FileError(f"{path} cannot be read ({reason}): name a file of questions or judgements.") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _from_json(line: str) -> tuple[str, str]:
    """Id and text; empty where there is none."""
    try:
        value = json.loads(line)
        name, text = str(value.get("id", value.get("_id", ""))), str(value.get("text", ""))
        f"{name}{text}".encode()  # JSON can hold half a surrogate pair, which is no text
    except (ValueError, RecursionError):
        return "", ""
    return name, text


def _wrong(path: Path, number: int, what: str, expected: str) -> FileError:
    return FileError(f"Line {number} of {path} {what}: give {expected}.")
