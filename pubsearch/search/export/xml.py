"""PubMed's XML: a `PubmedArticleSet` of the records' own elements, as they were received."""

from pubsearch.search.export.format import Format
from pubsearch.topic.raw import Received

_HEAD = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" \
"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">
<PubmedArticleSet>
"""


def _render(received: Received) -> bytes | None:
    return None if received.xml is None else received.xml + b"\n"


FORMAT = Format(
    "xml",
    "xml",
    _render,
    head=_HEAD,
    tail=b"</PubmedArticleSet>\n",
    left_out="with no XML (they came as MEDLINE text, or were deleted since)",
)
