"""What page and terminal say in the same words: who wrote a record and where it stands, how many match, why none."""

from pubsearch.record import Record
from pubsearch.search.languages import LANGUAGES
from pubsearch.search.results import Part, Results

SHOWN_AUTHORS = 3
NBSP = "\u00a0"


def authors(record: Record) -> str:
    """The first three names, and "et al." where there are more."""
    names = [author.name for author in record.authors if author.name]
    more = len(names) > SHOWN_AUTHORS or (names and not record.authors_complete)
    return ", ".join(names[:SHOWN_AUTHORS] + (["et al."] if more else []))


def records(number: int) -> str:
    """ "1 record", "1,769 records"."""
    return f"{number:,} record{'s' * (number != 1)}"


def matching(found: Results) -> str:
    """ "34 of 1,769 records match", those that share something with a plain question; where the query filters, all that
    satisfy it: "68 records match, 26 of them ranked"."""
    if not found.filters:
        return f"{found.ranked:,} of {found.total:,} records match"
    match = records_match(found.total)
    if found.ranked in (found.total, 0):
        return match if found.ranked else f"{match}, none ranked"
    return f"{match}, {found.ranked:,} of them ranked"


def records_match(number: int) -> str:
    """ "1 record matches", "1,200 records match"."""
    return f"{records(number)} match{'es' * (number == 1)}"


def part(found: Part) -> str:
    """A part of a query without records: "zebrfish[ti]: no record; without it 12 (zebrafish?)"."""
    alone = records(found.records) if found.records else "no record"
    meant = f" (did you mean {' or '.join(found.instead)}?)" if found.instead else ""
    return f"{found.text}: {alone}; without it {found.without:,}{meant}"


def source(record: Record) -> tuple[str, ...]:
    """Journal (or publisher), year, PMID, and the languages unless it is English alone; what is missing is left out."""
    journal = record.journal.iso_abbreviation or record.journal.medline_ta or record.journal.title or record.publisher
    year = str(record.year or record.publication_date)
    languages = dict.fromkeys(language(code) for code in record.languages if code not in ("und", ""))
    spoken = "In " + " and ".join(languages) if languages.keys() - {language("eng")} else ""
    return tuple(part for part in (journal, year, f"PMID {record.pmid}", spoken) if part)


def language(code: str) -> str:
    """The language of a MARC code in English; the code itself where it is none of PubMed's."""
    return LANGUAGES.get(code, code)
