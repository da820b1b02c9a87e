"""What PRESS asks is pointed out where it stands, and strategies that are well made are left alone."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pubsearch.descriptor import Descriptor
from pubsearch.entrez.client import Client
from pubsearch.errors import QueryError
from pubsearch.index.fulltext import FullText, FullTextWriter
from pubsearch.index.mesh import Mesh, write
from pubsearch.settings import Settings
from pubsearch.strategy import check, lines
from pubsearch.strategy.finding import Finding
from pubsearch.topic import mesh as headings
from tests.conftest import DATA
from tests.eutils.server import EutilsServer
from tests.search.published import QUERIES, Published


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Mesh:
    library = tmp_path_factory.mktemp("mesh")
    headings.take(library, DATA / "mesh" / "desc2021.xml")
    found = headings.taken(library)
    assert found is not None
    return found


def findings(text: str, mesh: Mesh | None = None) -> list[Finding]:
    return list(check.check(lines.read(text), mesh=mesh).findings)


def places(text: str, code: str, mesh: Mesh | None = None) -> list[str]:
    """What begins at the place of each finding of this kind, up to a space."""
    return [text[each.position :].split()[0] for each in findings(text, mesh) if each.code == code]


GOOD = """#1 stroke[tiab] OR strokes[tiab] OR "Stroke"[mh]
#2 aspirin[tiab] OR acetylsalicylic[tiab] OR "Aspirin"[mh]
#3 randomized controlled trial[pt] OR randomized[tiab] OR placebo[tiab]
#4 #1 AND #2 AND #3
#5 #4 NOT (animals[mh] NOT humans[mh])"""


