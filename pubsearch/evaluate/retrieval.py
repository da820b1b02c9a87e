"""How well a collection's records are found for judged questions: several rankers side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pubsearch.evaluate.collection import Collection
from pubsearch.evaluate.judgements import Judged
from pubsearch.evaluate.measures import MEASURES, Values, measure
from pubsearch.evaluate.runs import Run
from pubsearch.evaluate.significance import Difference, difference
from pubsearch.evaluate.worst import Worst, worst

# By what questions are called the worst, and printed one by one.
MAIN = "nDCG@10"


@dataclass(frozen=True, slots=True)
class Measured:
    """A run by the names of `MEASURES`: each question's value, and the gain over the baseline, of which it has none."""

    run: Run
    values: Mapping[str, Values]
    against: Mapping[str, Difference] | None

    def mean(self, name: str) -> float:
        """The mean over all questions."""
        return float(self.values[name].mean())


@dataclass(frozen=True, slots=True)
class Retrieval:
    """All that was measured on a collection: rows in the order of the runs, and the questions that its own ranking
    answers worst, worst first.
    """

    collection: Collection
    judged: Judged
    baseline: str
    rows: tuple[Measured, ...]
    worst: tuple[Worst, ...]


def retrieval(collection: Collection, judged: Judged, runs: Sequence[Run], baseline: str, worse: int) -> Retrieval:
    """Measures `runs` of the judged questions, one of them called as the collection's rank, each against that called
    `baseline`; `worse` is how many of the worst questions are looked into.
    """
    values = {each.name: measure(each, judged.qrels) for each in runs}
    rows = [
        Measured(
            each,
            values[each.name],
            None
            if each.name == baseline
            else {name: difference(values[each.name][name], values[baseline][name]) for name in MEASURES},
        )
        for each in runs
    ]
    own = next(row for row in rows if row.run.name == collection.rank)
    places = sorted(range(len(judged.queries)), key=lambda place: [own.values[name][place] for name in MEASURES])
    questions = list(judged.queries)
    looked_into = [questions[place] for place in places[:worse] if own.values[MAIN][place] < 1]
    return Retrieval(
        collection,
        judged,
        baseline,
        tuple(rows),
        tuple(
            worst(collection, question, judged, float(own.values[MAIN][questions.index(question)]))
            for question in looked_into
        ),
    )
