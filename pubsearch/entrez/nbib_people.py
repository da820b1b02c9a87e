"""Authors, editors, investigators and personal subjects of MEDLINE text.

Each begins with the full and the short name ("FAU - Jenkins, Farish A Jr", "AU  - Jenkins FA Jr"), or only the short
one in old records; identifier and affiliations follow (https://www.nlm.nih.gov/bsd/mms/medlineelements.html, "Author").
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pubsearch.entrez.people import bare_orcid
from pubsearch.record import Author

_FULL = {"FAU": "AU", "FED": "ED", "FIR": "IR", "FPS": "PS"}
_SUFFIXES = frozenset(("Jr", "Sr", "2nd", "3rd", "4th", "5th", "6th", "I", "II", "III", "IV", "V"))


@dataclass(slots=True)
class _Person:
    """One person or group while the fields are read."""

    full: str = ""
    short: str = ""
    collective: str = ""
    orcid: str = ""
    affiliations: list[str] = field(default_factory=list)


class People:
    """The people of one record, by what they did for it; `complete` says that no "et al." ends the authors."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self._people: dict[str, list[_Person]] = {"AU": [], "ED": [], "IR": [], "PS": []}
        self.complete = True
        # Up to 2014 the first author's affiliation stood before the names.
        early = _Person()
        person = early
        for tag, text in fields:
            if tag in _FULL or tag in self._people:
                if text.casefold().rstrip(".") == "et al":
                    self.complete = False
                else:
                    person = self._named(tag, text, person)
            elif tag == "CN":
                person = _Person(collective=text)
                self._people["AU"].append(person)
            elif tag in ("AD", "IRAD"):
                person.affiliations.append(text)
            elif tag == "AUID" and text.startswith("ORCID"):
                person.orcid = person.orcid or bare_orcid(text)
        self.authors = self._all("AU")
        self.editors = self._all("ED")
        self.investigators = self._all("IR")
        self.subjects = self._all("PS")
        if early.affiliations and self.authors and not self.authors[0].affiliations:
            self.authors = replace(self.authors[0], affiliations=tuple(early.affiliations)), *self.authors[1:]

    def _named(self, tag: str, text: str, person: _Person) -> _Person:
        """The person whom the name belongs to: `person`, where the other form of the same name was just read.

        Authors have the full form first, and investigators up to 2019 the short one.
        """
        people = self._people[_FULL.get(tag, tag)]
        named = _Person(full=text) if tag in _FULL else _Person(short=text)
        if people and people[-1] is person and not (person.full and person.short):
            full, short = person.full or named.full, person.short or named.short
            if short.startswith(full.partition(", ")[0]) and full and short:
                person.full, person.short = full, short
                return person
        people.append(named)
        return named

    def _all(self, tag: str) -> tuple[Author, ...]:
        return tuple(map(_author, self._people[tag]))


def _author(person: _Person) -> Author:
    last, _, fore = person.full.partition(", ")
    suffix = ""
    if not person.short:  # a file that was cut down to full names still names "Jenkins FA"
        initials = "".join(word[0] for word in fore.split())
    elif last:
        initials, _, suffix = person.short.removeprefix(last).strip(" ").partition(" ")
    else:
        words = person.short.split()
        suffix = words.pop() if len(words) > 2 and words[-1] in _SUFFIXES else ""
        initials = words.pop() if len(words) > 1 and words[-1].isupper() else ""
        last = " ".join(words)
    return Author(
        last_name=last,
        fore_name=fore.removesuffix(f" {suffix}") if suffix else fore,
        initials=initials,
        suffix=suffix,
        collective=person.collective,
        orcid=person.orcid,
        affiliations=tuple(filter(None, person.affiliations)),
    )
