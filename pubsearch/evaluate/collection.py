"""Texts that are ranked by meaning, words or both: those of a topic's served version, or any others alike."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pubsearch.evaluate.judgements import Judged
from pubsearch.evaluate.texts import Text, known_items
from pubsearch.index import encoder, models, postings, vocabulary
from pubsearch.index.bm25 import WordCounts
from pubsearch.index.encoder import Encoder
from pubsearch.index.models import Model
from pubsearch.index.postings import Postings
from pubsearch.index.rows import RowMatrix, Rows, RowsWriter
from pubsearch.index.sparse import SparseVector
from pubsearch.index.vocabulary import Vocabulary
from pubsearch.search import ranking
from pubsearch.search.ranking import query_vector
from pubsearch.search.results import Rank
from pubsearch.topic.progress import Progress
from pubsearch.topic.topic import Topic
from pubsearch.topic.version import Version, served

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Collection:
    """Texts by row, as a version of a topic has its records.

    `name` is what errors and tables call it, `ids` the texts' ids, and `rank` and `weight` what is ranked by where
    nobody says otherwise. `read` gives the texts of rows.
    """

    name: str
    ids: tuple[str, ...]
    model: Model
    encoder: Encoder
    words: Vocabulary
    postings: Postings
    vectors: Rows
    rank: Rank
    weight: float
    read: Callable[[Sequence[int]], list[Text]]

    def question(self, text: str, rank: Rank, weight: float | None = None) -> SparseVector:
        """The terms of a question, which is read as plain text; without `weight` the collection's own."""
        return query_vector(text, rank, self.weight if weight is None else weight, self.encoder, self.words)

    def term(self, number: int) -> str:
        """What a term is called; a whole word, which is no piece of the model's, stands in quotes."""
        first = self.words.first
        return self.encoder.vocabulary[number] if number < first else f"“{self.words[number - first]}”"

    def texts(self) -> Iterator[Text]:
        """All texts, by row."""
        for first in range(0, len(self.ids), _BATCH):
            yield from self.read(range(first, min(first + _BATCH, len(self.ids))))


def of_topic(topic: Topic, weight: float | None = None, version: Version | None = None) -> Collection:
    """A version of a topic, the served one where none is given, whose ids are PMIDs; without `weight` words count as
    the topic says.

    Raises:
        TopicError: the topic has no version yet.
        VersionError: the served version is damaged.
        ModelError: the model that made it cannot be had.
    """
    version = version or served(topic)
    made = version.manifest.model
    model = models.resolve(made.name, fingerprint=made.fingerprint, revision=made.revision)
    if weight is None:
        weight = topic.about.words_weight

    def read(rows: Sequence[int]) -> list[Text]:
        return [Text(str(each.pmid), each.title, each.abstract) for each in version.catalogue.records(rows)]

    return Collection(
        name=f"topic {topic.name}",
        ids=tuple(map(str, version.catalogue.pmids.tolist())),
        model=model,
        encoder=encoder.load(model),
        words=version.words,
        postings=version.postings,
        vectors=version.rows,
        rank=ranking.default(made.name, weight),
        weight=ranking.DEFAULT_WEIGHT if weight is None else weight,
        read=read,
    )


def of_texts(
    name: str, texts: Sequence[Text], model: Model, progress: Progress, weight: float | None = None
) -> Collection:
    """Texts that are in no topic, encoded and counted as a build does; nothing of it is kept.

    Raises:
        ModelError: the model cannot be loaded.
        StoppedError: the progress callback stopped it.
    """
    splade = encoder.load(model)
    terms = len(splade.vocabulary)
    vectors: list[SparseVector] = []
    for first in range(0, len(texts), _BATCH):
        progress(f"Encoding texts by {model.name}", first, len(texts))
        vectors += splade.encode([text.text for text in texts[first : first + _BATCH]], "document")
    progress(f"Encoding texts by {model.name}", len(texts), len(texts))
    # What is mapped stays readable when its files have no name any more.
    with tempfile.TemporaryDirectory() as temporary, tempfile.TemporaryFile() as file:
        work = Path(temporary)
        counts = WordCounts(file, len(texts))
        for row, text in enumerate(texts):
            counts.add(row, text.text)
        encoded = np.array([len(vector) for vector in vectors])
        writer = RowsWriter(work / "rows", encoded + counts.lengths, terms + len(counts))
        for row, vector in enumerate(vectors):
            writer.put(row, vector)
        for row, vector, _ in counts.vectors(first=terms):
            writer.put(row, vector, after=int(encoded[row]))
        writer.close()
        vocabulary.write(work / "words", counts.vocabulary())
        rows, words, index = Rows(work / "rows"), Vocabulary(work / "words", terms), Postings({})
        postings.write(work / "postings", RowMatrix(rows, terms + len(words)))
        index.load(str(work / "postings"))
    return Collection(
        name=name,
        ids=tuple(text.id for text in texts),
        model=model,
        encoder=splade,
        words=words,
        postings=index,
        vectors=rows,
        rank=ranking.default(model.name, weight),
        weight=ranking.DEFAULT_WEIGHT if weight is None else weight,
        read=lambda rows: [texts[row] for row in rows],
    )


def abstracts_of(collection: Collection, number: int, seed: int, progress: Progress) -> tuple[Collection, Judged]:
    """A collection's abstracts alone, and known items of it: `texts.known_items`.

    Raises:
        UserError: no text has an abstract and a title of its own.
        ModelError: the model cannot be loaded.
        StoppedError: the progress callback stopped it.
    """
    abstracts, known = known_items(collection.texts(), number, seed, collection.name)
    made = of_texts(f"abstracts of {collection.name}", abstracts, collection.model, progress)
    return replace(made, rank=collection.rank, weight=collection.weight), known
