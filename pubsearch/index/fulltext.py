"""Words, phrases and words near each other in the running text of records, exactly.

Every word has a place: one number for record, zone, text and word. Places of a zone begin at a multiple of 32, so that
their block tells record and zone. Behind the last word of each text stands a mark, so that no phrase reaches the next.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pubsearch.errors import WorldError
from pubsearch.index import arrays
from pubsearch.index.inverted import InvertedLists, InvertedListsWriter, Moved, Numbers
from pubsearch.index.normal import tokens
from pubsearch.index.texts import ZONES, Zone

_SHIFT = 5
_BLOCK = 1 << _SHIFT
# No word has a full stop.
_MARK = "."
_FARTHEST = np.iinfo(np.uint32).max


@dataclass(frozen=True, slots=True)
class Word:
    """A word as `normal.tokens` gives it, or, `truncated`, the beginning of one."""

    text: str
    truncated: bool = False


class FullText:
    """The text of a folder that `FullTextWriter` filled. Rows are given in no order, and more than once."""

    def __init__(self, folder: Path) -> None:
        """Opens the folder.

        Raises:
            ValueError: a file is missing, cut short, or is not what the writer wrote.
        """
        self._lists = InvertedLists(folder)
        self._rows = np.asarray(arrays.mapped(folder / "rows.npy", np.uint32))
        self._zones = np.asarray(arrays.mapped(folder / "zones.npy", np.uint8))

    def phrase(self, words: Sequence[Word], zones: Collection[Zone]) -> Numbers:
        """The rows in which `words` (one or more) stand one after the other in a text of one of `zones`."""
        found = sorted(((self._places(word), i) for i, word in enumerate(words)), key=lambda each: len(each[0]))
        places, first = found[0]
        for others, i in found[1:]:
            if not len(places):
                break
            if words[i].truncated:
                others = np.sort(others)
            places = places[_among(places + np.uint32(i) - np.uint32(first), others)]
        return self._rows_of(self._within(places, zones))

    def near(self, words: Collection[Word], distance: int, zones: Collection[Zone]) -> Numbers:
        """The rows in which `words` stand in any order in one text of `zones`, each at most `distance` words from the
        next.
        """
        kinds = list(dict.fromkeys(words))
        occurrences = self._in_common([np.sort(self._within(self._places(word), zones)) for word in kinds])
        marks = self._lists.of(_MARK)
        # (which words have come, which of them last) → the places of the last; each round adds a word.
        chains = {(1 << last, last): places for last, places in enumerate(occurrences)}
        for _ in kinds[1:]:
            longer: dict[tuple[int, int], Numbers] = {}
            for (come, _), places in chains.items():
                for word, following in enumerate(occurrences):
                    if not come & 1 << word and len(places):
                        key = come | 1 << word, word
                        reached = _following(places, following, distance, marks)
                        longer[key] = np.union1d(longer[key], reached) if key in longer else reached
            chains = longer
        return np.concatenate([self._rows_of(places) for places in chains.values()] or [self._rows[:0]])

    def has(self, word: str) -> bool:
        """Whether any text has this word."""
        return bool(len(self._lists.of(word)))

    def words(self) -> list[str]:
        """All words, the frequent ones first; words as frequent by their letters."""
        counts = [(-len(places), word) for word, places in self._lists.terms("") if word != _MARK]
        return [word for _, word in sorted(counts)]

    def _places(self, word: Word) -> Numbers:
        return self._lists.beginning_with(word.text) if word.truncated else self._lists.of(word.text)

    def _rows_of(self, places: Numbers) -> Numbers:
        rows: Numbers = self._rows[places >> _SHIFT]
        return rows

    def _within(self, places: Numbers, zones: Collection[Zone]) -> Numbers:
        if len(zones) == len(ZONES):
            return places
        wanted = np.array([zone in zones for zone in ZONES])
        within: Numbers = places[wanted[self._zones[places >> _SHIFT]]]
        return within

    def _in_common(self, occurrences: list[Numbers]) -> list[Numbers]:
        """The places in the rows that have all the words."""
        rarest, *more = sorted(occurrences, key=len)
        rows = self._rows_of(rarest)
        for places in more:
            rows = rows[_among(rows, self._rows_of(places))]
        return [places[_among(self._rows_of(places), rows)] for places in occurrences]


class FullTextWriter:
    """Fills a folder for `FullText`, a record at a time, in any order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lists = InvertedListsWriter(folder)
        self._zones: dict[int, bytes] = {}

    def add(self, row: int, texts: Iterable[tuple[Zone, Iterable[str]]]) -> None:
        """Adds the texts of a record.

        Raises:
            OSError: the disk is full.
        """
        terms: list[str] = []
        places: list[int] = []
        zones = bytearray()
        for zone, parts in texts:
            first = len(terms)
            for part in parts:
                if found := tokens(part):
                    terms += found
                    terms.append(_MARK)
            start, length = len(zones) << _SHIFT, len(terms) - first
            places.extend(range(start, start + length))
            zones += bytes([ZONES.index(zone)]) * -(-length // _BLOCK)
        self._zones[row] = bytes(zones)
        self._lists.add(row, terms, places)

    def take_over(self, text: FullText, moved: Moved) -> None:
        """Adds the texts of a finished full text, each row's at the row that `moved` says; -1 leaves it out.

        Raises:
            OSError: the disk is full.
        """
        firsts = np.searchsorted(text._rows, np.arange(len(moved) + 1, dtype=np.uint32))
        zones = text._zones.tobytes()
        for old in np.flatnonzero(moved >= 0).tolist():
            self._zones[int(moved[old])] = zones[firsts[old] : firsts[old + 1]]

        def places(numbers: Numbers) -> tuple[Moved, Moved]:
            rows = text._rows[numbers >> _SHIFT]
            return moved[rows], numbers - (firsts[rows] << _SHIFT)

        self._lists.take_over(text._lists, places)

    def close(self) -> None:
        """Writes the files.

        Raises:
            WorldError: there are more words than places, which is so from some 9 million records on.
            OSError: the disk is full.
        """
        blocks = [self._zones[row] for row in range(len(self._zones))]
        lengths = np.fromiter(map(len, blocks), np.int64, len(blocks))
        if int(lengths.sum()) << _SHIFT > _FARTHEST:
            raise WorldError(
                f"{len(blocks):,} records have more text than one index holds: make several topics of narrower queries."
            )
        self._lists.close((np.cumsum(lengths) - lengths) << _SHIFT)
        arrays.write(self._folder / "rows.npy", np.repeat(np.arange(len(blocks), dtype=np.uint32), lengths))
        arrays.write(self._folder / "zones.npy", np.frombuffer(b"".join(blocks), np.uint8))


def _among(values: Numbers, ascending: Numbers) -> npt.NDArray[np.bool_]:
    """For each of `values`, whether it is among `ascending`."""
    if not len(ascending):
        return np.zeros(len(values), np.bool_)
    found: npt.NDArray[np.bool_] = ascending[np.searchsorted(ascending[:-1], values)] == values
    return found


def _following(places: Numbers, others: Numbers, distance: int, marks: Numbers) -> Numbers:
    """Those of `others` that have one of `places` before them in the same text, at most `distance` words between."""
    before = np.searchsorted(places, others)
    others, before = others[before > 0], before[before > 0]
    nearest = places[before - 1]
    close = others - nearest <= min(distance + 1, _FARTHEST)
    others, nearest = others[close], nearest[close]
    together: Numbers = others[np.searchsorted(marks, others) == np.searchsorted(marks, nearest)]
    return together
