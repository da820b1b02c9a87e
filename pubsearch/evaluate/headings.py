"""MeSH headings as questions: few words, as readers type them, judged by MEDLINE's indexers."""

import random
from collections.abc import Iterable

from pubsearch.errors import UserError
from pubsearch.evaluate.judgements import Qrels, Queries
from pubsearch.record import Record

# A heading that fewer records have tells little; one that more have is too wide a question to have a best answer.
FEWEST, MOST = 3, 100


def of_headings(records: Iterable[Record], number: int, seed: int) -> tuple[Queries, Qrels]:
    """So many of the MeSH headings that are a major topic of 3 to 100 records with an abstract; which ones, the seed
    decides. All records of which one is a major topic are relevant to it.

    The words of a heading need not stand in the record.

    Raises:
        UserError: no heading has so many records.
    """
    having: dict[str, dict[str, bool]] = {}
    for record in records:
        for heading in record.mesh:
            if heading.is_major_topic:
                having.setdefault(heading.name, {})[str(record.pmid)] = bool(record.abstract)
    usable = sorted(name for name, found in having.items() if FEWEST <= sum(found.values()) <= MOST)
    if not usable:
        raise UserError(f"No MeSH heading is a major topic of {FEWEST} to {MOST} records here: give judged questions.")
    asked = random.Random(seed).sample(usable, min(number, len(usable)))  # noqa: S311
    # An id of TREC's files has no space.
    ids = {"-".join(name.split()): name for name in asked}
    return (
        {each: name.lower() for each, name in ids.items()},
        {each: dict.fromkeys(sorted(having[name]), 1) for each, name in ids.items()},
    )
