"""A record as a reference in plain text, in the style of a journal.

Vancouver: https://www.nlm.nih.gov/bsd/uniform_requirements.html and https://www.ncbi.nlm.nih.gov/books/NBK7256/, as
PubMed prints it. AMA: AMA Manual of Style, 11th edition, chapter 3. APA: Publication Manual, 7th edition, chapters 9
and 10 (https://apastyle.apa.org/style-grammar-guidelines/references/examples). Italics are left to the reader's editor.
"""

from typing import Literal

from pubsearch.record import Record
from pubsearch.search.cite import ama, apa, vancouver
from pubsearch.search.export.text import one_line

Style = Literal["vancouver", "ama", "apa"]

_STYLES = {"vancouver": vancouver.reference, "ama": ama.reference, "apa": apa.reference}


def cite(record: Record, style: Style) -> str:
    """The record as one line of plain text: who, what, where, and whether it was retracted."""
    return one_line(_STYLES[style](record))


__all__ = ["Style", "cite"]
