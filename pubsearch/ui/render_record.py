"""A whole record as HTML: all that PubMed says of it."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from pubsearch import byline
from pubsearch.record import Author, Correction, MeshHeading, Record
from pubsearch.search.export.text import heading
from pubsearch.ui import links, notices, render, safe, wording

_ORCID = re.compile(r"[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]")
_MESH = "https://meshb.nlm.nih.gov/record/ui?ui="
# The papers that it cites are no links of its own history, and may be hundreds.
_CITES = "Cites"


def render_record(record: Record, as_of: str | None) -> str:
    """The record from title to abstract; `as_of` is that of the topic."""
    source = safe.tag("p", "ps-source", safe.escape(" · ".join(byline.source(record))), dir="auto")
    title = safe.marked(record.title or wording.NO_TITLE, record.title_markup)
    parts = [
        f'<article class="ps-record" aria-labelledby="record-{record.pmid}">',
        safe.tag("h1", "ps-record-title", title, id=f"record-{record.pmid}", dir="auto", tabindex="-1"),
        _text("p", "ps-vernacular", record.vernacular_title),
        _people(record.authors, complete=record.authors_complete),
        source,
        render.render_badges(record),
        render.render_notices(record, as_of),
        "" if notices.notices(record) else _text("p", "ps-checked", f"No notice known, {notices.checked(as_of)}."),
        render.render_links(record),
        _heading("Abstract"),
        render.render_abstract(record),
        _text("p", "ps-checked", record.abstract_copyright),
        *_other_abstracts(record),
        "</article>",
    ]
    return safe.clean("".join(parts))


def render_details(record: Record) -> str:
    """The record's subjects, identifiers, dates, and links to other citations."""
    parts = [*_subjects(record), *_links(record), _facts("Details", _details(record))]
    return safe.clean(safe.tag("div", "ps-details", "".join(parts)))


def _people(people: Iterable[Author], *, complete: bool = True) -> str:
    """Names with the numbers of their affiliations, and the affiliations, which are folded away."""
    listed = [person for person in people if person.name]
    places = list(dict.fromkeys(place for person in listed for place in person.affiliations))
    names = "".join(f"<li>{_person(person, places)}</li>" for person in listed)
    if not names:
        return ""
    more = "" if complete else "<li>et al.</li>"
    where = "".join(f'<li dir="auto">{safe.escape(place)}</li>' for place in places)
    title = safe.escape(f"Affiliations ({len(places)})")
    folded = f'<details class="ps-affiliations"><summary>{title}</summary><ol>{where}</ol></details>'
    return safe.tag("ul", "ps-people", names + more) + (folded if places else "")


def _person(person: Author, places: list[str]) -> str:
    full = " ".join(filter(None, (person.fore_name or person.initials, person.last_name, person.suffix)))
    numbers = ", ".join(str(places.index(place) + 1) for place in person.affiliations)
    orcid = person.orcid.rsplit("/", 1)[-1]
    link = f"https://orcid.org/{orcid}"
    return "".join(
        (
            safe.tag("span", "ps-person", safe.escape(person.collective or full), dir="auto"),
            safe.tag("sup", "ps-place", safe.escape(numbers)) if numbers else "",
            f" {safe.link(link, 'ORCID')}" if _ORCID.fullmatch(orcid) else "",
        )
    )


def _other_abstracts(record: Record) -> Iterator[str]:
    for other in record.other_abstracts:
        language = byline.language(other.language)
        yield _heading(f"Abstract ({', '.join(filter(None, (language, other.type)))})")
        yield render.render_sections(other.sections)


def _subjects(record: Record) -> Iterator[str]:
    yield _list("MeSH", (_mesh(each) for each in record.mesh), wording.MESH_STARS if record.mesh else "")
    yield _plain("Keywords", (keyword.text for keyword in record.keywords))
    yield _plain("Substances", (_numbered(each.name, each.registry_number) for each in record.chemicals))
    yield _plain("Supplementary concepts", (f"{each.name} ({each.type})" for each in record.supplementary_concepts))
    yield _plain("Publication types", record.publication_types)
    yield _plain("People it is about", (person.name for person in record.personal_subjects))


