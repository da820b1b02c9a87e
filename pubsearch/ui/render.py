"""What the pages show of answers, as HTML: results, notes, and the legend of the marks.

Every function takes plain text and returns a fragment that is safe to hand to `st.html`, whatever the text holds.
"""

from collections.abc import Iterable, Sequence

from pubsearch import byline
from pubsearch.record import Markup, Record, Section
from pubsearch.search.export.text import heading
from pubsearch.search.results import Hit
from pubsearch.ui import highlighting, links, notices, safe, wording
from pubsearch.ui.highlighting import Mark

# An abstract of more characters is folded after six lines.
FOLDED = 700
# What can be done with a result, as its HTML names it to `pressing`.
RECORD, SIMILAR, CITE, WHY = "record", "similar", "cite", "why"


def render_hit(
    hit: Hit, best: float, *, page: str, similar: str, highlights: bool = True, as_of: str | None = None
) -> str:
    """One result as an article; `best` is the score that a full bar stands for, `page` the address of the record's own
    page, `similar` that of the records like it, `as_of` that of the topic."""
    record = hit.record
    in_title = highlighting.marks(hit, "title") if highlights else []
    in_abstract = highlighting.marks(hit, "abstract") if highlights else []
    name, why = f"hit-{hit.pmid}", f"why-{hit.pmid}"
    title = safe.marked(record.title or wording.NO_TITLE, record.title_markup, in_title)
    reasons = [f"“{record.title[mark.start : mark.end]}” {mark.why}" for mark in in_title if mark.why]
    described = {"aria-describedby": why} if reasons else {}
    parts = [
        f'<article class="ps-hit" aria-labelledby="{name}" data-pmid="{hit.pmid}">',
        safe.tag("h3", "ps-title", safe.link(links.pubmed(hit.pmid), title, **described), id=name, dir="auto"),
        safe.tag("p", "ps-why", safe.escape("In the title: " + "; ".join(reasons) + "."), id=why) if reasons else "",
        render_authors(record),
        _meta(hit, best),
        render_notices(record, as_of),
        render_abstract(record, in_abstract, folded=len(record.abstract) > FOLDED),
        _rest(hit) if highlights else "",
        _majors(record),
        render_links(record),
        _actions(hit, page, similar),
        "</article>",
    ]
    return safe.clean("".join(parts))


def render_entry(record: Record, as_of: str | None) -> str:
    """One record of a list without a question: no score, no marks, no abstract."""
    name = f"hit-{record.pmid}"
    title = safe.link(links.pubmed(record.pmid), safe.marked(record.title or wording.NO_TITLE, record.title_markup))
    source = safe.tag("span", "ps-source", safe.escape(" · ".join(byline.source(record))))
    parts = [
        f'<article class="ps-hit" aria-labelledby="{name}">',
        safe.tag("h3", "ps-title", title, id=name, dir="auto"),
        render_authors(record),
        safe.tag("div", "ps-meta", source + render_badges(record)),
        render_notices(record, as_of),
        render_links(record),
        "</article>",
    ]
    return safe.clean("".join(parts))


def render_part(text: str) -> str:
    """The heading of a part of a page."""
    return safe.clean(safe.tag("h2", "ps-heading", safe.escape(text)))


def render_note(*lines: str, kind: str = "note") -> str:
    """Lines of plain text as a block of their own; `kind` is "note", "error" (announced) or "small"."""
    role = ' role="alert"' if kind == "error" else ""
    body = "".join(f'<p dir="auto">{safe.escape(line)}</p>' for line in lines)
    return safe.clean(f'<div class="ps-{kind}"{role}>{body}</div>')


def render_legend() -> str:
    """What the marks mean."""
    shades = "".join(f'<mark class="hl-{level}">{byline.NBSP}{level}{byline.NBSP}</mark>' for level in range(1, 6))
    entries = (
        f"{shades} share of the score, from small to large",
        f'<mark class="hl-3">solid</mark> {safe.escape(wording.LEGEND_OWN)}',
        f'<mark class="hl-3 hl-added">dashed</mark> {safe.escape(wording.LEGEND_ADDED)}',
        f'<mark class="hl-echo">dotted</mark> {safe.escape(wording.LEGEND_ECHO)}',
    )
    return safe.clean(safe.tag("ul", "ps-legend", "".join(f"<li>{entry}</li>" for entry in entries)))


def render_authors(record: Record) -> str:
    """Who wrote it, in a line; nothing where nobody is named."""
    authors = byline.authors(record)
    return safe.clean(safe.tag("p", "ps-authors", safe.escape(authors), dir="auto")) if authors else ""


