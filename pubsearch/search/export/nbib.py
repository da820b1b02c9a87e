"""NBIB: MEDLINE text, as PubMed's site saves it.

Fields: https://www.nlm.nih.gov/bsd/mms/medlineelements.html, and for books
https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format. Such text has no place for inline markup, MeSH identifiers, NLM's
categories of sections, ISO abbreviations and the papers that are cited.
"""

import textwrap
from collections.abc import Iterator

from pubsearch.entrez.nbib_fields import LINKS
from pubsearch.record import Author, PartialDate, Record
from pubsearch.search.export.format import COVIDENCE, Format
from pubsearch.search.export.text import encoded, heading, one_line
from pubsearch.search.printed import medline_date

_WIDTH = 81  # of the text: PubMed wraps lines at 87 columns, six of which are the tag's
_TAGS = {type_: tag for tag, type_ in reversed(LINKS.items())}


def _render(record: Record) -> bytes:
    lines = []
    for tag, value in _fields(record):
        if tag and (text := one_line(value)):
            first, *more = [text] if len(text) <= _WIDTH else _wrapped(text)
            lines += [f"{tag:4}- {first}", *(f"      {line}" for line in more)]
    return encoded("\n".join(lines) + "\n\n")


FORMAT = Format("nbib", "nbib", _render, limit=COVIDENCE)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _fields(record: Record) -> Iterator[tuple[str, str]]:
    """Tags and values in PubMed's order; those without a tag or a value are not written."""
    journal, book = record.journal, record.is_book
    yield "PMID", str(record.pmid)
    yield "STAT", record.citation_status
    yield "DCOM", _compact(record.completed_date)
    yield "DRDT" if book else "LR", _compact(record.revised_date)
    yield "CTDT" if book else "", _compact(record.electronic_date)
    issns = (("Print", journal.issn_print), ("Electronic", journal.issn_electronic), ("Linking", journal.issn_linking))
    yield from (("IS", f"{issn} ({kind})") for kind, issn in issns if issn)
    yield "PB", record.publisher
    yield "ISBN", record.isbn
    yield "VI", record.volume
    yield "IP", record.issue
    yield "DP", medline_date(record.publication_date)
    yield "TI", record.title
    yield "BTI", journal.title if book else ""
    yield "PG", record.pages
    identifiers = [(text, kind) for text, kind in ((record.pii, "pii"), (record.doi, "doi")) if text]
    yield from (("LID", f"{text} [{kind}]") for text, kind in identifiers)
    yield "AB", record.abstract
    yield "CI", record.abstract_copyright
    for other in record.other_abstracts:
        kind = f"{other.type}: " if other.type else ""
        yield "OAB", kind + "\n".join(section.heading + section.text for section in other.sections)
        yield "OABL", other.language
    yield from _people("AU", record.authors)
    if not record.authors_complete:
        yield from (("FAU", "et al."), ("AU", "et al."))
    yield from _people("ED", record.editors)
    yield from (("LA", code) for code in record.languages)
    yield from (("SI", f"{accession.databank}/{accession.number}") for accession in record.accessions)
    for grant in record.grants:
        yield "GR", "/".join([*filter(None, (grant.id, grant.acronym)), grant.agency, grant.country])
    yield from (("PT", kind) for kind in record.publication_types)
    yield "TT", record.vernacular_title
    yield "" if book else "DEP", _compact(record.electronic_date)
    yield "PL", journal.country
    yield "TA", journal.medline_ta
    yield "JT", "" if book else journal.title
    yield "JID", journal.nlm_id
    yield from (("RN", f"{chemical.registry_number} ({chemical.name})") for chemical in record.chemicals)
    yield from (("NM", concept.name) for concept in record.supplementary_concepts)
    yield from (("SB", subset) for subset in record.subsets)
    for link in record.corrections:
        pmid = f"PMID: {link.pmid}" if link.pmid else ""
        yield _TAGS.get(link.type, ""), " ".join(filter(None, (link.source, link.note, pmid)))
    yield from (("MH", heading(mesh)) for mesh in record.mesh)
    yield "PMC", record.pmcid
    yield from _people("PS", record.personal_subjects)
    yield from (("OID", f"{other.source}: {other.number}") for other in record.other_ids)
    yield from (("GN", f"{note.owner}: {note.text}") for note in record.general_notes)
    yield from _people("IR", record.investigators)
    for keyword in record.keywords:
        yield from (("OTO", keyword.owner), ("OT", "*" * keyword.major + keyword.text))
    yield "COIS", record.conflict_of_interest
    for tag, date in (("EDAT", record.pubmed_date), ("MHDA", record.mesh_date), ("CRDT", record.entrez_date)):
        yield tag, str(date).replace("-", "/")
    yield from (("AID", f"{text} [{kind}]") for text, kind in identifiers)
    yield "AID", f"{record.book_accession} [bookaccession]" if record.book_accession else ""
    yield "PST", record.publication_status


def _people(tag: str, people: tuple[Author, ...]) -> Iterator[tuple[str, str]]:
    """Full and short name of each, then what belongs to them."""
    for person in people:
        given = " ".join(filter(None, (person.fore_name, person.suffix)))
        yield "" if person.collective else f"F{tag}", ", ".join(filter(None, (person.last_name, given)))
        yield "CN" if person.collective else tag, person.name
        yield "AUID", f"ORCID: {person.orcid}" if person.orcid else ""
        yield from (("IRAD" if tag == "IR" else "AD", affiliation) for affiliation in person.affiliations)


def _compact(date: PartialDate) -> str:
    return str(date).replace("-", "")
