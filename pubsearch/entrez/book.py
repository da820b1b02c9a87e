"""`PubmedBookArticle` → Record: a book of NCBI's Bookshelf, or a chapter of one."""

from lxml import etree

from pubsearch.entrez.citation import (
    child_text,
    first,
    grants,
    history_date,
    identifier,
    keywords,
    languages,
    pages,
    record_pmid,
    record_version,
    sections,
    texts,
)
from pubsearch.entrez.dates import partial_date
from pubsearch.entrez.markup import marked
from pubsearch.entrez.people import people
from pubsearch.record import Author, Journal, Record


def book_record(element: etree._Element) -> Record | None:
    """A `PubmedBookArticle`, or a `BookDocument` that stands alone, as a Record; None where it has no PMID.

    Title and authors are the chapter's, or the book's where the record is a whole book. `publication_date` is the
    book's, as PubMed's DP is, and `electronic_date` the day on which the chapter was contributed.
    """
    document = element if element.tag == "BookDocument" else first(element, "BookDocument")
    data = first(element, "PubmedBookData")
    pmid = record_pmid(element, document, data)
    if pmid is None:
        return None
    book, abstract, history = first(document, "Book"), first(document, "Abstract"), first(data, "History")
    title, title_markup = marked(document.find("ArticleTitle"))
    own = [document, data]
    if not title:
        title, title_markup = marked(book.find("BookTitle"))
        own.append(book)  # a chapter has not the DOI of its book: chapters would pass for duplicates of each other
    return Record(
        pmid=pmid,
        version=record_version(document),
        title=title,
        title_markup=title_markup,
        sections=sections(abstract),
        abstract_copyright=child_text(abstract, "CopyrightInformation"),
        vernacular_title=child_text(document, "VernacularTitle"),
        authors=_listed(document, "authors") or _listed(book, "authors"),
        authors_complete=all(names.get("CompleteYN") != "N" for names in document.iterfind("AuthorList")),
        editors=_listed(document, "editors") + _listed(book, "editors"),
        investigators=people(
            [*document.iterfind("InvestigatorList/Investigator"), *book.iterfind("InvestigatorList/Investigator")]
        ),
        journal=Journal(title=child_text(book, "BookTitle")),
        volume=child_text(book, "Volume"),
        pages=pages(document),
        publication_date=partial_date(book.find("PubDate")),
        electronic_date=partial_date(document.find("ContributionDate")),
        publication_types=texts(document, "PublicationType"),
        keywords=keywords(document),
        languages=languages(document),
        doi=identifier("doi", *own),
        pmcid=identifier("pmc", *own),
        pii=identifier("pii", *own),
        grants=grants(document),
        publication_status=child_text(data, "PublicationStatus"),
        entrez_date=history_date(history, "entrez"),
        pubmed_date=history_date(history, "pubmed"),
        mesh_date=history_date(history, "medline"),
        revised_date=partial_date(document.find("DateRevised")),
        is_book=True,
        publisher=child_text(first(book, "Publisher"), "PublisherName"),
        isbn=child_text(book, "Isbn"),
        book_accession=identifier("bookaccession", *own),
    )


def _listed(parent: etree._Element, kind: str) -> tuple[Author, ...]:
    """The people of the lists of that kind; a list that does not say its kind holds authors."""
    lists = (names for names in parent.iterfind("AuthorList") if names.get("Type", "authors") == kind)
    return people([author for names in lists for author in names.iterfind("Author")])
