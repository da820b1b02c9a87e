"""ESearch: a query's count, its newest PMIDs up to the cap, and how it was read, as XML or JSON.

By relevance, those with most of the query's words in the title come first: Best Match itself is known to NCBI alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tests.eutils.corpus import Corpus
from tests.eutils.exchange import JSON, Answer, Request, error, not_spoken
from tests.eutils.history import History
from tests.eutils.query import Found, evaluate

ROOT = "eSearchResult"
DOCTYPE = (
    '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">'
)
CAP = 9_999
PAST_CAP = (
    f"Exception:\n'retstart' cannot be larger than {CAP - 1}. For PubMed, ESearch can only retrieve the first 9,999"
    " records matching the query. To obtain more than 9,999 PubMed records, consider using EDirect that contains"
    " additional logic to batch PubMed search results automatically so that an arbitrary number can be retrieved. For"
    " details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
EMPTY = "Empty term and query_key - nothing todo"
NOTHING_IN_IT = "Search Backend failed: An error occurred while processing request. Details: Empty Term in the request"


@dataclass(frozen=True, slots=True)
class Result:
    """What both formats say."""

    found: Found
    pmids: Sequence[int]
    retstart: int
    messages: Sequence[str]
    place: tuple[str, str] | None


def esearch(request: Request, corpus: Corpus, history: History) -> Answer:
    """Answer one search."""
    as_json = request.get("retmode") == "json"
    if request.get("db") != "pubmed":
        return _refuse(f"Invalid db name specified: {request.get('db')}", as_json)
    term = request.get("term")
    if not term.strip():
        return _refuse(EMPTY, as_json)
    found = evaluate(term, corpus)
    if found.empty:
        return _refuse(NOTHING_IN_IT, as_json)
    retstart, retmax = request.number("retstart", 0), request.number("retmax", 20)
    if retstart >= CAP:
        return _refuse(f"Search Backend failed: {PAST_CAP}", as_json)
    messages = []
    if retstart + retmax > CAP:
        retmax = CAP - retstart
        messages.append(f"Restrictions achieved. start and count adjusted to {retstart}, {retmax}")
    if not found.pmids:
        messages.append("No items found.")
    keeps = request.get("usehistory") == "y"
    number = CAP if keeps else retstart + retmax
    if request.get("sort") == "relevance":
        ordered = corpus.titled(found.pmids, term.lower().split())[:number]
    elif request.get("sort"):
        return not_spoken(f"esearch sorted by {request.get('sort')}")
    else:
        ordered = corpus.newest(found.pmids, number)
    place = history.put(ordered, request.get("WebEnv")) if keeps else None
    result = Result(found, ordered[retstart : retstart + retmax], retstart, messages, place)
    return _json(result) if as_json else _xml(result)


def _refuse(said: str, as_json: bool) -> Answer:
    if not as_json:
        return error(ROOT, DOCTYPE, said)
    body = json.dumps(_envelope({"ERROR": said}), separators=(",", ":"))
    # NCBI leaves a line break in the text as it is, so that this one is no valid JSON
    return Answer((body.replace("\\n", "\n") + "\n").encode(), content_type=JSON)


def _xml(result: Result) -> Answer:
    found = result.found
    place = f"<QueryKey>{result.place[1]}</QueryKey><WebEnv>{result.place[0]}</WebEnv>" if result.place else ""
    ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in result.pmids)
    errors = _elements("PhraseNotFound", found.phrases_not_found)
    warnings = _elements("QuotedPhraseNotFound", found.quoted_not_found) + _elements("OutputMessage", result.messages)
    body = (
        f'<?xml version="1.0" encoding="UTF-8" ?>\n{DOCTYPE}\n'
        f"<eSearchResult><Count>{len(found.pmids)}</Count><RetMax>{len(result.pmids)}</RetMax>"
        f"<RetStart>{result.retstart}</RetStart>{place}"
        + (f"<IdList>\n{ids}</IdList>" if ids else "<IdList/>")
        + f"<TranslationSet/><QueryTranslation>{escape(found.translation)}</QueryTranslation>"
        + (f"<ErrorList>{errors}</ErrorList>" if errors else "")
        + (f"<WarningList>{warnings}</WarningList>" if warnings else "")
        + "</eSearchResult>\n"
    )
    return Answer(body.encode())


def _json(result: Result) -> Answer:
    found = result.found
    inner: dict[str, object] = {
        "count": str(len(found.pmids)),
        "retmax": str(len(result.pmids)),
        "retstart": str(result.retstart),
    }
    if result.place:
        inner |= {"querykey": result.place[1], "webenv": result.place[0]}
    inner |= {"idlist": list(map(str, result.pmids)), "translationset": [], "querytranslation": found.translation}
    if found.phrases_not_found:
        inner["errorlist"] = {"phrasesnotfound": found.phrases_not_found, "fieldsnotfound": []}
    if found.quoted_not_found or result.messages:
        inner["warninglist"] = {
            "phrasesignored": [],
            "quotedphrasesnotfound": found.quoted_not_found,
            "outputmessages": result.messages,
        }
    return Answer(json.dumps(_envelope(inner), separators=(",", ":")).encode(), content_type=JSON)


def _envelope(inner: dict[str, object]) -> dict[str, object]:
    return {"header": {"type": "esearch", "version": "0.3"}, "esearchresult": inner}


def _elements(tag: str, texts: Sequence[str]) -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)
