"""A visitor without a browser: Streamlit's own protocol over a WebSocket, so that twenty of them cost little."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets import Subprotocol
from websockets.sync.client import ClientConnection, connect

from tests.browser.conftest import Server

ANSWER_SECONDS = 60.0
XSRF = "_streamlit_xsrf"
# How long an answer took is no part of it.
_TOOK = re.compile(r'<span class="ps-took">[^<]*</span>')
_PMID = re.compile(r'id="hit-(\d+)"')


@dataclass(frozen=True)
class Drawn:
    """What a visitor was shown: each element's text in order, the errors among them, and the ids of widgets, by what
    stands on them."""

    elements: tuple[str, ...]
    errors: tuple[str, ...]
    widgets: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def pmids(self) -> list[int]:
        """The records listed, in order."""
        return [int(found) for element in self.elements for found in _PMID.findall(element)]


@contextmanager
def visiting(
    server: Server, cookies: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Iterator["Visitor"]:
    """A session of its own, until the end of the block; with the cookies of a browser, it is signed in as that is."""
    url = server.url.replace("http", "ws", 1) + "/_stcore/stream"
    protocols, sent = [Subprotocol("streamlit")], dict(headers or {})
    if cookies:
        protocols.append(Subprotocol(cookies[XSRF]))
        sent |= {"Origin": server.url, "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    with connect(url, subprotocols=protocols, additional_headers=sent, max_size=None) as socket:
        yield Visitor(socket)


class Visitor:
    """One session: what is asked is answered by a page, drawn whole."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def go(self, fields: Mapping[str, object], page: str = "") -> Drawn:
        """The page at this address."""
        self._at = ClientState(query_string=urlencode(fields), page_name=page)
        return self._run()

    def use(self, *widgets: WidgetState) -> Drawn:
        """The page once these widgets were used there, whether they were drawn or not."""
        return self._run(*widgets)

    def _run(self, *widgets: WidgetState) -> Drawn:
        ask = BackMsg(rerun_script=self._at)
        ask.rerun_script.widget_states.widgets.extend(widgets)
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
        named = (inner for inner in map(_inner, elements) if getattr(inner, "id", "") and getattr(inner, "label", ""))
        widgets = {inner.label: inner.id for inner in named}
        return Drawn(tuple(map(_text, elements)), tuple(errors), widgets)


def press(widget: str) -> WidgetState:
    """A button that is pressed."""
    return WidgetState(id=widget, trigger_value=True)


def write(widget: str, text: str) -> WidgetState:
    """A text that is written into a box."""
    return WidgetState(id=widget, string_value=text)


def _inner(element: Element) -> Any:
    return getattr(element, str(element.WhichOneof("type")))


def _text(element: Element) -> str:
    """An element's HTML; of a widget, what it is and says."""
    kind, inner = element.WhichOneof("type"), _inner(element)
    if kind == "html":
        return _TOOK.sub("", inner.body)
    return f"{kind} {getattr(inner, 'label', '')} {list(getattr(inner, 'options', ()))}"
