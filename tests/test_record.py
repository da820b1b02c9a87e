"""What a record says of itself."""

import pytest

from pubsearch.record import Correction, Record


@pytest.mark.parametrize(
    ("record", "retracted"),
    [
        (Record(1, publication_types=("Journal Article", "Retracted Publication")), True),
        (Record(1, publication_types=("RETRACTED PUBLICATION",)), True),
        (Record(1, corrections=(Correction("RetractionIn", "Lancet. 2010"),)), True),
        (Record(1, corrections=(Correction("RetractedandRepublishedIn", "Lancet. 2010"),)), True),
        (Record(1, corrections=(Correction("PartialRetractionIn", "Lancet. 2010"),)), False),
        (Record(1, publication_types=("Retraction of Publication",)), False),
        (Record(1, corrections=(Correction("RetractionOf", "Lancet. 2010"),)), False),
    ],
)
def test_a_work_counts_as_retracted_where_all_of_it_was(record: Record, retracted: bool) -> None:
    assert record.retracted is retracted
