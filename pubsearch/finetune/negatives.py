"""Hard negatives: texts that look like another's answer and are not, by their words or by the model itself."""

from collections.abc import Sequence

from pubsearch.finetune.texts import Text
from pubsearch.index.bm25 import K1, B
from pubsearch.index.encoder import Encoder, matrix
from pubsearch.index.postings import Postings
from pubsearch.index.sparse import SparseVector
from pubsearch.index.words import tokens
from pubsearch.topic.progress import Progress

# The first ones are often true answers that nobody has judged; those far down are easy.
DEPTH = 20
_BATCH = 256


def by_words(texts: Sequence[Text], progress: Progress) -> list[list[int]]:
    """For each text the places of the texts that its title finds by BM25, itself left out."""
    import bm25s

    index = bm25s.BM25(k1=K1, b=B)
    index.index([_words(f"{text.title} {text.abstract}") for text in texts], show_progress=False)
    found: list[list[int]] = []
    for place, text in enumerate(texts):
        if place % _BATCH == 0:
            progress("Looking for texts alike, by words", place, len(texts))
        ranked, _ = index.retrieve([_words(text.title)], k=min(DEPTH + 1, len(texts)), show_progress=False)
        found.append(_others(ranked[0].tolist(), place))
    return found


def by_meaning(texts: Sequence[Text], encoder: Encoder, progress: Progress) -> list[list[int]]:
    """For each text the places of the texts that its title finds by the model, itself left out."""
    vectors: list[SparseVector] = []
    for first in range(0, len(texts), _BATCH):
        progress("Reading texts", first, len(texts))
        part = texts[first : first + _BATCH]
        vectors += encoder.encode([f"{text.title} {text.abstract}" for text in part], "document")
    width = len(encoder.vocabulary)
    postings = Postings({})
    postings.index(matrix(vectors, width))
    found: list[list[int]] = []
    for first in range(0, len(texts), _BATCH):
        progress("Looking for texts alike, by meaning", first, len(texts))
        questions = encoder.encode([text.title for text in texts[first : first + _BATCH]], "query")
        ranked = postings.search(matrix(questions, width), DEPTH + 1)
        found += [_others([row for row, _ in rows], first + place) for place, rows in enumerate(ranked)]
    return found


def _others(ranked: Sequence[int], own: int) -> list[int]:
    return [place for place in ranked if place != own][:DEPTH]


def _words(text: str) -> list[str]:
    return [word for word, _, _ in tokens(text)]
