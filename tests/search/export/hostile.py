"""Records whose every text is out to break a format: line ends, tags, formulas, braces, half surrogates."""

from dataclasses import fields

from hypothesis import strategies as st

from pubsearch.record import (
    Author,
    Correction,
    Journal,
    Keyword,
    MeshHeading,
    MeshQualifier,
    PartialDate,
    Record,
    Section,
)

PIECES = (
    "ER  - ",
    "\r\nER  - \r\nTY  - JOUR",
    "\nPMID- 1\n\nPMID- 2",
    "=cmd|' /C calc'!A0",
    "+1",
    "@SUM(A1)",
    "-2",
    "\t=1",
    "＝1",
    '","',
    ";",
    "{",
    "}",
    "\\",
    "\\}",
    "}, author = {",
    "%",
    "$x_1^2$ & ~#",
    "@article{x,",
    " and ",
    "\x00",
    "\x0b\x0c\x1c\x85\u2028\u2029",
    "\ud800",
    "\u202eברית\u202c",
    "α-Ωμέγα",
    "𝛽",
    "</PubmedArticle>",
    "a" * 100,
)
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=5).map("".join)
NAMED = st.builds(Author, TEXT, TEXT, TEXT, st.sampled_from(("", "Jr", "3rd")), affiliations=st.tuples(TEXT))
GROUP = st.builds(Author, collective=TEXT)
DATE = st.builds(
    PartialDate,
    st.none() | st.integers(1500, 2100),
    st.none() | st.integers(1, 12),
    st.none() | st.integers(1, 31),
    st.just("") | TEXT,
)
_TEXTS = {field.name: TEXT for field in fields(Record) if field.type is str}


def hostile_records() -> st.SearchStrategy[Record]:
    """Records as no PubMed file would have them, but a parser might let through."""
    return st.builds(
        Record,
        pmid=st.integers(1, 10**9),
        sections=st.lists(st.builds(Section, TEXT, TEXT, TEXT), max_size=2).map(tuple),
        authors=st.lists(NAMED | GROUP, max_size=3).map(tuple),
        editors=st.lists(NAMED, max_size=1).map(tuple),
        journal=st.builds(Journal, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT),
        publication_date=DATE,
        publication_types=st.tuples(TEXT),
        mesh=st.lists(
            st.builds(
                MeshHeading, TEXT, TEXT, st.booleans(), st.tuples(st.builds(MeshQualifier, TEXT, TEXT, st.booleans()))
            ),
            max_size=2,
        ).map(tuple),
        keywords=st.lists(st.builds(Keyword, TEXT, TEXT, st.booleans()), max_size=2).map(tuple),
        corrections=st.lists(
            st.builds(Correction, st.sampled_from(("RetractionIn", "ErratumIn", "Cites")), TEXT), max_size=2
        ).map(tuple),
        is_book=st.booleans(),
        **_TEXTS,
    )
