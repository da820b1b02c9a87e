"""A query changed where it finds nothing: a part left out, or the word that may have been meant in its place."""

from dataclasses import replace

from pubsearch.index.normal import words
from pubsearch.search import language
from pubsearch.search.notation import notation
from pubsearch.search.tree import And, Node, Not, Or, Range, Term, Words


def without(query: str, part: str) -> str | None:
    """The query without one of the parts that AND joins; None where nothing else is left, or there is no such part.

    `part` is written as `Part.text` is.

    Raises:
        QueryError: as for `language.parse`.
    """
    return _changed(query, part, None)


def meaning(query: str, part: str, word: str) -> str | None:
    """The query with `word` in place of the only word of one of its parts; None where that part has several.

    Raises:
        QueryError: as for `language.parse`.
    """
    return _changed(query, part, word)


def respelt(query: str, word: str, meant: str) -> str:
    """The query with `meant` in place of `word` wherever it stands; `word` is one that `normal.tokens` gave.

    Raises:
        QueryError: as for `language.parse`.
    """
    return notation(_respelt(language.parse(query), word, meant))


def _respelt(node: Node, word: str, meant: str) -> Node:
    match node:
        case Words() | Term():
            return replace(node, text=_put(node.text, word, meant))
        case And() | Or():
            return replace(node, parts=tuple(_respelt(each, word, meant) for each in node.parts))
        case Not():
            return Not(_respelt(node.kept, word, meant), _respelt(node.dropped, word, meant))
        case Range():
            return node


def _put(text: str, word: str, meant: str) -> str:
    for found, start, end in reversed(list(words(text))):
        if found == word:
            text = text[:start] + meant + text[end:]
    return text


def _changed(query: str, part: str, word: str | None) -> str | None:
    tree = language.parse(query)
    changed = _tree(tree, part, word)
    return None if changed is None or changed == tree else notation(changed)


def _tree(node: Node, part: str, word: str | None) -> Node | None:
    """`node` with that part left out, or with `word` as its text."""
    if notation(node) == part:
        if word is None:
            return None
        return replace(node, text=word) if isinstance(node, Term | Words) and " " not in node.text else node
    if not isinstance(node, And):
        return node
    kept = tuple(changed for each in node.parts if (changed := _tree(each, part, word)) is not None)
    return And(kept) if len(kept) > 1 else kept[0] if kept else None
