"""A person's judgements: questions, and which records answer them, in the files that information retrieval knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pubsearch.errors import FileError, UserError
from pubsearch.text_files import json_object, lines

# The measures need memory for each grade up to the highest; tracks of TREC have at most a few.
_HIGHEST = 1_000

Queries = dict[str, str]
"""Question by its id."""
Qrels = dict[str, dict[str, int]]
"""By question id: the judged records' ids (PMIDs), each with its grade; above 0 is relevant."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Questions with a record of a collection that is judged relevant, and the judgements of its records.

    `unanswered` counts the questions that were left out, for none of the collection's records is judged relevant for
    them, and `absent` the records judged for the questions that the collection has not.
    """

    queries: Queries
    qrels: Qrels
    unanswered: int
    absent: int


def judged(queries: Queries, qrels: Qrels, ids: Iterable[str], collection: str) -> Judged:
    """What can be measured on a collection of these `ids`.

    Raises:
        UserError: no question has a record of the collection that is judged relevant.
    """
    all_judged = {record for question in queries for record in qrels.get(question, ())}
    present = all_judged.intersection(ids)
    kept = {
        question: {record: grade for record, grade in qrels[question].items() if record in present}
        for question in queries
        if question in qrels
    }
    kept = {question: grades for question, grades in kept.items() if max(grades.values(), default=0) > 0}
    if not kept:
        raise UserError(
            f"No question has a record of {collection} that is judged relevant: see that both files have the same "
            "question ids and that the judgements hold its records' ids (PMIDs)."
        )
    used = {question: queries[question] for question in kept}
    return Judged(used, kept, len(queries) - len(used), len(all_judged) - len(present))


def read_queries(path: Path, split: str | None = None) -> Queries:
    """Questions, one a line: id, a tab and the text, or a JSON object with "id" (or "_id") and "text"; with `split`
    only the objects whose "split" it is.

    Raises:
        FileError: the file cannot be read, a line is neither, an id comes twice, or no question is of the split.
    """
    found: Queries = {}
    for number, line in lines(path, "a file of questions"):
        name, text, part = _from_json(line) if line.startswith("{") else (*line.partition("\t")[::2], "")
        if not name.strip() or not text.strip():
            raise _wrong(path, number, "is no question", "an id, a tab and the text, or JSON with id and text")
        if name.strip() in found:
            raise _wrong(path, number, f"has the id {name.strip()} once more", "each question once")
        if split in (None, part):
            found[name.strip()] = text.strip()
    if not found:
        raise FileError(f"{path} has no question{f' of the split {split}' if split else ''}: give one a line.")
    return found


def read_qrels(path: Path) -> Qrels:
    """Judgements in TREC's format, one a line: question id, a column that is not read, record id, grade
    (https://trec.nist.gov/data/qrels_eng/).

    Raises:
        FileError: the file cannot be read, a line is not so, or a record is judged twice for a question.
    """
    found: Qrels = {}
    for number, line in lines(path, "a file of judgements"):
        columns = line.split()
        try:
            name, record, grade = columns[0], columns[2], int(columns[3])
            if abs(grade) > _HIGHEST:
                raise ValueError
        except (IndexError, ValueError) as error:
            wanted = f"four columns: question id, 0, PMID, grade (at most {_HIGHEST:,})"
            raise _wrong(path, number, "is no judgement", wanted) from error
        if record in found.setdefault(name, {}):
            raise _wrong(path, number, f"judges {record} for {name} once more", "one judgement of each")
        found[name][record] = grade
    return found


def _from_json(line: str) -> tuple[str, str, str]:
    """Id, text and split; empty where there is none."""
    value = json_object(line)
    name, text, split = value.get("id", value.get("_id")), value.get("text"), value.get("split", "")
    return (str(name), text, str(split)) if isinstance(name, str | int) and isinstance(text, str) else ("", "", "")


def _wrong(path: Path, number: int, what: str, expected: str) -> FileError:
    return FileError(f"Line {number} of {path} {what}: give {expected}.")
