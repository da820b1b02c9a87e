"""The only maker of HTML: escapes first, marks second, allow-lists third.

Every function takes plain text and returns a fragment that is safe to hand to `st.html`, whatever the text holds.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import nh3

from pubsearch import byline
from pubsearch.record import Markup, Record, Section
from pubsearch.search.results import Field, Highlight, Hit, Results
from pubsearch.ui import wording

PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"
LEVELS = (0.03, 0.08, 0.16, 0.30)  # a word's share of the score from which it is shaded one step darker

_TAGS = {"a", "article", "b", "div", "h2", "h3", "i", "li", "mark", "p", "span", "sub", "sup", "u", "ul"}
_ATTRIBUTES = {
    "*": {"class", "dir"},
    "a": {"aria-describedby", "href", "target"},
    "article": {"aria-labelledby"},
    "h2": {"tabindex"},
    "h3": {"id"},
    "mark": {"aria-description", "data-why", "tabindex"},
    "p": {"id"},
    "span": {"aria-hidden", "style", "title"},
}
# HTML parsers drop or change these; a control picture shows that there is one, and keeps every offset.
_UNSEEN = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}
_UNSEEN |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked word, `[start, end)` in code points: its level (1 to 5, or 0 for an echo) and why it is marked."""

    start: int
    end: int
    level: int = 0
    why: str = ""
    focusable: bool = False


def render_text(text: str, markup: Sequence[Markup] = (), marks: Sequence[Mark] = ()) -> str:
    """Plain text as HTML with its inline markup, each marked word in one `<mark>`.

    Where a mark crosses an inline element the element is split, never the mark: one word, one explanation. Of marks
    that overlap, the later one begins where the earlier one ends.
    """
    pieces, done = [], 0
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        start, end = max(mark.start, done), min(mark.end, len(text))
        # A letter and its combining signs are one character to the reader.
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if start >= end:
            continue
        inner = _inline(text, markup, start, end)
        pieces += [_inline(text, markup, done, start), _mark_tag(mark), inner, "</mark>"]
        done = end
    pieces.append(_inline(text, markup, done, len(text)))
    return _clean("".join(pieces))


def render_hit(hit: Hit, best: float) -> str:
    """One result as an article; `best` is the score that a full bar stands for."""
    record = hit.record
    marks = {field: _marks(hit, field) for field in ("title", "abstract")}
    name, why = f"hit-{hit.pmid}", f"why-{hit.pmid}"
    title = render_text(record.title or wording.NO_TITLE, record.title_markup, marks["title"])
    reasons = [f"“{record.title[mark.start : mark.end]}” {mark.why}" for mark in marks["title"] if mark.why]
    authors = byline.authors(record)
    described = f' aria-describedby="{why}"' if reasons else ""
    parts = [
        f'<article class="ps-hit" aria-labelledby="{name}">',
        f'<h3 class="ps-title" id="{name}" dir="auto">',
        f'<a href="{PUBMED}{hit.pmid}/" target="_blank"{described}>{title}</a></h3>',
        _tag("p", "ps-why", _escape("In the title: " + "; ".join(reasons) + "."), id=why) if reasons else "",
        _tag("p", "ps-authors", _escape(authors), dir="auto") if authors else "",
        _meta(hit, best),
        *map(_notice, wording.notices(record)),
        _abstract(record, marks["abstract"]),
        _rest(hit),
        "</article>",
    ]
    return _clean("".join(parts))


def render_summary(results: Results) -> str:
    """How many records match, how long it took, and how the query was read."""
    found = f"{results.ranked:,} of {results.total:,} records match"
    took = f"{results.took_ms:.0f}{byline.NBSP}ms"
    heading = _tag("h2", "ps-count", f'{_escape(found)} <span class="ps-took">{_escape(took)}</span>', tabindex="-1")
    return _clean(heading + _tag("p", "ps-reading", _escape(results.reading), dir="auto"))


def render_note(*lines: str, kind: str = "note") -> str:
    """Lines of plain text as a block of their own; `kind` is "note", "error" (announced) or "small"."""
    role = ' role="alert"' if kind == "error" else ""
    body = "".join(f'<p dir="auto">{_escape(line)}</p>' for line in lines)
    return _clean(f'<div class="ps-{kind}"{role}>{body}</div>')


def _marks(hit: Hit, field: Field) -> list[Mark]:
    """The marks of a title or an abstract: one per word that earned a share, and its echoes."""
    text = hit.record.title if field == "title" else hit.record.abstract
    marks = []
    for start, end, highlights in _by_place(hit.highlights, field):
        share = wording.share_of(sum(highlight.contribution for highlight in highlights), hit.score)
        level = 1 + sum(share >= limit for limit in LEVELS)
        # Links hold the title's words; what is focusable must not stand within what is focusable.
        marks.append(Mark(start, end, level, wording.explanation(highlights, hit.score), field == "abstract"))
    everywhere = (hit.record.title, hit.record.abstract)
    words = {everywhere[place.field == "abstract"][place.start : place.end] for place in hit.highlights if place.field}
    return marks + _echoes(text, words, marks)


def _by_place(highlights: Iterable[Highlight], field: Field) -> list[tuple[int, int, list[Highlight]]]:
    """The field's highlights by place, in order; those that overlap share one place."""
    places: list[tuple[int, int, list[Highlight]]] = []
    placed = [(item.start, item.end, item) for item in highlights if item.field == field]
    for start, end, item in sorted(placed, key=lambda place: (place[0] or 0, place[1] or 0)):
        if start is None or end is None:
            continue
        if places and start < places[-1][1]:
            first, last, items = places[-1]
            places[-1] = (first, max(last, end), [*items, item])
        else:
            places.append((start, end, [item]))
    return places


