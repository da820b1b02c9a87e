"""The questions of this visit; they are kept nowhere else, and go when the page is loaded anew or closed."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import streamlit as st

from pubsearch.search.titles import named
from pubsearch.ui.address import Address
from pubsearch.ui.labels import label

Visit = tuple[Address, int]
"""The address of an answer, and how many records it had."""

KEPT = 20
_SHOWN_CHARACTERS = 60


def keep(address: Address, total: int) -> None:
    """Puts the question, with the number of its records, before those asked earlier."""
    first = replace(address, page=1, pmid=None)
    others = [visit for visit in _visits() if _asked(visit[0]) != _asked(first)]
    st.session_state.visited = [(first, total), *others][:KEPT]


def menu() -> None:
    """A menu of the questions, the last one first; choosing one goes back to its address."""
    if by_label := labelled(_visits()):
        st.menu_button(
            "History",
            list(by_label),
            key="history",
            icon=":material/history:",
            type="tertiary",
            on_click=_go_back,
            args=(by_label,),
        )


def labelled(visits: Sequence[Visit]) -> dict[str, Address]:
    """The addresses by what the menu calls them: those that would share a name have behind it what tells them apart."""
    sharing: defaultdict[str, list[Address]] = defaultdict(list)
    for address, total in visits:
        sharing[_name(address, total)].append(address)
    found: dict[str, Address] = {}
    for address, total in visits:
        name = _name(address, total)
        common = Counter(part for each in sharing[name] for part in set(_parts(each)))
        own = [part for part in _parts(address) if common[part] < len(sharing[name])]
        text = label(" – ".join([name, ", ".join(own)]) if own else name)
        # long questions may differ in what no name shows
        found[text if text not in found else f"{text} – {len(found) + 1}"] = address
    return found


def _asked(address: Address) -> Address:
    """What was asked of what, in whichever order and on pages of whichever size it was listed."""
    default = Address()
    return replace(address, sort=default.sort, per=default.per)


def _parts(address: Address) -> Iterator[str]:
    """What a name leaves out."""
    if len(address.q) > _SHOWN_CHARACTERS:
        yield f"…{address.q[-_SHOWN_CHARACTERS:]}"
    yield f"in {address.topic}"
    yield from (named(name, text) for name, text in address.filters.as_pairs())
    if address.rank:
        yield f"by {address.rank}"
    if address.exact:
        yield "exact"


def _visits() -> list[Visit]:
    found: list[Visit] = st.session_state.get("visited", [])
    return found


def _go_back(by_label: dict[str, Address]) -> None:
    if address := by_label.get(st.session_state.history):
        address.write()


def _name(address: Address, total: int) -> str:
    asked = f"Like PMID {address.like}" if address.like else address.q or "All records"
    short = asked if len(asked) <= _SHOWN_CHARACTERS else f"{asked[:_SHOWN_CHARACTERS]}…"
    active = len(address.filters.as_pairs())
    narrowed = f", {active} filter{'s' * (active != 1)}" if active else ""
    return f"{short} ({total:,}{narrowed})"
