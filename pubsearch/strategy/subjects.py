"""The subject of a strategy in headings and in words: headings that MeSH does not have, and one without the other."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from pubsearch.index.mesh import Mesh
from pubsearch.index.normal import words as plain_words
from pubsearch.index.words import STOP_WORDS
from pubsearch.index.words import tokens as stems
from pubsearch.search.subheadings import subheadings
from pubsearch.search.tree import And, Field, Leaf, Node, Not, Term, Words, leaves
from pubsearch.strategy.finding import Finding, finding
from pubsearch.strategy.limits import is_check_tag
from pubsearch.strategy.lines import Line, Strategy

_TEXT: frozenset[Field] = frozenset({"all", "tw", "tiab", "ti", "ab", "ot"})
_HEADINGS: frozenset[Field] = frozenset({"mh", "majr"})


def is_text(leaf: Leaf) -> TypeGuard[Words | Term]:
    """Whether it is sought as authors write it."""
    return isinstance(leaf, Words) or leaf.field in _TEXT


def unknown(line: Line, found: Iterable[Leaf], mesh: Mesh | None) -> Iterator[Finding]:
    """Headings and subheadings that MeSH does not have; without `mesh`, subheadings alone."""
    for leaf in found:
        if not isinstance(leaf, Term) or "*" in leaf.text or leaf.field not in (*_HEADINGS, "sh"):
            continue
        name, slash, subheading = ("", "/", leaf.text) if leaf.field == "sh" else leaf.text.partition("/")
        if slash and not subheadings(subheading, explode=leaf.explode):
            cure = "Write one that it has, such as Neoplasms/therapy[mh]."
            yield finding("no-such-subheading", line, leaf.start, f"MeSH has no subheading “{subheading}”.", cure)
        if name and mesh is not None and mesh.heading(name) is None:
            cure = "Look it up in the MeSH database; the name of a substance may need [nm]."
            yield finding("no-such-heading", line, leaf.start, f"{mesh.source.file} has no heading “{name}”.", cure)


def one_sided(strategy: Strategy, tree: Node, mesh: Mesh | None) -> Iterator[Finding]:
    """In each part that AND joins: headings whose words are not sought as text, and with `mesh` the reverse."""
    for part in _parts(tree):
        block = [leaf for leaf in leaves(part) if not is_check_tag(leaf)]
        headings = [leaf for leaf in block if isinstance(leaf, Term) and leaf.field in _HEADINGS]
        words = [leaf for leaf in block if is_text(leaf)]
        if headings and not words:
            yield finding(
                "headings-alone",
                strategy.line_at(headings[0].start),
                headings[0].start,
                "This part has headings and no words, so that records which NLM has not indexed yet are lost.",
                "Add the words that authors use, with [tiab].",
            )
            continue
        yield from _without_words(strategy, headings, words, mesh)
        if mesh is not None:
            yield from _without_headings(strategy, headings, words, mesh)


def _without_words(
    strategy: Strategy, headings: list[Term], texts: list[Words | Term], mesh: Mesh | None
) -> Iterator[Finding]:
    written = _Written(_pattern(leaf.text) for leaf in texts)
    meant = {mesh.heading(leaf.text) for leaf in texts if "*" not in leaf.text} if mesh is not None else set()
    for heading in headings:
        name = heading.text.partition("/")[0]
        if written.covers(_pattern(name)) or (mesh is not None and mesh.heading(name) in meant - {None}):
            continue
        what = f"The heading “{name}” has no words beside it, for records that NLM has not indexed yet."
        example = "" if "," in name else f", such as {name.lower()}[tiab]"
        cure = f"Add what authors write for it{example}."
        yield finding("heading-without-words", strategy.line_at(heading.start), heading.start, what, cure)


def _without_headings(
    strategy: Strategy, headings: list[Term], texts: list[Words | Term], mesh: Mesh
) -> Iterator[Finding]:
    covered: set[str] = set()
    for heading in headings:
        name = mesh.heading(heading.text.partition("/")[0])
        if name is not None:
            covered |= mesh.narrower(name) if heading.explode else {name}
    for leaf in texts:
        if isinstance(leaf, Words):
            # PubMed adds the headings of plain words by itself
            continue
        meant = mesh.heading(leaf.text)
        if meant is not None and meant not in covered:
            covered.add(meant)
            what = f"“{leaf.text}” is sought as text, and its heading “{meant}” is not."
            cure = f'Add "{meant}"[mh] by OR, or leave it out knowingly.'
            yield finding("words-without-heading", strategy.line_at(leaf.start), leaf.start, what, cure)


_Word = tuple[str, str, bool]


def _pattern(text: str) -> list[_Word]:
    """Each word that counts: as written, its stem, and whether it is truncated."""
    found = []
    for word, _, end in plain_words(text):
        if word not in STOP_WORDS:
            stem = stems(word)
            found.append((word, stem[0][0] if stem else word, text[end : end + 1] == "*"))
    return found


def _fits(asked: _Word, word: _Word) -> bool:
    """Whether who seeks `asked` finds `word`, plural and such forms set aside."""
    return asked[1] == word[1] or (asked[2] and word[0].startswith(asked[0]))


class _Written:
    """The terms that are sought as text, set up so that thousands of headings can be held against thousands of them."""

    def __init__(self, patterns: Iterable[list[_Word]]) -> None:
        self._by_stem: dict[str, list[list[_Word]]] = defaultdict(list)
        self._begun: list[list[_Word]] = []
        self._stems: set[str] = set()
        beginnings: set[str] = set()
        for pattern in filter(None, patterns):
            self._by_stem[pattern[0][1]].append(pattern)
            if pattern[0][2]:
                self._begun.append(pattern)
            self._stems.update(stem for _, stem, _ in pattern)
            beginnings.update(word for word, _, truncated in pattern if truncated)
        self._beginnings = tuple(beginnings)

    def covers(self, name: list[_Word]) -> bool:
        """Whether the terms together have all words of a heading's name, or one of them has no other words."""
        if all(stem in self._stems or word.startswith(self._beginnings) for word, stem, _ in name):
            return True
        begun = [pattern for _, stem, _ in name for pattern in self._by_stem.get(stem, ())]
        return any(
            all(any(_fits(asked, word) for word in name) for asked in pattern) for pattern in (*begun, *self._begun)
        )


def _parts(tree: Node) -> Iterator[Node]:
    """The parts that AND joins; what NOT drops is none."""
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, And):
            left += reversed(node.parts)
        elif isinstance(node, Not):
            left.append(node.kept)
        else:
            yield node
