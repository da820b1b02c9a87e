"""Who may write: create, fetch, build, cancel and delete. Everybody else reads.

Where sign-in is configured, the librarians that PUBSEARCH_LIBRARIANS names. Where it is not, whoever sits at this
machine, and nobody once the page is served to others too. docs/operators.md tells how.
"""

from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

import streamlit as st

from pubsearch.errors import UserError
from pubsearch.settings import Settings
from pubsearch.ui import signin

AT_THIS_MACHINE = "this machine"
FOREIGN = "This connection comes from another site: open the page by its own address."
NOT_SIGNED_IN = "Sign in to change anything."
SERVED_TO_OTHERS = (
    "This page is served to others without sign-in, so that it only reads: use the command line, or configure sign-in "
    "and name the librarians in PUBSEARCH_LIBRARIANS."
)
# Whoever came through a proxy does not sit here, though the proxy may.
_OF_PROXIES = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"}


def may_write() -> bool:
    """Whether this visitor may change topics; what is drawn goes by it, what is done by `require_writer`."""
    try:
        require_writer()
    except UserError:
        return False
    return True


def require_writer() -> str:
    """Who wants to write, for the record: an e-mail address, or `AT_THIS_MACHINE`; to be called as it is done.

    Raises:
        UserError: this visitor only reads.
    """
    headers = {name.lower(): value for name, value in st.context.headers.items()}
    if not is_same_origin(headers):
        raise UserError(FOREIGN)
    if signin.is_configured():
        if not signin.is_member():
            raise UserError(NOT_SIGNED_IN)
        email = signin.verified_email()
        if not signin.admits(Settings().librarians, email):
            raise UserError(f"{email or 'This account'} only reads here: PUBSEARCH_LIBRARIANS names who may write.")
        return email
    names = [str(st.get_option("server.address")), *(st.get_option("server.allowedHosts") or ["*"])]
    if st.context.ip_address is not None or not is_at_this_machine(names, headers):
        raise UserError(SERVED_TO_OTHERS)
    return AT_THIS_MACHINE


def is_same_origin(headers: Mapping[str, str]) -> bool:
    """Whether a WebSocket was opened by this page, or by no browser; `headers` have lower-case names.

    Streamlit takes any port of localhost for its own (RFC 6454 does not), and so may a page of another program be.
    """
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def is_at_this_machine(names: Sequence[str], headers: Mapping[str, str]) -> bool:
    """Whether a server that listens on and answers to `names` is for this machine alone, and no proxy is between."""
    return all(map(_is_loopback, names)) and _OF_PROXIES.isdisjoint(headers)


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False
