"""CSV for spreadsheets: one row a record, in UTF-8 with a byte order mark, without which Excel takes it for ANSI.

Rows and quotes: https://www.rfc-editor.org/rfc/rfc4180.
"""

import csv
import io
from collections.abc import Iterable

from pubsearch.record import Record
from pubsearch.search.export.format import Format
from pubsearch.search.export.text import encoded, one_line
from pubsearch.search.export.work import status

COLUMNS = (
    "pmid",
    "title",
    "authors",
    "journal",
    "year",
    "date",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmcid",
    "publication_types",
    "languages",
    "mesh",
    "keywords",
    "retracted",
    "notices",
    "url",
    "abstract",
)
"""The names of the columns, which stand in the first row."""

# Spreadsheets take what begins so for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = tuple("=+-@＝＋－＠")


# Excel takes the pages 5-9 for the ninth of May, and keeps that when the file is saved.
_DASH = "\N{EN DASH}"


def _render(record: Record) -> bytes:
    values = (
        str(record.pmid),
        record.title,
        "; ".join(author.name for author in record.authors),
        record.journal.title,
        str(record.year or ""),
        str(record.publication_date) or str(record.electronic_date),
        record.volume,
        record.issue.replace("-", _DASH),
        record.pages.replace("-", _DASH),
        record.doi,
        record.pmcid,
        "; ".join(record.publication_types),
        "; ".join(record.languages),
        "; ".join("/".join((heading.name, *(part.name for part in heading.qualifiers))) for heading in record.mesh),
        "; ".join(keyword.text for keyword in record.keywords),
        "yes" if record.retracted else "no",
        "; ".join(status(record)),
        f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/",
        record.abstract,
    )
    return encoded(_row(map(_safe, values)))


def _row(values: Iterable[str]) -> str:
    row = io.StringIO()
    csv.writer(row).writerow(values)
    return row.getvalue()


def _safe(text: str) -> str:
    """A cell that no spreadsheet runs."""
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


FORMAT = Format("csv", "csv", _render, head=b"\xef\xbb\xbf" + _row(COLUMNS).encode())
