"""Text as the line-based formats can carry it."""

import re

from pubsearch.record import MeshHeading

# Space, all that some reader takes for the end of a line, and the control characters that none can show.
_SPACE = re.compile("[\x00-\x20\x7f\x85\u2028\u2029]+")


def one_line(text: str) -> str:
    """`text` in one line: line ends, control characters and runs of spaces become a space."""
    return _SPACE.sub(" ", text).strip(" ")


def encoded(text: str) -> bytes:
    """`text` in UTF-8; half a surrogate pair, which UTF-8 cannot carry, becomes "?"."""
    return text.encode("utf-8", "replace")


def heading(mesh: MeshHeading) -> str:
    """ "Heart Failure/*drug therapy": a star marks what the article is about, as in MEDLINE."""
    names = ((part.major, part.name) for part in mesh.qualifiers)
    return "/".join("*" * major + name for major, name in ((mesh.major, mesh.name), *names))
