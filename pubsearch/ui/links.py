"""Where a record can be read further: PubMed, its publisher, PMC, and the registries of its trials.

Numbers as the registries issue them: https://clinicaltrials.gov, https://www.isrctn.com, https://www.anzctr.org.au,
https://www.clinicaltrialsregister.eu, https://drks.de, and for those of other primary registries the portal of the WHO,
https://trialsearch.who.int.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from pubsearch.record import Record

PUBMED = "https://pubmed.ncbi.nlm.nih.gov/"
_WHO = "https://trialsearch.who.int/Trial2.aspx?TrialID={}"
# What stands before the number, the number, and the address that shows the trial.
_REGISTRIES = tuple(
    (re.compile(rf"(?<![\w/-])(?:{before})({number})(?![\w/-]|\.\d)"), name, address)
    for before, number, name, address in (
        ("", r"NCT[0-9]{8}", "{}", "https://clinicaltrials.gov/study/{}"),
        (r"ISRCTN[ :]?", r"[0-9]{8}", "ISRCTN{}", "https://www.isrctn.com/ISRCTN{}"),
        (r"ACTRN[ :]?", r"[0-9]{14}", "ACTRN{}", "https://www.anzctr.org.au/ACTRN{}.aspx"),
        (
            r"EudraCT(?: [Nn]umber| [Nn]o\.?)?[ :]{0,2}",
            r"20[0-9]{2}-[0-9]{6}-[0-9]{2}",
            "EudraCT {}",
            "https://www.clinicaltrialsregister.eu/ctr-search/search?query=eudract_number:{}",
        ),
        (r"DRKS[ :]?", r"[0-9]{8}", "DRKS{}", "https://drks.de/search/en/trial/DRKS{}"),
        (r"(?:JPRN-)?UMIN[ :]?", r"[0-9]{9}", "UMIN{}", _WHO.format("JPRN-UMIN{}")),
        ("", r"ChiCTR(?:-[A-Z]{3}-)?[0-9]{8,10}", "{}", _WHO),
        ("", r"PACTR[0-9]{15,16}", "{}", _WHO),
        ("", r"CTRI/20[0-9]{2}/[0-9]{2,3}/[0-9]{6}", "{}", _WHO),
        ("", r"IRCT[0-9]{8,14}N[0-9]{1,3}", "{}", _WHO),
    )
)


@dataclass(frozen=True, slots=True)
class Link:
    """A place outside: what it is called, and its address."""

    text: str
    url: str


def pubmed(pmid: int) -> str:
    """The address of a record at PubMed."""
    return f"{PUBMED}{pmid}/"


def elsewhere(record: Record) -> tuple[Link, ...]:
    """Where the record and what it reports on stand elsewhere; PubMed comes first."""
    found = [Link("PubMed", pubmed(record.pmid))]
    if record.doi:
        found.append(Link("DOI", f"https://doi.org/{quote(record.doi, safe='/:;()')}"))
    if re.fullmatch(r"PMC[0-9]+", record.pmcid):
        found.append(Link("Free full text (PMC)", f"https://pmc.ncbi.nlm.nih.gov/articles/{record.pmcid}/"))
    if re.fullmatch(r"NBK[0-9]+", record.book_accession):
        found.append(Link("Bookshelf", f"https://www.ncbi.nlm.nih.gov/books/{record.book_accession}/"))
    return (*found, *trials(record))


def trials(record: Record) -> tuple[Link, ...]:
    """The registered trials that the record names, in its list of databanks or its text; well-formed numbers only."""
    numbers = " ".join(f"{accession.databank} {accession.number}" for accession in record.accessions)
    return tuple(dict.fromkeys([*_trials(numbers), *_trials(record.text)]))


def _trials(text: str) -> Iterator[Link]:
    for pattern, name, address in _REGISTRIES:
        for number in pattern.findall(text):
            yield Link(name.format(number), address.format(number))
