"""PubMed's query language, as much as tests need: words, phrases, `therap*`, tags, ranges, AND OR NOT, parentheses.

As in PubMed: operators go from left to right, words side by side are joined by AND, a tag governs the words directly
before it, a tag that is unknown is ignored without a word, and what no record has is reported. A publication type
finds itself alone, not the narrower ones.
"""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field

from tests.eutils.corpus import Corpus
from tests.eutils.records import Stored

_TOKEN = re.compile(r'[()]|"[^"]*"|\[[^\]]*\]|[^\s()"\[\]]+')
# "2026/11/24"[mdat] : "3000"[mdat]
_RANGE = re.compile(r'"?([\d/]+)"?\s*\[([^\]]+)\]\s*:\s*"?([\d/]+)"?\s*\[\2\]')
_OPERATORS = ("AND", "OR", "NOT")
_FIELDS = {
    **dict.fromkeys(("uid", "pmid"), "UID"),
    **dict.fromkeys(("ti", "title"), "Title"),
    **dict.fromkeys(("tiab", "title/abstract"), "Title/Abstract"),
    **dict.fromkeys(("dp", "pdat", "publication date", "date - publication"), "Date - Publication"),
    **dict.fromkeys(("edat", "date - entry"), "Date - Entry"),
    **dict.fromkeys(("crdt", "date - create"), "Date - Create"),
    **dict.fromkeys(("mdat", "lr", "date - modification"), "Date - Modification"),
    **dict.fromkeys(("mhda", "date - mesh"), "Date - MeSH"),
    **dict.fromkeys(("pt", "publication type"), "Publication Type"),
    **dict.fromkeys(("filter", "sb"), "Filter"),
}
_DATES = {"Date - Entry": "edat", "Date - Create": "crdt", "Date - Modification": "mdat", "Date - MeSH": "mhda"}
_NOTICES = {
    "hasretractionin": "RetractionIn",
    "haspartialretractionin": "PartialRetractionIn",
    "haserratumin": "ErratumIn",
    "hasexpressionofconcernin": "ExpressionOfConcernIn",
    "hascorrectedrepublishedin": "CorrectedandRepublishedIn",
    "hasretractedandrepublishedin": "RetractedandRepublishedIn",
    "hasupdatein": "UpdateIn",
}


@dataclass(slots=True)
class Found:
    """What a query finds, how it was read, and what was not found; `empty` where there was nothing to search for.

    `pmids` may be changed where it is `owned`; else it is a set of the index itself.
    """

    pmids: Set[int] = frozenset()
    translation: str = ""
    phrases_not_found: list[str] = field(default_factory=list)
    quoted_not_found: list[str] = field(default_factory=list)
    owned: bool = False

    @property
    def empty(self) -> bool:
        return not self.translation


def evaluate(query: str, corpus: Corpus) -> Found:
    """Search `corpus`; unbalanced parentheses are closed or ignored, as PubMed does."""
    return _Reading(corpus, iter(_TOKEN.findall(_RANGE.sub(r"\1:\3[\2]", query)))).group()


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
        by_value = self._by_value(bare, name)
        if by_value is not None:
            return Found(by_value, f"{bare}[{name}]" if bare else "")
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

    def _by_value(self, text: str, name: str) -> Set[int] | None:
        """Records by something else than words; None where it is words that are looked for."""
        word = text.casefold()
        if name in ("Filter", "All Fields") and word in _NOTICES:
            return self._corpus.notices.get(_NOTICES[word], frozenset())
        if name == "Filter":
            return self._corpus.records.keys() if word == "all" else frozenset()
        if name == "Publication Type":
            return self._corpus.types.get(word, frozenset())
        if name == "UID":
            return self._by_pmid(text)
        if name == "Date - Publication":
            return self._by_year(text)
        return self._by_date(text, _DATES[name]) if name in _DATES else None

    def _by_pmid(self, text: str) -> Set[int]:
        numbers = _numbers(text)
        if ":" in text:
            return self._corpus.between(min(numbers), max(numbers)) if numbers else frozenset()
        return self._corpus.records.keys() & numbers

    def _by_year(self, text: str) -> Set[int]:
        years = [number for number in _numbers(text) if number > 1000]
        return set().union(
            *(pmids for year, pmids in self._corpus.years.items() if years and min(years) <= year <= max(years))
        )

    def _by_date(self, text: str, field: str) -> Set[int]:
        """`2026`, `2026/11` and `2026/11/24` are all days of it; of two, the first day to the last."""
        parts = [_numbers(part) for part in text.split(":")]
        if not all(parts):
            return frozenset()
        first, last = _day(parts[0], (1, 1)), _day(parts[-1], (12, 31))
        return self._corpus.dated(field, first, last)

    def _by_words(self, parts: list[str], name: str) -> set[int]:
        """Records that have the words side by side, in the title or (unless it is a title search) the abstract."""
        index = self._corpus.in_title if name == "Title" else self._corpus.in_text
        if len(parts) == 1:
            return _holders(index, parts[0])
        candidates = set.intersection(*(_holders(index, part) for part in parts))

        def texts(record: Stored) -> tuple[tuple[str, ...], ...]:
            return (record.title,) if name == "Title" else (record.title, record.abstract)

        records = self._corpus.records
        return {pmid for pmid in candidates if any(_side_by_side(parts, text) for text in texts(records[pmid]))}


def _numbers(text: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", text)]


def _day(parts: list[int], missing: tuple[int, int]) -> str:
    year, month, day = (parts + [*missing][len(parts) - 1 :])[:3]
    return f"{year:04}/{month:02}/{day:02}"


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
        total.pmids, total.translation = term.pmids, term.translation
    else:
        if operator == "AND":
            total.pmids, total.owned = total.pmids & term.pmids, True
        else:
            # once a set of its own, then in place: queries have hundreds of terms
            pmids = total.pmids if total.owned else set(total.pmids)
            if operator == "OR":
                pmids |= term.pmids
            else:
                pmids -= term.pmids
            total.pmids, total.owned = pmids, True
        total.translation = f"{total.translation} {operator} {term.translation}"
    total.phrases_not_found += term.phrases_not_found
    total.quoted_not_found += term.quoted_not_found
    return "AND"
