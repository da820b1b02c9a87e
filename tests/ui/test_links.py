"""Where a record stands elsewhere: well-formed numbers only, each with the address of its own registry."""

import pytest

from pubsearch.record import Accession, Record, Section
from pubsearch.ui.links import Link, elsewhere, trials


def record(text: str) -> Record:
    return Record(pmid=1, sections=(Section("", "", text),))


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("(NCT00000388).", "NCT00000388", "https://clinicaltrials.gov/study/NCT00000388"),
        ("ISRCTN 63718836", "ISRCTN63718836", "https://www.isrctn.com/ISRCTN63718836"),
        ("ACTRN12605000004662", "ACTRN12605000004662", "https://www.anzctr.org.au/ACTRN12605000004662.aspx"),
        (
            "EudraCT number: 2004-000446-20",
            "EudraCT 2004-000446-20",
            "https://www.clinicaltrialsregister.eu/ctr-search/search?query=eudract_number:2004-000446-20",
        ),
        ("DRKS00000123", "DRKS00000123", "https://drks.de/search/en/trial/DRKS00000123"),
        (
            "UMIN 000003781",
            "UMIN000003781",
            "https://trialsearch.who.int/Trial2.aspx?TrialID=JPRN-UMIN000003781",
        ),
        ("ChiCTR2000029853", "ChiCTR2000029853", "https://trialsearch.who.int/Trial2.aspx?TrialID=ChiCTR2000029853"),
    ],
)
def test_a_registered_trial_is_linked(text: str, name: str, url: str) -> None:
    assert trials(record(f"Registered as {text}, later.")) == (Link(name, url),)


@pytest.mark.parametrize(
    "text", ["NCT0000038", "NCT000003881", "XNCT00000388", "ISRCTN", "2004-000446-20", "NCT00000388-x", "ACTRN1260"]
)
def test_what_only_looks_like_a_trial_is_not(text: str) -> None:
    assert trials(record(f"Registered as {text}, later.")) == ()


def test_a_trial_that_is_named_twice_is_linked_once() -> None:
    twice = Record(
        pmid=1,
        sections=(Section("", "", "See NCT00000388."),),
        accessions=(Accession("ClinicalTrials.gov", "NCT00000388"), Accession("ISRCTN", "ISRCTN19935149")),
    )
    assert [link.text for link in trials(twice)] == ["NCT00000388", "ISRCTN19935149"]


def test_the_record_elsewhere() -> None:
    found = elsewhere(Record(pmid=7, doi="10.1/a<b>&c d?#", pmcid="PMC5", book_accession="NBK9"))
    assert found == (
        Link("PubMed", "https://pubmed.ncbi.nlm.nih.gov/7/"),
        Link("DOI", "https://doi.org/10.1/a%3Cb%3E%26c%20d%3F%23"),
        Link("Free full text (PMC)", "https://pmc.ncbi.nlm.nih.gov/articles/PMC5/"),
        Link("Bookshelf", "https://www.ncbi.nlm.nih.gov/books/NBK9/"),
    )


def test_a_number_that_is_none_leads_nowhere() -> None:
    assert elsewhere(Record(pmid=7, pmcid="javascript:alert(1)", book_accession="../x")) == elsewhere(Record(pmid=7))