def _links(record: Record) -> Iterator[str]:
    cited = [each for each in record.corrections if each.type == _CITES]
    others = [each for each in record.corrections if each.type != _CITES]
    yield _list("Corrections, comments and other links", (_linked(each, _relation(each.type)) for each in others))
    databanks = (f"{each.databank}: {each.number}" for each in record.accessions)
    yield _plain("Numbers in databanks", databanks)
    trials = links.trials(record)
    yield _list("Trial registrations", (safe.link(link.url, safe.escape(link.text)) for link in trials))
    yield _plain("Grants", (_grant(grant.id, grant.acronym, grant.agency, grant.country) for grant in record.grants))
    yield _plain("Conflict of interest", filter(None, [record.conflict_of_interest]))
    yield _plain("Notes", (f"{note.owner}: {note.text}" for note in record.general_notes))
    yield _plain("Editors", (person.name for person in record.editors))
    if record.investigators:
        yield _folded("Investigators", [safe.escape(person.name) for person in record.investigators])
    if cited:
        yield _folded("References", [_linked(each, "") for each in cited])


def _details(record: Record) -> Iterator[tuple[str, str]]:
    journal = record.journal
    yield "Book" if record.is_book else "Journal", journal.title
    yield "Abbreviation", journal.iso_abbreviation or journal.medline_ta
    yield "ISSN", ", ".join(dict.fromkeys(filter(None, (journal.issn_print, journal.issn_electronic))))
    yield "NLM ID", journal.nlm_id
    yield "Country", journal.country
    yield "Publisher", record.publisher
    yield "ISBN", record.isbn
    yield "Volume", record.volume
    yield "Issue", record.issue
    yield "Pages", record.pages
    yield "Published", str(record.publication_date)
    yield "Published online", str(record.electronic_date)
    yield "Entered PubMed", str(record.pubmed_date)
    yield "Record created", str(record.entrez_date)
    yield "Indexed with MeSH", str(record.mesh_date)
    yield "Completed", str(record.completed_date)
    yield "Last revised", str(record.revised_date)
    yield "Language", ", ".join(map(byline.language, record.languages))
    yield "PMID", f"{record.pmid} (version {record.version})"
    yield "PMCID", record.pmcid
    yield "DOI", record.doi
    yield "PII", record.pii
    yield "Other numbers", ", ".join(f"{other.source} {other.number}" for other in record.other_ids)
    yield "Citation status", record.citation_status
    yield "Publication status", record.publication_status
    yield "Subsets", ", ".join(record.subsets)


def _mesh(each: MeshHeading) -> str:
    named = safe.escape(heading(each))
    return safe.link(f"{_MESH}{quote(each.ui, safe='')}", named) if each.ui else named


def _linked(correction: Correction, name: str) -> str:
    said = ". ".join(filter(None, (correction.source.rstrip(". "), correction.note.rstrip(". "))))
    prefix = f"{name}: " if name else ""
    link = safe.link(links.pubmed(correction.pmid), f"PMID {correction.pmid}") if correction.pmid else ""
    return f"{safe.escape(f'{prefix}{said}')} {link}"


def _relation(kind: str) -> str:
    """NLM's RefType in words: "CorrectedandRepublishedIn" is "Corrected and republished in"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.replace("edand", "edAnd")).capitalize()


def _numbered(name: str, number: str) -> str:
    return f"{name} ({number})" if number not in ("", "0") else name


def _grant(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _plain(title: str, texts: Iterable[str]) -> str:
    return _list(title, map(safe.escape, texts))


def _list(title: str, entries: Iterable[str], note: str = "") -> str:
    """A heading and its entries, which are HTML; nothing where there are none."""
    listed = "".join(f'<li dir="auto">{entry}</li>' for entry in entries)
    return _heading(title) + _text("p", "ps-checked", note) + safe.tag("ul", "ps-list", listed) if listed else ""


def _folded(title: str, entries: list[str]) -> str:
    listed = "".join(f'<li dir="auto">{entry}</li>' for entry in entries)
    named = safe.escape(f"{title} ({len(entries):,})")
    return f'<details class="ps-folded"><summary>{named}</summary><ol>{listed}</ol></details>'


def _facts(title: str, facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f'<div><dt>{safe.escape(name)}</dt><dd dir="auto">{safe.escape(value)}</dd></div>'
        for name, value in facts
        if value
    )
    return _heading(title) + safe.tag("dl", "ps-facts", rows)


def _heading(text: str) -> str:
    return safe.tag("h2", "ps-heading", safe.escape(text))


def _text(name: str, css_class: str, text: str) -> str:
    return safe.tag(name, css_class, safe.escape(text), dir="auto") if text else ""
