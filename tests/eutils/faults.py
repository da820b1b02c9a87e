"""What can go wrong between PubMed and its reader: a catalogue of faults, each to be injected at any request.

The words are NCBI's where they are recorded (tests/data/eutils/errors.json).
"""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from tests.eutils import delivery
from tests.eutils.clock import ManualClock
from tests.eutils.corpus import Corpus
from tests.eutils.exchange import HTML, JSON, XML, Answer, Delivery, Endpoint, Request, error
from tests.eutils.fixture import ERRORS
from tests.eutils.records import RECORD

Strike = Callable[[Request, Endpoint, Corpus], Answer]

_ROOTS = {
    "einfo": "eInfoResult",
    "esearch": "eSearchResult",
    "efetch": "eFetchResult",
    "esummary": "eSummaryResult",
    "epost": "ePostResult",
    "espell": "eSpellResult",
    "elink": "eLinkResult",
}
EVERY = frozenset(_ROOTS)
SEARCH = frozenset({"esearch"})
FETCH = frozenset({"efetch"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to go wrong, at requests to one of `endpoints`.

    `cured` is True where the same request, sent again, gets what is right, so that a run which tries again is
    complete. Where it is False, either `change` is empty and the request is refused for good, or `change` says what
    is now true of a record, and a run is complete that says so of it. `strike` makes the answer.
    """

    name: str
    strike: Strike
    endpoints: frozenset[str] = EVERY
    cured: bool = True
    change: Literal["", "added", "deleted", "merged", "withheld"] = ""


def slow(clock: ManualClock, seconds: float = 60.0) -> Fault:
    """A body that comes byte by byte, each `seconds` of `clock` after the last, and never ends."""
    return Fault("slow body", _delivered(delivery.drip(clock, seconds)))


def _answered(body: bytes, status: int = 200, content_type: str = HTML, **headers: str) -> Strike:
    answer = Answer(body, status, content_type, {name.replace("_", "-"): value for name, value in headers.items()})
    return lambda _request, _proceed, _corpus: answer


def _recorded(name: str, content_type: str = XML, **headers: str) -> Strike:
    return _answered(ERRORS[name]["body"].encode(), ERRORS[name]["status"], content_type, **headers)


def _delivered(how: Delivery) -> Strike:
    return lambda request, proceed, _corpus: replace(proceed(request), delivery=how)


def _said(text: str, status: int = 200) -> Strike:
    return lambda request, _proceed, _corpus: error(_ROOTS[request.endpoint], "", text, status=status)


def _page(title: str, text: str) -> bytes:
    return (
        f"<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n"
        f"<body>\n<h1>{title}</h1>\n<p>{text}</p>\n</body>\n</html>\n"
    ).encode()


def _half(request: Request, proceed: Endpoint, _corpus: Corpus) -> Answer:
    answer = proceed(request)
    return replace(answer, body=answer.body[: len(answer.body) // 2])


def _half_of_gzip(request: Request, proceed: Endpoint, _corpus: Corpus) -> Answer:
    answer = proceed(request)
    packed = gzip.compress(answer.body)
    return replace(answer, body=packed[: len(packed) // 2], headers={**answer.headers, "Content-Encoding": "gzip"})


def _rearranged(change: Callable[[list[bytes]], list[bytes]]) -> Strike:
    """The PubmedArticleSet with other records, or with the same ones otherwise."""

    def strike(request: Request, proceed: Endpoint, _corpus: Corpus) -> Answer:
        answer = proceed(request)
        places = list(RECORD.finditer(answer.body))
        if not places:
            return answer
        head, tail = answer.body[: places[0].start()], answer.body[places[-1].end() :]
        return replace(answer, body=head + b"".join(change([place[0] for place in places])) + tail)

    return strike


def _before(change: Callable[[Corpus, int], None]) -> Strike:
    """Change the first record that is asked for and that the server would send; then answer."""

    def strike(request: Request, proceed: Endpoint, corpus: Corpus) -> Answer:
        with corpus.lock:
            pmid = next((pmid for pmid in request.pmids if corpus.sent(pmid)), None)
            if pmid is not None:
                change(corpus, pmid)
        return proceed(request)

    return strike


def _after(change: Callable[[Corpus, int], None]) -> Strike:
    """Answer; then change the first record that the answer names, or the newest where it names none."""

    def strike(request: Request, proceed: Endpoint, corpus: Corpus) -> Answer:
        answer = proceed(request)
        named = re.search(rb"<Id>(\d+)</Id>", answer.body)
        with corpus.lock:
            if corpus.pmids:
                change(corpus, int(named[1]) if named else corpus.pmids[-1])
        return answer

    return strike


def _merge(corpus: Corpus, pmid: int) -> None:
    into = next((other for other in reversed(corpus.pmids) if other != pmid), None)
    if into is not None:
        corpus.merge(pmid, into)


def _add_another(corpus: Corpus, pmid: int) -> None:
    """A record that is found by what finds this one, under the next free PMID."""
    record, new = corpus.records[pmid], corpus.pmids[-1] + 1
    xml = record.xml
    for place in (b">%d</PMID>", b'IdType="pubmed">%d<'):
        xml = xml.replace(place % pmid, place % new, 1)
    corpus.put(replace(record, pmid=new, xml=xml))


TOO_MANY_REQUESTS = Fault(
    "429 with Retry-After", _recorded("too_many_requests", JSON, Retry_After="2", X_RateLimit_Limit="3")
)
TOO_MANY_REQUESTS_UNTIMED = Fault("429", _recorded("too_many_requests", JSON))
SERVER_ERROR = Fault("500", _recorded("server_error", HTML))
BAD_GATEWAY = Fault("502", _answered(_page("502 Bad Gateway", "The proxy server received an invalid response."), 502))
UNAVAILABLE = Fault("503", _answered(_page("503 Service Unavailable", "Please try again later."), 503))
GATEWAY_REFUSAL = Fault(
    "400 of a gateway", _answered(_page("400 Bad Request", "Your browser sent an invalid request."), 400), cured=False
)
URI_TOO_LONG = Fault(
    "414 of a gateway",
    # recorded in the tests of ropensci/fulltext (2020-07-01), shortened
    _answered(
        _page(
            "Submitted URI too large!",
            "The length of the requested URL exceeds the capacity limit for this server."
            " The request cannot be processed.",
        ),
        414,
    ),
    cured=False,
)
VIEWER_TIMEOUT = Fault("400 with ERROR", _recorded("viewer_timeout"), FETCH)
# one of the texts that kblin/ncbi-entrez-error-messages has collected
ERROR_IN_200 = Fault("ERROR in 200", _said("Resource temporarily unavailable"))
MAINTENANCE = Fault(
    "maintenance page in 200", _answered(_page("NCBI", "This service is down for maintenance. Please try again later."))
)
BACKEND_FAILED = Fault("Search Backend failed", _recorded("backend_failed"), SEARCH)
HISTORY_EXPIRED = Fault("WebEnv expired", _recorded("history_expired"), FETCH)
OUT_OF_RANGE = Fault("history out of range", _said("Cannot retrieve history data: OUT OF RANGE", 400), FETCH)
CUT = Fault("body cut short of its length", _delivered(delivery.cut))
CUT_XML = Fault("XML cut, HTTP whole", _half)
CUT_GZIP = Fault("gzip cut", _half_of_gzip)
RESET = Fault("connection reset", _delivered(delivery.reset))
RESET_IN_BODY = Fault("connection reset in the body", _delivered(delivery.reset_in_body))
HANG = Fault("hang", _delivered(delivery.hang))
EMPTY = Fault("empty PubmedArticleSet", _rearranged(lambda _records: []), FETCH)
ONE_MISSING = Fault("a record missing once", _rearranged(lambda records: records[1:]), FETCH)
WITHHELD = Fault("a record missing for good", _before(Corpus.withhold), FETCH, cured=False, change="withheld")
DOUBLED = Fault("records doubled", _rearranged(lambda records: [*records, *records]), FETCH)
REORDERED = Fault("records in another order", _rearranged(lambda records: records[::-1]), FETCH)
DELETED = Fault("a PMID deleted", _before(Corpus.delete), FETCH, cured=False, change="deleted")
MERGED = Fault("a PMID merged", _before(_merge), FETCH, cured=False, change="merged")
COUNT_GROWS = Fault("a record added after the search", _after(_add_another), SEARCH, change="added")
COUNT_SHRINKS = Fault("a record deleted after the search", _after(Corpus.delete), SEARCH, cured=False, change="deleted")

FAULTS = tuple(fault for fault in list(globals().values()) if isinstance(fault, Fault))
"""All of them but `slow`, which needs a clock."""
