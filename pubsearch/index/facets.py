"""What records are counted and filtered by: for each facet the labels of every record, by row.

A folder of the columns of all facets, of `labels.json`, and of `published.npy` and `entered.npy`: [dp] and [edat] as
yyyymmdd by row, 0 where there is no date.
"""

import json
from array import array
from collections.abc import Container, Iterable, Sequence
from pathlib import Path

import numpy as np

from pubsearch.index import arrays, evidence
from pubsearch.index.columns import Bits, Lists, ListsWriter, Mask, Numbers
from pubsearch.index.days import DATES, day
from pubsearch.record import Record

# NLM's check tags for people's ages, youngest first: https://www.nlm.nih.gov/bsd/indexing/training/CHK_030.htm
AGES = (
    "Infant, Newborn",
    "Infant",
    "Child, Preschool",
    "Child",
    "Adolescent",
    "Young Adult",
    "Adult",
    "Middle Aged",
    "Aged",
    "Aged, 80 and over",
)
SEXES = ("Female", "Male")
# People, animals, and the animals of most experiments.
SPECIES = (
    "Humans",
    "Animals",
    "Mice",
    "Rats",
    "Rabbits",
    "Guinea Pigs",
    "Cricetinae",
    "Dogs",
    "Cats",
    "Swine",
    "Sheep",
    "Cattle",
    "Horses",
    "Chickens",
    "Zebrafish",
    "Drosophila melanogaster",
)
RETRACTED, CONCERN, PREPRINT = NOTICES = ("retracted", "expression of concern", "preprint")
ABSTRACT, FREE_FULL_TEXT = ACCESS = ("abstract", "free full text in PMC")

# Facets whose labels are known beforehand, 16 at most, in an order of their own; those of the others come from records.
CLOSED = {
    "evidence": evidence.NAMES,
    "species": SPECIES,
    "ages": AGES,
    "sexes": SEXES,
    "notices": NOTICES,
    "access": ACCESS,
}
OPEN = ("journals", "mesh", "majors", "languages")
NAMES = (*CLOSED, *OPEN)


class Facets:
    """The facets of a folder that `FacetsWriter` filled, memory-mapped; `published` and `entered` are yyyymmdd by row.

    The facets are those of `NAMES`. A mask has one truth value for each row.
    """

    def __init__(self, folder: Path) -> None:
        """Opens the folder.

        Raises:
            ValueError: a file is missing, cut short, or is not what `FacetsWriter` wrote.
        """
        self.published = np.asarray(arrays.mapped(folder / "published.npy", np.int32))
        self.entered = np.asarray(arrays.mapped(folder / "entered.npy", np.int32))
        self._labels = _read_labels(folder / "labels.json")
        self._places = {name: {label: place for place, label in enumerate(self._labels[name])} for name in NAMES}
        self._columns: dict[str, Bits | Lists] = {name: Bits(folder, name, len(self._labels[name])) for name in CLOSED}
        self._columns |= {name: Lists(folder, name, len(self._labels[name])) for name in OPEN}
        if {len(self)} != {len(self.entered), *map(len, self._columns.values())}:
            raise ValueError("the files of the facets do not belong together")

    def __len__(self) -> int:
        return len(self.published)

    def labels(self, name: str) -> Sequence[str]:
        """The labels of a facet: in its own order where it is one of `CLOSED`, else in alphabetic order."""
        return self._labels[name]

    def has(self, name: str, label: str) -> bool:
        """Whether the facet has this label, written so."""
        return label in self._places[name]

    def places(self, name: str, labels: Iterable[str]) -> Numbers:
        """Where these labels stand among the facet's labels; one that is not among them is left out."""
        places = self._places[name]
        return np.array([places[label] for label in labels if label in places], np.int64)

    def counts(self, name: str, mask: Mask) -> Numbers:
        """How many of the records of `mask` have each label of a facet."""
        return self._columns[name].counts(mask)

    def mask(self, name: str, labels: Iterable[str]) -> Mask:
        """The records that have any of these labels."""
        return self._columns[name].mask(self.places(name, labels))

    def unlabelled(self, name: str) -> Mask:
        """The records that have no label of a facet."""
        return self._columns[name].unlabelled()