def render_badges(record: Record) -> str:
    """The kinds of evidence and the other publication types; nothing where none tells anything."""
    badges = "".join(
        safe.tag("li", "ps-badge ps-evidence" if wording.is_evidence(kind) else "ps-badge", safe.escape(kind))
        for kind in wording.badges(record)
    )
    return safe.clean(safe.tag("ul", "ps-badges", badges, title=wording.EVIDENCE_MEANS)) if badges else ""


def render_notices(record: Record, as_of: str | None) -> str:
    """A banner for each notice of the record, and up to when notices are known."""
    found = notices.notices(record)
    return safe.clean("".join(_notice(notice, notices.checked(as_of)) for notice in found))


def render_abstract(record: Record, marks: Sequence[Mark] = (), *, folded: bool = False) -> str:
    """One paragraph for each section, its label in bold; a folded one unfolds by its button, or where a mark in it is
    reached by the keyboard."""
    paragraphs, offset = [], 0
    for section in record.sections:
        length = len(section.heading) + len(section.text)
        paragraphs.append(_section(section, highlighting.window(marks, offset, length)))
        offset += length + 1
    if not paragraphs:
        return safe.clean(safe.tag("p", "ps-missing", safe.escape(wording.NO_ABSTRACT)))
    button = f'<details class="ps-fold"><summary>{safe.escape(wording.WHOLE_ABSTRACT)}</summary></details>'
    return safe.clean(safe.tag("div", "ps-abstract", "".join(paragraphs)) + (button if folded else ""))


def render_sections(sections: Iterable[Section]) -> str:
    """Sections of an abstract as paragraphs, without marks."""
    return safe.clean(safe.tag("div", "ps-abstract", "".join(_section(section, ()) for section in sections)))


def render_links(record: Record) -> str:
    """Where the record can be read further."""
    entries = "".join(f"<li>{safe.link(link.url, safe.escape(link.text))}</li>" for link in links.elsewhere(record))
    return safe.clean(safe.tag("ul", "ps-links", entries))


def _majors(record: Record) -> str:
    """What the article is mainly about, as MEDLINE writes it; all its headings are on its own page."""
    starred = (each for each in record.mesh if each.is_major_topic)
    named = "; ".join(map(heading, starred))
    return safe.tag("p", "ps-mesh", safe.escape(f"MeSH: {named}"), dir="auto") if named else ""


def _actions(hit: Hit, page: str, similar: str) -> str:
    """What can be done with a result; `pressing` does it."""
    actions = [safe.way(page, "Record", RECORD), safe.way(similar, "Similar", SIMILAR), safe.button(wording.CITE, CITE)]
    if hit.highlights:
        actions.append(safe.button(wording.WHY, WHY))
    return safe.tag("div", "ps-actions", "".join(actions))


def _meta(hit: Hit, best: float) -> str:
    """The line below the authors: source, kinds of evidence, score."""
    source = safe.tag("span", "ps-source", safe.escape(" · ".join(byline.source(hit.record))))
    width = round(100 * wording.share_of(hit.score, best))
    bar = f'<span class="ps-bar" aria-hidden="true"><span style="width:{width}%"></span></span>'
    score = safe.tag("span", "ps-score", f"Score {hit.score:.2f}{bar}", title=wording.SCORE_MEANS)
    if not hit.score:
        # where the answer ranks nothing, its heading says so for all
        score = safe.tag("span", "ps-score", safe.escape(wording.NOT_RANKED)) if best else ""
    return safe.tag("div", "ps-meta", source + render_badges(hit.record) + score)


def _notice(notice: notices.Notice, checked: str) -> str:
    named = safe.escape(notice.link_text)
    text = safe.tag("span", "ps-notice-text", safe.escape(notice.text))
    when = safe.tag("span", "ps-notice-when", safe.escape(f"({checked})"))
    linked = safe.link(links.pubmed(notice.pmid), named) if notice.pmid else named
    return safe.tag("p", f"ps-notice ps-{notice.severity}", f"{text} {linked} {when}")


def _section(section: Section, marks: Sequence[Mark]) -> str:
    """The section with its heading in bold."""
    shift = len(section.heading)
    moved = [Markup(span.start + shift, span.end + shift, span.tag) for span in section.markup]
    return f'<p dir="auto">{safe.marked(section.heading + section.text, [Markup(0, shift, "b"), *moved], marks)}</p>'


def _rest(hit: Hit) -> str:
    """What the record as a whole earned, which marks no word."""
    unplaced = [highlight.contribution for highlight in hit.highlights if highlight.field is None]
    share = wording.percent(wording.share_of(sum(unplaced), hit.score))
    return safe.tag("p", "ps-rest", f"Also: {share} of the score from the record as a whole.") if unplaced else ""
