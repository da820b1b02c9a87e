"""What only the browser can do: print the page, and copy its address.

The script is constant; nothing of PubMed's or the user's is handed to it.
"""

from functools import cache

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_PRINT = '<button type="button" id="print">Print</button>'
_LINK = '<button type="button" id="link">Copy link</button><span role="status"></span>'
# The look of Streamlit's tertiary buttons, whose colours it hands to components as variables.
_CSS = """
:host, div { font-family: var(--st-font); }
button {
  background: none;
  border: 0;
  border-radius: var(--st-button-radius);
  color: var(--st-text-color);
  cursor: pointer;
  font: inherit;
  min-height: 2rem;
  padding: 0.25rem 0.5rem;
}
button:hover { color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); }
"""
_SCRIPT = """
export default function ({ parentElement }) {
  parentElement.querySelector("#print").onclick = () => window.print();
  const said = parentElement.querySelector("[role=status]");
  const link = parentElement.querySelector("#link");
  if (!link) return;
  link.onclick = async () => {
    try {
      await navigator.clipboard.writeText(window.location.href);
      said.textContent = "Copied.";
    } catch {
      said.textContent = "The browser does not allow it: copy the address from its bar.";
    }
    setTimeout(() => { said.textContent = ""; }, 4000);
  };
}
"""


def buttons(*, link: bool = True) -> None:
    """A button that prints the page and, with `link`, one that copies its address."""
    _component(link)(key="browser", width="content", height="content")


@cache
def _component(link: bool) -> ComponentRenderer:
    name = "pubsearch_browser" if link else "pubsearch_print"
    html = f"{_PRINT}{_LINK}" if link else _PRINT
    return st.components.v2.component(name, html=html, css=_CSS, js=_SCRIPT)
