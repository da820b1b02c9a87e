"""Retractions, concerns and errata in words, as PubMed prints them."""

from pubsearch.record import Correction, Record
from pubsearch.search.export.work import status


def test_a_retracted_work_says_so_first() -> None:
    record = Record(
        1,
        publication_types=("Journal Article", "Retracted Publication"),
        corrections=(
            Correction("CommentIn", "BMJ. 2009", 3),
            Correction("ErratumIn", "J Infect Dis 1998 Aug;178(2):601", None, "Whitely RJ [corrected to Whitley RJ]"),
            Correction("RetractionIn", "Lancet. 2010 Feb 6;375(9713):445", 20137807),
        ),
    )
    assert list(status(record)) == [
        "Retracted Publication",
        "Erratum in: J Infect Dis 1998 Aug;178(2):601. Whitely RJ [corrected to Whitley RJ]",
        "Retraction in: Lancet. 2010 Feb 6;375(9713):445. PMID: 20137807",
    ]


def test_a_link_to_a_retraction_is_enough() -> None:
    assert list(status(Record(1, corrections=(Correction("RetractionIn", "Lancet. 2010."),)))) == [
        "Retracted Publication",
        "Retraction in: Lancet. 2010",
    ]


def test_a_concern_an_update_and_a_notice_itself_are_no_retraction() -> None:
    links = ("ExpressionOfConcernIn", "UpdateIn", "RetractionOf", "Cites")
    assert list(status(Record(1, corrections=tuple(Correction(link, "BMJ. 2011") for link in links)))) == [
        "Expression of concern in: BMJ. 2011",
        "Update in: BMJ. 2011",
        "Retraction of: BMJ. 2011",
    ]


def test_real_notices_all_have_words(real: list[Record]) -> None:
    said = {sentence.partition(":")[0] for record in real for sentence in status(record)}
    assert said >= {"Retracted Publication", "Retraction in", "Retraction of", "Erratum in", "Update in"}
