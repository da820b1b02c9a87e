"""Whether a topic is still kept up to date."""

from datetime import datetime

import streamlit as st

from pubsearch.topic import journal
from pubsearch.topic.library import Library
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.topic import Topic
from pubsearch.ui import render

STALE_DAYS = 90


def warn(topic: Topic, manifest: Manifest) -> None:
    """Says so where nothing was fetched, asked or read in for `STALE_DAYS`."""
    last = _last(topic.name, manifest.created)
    days = (journal.now() - last).days
    if days > STALE_DAYS:
        st.html(
            render.render_note(
                f"The records are of {last.date().isoformat()}, {days:,} days ago: newer articles and retractions are "
                f"missing. Whoever keeps this library can run pubsearch update {topic.name}.",
                kind="stale",
            )
        )


# A run that ends and changes nothing makes no new version; it is seen after an hour.
@st.cache_data(ttl=3600, show_spinner=False)
def _last(topic: str, created: str) -> datetime:
    """When the topic's last whole run ended; when its version was made, where it has none."""
    ended = [run.ended for run in Library().topic(topic).runs() if run.status == "complete" and run.ended]
    return datetime.fromisoformat(max(ended, default=created))
