"""Which records satisfy a query, exactly, as PubMed's help says (https://pubmed.ncbi.nlm.nih.gov/help/).

- Text ([ti], [tiab], [tw] …): words are compared without case and accents, Greek letters spelled out, and hyphens part
  words. Words under one tag are a phrase, quoted or not, and a * ends any of them.
- [all] and plain words: each word anywhere in the record, and what a hyphen joins as a phrase; in quotes a phrase.
- Names: initials are those that the name begins with, unless it is quoted.
- Headings, journals, types and numbers: the whole value, or with * its beginning.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from pubsearch.errors import QueryError
from pubsearch.index.catalogue import Catalogue
from pubsearch.index.days import DATES
from pubsearch.index.fulltext import Word
from pubsearch.index.keys import INITIALS, identifier, qualifier
from pubsearch.index.mesh import Mesh
from pubsearch.index.normal import key, tokens, words
from pubsearch.index.texts import ZONES, Zone
from pubsearch.index.words import STOP_WORDS
from pubsearch.search import subsets
from pubsearch.search.dates import span
from pubsearch.search.language import parse
from pubsearch.search.languages import LANGUAGES
from pubsearch.search.subheadings import subheadings
from pubsearch.search.tree import And, Field, Node, Not, Or, Range, Term, Words

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.integer]

_TIAB: tuple[Zone, ...] = ("title", "abstract", "keyword")
_ZONES: dict[Field, tuple[Zone, ...]] = {
    "all": ZONES,
    "tw": (*_TIAB, "group", "subject"),
    "tiab": _TIAB,
    "ti": ("title",),
    "ab": ("abstract",),
    "ot": ("keyword",),
    "tt": ("vernacular",),
    "ad": ("affiliation",),
    "cn": ("group",),
    "gr": ("grant",),
    "pubn": ("publisher",),
}
# With more, a search for nearness would take too long: it tries the words in every order.
_MOST_NEAR = 6
_CODES = {key(name): code for code, name in LANGUAGES.items()}


def matching(node: Node, catalogue: Catalogue, mesh: Mesh | None = None, *, today: date) -> Mask:
    """For each row of the catalogue, whether its record satisfies `node`.

    With `mesh`, a heading includes those below it, and may be called by an entry term. "last 5 years" ends `today`.

    Raises:
        QueryError: a date cannot be read, or a field cannot answer what it is asked.
        VersionError: the file of `mesh` is damaged.
    """
    return _Matcher(catalogue, mesh, today).mask(node)


def pmids(term: Term) -> list[int]:
    """The PMIDs of a [uid] term.

    Raises:
        QueryError: one of them is none.
    """
    return [_pmid(term, each) for each in term.text.split()]


class _Matcher:
    """One query, being answered."""

    def __init__(self, catalogue: Catalogue, mesh: Mesh | None, today: date) -> None:
        self._catalogue = catalogue
        self._keys = catalogue.keys
        self._mesh = mesh
        self._today = today

    def mask(self, node: Node) -> Mask:
        mask = np.zeros(self._catalogue.rows, np.bool_)
        self._mark(node, mask)
        return mask

    def _mark(self, node: Node, mask: Mask) -> None:
        """Sets the rows of `node` in `mask`, so that thousands of OR-ed terms need one mask."""
        match node:
            case Or():
                for part in node.parts:
                    self._mark(part, mask)
            case And():
                satisfied = self.mask(node.parts[0])
                for part in node.parts[1:]:
                    satisfied &= self.mask(part)
                mask |= satisfied
            case Not():
                mask |= self.mask(node.kept) & ~self.mask(node.dropped)
            case Words():
                self._mark(_each_word(node), mask)
            case Range():
                mask |= self._range(node)
            case Term():
                self._mark_term(node, mask)

    def _mark_term(self, term: Term, mask: Mask) -> None:
        if not tokens(term.text):
            raise _error(term, "The term", "has no word: write one")
        if term.field in DATES:
            mask |= self._between(term, term.text, term.text)
        elif term.field == "all" and not term.quoted:
            self._mark(_each_word(term), mask)
        elif term.field == "sb":
            self._mark_subset(term, mask)
        else:
            for rows in _READERS.get(term.field, _Matcher._value)(self, term):
                mask[rows] = True

    def _mark_subset(self, term: Term, mask: Mask) -> None:
        name = identifier(term.text)
        if name in subsets.QUERIES:
            self._mark(_parsed(subsets.QUERIES[name]), mask)
        elif name in subsets.STORED or name.startswith(subsets.STORED_BEGINNINGS):
            mask[self._keys.of(f"sb:{name}")] = True
        else:
            raise _error(term, f"The filter {term.text}", "is unknown: write one such as humans[sb] or hasabstract[sb]")

    def _range(self, node: Range) -> Mask:
        if node.field == "uid":
            numbers = self._catalogue.pmids
            return (numbers >= _pmid(node, node.first)) & (numbers <= _pmid(node, node.last))
        if node.field in DATES:
            return self._between(node, node.first, node.last)
        raise _error(node, f"The [{node.field}]", "has no ranges: write the values one by one, joined by OR")

    def _between(self, node: Term | Range, first: str, last: str) -> Mask:
        """The rows with a date from the beginning of `first` to the end of `last`."""
        begin, end = self._span(node, first)[0], self._span(node, last)[1]
        if begin > end:
            raise _error(node, f"The range {first}:{last}", f"ends before it begins: write {last}:{first}")
        # [dp] is the date of print and that of the electronic publication: https://pubmed.ncbi.nlm.nih.gov/help/#dp
        found = self._within(node.field, begin, end)
        return found | self._within("epdat", begin, end) if node.field == "dp" else found

    def _within(self, field: str, begin: int, end: int) -> Mask:
        days = self._catalogue.days(field)
        return (days >= max(begin, 1)) & (days <= end)

    def _span(self, node: Term | Range, text: str) -> tuple[int, int]:
        found = span(text, self._today)
        if found is None:
            raise _error(node, f"The date {text}", "cannot be read: write 2015, 2015/03 or 2015/03/07")
        return found

    # From here on: the rows of a term, in pieces.

    def _text(self, term: Term) -> Iterator[Rows]:
        pattern = _pattern(term.text)
        zones = _ZONES[term.field]
        if term.distance is None:
            yield self._catalogue.text.phrase(pattern, zones)
        elif len(set(pattern)) > _MOST_NEAR:
            raise _error(term, "The search for nearness", f"has more than {_MOST_NEAR} words: write fewer")
        else:
            yield self._catalogue.text.near(pattern, term.distance, zones)

    def _value(self, term: Term) -> Iterator[Rows]:
        yield self._whole(term, term.field, key(term.text))

    def _journal(self, term: Term) -> Iterator[Rows]:
        yield self._whole(term, "ta", key(term.text).removeprefix("the "))

    def _whole(self, term: Term, field: str, value: str) -> Rows:
        """The rows of a value of a field, or, where the term has a *, of all values that begin so."""
        found = self._keys.beginning_with if "*" in term.text else self._keys.of
        return found(f"{field}:{value}")

    def _publication_type(self, term: Term) -> Iterator[Rows]:
        yield self._whole(term, "pt", key(term.text))
        yield from (self._keys.of(f"pt:{each}") for each in self._headings(term, term.text))

    def _name(self, term: Term) -> Iterator[Rows]:
        """ "smith", "smith j", "de la cruz ma jr": the last name is one word or more, and initials follow or not."""
        parts = tokens(term.text)
        last = f"{term.field}:{' '.join(parts)}"
        yield self._keys.beginning_with(last if "*" in term.text else last + INITIALS)
        for count in range(1, len(parts)):
            name = f"{term.field}:{' '.join(parts[:count])}{INITIALS}{''.join(parts[count:])}"
            whole = term.quoted and "*" not in term.text
            yield self._keys.of(name) if whole else self._keys.beginning_with(name)

    def _full_name(self, term: Term) -> Iterator[Rows]:
        """ "wong julia", as which Wong Julia S counts unless it is quoted, or "julia s wong"."""
        name = key(term.text)
        yield self._whole(term, term.field, name)
        yield self._whole(term, f"{term.field}-natural", name)
        if not term.quoted:
            yield self._keys.beginning_with(f"{term.field}:{name} ")

    def _heading(self, term: Term) -> Iterator[Rows]:
        name, slash, subheading = term.text.partition("/")
        if "*" in term.text:
            beginning = f"{key(name)}/{qualifier(subheading)}" if slash else key(name)
            yield self._keys.beginning_with(f"{term.field}:{beginning}")
            return
        below = [f"/{each}" for each in self._subheadings(term, subheading)] if slash else [""]
        for heading in self._headings(term, name):
            yield from (self._keys.of(f"{term.field}:{heading}{each}") for each in below)

    def _headings(self, term: Term, name: str) -> set[str]:
        """The keys of a heading, and of those below it where they count."""
        found = {key(name)}
        if self._mesh is not None and (heading := self._mesh.heading(name)):
            found |= set(map(key, self._mesh.narrower(heading) if term.explode else {heading}))
        return found

    def _subheadings(self, term: Term, text: str) -> frozenset[str]:
        found = subheadings(text, explode=term.explode)
        if not found:
            raise _error(
                term, f"{text or 'The /'}", "is no subheading of MeSH: write one, such as Neoplasms/therapy[mh]"
            )
        return found

    def _subheading(self, term: Term) -> Iterator[Rows]:
        if "*" in term.text:
            yield self._keys.beginning_with(f"sh:{qualifier(term.text)}")
        else:
            yield from (self._keys.of(f"sh:{each}") for each in self._subheadings(term, term.text))

    def _action(self, term: Term) -> Iterator[Rows]:
        if self._mesh is None:
            raise _error(term, "The [pa]", "needs NLM's MeSH: run pubsearch mesh FILE, or write headings with [mh]")
        for substance in map(key, self._mesh.acting_as(term.text)):
            yield self._keys.of(f"mh:{substance}")
            yield self._keys.of(f"nm:{substance}")

    def _language(self, term: Term) -> Iterator[Rows]:
        name = key(term.text)
        code = _CODES.get(name, name)
        if len(code) != 3:
            raise _error(term, f"The language {term.text}", "is unknown: write its three letters, such as ger")
        yield self._keys.of(f"la:{code}")

    def _identifier(self, term: Term) -> Iterator[Rows]:
        # The last 16: "orcid 0000-0001-5027-4446", or its URL
        yield self._keys.of(f"{term.field}:{identifier(term.text)[-16:]}")

    def _pmids(self, term: Term) -> Iterator[Rows]:
        yield np.flatnonzero(np.isin(self._catalogue.pmids, pmids(term)))


_READERS: dict[Field, Callable[[_Matcher, Term], Iterator[Rows]]] = {
    **dict.fromkeys(_ZONES, _Matcher._text),
    **dict.fromkeys(("au", "1au", "lastau", "ed", "ir", "ps"), _Matcher._name),
    **dict.fromkeys(("fau", "fir"), _Matcher._full_name),
    **dict.fromkeys(("mh", "majr"), _Matcher._heading),
    **dict.fromkeys(("auid", "isbn"), _Matcher._identifier),
    "sh": _Matcher._subheading,
    "pa": _Matcher._action,
    "pt": _Matcher._publication_type,
    "la": _Matcher._language,
    "ta": _Matcher._journal,
    "uid": _Matcher._pmids,
}


@lru_cache(64)
def _parsed(query: str) -> Node:
    return parse(query)


def _each_word(node: Words | Term) -> Node:
    """Each word anywhere in the record; of several, stop words do not count, but what begins as one does."""
    parts = [part for part in node.text.split() if tokens(part)]
    parts = [part for part in parts if "*" in part or key(part) not in STOP_WORDS] or parts
    if not parts:
        raise _error(node, "The term", "has no word: write one")
    terms = tuple(Term("all", part, node.start, node.end, quoted=True) for part in parts)
    return And(terms) if len(terms) > 1 else terms[0]


def _pattern(text: str) -> list[Word]:
    return [Word(word, text[end : end + 1] == "*") for word, _, end in words(text)]


def _pmid(node: Term | Range, text: str) -> int:
    digits = text.strip(" ,;")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        raise _error(node, text, "is no PMID: write digits only")
    return int(digits)


def _error(node: Words | Term | Range, what: str, wrong: str) -> QueryError:
    """The error of a part of the query: what it is, and what is wrong with it and to do."""
    return QueryError(f"{what} at character {node.start + 1} {wrong}.", node.start)
