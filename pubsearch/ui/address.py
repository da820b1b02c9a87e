"""The page's address: the one place that holds what the page shows, so that back, forward, reload and share work.

Widgets are drawn from the address and write to it, never to each other. Streamlit's own `bind="query-params"` replaces
the browser's history entry instead of adding one (1.67), so that "back" would leave the page instead of the question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import streamlit as st

from pubsearch.errors import UserError
from pubsearch.search import filters as chosen
from pubsearch.search import plan
from pubsearch.search.filters import Filters
from pubsearch.search.notation import notation
from pubsearch.search.order import Sort
from pubsearch.search.results import Rank

PER_PAGE = (10, 20, 50)
EVERYTHING = notation(plan.EVERYTHING)
_ON = "yes"


@dataclass(frozen=True, slots=True)
class Address:
    """What the page shows; empty where the address does not say.

    `q` is the question. `like` is the PMID whose similar records are listed in place of an answer. `pmid` is the record
    that the record's own page shows. `page` counts from 1.
    """

    topic: str = ""
    q: str = ""
    like: int | None = None
    pmid: int | None = None
    page: int = 1
    per: int = PER_PAGE[0]
    sort: Sort = "relevance"
    rank: Rank | None = None
    exact: bool = False
    filters: Filters = field(default_factory=Filters)

    @property
    def query(self) -> str:
        """The question; where there is none, the query that every record satisfies."""
        return self.q.strip() or EVERYTHING

    @property
    def asks(self) -> bool:
        """Whether the address describes a list: a question, similar records, or filters alone."""
        return bool(self.q.strip() or self.like is not None or self.filters.as_pairs())

    @classmethod
    def read(cls) -> "Address":
        """The address as it is.

        Raises:
            UserError: a part of it cannot be; a page that is no number is the first.
        """
        return cls.parse({name: st.query_params.get_all(name) for name in st.query_params})

    @classmethod
    def parse(cls, given: Mapping[str, Sequence[str]]) -> "Address":
        """The address of these parameters; those of other names are not ours.

        Raises:
            UserError: as for `read`.
        """
        one = {name: texts[-1] for name, texts in given.items() if texts}
        filters = Filters.parse({name: given[name] for name in chosen.NAMES if given.get(name)})
        return cls(
            topic=one.get("topic", ""),
            q=one.get("q", ""),
            like=_pmid("like", one.get("like")),
            pmid=_pmid("pmid", one.get("pmid")),
            page=max(_number(one.get("page", "")) or 1, 1),
            per=_per(one.get("per")),
            sort=_among("sort", one.get("sort"), get_args(Sort), "relevance"),
            rank=_among("rank", one.get("rank"), get_args(Rank), None),
            exact=one.get("exact") == _ON,
            filters=filters,
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of this address as (name, text); `parse` reads them, grouped by name."""
        default = Address()
        fields: list[tuple[str, Any]] = [
            (name, getattr(self, name)) for name in ("topic", "q", "like", "pmid", "page", "per", "sort", "rank")
        ]
        pairs = [(name, str(value)) for name, value in fields if value != getattr(default, name)]
        return pairs + ([("exact", _ON)] if self.exact else []) + self.filters.as_pairs()

    def write(self) -> None:
        """Goes to this address, as one step in the browser's history."""
        grouped: dict[str, list[str]] = {}
        for name, text in self.pairs():
            grouped.setdefault(name, []).append(text)
        st.query_params.from_dict(grouped)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _pmid(name: str, text: str | None) -> int | None:
    if not text:
        return None
    number = _number(text)
    if number is None:
        raise UserError(f"The address has {name}={text}, which is no PMID: write digits only.")
    return number


def _per(text: str | None) -> int:
    if text is None:
        return PER_PAGE[0]
    if _number(text) not in PER_PAGE:
        raise UserError(f"The address has per={text}: a page has {', '.join(map(str, PER_PAGE))} results.")
    return int(text)


def _among(name: str, text: str | None, values: Sequence[Any], default: Any) -> Any:
    if text is None:
        return default
    if text not in values:
        raise UserError(f"The address has {name}={text}: write {', '.join(values)}, or leave it out.")
    return text
