"""The Topics page: all topics, one of them, or the plan of a new one, as the address says."""

import streamlit as st

from pubsearch.errors import PubsearchError
from pubsearch.topic.library import Library
from pubsearch.ui import focus, render, topics_list, topics_new, topics_one, wording
from pubsearch.ui.search import STYLE
from pubsearch.ui.topics_address import FIRST, TopicsAddress


def page() -> None:
    """Draws what the address asks for; whatever fails is said in one sentence."""
    st.html(STYLE)
    address = TopicsAddress.read()
    try:
        library = Library()
        with st.container(key="topics-page"):
            if address.topic:
                topics_one.page(library, address)
            elif address.new:
                topics_new.page(address)
            else:
                topics_list.page(library)
    except PubsearchError as error:
        st.html(render.render_note(str(error), kind="error"))
        st.button("Start again", key="again", on_click=TopicsAddress().write)
    focus.settle(first=FIRST if address.new else focus.NOWHERE)
    st.html(render.render_note(wording.FOOTER, kind="small"))
