"""What E-utilities answer when they do not answer, and which error each of it is.

NCBI's failures come as HTTP status, as `<ERROR>` inside HTTP 200, as a page of HTML, or as a body that breaks off.
`TransientError` marks those that go away by themselves; the others stay, however often one asks.
"""

import email.utils
import re
from datetime import UTC, datetime

from pubsearch.errors import EntrezError, PubsearchError, QueryError, UserError

LONGEST_WAIT = 120.0
"""Seconds: where NCBI asks for more patience than this, the user is told instead of kept waiting."""

_QUOTED = 200
# said of the request itself, so that asking again gives the same
_PERMANENT = re.compile(r"invalid db name|cannot be larger than|id list is empty|no correct ids", re.IGNORECASE)


class TransientError(EntrezError):
    """A failure that asking again may cure; `retry_after` is NCBI's own wish, in seconds."""

    def __init__(self, message: str, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


def no_connection(host: str, reason: object) -> TransientError:
    """No connection, or one that failed: name lookup, refusal, reset, time limit, a body that broke off."""
    if isinstance(reason, TimeoutError):
        return TransientError(f"NCBI's E-utilities at {host} did not answer in time; try again in some minutes.")
    return TransientError(
        f"The connection to NCBI's E-utilities at {host} failed ({reason}); check the network, or PUBSEARCH_EUTILS_URL."
    )


def of_status(status: int, text: str, retry_after: str | None) -> PubsearchError:
    """The error for an HTTP status that is not 200; `text` is the body, without secrets."""
    if status == 429 or status >= 500:
        seconds = _seconds(retry_after)
        if seconds > LONGEST_WAIT:
            return EntrezError(f"NCBI takes no requests for {seconds:.0f} seconds (HTTP {status}); go on after that.")
        if status >= 500:
            return TransientError(f"NCBI's E-utilities failed (HTTP {status}); try again in some minutes.", seconds)
        return TransientError(
            "NCBI has had too many requests from this address; wait a minute, or set NCBI_API_KEY to be allowed more.",
            seconds,
        )
    if "API key invalid" in text:
        # NCBI's text repeats the key
        return UserError("NCBI does not know the API key in NCBI_API_KEY; correct it, or leave it out.")
    said = re.search(r"<ERROR>(.*?)</ERROR>", text, re.DOTALL)
    if said:
        return of_text(said[1])
    return EntrezError(f"NCBI's E-utilities refused the request (HTTP {status}); check PUBSEARCH_EUTILS_URL.")


def _seconds(retry_after: str | None) -> float:
    """What a Retry-After header asks for, in seconds or as an HTTP date; 0 where it asks for nothing that can be read.

    https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
    """
    asked = (retry_after or "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        until = email.utils.parsedate_to_datetime(asked)
    except (ValueError, OverflowError):
        return 0.0
    # a date that names no zone is in GMT
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def of_text(said: str) -> PubsearchError:
    """The error for the text of an `<ERROR>` element, without secrets."""
    words = " ".join(said.split())
    if "empty term" in words.lower():
        return QueryError("PubMed sees nothing to search for in this query; write at least one word.")
    if len(words) > _QUOTED:
        words = words[:_QUOTED] + "…"
    if _PERMANENT.search(said):
        return EntrezError(f"NCBI refused the request: “{words}”; please report this as an error of pubsearch.")
    # an unreadable query, such as "((", gets the same words as a fault
    return TransientError(
        f"NCBI could not answer: “{words}”; try again in some minutes, and check the query's parentheses if it stays."
    )


def unreadable() -> TransientError:
    """A body that is not the answer that was asked for: broken off, or a page for people."""
    return TransientError(
        "NCBI sent something other than the data that was asked for (a notice, or an answer that breaks off);"
        " try again in some minutes."
    )
