"""A sealed document is read as before, and any bit that turns in it is found."""

import hashlib
import json
import tomllib

import pytest

from pubsearch.topic import sealed

INDENTED = sealed.seal_json(b'{\n  "a": 1,\n  "b": {\n    "c": "d"\n  }\n}')
LINE = sealed.seal_json(b'{"a":1,"b":{"c":"d"}}')
TOML = sealed.seal_toml(b'a = 1\nb = "c"\n')


def test_what_was_said_is_said() -> None:
    assert {name: json.loads(INDENTED)[name] for name in ("a", "b")} == {"a": 1, "b": {"c": "d"}}
    assert json.loads(LINE).keys() == {"a", "b", "seal"}
    assert tomllib.loads(TOML.decode()).keys() == {"a", "b", "seal"}


@pytest.mark.parametrize("document", [INDENTED, LINE, TOML])
def test_any_bit_that_turns_is_found(document: bytes) -> None:
    assert sealed.is_whole(document)
    for place in range(len(document)):
        for bit in range(8):
            turned = bytearray(document)
            turned[place] ^= 1 << bit
            assert not sealed.is_whole(bytes(turned)), (place, bit)


@pytest.mark.parametrize("document", [INDENTED, LINE, TOML])
def test_what_is_cut_off_or_added_is_found(document: bytes) -> None:
    assert not any(sealed.is_whole(document[:end]) for end in range(len(document)))
    assert not any(sealed.is_whole(document + more) for more in (b"\0", b"\n", b" ", document))


@pytest.mark.parametrize("document", [b"", b"{}", b'{"a":1}', b"a = 1\n"])
def test_a_document_without_a_seal_is_told_apart(document: bytes) -> None:
    assert sealed.is_whole(document) is None


def test_a_line_is_sealed_with_all_lines_before_it() -> None:
    before = hashlib.sha256(LINE + b"\n")
    second = sealed.seal_json(b'{"a":2}', before)
    assert sealed.is_whole(second, before)
    assert sealed.is_whole(second) is False
    before.update(second + b"\n")
    assert sealed.is_whole(second, before) is False
