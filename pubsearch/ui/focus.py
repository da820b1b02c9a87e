"""Puts the keyboard where the reader goes on, reads out what has changed, and draws anew after a restart of the server.

Streamlit has no parameter for these. The script is constant; what it is told is a CSS selector and plain text.
"""

import streamlit as st

BOX = ".stForm input"
RESULTS = ".ps-count"
NOWHERE = ":not(*)"

_SCRIPT = """
let moment, said, rerun, watched, menu, opener;
// A server that was started anew knows none of the page's widgets until its script has run: the first click is lost.
function watch(app) {
  if (watched === app) return;
  watched = app;
  let lost = false;
  new MutationObserver(() => {
    const connected = app.dataset.testConnectionState === "CONNECTED";
    if (connected && lost) rerun();
    lost = !connected;
  }).observe(app, { attributeFilter: ["data-test-connection-state"] });
  const document = app.ownerDocument;
  new MutationObserver(() => enter(document)).observe(document.body, { childList: true, subtree: true });
}
// Streamlit draws a menu at the end of the document: the Tab key would lead past it, through all of the page.
function enter(document) {
  const open = document.querySelector("[data-testid=stPopoverBody]");
  if (open === menu) return;
  if (open) {
    opener = document.activeElement;
    open.tabIndex = -1;
    open.focus({ preventScroll: true });
  } else if (document.activeElement === document.body) {
    opener?.focus({ preventScroll: true });
  }
  menu = open;
}
function voice(document) {
  const found = document.getElementById("ps-status");
  if (found) return found;
  const made = document.createElement("div");
  made.id = "ps-status";
  made.setAttribute("role", "status");
  document.querySelector(".stApp").append(made);
  return made;
}
// The browser may still fetch the code of a widget that is drawn for the first time.
const FRAMES = 120;
function reach(document, selector, asked, frames) {
  if (asked !== moment) return;
  const target = document.querySelector(selector);
  if (!target) {
    if (frames) requestAnimationFrame(() => reach(document, selector, asked, frames - 1));
    return;
  }
  // Nobody has asked for the first move: a reader who is somewhere already stays there.
  if (asked === 0 && document.activeElement !== document.body) return;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: selector.endsWith("input") ? "center" : "start" });
}
export default function ({ data, parentElement, setTriggerValue }) {
  const document = parentElement.ownerDocument;
  rerun = () => setTriggerValue("reconnected", true);
  watch(document.querySelector(".stApp"));
  const status = voice(document);
  if (data.said !== said) {
    said = data.said;
    // what is in a status from the start is not read out
    setTimeout(() => { status.textContent = said; }, 100);
  }
  if (data.moment === moment) return;
  moment = data.moment;
  reach(document, data.selector, data.moment, FRAMES);
}
"""


def move(selector: str) -> None:
    """Has the first element that matches focused once the page is drawn; for callbacks of widgets."""
    _, moment = st.session_state.get("focus", (BOX, 0))
    st.session_state.focus = (selector, moment + 1)


def settle(said: str = "", *, first: str = BOX) -> None:
    """Focuses what `move` was told, `first` before that, once; and has `said` read out where it is new."""
    selector, moment = st.session_state.get("focus", (first, 0))
    component = st.components.v2.component("pubsearch_focus", js=_SCRIPT)
    component(
        key="focusing",
        data={"selector": selector, "moment": moment, "said": said},
        height=0,
        on_reconnected_change=_drawn_anew,
    )


def _drawn_anew() -> None:
    """Nothing: the run itself is what is wanted."""
