"""NCBI's pace: 3 requests a second from one address, 10 with an API key; and which keys are valid."""

import json
import threading
from collections import defaultdict, deque
from collections.abc import Collection
from dataclasses import replace

from tests.eutils.exchange import JSON, Answer, Endpoint, Request

WITHOUT_KEY = 3
WITH_KEY = 10


class ValidKeys:
    """A layer that answers 400 to a key that it does not know."""

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = frozenset(keys)

    def __call__(self, request: Request, proceed: Endpoint) -> Answer:
        """The endpoint's answer, or the refusal."""
        key = request.params.get("api_key", (None,))[-1]
        if key is None or key in self._keys:
            return proceed(request)
        refusal = {"error": "API key invalid", "api-key": key}
        return _refuse(400, refusal | ({"type": "invalid", "status": "unknown"} if key else {}))


class RateLimit:
    """A layer that answers 429 to more than the limit within any second."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = defaultdict(deque)
        self._lock = threading.Lock()

    def __call__(self, request: Request, proceed: Endpoint) -> Answer:
        """The endpoint's answer, or the refusal."""
        key = request.get("api_key")
        caller, limit = (key, WITH_KEY) if key else (request.address, WITHOUT_KEY)
        with self._lock:
            times = self._times[caller]
            times.append(request.time)
            while times[0] <= request.time - 1:
                times.popleft()
            count = len(times)
        allowance = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, limit - count))}
        if count > limit:
            refusal = {"error": "API rate limit exceeded", "api-key": caller, "count": str(count), "limit": str(limit)}
            return _refuse(429, refusal, allowance | {"Retry-After": "2"})
        answer = proceed(request)
        return replace(answer, headers={**answer.headers, **allowance})


def _refuse(status: int, body: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
    return Answer(json.dumps(body, separators=(",", ":")).encode(), status, JSON, headers or {})
