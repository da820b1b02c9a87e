"""The HTML above a list: how many records there are and how the query was read; or where it cannot be read."""

from pubsearch.search.results import Results
from pubsearch.ui import saying
from pubsearch.ui.highlighting import Mark
from pubsearch.ui.safe import clean, escape, marked, tag


def render_summary(results: Results) -> str:
    """How many records match, how long it took, how the query was read, and what it does not include."""
    time = tag("span", "ps-took", escape(saying.took(results)))
    heading = tag("h2", "ps-count", f"{escape(saying.counts(results))} {time}", tabindex="-1")
    reading = tag("p", "ps-reading", escape(results.reading), dir="auto")
    notes = (tag("p", "ps-reading ps-remark", escape(note), dir="auto") for note in saying.notes(results))
    return clean("".join((heading, reading, *notes)))


def render_fault(query: str, message: str, position: int | None) -> str:
    """The query with the character marked at which it cannot be read, and what is wrong with it, announced."""
    shown = query
    marks = []
    if position is not None:
        # a fault at the end is marked behind the last character
        shown = query if position < len(query) else f"{query}\N{NO-BREAK SPACE}"
        marks = [Mark(min(position, len(query)), position + 1, 5)]
    typed = tag("p", "ps-typed", marked(shown, (), marks), dir="auto")
    return clean(f'<div class="ps-error" role="alert"><p>{escape(message)}</p>{typed}</div>')
