"""How an answer can fail to arrive: each a `Delivery` to put into an Answer."""

import socket
import struct
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from itertools import chain, repeat

from tests.eutils.clock import ManualClock
from tests.eutils.exchange import Answer, Delivery, send_head


def cut(connection: BaseHTTPRequestHandler, answer: Answer) -> None:
    """Half of the body; the length that was announced is that of the whole."""
    send_head(connection, answer, len(answer.body))
    connection.wfile.write(_half(answer.body))


def reset(connection: BaseHTTPRequestHandler, _answer: Answer) -> None:
    """A connection reset instead of the first byte."""
    _reset(connection.connection)


def reset_in_body(connection: BaseHTTPRequestHandler, answer: Answer) -> None:
    """Half of the body, then a connection reset."""
    cut(connection, answer)
    _reset(connection.connection)


def hang(connection: BaseHTTPRequestHandler, _answer: Answer) -> None:
    """Nothing, until the client or the server ends the connection."""
    while connection.connection.recv(1):
        pass


def drip(clock: ManualClock, seconds: float) -> Delivery:
    """The body byte by byte with `seconds` of `clock` before each, and then white space for ever.

    It ends when the client or the server ends the connection. However late a client first looks at its clock, it
    sees time pass, since there is always another byte; and each byte keeps its socket's time limit from striking.
    """
    return partial(_drip, clock, seconds)


def _drip(clock: ManualClock, seconds: float, connection: BaseHTTPRequestHandler, answer: Answer) -> None:
    send_head(connection, answer, None)
    pieces: Iterator[bytes] = (bytes([number]) for number in answer.body)
    for piece in chain(pieces, repeat(b" ")):
        clock.advance(seconds)
        connection.wfile.write(piece)


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _reset(connection: socket.socket) -> None:
    # with a linger time of 0, close sends RST; detached, because http.server would send FIN first
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(connection.detach())
