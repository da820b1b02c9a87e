"""Vectors for benchmarks: any number of records, resampled from real ones, and real questions.

The bundled model encodes every third record of the demo, and the questions. A made record takes 120 terms of two real
ones, those of high weight sooner; so terms are as frequent, and as frequent together, as in real records.
"""

from collections.abc import Iterator
from functools import cache
from itertools import islice

import numpy as np
from scipy.sparse import csr_array, csr_matrix

from pubsearch import demo
from pubsearch.entrez import formats
from pubsearch.index import encoder, models
from pubsearch.index.sparse import SparseVector

TERMS_PER_RECORD = 120
TERMS_PER_QUESTION = 16
QUESTIONS = [
    "does aspirin prevent a first heart attack in people with diabetes?",
    "exercise for depression in older adults",
    "antibiotic resistance in hospital infections",
    "early diagnosis of lung cancer in smokers",
    "does vitamin D prevent fractures in postmenopausal women?",
    "statin therapy after ischemic stroke",
    "MRI findings in multiple sclerosis",
    "gene expression in breast tumors",
    "Can tailored interventions increase mammography use?",
    "Is still there a need for living-related liver transplantation in children?",
    "Therapeutic anticoagulation in the trauma patient: is it safe?",
    "Acute respiratory distress syndrome in children with malignancy: can we predict outcome?",
    "Is visual loss permanent in amblyopia?",
    "hyperbaric oxygen therapy for necrotizing fasciitis",
    "long-term results of transanal pull-through in Hirschsprung disease",
    "secondhand smoke and infants discharged from intensive care",
    "Does diabetes mellitus influence the efficacy of FDG-PET in cervical cancer?",
    "rivaroxaban or warfarin in atrial fibrillation with renal impairment",
    "cognitive behavioural therapy for insomnia",
    "probiotics against Clostridium difficile diarrhoea",
    "risk of suicide in adolescents who take antidepressants",
    "surgery or physiotherapy for a torn meniscus",
    "HER2 in advanced urothelial carcinoma",
    "prenatal screening for Down syndrome",
]
_BLOCK = 4_000


@cache
def _model() -> encoder.Encoder:
    return encoder.load(models.resolve("bundled"))


@cache
def real() -> csr_array:
    """The vectors of a third of the demo's records, those with terms enough."""
    found = []
    for path in sorted(demo.RECORDS.glob("*.xml.gz")):
        with formats.open_source(path) as source:
            found += [record.text for record in islice(formats.parse(source, path.name), 0, None, 3)]
    encoded = encoder.matrix(_model().encode(found, "document"), len(_model().vocabulary))
    return csr_array(encoded[np.diff(encoded.indptr) >= TERMS_PER_RECORD])


def questions() -> list[csr_matrix]:
    """Each question as a row, with its strongest terms."""
    found = []
    for question in QUESTIONS:
        vector = _model().query(question)
        kept = np.sort(np.argsort(-vector.weights)[:TERMS_PER_QUESTION])
        row = (vector.weights[kept], vector.terms[kept], [0, len(kept)])
        found.append(csr_matrix(row, shape=(1, len(_model().vocabulary))))
    return found


def blocks(records: int) -> Iterator[csr_array]:
    """`records` made records, a few thousand at a time; the same ones in every run."""
    generator, source = np.random.default_rng(0), real()
    for first in range(0, records, _BLOCK):
        count = min(_BLOCK, records - first)
        pairs = generator.integers(0, source.shape[0], (2, count))
        both = source[pairs[0]].maximum(source[pairs[1]])
        both.sort_indices()
        # A term's key is the smaller, the sooner it is taken (weighted sampling, doi:10.1016/j.ipl.2005.11.003).
        keys = np.minimum(1 - generator.random(both.nnz) ** (1 / both.data), 0.999_999)
        order = np.argsort(keys + np.repeat(np.arange(count), np.diff(both.indptr)))
        kept = np.sort(order[both.indptr[:-1, None] + np.arange(TERMS_PER_RECORD)], axis=1).ravel()
        weights = both.data[kept] * generator.uniform(0.8, 1.2, len(kept)).astype(np.float32)
        starts = np.arange(0, len(kept) + 1, TERMS_PER_RECORD, dtype=np.int32)
        yield csr_array((weights, both.indices[kept].astype(np.int32), starts), shape=(count, source.shape[1]))


def made_vectors(records: int) -> Iterator[SparseVector]:
    """The same records as the encoder would give them, one by one; their origins say nothing."""
    width, origins = TERMS_PER_RECORD, np.zeros(TERMS_PER_RECORD, np.uint32)
    for block in blocks(records):
        for first in range(0, block.nnz, width):
            yield SparseVector(block.indices[first : first + width], block.data[first : first + width], origins)
