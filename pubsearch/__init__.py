"""pubsearch: semantic search over PubMed.

Library(path).topic(name)          the topics of a folder, and one of them
Topic.ingest / import_files / build
Searcher(topic).search(query)      → Results of Hits, each with its Record and highlights
"""

from typing import TYPE_CHECKING, Any

from pubsearch.errors import PubsearchError, UserError, WorldError
from pubsearch.record import Record
from pubsearch.release import VERSION
from pubsearch.search.results import Highlight, Hit, Results
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic

__version__ = VERSION

if TYPE_CHECKING:
    from pubsearch.search.searcher import Searcher

__all__ = [
    "Highlight",
    "Hit",
    "Library",
    "PubsearchError",
    "Record",
    "Results",
    "Searcher",
    "Topic",
    "UserError",
    "WorldError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Searcher brings torch, which takes seconds to import: only who searches waits for it."""
    if name == "Searcher":
        from pubsearch.search.searcher import Searcher

        return Searcher
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