def test_a_strategy_that_is_well_made_is_left_alone() -> None:
    assert findings(GOOD) == []


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("(a[ti] OR (b[ti] AND c[ti])", "parenthesis", ["(a[ti]"]),
        ("a[ti]) OR b[ti]) AND (c[ti]", "parenthesis", [")", ")", "(c[ti]"]),
        ("a[ti] OR b[ti] AND c[ti]", "mixed-operators", ["AND"]),
        ("a[ti] NOT b[ti] OR c[ti]", "mixed-operators", ["OR"]),
        ("(a[ti] OR b[ti]) AND c[ti]", "mixed-operators", []),
        ("a[ti] OR b[ti] NOT c[ti]", "mixed-operators", []),
        ("a[ti] and b[ti] | c[ti]", "mixed-operators", ["|"]),
        ("a[ti] not (b[ti] and c[ti])", "lower-case", ["not", "and"]),
        ("a[ti] and not (b[ti]) Or\nc[ti]", "lower-case", ["and", "Or"]),
        ("a[ti] AND b[ti] and not (c[ti])", "mixed-operators", []),
        ("a[ti] b[ti] OR (c[ti]) d[ti]", "no-operator", ["b[ti]", "d[ti]"]),
        ("2010[dp]:2020[dp] AND a[ti]", "no-operator", []),
        ("#1 a[ti]\n#2 b[ti]\n#3 #1 AND #7", "no-such-line", ["#7"]),
        ("#1 a[ti]\n#2 b[ti]\n#3 #1 AND #7", "unused-line", ["b[ti]"]),
        ("#1 a[ti] OR #2\n#2 #1 AND b[ti]", "no-such-line", ["#2"]),
        ("#1 a[ti]\n#2 b[ti]", "no-last-line", ["b[ti]"]),
        ("#1 a[ti]\n#2 b[ti]\n#3 #1 cough #2", "unreadable", ["#2"]),
        ("#1 a[ti]\n#2 b[ti]\n#3 #1 cough #2", "no-last-line", []),
        ("#1 a[ti]\n#2 b[ti]\n#3 #1 and c[ti] or #2", "lower-case", ["and", "or"]),
        ("#1 a[ti]\n#2 b[ti]\n#3 #1 and #2", "lower-case", ["and"]),
        ("child* or infant* OR c[ti] and bab*", "lower-case", ["or", "and"]),
        ("#1 a[ti]\n#2 b[ti]\n#3 2 AND c[ti] OR #1", "bare-number", ["2"]),
        ("#1 a[ti]\n#2 b[ti]\n#3 #1 AND 2[vi] OR #2", "bare-number", []),
        ("None AND 1", "bare-number", []),
        ("#1 a[ti]\n#2 A [ti]\n#3 #1 OR #2", "same-line", ["A"]),
        ("ab*[ti] OR abc*[ti] OR abcd*[ti]", "short-truncation", ["ab*[ti]", "abc*[ti]"]),
        ('stroke[ti] AND "a', "unreadable", ['"a']),
        ("stroke[tiba]", "unreadable", ["[tiba]"]),
        ("stroke/xyz[mh] OR xyz[sh]", "no-such-subheading", ["stroke/xyz[mh]", "xyz[sh]"]),
    ],
)
def test_each_item_is_found_at_its_place(text: str, code: str, where: list[str]) -> None:
    assert places(text, code) == where


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("stroke[tiab] AND humans[mh]", "indexing-limit"),
        ("stroke[tiab] AND humans[sb]", "indexing-limit"),
        ('stroke[tiab] AND ("aged"[mh] OR "adult"[mh])', "indexing-limit"),
        ("stroke[tiab] AND medline[sb]", "indexing-limit"),
        ("stroke[tiab] AND (english[la] OR german[la])", "language-limit"),
        ("stroke[tiab] AND english[filter]", "language-limit"),
        ("stroke[tiab] AND hasabstract[sb]", "text-limit"),
        ("stroke[tiab] AND free full text[sb]", "text-limit"),
        ("stroke[tiab] AND randomized controlled trial[pt]", "type-limit"),
        ("stroke[tiab] AND review[sb] AND 2010:2020[dp]", "type-limit"),
        ("stroke[tiab] NOT animals[mh]", "animals-out"),
        ("#1 stroke[tiab]\n#2 humans[mh]\n#3 #1 AND #2", "indexing-limit"),
    ],
)
def test_a_limit_that_loses_records_is_told(text: str, code: str) -> None:
    assert [each.code for each in findings(text)] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "stroke[tiab] NOT (animals[mh] NOT humans[mh])",
        "stroke[tiab] AND (randomized controlled trial[pt] OR trial[ti])",
        "stroke[tiab] AND (child[mh] OR child*[tiab])",
        "stroke[tiab] NOT (letter[pt] OR comment[pt])",
        "stroke[tiab] AND 2010:2020[dp]",
        "humans[mh] OR animals[mh]",
    ],
)
def test_what_loses_nothing_is_no_limit(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    ("text", "whose", "shown"),
    [
        ("exp Asthma/", "Ovid", "exp Asthma/"),
        ("*Asthma/ OR x", "Ovid", "/"),
        ("asthma.ti,ab.", "Ovid", ".ti,ab."),
        ("(asthma OR wheeze).tw.", "Ovid", ".tw."),
        ("asthma.mp. [a note]", "Ovid", ".mp."),
        ("hip adj3 pain", "Ovid", "adj3"),
        ("asthma$", "Ovid", "$"),
        ("wom?n", "Ovid", "?"),
        ("or/1-3", "Ovid", "or/1-3"),
        ("limit 3 to humans", "Ovid", "limit 3 to"),
        ("'heart attack'/exp", "Embase", "/exp"),
        ("asthma:ti,ab", "Embase", ":ti,ab"),
        ("hip NEAR/3 pain", "Embase", "NEAR/3"),
        ('"hip" NEXT/3 "pain"', "Embase", "NEXT/3"),
        ("hip W/3 pain", "Scopus", "W/3"),
        ("hip PRE/3 pain", "Scopus", "PRE/3"),
        ("TITLE-ABS-KEY(asthma)", "Scopus", "TITLE-ABS-KEY("),
    ],
)
def test_the_syntax_of_other_databases_is_told_with_pubmeds(text: str, whose: str, shown: str) -> None:
    (found,) = (each for each in findings(text) if each.code == "other-syntax")
    assert found.what.startswith(f"“{shown}” is {whose}'")
    assert text[found.position :].startswith(shown)
    assert found.cure.startswith("Write ")


@pytest.mark.parametrize(
    "text",
    [
        '"a.tw. exp b/ wom?n"[ti]',
        '"hip pain"[tiab:~3]',
        "a[ti]/ AND Asthma/therapy[mh]",
        "J Clin Exp Med[ta] OR b/c[ti]",
    ],
)
def test_what_only_looks_like_the_syntax_of_others_is_left_alone(text: str) -> None:
    assert places(text, "other-syntax") == []


