"""Faults put between HTTP and the endpoints: at chosen requests, or at random ones."""

import random
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Self

from tests.eutils.corpus import Corpus
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.faults import Fault

Choice = Callable[[int, Request], Fault | None]


class Injector:
    """A layer that injects each fault of a plan once, by the number of the request.

    Numbers begin at 1 and count all requests, so number n is `server.requests[n - 1]`. A fault whose endpoints the
    request is not one of waits for the next that is; of several that wait, the lowest number comes first.
    `injected` says what was injected: (number of the request, name of the fault).
    """

    def __init__(self, plan: Mapping[int, Fault]) -> None:
        self.injected: list[tuple[int, str]] = []
        self._choose: Choice = _Plan(plan)
        self._count = 0
        self._lock = threading.Lock()

    @classmethod
    def random(cls, seed: int, faults: Sequence[Fault], *, rate: float, longest: int = 3) -> Self:
        """Injects one of `faults` into a share `rate` of the requests, always the same ones for a seed.

        The same request meets at most `longest` faults in a row: with 3, a client that tries four times gets every
        answer; with more, it may have to give up.
        """
        injector = cls({})
        injector._choose = _Mixture(random.Random(seed), faults, rate, longest)
        return injector

    def attach(self, corpus: Corpus) -> None:
        """Know what the server has, for faults that change it."""
        self._corpus = corpus

    def __call__(self, request: Request, proceed: Endpoint) -> Answer:
        """The answer, or what the fault makes of it."""
        with self._lock:
            self._count += 1
            fault = self._choose(self._count, request)
            if fault:
                self.injected.append((self._count, fault.name))
        return fault.strike(request, proceed, self._corpus) if fault else proceed(request)


class _Plan:
    def __init__(self, plan: Mapping[int, Fault]) -> None:
        self._left = dict(sorted(plan.items()))

    def __call__(self, number: int, request: Request) -> Fault | None:
        for planned, fault in self._left.items():
            if planned <= number and request.endpoint in fault.endpoints:
                return self._left.pop(planned)
        return None


class _Mixture:
    def __init__(self, chance: random.Random, faults: Sequence[Fault], rate: float, longest: int) -> None:
        self._chance = chance
        self._faults = faults
        self._rate = rate
        self._longest = longest
        self._in_a_row: dict[object, int] = defaultdict(int)

    def __call__(self, _number: int, request: Request) -> Fault | None:
        fitting = [fault for fault in self._faults if request.endpoint in fault.endpoints]
        same = (request.endpoint, frozenset(request.params.items()))
        if fitting and self._chance.random() < self._rate and self._in_a_row[same] < self._longest:
            self._in_a_row[same] += 1
            return self._chance.choice(fitting)
        self._in_a_row[same] = 0
        return None
