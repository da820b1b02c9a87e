"""What stands above every answer: the topics, the box, and how it is answered."""

from dataclasses import replace

import streamlit as st

from pubsearch.errors import TopicError
from pubsearch.search import ranking
from pubsearch.search.filters import Filters
from pubsearch.search.results import Rank
from pubsearch.topic.about import About
from pubsearch.topic.library import Library
from pubsearch.topic.manifest import Manifest
from pubsearch.ui import focus, pages, render, saying, visited, wording
from pubsearch.ui.address import Address
from pubsearch.ui.labels import told_apart

RANKS: dict[Rank, str] = {"both": "Both", "meaning": "Meaning", "words": "Words"}
RANK_HELP = (
    "*Meaning* also finds records that say it in other words. *Words* wants your own words, rare ones first. "
    "*Both* adds up the two."
)
EXACT_HELP = "Every word must be in the record, as in PubMed. Otherwise words only put the best records first."


def head(library: Library, names: list[str], address: Address) -> None:
    """The product's name, the topics if there are several, and the questions of this visit."""
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.title("pubsearch", anchor=False, width="content")
        if names != [address.topic]:
            _chooser(library, names, address)
        visited.menu()
        st.page_link(pages.topics(), label="Topics", icon=":material/library_books:")


def box(address: Address) -> None:
    """The one box; Enter searches. The filters that are on stay on, as in PubMed."""
    st.session_state.box = address.q
    with st.form("search", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Question", key="box", type="search", placeholder=wording.PLACEHOLDER, label_visibility="collapsed"
        )
        st.form_submit_button("Search", type="primary", on_click=_submit, args=(address,))
    st.html(render.render_note(saying.HINT, kind="hint"))


def controls(address: Address, topic: About, manifest: Manifest) -> None:
    """What ranks, whether every word must be there, and what is searched."""
    default = ranking.default(manifest.model.name, topic.words_weight)
    # similar records are found by what they mean
    rank = address.rank or default if address.like is None else "meaning"
    st.session_state.rank = rank
    st.session_state.exact = address.exact
    with st.container(horizontal=True, vertical_alignment="center", key="controls"):
        if address.like is None:
            st.segmented_control(
                "Rank by",
                list(RANKS),
                format_func=RANKS.__getitem__,
                required=True,
                key="rank",
                on_change=_rank,
                args=(address, default),
                help=RANK_HELP,
            )
            st.toggle("Exact", key="exact", on_change=_exact, args=(address,), help=EXACT_HELP)
        st.html(render.render_note(*saying.about(topic, manifest, rank), kind="small"))


def ask(address: Address, question: str) -> None:
    """Goes to the answer to `question`, with the topic, the filters and the settings of `address`."""
    focus.move(focus.BOX)
    replace(address, q=question.strip(), like=None, pmid=None, page=1).write()


def _submit(address: Address) -> None:
    ask(address, st.session_state.box)


def _rank(address: Address, default: Rank) -> None:
    rank = st.session_state.rank
    replace(address, rank=None if rank == default else rank, page=1).write()


def _exact(address: Address) -> None:
    replace(address, exact=st.session_state.exact, page=1).write()


def _chooser(library: Library, names: list[str], address: Address) -> None:
    titles = told_apart({name: _title(library, name) for name in names})
    st.session_state.topic = address.topic if address.topic in titles else None
    st.selectbox(
        "Topic",
        list(titles),
        index=None,
        format_func=titles.__getitem__,
        key="topic",
        placeholder="Choose a topic",
        label_visibility="collapsed",
        width=280,
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
    # journals and headings of one topic say little of another
    topic = st.session_state.topic or ""
    replace(address, topic=topic, like=None, pmid=None, page=1, rank=None, filters=Filters()).write()
