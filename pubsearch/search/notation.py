"""The tree of a query written as PubMed would: what a reader is shown, and can paste."""

from pubsearch.search.tree import And, Node, Not, Or, Range, Term, Words


def notation(node: Node) -> str:
    """The query that `language.parse` reads as this tree, with the short field tags and a parenthesis where needed."""
    match node:
        case Words():
            return node.text
        case Term():
            return _term(node)
        case Range():
            return f"{node.first}:{node.last}[{node.field}]"
        case Not():
            return f"{_part(node.kept)} NOT {_part(node.dropped)}"
        case And():
            return " AND ".join(map(_part, node.parts))
        case Or():
            return " OR ".join(map(_part, node.parts))


def _part(node: Node) -> str:
    return f"({notation(node)})" if isinstance(node, And | Or | Not) else notation(node)


def _term(term: Term) -> str:
    text = f'"{term.text}"' if term.quoted else term.text
    if term.distance is not None:
        return f"{text}[{term.field}:~{term.distance}]"
    if not term.explode:
        return f"{text}[{term.field}:noexp]"
    if term.field == "all" and (term.quoted or ("*" in text and " " not in text)):
        return text
    return f"{text}[{term.field}]"