def test_a_line_whose_terms_could_not_be_checked_is_named() -> None:
    notes = check.check(lines.read("#1 a[ti]\n#2 (ab*[ti]\n#3 #1 AND #2")).notes
    assert "Line 2 cannot be read to its end, and its terms were not checked: mend it and check again." in notes


class TestHeadings:
    def test_one_that_mesh_does_not_have_is_told_and_an_entry_term_is_not(self, mesh: Mesh) -> None:
        text = '"Hart Attack"[mh] OR "Heart Attack"[mh] OR Neoplasm*[mh] OR heart attack[tiab] OR hart[tiab]'
        assert places(text, "no-such-heading", mesh) == ['"Hart']

    def test_without_the_file_a_note_says_so(self) -> None:
        checked = check.check(lines.read('"Hart Attack"[mh] OR hart[tiab]'))
        assert not [each for each in checked.findings if each.code == "no-such-heading"]
        assert any("pubsearch mesh" in note for note in checked.notes)
        assert not any("pubsearch mesh" in note for note in check.check(lines.read("hart[tiab]")).notes)

    def test_headings_alone_lose_what_is_not_indexed(self) -> None:
        assert places('aspirin[tiab] AND ("Stroke"[mh] OR "Ischemia"[mh])', "headings-alone") == ['"Stroke"[mh]']

    @pytest.mark.parametrize(
        "beside", ["myocardial infarctions[tiab]", "myocard*[tiab] OR infarct*[tiab]", "infarction[ti]"]
    )
    def test_a_heading_whose_words_stand_beside_it_is_covered(self, beside: str) -> None:
        assert findings(f'"Myocardial Infarction"[mh] OR {beside}') == []

    def test_an_entry_term_beside_it_covers_a_heading(self, mesh: Mesh) -> None:
        text = '"Myocardial Infarction"[mh] OR heart attack[tiab]'
        assert places(text, "heading-without-words") == ['"Myocardial']
        assert findings(text, mesh) == []

    def test_words_that_are_a_heading_ask_for_it(self, mesh: Mesh) -> None:
        text = '(heart attack[tiab] OR "Heart Failure"[mh] OR heart failure[tiab]) AND warfarin[tiab]'
        assert places(text, "words-without-heading", mesh) == ["heart", "warfarin[tiab]"]

    def test_a_broader_heading_that_is_exploded_covers_words(self, mesh: Mesh) -> None:
        text = '"Heart Diseases"[{}] OR heart disease*[tiab] OR heart failure[tiab]'
        assert places(text.format("mh"), "words-without-heading", mesh) == []
        assert places(text.format("mh:noexp"), "words-without-heading", mesh) == ["heart"]


class TestRedundancy:
    @pytest.mark.parametrize(
        ("text", "needless"),
        [
            ("stroke[ti] OR Stroke[ti]", "Stroke[ti]"),
            ("stroke*[tiab] OR strokes[tiab]", "strokes[tiab]"),
            ("stroke[tiab] OR stroke[ti]", "stroke[ti]"),
            ('stroke[tiab] OR "acute stroke"[tiab]', '"acute'),
            ("a[ti] OR (b[ti] OR a[ti])", "a[ti])"),
            ("#1 a[ti] OR b[ti]\n#2 a[ti]\n#3 #1 OR #2", "a[ti]"),
        ],
    )
    def test_a_term_that_another_includes_adds_nothing(self, text: str, needless: str) -> None:
        assert places(text, "redundant") == [needless]

    @pytest.mark.parametrize(
        "text",
        [
            "stroke[ti] OR stroke[ab]",
            "stroke[ti] AND stroke[tiab]",
            "stroke[tiab] OR strokes[tiab]",
            '"acute stroke"[tiab] OR "stroke acute"[tiab]',
            "smith j[au] OR smith k[au]",
            '"a b"[tiab:~2] OR "a b"[tiab]',
        ],
    )
    def test_terms_that_find_different_records_are_left_alone(self, text: str) -> None:
        assert places(text, "redundant") == []

    def test_a_heading_below_an_exploded_one_adds_nothing(self, mesh: Mesh) -> None:
        text = '"Heart Diseases"[{}] OR "Heart Failure"[mh] OR heart[tiab]'
        assert places(text.format("mh"), "redundant", mesh) == ['"Heart']
        assert places(text.format("mh:noexp"), "redundant", mesh) == []

    def test_one_that_lies_in_another_tree_too_adds_what_is_below_it_there(self, tmp_path: Path) -> None:
        descriptors = [
            Descriptor("Lung Diseases", tree_numbers=("C08",)),
            Descriptor("Asthma", tree_numbers=("C08.1", "C20.1")),
            Descriptor("Asthma, Occupational", tree_numbers=("C20.1.1",)),
            Descriptor("Pneumonia", tree_numbers=("C08.2",)),
        ]
        write(tmp_path / "mesh", descriptors, file="desc.xml", sha256="", taken="")
        text = '"Lung Diseases"[mh] OR "Asthma"[{}] OR lung[tiab] OR asthma[tiab]'
        mesh = Mesh(tmp_path / "mesh")
        assert places(text.format("mh"), "redundant", mesh) == []
        assert places(text.format("mh:noexp"), "redundant", mesh) == ['"Asthma"[mh:noexp]']
        assert places('"Lung Diseases"[mh] OR "Pneumonia"[mh]', "redundant", mesh) == ['"Pneumonia"[mh]']
        assert places('"Asthma"[mh] OR "Asthma"[majr]', "redundant", mesh) == ['"Asthma"[majr]']


