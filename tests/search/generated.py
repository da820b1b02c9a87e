"""Random trees over the words, names, headings, numbers and dates of real records."""

import random
from collections.abc import Callable, Sequence

from pubsearch.index.days import DATES
from pubsearch.record import Author, PartialDate, Record
from pubsearch.search.tree import And, Field, Node, Not, Or, Range, Term, Words

_TEXT: tuple[Field, ...] = ("all", "tw", "tiab", "ti", "ab", "ot", "tt", "ad", "cn", "gr")
_PEOPLE: tuple[Field, ...] = ("au", "1au", "lastau", "fau", "ir", "fir", "ed", "ps")
_DATES: tuple[Field, ...] = ("dp", "edat", "crdt", "lr")


class Trees:
    """Draws trees; each leaf asks for something that some record has, or nearly has."""

    def __init__(self, records: Sequence[Record], seed: int) -> None:
        self._records = records
        self._random = random.Random(seed)
        self._leaves: list[Callable[[Record], Node | None]] = [
            self._text, self._text, self._words, self._near, self._person, self._heading, self._value, self._dates,
        ]  # fmt: skip

    def draw(self, depth: int = 2) -> Node:
        """A tree of at most `depth` levels of operators."""
        kind = self._random.choice((And, Or, Or, Not, None)) if depth else None
        if kind is Not:
            return Not(self.draw(depth - 1), self.draw(depth - 1))
        if kind is not None:
            return kind(tuple(self.draw(depth - 1) for _ in range(self._random.randint(2, 4))))
        while True:
            node = self._random.choice(self._leaves)(self._random.choice(self._records))
            if node is not None:
                return node

    def _term(self, field: Field, text: str, distance: int | None = None, explode: bool = True) -> Term:
        return Term(field, text, 0, len(text), self._random.random() < 0.5, explode, distance)

    def _passage(self, record: Record, longest: int) -> list[str]:
        """Some words that stand side by side somewhere in the record."""
        texts = [record.title, record.abstract, record.vernacular_title, record.journal.title]
        texts += [keyword.text for keyword in record.keywords] + [heading.name for heading in record.mesh]
        texts += [each for author in record.authors for each in (*author.affiliations, author.collective)]
        texts += [grant.id for grant in record.grants]
        found = self._random.choice([text for text in texts if text.strip()]).split()
        start = self._random.randrange(len(found))
        return found[start : start + self._random.randint(1, longest)]

    def _text(self, record: Record) -> Node | None:
        passage = [word.replace("*", "") for word in self._passage(record, 3)]
        if self._random.random() < 0.3:
            cut = self._random.randrange(len(passage))
            passage[cut] = passage[cut][: self._random.randint(2, 6)] + "*"
        text = " ".join(passage)
        return self._term(self._random.choice(_TEXT), text) if any(map(str.isalnum, text)) else None

    def _words(self, record: Record) -> Node | None:
        text = " ".join(self._passage(record, 4))
        return Words(text, 0, len(text)) if any(map(str.isalnum, text)) else None

    def _near(self, record: Record) -> Node | None:
        passage = [word for word in self._passage(record, 8) if word.isalnum()] or ["the"]
        chosen = " ".join(self._random.sample(passage, min(len(passage), self._random.randint(2, 3))))
        return self._term(self._random.choice(("ti", "tiab", "ad")), chosen, self._random.randint(0, 5))

    def _person(self, record: Record) -> Node | None:
        people = record.authors + record.investigators + record.editors + record.personal_subjects
        person = self._random.choice(people or (Author(),))
        given = self._random.choice((person.fore_name, person.initials, person.initials[:1], "", person.suffix))
        text = f"{person.last_name} {given}".strip()
        if self._random.random() < 0.2:
            text = f"{person.fore_name} {person.last_name}"
        if self._random.random() < 0.2:
            text = text[: len(text) // 2 + 1] + "*"
        return self._term(self._random.choice(_PEOPLE), text) if any(map(str.isalnum, text)) else None

    def _heading(self, record: Record) -> Node | None:
        if not record.mesh:
            return None
        heading = self._random.choice(record.mesh)
        field: Field = self._random.choice(("mh", "majr"))
        if not heading.qualifiers or self._random.random() < 0.5:
            if self._random.random() < 0.2:
                return self._term(field, heading.name[: len(heading.name) // 2 + 1] + "*")
            return self._term(field, heading.name, explode=self._random.random() < 0.7)
        name = self._random.choice(heading.qualifiers).name
        if self._random.random() < 0.3:
            return self._term("sh", name, explode=False)
        return self._term(field, f"{heading.name}/{name}", explode=False)

    def _value(self, record: Record) -> Node | None:
        journal = record.journal
        values: list[tuple[Field, str]] = [
            ("ta", journal.title),
            ("ta", journal.iso_abbreviation),
            ("ta", journal.issn_linking),
            ("jid", journal.nlm_id),
            ("vi", record.volume),
            ("ip", record.issue),
            ("pg", record.pages.partition("-")[0]),
            ("pl", journal.country),
            ("aid", record.doi),
            ("aid", record.pmcid),
            ("lid", record.doi),
            ("uid", str(record.pmid)),
            *(("pt", kind) for kind in record.publication_types),
            *(("la", code) for code in record.languages),
            *(("nm", each.name) for each in record.chemicals),
            *(("rn", each.registry_number) for each in record.chemicals if each.registry_number != "0"),
            *(("si", each.number) for each in record.accessions),
            ("sb", "hasabstract"),
            ("sb", "medline"),
        ]
        field, text = self._random.choice(values)
        return self._term(field, text) if any(map(str.isalnum, text)) else None

    def _dates(self, record: Record) -> Node | None:
        if self._random.random() < 0.1:
            other = self._random.choice(self._records)
            first, last = sorted((record.pmid, other.pmid))
            return Range("uid", str(first), str(last), 0, 0)
        field = self._random.choice(_DATES)
        first = self._typed(DATES[field](record))
        if first is None:
            return None
        if self._random.random() < 0.4:
            return self._term(field, first)
        last = self._random.choice(("3000", self._typed(DATES[field](self._random.choice(self._records)))))
        return Range(field, first, last, 0, 0) if last and last[:4] > first[:4] else None

    def _typed(self, date: PartialDate) -> str | None:
        """The date as one would type it, to the year, month or day."""
        if date.year is None:
            return None
        parts = [f"{date.year:04}", *(f"{part:02}" for part in (date.month, date.day) if part)]
        return "/".join(parts[: self._random.randint(1, 3)])
