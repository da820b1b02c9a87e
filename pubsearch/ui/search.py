"""The search page: one box, and the records that answer it."""

import math
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import streamlit as st

from pubsearch.errors import PubsearchError, TopicError
from pubsearch.search.searcher import Searcher
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from pubsearch.ui import render, wording
from pubsearch.ui.address import Address
from pubsearch.ui.focus import BOX, RESULTS, focus

STYLE = Path(__file__).with_name("style.css")
PER_PAGE = 10


def page() -> None:
    """Draws the page that the address asks for; whatever fails is said in one sentence."""
    st.html(STYLE)
    st.title("pubsearch", anchor=False)
    try:
        _page(Library(), Address.read())
    except PubsearchError as error:
        st.html(render.render_note(str(error), kind="error"))
    st.html(render.render_note(wording.FOOTER, kind="small"))


def _page(library: Library, address: Address) -> None:
    names = library.names()
    if not names:
        _no_topic()
        return
    address = address if address.topic else replace(address, topic=_first(library, names))
    if names != [address.topic]:
        _chooser(library, names, address)
    topic = library.topic(address.topic)
    _box(address)
    searcher = _searcher(str(topic.folder))
    with st.spinner("Opening the index …"):
        made_of = searcher.manifest
    st.html(render.render_note(*wording.about(topic.about, made_of), kind="small"))
    if address.q.strip():
        st.set_page_config(page_title=f"{address.q} – pubsearch")
        _answer(searcher, address)
    else:
        _examples(address)
        focus(BOX, "start")


def warm_up() -> None:
    """Opens the topic that is shown first and loads its model; whatever fails is said where a visitor asks."""
    library = Library()
    with suppress(PubsearchError):
        if names := library.names():
            _searcher(str(library.topic(_first(library, names)).folder)).search("a question")


@st.cache_resource(show_spinner=False)
def _searcher(folder: str) -> Searcher:
    """One for each topic, shared by all visitors; it notices by itself when a new version is served."""
    return Searcher(Topic(Path(folder)))


def _first(library: Library, names: list[str]) -> str:
    """The first topic that can be searched, else the first."""
    return next((name for name in names if library.topic(name).served()), names[0])


def _no_topic() -> None:
    st.html(render.render_note(*wording.NO_TOPIC))
    st.code(wording.NO_TOPIC_COMMANDS, language="bash")


def _chooser(library: Library, names: list[str], address: Address) -> None:
    titles = {name: _title(library, name) for name in names}
    st.session_state.topic = address.topic if address.topic in titles else None
    st.selectbox(
        "Topic",
        list(titles),
        index=None,
        format_func=titles.__getitem__,
        key="topic",
        placeholder="Choose a topic",
        width=320,
        on_change=_choose,
        args=(address,),
    )


def _title(library: Library, name: str) -> str:
    """The topic's title; its name where topic.toml is damaged, which must not hide the other topics."""
    try:
        return library.topic(name).about.title
    except TopicError:
        return name


def _choose(address: Address) -> None:
    Address(st.session_state.topic or "", address.q).write()


def _box(address: Address) -> None:
    st.session_state.box = address.q
    with st.form("search", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Question", key="box", type="search", placeholder=wording.PLACEHOLDER, label_visibility="collapsed"
        )
        st.form_submit_button("Search", type="primary", on_click=_submit, args=(address,))


def _submit(address: Address) -> None:
    _ask(address, st.session_state.box)


def _ask(address: Address, question: str) -> None:
    Address(address.topic, question.strip()).write()


def _examples(address: Address) -> None:
    questions = wording.EXAMPLES.get(address.topic, ())
    if questions:
        st.html(render.render_note(wording.TRY, kind="small"))
        with st.container(horizontal=True, gap="small"):
            for question in questions:
                st.button(question, on_click=_ask, args=(address, question))


def _answer(searcher: Searcher, address: Address) -> None:
    results = searcher.search(address.q, PER_PAGE, (address.page - 1) * PER_PAGE)
    if not results.ranked:
        st.html(render.render_note(*wording.NO_RESULTS))
        return
    last = math.ceil(results.total / PER_PAGE)
    if address.page > last:
        results = searcher.search(address.q, PER_PAGE, (last - 1) * PER_PAGE)
    st.html(render.render_summary(results))
    for hit in results.hits:
        st.html(render.render_hit(hit, results.best))
    if last > 1:
        st.session_state.turn = min(address.page, last)
        st.pagination(last, key="turn", on_change=_turn, args=(address,))
    focus(RESULTS if st.session_state.pop("turned", False) else BOX, f"{address.q} {address.page}")


def _turn(address: Address) -> None:
    st.session_state.turned = True
    replace(address, page=st.session_state.turn).write()
