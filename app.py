"""The Streamlit entry point: the script of the page, its HTTP headers, and the model loaded while the server starts."""

import gc
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware

from pubsearch.ui.headers import SecurityHeaders

UNFORESEEN = "The page failed in a way that nobody foresaw. Load it again; the server's log holds the reason."


def warm_up() -> None:
    """Loads the model. The import itself takes seconds, in which the server already answers."""
    from pubsearch.ui import search

    search.warm_up()
    # Streamlit collects garbage after each run of the script: through all that torch holds it took 0.3 s, in which
    # nothing was sent. What stays for as long as the server runs is looked through no more.
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Loads the model in the background, so that the first question need not wait for it."""
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield


def say_unforeseen(_error: Exception) -> bool:
    """Says that the page failed, in place of Streamlit's own words, which offer to ask a search engine about it."""
    st.error(UNFORESEEN)
    return True


app = st.App(
    "pubsearch/ui/navigation.py",
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=say_unforeseen,
)
