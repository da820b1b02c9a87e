"""A record's kinds of evidence are those of its publication types, and nothing else."""

import pytest

from pubsearch.index.evidence import GROUPS, NAMES, groups


def test_the_groups_stand_in_order_of_strength() -> None:
    assert NAMES == (
        "guideline",
        "systematic review",
        "meta-analysis",
        "randomised trial",
        "trial",
        "observational",
        "review",
        "case report",
        "other",
    )


def test_a_publication_type_is_in_one_group() -> None:
    types = [kind for group in GROUPS for kind in group.types]
    assert len(types) == len(set(types))


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (["Journal Article", "Practice Guideline"], ("guideline",)),
        (["Journal Article", "Meta-Analysis", "Systematic Review"], ("systematic review", "meta-analysis")),
        (["Network Meta-Analysis"], ("meta-analysis",)),
        (["Clinical Trial, Phase III", "Randomized Controlled Trial"], ("randomised trial", "trial")),
        (["Clinical Trial", "Clinical Trial, Phase II"], ("trial",)),
        (["Observational Study", "Multicenter Study"], ("observational",)),
        (["Review", "Case Reports"], ("review", "case report")),
        (["Scoping Review"], ("review",)),
        (["Clinical Trial Protocol"], ("other",)),
        (["Journal Article"], ("other",)),
        (["JOURNAL ARTICLE", "REVIEW"], ("review",)),
        ([], ("other",)),
    ],
)
def test_a_record_is_in_every_group_that_its_types_name_and_else_in_other(
    types: list[str], expected: tuple[str, ...]
) -> None:
    assert groups(types) == expected
