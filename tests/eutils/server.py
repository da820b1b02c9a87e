"""HTTP for the endpoints: GET and POST to /entrez/eutils/<endpoint>.fcgi, logged, through the layers."""

import socket
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Protocol, Self, runtime_checkable
from urllib.parse import parse_qs, urlsplit

from tests.eutils.corpus import Corpus
from tests.eutils.endpoints import Endpoints
from tests.eutils.exchange import HTML, Answer, Endpoint, Layer, Request
from tests.eutils.limits import RateLimit, ValidKeys
from tests.eutils.records import Stored

PATH = "/entrez/eutils/"
VALID_KEY = "a-valid-key-of-36-characters-00000000"


@runtime_checkable
class Attached(Protocol):
    """A layer that changes what the server has: it is given that before the first request."""

    def attach(self, corpus: Corpus) -> None: ...


class EutilsServer:
    """E-utilities over `records` at `url`, from `with` to the end of it, when no connection and no thread is left.

    `layers` are called from the outside in, before the limit on keys and pace; each gets the request and what would
    answer it. `clock` is what pace and log go by; without `paced` nobody is too fast. `requests` is the log: every
    request, the refused ones too. `endpoints.corpus` is what the server has, and can be changed at any time.
    """

    def __init__(
        self,
        records: Iterable[Stored],
        *,
        keys: Collection[str] = (VALID_KEY,),
        layers: Sequence[Layer] = (),
        clock: Callable[[], float] = time.monotonic,
        paced: bool = True,
        port: int = 0,
    ) -> None:
        self.requests: list[Request] = []
        self.endpoints = Endpoints(Corpus(records))
        self._clock = clock
        self._lock = threading.Lock()
        self._answer: Endpoint = self.endpoints
        for layer in reversed((*layers, ValidKeys(keys), *([RateLimit()] if paced else []))):
            if isinstance(layer, Attached):
                layer.attach(self.endpoints.corpus)
            self._answer = _around(layer, self._answer)
        self._http = _Http(("127.0.0.1", port), partial(_Handler, self))
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The address to set as PUBSEARCH_EUTILS_URL."""
        return f"http://127.0.0.1:{self._http.server_port}{PATH.rstrip('/')}"

    @property
    def pmids(self) -> list[int]:
        """What the server has, in ascending order."""
        return self.endpoints.corpus.pmids

    def asked(self, endpoint: str) -> list[Request]:
        """The log of one endpoint."""
        return [request for request in self.requests if request.endpoint == endpoint]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.hang_up()
        self._http.server_close()
        self._thread.join()

    def wait(self) -> None:
        """Stay until the server ends."""
        self._thread.join()

    def answer(self, endpoint: str, method: str, url: str, query: str, address: str) -> Answer:
        """Log one request and answer it."""
        params = {name: tuple(values) for name, values in parse_qs(query, keep_blank_values=True).items()}
        with self._lock:
            request = Request(endpoint, method, url, params, address, self._clock())
            self.requests.append(request)
        return self._answer(request)


def _around(layer: Layer, inner: Endpoint) -> Endpoint:
    return lambda request: layer(request, inner)


class _Http(ThreadingHTTPServer):
    """Waits for its threads at the end, and can make them end."""

    daemon_threads = False

    def __init__(self, *arguments: object) -> None:
        self._open: set[socket.socket] = set()
        super().__init__(*arguments)

    def process_request(self, request: socket.socket, client_address: object) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every connection, so that who waits for its other end waits no longer."""
        for connection in tuple(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    def __init__(self, eutils: EutilsServer, *arguments: object) -> None:
        self._eutils = eutils
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self._respond(urlsplit(self.path).query)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode("ascii")
        query = urlsplit(self.path).query
        self._respond("&".join(part for part in (query, body) if part))

    def _respond(self, query: str) -> None:
        path = urlsplit(self.path).path
        if not (path.startswith(PATH) and path.endswith(".fcgi")):
            return self._send(Answer(b"<html><body><h1>404 Not Found</h1></body></html>\n", 404, HTML))
        endpoint = path.removeprefix(PATH).removesuffix(".fcgi")
        answer = self._eutils.answer(endpoint, self.command, self.path, query, self.client_address[0])
        return self._send(answer)

    def _send(self, answer: Answer) -> None:
        # the client may have gone
        with suppress(ConnectionError):
            answer.delivery(self, answer)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Write nothing: the log is `EutilsServer.requests`."""
