"""What a search ranks by: meaning, words, or both in one sum."""

from dataclasses import replace

import numpy as np

from pubsearch.index.encoder import Encoder
from pubsearch.index.models import CARRIED
from pubsearch.index.sparse import SparseVector
from pubsearch.index.vocabulary import Vocabulary
from pubsearch.search.results import Rank

# What words count beside meaning where nobody chose it. Measured with the bundled model (benchmarks.quality); for
# another model nobody knows before `pubsearch tune` was run.
DEFAULT_WEIGHT = 1.5


def default(model: str, words_weight: float | None) -> Rank:
    """What a topic's searches rank by, given the name of its model and the weight that its topic.toml holds."""
    return "both" if words_weight is not None or model in CARRIED else "meaning"


def query_vector(text: str, rank: Rank, weight: float, encoder: Encoder, words: Vocabulary) -> SparseVector:
    """A question's terms: the model's, the words', or the model's and `weight` times the words'."""
    if rank == "meaning" or (rank == "both" and not weight):
        return encoder.query(text)
    found = words.vector(text)
    if rank == "words":
        return found
    meaning, found = encoder.query(text), replace(found, weights=found.weights * np.float32(weight))
    return SparseVector(
        np.concatenate([meaning.terms, found.terms]),
        np.concatenate([meaning.weights, found.weights]),
        np.concatenate([meaning.origins, found.origins]),
    )
