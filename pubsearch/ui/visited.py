"""The questions of this visit; they are kept nowhere else, and go when the page is loaded anew or closed."""

from dataclasses import replace

import streamlit as st

from pubsearch.ui.address import Address
from pubsearch.ui.labels import label

KEPT = 20
_SHOWN_CHARACTERS = 60


def keep(address: Address, total: int) -> None:
    """Puts the question, with the number of its records, before those asked earlier."""
    first = replace(address, page=1, pmid=None)
    others = [visit for visit in _visits() if visit[0] != first]
    st.session_state.visited = [(first, total), *others][:KEPT]


def menu() -> None:
    """A menu of the questions, the last one first; choosing one goes back to its address."""
    by_label: dict[str, Address] = {}
    for address, total in _visits():
        # of answers that differ only in their order the last one stands for all
        by_label.setdefault(_label(address, total), address)
    if by_label:
        st.menu_button(
            "History",
            list(by_label),
            key="history",
            icon=":material/history:",
            type="tertiary",
            on_click=_go_back,
            args=(by_label,),
        )


def _visits() -> list[tuple[Address, int]]:
    found: list[tuple[Address, int]] = st.session_state.get("visited", [])
    return found


def _go_back(by_label: dict[str, Address]) -> None:
    if address := by_label.get(st.session_state.history):
        address.write()


def _label(address: Address, total: int) -> str:
    asked = f"Like PMID {address.like}" if address.like else address.q or "All records"
    short = asked if len(asked) <= _SHOWN_CHARACTERS else f"{asked[:_SHOWN_CHARACTERS]}…"
    active = len(address.filters.as_pairs())
    narrowed = f", {active} filter{'s' * (active != 1)}" if active else ""
    return label(f"{short} ({total:,}{narrowed})")
