"""What goes in and out: Request, Answer, and the layers between HTTP and the endpoints."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from xml.sax.saxutils import escape

XML = "text/xml; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
TEXT = "text/plain; charset=UTF-8"
HTML = "text/html; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived; `url` is path and query string as sent, `time` is the server's clock's."""

    endpoint: str
    method: str
    url: str
    params: Mapping[str, tuple[str, ...]]
    address: str
    time: float

    def get(self, name: str, default: str = "") -> str:
        """The last value of a parameter."""
        return self.params.get(name, (default,))[-1]

    def number(self, name: str, default: int) -> int:
        """A parameter as a number; `default` where it is missing or no number."""
        value = self.get(name)
        return int(value) if value.isdecimal() else default

    @property
    def ids(self) -> list[str]:
        """All `id` values, split at commas."""
        return [part.strip() for value in self.params.get("id", ()) for part in value.split(",") if part.strip()]

    @property
    def pmids(self) -> list[int]:
        """The `ids` that can be PMIDs, each once, in their order."""
        return list(dict.fromkeys(int(part) for part in self.ids if part.isdecimal() and int(part) > 0))


Delivery = Callable[[BaseHTTPRequestHandler, "Answer"], None]
"""Sends an answer over a connection; one that goes wrong is a fault (delivery.py)."""


def send_head(connection: BaseHTTPRequestHandler, answer: "Answer", length: int | None) -> None:
    """Status and headers; without a length, the body ends where the connection does."""
    connection.send_response(answer.status)
    connection.send_header("Content-Type", answer.content_type)
    if length is not None:
        connection.send_header("Content-Length", str(length))
    for name, value in answer.headers.items():
        connection.send_header(name, value)
    connection.end_headers()


def whole(connection: BaseHTTPRequestHandler, answer: "Answer") -> None:
    """The answer as it should come."""
    send_head(connection, answer, len(answer.body))
    connection.wfile.write(answer.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body and headers, and how they are sent."""

    body: bytes
    status: int = 200
    content_type: str = XML
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = whole


Endpoint = Callable[[Request], Answer]
Layer = Callable[[Request, Endpoint], Answer]
"""Gets a request and what would answer it; may answer itself, or change the answer."""


def error(root: str, doctype: str, *said: str, status: int = 200) -> Answer:
    """An `<ERROR>` document; NCBI sends most of them with HTTP 200."""
    lines = "".join(f"\t<ERROR>{escape(text)}</ERROR>\n" for text in said)
    body = f'<?xml version="1.0" encoding="UTF-8" ?>\n{doctype}\n<{root}>\n{lines}</{root}>\n'
    return Answer(body.encode(), status)


def not_spoken(what: str) -> Answer:
    """What NCBI can do and this server cannot."""
    return Answer(f"This test server does not speak {what}.\n".encode(), 501, TEXT)
