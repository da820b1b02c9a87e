"""The page's address: the one place that holds what the page shows, so that back, forward, reload and share work.

Widgets are drawn from the address and write to it, never to each other. Streamlit's own `bind="query-params"` replaces
the browser's history entry instead of adding one (1.67), so that "back" would leave the page instead of the question.
"""

from dataclasses import asdict, dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Address:
    """Topic, question and page (from 1 on); empty where the address does not say."""

    topic: str = ""
    q: str = ""
    page: int = 1

    @classmethod
    def read(cls) -> "Address":
        """The address as it is; a page that is no number is the first."""
        page = st.query_params.get("page", "1")
        number = int(page) if page.isascii() and page.isdecimal() and len(page) < 8 else 1
        return cls(st.query_params.get("topic", ""), st.query_params.get("q", ""), max(number, 1))

    def write(self) -> None:
        """Goes to this address, as one step in the browser's history."""
        fields = {name: str(value) for name, value in asdict(self).items() if value != getattr(Address(), name)}
        st.query_params.from_dict(fields)
