"""How long a new topic would take, and how much disk, by what was measured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from pubsearch.errors import PubsearchError
from pubsearch.index import models
from pubsearch.topic.jobs import Job, Jobs
from pubsearch.topic.journal import Run
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from pubsearch.ui.topics_overview import known

# docs/operators.md, two cores without a GPU: texts a second through the bundled model and through a BERT-base, records
# a second that are parsed and indexed, and bytes of records, vectors and two versions.
BUNDLED_RATE, BERT_RATE, INDEXED_RATE = 77.0, 2.5, 500.0
BYTES_A_RECORD = (4_400_000 + 6_000_000 + 2 * 24_000_000) / 1_769
# What NCBI allows without a key: 3 requests a second of 200 records. How fast it answers, only a run can tell.
FETCHED_RATE = 600.0
# Of fewer records, starting and ending take most of the time.
MEASURED_FROM = 200
HERE = "measured in earlier runs here"
PACE = "at NCBI's pace, at best"
MANUAL = "by the rates in docs/operators.md"


@dataclass(frozen=True, slots=True)
class Rates:
    """Records a second that are fetched and that are built, and bytes of disk for each; None where never measured."""

    fetched: float | None
    built: float | None
    size: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a number of records would take: seconds to fetch and to build, and bytes of disk; `sources` says
    of each of the three what it goes by."""

    fetching: float
    building: float
    size: float
    sources: tuple[str, str, str]


def estimate(records: int, model: str, measured: Rates) -> Estimate:
    """What `records` of them would take with a model, by the rates measured here, else by those of the manual."""
    encoded = BUNDLED_RATE if model in models.CARRIED else BERT_RATE
    built = 1 / (1 / encoded + 1 / INDEXED_RATE)
    return Estimate(
        fetching=records / (measured.fetched or FETCHED_RATE),
        building=records / (measured.built or built),
        size=records * (measured.size or BYTES_A_RECORD),
        sources=(
            HERE if measured.fetched else PACE,
            HERE if measured.built else MANUAL,
            HERE if measured.size else MANUAL,
        ),
    )


def measured(library: Library, model: str) -> Rates:
    """The median rates of the library's topics; building counts with this model alone.

    Raises:
        StorageError: the folder cannot be read.
    """
    fetched, built, sizes = list[float](), list[float](), list[float]()
    jobs = Jobs(library.path).all()
    for name in library.names():
        try:
            topic = library.topic(name)
            runs = topic.runs()
        except PubsearchError:
            continue  # a damaged topic says so in the list
        fetched += fetch_rates(runs)
        if topic.about.model == model:
            built += _build_rates(topic, runs, jobs)
        whole = known(topic.folder)
        if whole.records and whole.records >= MEASURED_FROM and topic.served():
            sizes.append(whole.size / whole.records)
    return Rates(*(median(rates) if rates else None for rates in (fetched, built, sizes)))


def fetch_rates(runs: Iterable[Run]) -> list[float]:
    """Records a second of the runs that fetched enough to tell."""
    whole = (run for run in runs if run.status == "complete" and run.kind != "import" and run.ended)
    return [
        run.fetched / seconds
        for run in whole
        if run.fetched >= MEASURED_FROM and (seconds := _seconds(run.started, run.ended or run.started)) > 0
    ]


def _build_rates(topic: Topic, runs: Sequence[Run], jobs: Iterable[Job]) -> list[float]:
    """Records a second of the first builds: in later ones most texts have their vectors."""
    first = runs[0] if runs else None
    if first is None or first.version is None or first.ended is None or first.fetched < MEASURED_FROM:
        return []
    ends = [job.ended for job in jobs if job.topic == topic.name and job.state == "done" and job.ended]
    # the job that made the run is the first to end after it
    after = min((end for end in ends if end >= first.ended), default=None)
    seconds = _seconds(first.ended, after) if after else 0
    return [first.fetched / seconds] if seconds > 0 else []


def _seconds(first: str, last: str) -> float:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
