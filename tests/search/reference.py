"""The reference for `matching`: whether one record satisfies a tree, read off the record's own fields, slowly."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import pairwise, permutations, product

from pubsearch.index.normal import words
from pubsearch.index.qualifiers import QUALIFIERS
from pubsearch.index.words import STOP_WORDS
from pubsearch.record import Author, PartialDate, Record
from pubsearch.search.tree import And, Node, Not, Or, Range, Term, Words

Text = tuple[str, ...]


def satisfies(node: Node, record: Record, narrower: Callable[[str], Iterable[str]] | None = None) -> bool:
    """`narrower` gives a heading and those below it, for a heading's name or entry term."""
    match node:
        case And():
            return all(satisfies(part, record, narrower) for part in node.parts)
        case Or():
            return any(satisfies(part, record, narrower) for part in node.parts)
        case Not():
            return satisfies(node.kept, record, narrower) and not satisfies(node.dropped, record, narrower)
        case Words():
            return _anywhere(node.text, record)
        case Range():
            return _in_range(node, record)
        case Term():
            return _term(node, record, narrower)


def _term(term: Term, record: Record, narrower: Callable[[str], Iterable[str]] | None) -> bool:
    field, text = term.field, term.text
    if field == "all" and not term.quoted:
        return _anywhere(text, record)
    if field in _TEXTS:
        return _said(_pattern(text), record, field, term.distance)
    if field in ("mh", "majr"):
        return _heading(term, record, narrower)
    if field == "pt":
        wanted = {_plain(each) for each in (text, *(narrower(text) if narrower else ()))}
        return any(_plain(kind) in wanted for kind in record.publication_types)
    if field in ("fau", "fir"):
        return any(_fully_named(term, person) for person in _persons(record, field[1:]))
    if field in _PERSONS:
        return any(_named(term, person) for person in _persons(record, field))
    if field in ("dp", "edat", "crdt", "lr"):
        return _in_range(Range(field, text, text, 0, 0), record)
    return any(_is(text, value) for value in _values(record, field))


def _is(text: str, value: str) -> bool:
    wanted, value = _plain(text).removeprefix("the "), _plain(value).removeprefix("the ")
    return bool(value) and (value.startswith(wanted) if "*" in text else value == wanted)


@lru_cache(1 << 14)
def _plain(text: str) -> str:
    return " ".join(_tokens(text))


@lru_cache(1 << 14)
def _tokens(text: str) -> Text:
    return tuple(word for word, _, _ in words(text))


def _pattern(text: str) -> list[tuple[str, bool]]:
    return [(word, text[end : end + 1] == "*") for word, _, end in words(text)]


def _fits(word: str, wanted: tuple[str, bool]) -> bool:
    return word.startswith(wanted[0]) if wanted[1] else word == wanted[0]


def _said(pattern: list[tuple[str, bool]], record: Record, field: str, distance: int | None) -> bool:
    texts, known = _texts(record, field)
    if not all(truncated or word in known for word, truncated in pattern):
        return False  # as the rest would find too, slowly
    return any(_phrase(pattern, text) if distance is None else _near(pattern, text, distance) for text in texts)


def _phrase(pattern: list[tuple[str, bool]], text: Text) -> bool:
    return any(
        all(map(_fits, text[place:], pattern))
        for place, word in enumerate(text[: len(text) - len(pattern) + 1])
        if _fits(word, pattern[0])
    )


def _near(pattern: list[tuple[str, bool]], text: Text, distance: int) -> bool:
    places = [[i for i, word in enumerate(text) if _fits(word, wanted)] for wanted in dict.fromkeys(pattern)]
    return any(
        all(0 < later - earlier <= distance + 1 for earlier, later in pairwise(chosen))
        for order in permutations(places)
        for chosen in product(*order)
    )


def _anywhere(text: str, record: Record) -> bool:
    parts = [part for part in text.split() if _tokens(part)]
    telling = [part for part in parts if "*" in part or _plain(part) not in STOP_WORDS] or parts
    return all(_said(_pattern(part), record, "all", None) for part in telling)


