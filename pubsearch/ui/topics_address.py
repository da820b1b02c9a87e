"""The address of the Topics page: which topic it shows, what is being planned, and which runs are compared."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import streamlit as st

from pubsearch.ui import focus

_ON = "yes"
# A plan's name, a topic's way back, the list's first topic
FIRST = ".st-key-topic-ways button, .st-key-topics button, .st-key-plan input"


@dataclass(frozen=True, slots=True)
class TopicsAddress:
    """What the page shows; empty where the address does not say.

    `topic` is the topic that is shown; without one all are listed, or, where `new` is "yes", one is planned, with
    `name`, `title`, `q` (the query) and `model`. `first` and `second` are the runs of the topic that are compared.
    """

    topic: str = ""
    new: str = ""
    name: str = ""
    title: str = ""
    q: str = ""
    model: str = ""
    first: str = ""
    second: str = ""

    @classmethod
    def read(cls) -> "TopicsAddress":
        """The address as it is."""
        return cls.parse(st.query_params.to_dict())

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> "TopicsAddress":
        """The address of these parameters; those of other names are not ours."""
        return cls(**{name: given[name] for name in cls.__slots__ if name in given})

    @classmethod
    def planning(cls, name: str = "", title: str = "", q: str = "", model: str = "") -> "TopicsAddress":
        """The address of a topic that is not there yet."""
        return cls(new=_ON, name=name, title=title, q=q, model=model)

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of this address; `parse` reads them."""
        return [(name, text) for name, text in asdict(self).items() if text]

    def write(self) -> None:
        """Goes to this address, as one step in the browser's history, and has what is first there focused."""
        focus.move(FIRST)
        st.query_params.from_dict(dict(self.pairs()))
