"""Safe HTML: plain text is escaped first, marked second, and what comes of it is held to an allow-list third.

Only the modules called `render` use it; whatever they return has passed `clean`.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import nh3

from pubsearch.record import Markup
from pubsearch.ui.highlighting import Mark

_TAGS = {
    "a",
    "article",
    "b",
    "button",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "h1",
    "h2",
    "h3",
    "i",
    "li",
    "mark",
    "ol",
    "p",
    "span",
}
_TAGS |= {"sub", "summary", "sup", "u", "ul"}
_ATTRIBUTES = {
    "*": {"class", "dir"},
    "a": {"aria-describedby", "data-act", "href", "target"},
    "article": {"aria-labelledby", "data-pmid"},
    "button": {"aria-haspopup", "data-act"},
    "div": {"lang"},
    "h1": {"id", "tabindex"},
    "h2": {"tabindex"},
    "h3": {"id"},
    "mark": {"aria-description", "data-why", "tabindex"},
    "p": {"id"},
    "span": {"aria-hidden", "style", "title"},
    "ul": {"title"},
}
_OWN = re.compile(r"(record)?\?")
# HTML parsers drop or change these; a control picture shows that there is one, and keeps every offset.
_UNSEEN = {code: 0x2400 + code for code in range(32) if code not in (9, 10)} | {127: 0x2421}
_UNSEEN |= dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)


def marked(plain: str, markup: Sequence[Markup] = (), marks: Sequence[Mark] = ()) -> str:
    """Plain text as HTML with its inline markup, each marked word in one `<mark>`.

    Where a mark crosses an inline element the element is split, never the mark: one word, one explanation. Of marks
    that overlap, the later one begins where the earlier one ends.
    """
    pieces, done = [], 0
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        start, end = max(mark.start, done), min(mark.end, len(plain))
        # A letter and its combining signs are one character to the reader.
        while end < len(plain) and unicodedata.combining(plain[end]):
            end += 1
        if start >= end:
            continue
        inner = _inline(plain, markup, start, end)
        pieces += [_inline(plain, markup, done, start), _mark(mark), inner, "</mark>"]
        done = end
    pieces.append(_inline(plain, markup, done, len(plain)))
    return clean("".join(pieces))


def _mark(mark: Mark) -> str:
    name = f"hl-{mark.level}{'' if mark.own else ' hl-added'}" if mark.level else "hl-echo"
    if not mark.focusable:
        return f'<mark class="{name}">'
    why = escape(mark.why)
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
        pieces.append(escape(text[here:there]))
        opened = active
    pieces += [f"</{tag}>" for _, _, tag in reversed(opened)]
    return "".join(pieces)


def tag(name: str, css_class: str, inner: str, **attributes: str) -> str:
    """An element around `inner`, which is HTML; the values of attributes are plain text."""
    extra = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f'<{name} class="{css_class}"{extra}>{inner}</{name}>'


def link(url: str, inner: str, **attributes: str) -> str:
    """A link that opens beside the page, around `inner`, which is HTML."""
    extra = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f'<a href="{escape(url)}" target="_blank"{extra}>{inner}</a>'


def way(address: str, text: str, act: str) -> str:
    """A link to another view of this page, which the page itself goes to where it can."""
    return f'<a href="{escape(address)}" data-act="{act}">{escape(text)}</a>'


def button(text: str, act: str) -> str:
    """A button that opens something on this page."""
    return f'<button data-act="{act}" aria-haspopup="dialog">{escape(text)}</button>'


def escape(plain: str) -> str:
    """Plain text as HTML."""
    return html.escape(plain.translate(_UNSEEN))


def clean(fragment: str) -> str:
    """The fragment, held to the elements, attributes and addresses that the page uses."""
    return nh3.clean(
        fragment,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        tag_attribute_values={"div": {"role": {"alert"}}},
        filter_style_properties={"width"},
        url_schemes={"https"},
        url_relative=_own,
        link_rel="noopener",
    )


def _own(address: str) -> str | None:
    """The address where it is one of this page's own views; any other that names no host is dropped."""
    return address if _OWN.match(address) else None