# Text


def _titles(record: Record) -> list[str]:
    return [record.title, *([record.journal.title] if record.is_book else [])]


def _abstracts(record: Record) -> list[str]:
    others = ("\n".join(each.heading + each.text for each in other.sections) for other in record.other_abstracts)
    return [record.abstract, *others]


def _everybody(record: Record) -> tuple[Author, ...]:
    return record.authors + record.editors + record.investigators


def _groups(record: Record) -> list[str]:
    return [person.collective for person in _everybody(record)]


def _grants(record: Record) -> list[str]:
    return [f"{each.id} {each.acronym} {each.agency} {each.country}" for each in record.grants]


def _affiliations(record: Record) -> list[str]:
    return [each for person in _everybody(record) for each in person.affiliations]


def _tiab(record: Record) -> list[str]:
    return [*_titles(record), *_abstracts(record), *(keyword.text for keyword in record.keywords)]


def _text_words(record: Record) -> list[str]:
    found = _tiab(record) + _groups(record)
    found += [part.name for heading in record.mesh for part in (heading, *heading.qualifiers)]
    found += record.publication_types
    found += [each.name for each in record.chemicals + record.supplementary_concepts + record.personal_subjects]
    found += [f"{each.databank} {each.number}" for each in record.accessions]
    return found + [link.note for link in record.corrections]


def _everything(record: Record) -> list[str]:
    journal = record.journal
    found = _text_words(record) + _affiliations(record) + _grants(record)
    found += [record.vernacular_title, record.publisher]
    for person in _everybody(record):
        found += [person.name, f"{person.fore_name} {person.last_name}", person.orcid]
    found += [journal.title, journal.iso_abbreviation, journal.medline_ta, journal.nlm_id]
    found += [journal.issn_print, journal.issn_electronic, journal.issn_linking]
    found += [record.volume, record.issue, record.pages, record.isbn, record.book_accession]
    found += [str(record.pmid), record.doi, record.pii, record.pmcid, record.conflict_of_interest]
    found += [chemical.registry_number for chemical in record.chemicals]
    found += [other.number for other in record.other_ids]
    return found + [note.text for note in record.general_notes]


_TEXTS: dict[str, Callable[[Record], Iterable[str]]] = {
    "ti": _titles,
    "ab": _abstracts,
    "ot": lambda record: [keyword.text for keyword in record.keywords],
    "tt": lambda record: [record.vernacular_title],
    "tiab": _tiab,
    "tw": _text_words,
    "all": _everything,
    "ad": _affiliations,
    "cn": _groups,
    "gr": _grants,
}
_read: dict[tuple[int, str], tuple[list[Text], frozenset[str]]] = {}


def _texts(record: Record, field: str) -> tuple[list[Text], frozenset[str]]:
    """The texts of a field, and all words in them."""
    place = record.pmid, field
    if place not in _read:
        texts = list(map(_tokens, _TEXTS[field](record)))
        _read[place] = texts, frozenset(word for text in texts for word in text)
    return _read[place]


# Names


_PERSONS = ("au", "1au", "lastau", "ed", "ir", "ps")


def _persons(record: Record, field: str) -> list[Author]:
    authors = [author for author in record.authors if not author.collective]
    return {
        "au": authors,
        "1au": authors[:1],
        "lastau": authors[-1:],
        "ed": [person for person in record.editors if not person.collective],
        "ir": [person for person in record.investigators if not person.collective],
        "ps": list(record.personal_subjects),
    }[field]


def _named(term: Term, person: Author) -> bool:
    last, initials = _plain(person.last_name), "".join(_tokens(f"{person.initials} {person.suffix}"))
    parts = _tokens(term.text)
    truncated = "*" in term.text
    if " ".join(parts) == last or (truncated and last.startswith(" ".join(parts))):
        return True
    for count in range(1, len(parts)):
        given = "".join(parts[count:])
        begins = initials == given if term.quoted and not truncated else initials.startswith(given)
        if " ".join(parts[:count]) == last and begins:
            return True
    return False


