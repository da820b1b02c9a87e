"""The demo topic: real PubMed records and a small real SPLADE model, through the same import and build as any topic."""

from pathlib import Path

from pubsearch.topic.library import Library
from pubsearch.topic.progress import Progress, silent
from pubsearch.topic.topic import Topic

NAME = "demo"
RECORDS = Path(__file__).parent / "records"
DESCRIPTION = (
    "This is a demo: real PubMed records from public test data, ranked by a small model. Not for clinical use."
)


def make(library: Library, progress: Progress = silent) -> Topic:
    """The demo topic of `library`, made as far as it is absent.

    Raises:
        PubsearchError: as `Library.create`, `Topic.import_files` and `Topic.build`.
    """
    if NAME in library.names():
        topic = library.topic(NAME)
    else:
        topic = library.create(NAME, query="", title="Demo", description=DESCRIPTION, model="bundled")
    if not topic.count():
        topic.import_files(sorted(RECORDS.glob("*.xml.gz")), progress)
    if topic.served() is None:
        topic.build(progress=progress)
    return topic
