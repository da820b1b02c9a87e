"""Words of a strategy that are likely misspelled, by the words of a topic's records and by PubMed's ESpell."""

from collections.abc import Iterable, Iterator

from pubsearch.entrez.client import Client
from pubsearch.index.fulltext import FullText
from pubsearch.index.normal import words as plain_words
from pubsearch.index.words import STOP_WORDS
from pubsearch.index.words import tokens as stems
from pubsearch.search.spelling import Spelling
from pubsearch.search.tree import Term, Words
from pubsearch.strategy.finding import Finding, finding
from pubsearch.strategy.lines import Line
from pubsearch.strategy.reading import Reading
from pubsearch.strategy.subjects import is_text

_LEAST = 4
# ESpell answers for the query as a whole, and better for a short one.
_TOGETHER = 10
_CURE = "Correct it, or leave it where it is meant."

_Place = tuple[Line, int]


def by_topic(readings: Iterable[Reading], text: FullText) -> Iterator[Finding]:
    """Words that no record of a topic has, and that come close to one which some has and the strategy has not."""
    found = _words(readings)
    unknown = [word for word in found if not text.has(word)]
    # another spelling of what the strategy has as well, or another form of the word, is meant
    own = {_stem(word) for word in found if text.has(word)}
    spelling = Spelling(text.words()) if unknown else None
    for word in unknown:
        near = spelling.closest(word) if spelling else []
        if near and not ({_stem(each) for each in near} & (own | {_stem(word)})):
            line, position = found[word]
            what = f"No record of the topic has “{word}”; it has {' and '.join(near)}."
            yield finding("misspelling", line, position, what, _CURE)


def by_pubmed(readings: Iterable[Reading], client: Client) -> Iterator[Finding]:
    """Words that PubMed would spell otherwise.

    Raises:
        EntrezError: NCBI did not answer as it should.
    """
    found = _words(readings)
    words = list(found)
    for first in range(0, len(words), _TOGETHER):
        asked = words[first : first + _TOGETHER]
        answered = client.espell(" ".join(asked)).split()
        if len(answered) != len(asked):
            # words were joined or parted: which, only one at a time can tell
            answered = [client.espell(word) or word for word in asked] if answered else asked
        for word, instead in zip(asked, answered, strict=True):
            if instead.casefold() != word and instead.casefold() not in found:
                line, position = found[word]
                yield finding("misspelling", line, position, f"PubMed would write “{instead}” for “{word}”.", _CURE)


def _words(readings: Iterable[Reading]) -> dict[str, _Place]:
    """Each different word that is sought as text, with its first place; the beginnings of words are none."""
    found: dict[str, _Place] = {}
    for reading in readings:
        for leaf in reading.leaves:
            if is_text(leaf):
                for word, start, end in plain_words(leaf.text):
                    truncated = leaf.text[end : end + 1] == "*"
                    if len(word) >= _LEAST and word.isalpha() and word not in STOP_WORDS and not truncated:
                        found.setdefault(word, (reading.line, _place(leaf, start)))
    return found


def _place(leaf: Words | Term, start: int) -> int:
    """Where a word of a leaf is; spaces that were drawn together may put it a little before its place."""
    quote = isinstance(leaf, Term) and leaf.quoted
    return min(leaf.start + quote + start, leaf.end)


def _stem(word: str) -> str:
    found = stems(word)
    return found[0][0] if found else word
