"""Every test works in folders of its own: no test reads or writes the user's topics, settings or caches."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

# How long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

pytest_plugins = ["tests.command", "tests.eutils.fixture", "tests.hub.fixture"]

# Before any Hugging Face library is imported: it would ask the hub for who is running it.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
# Before torch is imported: threads that wait for their share would keep busy the cores that other tests need.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

DATA = Path(__file__).parent / "data"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what tests measured, whichever process they ran in."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "table":
                terminalreporter.write_line(str(value))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh PUBSEARCH_HOME, and a working folder without a `.env`."""
    for variable in ("NCBI_API_KEY", "PUBSEARCH_EMAIL", "PUBSEARCH_EUTILS_URL", "PUBSEARCH_MODEL", "HF_ENDPOINT"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PUBSEARCH_HOME", str(tmp_path / "indexes"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "indexes"


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that has the demo topic, which takes a minute to make; whoever changes it takes a copy.

    Test processes that run side by side share it: the first makes it, the others wait.
    """
    from pubsearch import demo
    from pubsearch.topic.library import Library

    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo" / "indexes"
    home.parent.mkdir(exist_ok=True)
    with FileLock(home.parent / ".lock"):
        demo.make(Library(home))
    return home


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file of this process can grow, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