def _fully_named(term: Term, person: Author) -> bool:
    if not person.fore_name:
        return False
    inverted = _plain(f"{person.last_name} {person.fore_name} {person.suffix}")
    natural = _plain(f"{person.fore_name} {person.last_name} {person.suffix}")
    wanted = _plain(term.text)
    if "*" in term.text:
        return inverted.startswith(wanted) or natural.startswith(wanted)
    return wanted in (inverted, natural) or (not term.quoted and inverted.startswith(f"{wanted} "))


# Subjects and values


def _heading(term: Term, record: Record, narrower: Callable[[str], Iterable[str]] | None) -> bool:
    name, _, subheading = term.text.partition("/")
    below = narrower(name) if narrower and term.explode and "*" not in name else ()
    wanted = {_plain(each) for each in (name, *below)}
    for heading in record.mesh:
        own = _plain(heading.name)
        if not (own in wanted or ("*" in name and own.startswith(_plain(name)))):
            continue
        qualifiers = [part for part in heading.qualifiers if _qualified(subheading, part.name)]
        if term.field == "mh" and (qualifiers or not subheading):
            return True
        if not subheading and (heading.major or any(part.major for part in heading.qualifiers)):
            return True
        if term.field == "majr" and any(part.major or heading.major for part in qualifiers):
            return True
    return False


def _qualified(subheading: str, name: str) -> bool:
    return _plain(name) == _plain(QUALIFIERS.get(subheading.upper(), subheading))


def _values(record: Record, field: str) -> list[str]:
    journal = record.journal
    statuses = {"medline": record.citation_status == "MEDLINE", "hasabstract": bool(record.sections)}
    return {
        "sh": [part.name for heading in record.mesh for part in heading.qualifiers],
        "uid": [str(record.pmid)],
        "nm": [each.name for each in record.chemicals + record.supplementary_concepts],
        "rn": [each.registry_number for each in record.chemicals if each.registry_number != "0"],
        "ta": [
            each
            for name in (journal.title, journal.iso_abbreviation, journal.medline_ta)
            for each in (name, name.partition("(")[0])
        ]
        + [journal.issn_print, journal.issn_electronic, journal.issn_linking],
        "jid": [journal.nlm_id],
        "vi": [record.volume],
        "ip": [record.issue],
        "pg": [record.pages, record.pages.partition("-")[0]],
        "pl": [journal.country],
        "la": list(record.languages),
        "aid": [record.doi, record.pii, record.pmcid, record.book_accession],
        "lid": [record.doi, record.pii],
        "si": [
            value
            for each in record.accessions
            for value in (each.databank, each.number, f"{each.databank} {each.number}")
        ],
        "sb": [name for name, holds in statuses.items() if holds],
    }[field]


# Dates

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_SEASONS = {"winter": 1, "spring": 4, "summer": 7, "fall": 10}


def _in_range(node: Range, record: Record) -> bool:
    if node.field == "uid":
        return int(node.first) <= record.pmid <= int(node.last)
    dates = {
        "dp": (record.publication_date, record.electronic_date),
        "edat": (record.pubmed_date,),
        "crdt": (record.entrez_date,),
        "lr": (record.revised_date,),
    }
    days = [day for date in dates[node.field] if (day := _day(date)) is not None]
    return any(_typed(node.first, 1, 1) <= day <= _typed(node.last, 12, 31) for day in days)


def _typed(text: str, month: int, day: int) -> tuple[int, int, int]:
    parts = [int(part) for part in text.split("/")]
    return parts[0], *(parts[1:] + [month, day][len(parts) - 1 :])  # type: ignore[return-value]


def _day(value: PartialDate) -> tuple[int, int, int] | None:
    if value.year is None:
        return None
    month, day = value.month or 1, value.day or 1
    named = [word for word in value.verbatim.lower().replace("-", " ").replace("/", " ").split() if word.isalpha()]
    if named:
        month = _SEASONS.get(named[0]) or _MONTHS.index(named[0][:3]) + 1
    return value.year, month, day
