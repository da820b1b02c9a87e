"""Inline text: a PubMed element with its `<i>`, `<sup>`, MathML → plain text and spans.

The PubMed DTD allows `#PCDATA | b | i | sup | sub | u` in a title or an abstract, MathML beside them, and
`DispFormula` in an abstract (https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/el-AbstractText.html).
"""

import re
from typing import get_args

from lxml import etree

from pubsearch.record import Markup, Tag

# XML's own white space. No-break and thin spaces are the authors' and stay.
_SPACE = re.compile("[ \t\r\n]+")
_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_TAGS: dict[str, Tag] = {tag: tag for tag in get_args(Tag)}
# What MathML says by position: the second child of <msup> is raised.
_SCRIPTS: dict[str, tuple[Tag | None, ...]] = {
    f"{_MATHML}msup": (None, "sup"),
    f"{_MATHML}msub": (None, "sub"),
    f"{_MATHML}msubsup": (None, "sub", "sup"),
}
_DIVIDED, _ROOT = f"{_MATHML}mfrac", f"{_MATHML}msqrt"
# The formula once more, in another notation.
_ANNOTATIONS = (f"{_MATHML}annotation", f"{_MATHML}annotation-xml")


def plain(element: etree._Element | None) -> str:
    """All text of `element`, runs of white space as one space; nothing where there is no element."""
    if element is None:
        return ""
    if len(element):
        return marked(element)[0]
    return collapse(element.text or "").strip(" ")


def collapse(text: str) -> str:
    """`text` with every run of XML's white space as one space."""
    # Most texts need no work, and these tests take a tenth of the time of the expression.
    if "\n" in text or "  " in text or "\t" in text or "\r" in text:
        return _SPACE.sub(" ", text)
    return text


def marked(element: etree._Element | None) -> tuple[str, tuple[Markup, ...]]:
    """The text as `plain` gives it, and its inline markup.

    Spans count code points of that text, are never empty, nest properly, and come in document order. Elements other
    than b, i, u, sub and sup give their text and no span. Of formulas, ½ is "1/2" and a root "√(…)", for "12" and "2"
    would be other numbers.
    """
    if element is None or not len(element):
        return plain(element), ()
    flow = _Flow()
    flow.walk(element)
    return flow.finished()


class _Flow:
    """Text as it is read: white space waits in `pending` until there is something that it can stand before."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.pending = False
        self.spans: list[tuple[int, int, Tag]] = []

    def walk(self, element: etree._Element) -> None:
        # Recursion is safe: libxml2 refuses documents deeper than 256 elements.
        self.add(element.text)
        if element.tag == _ROOT:
            self.add("√(")
        scripts, position = _SCRIPTS.get(str(element.tag), ()), 0
        for child in element:
            if isinstance(child.tag, str):  # a comment or a processing instruction has a function there
                tag = scripts[position] if position < len(scripts) else _TAGS.get(child.tag)
                if element.tag == _DIVIDED:
                    self.divide(child, position)
                elif child.tag not in _ANNOTATIONS:
                    self.enter(child, tag)
                position += 1
            self.add(child.tail)
        if element.tag == _ROOT:
            self.add(")")

    def divide(self, child: etree._Element, position: int) -> None:
        """One of the two parts of a fraction, in parentheses where it is more than one thing."""
        inner = child
        while len(inner) == 1:
            inner = inner[0]
        opening, closing = ("(", ")") if len(inner) else ("", "")
        if position:
            self.pending = False
            self.add("/")
        self.add(opening)
        self.walk(child)
        self.add(closing)

    def enter(self, child: etree._Element, tag: Tag | None) -> None:
        # A displayed formula stands on its own line, with or without white space in the file.
        displayed = child.tag == "DispFormula"
        self.pending |= displayed
        if tag is None:
            self.walk(child)
        else:
            place, start = len(self.spans), self.length
            self.spans.append((start, start, tag))
            self.walk(child)
            self.spans[place] = (start, self.length, tag)
        self.pending |= displayed

    def add(self, text: str | None) -> None:
        if not text:
            return
        collapsed = collapse(text)
        words = collapsed.strip(" ")
        if not words:
            self.pending = True
            return
        if (self.pending or collapsed[0] == " ") and self.length:
            self.parts.append(" ")
            self.length += 1
        self.parts.append(words)
        self.length += len(words)
        self.pending = collapsed[-1] == " "

    def finished(self) -> tuple[str, tuple[Markup, ...]]:
        text = "".join(self.parts)
        # A space that waited before a span was written inside it.
        shifted = ((start + text.startswith(" ", start), end, tag) for start, end, tag in self.spans)
        return text, tuple(Markup(start, end, tag) for start, end, tag in shifted if start < end)
