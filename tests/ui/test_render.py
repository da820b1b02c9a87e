"""The renderer: text is data, every highlight is a mark, and the HTML nests."""

import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubsearch.record import (
    Author,
    Correction,
    Journal,
    Markup,
    MeshHeading,
    MeshQualifier,
    PartialDate,
    Record,
    Section,
    Tag,
)
from pubsearch.search.results import Highlight, Hit, Kind
from pubsearch.ui import render, safe
from pubsearch.ui.highlighting import Mark
from pubsearch.ui.render import render_entry, render_legend, render_note
from pubsearch.ui.safe import marked

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; &amp;amp; &#60;",
    "P<0.001 and n>30 & so on",
    "**bold** _it_ `code` [link](javascript:alert(1))",
    "costs $5 to $10, $x^2$",
    ":red[alarm] :material/home:",
    "مرحبا بالعالم and עברית",
    "cafe\u0301 A\u030a \u0915\u094d\u0937",
    "\u202eevil\u202c a\u200db \u00a0",
    "</mark></p></article><style>*{display:none}</style>",
    "<!-- comment --> <![CDATA[x]]> <?php ?>",
]


class Reader(HTMLParser):
    """Reads a fragment back: its text, the text of each mark, and whether each end tag ends the latest start tag."""

    def __init__(self, fragment: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text = ""
        self.marked: list[bool] = []
        self.marks: list[dict[str, str | None]] = []
        self.links: list[str | None] = []
        self.tags: set[str] = set()
        self.feed(fragment)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        if tag == "mark":
            self.marks.append(dict(attrs) | {"within": " ".join(self.open)})
        if tag == "a":
            self.links.append(dict(attrs).get("href"))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        self.marked += ["mark" in self.open] * len(data)


def earned(
    field: Literal["title", "abstract"] | None,
    start: int | None,
    end: int | None,
    term: str,
    query_term: str | None,
    contribution: float,
    kind: Kind = "meaning",
    own: bool = True,
) -> Highlight:
    return Highlight(field, start, end, term, query_term, contribution, kind, own, contribution, 1.0, 1)


def hit(record: Record, *highlights: Highlight, score: float = 10.0) -> Hit:
    return Hit(record.pmid, score, record, highlights)


def render_hit(hit: Hit, best: float, *, highlights: bool = True, as_of: str | None = None) -> str:
    return render.render_hit(hit, best, page=PAGE, similar=SIMILAR, highlights=highlights, as_of=as_of)


def place(text: str, word: str) -> tuple[int, int]:
    return text.index(word), text.index(word) + len(word)


PAGE, SIMILAR = "record?topic=heart+failure&pmid=1", "?topic=heart+failure&like=1"

RECORD = Record(
    pmid=12345,
    title="Aspirin after heart attack",
    sections=(
        Section("METHODS", "METHODS", "We gave aspirin.", (Markup(8, 15, "i"),)),
        Section("RESULTS", "RESULTS", "Infarction was rarer; infarction size too (P<0.001)."),
    ),
    authors=tuple(Author(last_name=name, initials="A") for name in ("One", "Two", "Three", "Four")),
    journal=Journal(title="The Long Journal", iso_abbreviation="Long J"),
    publication_date=PartialDate(2019),
    publication_types=("Journal Article", "Research Support, N.I.H., Extramural", "Review", "Meta-Analysis"),
    languages=("eng",),
)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_data(text: str) -> None:
    record = Record(
        pmid=1,
        title=text,
        sections=(Section(text, "", text),),
        authors=(Author(collective=text),),
        journal=Journal(iso_abbreviation=text),
        publication_types=(text,),
        corrections=(Correction("ErratumIn", text),),
        languages=(text,),
        mesh=(MeshHeading(text, "D1", True), MeshHeading(text, "D2", False)),
    )
    start, end = place(record.abstract, text)
    shown = render_hit(hit(record, earned("abstract", start, end, text, text, 5.0)), 10.0)
    reader = Reader(shown)
    assert reader.text.count(text) == 9  # title, author, journal, language, badge, notice, label, abstract, MeSH
    assert reader.tags <= {"article", "h3", "a", "p", "div", "span", "ul", "li", "b", "mark", "button"}
    assert reader.links == ["https://pubmed.ncbi.nlm.nih.gov/1/"] * 2 + [PAGE, SIMILAR]
    assert (
        next(mark["data-why"] for mark in reader.marks if "data-why" in mark)
        == f"matched “{text}” for your “{text}” by meaning (50\u00a0% of the score)"
    )
    assert Reader(render_note(text)).text == text
    assert Reader(render_entry(record, text)).text.count(text) == 6  # no label, no abstract


def test_control_characters_are_shown_as_pictures() -> None:
    assert Reader(marked("a\x00b\rc\ud800")).text == "a␀b␍c\ufffd"


spans = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)
# Control characters and surrogates are replaced, as the test above says.
texts = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("<>&\"'`$*"), max_size=40)
tags: st.SearchStrategy[Tag] = st.sampled_from(["b", "i", "u", "sub", "sup"])


