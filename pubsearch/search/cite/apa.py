"""APA, 7th edition."""

import re
from collections.abc import Sequence

from pubsearch.record import Author, Record
from pubsearch.search.cite.parts import (
    address,
    bare_title,
    is_ahead_of_print,
    is_preprint,
    joined,
    retractions,
    sentence,
    year,
)
from pubsearch.search.export.text import one_line
from pubsearch.search.export.work import is_chapter
from pubsearch.search.printed import full_pages

_MOST = 20
_SUFFIXES = {"Jr": "Jr.", "Sr": "Sr.", "2nd": "II", "3rd": "III", "4th": "IV", "5th": "V", "6th": "VI"}
_SMALL = frozenset(("a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"))
# What NLM adds to a journal's title: "Lancet (London, England)", "Spine : official journal", "Kokyu = Respiration".
_ADDED = re.compile(r" (?:[:=] .*|\([^()]*\))$")
_ARTICLE_NUMBER = re.compile(r"e[0-9]+")
# "Feifel D. J Clin Psychiatry. 2002 Feb;63(2):169"
_SOURCE = re.compile(r"(?:.*\. )?([^.]+)\. ([0-9]{4})[^;]*;([^(:]*)(?:\(([^()]*)\))?:(.*)")


def reference(record: Record) -> str:
    """ "Halpern, S. D., Ubel, P. A., & Caplan, A. L. (2002). Solid-organ transplantation in HIV-infected patients. The
    New England Journal of Medicine, 347(4), 284–287. https://doi.org/10.1056/NEJMsb020632"."""
    people, of_book = record.authors, ""
    if not people and record.is_book and not is_chapter(record):
        people, of_book = record.editors, " (Ed.)" if len(record.editors) == 1 else " (Eds.)"
    who, when = _list(record, people), f"({year(record) or 'n.d.'})."
    authors = sentence(f"{who}{of_book}") if who else ""
    title = sentence(_title(record))
    beginning = (authors, when, title) if authors else (title, when)
    source = _book(record) if record.is_book else _journal(record)
    return joined((*beginning, source, address(record), _retracted(record)))


def _title(record: Record) -> str:
    title = bare_title(record)
    # NLM puts a title that it translated in brackets.
    original = one_line(record.vernacular_title).removesuffix(".")
    return f"{original} {title}" if original and title.startswith("[") else title


def _journal(record: Record) -> str:
    journal = _journal_title(record)
    if is_preprint(record):
        return sentence(journal)
    if is_ahead_of_print(record):
        return joined((sentence(journal), "Advance online publication."))
    issue = f"({record.issue})" if record.issue else ""
    is_number = _ARTICLE_NUMBER.fullmatch(record.pages)
    pages = f"Article {record.pages}" if is_number else full_pages(record.pages, "–")
    return sentence(", ".join(filter(None, (journal, f"{record.volume}{issue}", pages))))


def _journal_title(record: Record) -> str:
    """The journal's title in capitals as it is printed, where NLM's catalogue has it in sentence case."""
    title = _ADDED.sub("", one_line(record.journal.title)) or record.journal.medline_ta
    if "eng" not in record.languages:
        return title
    words = title.split(" ")
    return " ".join(
        word[:1].upper() + word[1:] if word.islower() and (place == 0 or word not in _SMALL) else word
        for place, word in enumerate(words)
    )


def _book(record: Record) -> str:
    publisher = sentence(record.publisher)
    if not is_chapter(record):
        return publisher
    names = [_name(person, first_name_first=True) for person in record.editors]
    listed = ", ".join(names[:-1]) + ("," if len(names) > 2 else "") + " & " + names[-1] if names[1:] else names[:1]
    editors = f"{''.join(listed)} ({'Ed' if len(names) == 1 else 'Eds'}.), " if names else ""
    pages = full_pages(record.pages, "–")
    mark = "pp." if "–" in pages else "p."
    return joined(
        (sentence(f"In {editors}{record.journal.title}" + (f" ({mark} {pages})" if pages else "")), publisher)
    )


def _list(record: Record, people: Sequence[Author]) -> str:
    names = [_name(person) for person in people]
    if not record.authors_complete:
        return ", ".join([*names, "et al."])
    if len(names) > _MOST:
        return f"{', '.join(names[: _MOST - 1])}, . . . {names[-1]}"
    return f"{', '.join(names[:-1])}, & {names[-1]}" if names[1:] else "".join(names)


def _name(person: Author, *, first_name_first: bool = False) -> str:
    """ "Jenkins, F. A., Jr.", or "F. A. Jenkins Jr."."""
    if person.collective:
        return person.collective
    initials = _initials(person)
    suffix = _SUFFIXES.get(person.suffix, person.suffix)
    if first_name_first:
        return joined((initials, person.last_name, suffix))
    return ", ".join(filter(None, (person.last_name, initials, suffix)))


def _initials(person: Author) -> str:
    """ "J. A.", and "J.-P." for Jean-Paul."""
    if "-" in person.fore_name:
        names = (part.split("-") for part in person.fore_name.split())
        return " ".join("-".join(f"{name[0]}." for name in parts if name) for parts in names)
    # A letter in lower case belongs to the one before it: "IuA" is "Iu. A.".
    letters = re.findall(r"[^\W\d_][a-z]*", person.initials) or [name[0] for name in person.fore_name.split()]
    return " ".join(f"{letter}." for letter in letters)


def _retracted(record: Record) -> str:
    notices = []
    for link in retractions(record):
        source = link.source.removesuffix(".")
        if found := _SOURCE.fullmatch(source):
            journal, printed, volume, issue, pages = found.groups()
            source = ", ".join((printed, journal, f"{volume}[{issue}]" if issue else volume, full_pages(pages, "–")))
        notices.append(f"(Retraction published {source})")
    return joined(notices) or ("(Retracted)" if record.retracted else "")
