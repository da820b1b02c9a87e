"""Which answer E-utilities give, endpoint by endpoint; their shapes are those of the recorded answers in tests/data."""

import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from tests.eutils.corpus import Corpus
from tests.eutils.esearch import PAST_CAP, esearch
from tests.eutils.exchange import Answer, Request, error, not_spoken
from tests.eutils.history import History
from tests.eutils.summary import document_summary

RECORDED = Path(__file__).parents[1] / "data" / "eutils"

_WHO = {"tool", "email", "api_key", "db"}
_SET = {"id", "WebEnv", "query_key", "retstart", "retmax", "retmode", "rettype"}
_PARAMETERS = {
    "einfo": _WHO | {"retmode"},
    "esearch": _WHO | {"term", "retstart", "retmax", "retmode", "usehistory", "WebEnv", "sort"},
    "efetch": _WHO | _SET,
    "esummary": _WHO | _SET,
    "epost": _WHO | {"id", "WebEnv"},
    "espell": _WHO | {"term"},
    "elink": _WHO | {"dbfrom", "id", "cmd", "linkname", "retmode"},
}
_FETCH_DOCTYPE = (
    '<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20131226/efetch.dtd">'
)
_ARTICLES_DOCTYPE = (
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">'
)
_SUMMARY_DOCTYPE = (
    '<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary v1 20041029//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20041029/esummary-v1.dtd">'
)
_POST_DOCTYPE = (
    '<!DOCTYPE ePostResult PUBLIC "-//NLM//DTD epost 20090526//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20090526/epost.dtd">'
)
_SPELL_DOCTYPE = (
    '<!DOCTYPE eSpellResult PUBLIC "-//NLM//DTD eSpellResult, 23 November 2004//EN"'
    ' "https://www.ncbi.nlm.nih.gov/entrez/query/DTD/eSpell.dtd">'
)
_LINK_DOCTYPE = (
    '<!DOCTYPE eLinkResult PUBLIC "-//NLM//DTD elink 20101123//EN"'
    ' "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20101123/elink.dtd">'
)
_MOST = 10_000
_NEIGHBOURS = 100