@given(texts, st.lists(st.tuples(spans, tags), max_size=6), st.lists(spans, max_size=6))
def test_any_spans_over_any_text(text: str, styled: list[tuple[list[int], Tag]], places: list[list[int]]) -> None:
    markup = [Markup(start, end, tag) for (start, end), tag in styled]
    marks = [Mark(start, end, 3, "why", focusable=True) for start, end in places]
    fragment = marked(text, markup, marks)
    reader = Reader(fragment)
    assert reader.text == text
    assert html.unescape(re.sub("<[^>]*>", "", fragment)) == text
    for start, end in places:
        assert all(reader.marked[start : min(end, len(text))])
    assert all(mark["within"] == "mark" for mark in reader.marks), "marks stand outermost, so each stays whole"


def test_a_mark_that_crosses_markup_stays_whole() -> None:
    shown = marked("H2O2 level", [Markup(1, 2, "sub"), Markup(3, 8, "sub")], [Mark(0, 4, 2, "why", focusable=True)])
    assert shown == (
        '<mark class="hl-2" tabindex="0" data-why="why" aria-description="why">H<sub>2</sub>O<sub>2</sub></mark>'
        "<sub> lev</sub>el"
    )


def test_a_mark_keeps_combining_signs() -> None:
    assert marked("cafe\u0301s", (), [Mark(0, 4)]) == '<mark class="hl-echo">cafe\u0301</mark>s'


def test_terms_of_one_word_share_one_mark() -> None:
    start, end = place(RECORD.abstract, "Infarction")
    shown = render_hit(
        hit(
            RECORD,
            earned("abstract", start, end, "infarction", "attack", 2.0),
            earned("abstract", start, end, "myocardial", "attack", 1.0),
            earned("abstract", start, end, "##farct", None, 0.4),
            earned(None, None, None, "stroke", "attack", 0.05),
        ),
        20.0,
    )
    reader = Reader(shown)
    first, *echoes = reader.marks
    assert first["class"] == "hl-5"
    assert first["tabindex"] == "0"
    assert first["data-why"] == first["aria-description"]
    assert first["data-why"] == (
        "matched “infarction”, “myocardial” for your “attack”; “…farct” for your question as a whole "
        "by meaning (34\u00a0% of the score)"
    )
    assert [(mark["class"], mark.get("tabindex"), mark.get("data-why")) for mark in echoes] == [("hl-echo", None, None)]
    assert "Also: under 1\u00a0% of the score from the record as a whole." in reader.text
    assert 'style="width:50%"' in shown


def test_a_sign_is_not_marked_though_it_gave_a_term() -> None:
    start, end = place(RECORD.abstract, ".")
    assert Reader(render_hit(hit(RECORD, earned("abstract", start, end, "the", None, 1.0)), 10.0)).marks == []


