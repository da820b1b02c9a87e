"""The texts that a model learns from: titles and abstracts of a topic or of a file, and pairs of a file."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pubsearch.errors import FileError
from pubsearch.record import Record
from pubsearch.text_files import json_object, lines

# Fewer sentences have no part that the rest could be found by.
ENOUGH_SENTENCES = 4

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_CONCLUSION = re.compile(r"\b(?:CONCLUSIONS?|INTERPRETATION|Conclusions?)\b[^:.]{0,40}[:.]\s+(?=\S)")
# A last sentence shorter than this ("Further trials are needed.") concludes together with the one before.
_SHORT = 80


@dataclass(frozen=True, slots=True)
class Text:
    """A title and the sentences of its abstract, four or more; the last `concluding` ones are the conclusion."""

    title: str
    sentences: tuple[str, ...]
    concluding: int

    @property
    def abstract(self) -> str:
        """All sentences."""
        return " ".join(self.sentences)

    @property
    def conclusion(self) -> str:
        """What the authors conclude."""
        return " ".join(self.sentences[-self.concluding :])

    @property
    def findings(self) -> str:
        """Title and abstract without the conclusion."""
        return " ".join([self.title, *self.sentences[: -self.concluding]])


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and what answers it; `negative` is what does not, or nothing."""

    anchor: str
    positive: str
    negative: str = ""


def of_records(records: Iterable[Record]) -> Iterator[Text]:
    """The records that have a title and four sentences."""
    for record in records:
        yield from _text(record.title, record.abstract)


def read_texts(path: Path) -> Iterator[Text]:
    """One JSON object a line, with "title" and "abstract"; the file may be compressed (.gz, .zst).

    Raises:
        FileError: the file cannot be read, or a line is no such object.
    """
    for number, entry in _entries(path):
        title, abstract = entry.get("title"), entry.get("abstract")
        if not isinstance(title, str) or not isinstance(abstract, str):
            raise FileError(f'Line {number} of {path} is no text: give a JSON object with "title" and "abstract".')
        yield from _text(title, abstract)


def read_pairs(path: Path) -> Iterator[Pair]:
    """One JSON object a line, with "anchor", "positive" and, where one is known, "negative".

    Raises:
        FileError: the file cannot be read, or a line is no such object.
    """
    for number, entry in _entries(path):
        pair = Pair(*(entry.get(name, "") for name in ("anchor", "positive", "negative")))
        known = isinstance(pair.anchor, str) and isinstance(pair.positive, str) and isinstance(pair.negative, str)
        if not known or not pair.anchor or not pair.positive:
            raise FileError(f'Line {number} of {path} is no pair: give a JSON object with "anchor" and "positive".')
        yield pair


def _text(title: str, abstract: str) -> Iterator[Text]:
    sentences = tuple(_SENTENCE_END.split(abstract.strip()))
    if not title or len(sentences) < ENOUGH_SENTENCES:
        return
    concluding = 2 if len(sentences[-1]) < _SHORT else 1
    for back in range(2, len(sentences) // 2 + 1):
        if _CONCLUSION.match(sentences[-back]):
            concluding = back
    yield Text(title, sentences, concluding)


def _entries(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in lines(path, "a file with one JSON object a line"):
        yield number, json_object(line)
