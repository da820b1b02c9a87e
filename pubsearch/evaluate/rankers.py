"""What pubsearch is measured beside: BM25 by bm25s, another model, PubMed's own order."""

from collections.abc import Iterable, Sequence

import numpy as np

from pubsearch.entrez.client import Client
from pubsearch.evaluate import encoding
from pubsearch.evaluate.collection import Collection, of_texts
from pubsearch.evaluate.judgements import Queries
from pubsearch.evaluate.runs import DEPTH, Ranker, Run, ranker
from pubsearch.evaluate.texts import Text
from pubsearch.index import models
from pubsearch.index.top import Scores
from pubsearch.topic.progress import Progress

BM25 = "BM25"
PUBMED = "PubMed"
_BATCH = 256


def bm25(texts: Iterable[Text]) -> Ranker:
    """bm25s with its own words, stop list and weights, stemmed: as its README has it, and nothing of pubsearch's words.

    Source: https://github.com/xhluca/bm25s
    """
    import bm25s
    import Stemmer

    stemmer = Stemmer.Stemmer("english")

    def words(contents: list[str]) -> list[list[str]]:
        found: list[list[str]] = bm25s.tokenize(
            contents, stopwords="en", stemmer=stemmer, show_progress=False, return_ids=False
        )
        return found

    tokens = words([text.text for text in texts])
    index = bm25s.BM25()
    if any(tokens):
        index.index(tokens, show_progress=False)

    def scores(text: str) -> Scores:
        asked = words([text])[0]
        if not asked or not any(tokens):
            return np.zeros(len(tokens), np.float32)
        found: Scores = index.get_scores(asked)
        return found

    return scores


def by_model(spec: str, texts: Sequence[Text], progress: Progress) -> Ranker:
    """Another model's meaning alone: SPLADE models as pubsearch reads texts, in windows; dense ones by the cosine, or
    what else they are compared by, of the texts' beginnings.

    Raises:
        UserError: the spec names no model.
        ModelError: the model cannot be had or loaded.
        StoppedError: the progress callback stopped it.
    """
    measured = encoding.load(spec)
    if measured.sparse:
        return ranker(of_texts(spec, texts, models.resolve(models.canonical(spec)), progress), "meaning")
    parts = []
    for first in range(0, len(texts), _BATCH):
        progress(f"Encoding texts by {measured.name}", first, len(texts))
        part = measured.encode([text.text for text in texts[first : first + _BATCH]], "document")
        parts.append(part.toarray())
    progress(f"Encoding texts by {measured.name}", len(texts), len(texts))
    vectors = np.concatenate(parts)

    def scores(text: str) -> Scores:
        found = vectors @ measured.encode([text], "query").toarray()[0]
        # Every text has a place, also one that points the other way.
        above: Scores = (found - found.min() + 1).astype(np.float32)
        return above

    return scores


def pubmed(client: Client, collection: Collection, queries: Queries, progress: Progress) -> Run:
    """PubMed's order by relevance (Best Match) of the first 9,999 records that it finds for each question, written as
    it is into PubMed's box; of these, the collection's records.

    Raises:
        QueryError: PubMed cannot read a question.
        EntrezError: NCBI did not answer as it should.
        StoppedError: the progress callback stopped it.
    """
    known, found = set(collection.ids), {}
    for done, (question, text) in enumerate(queries.items()):
        progress(f"Asking {PUBMED}", done, len(queries))
        pmids = [str(pmid) for pmid in client.esearch(text, by_relevance=True).pmids]
        kept = [pmid for pmid in pmids if pmid in known][:DEPTH]
        found[question] = [(pmid, float(len(kept) - place)) for place, pmid in enumerate(kept)]
    progress(f"Asking {PUBMED}", len(queries), len(queries))
    return Run(PUBMED, found)