@pytest.mark.parametrize(("share", "level"), [(0.01, 1), (0.03, 2), (0.1, 3), (0.2, 4), (0.9, 5)])
def test_shade_follows_the_share(share: float, level: int) -> None:
    shown = render_hit(hit(RECORD, earned("title", 0, 7, "aspirin", "aspirin", share * 10)), 10.0)
    assert Reader(shown).marks[0]["class"] == f"hl-{level}"


def test_a_title_is_one_link_and_explains_its_marks_below() -> None:
    shown = render_hit(hit(RECORD, earned("title", 0, 7, "aspirin", "asa", 3.0)), 10.0)
    in_title = [mark for mark in Reader(shown).marks if "h3" in str(mark["within"])]
    assert [mark["within"] for mark in in_title] == ["article h3 a mark"]
    assert "tabindex" not in in_title[0]
    assert '<a href="https://pubmed.ncbi.nlm.nih.gov/12345/" target="_blank" aria-describedby="why-12345"' in shown
    assert 'rel="noopener"' in shown
    assert (
        "In the title: “Aspirin” matched “aspirin” for your “asa” by meaning (30\u00a0% of the score)."
        in Reader(shown).text
    )


def test_sections_are_paragraphs_with_their_labels() -> None:
    start, end = place(RECORD.abstract, "aspirin")
    shown = render_hit(hit(RECORD, earned("abstract", start, end, "aspirin", "aspirin", 1.0)), 10.0)
    assert '<p dir="auto"><b>METHODS: </b>We gave <mark' in shown
    assert "><i>aspirin</i></mark>.</p>" in shown
    assert '<p dir="auto"><b>RESULTS: </b>Infarction was rarer; infarction size too (P&lt;0.001).</p>' in shown


def test_a_citation_in_short() -> None:
    reader = Reader(render_hit(hit(RECORD), 10.0))
    assert "One A, Two A, Three A, et al." in reader.text
    assert "Long J · 2019 · PMID 12345" in reader.text
    assert "Meta-AnalysisReview" in reader.text
    assert "Research Support" not in reader.text
    assert "Journal Article" not in reader.text


def test_what_is_missing_is_said() -> None:
    reader = Reader(render_hit(hit(Record(pmid=7, languages=("ger", "tlh"))), 0.0))
    assert reader.text.startswith("[No title]")
    assert "No abstract in PubMed." in reader.text
    assert "In German and tlh" in reader.text


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        (("eng",), None),
        ((), None),
        (("und",), None),
        (("fre",), "In French"),
        (("eng", "fre"), "In English and French"),
    ],
)
def test_all_languages_are_named_unless_it_is_english_alone(languages: tuple[str, ...], said: str) -> None:
    text = Reader(render_hit(hit(Record(pmid=7, languages=languages)), 0.0)).text
    assert said in text if said else "In " not in text


@pytest.mark.parametrize(
    ("changes", "text", "link"),
    [
        ({"publication_types": ("Retracted Publication",)}, "Retracted.", None),
        ({"corrections": (Correction("RetractionIn", "J. 2020", 99),)}, "Retracted. Retraction notice", 99),
        ({"corrections": (Correction("RetractionIn", "J. 2020"),)}, "Retracted. J. 2020", None),
        ({"corrections": (Correction("ExpressionOfConcernIn", "J.", 98),)}, "Expression of concern.", 98),
        ({"corrections": (Correction("ErratumIn", "J.", 97),)}, "Corrected. Correction", 97),
        ({"publication_types": ("Retraction of Publication",)}, "This is a retraction notice.", None),
        ({"corrections": (Correction("RetractionOf", "J.", 96),)}, "This is a retraction notice. The retracted", 96),
    ],
)
def test_notices(changes: dict[str, object], text: str, link: int | None) -> None:
    reader = Reader(render_hit(hit(replace(RECORD, **changes)), 10.0))
    assert text in reader.text
    assert reader.links[1:-3] == ([f"https://pubmed.ncbi.nlm.nih.gov/{link}/"] if link else [])


