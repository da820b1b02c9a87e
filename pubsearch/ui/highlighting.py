"""Which words of a record are marked, how darkly, and why; no HTML is made here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pubsearch.search.results import Field, Highlight, Hit
from pubsearch.ui import wording

LEVELS = (0.03, 0.08, 0.16, 0.30)  # a word's share of the score from which it is shaded one step darker


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked word, `[start, end)` in code points: its level (1 to 5, or 0 for an echo), why it is marked, and
    whether the question has the word itself (`own`) or the model brought it in."""

    start: int
    end: int
    level: int = 0
    why: str = ""
    focusable: bool = False
    own: bool = True


def marks(hit: Hit, field: Field) -> list[Mark]:
    """The marks of a title or an abstract: one per word that earned a share, and its echoes; none on mere signs."""
    text = hit.record.title if field == "title" else hit.record.abstract
    found = []
    for start, end, highlights in _by_place(hit.highlights, field):
        if not any(map(str.isalnum, text[start:end])):
            # models give much to commas; a reader who sees one marked learns nothing
            continue
        share = wording.share_of(sum(highlight.contribution for highlight in highlights), hit.score)
        level = 1 + sum(share >= limit for limit in LEVELS)
        why = wording.explanation(highlights, hit.score)
        own = any(highlight.own for highlight in highlights)
        # Links hold the title's words; what is focusable must not stand within what is focusable.
        found.append(Mark(start, end, level, why, field == "abstract", own))
    everywhere = (hit.record.title, hit.record.abstract)
    words = {everywhere[place.field == "abstract"][place.start : place.end] for place in hit.highlights if place.field}
    return found + _echoes(text, words, found)


def window(marks: Iterable[Mark], offset: int, length: int) -> list[Mark]:
    """The marks within `[offset, offset + length)`, with offsets from there."""
    return [
        replace(mark, start=max(mark.start - offset, 0), end=min(mark.end - offset, length))
        for mark in marks
        if mark.start < offset + length and mark.end > offset
    ]


def _by_place(highlights: Iterable[Highlight], field: Field) -> list[tuple[int, int, list[Highlight]]]:
    """The field's highlights by place, in order; those that overlap share one place."""
    places: list[tuple[int, int, list[Highlight]]] = []
    placed = [(item.start, item.end, item) for item in highlights if item.field == field]
    for start, end, item in sorted(placed, key=lambda place: (place[0] or 0, place[1] or 0)):
        if start is None or end is None:
            continue
        if places and start < places[-1][1]:
            first, last, items = places[-1]
            places[-1] = (first, max(last, end), [*items, item])
        else:
            places.append((start, end, [item]))
    return places


def _echoes(text: str, words: set[str], marks: list[Mark]) -> list[Mark]:
    """The other places of marked words, whole words in any case; not of words such as "the"."""
    spoken = sorted((word for word in words if wording.tells(word)), key=len, reverse=True)
    if not spoken:
        return []
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, spoken))})(?!\w)", re.IGNORECASE)
    places = (match.span() for match in pattern.finditer(text))
    return [
        Mark(start, end) for start, end in places if not any(mark.start < end and start < mark.end for mark in marks)
    ]
