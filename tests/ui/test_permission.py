"""Who may write where nobody signs in: whoever sits at this machine, and no one by any detour."""

from collections.abc import Mapping, Sequence

import pytest

from pubsearch.ui.permission import is_at_this_machine, is_same_origin

HERE = ["127.0.0.1", "localhost", "::1"]


@pytest.mark.parametrize(
    ("names", "may"),
    [
        (HERE, True),
        ([*HERE, "search.hospital.example"], False),
        ([*HERE, "*"], False),
        (["0.0.0.0", *HERE], False),
        (["192.168.1.2", "*"], False),
        (["None", "*"], False),
        (["localhost.evil.example"], False),
    ],
)
def test_a_server_that_answers_to_others_is_not_for_this_machine_alone(names: Sequence[str], *, may: bool) -> None:
    assert is_at_this_machine(names, {"host": "127.0.0.1:8501"}) is may


@pytest.mark.parametrize(
    "header", ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via"]
)
def test_who_comes_through_a_proxy_does_not_sit_here(header: str) -> None:
    assert not is_at_this_machine(HERE, {"host": "127.0.0.1:8501", header: "127.0.0.1"})


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8501"}, True),
        ({"host": "search.hospital.example", "origin": "https://search.hospital.example"}, True),
        ({"host": "127.0.0.1:8501"}, True),
        ({"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:3000"}, False),
        ({"host": "127.0.0.1:8501", "origin": "http://localhost:8501"}, False),
        ({"host": "127.0.0.1:8501", "origin": "null"}, False),
        ({"origin": "http://127.0.0.1:8501"}, False),
    ],
)
def test_a_page_of_another_site_or_port_is_foreign(headers: Mapping[str, str], *, same: bool) -> None:
    assert is_same_origin(headers) is same
