"""The plan of a new topic: its query, what PubMed makes of it, and the button that makes the topic."""

import streamlit as st

from pubsearch.index import models
from pubsearch.settings import Settings
from pubsearch.ui import focus, render, topics_check, topics_doing
from pubsearch.ui.topics_address import TopicsAddress

NAME_HELP = "For commands and addresses: a-z, 0-9, - and _. It cannot be changed later."
MODEL_HELP = "One of these, or type another: a model of Hugging Face (owner/name), or a folder of this server."
QUERY_HELP = "As you would type it in PubMed. It is kept to the letter. Leave it empty for a topic made of files."
NO_QUERY = "Write a query to see what PubMed has for it."


def page(address: TopicsAddress) -> None:
    """Draws the plan that the address holds."""
    st.button("All topics", icon=":material/arrow_back:", type="tertiary", on_click=TopicsAddress().write)
    st.title("New topic", anchor=False)
    topics_doing.said()
    if reason := topics_doing.reading_only():
        st.html(render.render_note(reason))
        return
    model = address.model or models.canonical(Settings().model)
    state = st.session_state
    state["plan-name"], state["plan-title"], state["plan-q"] = address.name, address.title, address.q
    state["plan-model"] = model
    with st.container(key="plan"), st.form("plan-form", border=False):
        with st.container(horizontal=True):
            st.text_input("Name", key="plan-name", placeholder="heart-failure", help=NAME_HELP)
            st.text_input("Title", key="plan-title", placeholder="Heart failure, 2020 to 2025")
        st.text_area("Query", key="plan-q", height=120, help=QUERY_HELP)
        options = dict.fromkeys([models.canonical(Settings().model), models.BUNDLED, model])
        st.selectbox("Model", list(options), key="plan-model", accept_new_options=True, help=MODEL_HELP)
        with st.container(horizontal=True):
            st.form_submit_button("Check", icon=":material/search:", on_click=_check)
            st.form_submit_button("Create", icon=":material/add:", type="primary", on_click=_create)
    if address.q.strip():
        topics_check.draw(address.q, model)
    elif address.name or address.title:
        st.html(render.render_note(NO_QUERY, kind="small"))


def _planned() -> TopicsAddress:
    typed = (st.session_state[f"plan-{part}"] or "" for part in ("name", "title", "q", "model"))
    return TopicsAddress.planning(*typed)


def _check() -> None:
    _planned().write()
    focus.move(".st-key-plan .stFormSubmitButton button")


def _create() -> None:
    plan = _planned()
    plan.write()
    topics_doing.create(plan)