class FacetsWriter:
    """Fills a new folder for `Facets`, a batch at a time, in any order; `close` writes it.

    Until then it holds 40 bytes for a record and 4 for each of its journals, headings, major headings and languages.
    """

    def __init__(self, folder: Path, rows: int) -> None:
        self._folder = folder
        self._added = array("I")
        self._published, self._entered = np.zeros(rows, np.int32), np.zeros(rows, np.int32)
        self._bits = {name: np.zeros(rows, np.uint16) for name in CLOSED}
        self._lists = {name: ListsWriter(rows) for name in OPEN}

    def add(self, batch: Sequence[tuple[int, Record]]) -> None:
        """Takes in records with their rows, each row once."""
        for row, record in batch:
            self._added.append(row)
            self._published[row] = day(DATES["dp"](record))
            self._entered[row] = day(DATES["edat"](record))
            for name, labels in _closed_labels(record).items():
                self._bits[name][row] = sum(1 << place for place, label in enumerate(CLOSED[name]) if label in labels)
            for name, labels in _open_labels(record).items():
                self._lists[name].add(row, labels)

    def take_over(self, facets: Facets, moved: Numbers) -> None:
        """Takes in the rows of finished facets, each at the row that `moved` says; -1 leaves it out."""
        old = np.flatnonzero(moved >= 0)
        new = moved[old]
        self._added.frombytes(new.astype(np.uint32).tobytes())
        self._published[new], self._entered[new] = facets.published[old], facets.entered[old]
        for name, column in facets._columns.items():
            if isinstance(column, Bits):
                self._bits[name][new] = column.of(old)
            else:
                self._lists[name].take_over(column, facets.labels(name), old, new)

    def close(self) -> None:
        """Writes the folder; the same records at the same rows give the same bytes.

        Raises:
            OSError: the disk is full or may not be written.
        """
        self._folder.mkdir(parents=True)
        arrays.write(self._folder / "published.npy", self._published)
        arrays.write(self._folder / "entered.npy", self._entered)
        for name, bits in self._bits.items():
            arrays.write(self._folder / f"{name}.npy", bits)
        added = np.frombuffer(self._added, np.uint32)
        # Each goes as soon as it is written: the next needs the room.
        labels = {name: self._lists.pop(name).write(self._folder, name, added) for name in OPEN}
        (self._folder / "labels.json").write_text(json.dumps({**CLOSED, **labels}))


def _closed_labels(record: Record) -> dict[str, Container[str]]:
    headings = {heading.name for heading in record.mesh}
    notices = {
        RETRACTED: record.retracted,
        CONCERN: any(link.type == "ExpressionOfConcernIn" for link in record.corrections),
        PREPRINT: "Preprint" in record.publication_types,
    }
    access = {ABSTRACT: bool(record.sections), FREE_FULL_TEXT: bool(record.pmcid)}
    return {
        "evidence": evidence.groups(record.publication_types),
        "species": headings,
        "ages": headings,
        "sexes": headings,
        "notices": {label for label, holds in notices.items() if holds},
        "access": {label for label, holds in access.items() if holds},
    }


def _open_labels(record: Record) -> dict[str, Sequence[str]]:
    """Each label once, in an order that depends on the record alone."""
    journal = record.journal.medline_ta or record.journal.iso_abbreviation or record.journal.title
    # PubMed takes a heading for a major topic where it or one of its subheadings is starred.
    majors = (each.name for each in record.mesh if each.is_major_topic)
    return {
        "journals": [journal] if journal else [],
        "mesh": list(dict.fromkeys(heading.name for heading in record.mesh)),
        "majors": list(dict.fromkeys(majors)),
        "languages": list(dict.fromkeys(record.languages)),
    }


def _read_labels(path: Path) -> dict[str, list[str]]:
    try:
        labels = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ValueError(f"{path.name} is missing") from error
    except ValueError as error:
        raise ValueError(f"{path.name} is cut short or is no JSON") from error
    if not isinstance(labels, dict) or labels.keys() != set(NAMES):
        raise ValueError(f"{path.name} has not the labels of the facets")
    return labels
