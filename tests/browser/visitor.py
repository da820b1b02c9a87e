"""A visitor without a browser: Streamlit's own protocol over a WebSocket, so that twenty of them cost little."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from tests.browser.conftest import Server

ANSWER_SECONDS = 60.0
# How long an answer took is no part of it.
_TOOK = re.compile(r'<span class="ps-took">[^<]*</span>')
_PMID = re.compile(r'id="hit-(\d+)"')


@dataclass(frozen=True)
class Drawn:
    """What a visitor was shown: each element's text in order, and the errors among them."""

    elements: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def pmids(self) -> list[int]:
        """The records listed, in order."""
        return [int(found) for element in self.elements for found in _PMID.findall(element)]


@contextmanager
def visiting(server: Server) -> Iterator["Visitor"]:
    """A session of its own, until the end of the block."""
    url = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    with connect(url, subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        yield Visitor(socket)


class Visitor:
    """One session: `go` asks for an address and waits until its page is drawn whole."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def go(self, fields: Mapping[str, object]) -> Drawn:
        """The page at this address."""
        ask = BackMsg()
        ask.rerun_script.query_string = urlencode(fields)
        self._socket.send(ask.SerializeToString())
        drawn: dict[tuple[int, ...], Element] = {}
        while True:
            message = ForwardMsg.FromString(self._socket.recv(ANSWER_SECONDS, decode=False))
            kind = message.WhichOneof("type")
            if kind == "new_session":
                drawn.clear()
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                drawn[tuple(message.metadata.delta_path)] = message.delta.new_element
            elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                break
        # Which questions a visitor asked before is theirs alone.
        elements = [drawn[path] for path in sorted(drawn) if not drawn[path].HasField("menu_button")]
        errors = [element.exception.message for element in elements if element.HasField("exception")]
        return Drawn(tuple(map(_text, elements)), tuple(errors))


def _text(element: Element) -> str:
    """An element's HTML; of a widget, what it is and says."""
    kind = element.WhichOneof("type")
    inner = getattr(element, kind)
    if kind == "html":
        return _TOOK.sub("", inner.body)
    return f"{kind} {getattr(inner, 'label', '')} {list(getattr(inner, 'options', ()))}"
