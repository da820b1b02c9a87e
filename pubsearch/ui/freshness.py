"""Whether a topic is still kept up to date, and what hindered the last update."""

import streamlit as st

from pubsearch.errors import StorageError
from pubsearch.topic import currency, journal
from pubsearch.topic.currency import Currency
from pubsearch.topic.library import Library
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.topic import Topic
from pubsearch.ui import render

STALE_DAYS = 90


def warn(topic: Topic, manifest: Manifest) -> None:
    """Says so where the last update failed, where nothing was fetched, asked or read in for `STALE_DAYS`, and where
    nobody knows, which hides no list."""
    try:
        now = _currency(topic.name, manifest)
    except StorageError:
        st.html(
            render.render_note(
                "It is not known how current this topic is: what is kept of its updates cannot be read. Whoever keeps "
                f"this library can run pubsearch verify {topic.name}.",
                kind="stale",
            )
        )
        return
    if now.failure:
        st.html(
            render.render_note(
                f"The last update, of {now.failure.started.date().isoformat()}, "
                f"{'was stopped' if now.failure.stopped else 'failed'}; what you see is of "
                f"{now.of.date().isoformat()}.",
                *([] if now.failure.stopped else [now.failure.reason]),
                kind="stale",
            )
        )
    days = (journal.now() - now.of).days
    if days > STALE_DAYS:
        st.html(
            render.render_note(
                f"The records are of {now.of.date().isoformat()}, {days:,} days ago: newer articles and retractions "
                f"are missing. Whoever keeps this library can run pubsearch update {topic.name}.",
                kind="stale",
            )
        )


# A run that fails, or changes nothing, makes no new version; it is seen after a minute.
@st.cache_data(ttl=60, show_spinner=False, hash_funcs={Manifest: lambda manifest: manifest.version})
def _currency(topic: str, manifest: Manifest) -> Currency:
    return currency.currency(Library().topic(topic), manifest)
