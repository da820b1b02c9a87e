"""`PubmedArticle` → Record.

Elements: https://dtd.nlm.nih.gov/ncbi/pubmed/doc/out/250101/, and older DTDs as found in saved files. Every path is
exact: `.//ArticleId` would reach the identifiers of the cited papers in `ReferenceList`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from pubsearch.entrez.dates import partial_date
from pubsearch.entrez.markup import marked, plain
from pubsearch.entrez.people import people
from pubsearch.record import (
    Accession,
    Author,
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
    Section,
    SupplementaryConcept,
)

_PMID = re.compile(r"0*([1-9][0-9]{0,9})")
_NOTHING = etree.Element("nothing")


def article_record(element: etree._Element) -> Record | None:
    """A `PubmedArticle`, or a `MedlineCitation` that stands alone, as a Record; None where it has no PMID."""
    # It may stand alone, or an export of others left that level out: <PubmedArticle PMID="1"><Article>…
    citation = next(element.iterchildren("MedlineCitation"), element)
    data = first(element, "PubmedData")
    pmid = record_pmid(element, citation, data)
    if pmid is None:
        return None
    article, info = first(citation, "Article"), first(citation, "MedlineJournalInfo")
    journal, history = first(article, "Journal"), first(data, "History")
    issue, abstract = first(journal, "JournalIssue"), first(article, "Abstract")
    title, title_markup = marked(first(article, "ArticleTitle"))
    return Record(
        pmid=pmid,
        version=record_version(citation),
        title=title,
        title_markup=title_markup,
        sections=sections(abstract),
        other_abstracts=tuple(_other_abstracts(citation)),
        abstract_copyright=child_text(abstract, "CopyrightInformation"),
        vernacular_title=child_text(article, "VernacularTitle"),
        authors=_authors(article),
        authors_complete=first(article, "AuthorList").get("CompleteYN") != "N",
        investigators=people(citation.findall("InvestigatorList/Investigator")),
        journal=_journal(journal, info),
        volume=child_text(issue, "Volume"),
        issue=child_text(issue, "Issue"),
        pages=pages(article),
        publication_date=partial_date(first(issue, "PubDate")),
        electronic_date=_electronic_date(article, history),
        publication_types=texts(article, "PublicationTypeList/PublicationType"),
        mesh=tuple(_mesh(citation)),
        keywords=keywords(citation),
        chemicals=tuple(_chemicals(citation)),
        supplementary_concepts=tuple(
            SupplementaryConcept(plain(name), name.get("UI", ""), name.get("Type", ""))
            for name in listed(citation, "SupplMeshList", "SupplMeshName")
        ),
        personal_subjects=people(citation.findall("PersonalNameSubjectList/PersonalNameSubject")),
        subsets=texts(citation, "CitationSubset"),
        languages=languages(article),
        doi=identifier("doi", article, data),
        pmcid=identifier("pmc", data),
        pii=identifier("pii", article, data),
        grants=grants(article),
        accessions=tuple(_accessions(article)),
        other_ids=tuple(
            OtherId(number.get("Source", ""), text)
            for number in citation.iterchildren("OtherID")
            if (text := plain(number))
        ),
        corrections=tuple(_corrections(citation)),
        general_notes=tuple(
            GeneralNote(note.get("Owner", "NLM"), text)
            for note in citation.iterchildren("GeneralNote")
            if (text := plain(note))
        ),
        conflict_of_interest=child_text(citation, "CoiStatement"),
        citation_status=citation.get("Status", ""),
        publication_status=child_text(data, "PublicationStatus"),
        entrez_date=history_date(history, "entrez"),
        pubmed_date=history_date(history, "pubmed"),
        mesh_date=history_date(history, "medline"),
        revised_date=partial_date(first(citation, "DateRevised")),
        completed_date=partial_date(first(citation, "DateCompleted")),
    )


def first(parent: etree._Element, tag: str) -> etree._Element:
    """The first child of that name, or an element without attributes, text or children."""
    # `find` takes twice the time, and half of what is looked for is not there.
    return next(parent.iterchildren(tag), _NOTHING)


def child_text(parent: etree._Element, tag: str) -> str:
    """The plain text of the first child of that name, or nothing."""
    return plain(next(parent.iterchildren(tag), None))


def child_texts(parent: etree._Element) -> dict[str, str]:
    """The plain texts of all children by their names, the first of each; quicker than one by one."""
    found: dict[str, str] = {}
    for child in parent:
        if child.tag not in found:
            found[child.tag] = plain(child)
    return found


def listed(parent: etree._Element, group: str, tag: str) -> Iterator[etree._Element]:
    """The children named `tag` of the children named `group`."""
    for found in parent.iterchildren(group):
        yield from found.iterchildren(tag)


def texts(parent: etree._Element, path: str) -> tuple[str, ...]:
    """The plain texts of the elements at `path` that have any."""
    return tuple(filter(None, map(plain, parent.iterfind(path))))


def record_pmid(element: etree._Element, citation: etree._Element, data: etree._Element) -> int | None:
    """The PMID, from where it should be or else from where the record repeats it; None where it is nowhere.

    Of the files found in the wild, one has `<PubmedArticle PMID="1">` and no PMID element (and they are PubMed's own
    numbers), one leaves the element out or empty in some records, with the number in `ArticleIdList` all the same.
    """
    places = (child_text(citation, "PMID"), element.get("PMID", ""), identifier("pubmed", data))
    return next((pmid for pmid in map(pmid_number, places) if pmid is not None), None)


def pmid_number(text: str) -> int | None:
    """The PMID that `text` is, or None."""
    found = _PMID.fullmatch(text)
    return int(found[1]) if found else None


def record_version(citation: etree._Element) -> int:
    """The version of the record: 1 but for a few journals that revise what they published."""
    return pmid_number(first(citation, "PMID").get("Version", "")) or 1


def sections(abstract: etree._Element) -> tuple[Section, ...]:
    """The `AbstractText` elements that hold any text: a label alone is no abstract."""
    found = []
    for element in abstract.iterchildren("AbstractText"):
        text, markup = marked(element)
        if text:
            label = " ".join(element.get("Label", "").split())
            found.append(Section(label, element.get("NlmCategory", ""), text, markup))
    return tuple(found)


def pages(parent: etree._Element) -> str:
    """`MedlinePgn` ("764-9"), or `StartPage` and `EndPage`."""
    pagination = first(parent, "Pagination")
    return child_text(pagination, "MedlinePgn") or "-".join(
        text for text in (child_text(pagination, "StartPage"), child_text(pagination, "EndPage")) if text
    )


def keywords(parent: etree._Element) -> tuple[Keyword, ...]:
    """The keywords of all owners; a list without an owner is NLM's, says the DTD."""
    return tuple(
        Keyword(text, group.get("Owner", "NLM"), keyword.get("MajorTopicYN") == "Y")
        for group in parent.iterchildren("KeywordList")
        for keyword in group.iterchildren("Keyword")
        if (text := plain(keyword))
    )


