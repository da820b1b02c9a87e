"""Vancouver: NLM's own style, with all that PubMed prints."""

from pubsearch.record import Record
from pubsearch.search.cite.parts import (
    abbreviated_journal,
    bare_title,
    by_initials,
    is_ahead_of_print,
    is_preprint,
    joined,
    languages,
    retractions,
    sentence,
)
from pubsearch.search.export.work import is_chapter
from pubsearch.search.printed import medline_date


def reference(record: Record) -> str:
    """ "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. N Engl J Med. 2002 Jul
    25;347(4):284-7. PMID: 12140307."."""
    editors = by_initials(record, record.editors, 6, 6)
    editors = f"{editors}, {'editor' if len(record.editors) == 1 else 'editors'}" if editors else ""
    whole_book = record.is_book and not is_chapter(record)
    authors = by_initials(record, record.authors, 6, 6) or (editors if whole_book else "")
    source = _book(record, editors) if record.is_book else _journal(record)
    return joined((sentence(authors), sentence(bare_title(record)), source, *_notes(record)))


def _journal(record: Record) -> str:
    journal = abbreviated_journal(record)
    name = sentence(f"{journal} [Preprint]" if is_preprint(record) and journal else journal)
    issue = f"({record.issue})" if record.issue else ""
    date = medline_date(record.publication_date) or medline_date(record.electronic_date)
    printed = ";".join(filter(None, (date, f"{record.volume}{issue}")))
    return joined((name, sentence(":".join(filter(None, (printed, record.pages))))))


def _book(record: Record, editors: str) -> str:
    published = "; ".join(filter(None, (record.publisher, str(record.year or ""))))
    if not is_chapter(record):
        return sentence(published)
    updated = medline_date(record.revised_date)
    dates = joined((medline_date(record.electronic_date), f"[updated {updated}]" if updated else ""))
    book = joined((sentence(editors), sentence(record.journal.title)))
    pages = sentence(f"p. {record.pages}") if record.pages else ""
    return joined((sentence(dates), f"In: {book}", sentence(published), pages))


def _notes(record: Record) -> list[str]:
    notes = [f"doi: {record.doi}." if record.doi else ""]
    if is_ahead_of_print(record):
        notes.append("Epub ahead of print.")
    elif record.publication_status == "ppublish" and not record.is_book and record.publication_date.year:
        epub = medline_date(record.electronic_date)
        notes.append(f"Epub {epub}." if epub else "")
    links = [sentence(f"Retraction in: {link.source}") for link in retractions(record)]
    notes += links or ["Retracted publication."] * record.retracted
    spoken = languages(record)
    notes.append(sentence(", ".join(spoken)) if spoken else "")
    pmcid = f"; PMCID: {record.pmcid}" if record.pmcid else ""
    return [*notes, f"PMID: {record.pmid}{pmcid}."]
