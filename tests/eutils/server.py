"""HTTP for the endpoints: GET and POST to /entrez/eutils/<endpoint>.fcgi, logged, through the layers."""

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tests.eutils.endpoints import Endpoints
from tests.eutils.exchange import Answer, Endpoint, Layer, Request
from tests.eutils.limits import RateLimit
from tests.eutils.records import Corpus, Stored

PATH = "/entrez/eutils/"
VALID_KEY = "a-valid-key-of-36-characters-00000000"


class EutilsServer:
    """E-utilities over `records` at `url`, from `with` to the end of it.

    `layers` are called from the outside in, before the limit on keys and pace; each gets the request and what would
    answer it. `clock` is what pace and log go by. `requests` is the log: every request, the refused ones too.
    """

    def __init__(
        self,
        records: Iterable[Stored],
        *,
        keys: Collection[str] = (VALID_KEY,),
        layers: Sequence[Layer] = (),
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        self.requests: list[Request] = []
        self.endpoints = Endpoints(Corpus(records))
        self._clock = clock
        self._lock = threading.Lock()
        self._answer: Endpoint = self.endpoints
        for layer in reversed((*layers, RateLimit(keys))):
            self._answer = _around(layer, self._answer)
        self._http = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, self))
        self._http.daemon_threads = True
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
            return self._send(Answer(b"<html><body><h1>404 Not Found</h1></body></html>\n", 404, "text/html"))
        endpoint = path.removeprefix(PATH).removesuffix(".fcgi")
        answer = self._eutils.answer(endpoint, self.command, self.path, query, self.client_address[0])
        return self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Write nothing: the log is `EutilsServer.requests`."""
