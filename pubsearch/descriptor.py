"""Descriptor: one MeSH heading, as NLM's thesaurus has it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A MeSH descriptor (https://www.nlm.nih.gov/mesh/xml_data_elements.html).

    `terms` are its entry terms, permuted ones ("Infarction, Myocardial") among them; `tree_numbers` its places in the
    trees ("C14.280.647.500"), none for a check tag such as Male; `actions` the descriptors of what a substance does;
    `year` the one in which it came into MeSH, 0 where the file does not say.
    """

    name: str
    terms: tuple[str, ...] = ()
    tree_numbers: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    year: int = 0
