"""A real server and a real browser: one demo topic, one server and one Chromium for all the tests of a process."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from pubsearch.topic.library import Library

ROOT = Path(__file__).parents[2]
INSTALL = "apt-get install --yes chromium"
# Headless, in a container, and without a word to anybody but the server under test.
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 60.0
# The first question of a server loads the model.
expect.set_options(timeout=30_000)


@dataclass(frozen=True)
class Server:
    """A running page: its address, the library that it serves, and its process."""

    url: str
    library: Library
    pid: int


def chromium_path() -> str | None:
    """The browser of this machine, or the one that the variable CHROMIUM names."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path. Without one the tests are skipped, but never in CI."""
    found = chromium_path()
    if not found:
        message = f"No Chromium here; install it with: {INSTALL}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh visitor; a script error, a dialog, or a word to any other host fails the test."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="en-US")
    page = context.new_page()
    faults: list[str] = []
    page.on("request", lambda request: faults.append(request.url) if "//127.0.0.1:" not in request.url else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
    yield page
    context.close()
    assert faults == []


@pytest.fixture(scope="session")
def server(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page on the demo topic; tests may add topics of their own."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(demo_home, home, dirs_exist_ok=True)
    with serving(home) as running:
        yield running


@pytest.fixture(scope="session")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page where no topic was made yet."""
    with serving(tmp_path_factory.mktemp("empty")) as running:
        yield running


class serving:  # noqa: N801 - reads as a verb: `with serving(home)`
    """`pubsearch serve` as a process of its own, until the end of the block."""

    def __init__(self, home: Path, port: int = 0, *options: str) -> None:
        self._home = home
        self._options = options
        self._port = port or free_port()

    def __enter__(self) -> Server:
        command = [sys.executable, "-m", "pubsearch", "serve", "--port", str(self._port), *self._options]
        self._log = (self._home.parent / f"{self._home.name}.log").open("w+")
        self._process = subprocess.Popen(
            command,
            cwd=self._home,
            env=os.environ | {"PUBSEARCH_HOME": str(self._home), "PYTHONPATH": str(ROOT)},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        url = f"http://127.0.0.1:{self._port}"
        deadline = time.monotonic() + START_SECONDS
        while not _healthy(url):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._log.seek(0)
                pytest.fail(f"The server did not start:\n{self._log.read()}")
            time.sleep(0.05)
        return Server(url, Library(self._home), self._process.pid)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