def _echoes(text: str, words: set[str], marks: list[Mark]) -> list[Mark]:
    """The other places of marked words, whole words in any case; not of words such as "the"."""
    spoken = sorted((word for word in words if wording.tells(word)), key=len, reverse=True)
    if not spoken:
        return []
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, spoken))})(?!\w)", re.IGNORECASE)
    places = (match.span() for match in pattern.finditer(text))
    return [
        Mark(start, end) for start, end in places if not any(mark.start < end and start < mark.end for mark in marks)
    ]


def _meta(hit: Hit, best: float) -> str:
    """The line below the authors: source, kinds of evidence, score."""
    source = " · ".join(byline.source(hit.record))
    badges = "".join(_tag("li", "ps-badge", _escape(kind)) for kind in wording.badges(hit.record))
    width = round(100 * wording.share_of(hit.score, best))
    bar = f'<span class="ps-bar" aria-hidden="true"><span style="width:{width}%"></span></span>'
    score = f'<span class="ps-score" title="{_escape(wording.SCORE_MEANS)}">Score {hit.score:.2f}{bar}</span>'
    if not hit.score:
        score = _tag("span", "ps-score", _escape(wording.NOT_RANKED))
    parts = _tag("span", "ps-source", _escape(source)) + (_tag("ul", "ps-badges", badges) if badges else "") + score
    return _tag("div", "ps-meta", parts)


def _notice(notice: wording.Notice) -> str:
    link = f'<a href="{PUBMED}{notice.pmid}/" target="_blank">{_escape(notice.link_text)}</a>' if notice.pmid else ""
    text = _tag("span", "ps-notice-text", _escape(notice.text))
    return _tag("p", f"ps-notice ps-{notice.severity}", f"{text} {link or _escape(notice.link_text)}")


def _abstract(record: Record, marks: Sequence[Mark]) -> str:
    """One paragraph for each section, its label in bold."""
    paragraphs, offset = [], 0
    for section in record.sections:
        text = section.heading + section.text
        paragraphs.append(f'<p dir="auto">{render_text(text, _markup(section), _window(marks, offset, len(text)))}</p>')
        offset += len(text) + 1
    return (
        _tag("div", "ps-abstract", "".join(paragraphs))
        if paragraphs
        else _tag("p", "ps-missing", _escape(wording.NO_ABSTRACT))
    )


def _markup(section: Section) -> list[Markup]:
    """The section's inline markup as it stands after its heading, and the heading's own."""
    shift = len(section.heading)
    moved = [Markup(span.start + shift, span.end + shift, span.tag) for span in section.markup]
    return [Markup(0, shift, "b"), *moved]


def _window(marks: Iterable[Mark], offset: int, length: int) -> list[Mark]:
    """The marks within `[offset, offset + length)`, with offsets from there."""
    return [
        replace(mark, start=max(mark.start - offset, 0), end=min(mark.end - offset, length))
        for mark in marks
        if mark.start < offset + length and mark.end > offset
    ]


def _rest(hit: Hit) -> str:
    """What the record as a whole earned, which marks no word."""
    unplaced = [highlight.contribution for highlight in hit.highlights if highlight.field is None]
    share = wording.percent(wording.share_of(sum(unplaced), hit.score))
    return _tag("p", "ps-rest", f"Also: {share} of the score from the record as a whole.") if unplaced else ""


def _mark_tag(mark: Mark) -> str:
    name = f"hl-{mark.level}" if mark.level else "hl-echo"
    if not mark.focusable:
        return f'<mark class="{name}">'
    why = _escape(mark.why)
    return f'<mark class="{name}" tabindex="0" data-why="{why}" aria-description="{why}">'


def _inline(text: str, markup: Sequence[Markup], start: int, end: int) -> str:
    """`text[start:end]` with its markup; elements that cross each other are closed and opened again."""
    spans: list[tuple[int, int, str]] = sorted(
        (max(span.start, start), -min(span.end, end), span.tag)
        for span in markup
        if max(span.start, start) < min(span.end, end)
    )
    cuts = sorted({start, end, *(cut for first, last, _ in spans for cut in (first, -last))})
    pieces: list[str] = []
    opened: list[tuple[int, int, str]] = []
    for here, there in pairwise(cuts):
        active = [span for span in spans if span[0] <= here < -span[1]]
        kept = 0
        while kept < min(len(opened), len(active)) and opened[kept] == active[kept]:
            kept += 1
        pieces += [f"</{tag}>" for _, _, tag in reversed(opened[kept:])]
        pieces += [f"<{tag}>" for _, _, tag in active[kept:]]
        pieces.append(_escape(text[here:there]))
        opened = active
    pieces += [f"</{tag}>" for _, _, tag in reversed(opened)]
    return "".join(pieces)


def _tag(name: str, css_class: str, inner: str, **attributes: str) -> str:
    extra = "".join(f' {key}="{_escape(value)}"' for key, value in attributes.items())
    return f'<{name} class="{css_class}"{extra}>{inner}</{name}>'


def _escape(text: str) -> str:
    return html.escape(text.translate(_UNSEEN))


def _clean(fragment: str) -> str:
    return nh3.clean(
        fragment,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        tag_attribute_values={"div": {"role": {"alert"}}},
        filter_style_properties={"width"},
        url_schemes={"https"},
        url_relative="deny",
        link_rel="noopener",
    )
