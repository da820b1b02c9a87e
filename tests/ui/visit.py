"""A visit to the page without a browser: Streamlit's own runner of scripts, in this process."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

import pubsearch.ui

SCRIPT = Path(pubsearch.ui.__file__).with_name("navigation.py")


def visit(**address: str | list[str]) -> AppTest:
    """The page at an address, drawn from the topics of PUBSEARCH_HOME."""
    page = AppTest.from_file(str(SCRIPT), default_timeout=60)
    for name, texts in address.items():
        page.query_params[name] = texts
    return page.run()


def shown(page: AppTest) -> str:
    """All that the page's own HTML and its captions say, tags included."""
    return "\n".join([*(part.proto.body for part in page.get("html")), *(caption.value for caption in page.caption)])
