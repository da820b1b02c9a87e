"""What a record is found by whole, not by its words: names, headings, journals, types, numbers.

A key is a field of PubMed (https://pubmed.ncbi.nlm.nih.gov/help/#search-tags), a colon, and a value's folded words.
Names have an `INITIALS` sign between last name and initials; "/" stands between heading and subheading.
"""

from collections.abc import Iterable, Iterator

from pubsearch.index.normal import key, tokens
from pubsearch.record import Author, Record

INITIALS = "\x01"
_AND = {"and"}


def keys(record: Record) -> set[str]:
    """All keys of a record."""
    return {f"{field}:{value}" for field, value in _all(record) if value}


def qualifier(name: str) -> str:
    """A subheading as in a key: "drug therapy", and "administration dosage" with "&" or "and"."""
    return " ".join(word for word in tokens(name) if word not in _AND)


def identifier(text: str) -> str:
    """An ORCID iD or ISBN as in a key: its letters and digits without spaces."""
    return "".join(tokens(text))


def _all(record: Record) -> Iterator[tuple[str, str]]:
    yield from _people(record)
    yield from _subjects(record)
    yield from _sources(record)
    yield from (("pt", key(kind)) for kind in record.publication_types)
    yield from (("la", code) for code in record.languages)
    yield from (("sb", name) for name in _subsets(record))


def _people(record: Record) -> Iterator[tuple[str, str]]:
    listed = {
        "au": record.authors,
        "ed": record.editors,
        "ir": record.investigators,
        "ps": record.personal_subjects,
    }
    persons = {field: [person for person in people if not person.collective] for field, people in listed.items()}
    for field, people in persons.items():
        yield from ((field, _name(person)) for person in people)
    if authors := persons["au"]:
        yield "1au", _name(authors[0])
        yield "lastau", _name(authors[-1])
    for field, people in (("fau", authors), ("fir", persons["ir"])):
        yield from _full_names(field, people)
    for person in record.authors + record.investigators:
        yield "auid", identifier(person.orcid)


def _name(person: Author) -> str:
    """ "smith" and "jajr" of Smith JA Jr."""
    return key(person.last_name) + INITIALS + identifier(f"{person.initials} {person.suffix}")


def _full_names(field: str, people: Iterable[Author]) -> Iterator[tuple[str, str]]:
    for person in people:
        if person.fore_name:
            given = f"{person.fore_name} {person.suffix}"
            yield field, key(f"{person.last_name} {given}")
            # In natural order too, but this only whole.
            yield f"{field}-natural", key(f"{person.fore_name} {person.last_name} {person.suffix}")


def _subjects(record: Record) -> Iterator[tuple[str, str]]:
    for heading in record.mesh:
        name = key(heading.name)
        yield "mh", name
        if heading.is_major_topic:
            yield "majr", name
        for part in heading.qualifiers:
            yield "sh", qualifier(part.name)
            yield "mh", f"{name}/{qualifier(part.name)}"
            if part.major or heading.major:
                yield "majr", f"{name}/{qualifier(part.name)}"
    for chemical in record.chemicals:
        yield "nm", key(chemical.name)
        if chemical.registry_number != "0":
            yield "rn", key(chemical.registry_number)
            yield "rn", key(chemical.registry_number.removeprefix("EC "))
    yield from (("nm", key(concept.name)) for concept in record.supplementary_concepts)


def _sources(record: Record) -> Iterator[tuple[str, str]]:
    journal = record.journal
    for name in (journal.title, journal.iso_abbreviation, journal.medline_ta):
        yield "ta", key(name)
        yield "ta", key(name).removeprefix("the ")
        # "Lancet (London, England)"
        yield "ta", key(name.partition("(")[0])
    for issn in (journal.issn_print, journal.issn_electronic, journal.issn_linking):
        yield "ta", key(issn)
    yield "jid", key(journal.nlm_id)
    yield "vi", key(record.volume)
    yield "ip", key(record.issue)
    yield "pg", key(record.pages)
    yield "pg", key(record.pages.partition("-")[0])
    yield "pl", key(journal.country)
    yield "isbn", identifier(record.isbn)
    for location in (record.doi, record.pii):
        yield from (("lid", key(location)), ("aid", key(location)))
    yield from (("aid", key(record.pmcid)), ("aid", key(record.book_accession)))
    for accession in record.accessions:
        bank, number = key(accession.databank), key(accession.number)
        yield from (("si", bank), ("si", number), ("si", f"{bank} {number}"))


def _subsets(record: Record) -> Iterator[str]:
    """Facts and subsets by the names that PubMed's filters have for them, spaces left out."""
    yield "all"
    yield identifier(record.citation_status)
    yield from (f"jsubset{identifier(subset)}" for subset in record.subsets)
    yield f"pubstatus{identifier(record.publication_status)}" if record.publication_status else ""
    # "Comment in" is hascommentin.
    yield from (f"has{identifier(link.type)}" for link in record.corrections)
    facts = {
        "hasabstract": record.sections,
        "hasstructuredabstract": any(section.heading for section in record.sections),
        "hasnonenglishabstract": any(other.language != "eng" for other in record.other_abstracts),
        "haskeyword": record.keywords,
        "hascois": record.conflict_of_interest,
        "hasdatabanklist": record.accessions,
        "pubmedpmc": record.pmcid,
        "retracted": record.retracted,
        "pubmedbooks": record.is_book,
    }
    yield from (name for name, fact in facts.items() if fact)
