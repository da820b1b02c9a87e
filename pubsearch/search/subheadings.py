"""MeSH's subheadings, and which are below which (https://www.nlm.nih.gov/mesh/subhierarchy.html)."""

from collections.abc import Iterator

from pubsearch.index.keys import qualifier
from pubsearch.index.qualifiers import QUALIFIERS

_BELOW = """
    analysis: blood, cerebrospinal fluid, isolation & purification, urine
    anatomy & histology: blood supply, cytology, embryology, innervation, pathology, ultrastructure
    chemistry: agonists, analogs & derivatives, antagonists & inhibitors, chemical synthesis
    complications: secondary
    cytology: pathology, ultrastructure
    diagnosis: diagnostic imaging, pathology, radiography, radionuclide imaging, ultrasonography
    embryology: abnormalities
    epidemiology: ethnology, mortality
    etiology: chemically induced, complications, congenital, embryology, genetics, immunology, microbiology
    etiology: parasitology, transmission
    metabolism: biosynthesis, blood, cerebrospinal fluid, deficiency, enzymology, pharmacokinetics, urine
    microbiology: virology
    adverse effects: poisoning, toxicity
    organization & administration: economics, legislation & jurisprudence, standards, statistics & numerical data
    organization & administration: manpower, supply & distribution, trends, utilization
    pharmacology: administration & dosage, adverse effects, agonists, antagonists & inhibitors, pharmacokinetics
    physiology: genetics, growth & development, immunology, metabolism, physiopathology, secretion
    statistics & numerical data: epidemiology, supply & distribution, utilization
    surgery: transplantation
    therapeutic use: administration & dosage, adverse effects, contraindications, poisoning
    therapy: diet therapy, drug therapy, nursing, prevention & control, radiotherapy, rehabilitation, surgery
"""
_NARROWER: dict[str, list[str]] = {}
for _line in _BELOW.strip().splitlines():
    _name, _, _below = _line.strip().partition(": ")
    _NARROWER.setdefault(qualifier(_name), []).extend(map(qualifier, _below.split(", ")))
_KNOWN = {qualifier(name) for name in QUALIFIERS.values()}


def subheadings(text: str, *, explode: bool) -> frozenset[str]:
    """The keys (`index.keys.qualifier`) of a subheading, given by name or two letters, and with `explode` of all below
    it; none where there is no such subheading.
    """
    name = qualifier(QUALIFIERS.get(text.strip().upper(), text))
    if name not in _KNOWN:
        return frozenset()
    return frozenset(_down(name) if explode else [name])


def _down(name: str) -> Iterator[str]:
    yield name
    for below in _NARROWER.get(name, ()):
        yield from _down(below)
