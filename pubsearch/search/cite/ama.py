"""AMA, 11th edition."""

from pubsearch.record import Record
from pubsearch.search.cite.parts import (
    abbreviated_journal,
    address,
    bare_title,
    by_initials,
    is_ahead_of_print,
    is_preprint,
    joined,
    languages,
    retractions,
    sentence,
    year,
)
from pubsearch.search.export.work import is_chapter
from pubsearch.search.printed import full_date, full_pages


def reference(record: Record) -> str:
    """ "Halpern SD, Ubel PA, Caplan AL. Solid-organ transplantation in HIV-infected patients. N Engl J Med.
    2002;347(4):284-287. doi:10.1056/NEJMsb020632"."""
    editors = by_initials(record, record.editors, 6, 3)
    editors = f"{editors}, {'ed' if len(record.editors) == 1 else 'eds'}" if editors else ""
    whole_book = record.is_book and not is_chapter(record)
    authors = by_initials(record, record.authors, 6, 3) or (editors if whole_book else "")
    spoken = languages(record)
    language = sentence(f"Article in {' and '.join(spoken)}") if spoken and not record.is_book else ""
    source = _book(record, editors) if record.is_book else _journal(record)
    links = [sentence(f"Retracted in: {link.source}") for link in retractions(record)]
    retracted = links or ["Retracted."] * record.retracted
    where = f"doi:{record.doi}" if record.doi else address(record)
    return joined((sentence(authors), sentence(bare_title(record)), language, source, *retracted, where))


def _journal(record: Record) -> str:
    journal = abbreviated_journal(record)
    date = full_date(record.electronic_date) or full_date(record.publication_date)
    if is_preprint(record):
        return joined((sentence(journal), sentence(f"Preprint posted online {date}")))
    if is_ahead_of_print(record):
        return joined((sentence(journal), sentence(f"Published online {date}")))
    issue = f"({record.issue})" if record.issue else ""
    printed = ";".join(filter(None, (str(record.year or ""), f"{record.volume}{issue}")))
    return joined((sentence(journal), sentence(":".join(filter(None, (printed, full_pages(record.pages)))))))


def _book(record: Record, editors: str) -> str:
    published = "; ".join(filter(None, (record.publisher, str(year(record) or ""))))
    if not is_chapter(record):
        return sentence(published)
    printed = ":".join(filter(None, (published, full_pages(record.pages))))
    return joined((f"In: {joined((sentence(editors), sentence(record.journal.title)))}", sentence(printed)))
