"""Jobs that a test holds in their middle, and whose end it waits for."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from pubsearch.topic.job_state import LOCK
from pubsearch.topic.jobs import FOLDER, Job, Jobs
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.records import numbered
from tests.eutils.server import EutilsServer

NUMBER = 500
SECONDS = 60.0
# A client gives up after as many tries of 60 s.
HELD_SECONDS = 4 * SECONDS


@dataclass
class Slow:
    """A PubMed of `NUMBER` records that keeps who asks for the last batch waiting, until the test lets it go on."""

    url: str = ""
    asked: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)

    def __call__(self, request: Request, proceed: Endpoint) -> Answer:
        if request.endpoint == "efetch" and NUMBER in request.pmids:
            self.asked.set()
            self.go_on.wait(HELD_SECONDS)
        return proceed(request)


@contextmanager
def slow_pubmed() -> Iterator[Slow]:
    """It answers until the end of the block, where it lets everybody go on."""
    slow = Slow()
    with EutilsServer(numbered(range(1, NUMBER + 1)), layers=[slow], paced=False) as server:
        slow.url = server.url
        try:
            yield slow
        finally:
            slow.go_on.set()


def ended(home: Path, job: Job) -> Job:
    """The job once its process has ended, which frees its lock."""
    with (home / FOLDER / job.id / LOCK).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
    return Jobs(home).get(job.id)