def languages(parent: etree._Element) -> tuple[str, ...]:
    """MARC language codes in lower case; some records shout ("ENG")."""
    return tuple(text.lower() for text in texts(parent, "Language"))


def grants(parent: etree._Element) -> tuple[Grant, ...]:
    """The grants as they are named."""
    return tuple(
        Grant(*(said.get(tag, "") for tag in ("GrantID", "Acronym", "Agency", "Country")))
        for said in map(child_texts, listed(parent, "GrantList", "Grant"))
    )


def history_date(history: etree._Element, status: str) -> PartialDate:
    """The first `PubMedPubDate` of that status."""
    return next((partial_date(date) for date in history if date.get("PubStatus") == status), PartialDate())


def identifier(kind: str, *parents: etree._Element) -> str:
    """The record's own "doi", "pii", "pmc" …: the first valid `ELocationID` or `ArticleId` of `parents`."""
    for parent in parents:
        for element in (*parent.iterchildren("ELocationID"), *listed(parent, "ArticleIdList", "ArticleId")):
            named = element.get("EIdType") or element.get("IdType", "pubmed")
            if named == kind and element.get("ValidYN") != "N" and (text := plain(element)):
                return text
    return ""


def _authors(article: etree._Element) -> tuple[Author, ...]:
    authors = people(article.findall("AuthorList/Author"))
    # Up to the DTD of 2014 the first author's affiliation stood in the article.
    affiliation = child_text(article, "Affiliation")
    if affiliation and authors and not authors[0].affiliations:
        return replace(authors[0], affiliations=(affiliation,)), *authors[1:]
    return authors


def _other_abstracts(citation: etree._Element) -> Iterator[OtherAbstract]:
    for other in citation.iterchildren("OtherAbstract"):
        yield OtherAbstract(other.get("Type", ""), other.get("Language", "eng"), sections(other))


def _journal(journal: etree._Element, info: etree._Element) -> Journal:
    issns = {issn.get("IssnType", "Print"): plain(issn) for issn in journal.iterchildren("ISSN")}
    said = child_texts(info)
    return Journal(
        title=child_text(journal, "Title"),
        iso_abbreviation=child_text(journal, "ISOAbbreviation"),
        issn_print=issns.get("Print", ""),
        issn_electronic=issns.get("Electronic", ""),
        issn_linking=said.get("ISSNLinking", ""),
        nlm_id=said.get("NlmUniqueID", ""),
        medline_ta=said.get("MedlineTA", ""),
        country=said.get("Country", ""),
    )


def _electronic_date(article: etree._Element, history: etree._Element) -> PartialDate:
    # "Electronic" is the only DateType there is.
    date = first(article, "ArticleDate")
    return history_date(history, "epublish") if date is _NOTHING else partial_date(date)


def _mesh(citation: etree._Element) -> Iterator[MeshHeading]:
    for heading in first(citation, "MeshHeadingList"):
        # Child by child: with 20 headings a record, looking up each by its path is a tenth of the time of parsing.
        name, ui, major, qualifiers = "", "", False, []
        for child in heading:
            said = plain(child), child.get("UI", ""), child.get("MajorTopicYN") == "Y"
            if child.tag == "DescriptorName":
                name, ui, major = said
            elif child.tag == "QualifierName":
                qualifiers.append(MeshQualifier(*said))
        if name:
            yield MeshHeading(name, ui, major, tuple(qualifiers))


def _chemicals(citation: etree._Element) -> Iterator[Chemical]:
    for chemical in listed(citation, "ChemicalList", "Chemical"):
        name = first(chemical, "NameOfSubstance")
        yield Chemical(plain(name), name.get("UI", ""), child_text(chemical, "RegistryNumber"))


def _accessions(article: etree._Element) -> Iterator[Accession]:
    for bank in article.iterfind("DataBankList/DataBank"):
        name = child_text(bank, "DataBankName")
        # A bank may be named without a number.
        for number in texts(bank, "AccessionNumberList/AccessionNumber") or ("",):
            yield Accession(name, number)


def _corrections(citation: etree._Element) -> Iterator[Correction]:
    for link in listed(citation, "CommentsCorrectionsList", "CommentsCorrections"):
        said = child_texts(link)
        yield Correction(
            type=link.get("RefType", ""),
            source=said.get("RefSource", ""),
            pmid=pmid_number(said.get("PMID", "")),
            note=said.get("Note", ""),
        )
