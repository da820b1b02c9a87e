"""What the styles have in common."""

from collections.abc import Iterable, Iterator, Sequence

from pubsearch.record import RETRACTIONS, Author, Correction, Record
from pubsearch.search.export.text import one_line
from pubsearch.search.export.work import is_chapter
from pubsearch.search.languages import LANGUAGES


def languages(record: Record) -> tuple[str, ...]:
    """The languages in words, their code where it is unknown; none where English is the only one."""
    said = tuple(LANGUAGES.get(code, code) for code in record.languages if code not in ("und", "mul"))
    return () if said == ("English",) else said


def sentence(text: str) -> str:
    """`text` with one stop at its end; one of `?` and `!` is enough; nothing stays nothing."""
    return text if text.endswith(("?", "!", "?]", "!]", "...")) or not text else f"{text.removesuffix('.')}."


def bare_title(record: Record) -> str:
    """The title, or the one in its own language where there is no other, without its last stop: also where that stands
    before the bracket of a translated title."""
    title = one_line(record.title or record.vernacular_title).removesuffix(".").rstrip()
    return f"{title[:-2]}]" if title.endswith(".]") else title


def joined(parts: Iterable[str]) -> str:
    """What there is of `parts`, with spaces between."""
    return " ".join(filter(None, parts))


def by_initials(record: Record, people: Sequence[Author], most: int, shown: int) -> str:
    """ "Smith JA, Jones B; The Group": of more than `most` persons the first `shown`, and "et al"."""
    persons = [person.name for person in people if not person.collective]
    groups = [person.collective for person in people if person.collective]
    cut = len(persons) > most or not (record.authors_complete or groups)
    listed = ", ".join([*persons[: shown if len(persons) > most else most], *["et al"] * cut])
    return "; ".join(filter(None, (listed, *groups)))


def year(record: Record) -> int | None:
    """The year of publication; for a chapter that was added or updated after its book came out, the year of that."""
    if is_chapter(record):
        dates = (record.publication_date, record.electronic_date, record.revised_date)
        return max((date.year for date in dates if date.year), default=None)
    return record.year


def is_preprint(record: Record) -> bool:
    """Whether it stands on a preprint server."""
    return "Preprint" in record.publication_types


def is_ahead_of_print(record: Record) -> bool:
    """Whether it is out, and not yet in an issue."""
    return record.publication_status == "aheadofprint"


def retractions(record: Record) -> Iterator[Correction]:
    """The links to the notices by which it was retracted, or to what was published in its place."""
    return (correction for correction in record.corrections if correction.type in RETRACTIONS)


def abbreviated_journal(record: Record) -> str:
    """The journal's title as NLM abbreviates it, without stops; whole where there is no abbreviation."""
    journal = record.journal
    return journal.medline_ta or journal.iso_abbreviation.replace(".", "") or journal.title


def address(record: Record) -> str:
    """Where it can be read: by DOI, or for a book on NCBI's Bookshelf; nothing for others."""
    if record.doi:
        return f"https://doi.org/{record.doi}"
    return f"https://www.ncbi.nlm.nih.gov/books/{record.book_accession}/" if record.book_accession else ""
