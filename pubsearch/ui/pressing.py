"""What is pressed within the HTML of a result: its links to this page's own views, and its buttons.

Four of Streamlit's elements for each result take the browser longer to draw than all the text of the list (decision
21); links and buttons within the text take nothing. The script is constant; it sends the name of what was pressed and
the PMID of the result in which it stands, so that a press acts on the record that the reader saw.
"""

from dataclasses import dataclass

import streamlit as st

_SCRIPT = """
let press;
// To another page as Streamlit's own links lead there. Its switch_page leaves an address on the way that is no page, to
// which "back" would lead (1.67).
function visit(address) {
  history.pushState({}, "", address);
  dispatchEvent(new PopStateEvent("popstate"));
}
function hear(event) {
  const pressed = event.target.closest?.("[data-act]");
  // with these keys the browser opens a link elsewhere by itself
  if (!pressed || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (pressed.dataset.act === "record") return visit(pressed.href);
  press({ act: pressed.dataset.act, pmid: Number(pressed.closest("[data-pmid]").dataset.pmid) });
}
export default function ({ parentElement, setTriggerValue }) {
  press = pressed => setTriggerValue("pressed", pressed);
  const document = parentElement.ownerDocument;
  const { classList } = document.documentElement;
  if (classList.contains("ps-hears")) return;
  document.addEventListener("click", hear);
  classList.add("ps-hears");  // the style sheet shows the buttons from now on
}
"""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The name of what was pressed, and the record in whose result it stands."""

    act: str
    pmid: int


def pressed() -> Pressed | None:
    """What was pressed within a result since the last run; None where nothing was."""
    component = st.components.v2.component("pubsearch_pressing", js=_SCRIPT)
    match component(key="pressing", height=0, on_pressed_change=_pressed).pressed:
        case {"act": str(act), "pmid": int(pmid)}:
            return Pressed(act, pmid)
    return None


def _pressed() -> None:
    """Nothing: what was pressed is in what the component returns."""
