"""Who among those that have signed in may search."""

import pytest

from pubsearch.ui.signin import admits


@pytest.mark.parametrize(
    ("email", "may"),
    [
        ("ann@hospital.example", True),
        ("Ann@Hospital.Example", True),
        ("bob@elsewhere.example", True),
        ("eve@elsewhere.example", False),
        ("ann@evil-hospital.example", False),
        ("ann@hospital.example.evil", False),
        ("@hospital.example", False),
        ("hospital.example", False),
        ("None", False),
    ],
)
def test_members_are_named_by_address_or_by_host(email: str, *, may: bool) -> None:
    assert admits(["@hospital.example", "Bob@elsewhere.example"], email) is may
