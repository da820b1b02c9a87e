"""Words are compared without what writers do to letters."""

import pytest

from pubsearch.index.normal import key


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("𝑃 < 0.05", "p 0 05"),  # a letter of a formula
        ("𝐇𝐞𝐚𝐫𝐭 ℝ ᴺ", "heart r n"),
        ("Sjögren’s", "sjogren s"),
        ("TNF-α", "tnf alpha"),
        ("Ⅷ ﬁbrosis H₂O", "viii fibrosis h2o"),
    ],
)
def test_letters_that_mean_the_same_are_the_same(written: str, meant: str) -> None:
    assert key(written) == meant
    assert key(meant) == meant
