"""Puts the keyboard where the reader goes on: in the box at first, at the results after a page turn.

Streamlit has no parameter for it. The script is constant; it is told a CSS selector and nothing of the user's.
"""

import streamlit as st

BOX = ".stForm input"
RESULTS = ".ps-count"

_SCRIPT = """
let moment;
export default function ({ data, parentElement }) {
  if (data.moment === moment) return;
  moment = data.moment;
  const target = parentElement.ownerDocument.querySelector(data.selector);
  target?.focus({ preventScroll: true });
  target?.scrollIntoView({ block: "center" });
}
"""


def focus(selector: str, moment: str) -> None:
    """Focuses the first element that matches, once for each `moment`."""
    component = st.components.v2.component("pubsearch_focus", js=_SCRIPT)
    component(key="focus", data={"selector": selector, "moment": moment}, height=0)
