"""The Streamlit entry point: the script of the page, and the model loaded while the server starts."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st


def warm_up() -> None:
    """Loads the model. The import itself takes seconds, in which the server already answers."""
    from pubsearch.ui import search

    search.warm_up()


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Loads the model in the background, so that the first question need not wait for it."""
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    yield


app = st.App("pubsearch/ui/navigation.py", lifespan=lifespan)
