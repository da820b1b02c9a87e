"""The best of many scores, best first, without sorting them all."""

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

# Scores of one group: their maximum alone is compared at first.
GROUP = 128


def top(scores: Scores, limit: int) -> Numbers:
    """The places of the `limit` highest scores above 0, best first, ties by place."""
    if limit <= 0:
        return np.empty(0, np.int64)
    places = _candidates(scores, limit)
    values = scores[places]
    if len(places) > limit:
        # All that tie with the last place stay in, so that the tie is broken by place and not by chance.
        kept = values >= np.partition(values, len(values) - limit)[len(values) - limit]
        places, values = places[kept], values[kept]
    return places[np.lexsort((places, -values))][:limit]


def _candidates(scores: Scores, limit: int) -> Numbers:
    """Places of scores above 0, among them those of the `limit` highest and all that tie with them."""
    groups = len(scores) // GROUP
    if limit >= groups:
        return np.flatnonzero(scores > 0)
    # Group i holds the places i, i + groups, i + 2 · groups …: the maxima of all groups are then one pass over memory.
    maxima = scores[: GROUP * groups].reshape(GROUP, groups).max(axis=0)
    # `limit` groups have a score as high as this, so that whatever is lower is not wanted.
    bound = np.partition(maxima, groups - limit)[groups - limit]
    found = np.flatnonzero((maxima >= bound) & (maxima > 0))
    grouped = (found + groups * np.arange(GROUP)[:, None]).ravel()
    places: Numbers = np.concatenate([grouped, np.arange(GROUP * groups, len(scores))])
    values = scores[places]
    best: Numbers = places[(values >= bound) & (values > 0)]
    return best
