"""How well runs rank, question by question, by the measures of TREC."""

from collections.abc import Mapping

import ir_measures
import numpy as np
import numpy.typing as npt
from ir_measures import AP, RR, P, Qrel, R, ScoredDoc, nDCG

from pubsearch.evaluate.judgements import Qrels
from pubsearch.evaluate.runs import Run

MEASURES = {
    "nDCG@10": nDCG @ 10,
    "recall@100": R @ 100,
    "recall@1000": R @ 1000,
    "MRR@10": RR @ 10,
    "MAP": AP,
    "P@10": P @ 10,
}

Values = npt.NDArray[np.float64]
"""One value a question, from 0 to 1, in the order of the judgements."""


def measure(run: Run, qrels: Qrels) -> Mapping[str, Values]:
    """By the names of `MEASURES`, the value of each question of `qrels`; a question without an answer has 0.

    Source: https://ir-measur.es/en/latest/measures.html
    """
    places = {question: place for place, question in enumerate(qrels)}
    names = {measure: name for name, measure in MEASURES.items()}
    values = {name: np.zeros(len(places)) for name in MEASURES}
    judged = [Qrel(question, record, grade) for question, grades in qrels.items() for record, grade in grades.items()]
    # Places stand for scores, so that ties stay in the run's order.
    ranked = (
        ScoredDoc(question, record, -float(place))
        for question, found in run.found.items()
        for place, (record, _) in enumerate(found)
    )
    for each in ir_measures.iter_calc(list(names), judged, ranked):
        values[names[each.measure]][places[each.query_id]] = each.value
    return values
