"""Labels of filters count however they are written, and one that no record has is told with those that are there."""

import gc
import re
import weakref
from pathlib import Path

import pytest

from pubsearch.errors import UserError
from pubsearch.index.facets import Facets
from pubsearch.index.normal import key
from pubsearch.record import Journal, MeshHeading, Record
from pubsearch.search import labels
from pubsearch.search.filters import Filters
from tests.search.faceted import written

RECORDS = (
    Record(1, journal=Journal(medline_ta="Lancet"), languages=("eng",), publication_types=("Review",)),
    Record(
        2,
        journal=Journal(medline_ta="LANCET"),
        languages=("eng",),
        mesh=(MeshHeading("Child, Preschool", "", major=False),),
    ),
    Record(3, journal=Journal(medline_ta="Lancet Oncol"), languages=("ger",)),
)


@pytest.fixture(scope="module")
def facets(tmp_path_factory: pytest.TempPathFactory) -> Facets:
    return written(tmp_path_factory.mktemp("labels") / "facets", RECORDS)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (Filters(languages=("English", "GER", "german")), Filters(languages=("eng", "ger"))),
        (Filters(journals=("lancet",)), Filters(journals=("LANCET", "Lancet"))),
        (Filters(journals=("Lancet",)), Filters(journals=("Lancet",))),
        (
            Filters(evidence=("Review",), ages=("child, preschool",)),
            Filters(evidence=("review",), ages=("Child, Preschool",)),
        ),
        (Filters(years=(2000, 2001), has_abstract=True), Filters(years=(2000, 2001), has_abstract=True)),
    ],
)
def test_a_label_counts_however_it_is_written(facets: Facets, given: Filters, found: Filters) -> None:
    assert labels.known(given, facets, "demo") == found


def test_labels_of_an_address_count_however_they_are_written_and_unknown_ones_stay(facets: Facets) -> None:
    given = Filters(languages=("eng", "English", "Klingon"), evidence=("review", "Review"), journals=("lancet oncol",))
    found = Filters(languages=("eng", "Klingon"), evidence=("review",), journals=("Lancet Oncol",))
    assert labels.as_had(given, facets) == found
    assert labels.as_had(found, facets) == found


def test_a_thousand_unknown_labels_are_compared_with_those_of_a_facet_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = written(tmp_path / "facets", [Record(i, journal=Journal(medline_ta=f"J {i}")) for i in range(1, 101)])
    keyed: list[str] = []

    def counted(text: str) -> str:
        keyed.append(text)
        return key(text)

    monkeypatch.setattr(labels, "key", counted)
    given = Filters(journals=tuple(f"Unknown {i}" for i in range(1000)))
    assert labels.as_had(given, index) == labels.as_had(given, index) == given
    assert len(keyed) == 2 * 100 + 2 * 1000


def test_labels_by_key_are_let_go_with_their_version(tmp_path: Path) -> None:
    index = written(tmp_path / "facets", RECORDS)
    labels.as_had(Filters(journals=("lancet",)), index)
    gone = weakref.ref(index)
    del index
    gc.collect()
    assert gone() is None


def test_a_kind_that_is_known_and_that_no_record_is_of_is_an_empty_answer(facets: Facets) -> None:
    assert labels.known(Filters(notices=("retracted",)), facets, "demo") == Filters(notices=("retracted",))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Filters(languages=("Germn",)), "No record of demo has languages: Germn; there are German; English ("),
        (Filters(mesh=("Asthma",)), "No record of demo has mesh: Asthma; there are Child, Preschool ("),
        (Filters(sexes=("x",)), "No record of demo has sexes: x; there are none ("),
    ],
)
def test_a_label_that_no_record_has_is_told_with_those_that_are_there(
    facets: Facets, given: Filters, told: str
) -> None:
    with pytest.raises(UserError, match=re.escape(told)):
        labels.known(given, facets, "demo")