class Endpoints:
    """The endpoints over one corpus; call it with a request."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        self.history = History()

    def __call__(self, request: Request) -> Answer:
        """The answer, or 501 for what NCBI can do and this cannot."""
        known = _PARAMETERS.get(request.endpoint)
        if known is None:
            return not_spoken(request.endpoint)
        if unknown := request.params.keys() - known:
            return not_spoken(f"{request.endpoint} with {', '.join(sorted(unknown))}")
        with self.corpus.lock:
            if request.endpoint == "esearch":
                return esearch(request, self.corpus, self.history)
            answer: Answer = getattr(self, f"_{request.endpoint}")(request)
            return answer

    def _einfo(self, request: Request) -> Answer:
        database = request.get("db")
        if database not in ("", "pubmed") or request.get("retmode", "xml") != "xml":
            return not_spoken("einfo for other than PubMed in XML")
        return Answer((RECORDED / "biopython" / ("einfo2.xml" if database else "einfo1.xml")).read_bytes())

    def _efetch(self, request: Request) -> Answer:
        if request.get("retmode", "xml") != "xml" or request.get("rettype"):
            return not_spoken("efetch in other formats than XML")
        pmids = self._set(request, "eFetchResult", _FETCH_DOCTYPE)
        if isinstance(pmids, Answer):
            return pmids
        records = [record.xml for pmid in pmids if (record := self.corpus.sent(pmid))]
        head = f'<?xml version="1.0" ?>\n{_ARTICLES_DOCTYPE}\n<PubmedArticleSet>\n'
        return Answer(head.encode() + b"".join(records) + b"</PubmedArticleSet>")

    def _esummary(self, request: Request) -> Answer:
        if request.get("retmode", "xml") != "xml" or request.get("rettype"):
            return not_spoken("esummary in other formats than XML version 1")
        if not request.ids and not request.get("query_key"):
            return error("eSummaryResult", _SUMMARY_DOCTYPE, "Neither query_key nor id specified")
        pmids = self._set(request, "eSummaryResult", _SUMMARY_DOCTYPE)
        if isinstance(pmids, Answer):
            return pmids
        parts = [
            document_summary(record.xml)
            if (record := self.corpus.summarised(pmid))
            else f"<ERROR>UID={pmid}: cannot get document summary</ERROR>\n"
            for pmid in pmids
        ]
        head = f'<?xml version="1.0" encoding="UTF-8" ?>\n{_SUMMARY_DOCTYPE}\n<eSummaryResult>\n'
        return Answer((head + "\n".join(parts) + "\n</eSummaryResult>\n").encode())

    def _set(self, request: Request, root: str, doctype: str) -> Sequence[int] | Answer:
        """The PMIDs that a request is about, from its ids or from history."""
        retstart, retmax = request.number("retstart", 0), request.number("retmax", _MOST)
        if request.get("WebEnv"):
            pmids = self.history.get(request.get("WebEnv"), request.get("query_key"))
            if pmids is None:
                return error(root, doctype, f"Unable to obtain query #{request.get('query_key')}", status=400)
            if retstart >= _MOST - 1:
                said = "Search backend cannot retrieve history data. Reason: " + PAST_CAP.replace("\n", " ")
                return error(root, doctype, said, status=400)
            if retstart >= len(pmids):
                return error(root, doctype, "Cannot retrieve history data: OUT OF RANGE", status=400)
        else:
            pmids = request.pmids
            if not pmids:
                return error(root, doctype, "ID list is empty! Possibly it has no correct IDs.", status=400)
        return pmids[retstart : retstart + min(retmax, _MOST)]

    def _epost(self, request: Request) -> Answer:
        if request.get("db") != "pubmed":
            return error("ePostResult", _POST_DOCTYPE, f"Invalid db name specified: {request.get('db')}")
        if not request.pmids:
            return error("ePostResult", _POST_DOCTYPE, "Empty ID list; Nothing to store")
        web_env, query_key = self.history.put(request.pmids, request.get("WebEnv"))
        body = f"\t<QueryKey>{query_key}</QueryKey>\n\t<WebEnv>{web_env}</WebEnv>\n"
        head = f'<?xml version="1.0" encoding="UTF-8" ?>\n{_POST_DOCTYPE}'
        return Answer(f"{head}<ePostResult>\n{body}</ePostResult>\n".encode())

    def _espell(self, request: Request) -> Answer:
        query = request.get("term")
        corrected, spelled, kept = "", "", ""
        for piece in re.findall(r"\w+|\W+", query):
            word = self._spelled(piece)
            if word == piece:
                kept += piece
            else:
                spelled += f"<Original>{escape(kept)}</Original><Replaced>{escape(word)}</Replaced>"
                kept = ""
            corrected += word
        if spelled and kept:
            spelled += f"<Original>{escape(kept)}</Original>"
        body = (
            f'<?xml version="1.0"?>\n{_SPELL_DOCTYPE}\n<eSpellResult>\n\t<Database>pubmed</Database>\n'
            f"\t<Query>{escape(query)}</Query>\n"
            f"\t<CorrectedQuery>{escape(corrected) if spelled else ''}</CorrectedQuery>\n"
            f"\t<SpelledQuery>{spelled}</SpelledQuery>\n\t<ERROR/>\n</eSpellResult>\n"
        )
        return Answer(body.encode())

    def _spelled(self, word: str) -> str:
        """The closest word that a record has, where no record has this one."""
        if not word.isalpha() or word.casefold() in self.corpus.in_text:
            return word
        return next(iter(difflib.get_close_matches(word.casefold(), self.corpus.in_text, n=1)), word)

    def _elink(self, request: Request) -> Answer:
        command, link = request.get("cmd", "neighbor"), request.get("linkname", "pubmed_pubmed")
        if command not in ("neighbor", "neighbor_score") or link != "pubmed_pubmed":
            return not_spoken("elink other than similar articles")
        # ids in parameters of their own get a set each; ids in one, a set together
        sets = "".join(
            self._link_set([int(part) for part in value.split(",") if part.isdecimal()], command == "neighbor_score")
            for value in request.params.get("id", ())
        )
        head = f'<?xml version="1.0" encoding="UTF-8" ?>\n{_LINK_DOCTYPE}\n<eLinkResult>\n'
        return Answer(f"{head}{sets}</eLinkResult>\n".encode())

    def _link_set(self, pmids: Sequence[int], with_score: bool) -> str:
        scores: dict[int, int] = {}
        for pmid in pmids:
            if pmid in self.corpus.records:
                for other, score in self.corpus.alike(pmid):
                    scores[other] = max(score, scores.get(other, 0))
        best = sorted(scores.items(), key=lambda pair: -pair[1])[:_NEIGHBOURS]
        links = "".join(
            f"<Link><Id>{pmid}</Id>{f'<Score>{score}</Score>' if with_score else ''}</Link>\n" for pmid, score in best
        )
        found = (
            f"<LinkSetDb><DbTo>pubmed</DbTo><LinkName>pubmed_pubmed</LinkName>\n{links}</LinkSetDb>" if links else ""
        )
        ids = "".join(f"<Id>{pmid}</Id>" for pmid in pmids)
        return f"<LinkSet><DbFrom>pubmed</DbFrom><IdList>{ids}</IdList>{found}</LinkSet>\n"
