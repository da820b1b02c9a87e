"""The running text of a record, by zone: what PubMed's text fields search.

Fields: https://pubmed.ncbi.nlm.nih.gov/help/#search-tags. A phrase stands within one text of a zone: one keyword, one
affiliation, the whole abstract.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, get_args

from pubsearch.record import Author, Record

Zone = Literal[
    "title", "abstract", "keyword", "vernacular", "affiliation", "group", "grant", "publisher", "subject", "source"
]
"""`subject` is what else text words have (MeSH, substances …), `source` what is left: people, journal, identifiers."""

ZONES: tuple[Zone, ...] = get_args(Zone)


def texts(record: Record) -> Iterator[tuple[Zone, Iterable[str]]]:
    """Each zone and the texts that the record has there."""
    return ((zone, read(record)) for zone, read in _READ.items())


def _titles(record: Record) -> Iterator[str]:
    yield record.title
    if record.is_book:
        # that of the book, for one of its chapters
        yield record.journal.title


def _abstracts(record: Record) -> Iterator[str]:
    yield record.abstract
    for other in record.other_abstracts:
        yield "\n".join(section.heading + section.text for section in other.sections)


def _people(record: Record) -> tuple[Author, ...]:
    return record.authors + record.editors + record.investigators


def _affiliations(record: Record) -> Iterator[str]:
    return (affiliation for person in _people(record) for affiliation in person.affiliations)


def _grants(record: Record) -> Iterator[str]:
    # in one text, as PubMed prints it: LM05545/LM/NLM NIH HHS/United States
    return ("/".join(filter(None, (each.id, each.acronym, each.agency, each.country))) for each in record.grants)


def _subjects(record: Record) -> Iterator[str]:
    for heading in record.mesh:
        yield heading.name
        yield from (qualifier.name for qualifier in heading.qualifiers)
    yield from record.publication_types
    yield from (chemical.name for chemical in record.chemicals)
    yield from (concept.name for concept in record.supplementary_concepts)
    yield from (person.name for person in record.personal_subjects)
    yield from (f"{accession.databank}/{accession.number}" for accession in record.accessions)
    yield from (link.note for link in record.corrections)


def _sources(record: Record) -> Iterator[str]:
    for person in _people(record):
        yield person.name
        yield f"{person.fore_name} {person.last_name}"
        yield person.orcid
    journal = record.journal
    yield from (journal.title, journal.iso_abbreviation, journal.medline_ta, journal.nlm_id)
    yield from (journal.issn_print, journal.issn_electronic, journal.issn_linking)
    yield from (record.volume, record.issue, record.pages, record.isbn, record.book_accession)
    yield from (str(record.pmid), record.doi, record.pii, record.pmcid)
    yield from (chemical.registry_number for chemical in record.chemicals)
    yield from (other.number for other in record.other_ids)
    yield from (note.text for note in record.general_notes)
    yield record.conflict_of_interest


_READ: dict[Zone, Callable[[Record], Iterable[str]]] = {
    "title": _titles,
    "abstract": _abstracts,
    "keyword": lambda record: (keyword.text for keyword in record.keywords),
    "vernacular": lambda record: (record.vernacular_title,),
    "affiliation": _affiliations,
    "group": lambda record: (person.collective for person in _people(record)),
    "grant": _grants,
    "publisher": lambda record: (record.publisher,),
    "subject": _subjects,
    "source": _sources,
}
