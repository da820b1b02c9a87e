"""Many visitors at once, while a new version of the topic is made and served."""

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.browser.conftest import Server
from tests.browser.visitor import Drawn, visiting

VISITORS = 20

Fields = Mapping[str, object]


@dataclass(frozen=True)
class Seen:
    """What was drawn at an address: before, while or after the version was switched."""

    place: int
    when: str
    drawn: Drawn


def alone(server: Server, addresses: Sequence[Fields]) -> list[Drawn]:
    """What one visitor is shown at each address, with nobody else there; twice, for what is only there at first."""
    with visiting(server) as visitor:
        for fields in addresses:
            visitor.go(fields)
        return [visitor.go(fields) for fields in addresses]


def crowd(server: Server, addresses: Sequence[Fields], switch: Callable[[], object]) -> list[Seen]:
    """All that `VISITORS` are shown: each goes to every address, on and on until `switch` is done, and once more."""
    before, switched = threading.Barrier(VISITORS + 1), threading.Event()

    def visit(number: int) -> list[Seen]:
        order, seen = list(range(len(addresses))), []
        random.Random(number).shuffle(order)

        def round_(when: str) -> None:
            seen.extend(Seen(place, when, visitor.go(addresses[place])) for place in order)

        with visiting(server) as visitor:
            round_("before")
            before.wait()
            while not switched.is_set():
                round_("while")
            round_("after")
        return seen

    with ThreadPoolExecutor(VISITORS) as pool:
        visits = [pool.submit(visit, number) for number in range(VISITORS)]
        before.wait()
        switch()
        switched.set()
        return [seen for visit in visits for seen in visit.result()]
