"""A query that finds nothing, changed in one of its parts: left out, or with the word that may have been meant."""

from dataclasses import replace

from pubsearch.search import language
from pubsearch.search.notation import notation
from pubsearch.search.tree import And, Node, Term, Words


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
