"""Inline text: nothing is lost, offsets are exact."""

from itertools import pairwise
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pubsearch.entrez.markup import marked, plain
from pubsearch.record import Markup

MATHML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'


def read(inner: str) -> tuple[str, list[tuple[str, str]]]:
    """The text, and each span as (tag, the text it covers)."""
    text, spans = marked(etree.fromstring(f"<ArticleTitle {MATHML}>{inner}</ArticleTitle>"))
    return text, [(span.tag, text[span.start : span.end]) for span in spans]


@pytest.mark.parametrize(
    ("inner", "text", "spans"),
    [
        ("", "", []),
        (" \n ", "", []),
        ("plain", "plain", []),
        ("  two\n   lines\t\there ", "two lines here", []),
        ("CO<sub>2</sub> in <i>E. coli</i>", "CO2 in E. coli", [("sub", "2"), ("i", "E. coli")]),
        ("<i>first</i> and <b>last</b>", "first and last", [("i", "first"), ("b", "last")]),
        ("<u>a</u><sup>+</sup>", "a+", [("u", "a"), ("sup", "+")]),
        # white space at the edge of an element belongs to neither side's span
        ("the\n  <i> APOE </i>\n  locus", "the APOE locus", [("i", "APOE")]),
        ("a<i> b</i>", "a b", [("i", "b")]),
        ("<i>a </i>b", "a b", [("i", "a")]),
        ("a <i/>b<b> </b>c", "a b c", []),
        ("<b>bold <i>both</i></b> x", "bold both x", [("b", "bold both"), ("i", "both")]),
        ("<b><i>all</i></b>", "all", [("b", "all"), ("i", "all")]),
        ("a <unknown>b</unknown> c", "a b c", []),
        ("a<!-- not text -->b<?nor this?>c", "abc", []),
        ("P&lt;0.001 &amp; &lt;script&gt;", "P<0.001 & <script>", []),
        # a no-break space and a thin space are characters, not formatting
        ("5\u00a0mg\u2009kg", "5\u00a0mg\u2009kg", []),
    ],
)
def test_text_and_spans(inner: str, text: str, spans: list[tuple[str, str]]) -> None:
    assert read(inner) == (text, spans)


@pytest.mark.parametrize(
    ("inner", "text", "spans"),
    [
        ("<mml:math><mml:mi>α</mml:mi></mml:math>-amylase", "α-amylase", []),
        ("<mml:math><mml:msup><mml:mi>r</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>", "r2", [("sup", "2")]),
        ("<mml:msub><mml:mi>K</mml:mi><mml:mi>d</mml:mi></mml:msub>", "Kd", [("sub", "d")]),
        (
            "<mml:msubsup><mml:mi>η</mml:mi><!-- eta --><mml:mi>p</mml:mi><mml:mn>2</mml:mn></mml:msubsup>",
            "ηp2",
            [("sub", "p"), ("sup", "2")],
        ),
        ("<mml:mfrac><mml:mn>1</mml:mn><mml:mn>2</mml:mn></mml:mfrac> mg", "1/2 mg", []),
        (
            "<mml:mfrac><mml:mrow><mml:mi>a</mml:mi><mml:mo>+</mml:mo></mml:mrow><mml:mi>c</mml:mi></mml:mfrac>",
            "(a+)/c",
            [],
        ),
        (
            "<mml:mfrac><mml:mi>c</mml:mi><mml:mrow><mml:mrow><i>a</i><b>b</b></mml:mrow></mml:mrow></mml:mfrac>",
            "c/(ab)",
            [("i", "a"), ("b", "b")],
        ),
        ("of <mml:msqrt><mml:mn>2</mml:mn></mml:msqrt> mm", "of √(2) mm", []),
        (
            "<mml:semantics><mml:mi>x</mml:mi><mml:annotation>$x$</mml:annotation></mml:semantics>",
            "x",
            [],
        ),
        # a displayed formula is a line of its own
        ("where<DispFormula><mml:math><mml:mi>x</mml:mi></mml:math></DispFormula>is", "where x is", []),
    ],
)
def test_formulas(inner: str, text: str, spans: list[tuple[str, str]]) -> None:
    assert read(inner) == (text, spans)


@pytest.mark.parametrize(
    "text",
    [
        "Исследование синдрома конского хвоста",
        "针刀对腰椎间盘突出症患者的影响",
        "دراسة تأثير الأسبرين 100 mg",
        "השפעת הטיפול",
        "Crohn e\u0301tude n\u0303",  # combining characters are not composed
        "𝛼-synuclein 🧬",
    ],
)
def test_offsets_count_code_points_in_any_script(text: str) -> None:
    title, spans = marked(etree.fromstring(f"<t>{text} <i>{text}</i></t>"))
    assert title == f"{text} {text}"
    assert spans == (Markup(len(text) + 1, 2 * len(text) + 1, "i"),)


def test_no_element_is_no_text() -> None:
    assert plain(None) == ""
    assert marked(None) == ("", ())


pieces = st.text(st.sampled_from("aβ< &\n\t \u00a0é𝛼"), max_size=6)
inline = st.recursive(
    pieces.map(escape),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(["b", "i", "u", "sub", "sup", "x"]),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.lists(inline, max_size=5))
def test_any_markup_keeps_its_text_and_nests(parts: list[str]) -> None:
    element = etree.fromstring(f"<t>{''.join(parts)}</t>")
    text, spans = marked(element)

    assert text == squeezed(element) == plain(element)
    covered = [squeezed(child) for child in element.iter("b", "i", "u", "sub", "sup")]
    assert [text[span.start : span.end] for span in spans] == [inner for inner in covered if inner]
    for outer, inner in pairwise(spans):
        assert outer.start <= inner.start
        assert inner.start >= outer.end or inner.end <= outer.end


def squeezed(element: etree._Element) -> str:
    # XPath's own rule for white space is the one that we promise
    return str(element.xpath("normalize-space()"))
