"""Documents that end in their own SHA-256, so that a bit that turned in one of them gives itself away.

The last field, `seal`, is the SHA-256 of every byte that stands before its value. Readers of the document pass it over.
"""

import hashlib
import re
from typing import Any

_SEAL = re.compile(
    rb',\n  "seal": "([0-9a-f]{64})"\n\}\n\Z'
    rb'|,"seal":"([0-9a-f]{64})"\}\Z'
    rb'|^seal = "([0-9a-f]{64})"\n\Z',
    re.MULTILINE,
)


def seal_json(document: bytes, after: Any = None) -> bytes:
    """The JSON object `document`, on one line or indented, with a seal.

    `after` is the running SHA-256 (of hashlib) of what stands before the document in its file, which it seals too.
    """
    body = document.rstrip().removesuffix(b"}").rstrip()
    if b"\n" in body:
        return _sealed(body + b',\n  "seal": "', b'"\n}\n', after)
    return _sealed(body + b',"seal":"', b'"}', after)


def seal_toml(document: bytes) -> bytes:
    """The TOML `document`, which has no tables, with a seal."""
    return _sealed(document + b'seal = "', b'"\n', None)


def is_whole(document: bytes, after: Any = None) -> bool | None:
    """Whether a document is what was sealed, to the bit; None where it has no seal."""
    found = _SEAL.search(document)
    if found is None or found.lastindex is None:
        return None
    return _digest(document[: found.start(found.lastindex)], after) == found[found.lastindex]


def _sealed(head: bytes, tail: bytes, after: Any) -> bytes:
    return head + _digest(head, after) + tail


def _digest(head: bytes, after: Any) -> bytes:
    digest = after.copy() if after is not None else hashlib.sha256()
    digest.update(head)
    return digest.hexdigest().encode()
