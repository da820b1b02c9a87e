"""The fields of one record of MEDLINE text → Record.

Fields: https://www.nlm.nih.gov/bsd/mms/medlineelements.html, and for books
https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format. What only the XML has stays empty: inline markup, MeSH identifiers,
NLM's categories of sections, the ISO abbreviation of a journal, the papers that are cited.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pubsearch.entrez.citation import pmid_number
from pubsearch.entrez.dates import month_number, verbatim_date
from pubsearch.entrez.nbib_abstract import sections
from pubsearch.entrez.nbib_people import People
from pubsearch.record import (
    Accession,
    Chemical,
    Correction,
    GeneralNote,
    Grant,
    Journal,
    Keyword,
    MeshHeading,
    MeshQualifier,
    OtherAbstract,
    OtherId,
    PartialDate,
    Record,
    SupplementaryConcept,
)

# Tag → RefType of the PubMed DTD, which has one type for both links from a data set to articles.
LINKS = {
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "CRF": "CorrectedandRepublishedFrom",
    "CRI": "CorrectedandRepublishedIn",
    "DDIN": "AssociatedPublication",
    "DRIN": "AssociatedPublication",
    "ECF": "ExpressionOfConcernFor",
    "ECI": "ExpressionOfConcernIn",
    "EFR": "ErratumFor",
    "EIN": "ErratumIn",
    "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPF": "RepublishedFrom",
    "RPI": "RepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn",
    "SPIN": "SummaryForPatientsIn",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
}
_LINK = re.compile(r"(.*?) *PMID: *([0-9]+)\.?")
_BRACKETED = re.compile(r"(.*?) *\[([A-Za-z-]+)\]")
_ISSN = re.compile(r"(\S+)(?: \((\w+)\))?")
_SUBSTANCE = re.compile(r"(EC \S+|\S+) \((.*)\)")
# DCOM 20021008, EDAT 2002/09/17 10:00
_NUMERIC = re.compile(r"([0-9]{4})/?([0-9]{2})?/?([0-9]{2})?(?: [0-9]{1,2}:[0-9]{2})?")
# DP 2002 Sep 17
_PRINTED = re.compile(r"([0-9]{4})(?: ([A-Za-z]+))?(?: ([0-9]{1,2}))?")
_OTHER_ABSTRACT = re.compile(r"(?:(AAMC|AIDS|KIE|PIP|NASA|Publisher|plain-language-summary): *)?(.*)")
_ACRONYM = re.compile(r"[A-Z]{2}|[A-Za-z]+_|HHMI|ImNIH|ImCDC|MRF")


class Field(NamedTuple):
    """One field: its tag ("TI") and its text, in one line."""

    tag: str
    text: str


def medline_record(fields: list[Field]) -> Record | None:
    """The Record that the fields describe, filled as from XML; None where they have no PMID."""
    values: dict[str, list[str]] = {}
    for tag, text in fields:
        if text:
            values.setdefault(tag, []).append(text)

    def first(*tags: str) -> str:
        return next((values[tag][0] for tag in tags if tag in values), "")

    pmid = pmid_number(first("PMID"))
    if pmid is None:
        return None
    # A location is a DOI or a PII (DTD), and PubMed does not always say which: "LID - e0353121".
    identifiers = _bracketed(values.get("AID", [])) | _bracketed(values.get("LID", []), unnamed="pii")
    history = _bracketed(values.get("PHST", []))
    is_book = "BTI" in values or "bookaccession" in identifiers
    people = People(fields)
    return Record(
        pmid=pmid,
        title=first("TI", "BTI"),
        sections=sections(first("AB")),
        other_abstracts=tuple(_other_abstracts(fields)),
        abstract_copyright=first("CI"),
        vernacular_title=first("TT"),
        authors=people.authors,
        authors_complete=people.complete,
        editors=people.editors,
        investigators=people.investigators,
        journal=_journal(values, is_book),
        volume=first("VI"),
        issue=first("IP"),
        pages=first("PG"),
        publication_date=_date(first("DP")),
        electronic_date=_date(first("CTDT", "DEP") or history.get("epublish", "")),
        publication_types=tuple(values.get("PT", ())),
        mesh=tuple(map(_mesh_heading, values.get("MH", ()))),
        keywords=tuple(_keywords(fields)),
        chemicals=tuple(map(_chemical, values.get("RN", ()))),
        supplementary_concepts=tuple(SupplementaryConcept(name, "", "") for name in values.get("NM", ())),
        personal_subjects=people.subjects,
        subsets=tuple(values.get("SB", ())),
        languages=tuple(code.lower() for code in values.get("LA", ())),
        doi=identifiers.get("doi", ""),
        pmcid=first("PMC"),
        pii=identifiers.get("pii", ""),
        grants=tuple(map(_grant, values.get("GR", ()))),
        accessions=tuple(map(_accession, values.get("SI", ()))),
        other_ids=tuple(OtherId(*_owned(text)) for text in values.get("OID", ())),
        corrections=tuple(_correction(tag, text) for tag, text in fields if tag in LINKS and text),
        general_notes=tuple(GeneralNote(*_owned(text)) for text in values.get("GN", ())),
        conflict_of_interest=first("COIS"),
        citation_status="" if is_book else first("STAT"),
        publication_status=first("PST"),
        # CRDT is the day on which the record came into being, which the XML calls entrez; older files have EDAT only.
        entrez_date=_date(history.get("entrez") or first("CRDT", "EDAT")),
        pubmed_date=_date(history.get("pubmed") or first("EDAT")),
        mesh_date=_date(history.get("medline") or first("MHDA")),
        revised_date=_date(first("DRDT", "LR")),
        completed_date=_date(first("DCOM")),
        is_book=is_book,
        publisher=first("PB"),
        isbn=first("ISBN"),
        book_accession=identifiers.get("bookaccession", ""),
    )


def _bracketed(texts: list[str], unnamed: str = "") -> dict[str, str]:
    """The first text of each kind: "2005/06/17 [received]"."""
    found: dict[str, str] = {}
    for text in texts:
        match = _BRACKETED.fullmatch(text)
        value, kind = match.groups() if match else (text, unnamed)
        found.setdefault(kind, value)
    return found


def _date(text: str) -> PartialDate:
    """A date as precise as it is given; what is no plain date stays verbatim ("2016 Jan-Feb")."""
    if not text:
        return PartialDate()
    if found := _NUMERIC.fullmatch(text) or _PRINTED.fullmatch(text):
        year, month, day = int(found[1]), month_number(found[2] or ""), int(found[3] or 0)
        if year and (month or not found[2]) and (month or not found[3]) and (day in range(1, 32) or not found[3]):
            return PartialDate(year, month, day or None)
    return verbatim_date(text)


def _journal(values: dict[str, list[str]], is_book: bool) -> Journal:
    if is_book:
        return Journal(title="".join(values.get("BTI", ())[:1]))
    title, abbreviation, country, nlm_id = ("".join(values.get(tag, ())[:1]) for tag in ("JT", "TA", "PL", "JID"))
    # The kind is missing in old files, and is Print where it is missing in XML.
    issns = {found[2] or "Print": found[1] for found in map(_ISSN.fullmatch, values.get("IS", ())) if found}
    return Journal(
        title=title,
        issn_print=issns.get("Print", ""),
        issn_electronic=issns.get("Electronic", ""),
        issn_linking=issns.get("Linking", ""),
        nlm_id=nlm_id,
        medline_ta=abbreviation,
        country=country,
    )


def _other_abstracts(fields: list[Field]) -> Iterator[OtherAbstract]:
    """Each OAB, with the language of the OABL that follows it."""
    for field, following in zip(fields, [*fields[1:], Field("", "")], strict=True):
        found = _OTHER_ABSTRACT.fullmatch(field.text)
        if field.tag == "OAB" and found and found[2]:
            language = following.text if following.tag == "OABL" else ""
            yield OtherAbstract(found[1] or "", language or "eng", sections(found[2]))


def _mesh_heading(text: str) -> MeshHeading:
    """ "Heart Failure/*drug therapy/epidemiology": a star marks what the article is about."""
    name, *qualifiers = text.split("/")
    return MeshHeading(
        name.removeprefix("*"),
        "",
        name.startswith("*"),
        tuple(MeshQualifier(qualifier.removeprefix("*"), "", qualifier.startswith("*")) for qualifier in qualifiers),
    )


def _keywords(fields: list[Field]) -> Iterator[Keyword]:
    """Each OT, with the owner that the OTO before it names; a list without an owner is NLM's, as in XML."""
    owner = "NLM"
    for tag, text in fields:
        if tag == "OTO":
            owner = text
        elif tag == "OT" and text:
            yield Keyword(text.removeprefix("*"), owner, text.startswith("*"))


