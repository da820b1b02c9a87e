"""Ingestion through faults, past PubMed's cap, and gone on with after a kill: what it costs in requests and seconds.

The server runs on this machine and speaks E-utilities; pace and waiting go by a clock of their own, so "waited" is
what a user would wait by NCBI's pace and rules, and "took" is what the machine needed.
"""

import multiprocessing
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pubsearch import Library, Topic
from pubsearch.entrez.client import TRIES, Client
from pubsearch.settings import Settings
from tests.eutils.clock import ManualClock
from tests.eutils.faults import FAULTS, SEARCH, Fault, slow
from tests.eutils.injector import Injector
from tests.eutils.records import numbered
from tests.eutils.server import EutilsServer
from tests.topic.trial import NUMBER, Outcome, ingest_through

LARGE = 120_000
MIXTURES = 200
KILLS = 20


def outcome_of(outcome: Outcome) -> str:
    """In words: how many runs it took, and why."""
    errors = [error for error in outcome.errors if error]
    return "complete at once" if not errors else f"complete after {len(errors)} error(s)"


def print_faults(library: Library) -> None:
    """Every fault once, and as often as a client tries."""
    print(f"{NUMBER:,} records through every fault, once and {TRIES} times in a row:\n")
    print("| fault | once | requests | waited s | in a row | requests | waited s |")
    print("|---|---|---:|---:|---|---:|---:|")
    for number, fault in enumerate([None, *FAULTS, "slow body"]):
        cells = []
        for times in (1, TRIES):
            clock = ManualClock()
            known = slow(clock, 100) if isinstance(fault, str) else fault
            # what only searches meet waits for the one search, the second request
            first = 1 if known and known.endpoints == SEARCH else random.Random(number).randint(1, 11)
            plan: dict[int, Fault] = dict.fromkeys(range(first, first + times), known) if known else {}
            topic = library.create(f"fault-{number}-{times}", "asthma", model="bundled")
            outcome = ingest_through(topic, Injector(plan), clock)
            # the clock of a slow body runs with its bytes, for as long as the server sends any
            waited = "600 a try" if isinstance(fault, str) else f"{outcome.waited:.1f}"
            cells.append(f"{outcome_of(outcome)} | {outcome.requests} | {waited}")
        name = getattr(fault, "name", fault) or "none"
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def print_mixtures(library: Library) -> None:
    """Random mixtures of all faults."""
    outcomes: list[tuple[float, int, Outcome]] = []
    for seed in range(MIXTURES):
        clock = ManualClock()
        rate = 0.1 + 0.4 * random.Random(seed).random()
        injector = Injector.random(seed, [*FAULTS, slow(clock, 100)], rate=rate, longest=TRIES)
        topic = library.create(f"mixture-{seed}", "asthma", model="bundled")
        outcome = ingest_through(topic, injector, clock)
        outcomes.append((rate, len(injector.injected), outcome))
    print(f"\n{MIXTURES} random mixtures of all faults, {NUMBER:,} records each; every topic ended as PubMed was:\n")
    print("| faults among requests | mixtures | faults | complete at once | runs at most | requests |")
    print("|---|---:|---:|---:|---:|---:|")
    for low in (0.1, 0.2, 0.3, 0.4):
        part = [(faults, outcome) for rate, faults, outcome in outcomes if low <= rate < low + 0.1]
        at_once = sum(len(outcome.errors) == 1 for _, outcome in part)
        print(
            f"| {low:.0%} to {low + 0.1:.0%} | {len(part)} | {sum(faults for faults, _ in part)} | {at_once} "
            f"| {max(len(outcome.errors) for _, outcome in part)} | {sum(outcome.requests for _, outcome in part):,} |",
            flush=True,
        )


def print_large(library: Library) -> None:
    """A query far past the cap, whole."""
    clock = ManualClock()
    topic = library.create("large", "asthma", model="bundled")
    with EutilsServer(numbered(range(1, 300 * LARGE, 300)), clock=clock.monotonic, paced=False) as server:
        started, began = time.perf_counter(), clock.now
        run = topic.ingest(Client(Settings(eutils_url=server.url), clock=clock))
        took, waited = time.perf_counter() - started, clock.now - began
        searches, fetches = len(server.asked("esearch")), len(server.asked("efetch"))
    assert topic.count() == run.count == sum(each.count for each in run.slices) == LARGE
    print(
        f"\n{LARGE:,} records: {len(run.slices)} slices by {searches} searches, {fetches} fetches, none missing; "
        f"{waited:.0f} s at NCBI's pace without a key, of which this machine needs {took:.0f} s."
    )


def fetch(folder: str, url: str) -> None:
    """An ingestion in a process of its own."""
    Topic(Path(folder)).ingest(Client(Settings(eutils_url=url), clock=ManualClock()))


def print_resumed(library: Library) -> None:
    """What a kill at a random moment costs."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pubsearch.topic.ingest", "pubsearch.topic.topic"])

    def timed(work: Callable[[], object]) -> float:
        started = time.perf_counter()
        work()
        return time.perf_counter() - started

    twice, chance = [], random.Random(1)
    with EutilsServer(numbered(range(1, NUMBER + 1)), paced=False) as server:

        def run(topic: Topic, seconds: float | None) -> None:
            process = context.Process(target=fetch, args=(str(topic.folder), server.url))
            process.start()
            process.join(seconds)
            process.kill()
            process.join()

        whole = timed(lambda: run(library.create("whole", "asthma", model="bundled"), None))
        for number in range(KILLS):
            topic = library.create(f"killed-{number}", "asthma", model="bundled")
            server.requests.clear()
            run(topic, whole * chance.random())
            run(topic, None)
            twice.append(sum(len(request.pmids) for request in server.asked("efetch")) - NUMBER)
            assert topic.count() == NUMBER
    print(
        f"\n{KILLS} ingestions of {NUMBER:,} records killed at random moments and gone on with: "
        f"{sum(twice) / KILLS:.0f} records fetched twice on average, {max(twice)} at most; none lost."
    )


def main() -> None:
    """Prints all tables."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(folder)
        print_faults(library)
        print_mixtures(library)
        print_large(library)
        print_resumed(library)


if __name__ == "__main__":
    main()
