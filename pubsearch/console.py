"""Results as text on a terminal; what comes from PubMed is shown as it is, never as markup or as control."""

import unicodedata
from collections.abc import Iterable

from rich.text import Text

from pubsearch import byline
from pubsearch.search.facets import Facet
from pubsearch.search.results import Explanation, Highlight, Hit, QueryTerm, Results

SHOWN_TERMS = 8
SHOWN_MISSING = 12
# Such signs can show a line in another order than it has.
_DIRECTIONS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def results(found: Results, explain: bool) -> Text:
    """The list of hits; with `explain` every term's contribution, else the words that earned most."""
    text = Text(f"{counts(found)}, {found.took_ms:.0f} ms\n{printable(found.reading)}\n")
    for note in found.notes:
        text.append(f"{printable(note)}\n")
    for facet in found.facets:
        text.append_text(_facet(facet))
    for part in found.empty:
        text.append(f"   {printable(byline.part(part))}\n")
    for place, hit in enumerate(found.hits, found.offset + 1):
        text.append_text(_heading(hit, place))
        text.append_text(_contributions(hit.highlights) if explain else _words(hit))
    return text


def explanation(found: Explanation) -> Text:
    """Where a record stands and why: by the user's own words, then term by term, then what it lacks."""
    text = Text()
    for part in found.unsatisfied:
        text.append(f"Not in the list: it does not satisfy {printable(part)}\n")
    text.append_text(_heading(found.hit, found.place))
    for group in found.groups:
        shares = ", ".join(f"{_term(share)} {share.contribution:.1f}" for share in group.highlights[:SHOWN_TERMS])
        asked = group.query_term or "the question as a whole"
        text.append(f"   {printable(f'{asked} → {shares}')}\n")
    text.append("\n")
    text.append_text(_contributions(found.hit.highlights))
    if found.missing:
        lacks = ", ".join(f"{_term(term)} ({term.weight:.2f})" for term in found.missing[:SHOWN_MISSING])
        text.append(f"\n   The record lacks: {printable(lacks)}\n")
    return text


def counts(found: Results) -> str:
    """What the list holds, as `byline.matching`, or where nothing ranks, how many there are."""
    if not found.total:
        return "No record passes query and filters"
    return byline.matching(found) if found.ranks else byline.records_match(found.total)


def printable(text: str) -> str:
    """The text without the control characters that a terminal would obey, those for the direction of text too."""
    return "".join(" " if _is_control(character) else character for character in text)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(character) in _DIRECTIONS


def _heading(hit: Hit, place: int | None) -> Text:
    """Title and byline, with the place in the list."""
    text = Text(f"\n{place}. " if place else "\n")
    if hit.record.retracted:
        text.append("RETRACTED ", style="bold red")
    text.append(printable(hit.record.title) or "[No title]", style="bold")
    text.append(f"  score {hit.score:.2f}")
    line = (byline.authors(hit.record), *byline.source(hit.record))
    text.append(f"\n   {printable(' · '.join(filter(None, line)))}\n")
    return text


def _facet(facet: Facet) -> Text:
    shown = [f"{count.label} {count.records:,}" for count in facet.values if count.records or count.chosen]
    more = f" and {facet.more:,} more" if facet.more else ""
    return Text(f"{facet.name}: {printable(', '.join(shown))}{more}\n" if shown else "")


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


def _term(term: Highlight | QueryTerm) -> str:
    """A whole word in quotes, which tell it from the model's pieces of words."""
    return f"“{term.term}”" if term.kind == "word" else term.term


def _contributions(highlights: Iterable[Highlight]) -> Text:
    text = Text()
    for each in highlights:
        place = f"{each.field} {each.start}-{each.end}" if each.field else "the record as a whole"
        asked = each.query_term or "the question as a whole"
        line = f"{_term(each)} at {place}, for {asked} ({each.query_weight:.2f} × {each.record_weight:.2f})"
        text.append(f"   {each.contribution:8.4f}  {printable(line)}\n")
    return text