def _chemical(text: str) -> Chemical:
    """ "EC 2.7.1.2 (Glucokinase)"."""
    found = _SUBSTANCE.fullmatch(text)
    return Chemical(found[2], "", found[1]) if found else Chemical("", "", text)


def _grant(text: str) -> Grant:
    """ "R01 GM115388/GM/NIGMS NIH HHS/United States"; the acronym may be missing, and a number may hold slashes."""
    *parts, country = text.rsplit("/", maxsplit=2)
    agency = parts.pop() if parts else ""
    number, slash, acronym = "".join(parts).rpartition("/")
    if not _ACRONYM.fullmatch(acronym):
        number, acronym = number + slash + acronym, ""
    return Grant(number.strip("/"), acronym, agency, country)


def _owned(text: str) -> tuple[str, str]:
    """ "NLM: PMC1885945" as ("NLM", "PMC1885945"); NLM's own where no owner is named."""
    owner, colon, rest = text.partition(": ")
    return (owner, rest) if colon and owner.isupper() else ("NLM", text)


def _accession(text: str) -> Accession:
    """ "ClinicalTrials.gov/NCT01796392"."""
    bank, _, number = text.partition("/")
    return Accession(bank, number)


def _correction(tag: str, text: str) -> Correction:
    """ "Lancet. 2010 Feb 6;375(9713):445. PMID: 20137807"."""
    found = _LINK.fullmatch(text)
    return Correction(LINKS[tag], found[1] if found else text, pmid_number(found[2]) if found else None)
