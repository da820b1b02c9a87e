""" "Cite": a record in the styles of journals, each to copy."""

from typing import get_args

import streamlit as st

from pubsearch.record import Record
from pubsearch.search.cite import Style, cite
from pubsearch.ui import wording

NAMES: dict[Style, str] = {"vancouver": "Vancouver", "ama": "AMA", "apa": "APA"}


def popover(record: Record, key: str) -> None:
    """A button that shows the record in each style; nothing is written before it is opened."""
    menu = st.popover(wording.CITE, icon=":material/format_quote:", type="tertiary", on_change="rerun", key=key)
    if menu.open:
        with menu:
            styles(record)


def styles(record: Record) -> None:
    """The record in each style, each with a button that copies it."""
    for style in get_args(Style):
        st.caption(NAMES[style])
        st.code(cite(record, style), language=None, wrap_lines=True)
