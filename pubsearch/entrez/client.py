"""NCBI's E-utilities (https://www.ncbi.nlm.nih.gov/books/NBK25499/) through Bio.Entrez.

Biopython sends; what it leaves open is closed here: pace, time limits, repeats, and which error each fault is. Answers
are read with lxml without DTD, entities or network, because `Bio.Entrez.read` fetches a DTD that it does not know.
"""

import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from lxml import etree
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from pubsearch.entrez import faults, tags, transport
from pubsearch.entrez.pace import Clock, Pace, shared_file
from pubsearch.errors import QueryError, UserError
from pubsearch.settings import NCBI_EUTILS_URL, Settings

MAX_PMIDS = 9_999
"""ESearch gives at most this many PMIDs of a PubMed query (since November 2022)."""

TRIES = 4
_CHUNK = 1 << 16
# ESummary's answer for a PMID that is no more, beside the summaries of others
_NO_SUMMARY = re.compile(r"UID=(\d+): cannot get document summary")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What ESearch says of a query: its first PMIDs of `count`, newest first, and warnings: NCBI's in its words, and
    of what it passes over in silence in ours."""

    count: int
    pmids: tuple[int, ...]
    query_translation: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    """The state of PubMed that answers come from: its build, last update ("2025/11/27 06:33") and number of records."""

    build: str
    last_update: str
    count: int


class Client:
    """PubMed's E-utilities at `url`; threads may share one.

    Every method raises QueryError or UserError where the user asked for what cannot be, and EntrezError where NCBI or
    the network failed `TRIES` times. E-mail and API key travel in request bodies alone and are in no error and no log.
    """

    def __init__(
        self, settings: Settings, *, clock: Clock = time, timeout: float = 60.0, deadline: float = 600.0
    ) -> None:
        """Set up, ask nothing.

        Args:
            settings: where to ask, and as whom
            clock: what pace and waiting go by
            timeout: seconds that the server may be silent
            deadline: seconds that one answer may take to arrive
        """
        self.url = settings.eutils_url.rstrip("/")
        try:
            parts = urlsplit(self.url)
            plain = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            plain = False
        # what stands there is kept with every run
        if not plain or "@" in parts.netloc or parts.query or parts.fragment:
            raise UserError(
                f"PUBSEARCH_EUTILS_URL must be an address such as {NCBI_EUTILS_URL}, without a password and without ?…"
            )
        key = settings.ncbi_api_key.get_secret_value().strip() if settings.ncbi_api_key else ""
        email = (settings.email or "").strip()
        self._host = parts.hostname or ""
        self._secrets = [secret for secret in (key, email) if secret]
        self._clock = clock
        self._deadline = deadline
        # NCBI counts by key, or else by address; a test's own clock is no other process's
        shared = shared_file(f"{parts.netloc}|{key or 'no key'}") if clock is time else None
        pace = Pace(10 if key else 3, clock, shared)
        self._entrez = transport.entrez(url=self.url, email=email, api_key=key or None, timeout=timeout, wait=pace.wait)

    def esearch(self, term: str, *, retmax: int = MAX_PMIDS, by_relevance: bool = False) -> SearchAnswer:
        """Search PubMed for `term`; `retmax=0` counts only, and more than MAX_PMIDS are never given.

        PMIDs come newest first, or with `by_relevance` in the order of PubMed's Best Match.
        """
        if not term.strip():
            raise QueryError("The query is empty; write what to look for.")
        guessed = tags.check(term)
        order = {"sort": "relevance"} if by_relevance else {}
        _, root = self._ask("esearch", "eSearchResult", db="pubmed", term=term, retmax=retmax, **order)
        return SearchAnswer(
            count=_number(root, "Count"),
            pmids=tuple(_number(element, ".") for element in root.iterfind("IdList/Id")),
            query_translation=root.findtext("QueryTranslation", ""),
            warnings=guessed + tuple(_warning(element) for element in root.xpath("ErrorList/* | WarningList/*")),
        )

    def efetch(self, pmids: Sequence[int]) -> bytes:
        """The records of `pmids` (at least one) as NCBI sends them: a whole, well-formed PubmedArticleSet.

        Records that NCBI does not have, or no longer, are left out of it without a word.
        """
        body, _ = self._ask("efetch", "PubmedArticleSet", db="pubmed", id=",".join(map(str, pmids)), retmode="xml")
        return body

    def esummary(self, pmids: Sequence[int]) -> dict[int, int | None]:
        """Under which PMID PubMed has each of `pmids` now, and None where it has it no longer.

        A PMID that was merged is missing in the answer to several, for NCBI sends the summary of the other one; asked
        for alone, it is there with that one.
        """
        _, root = self._ask("esummary", "eSummaryResult", db="pubmed", id=",".join(map(str, pmids)))
        gone = (_NO_SUMMARY.search(element.text or "") for element in root.iter("ERROR"))
        now: dict[int, int | None] = {int(said[1]): None for said in gone if said}
        for summary in root.iterfind("DocSum"):
            pmid = _number(summary, "Id")
            current = summary.findtext("Item[@Name='ArticleIds']/Item[@Name='pubmed']", "")
            now[pmids[0] if len(pmids) == 1 else pmid] = int(current) if current.isdigit() else pmid
        return now

    def elink(self, pmid: int) -> dict[int, int]:
        """PubMed's similar articles to `pmid` with NCBI's scores, which only compare; `pmid` itself is mostly one."""
        _, root = self._ask(
            "elink",
            "eLinkResult",
            dbfrom="pubmed",
            db="pubmed",
            id=pmid,
            linkname="pubmed_pubmed",
            cmd="neighbor_score",
        )
        links = root.iterfind("LinkSet/LinkSetDb[LinkName='pubmed_pubmed']/Link")
        return {_number(link, "Id"): _number(link, "Score") for link in links}

    def espell(self, term: str) -> str:
        """`term` as PubMed would spell it; empty where it would not change it."""
        if not term.strip():
            raise QueryError("The query is empty; write what to look for.")
        _, root = self._ask("espell", "eSpellResult", db="pubmed", term=term)
        return str(root.findtext("CorrectedQuery", ""))

    def einfo(self) -> DatabaseInfo:
        """What state PubMed is in now."""
        _, root = self._ask("einfo", "eInfoResult", db="pubmed")
        return DatabaseInfo(
            build=root.findtext("DbInfo/DbBuild", ""),
            last_update=root.findtext("DbInfo/LastUpdate", ""),
            count=_number(root, "DbInfo/Count"),
        )

    def _ask(self, function: str, root: str, **parameters: object) -> tuple[bytes, Any]:
        """What Bio.Entrez's `function` gets, once it is a whole document with this root element: bytes and tree."""
        retrying = Retrying(
            retry=retry_if_exception_type(faults.TransientError),
            stop=stop_after_attempt(TRIES),
            wait=_patience,
            sleep=self._clock.sleep,
            before_sleep=_log_fault,
            reraise=True,
        )
        return retrying(self._ask_once, function, root, parameters)

    def _ask_once(self, function: str, expected: str, parameters: dict[str, object]) -> tuple[bytes, Any]:
        try:
            with getattr(self._entrez, function)(**parameters) as response:
                # Biopython hides the bytes of what says that it is plain text
                body = self._read(getattr(response, "buffer", response))
        except HTTPError as error:
            raise self._refusal(error) from error
        except (OSError, HTTPException) as error:
            raise faults.no_connection(self._host, getattr(error, "reason", error)) from error
        # a new parser for each: lxml's are not for several threads at once
        parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False)
        try:
            root = etree.fromstring(body, parser)
        except etree.XMLSyntaxError as error:
            raise faults.unreadable() from error
        for element in root.iter("ERROR"):
            if element.text and element.text.strip() and not _NO_SUMMARY.search(element.text):
                raise faults.of_text(self._without_secrets(element.text))
        if root.tag != expected:
            raise faults.unreadable()
        return body, root

    def _read(self, response: Any) -> bytes:
        """The whole body; TimeoutError where it comes too slowly to be waited for."""
        parts, start = [], self._clock.monotonic()
        while part := response.read1(_CHUNK):
            parts.append(part)
            if self._clock.monotonic() - start > self._deadline:
                raise TimeoutError
        return b"".join(parts)

    def _refusal(self, refused: HTTPError) -> Exception:
        with refused:
            try:
                body = self._read(refused)
            except (OSError, HTTPException):
                body = b""
        text = self._without_secrets(body.decode("utf-8", "replace"))
        return faults.of_status(refused.code, text, refused.headers.get("Retry-After"))

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return text


def _patience(state: RetryCallState) -> float:
    """Seconds before the next try: 1, 2, 4, or what NCBI asked for if that is longer."""
    fault = state.outcome.exception() if state.outcome else None
    asked = fault.retry_after if isinstance(fault, faults.TransientError) else 0.0
    return max(asked, 2.0 ** (state.attempt_number - 1))


def _log_fault(state: RetryCallState) -> None:
    log.warning("%s (try %d of %d)", state.outcome.exception() if state.outcome else "", state.attempt_number, TRIES)


def _number(root: Any, path: str) -> int:
    text = root.findtext(path, "")
    if not text.isdigit():
        raise faults.unreadable()
    return int(text)


def _warning(element: Any) -> str:
    """`<PhraseNotFound>abcXYZ</PhraseNotFound>` as "Phrase not found: abcXYZ"; messages as they are."""
    text = (element.text or "").strip()
    if element.tag == "OutputMessage":
        return text
    kind = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", element.tag).capitalize()
    return f"{kind}: {text}"
