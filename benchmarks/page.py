"""What a visitor waits for, and what twenty at once do to the server, as the browser and the protocol see it.

    python -m benchmarks.page            the demo topic and one of 100,000 records; then 20 visitors for 5 minutes
    python -m benchmarks.page --quick    20,000 records, and 20 visitors for 30 seconds

A time runs from the key or the click to the drawn list; the model's work on a question never asked before is in it.
The large topic has the records of the demo under new PMIDs, with vectors resampled from theirs.
"""

import re
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from benchmarks import vectors
from benchmarks.search import prepare
from pubsearch import demo
from pubsearch.topic.library import Library
from tests import corpus
from tests.browser.conftest import FLAGS, Server, chromium_path, serving
from tests.browser.crowd import VISITORS, alone, crowd
from tests.browser.test_many import ADDRESSES, NEW, right_answers
from tests.browser.test_speed import waits

FULL, QUICK = (100_000, 300.0), (20_000, 30.0)
ROUNDS = 2
SWITCHES = 4


def measured(page: Page, url: str, topic: str) -> dict[str, list[float]]:
    """Milliseconds from each deed to the drawn list."""
    page.goto(f"{url}/?topic={topic}&q=a first question")
    box = page.get_by_role("searchbox", name="Question")
    found: dict[str, list[float]] = {"a question": [], "a filter": [], "a page turned": [], "another order": []}
    questions = [f"{words} {number}" for number in range(ROUNDS + 1) for words in vectors.QUESTIONS]  # all new
    # newest first, two questions may well have the same list
    for question, order in zip(questions, cycle(("Relevance, recent first", "Relevance"))):
        box.fill(question)
        acts = (
            lambda: box.press("Enter"),
            page.get_by_role("button", name=re.compile("^Free full text in PMC")).first.click,
            page.get_by_role("button", name="Page 2", exact=True).click,
            page.get_by_role("radio", name=order, exact=True).click,
        )
        for deed, took in zip(found, waits(page, acts), strict=True):
            found[deed].append(took)
    warm = len(vectors.QUESTIONS)
    return {deed: times[warm:] for deed, times in found.items()}


def print_waits(records: int, found: dict[str, list[float]]) -> None:
    """Prints the lines of one topic."""
    for deed, times in found.items():
        p50, p95 = np.percentile(times, (50, 95))
        print(f"| {records:,} records: {deed} | {p50:.0f} | {p95:.0f} | {len(times)} |", flush=True)


def resident(server: Server) -> float:
    """The MB of the server's memory."""
    return int(Path(f"/proc/{server.pid}/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


def together(server: Server, folder: Path, seconds: float) -> None:
    """Twenty visitors for so long, new versions served meanwhile: prints answers, wrong ones, errors and memory."""
    topic, memory = server.library.topic("demo"), []
    versions = [alone(server, ADDRESSES)]

    def switch() -> None:
        memory.append(resident(server))
        topic.import_files([corpus.write(folder / "new.xml", *NEW)])
        for _ in range(SWITCHES):
            end = time.monotonic() + seconds / SWITCHES
            topic.build()
            versions.append(alone(server, ADDRESSES))
            time.sleep(max(0.0, end - time.monotonic()))
            memory.append(resident(server))

    started = time.monotonic()
    seen = crowd(server, ADDRESSES, switch)
    took = time.monotonic() - started
    right = right_answers(*versions)
    wrong = sum(one.drawn not in right[one.when][one.place] for one in seen)
    print(f"\n| {VISITORS} visitors, {took:.0f} s, {SWITCHES} switches | |\n|---|---:|")
    print(f"| pages drawn | {len(seen):,} |\n| a second | {len(seen) / took:.1f} |\n| unlike one visitor's | {wrong} |")
    print(f"| errors | {sum(bool(one.drawn.errors) for one in seen)} |")
    print(f"| memory at the start, and after each switch, MB | {', '.join(f'{mb:.0f}' for mb in memory)} |")


def main() -> None:
    """Prints the tables."""
    number, seconds = QUICK if "--quick" in sys.argv else FULL
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        library = Library(Path(folder) / "indexes")
        sizes = {"demo": sum(1 for _ in demo.make(library).records()), prepare(library, number).name: number}
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        with serving(library.path) as server:
            print("| ms until drawn | p50 | p95 | times |\n|---|---:|---:|---:|")
            for topic, records in sizes.items():
                page = browser.new_page(viewport={"width": 1440, "height": 1000})
                print_waits(records, measured(page, server.url, topic))
                page.close()
        browser.close()
        with serving(library.path) as server:
            together(server, Path(folder), seconds)


if __name__ == "__main__":
    main()
