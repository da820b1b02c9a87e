"""The fault matrix: an ingestion of 2,500 records through every fault that E-utilities is known for, and mixtures."""

import random

import pytest

from pubsearch.entrez.client import TRIES
from pubsearch.topic.library import Library
from tests.eutils.clock import ManualClock
from tests.eutils.faults import FAULTS, SEARCH, Fault, slow
from tests.eutils.injector import Injector
from tests.topic.trial import ingest_through

MIXTURES = 20
# One einfo, one esearch and 13 efetch make a run.
REQUESTS = 15

by_name = pytest.mark.parametrize("fault", [*FAULTS, "slow body"], ids=lambda fault: getattr(fault, "name", fault))


def fault_of(fault: Fault | str, clock: ManualClock) -> Fault:
    return fault if isinstance(fault, Fault) else slow(clock, 100)


def place(fault: Fault) -> int:
    """A request that is another one for each fault, and always the same one; what only searches meet waits for one."""
    return 1 if fault.endpoints == SEARCH else random.Random(fault.name).randint(1, REQUESTS)


@by_name
def test_every_single_fault(fault: Fault | str, library: Library, manual_clock: ManualClock) -> None:
    known = fault_of(fault, manual_clock)
    injector = Injector({place(known): known})
    outcome = ingest_through(library.create("asthma", "asthma", model="bundled"), injector, manual_clock)
    assert injector.injected
    if known.cured or known.change:
        assert outcome.errors == [None]
    else:
        first, *others = outcome.errors
        assert first is not None
        assert others == [None]


@by_name
def test_every_fault_as_often_as_a_client_tries(
    fault: Fault | str, library: Library, manual_clock: ManualClock
) -> None:
    known = fault_of(fault, manual_clock)
    first = min(place(known), REQUESTS - TRIES)
    injector = Injector(dict.fromkeys(range(first, first + TRIES), known))
    outcome = ingest_through(library.create("asthma", "asthma", model="bundled"), injector, manual_clock)
    assert injector.injected
    *errors, last = outcome.errors
    assert last is None
    assert all(error and error.count("\n") == 0 for error in errors)


@pytest.mark.parametrize("seed", range(MIXTURES))
def test_mixtures(seed: int, library: Library, manual_clock: ManualClock) -> None:
    faults = [*FAULTS, slow(manual_clock, 100)]
    injector = Injector.random(seed, faults, rate=0.15 + 0.3 * random.Random(seed).random(), longest=TRIES)
    ingest_through(library.create("asthma", "asthma", model="bundled"), injector, manual_clock)
    assert injector.injected
