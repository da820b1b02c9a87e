"""What a work is, and what became of it after it was published: retraction, concern, erratum, in words that travel with
exports."""

from collections.abc import Iterator

from pubsearch.record import Record

RETRACTED = "Retracted Publication"
"""MeSH's publication type for a work that was retracted."""

# RefType of the PubMed DTD → how PubMed prints it.
_LABELS = {
    "RetractionIn": "Retraction in",
    "PartialRetractionIn": "Partial retraction in",
    "RetractedandRepublishedIn": "Retracted and republished in",
    "ExpressionOfConcernIn": "Expression of concern in",
    "ErratumIn": "Erratum in",
    "CorrectedandRepublishedIn": "Corrected and republished in",
    "RepublishedIn": "Republished in",
    "UpdateIn": "Update in",
    "RetractionOf": "Retraction of",
    "PartialRetractionOf": "Partial retraction of",
    "RetractedandRepublishedFrom": "Retracted and republished from",
    "ExpressionOfConcernFor": "Expression of concern for",
    "ErratumFor": "Erratum for",
    "CorrectedandRepublishedFrom": "Corrected and republished from",
    "RepublishedFrom": "Republished from",
    "UpdateOf": "Update of",
}


def is_chapter(record: Record) -> bool:
    """Whether the work is a part of a book, which has another title."""
    return record.is_book and record.title != record.journal.title


def status(record: Record) -> Iterator[str]:
    """ "Retracted Publication" where the work was retracted, then a sentence for each notice of it that is linked, such
    as "Retraction in: Lancet. 2010 Feb 6;375(9713):445. PMID: 20137807"."""
    if record.retracted:
        yield RETRACTED
    for correction in record.corrections:
        if label := _LABELS.get(correction.type):
            pmid = f"PMID: {correction.pmid}" if correction.pmid else ""
            said = filter(None, (correction.source.rstrip(". "), correction.note.rstrip(". "), pmid))
            yield f"{label}: {'. '.join(said)}"
