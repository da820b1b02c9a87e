"""What became of a work after it was published, as banners: retraction, concern, correction, update."""

from dataclasses import dataclass
from typing import Literal

from pubsearch.record import Record

Severity = Literal["alarm", "caution", "info"]


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning above a record: what happened, and the citation that says so."""

    severity: Severity
    text: str
    link_text: str = ""
    pmid: int | None = None


# RefType → what it means for the record that holds it, most serious first.
_CORRECTIONS: dict[str, tuple[Severity, str, str]] = {
    "RetractionIn": ("alarm", "Retracted.", "Retraction notice"),
    "PartialRetractionIn": ("alarm", "Retracted in part.", "Retraction notice"),
    "RetractedandRepublishedIn": ("alarm", "Retracted and republished.", "The republished article"),
    "ExpressionOfConcernIn": ("caution", "Expression of concern.", "The expression of concern"),
    "RetractionOf": ("caution", "This is a retraction notice.", "The retracted article"),
    "PartialRetractionOf": ("caution", "This is a notice of a retraction in part.", "The article that it is about"),
    "ExpressionOfConcernFor": ("caution", "This is an expression of concern.", "The article that it is about"),
    "ErratumFor": ("info", "This is a correction.", "The corrected article"),
    "ErratumIn": ("info", "Corrected.", "Correction"),
    "CorrectedandRepublishedIn": ("info", "Corrected and republished.", "The corrected article"),
    "RepublishedIn": ("info", "Republished.", "The republished article"),
    "RetractedandRepublishedFrom": ("info", "Republished after a retraction.", "The retracted article"),
    "CorrectedandRepublishedFrom": ("info", "Republished with corrections.", "The article before"),
    "UpdateIn": ("info", "Updated since.", "The update"),
    "UpdateOf": ("info", "This is an update.", "The version before"),
}
# Publication types that say the same where the record holds no link; some records have theirs in capitals.
NOTICE_TYPES = {
    "retracted publication": "RetractionIn",
    "retraction of publication": "RetractionOf",
    "retraction notice": "RetractionOf",
    "expression of concern": "ExpressionOfConcernFor",
    "published erratum": "ErratumFor",
}


def notices(record: Record) -> tuple[Notice, ...]:
    """Retractions, concerns and corrections, most serious first, each with the PMID of its notice where known."""
    found = []
    stated = {NOTICE_TYPES.get(kind.casefold()) for kind in record.publication_types}
    for kind, (severity, text, link_text) in _CORRECTIONS.items():
        links = [correction for correction in record.corrections if correction.type == kind]
        found += [
            Notice(severity, text, link_text if link.pmid else link.source, link.pmid) for link in dict.fromkeys(links)
        ]
        if not links and kind in stated:
            found.append(Notice(severity, text))
    return tuple(found)


def checked(as_of: str | None) -> str:
    """Up to when notices are known for every record of a topic; `as_of` is that of the topic, where it is known."""
    return f"as of {as_of[:10]}" if as_of else "as of an unknown day"
