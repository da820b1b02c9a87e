"""PubMed's query language, as much as tests need: words, phrases, `therap*`, tags, ranges, AND OR NOT, parentheses.

As in PubMed: operators go from left to right, words side by side are joined by AND, a tag governs the words directly
before it, a tag that is unknown is ignored without a word, and what no record has is reported.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.eutils.records import Corpus, Stored

_TOKEN = re.compile(r'[()]|"[^"]*"|\[[^\]]*\]|[^\s()"\[\]]+')
_OPERATORS = ("AND", "OR", "NOT")
_FIELDS = {
    **dict.fromkeys(("uid", "pmid"), "UID"),
    **dict.fromkeys(("ti", "title"), "Title"),
    **dict.fromkeys(("tiab", "title/abstract"), "Title/Abstract"),
    **dict.fromkeys(("dp", "pdat", "publication date", "date - publication"), "Date - Publication"),
    **dict.fromkeys(("filter", "sb"), "Filter"),
}


@dataclass(slots=True)
class Found:
    """What a query finds, how it was read, and what was not found; `empty` where there was nothing to search for."""

    pmids: set[int] = field(default_factory=set)
    translation: str = ""
    phrases_not_found: list[str] = field(default_factory=list)
    quoted_not_found: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not self.translation


def evaluate(query: str, corpus: Corpus) -> Found:
    """Search `corpus`; unbalanced parentheses are closed or ignored, as PubMed does."""
    return _Reading(corpus, iter(_TOKEN.findall(query))).group()


class _Reading:
    """One pass over the tokens of a query."""

    def __init__(self, corpus: Corpus, tokens: Iterator[str]) -> None:
        self._corpus = corpus
        self._tokens = tokens

    def group(self) -> Found:
        """Everything up to the closing parenthesis that belongs to it, or to the end."""
        total, operator, pending = Found(), "AND", list[str]()
        for token in self._tokens:
            if token == ")":
                break
            if token == "(":
                operator = self._join_words(total, operator, pending)
                inner = self.group()
                inner.translation = f"({inner.translation})" if inner.translation else ""
                operator = _join(total, operator, inner)
            elif token in _OPERATORS:
                self._join_words(total, operator, pending)
                operator = token
            elif token.startswith("["):
                operator = _join(total, operator, self._term(" ".join(pending), token[1:-1]))
                pending.clear()
            else:
                if '"' in (token[0], pending[-1][0] if pending else ""):
                    operator = self._join_words(total, operator, pending)
                pending.append(token)
        self._join_words(total, operator, pending)
        return total

    def _join_words(self, total: Found, operator: str, pending: list[str]) -> str:
        """Words that no tag follows, each for itself; returns the operator before what comes next."""
        for word in pending:
            operator = _join(total, operator, self._term(word, ""))
        pending.clear()
        return operator

    def _term(self, text: str, tag: str) -> Found:
        name = _FIELDS.get(tag.strip().casefold(), "All Fields")
        bare = text.strip('"').strip()
        if name in ("UID", "Date - Publication", "Filter"):
            return Found(self._by_value(bare, name), f"{bare}[{name}]" if bare else "")
        parts = [part.casefold() for part in re.findall(r"\w+\*?", bare)]
        if not parts:
            return Found()
        found = Found(self._by_words(parts, name), f'"{bare.casefold()}"[{name}]')
        if not found.pmids and text.startswith('"'):
            found.quoted_not_found.append(f"{text}[{tag}]" if tag else text)
        elif not found.pmids:
            found.phrases_not_found.append(bare)
            found.translation = f"({bare}[{name}])"
        return found

    def _by_value(self, text: str, name: str) -> set[int]:
        if name == "Filter":
            return set(self._corpus.pmids) if text.casefold() == "all" else set()
        numbers = [int(part) for part in re.findall(r"\d+", text)]
        if name == "UID":
            if ":" in text:
                return self._corpus.between(min(numbers), max(numbers))
            return set(numbers) & self._corpus.records.keys()
        years = [number for number in numbers if number > 1000]
        records = self._corpus.records.values()
        return {record.pmid for record in records if years and record.year in range(min(years), max(years) + 1)}

    def _by_words(self, parts: list[str], name: str) -> set[int]:
        """Records that have the words side by side, in the title or (unless it is a title search) the abstract."""
        index = self._corpus.in_title if name == "Title" else self._corpus.in_text
        candidates = set.intersection(*(_holders(index, part) for part in parts))
        if len(parts) == 1:
            return candidates

        def texts(record: Stored) -> tuple[tuple[str, ...], ...]:
            return (record.title,) if name == "Title" else (record.title, record.abstract)

        records = self._corpus.records
        return {pmid for pmid in candidates if any(_side_by_side(parts, text) for text in texts(records[pmid]))}


def _holders(index: dict[str, set[int]], part: str) -> set[int]:
    if part.endswith("*"):
        return set().union(*(pmids for word, pmids in index.items() if word.startswith(part[:-1])))
    return index.get(part, set())


def _side_by_side(parts: list[str], text: tuple[str, ...]) -> bool:
    def fits(part: str, word: str) -> bool:
        return word.startswith(part[:-1]) if part.endswith("*") else word == part

    starts = range(len(text) - len(parts) + 1)
    return any(all(fits(part, text[start + place]) for place, part in enumerate(parts)) for start in starts)


def _join(total: Found, operator: str, term: Found) -> str:
    """Add a term to what was read so far; what is empty changes nothing. Returns the operator before the next."""
    if term.empty:
        return operator
    if total.empty:
        total.pmids, total.translation = set(term.pmids), term.translation
    else:
        if operator == "AND":
            total.pmids &= term.pmids
        elif operator == "OR":
            total.pmids |= term.pmids
        else:
            total.pmids -= term.pmids
        total.translation = f"{total.translation} {operator} {term.translation}"
    total.phrases_not_found += term.phrases_not_found
    total.quoted_not_found += term.quoted_not_found
    return "AND"
