"""Results as text on a terminal; what comes from PubMed is shown as it is, never as markup or as control."""

import unicodedata

from rich.text import Text

from pubsearch import byline
from pubsearch.search.results import Hit, Results

SHOWN_TERMS = 8


def results(found: Results, explain: bool) -> Text:
    """The list of hits; with `explain` every term's contribution, else the words that earned most."""
    text = Text(f"{found.ranked:,} of {found.total:,} records match, {found.took_ms:.0f} ms\n{found.reading}\n")
    for place, hit in enumerate(found.hits, found.offset + 1):
        text.append(f"\n{place}. ")
        text.append_text(_title(hit))
        line = (byline.authors(hit.record), *byline.source(hit.record))
        text.append(f"\n   {printable(' · '.join(filter(None, line)))}\n")
        text.append_text(_contributions(hit) if explain else _words(hit))
    return text


def printable(text: str) -> str:
    """The text without the control characters that a terminal would obey."""
    return "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)


def _title(hit: Hit) -> Text:
    title = Text()
    if hit.record.retracted:
        title.append("RETRACTED ", style="bold red")
    title.append(printable(hit.record.title) or "[No title]", style="bold")
    title.append(f"  score {hit.score:.2f}")
    return title


def _words(hit: Hit) -> Text:
    """ "Matched: infarction, myocardial (heart)": the record's words that earned most, each with the user's word."""
    shares: dict[tuple[str, str], float] = {}
    for highlight in hit.highlights:
        if highlight.field is not None:
            word = getattr(hit.record, highlight.field)[highlight.start : highlight.end].lower()
            key = (word, highlight.query_term or "the question")
            shares[key] = shares.get(key, 0) + highlight.contribution
    best = sorted(shares, key=lambda key: -shares[key])[:SHOWN_TERMS]
    shown = ", ".join(word if word == asked.lower() else f"{word} (for {asked})" for word, asked in best)
    return Text(f"   Matched: {printable(shown)}\n" if shown else "   No word matched.\n")


def _contributions(hit: Hit) -> Text:
    text = Text()
    for highlight in hit.highlights:
        place = f"{highlight.field} {highlight.start}-{highlight.end}" if highlight.field else "the record as a whole"
        asked = highlight.query_term or "the question as a whole"
        text.append(f"   {highlight.contribution:8.4f}  {printable(f'{highlight.term} at {place}, for {asked}')}\n")
    return text
