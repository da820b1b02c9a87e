"""How much words should count beside meaning: tried on a person's own judgements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import ir_measures
from ir_measures import Qrel, R, ScoredDoc, nDCG

from pubsearch.errors import TopicError, UserError
from pubsearch.index import encoder, models
from pubsearch.index.encoder import Encoder
from pubsearch.index.top import top
from pubsearch.search.judgements import Qrels, Queries
from pubsearch.search.ranking import query_vector
from pubsearch.topic.progress import Progress, silent
from pubsearch.topic.topic import Topic
from pubsearch.topic.version import Version

WEIGHTS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
DEPTH = 100
# With fewer questions, the best weight is as much chance as merit.
ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Quality:
    """How well one weight ranks: the means of nDCG@10 and of recall@100 over all questions, from 0 to 1."""

    weight: float
    ndcg: float
    recall: float


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was tried and what is best: the highest nDCG@10, of equal ones the lowest weight.

    `questions` counts those that were used; `unanswered` those that were left out, for none of the topic's records is
    judged relevant for them. `absent` counts the judged records that the topic has not.
    """

    questions: int
    unanswered: int
    absent: int
    tried: tuple[Quality, ...]
    best: Quality


def tune(topic: Topic, queries: Queries, qrels: Qrels, progress: Progress = silent) -> Tuning:
    """Ranks the topic's records for each question with each of `WEIGHTS`; the topic stays as it is.

    Raises:
        UserError: no question has a record of the topic that is judged relevant.
        TopicError: the topic has no version yet.
        VersionError: the served version is damaged.
        ModelError: the model that made it cannot be had.
        StoppedError: the progress callback stopped it.
    """
    name = topic.served()
    if name is None:
        raise TopicError(f"Topic {topic.name} has no index yet: run pubsearch build {topic.name}")
    version = topic.open(name)
    made = version.manifest.model
    splade = encoder.load(models.resolve(made.name, fingerprint=made.fingerprint, revision=made.revision))
    pmids = {pmid for judged in qrels.values() for pmid in judged}
    rows = {pmid: row for pmid in pmids if (row := version.catalogue.row(pmid)) is not None}
    judged = [
        Qrel(question, str(rows[pmid]), grade)
        for question, grades in qrels.items()
        for pmid, grade in grades.items()
        if question in queries and pmid in rows
    ]
    answered = sorted({each.query_id for each in judged if each.relevance > 0})
    if not answered:
        raise UserError(
            f"No question has a record of topic {topic.name} that is judged relevant: see that both files have the "
            "same question ids and that the judgements hold PMIDs."
        )
    used = {question: queries[question] for question in answered}
    judged = [each for each in judged if each.query_id in used]
    tried = []
    for done, weight in enumerate(WEIGHTS):
        progress("Trying weights", done, len(WEIGHTS))
        found = ir_measures.calc_aggregate([nDCG @ 10, R @ DEPTH], judged, _run(used, weight, splade, version))
        tried.append(Quality(weight, found[nDCG @ 10], found[R @ DEPTH]))
    progress("Trying weights", len(WEIGHTS), len(WEIGHTS))
    return Tuning(
        questions=len(used),
        unanswered=len(queries) - len(used),
        absent=len(pmids) - len(rows),
        tried=tuple(tried),
        best=max(tried, key=lambda quality: (quality.ndcg, -quality.weight)),
    )


def _run(queries: Mapping[str, str], weight: float, splade: Encoder, version: Version) -> Iterator[ScoredDoc]:
    """The best rows of each question; their places stand for scores, so that ties stay in pubsearch's order."""
    for question, text in queries.items():
        vector = query_vector(text, "both", weight, splade, version.words)
        for place, row in enumerate(top(version.postings.scores(vector.terms, vector.weights), DEPTH)):
            yield ScoredDoc(question, str(row), -float(place))
