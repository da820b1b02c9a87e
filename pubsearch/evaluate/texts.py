"""The texts of a collection that is a file, and known items made of texts."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pubsearch.errors import FileError, UserError
from pubsearch.evaluate.judgements import Judged
from pubsearch.text_files import json_object, lines


@dataclass(frozen=True, slots=True)
class Text:
    """What is ranked: title and abstract."""

    id: str
    title: str
    abstract: str

    @property
    def text(self) -> str:
        """What is encoded, as `Record.text` has it."""
        return ". ".join(part for part in (self.title, self.abstract) if part)


def read_corpus(path: Path) -> list[Text]:
    """One JSON object a line, with "id" (or "_id"), "title" and "abstract" (or "text"); compressed or not (.gz, .zst).

    An abstract may be a list of sentences. A text without a word is left in: a topic has such records too.

    Raises:
        FileError: the file cannot be read, a line is no such object, an id comes twice, or there is no text.
    """
    found: dict[str, Text] = {}
    for number, line in lines(path, "a file with one text a line"):
        text = _text(line)
        if text is None:
            raise FileError(
                f'Line {number} of {path} is no text: give a JSON object with "id" (without spaces), "title" and '
                '"abstract".'
            )
        if text.id in found:
            raise FileError(f"Line {number} of {path} has the id {text.id} once more: give each text once.")
        found[text.id] = text
    if not found:
        raise FileError(f"{path} has no text: give a JSON object a line.")
    return list(found.values())


def known_items(texts: Iterable[Text], number: int, seed: int, collection: str) -> tuple[list[Text], Judged]:
    """All abstracts without their titles, and as questions so many of the titles, each with its own abstract relevant.

    They say how well a text is found again, and not what is relevant. A title that stands over several texts asks for
    nothing; which of the others ask, the seed decides.

    Raises:
        UserError: no text has an abstract and a title of its own.
    """
    with_abstract = [text for text in texts if text.abstract]
    titles = Counter(text.title.casefold() for text in with_abstract)
    own = [text for text in with_abstract if text.title and titles[text.title.casefold()] == 1]
    if not own:
        raise UserError(f"No text of {collection} has an abstract and a title of its own: give judged questions.")
    asked = random.Random(seed).sample(own, min(number, len(own)))  # noqa: S311
    questions = {text.id: text.title for text in asked}
    known = Judged(questions, {name: {name: 1} for name in questions}, 0, 0)
    return [replace(text, title="") for text in with_abstract], known


def _text(line: str) -> Text | None:
    value = json_object(line)
    name, title = value.get("id", value.get("_id")), value.get("title") or ""
    abstract = value.get("abstract", value.get("text")) or ""
    if isinstance(abstract, list) and all(isinstance(sentence, str) for sentence in abstract):
        abstract = " ".join(abstract)
    if not isinstance(name, str | int) or not isinstance(title, str) or not isinstance(abstract, str):
        return None
    # TREC's files have columns between spaces: they could not name an id with one.
    return Text(str(name).strip(), title.strip(), abstract.strip()) if len(str(name).split()) == 1 else None