def test_words_that_pubmed_would_spell_otherwise_are_told(
    live_eutils_server: EutilsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBSEARCH_EUTILS_URL", live_eutils_server.url)
    text = 'cancer[tiab] OR "pateints with tumor"[ti] OR pateint*[ti]'
    client = Client(Settings())
    found = check.check(lines.read(text), client=client).findings
    told = [(text[each.position :][:8], each.what) for each in found if each.code == "misspelling"]
    assert [place for place, _ in told] == ["pateints"]
    assert f"“{client.espell('pateints')}” for “pateints”" in told[0][1]


def test_positions_are_those_of_the_whole_text_with_line_ends() -> None:
    text = "#1 a[ti]\r\n#2 b[ti]\r\n#3 #1 OR #2 AND (#1"
    assert [(each.line, text[each.position :]) for each in findings(text)] == [
        (3, "AND (#1"),
        (3, "(#1"),
    ]


@pytest.mark.parametrize("published", [each for each in QUERIES if each.source != "CLEF-TAR/tar"], ids=lambda q: q.id)
def test_of_published_strings_no_sign_is_wrongly_blamed(published: Published) -> None:
    """What is expected was looked at, and is there: two operators that lack, and a filter that is half a query."""
    query = published.query
    codes = {each.code for each in findings(query)}
    expected = {"60": {"no-operator"}, "39": {"no-operator"}, "scope__adults": {"unreadable"}}
    harmless = {"heading-without-words", "redundant", "lower-case"}
    assert codes - harmless == expected.get(published.id, set())


def test_a_topic_tells_misspellings_but_not_other_spellings(tmp_path: Path) -> None:
    writer = FullTextWriter(tmp_path / "words")
    writer.add(0, [("title", ["Color vision and hypertension in patients with tumor therapies"])])
    writer.close()
    text = "hypertensoin[tiab] OR colour[tiab] OR color[tiab] OR therapy[tiab] OR zebrafish[tiab] OR hypertenso*[tiab]"
    found = check.check(lines.read(text), topic=FullText(tmp_path / "words")).findings
    assert [text[each.position :].split()[0] for each in found if each.code == "misspelling"] == ["hypertensoin[tiab]"]


PIECES = """#1 ; #2 ;1. ;\n;\r\n;a[ti];b*[tiab];"c d"[mh];humans[mh]; AND ; OR ; NOT ; or ;(;);";[;];words;#1;1;
2010:2020[dp];e/f[mh];review[pt];\t12\t;*; ;|""".replace(";\n2", ";2").split(";")


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
@settings(max_examples=1_000)
def test_whatever_is_written_is_refused_by_name_or_has_findings_within_it(text: str) -> None:
    try:
        strategy = lines.read(text)
    except QueryError:
        return
    for each in check.check(strategy).findings:
        assert 0 <= each.position <= len(text)
        assert each.line in {line.number for line in strategy.lines}
        assert each.what.endswith(".")
        assert each.cure.endswith(".")
    for written in lines.written_out(strategy):
        assert (written.query is None) == bool(written.error)
