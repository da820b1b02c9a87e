"""Which words earned the score: the terms that question and record share, each with its part of the sum."""

from collections.abc import Sequence

import numpy as np

from pubsearch.index.encoder import Encoder
from pubsearch.index.normal import key
from pubsearch.index.sparse import SparseVector, unpack
from pubsearch.index.vocabulary import Vocabulary
from pubsearch.record import Record
from pubsearch.search.results import Field, Highlight, QueryTerm


def query_terms(query: SparseVector, query_text: str, encoder: Encoder, words: Vocabulary) -> tuple[QueryTerm, ...]:
    """The terms of a question, the heaviest first; of the model's vocabulary, and behind it the index's `words`."""
    found, pieces = [], encoder.pieces(query_text)
    for i in np.argsort(-query.weights, kind="stable"):
        number, origin = int(query.terms[i]), int(query.origins[i])
        asked = _word(query_text, origin)
        is_word = number >= words.first
        term = words[number - words.first] if is_word else encoder.vocabulary[number]
        own = is_word or (number, origin) in pieces or _same(term, asked)
        found.append(QueryTerm(number, term, asked, float(query.weights[i]), "word" if is_word else "meaning", own))
    return tuple(found)


def highlights(terms: Sequence[QueryTerm], vector: SparseVector, record: Record) -> tuple[Highlight, ...]:
    """One highlight for each of the question's `terms` that the record has, the largest contribution first.

    The contributions add up to the score. A word is shown as the record has it, not by its stem, which is no word to
    read.
    """
    text = record.text
    _, asked, had = np.intersect1d(
        [term.number for term in terms], vector.terms, assume_unique=True, return_indices=True
    )
    found = []
    for term, i in zip((terms[i] for i in asked), had, strict=True):
        origin, weight = int(vector.origins[i]), float(vector.weights[i])
        field, start, end = _place(unpack(origin), record)
        found.append(
            Highlight(
                field=field,
                start=start,
                end=end,
                term=(_word(text, origin) if term.kind == "word" else None) or term.term,
                query_term=term.query_term,
                contribution=term.weight * weight,
                kind=term.kind,
                own=term.own,
                query_weight=term.weight,
                record_weight=weight,
                number=term.number,
            )
        )
    return tuple(sorted(found, key=lambda highlight: (-highlight.contribution, highlight.number)))


def _place(span: tuple[int, int] | None, record: Record) -> tuple[Field | None, int | None, int | None]:
    """A span of `Record.text` as a place in the title or the abstract; what joins the two is neither."""
    if span is None:
        return None, None, None
    start, end = span
    if start < len(record.title):
        return "title", start, end
    if start >= record.abstract_offset:
        return "abstract", start - record.abstract_offset, end - record.abstract_offset
    return None, None, None


def _same(term: str, asked: str | None) -> bool:
    """Whether a term of the model is the whole word asked for, as names are compared: "beta" is "β"."""
    return asked is not None and term.isalnum() and key(term) == key(asked)


def _word(text: str, origin: int) -> str | None:
    span = unpack(origin)
    return None if span is None else text[span[0] : span[1]]
