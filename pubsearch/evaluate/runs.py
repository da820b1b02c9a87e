"""Runs: what a ranker finds for each question; TREC's files of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pubsearch import durable
from pubsearch.errors import FileError
from pubsearch.evaluate.collection import Collection
from pubsearch.evaluate.judgements import Queries
from pubsearch.index.top import Scores, top
from pubsearch.search.results import Rank
from pubsearch.text_files import lines
from pubsearch.topic.progress import Progress

# What recall@1000 and MAP look at.
DEPTH = 1000

Ranker = Callable[[str], Scores]
"""A question → the score of each row of a collection, above 0 where it is found."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was found for each question: ids with their scores, best first."""

    name: str
    found: Mapping[str, Sequence[tuple[str, float]]]


def ranker(collection: Collection, rank: Rank, weight: float | None = None) -> Ranker:
    """pubsearch's own ranking, without filters; without `weight` the collection's own."""

    def scores(text: str) -> Scores:
        vector = collection.question(text, rank, weight)
        return collection.postings.scores(vector.terms, vector.weights)

    return scores


def run(name: str, rank: Ranker, ids: Sequence[str], queries: Queries, progress: Progress) -> Run:
    """The first `DEPTH` of each question; ties go by row, as in pubsearch.

    Raises:
        StoppedError: the progress callback stopped it.
    """
    found = {}
    for done, (question, text) in enumerate(queries.items()):
        progress(f"Ranking by {name}", done, len(queries))
        scores = rank(text)
        found[question] = [(ids[row], float(scores[row])) for row in top(scores, DEPTH)]
    progress(f"Ranking by {name}", len(queries), len(queries))
    return Run(name, found)


def write(path: Path, made: Run) -> None:
    """Writes a run as TREC's tools read it: question, Q0, id, place, score, name of the run.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    durable.write(path, "".join(_lines(made)).encode())


def _lines(made: Run) -> Iterator[str]:
    name = "-".join(made.name.split())
    for question, found in made.found.items():
        for place, (record, score) in enumerate(found, 1):
            yield f"{question} Q0 {record} {place} {score!r} {name}\n"


def read(path: Path, queries: Queries, ids: Sequence[str]) -> Run:
    """A run of TREC's format, called by its file's name; of equal scores the first line counts more.

    What it says of other questions, or of records that are not of `ids`, is left out.

    Raises:
        FileError: the file cannot be read, a line is not so, a record comes twice, or no line is of these questions
            and records.
    """
    known, found = set(ids), {question: dict[str, float]() for question in queries}
    for number, line in lines(path, "a file with a run"):
        columns = line.split()
        try:
            question, _, record, _, score, _ = columns
            value = float(score)
            if not np.isfinite(value):
                raise ValueError
        except ValueError as error:
            raise FileError(
                f"Line {number} of {path} is no line of a run: give six columns: question id, Q0, PMID, place, score, "
                "name."
            ) from error
        if question in found and record in known:
            if record in found[question]:
                raise FileError(f"Line {number} of {path} has {record} for {question} once more: give each once.")
            found[question][record] = value
    if not any(found.values()):
        raise FileError(f"{path} has nothing of these questions and records: give a run of the same questions.")
    return Run(
        path.name, {name: sorted(scores.items(), key=lambda pair: -pair[1])[:DEPTH] for name, scores in found.items()}
    )
