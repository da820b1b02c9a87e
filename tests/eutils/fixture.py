"""Fixtures: E-utilities on this machine. `pytest_plugins = ["tests.eutils.fixture"]` makes them known everywhere."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.eutils.clock import ManualClock
from tests.eutils.records import Stored, load
from tests.eutils.server import EutilsServer

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "tests" / "data" / "eutils"
ERRORS = json.loads((RECORDED / "errors.json").read_text(encoding="utf-8"))
"""NCBI's error answers word for word, each as {"status", "source", "body"}."""


@pytest.fixture
def manual_clock() -> ManualClock:
    """Time that passes only while somebody sleeps, which takes none."""
    return ManualClock()


@pytest.fixture(scope="session")
def demo_records() -> list[Stored]:
    """The real records of the demo."""
    return list(load(sorted((ROOT / "pubsearch" / "demo" / "records").glob("*.xml.gz"))))


@pytest.fixture(scope="session")
def recorded_records() -> list[Stored]:
    """Ten records as NCBI sent them to others, among them a book chapter."""
    return list(load(sorted([*RECORDED.glob("*/pubmed*.xml"), *RECORDED.glob("*/efetch*.xml")])))


@pytest.fixture
def eutils_server(demo_records: list[Stored], manual_clock: ManualClock) -> Iterator[EutilsServer]:
    """The demo's records by way of E-utilities; for a Client that goes by `manual_clock` too."""
    with EutilsServer(demo_records, clock=manual_clock.monotonic) as server:
        yield server


@pytest.fixture
def live_eutils_server(demo_records: list[Stored]) -> Iterator[EutilsServer]:
    """The same by real time: for a client in another process, or one that has no clock to set.

    It refuses nobody for being too fast: on a busy machine requests that kept the pace may arrive closer together.
    """
    with EutilsServer(demo_records, paced=False) as server:
        yield server


@pytest.fixture
def recorded_server(recorded_records: list[Stored], manual_clock: ManualClock) -> Iterator[EutilsServer]:
    """The recorded records by way of E-utilities; for a Client that goes by `manual_clock` too."""
    with EutilsServer(recorded_records, clock=manual_clock.monotonic) as server:
        yield server