def test_a_notice_says_up_to_when_notices_are_known() -> None:
    retracted = replace(RECORD, publication_types=("Retracted Publication",))
    assert (
        "Retracted.  (as of 2026-11-25)" in Reader(render_hit(hit(retracted), 1.0, as_of="2026-11-25T10:00:00Z")).text
    )
    assert "as of an unknown day" in Reader(render_hit(hit(retracted), 1.0)).text
    assert "as of" not in Reader(render_hit(hit(RECORD), 1.0)).text


def test_words_that_the_model_added_are_dashed_and_said() -> None:
    added = earned("title", 14, 19, "heart", "attack", 1.0, own=False)
    own = earned("title", 0, 7, "aspirin", "aspirin", 1.0, kind="word")
    first, second = Reader(render_hit(hit(RECORD, own, added), 10.0)).marks[:2]
    assert (first["class"], second["class"]) == ("hl-3", "hl-3 hl-added")
    shown = Reader(render_hit(hit(RECORD, own, added), 10.0)).text
    assert "“Aspirin” matched “aspirin” for your “aspirin” word for word (10\u00a0% of the score)" in shown
    assert "“heart” matched “heart” for your “attack” by meaning, added by the model (10\u00a0% of the score)" in shown
    assert {mark["class"] for mark in Reader(render_legend()).marks} >= {"hl-3", "hl-3 hl-added", "hl-echo"}


def test_a_result_names_what_the_article_is_mainly_about() -> None:
    therapy, risk = MeshQualifier("drug therapy", "Q1", True), MeshQualifier("epidemiology", "Q2", False)
    mesh = (MeshHeading("Heart Failure", "D1", False, (therapy, risk)), MeshHeading("Humans", "D2", False))
    shown = Reader(render_hit(hit(replace(RECORD, mesh=(*mesh, MeshHeading("Aspirin", "D3", True)))), 10.0)).text
    assert "MeSH: Heart Failure/*drug therapy/epidemiology; *Aspirin" in shown
    assert "Humans" not in shown


def test_marks_can_be_left_out() -> None:
    shown = Reader(render_hit(hit(RECORD, earned("title", 0, 7, "aspirin", "asa", 3.0)), 10.0, highlights=False))
    assert shown.marks == []
    assert "matched" not in shown.text
    assert "Score 10.00" in shown.text


def test_a_long_abstract_is_folded_and_whole() -> None:
    long = replace(RECORD, sections=(Section("", "", "word " * 200 + "end"),))
    shown = render_hit(hit(long), 10.0)
    assert '</div><details class="ps-fold"><summary>Whole abstract</summary></details>' in shown
    assert "end" in Reader(shown).text
    assert "ps-fold" not in render_hit(hit(RECORD), 10.0)


def test_a_result_says_what_can_be_done_with_it() -> None:
    shown = render_hit(hit(RECORD, earned("title", 0, 7, "aspirin", "asa", 3.0)), 10.0)
    assert f'<article class="ps-hit" aria-labelledby="hit-{RECORD.pmid}" data-pmid="{RECORD.pmid}">' in shown
    assert Reader(shown).links[-2:] == [PAGE, SIMILAR]
    for act, name in ((render.CITE, "Cite"), (render.WHY, "Why this paper?")):
        assert f'<button data-act="{act}" aria-haspopup="dialog">{name}</button>' in shown
    assert "Why this paper?" not in Reader(render_hit(hit(RECORD), 10.0)).text


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "http://example.org", "//example.org", "/topics", "recorder?x", "data:text/html,x"],
)
def test_a_link_leads_to_https_or_to_a_view_of_this_page(address: str) -> None:
    assert Reader(safe.clean(safe.way(address, "x", "record"))).links == [None]


def test_errors_are_announced() -> None:
    assert 'role="alert"' in render_note("It failed.", kind="error")
    assert "role" not in render_note("No matter.")
