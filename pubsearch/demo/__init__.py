"""The demo topic: real PubMed records and a small real SPLADE model, through the same import and build as any topic."""

from pathlib import Path

from pubsearch.errors import ModelError, VersionError
from pubsearch.index.models import CARRIED, resolve
from pubsearch.topic.library import Library
from pubsearch.topic.progress import Progress, silent
from pubsearch.topic.topic import Topic

NAME = "demo"
RECORDS = Path(__file__).parent / "records"
DESCRIPTION = (
    "This is a demo: real PubMed records from public test data, ranked by a small model. Not for clinical use."
)


def make(library: Library, progress: Progress = silent) -> Topic:
    """The demo topic of `library`, made as far as it is absent, and built anew where its index is damaged or of another
    format, or its model is no more carried.

    Raises:
        PubsearchError: as `Library.create`, `Topic.import_files` and `Topic.build`.
    """
    if NAME in library.names():
        topic = library.topic(NAME)
    else:
        topic = library.create(NAME, query="", title="Demo", description=DESCRIPTION, model="bundled")
    if not topic.count():
        topic.import_files(sorted(RECORDS.glob("*.xml.gz")), progress)
    if not _is_served(topic):
        topic.build(progress=progress)
    return topic


def _is_served(topic: Topic) -> bool:
    """Whether the topic has a version that can be searched; a model that its user chose is none of our concern."""
    version = topic.served()
    if version is None:
        return False
    try:
        made = topic.open(version).manifest.model
        if made.name in CARRIED:
            resolve(made.name, fingerprint=made.fingerprint)
    except (VersionError, ModelError):
        return False
    return True
