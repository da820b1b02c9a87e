"""Which words earned the score: the terms that question and record share, each with its part of the sum."""

from collections.abc import Sequence

import numpy as np

from pubsearch.index.sparse import SparseVector, unpack
from pubsearch.record import Record
from pubsearch.search.results import Field, Highlight


def highlights(
    query: SparseVector, query_text: str, vector: SparseVector, record: Record, vocabulary: Sequence[str]
) -> tuple[Highlight, ...]:
    """One highlight for each shared term, the largest contribution first; contributions add up to the score."""
    _, in_query, in_record = np.intersect1d(query.terms, vector.terms, assume_unique=True, return_indices=True)
    contributions = query.weights[in_query].astype(np.float64) * vector.weights[in_record]
    found = []
    for i in np.argsort(-contributions, kind="stable"):
        field, start, end = _place(unpack(int(vector.origins[in_record[i]])), record)
        found.append(
            Highlight(
                field=field,
                start=start,
                end=end,
                term=vocabulary[query.terms[in_query[i]]],
                query_term=_word(query_text, int(query.origins[in_query[i]])),
                contribution=float(contributions[i]),
            )
        )
    return tuple(found)


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


def _word(text: str, origin: int) -> str | None:
    span = unpack(origin)
    return None if span is None else text[span[0] : span[1]]
