"""PubMed's query language as it is read: every rule with its tree, every mistake with its place."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pubsearch.entrez import tags
from pubsearch.errors import QueryError
from pubsearch.search import fields, language, lexer
from pubsearch.search.notation import notation
from pubsearch.search.tree import And, Node, Not, Or, Range, Words, leaves
from tests.search import published
from tests.search.trees import SPELLINGS, dates, read, term, trees, without_places, words

A, B, C, D = (term("ti", letter) for letter in "abcd")


class TestWords:
    @pytest.mark.parametrize(
        "query",
        [
            "does aspirin prevent a second stroke?",
            "P<0.001 and IL-6",
            "and or not",
            "5*3 = 15 * 1",
            "HLA-B*27 and spondylitis",
            "10.1016/S0140-6736(97)11096-0",
            "#1 cause of death; SELECT * FROM record --",
            "aspirin NEAR/3 stroke^2 {x} AND_NOT -placebo",
        ],
    )
    def test_signs_and_lower_case_operators_in_a_sentence_are_only_characters(self, query: str) -> None:
        assert read(query) == words(query)

    def test_a_truncated_word_is_a_term_among_plain_words(self) -> None:
        assert read("headache therap* trial") == And((words("headache"), term("all", "therap*"), words("trial")))

    def test_what_stands_side_by_side_is_joined_by_and(self) -> None:
        query = 'aspirin "heart attack" stroke'
        assert read(query) == And((words("aspirin"), term("all", "heart attack", quoted=True), words("stroke")))

    def test_what_stands_side_by_side_belongs_together_before_operators(self) -> None:
        assert read("x OR a[ti] b[ti]") == Or((words("x"), And((A, B))))
        assert read("a[ti] b[ti] OR x") == Or((And((A, B)), words("x")))
        assert read("a[ti] b[ti] AND c[ti]") == And((A, B, C))

    def test_punctuation_alone_asks_for_nothing(self) -> None:
        assert read("a[ti]/ AND , (b[ti]).") == And((A, B))

    @pytest.mark.parametrize("character", ["\x00", "\x1b", "\ud800", "\xa0", "\u200b", "\ufeff", "\x85", "\r\n"])
    def test_what_no_reader_sees_is_a_space(self, character: str) -> None:
        assert read(f"{character}heart{character} attack{character}") == words("heart attack")

    def test_a_soft_hyphen_leaves_no_trace(self) -> None:
        assert read("cardio\u00advascular") == words("cardiovascular")


class TestTags:
    def test_a_tag_governs_the_words_directly_before_it(self) -> None:
        assert read("x OR hurtle cell [tiab]") == Or((words("x"), term("tiab", "hurtle cell")))
        assert read('"heart attack" aspirin[ti]') == And(
            (term("all", "heart attack", quoted=True), term("ti", "aspirin"))
        )

    @pytest.mark.parametrize(("spelling", "field"), fields.FIELDS.items())
    def test_every_spelling_is_read_in_any_case(self, spelling: str, field: str) -> None:
        spaced = spelling.upper().replace(" ", "  ")
        assert read(f'"2015"[ {spaced} ]') == term(field, "2015", quoted=True)

    @pytest.mark.parametrize(
        ("spelling", "field"),
        [("Subheading", "sh"), ("Subheadings", "sh"), ("MeSH Subheading", "sh"), ("Investigator - Full", "fir")],
    )
    def test_long_forms_are_read_as_pubmed_writes_them(self, spelling: str, field: str) -> None:
        assert read(f'"epidemiology"[{spelling}]') == term(field, "epidemiology", quoted=True)

    def test_every_tag_of_pubmed_is_read_or_said_to_be_lacking(self) -> None:
        for spelling in tags.KNOWN - fields.FIELDS.keys():
            with pytest.raises(QueryError, match="is PubMed's, but the records here lack that field"):
                language.parse(f"x[{spelling}]")

    def test_headings_are_exploded_unless_the_tag_says_no(self) -> None:
        assert read("Neoplasms/therapy[MeSH Terms]") == term("mh", "Neoplasms/therapy")
        assert read('"Neoplasms"[Mesh:NoExp]') == term("mh", "Neoplasms", quoted=True, explode=False)
        assert read("Neoplasms[majr : noexp]") == term("majr", "Neoplasms", explode=False)

    def test_nearness_is_a_number_of_words(self) -> None:
        assert read('"hip pain"[Title/Abstract:~12]') == term("tiab", "hip pain", quoted=True, distance=12)

    def test_a_name_may_end_in_parentheses_before_its_tag(self) -> None:
        assert read("(Lancet[ta]|Vaccines (Basel)[ta])") == Or((term("ta", "Lancet"), term("ta", "Vaccines (Basel)")))

    def test_a_star_stands_for_the_end_of_any_word(self) -> None:
        assert read('"breast feed*"[ti]') == term("ti", "breast feed*", quoted=True)
        assert read("patient perspective* [tiab]") == term("tiab", "patient perspective*")

    def test_the_star_of_an_allele_is_no_truncation(self) -> None:
        assert read('"HLA-B*27"[ti]') == term("ti", "HLA-B 27", quoted=True)
        assert read("HLA-A*02*") == term("all", "HLA-A 02*")

    def test_quotes_make_a_phrase_of_operators_and_signs(self) -> None:
        assert read('"wit AND humor (a|b) [x]"') == term("all", "wit AND humor (a|b) [x]", quoted=True)

    def test_typographic_quotes_and_dashes_are_plain_ones(self) -> None:
        assert read("“Care quality“[ti] ‘Methods’[mh]") == And(
            (term("ti", "Care quality", quoted=True), term("mh", "Methods"))
        )
        assert read("patients’ view – naïve") == words("patients' view - naïve")
        assert read("«post–mortem»[ti]") == term("ti", "post-mortem", quoted=True)


class TestRanges:
    @pytest.mark.parametrize(
        ("query", "first", "last"),
        [
            ("2015:2020[dp]", "2015", "2020"),
            ("2015/03 : 3000 [pdat]", "2015/03", "3000"),
            ('"2015/01/01"[Date - Publication] : "3000"[Date - Publication]', "2015/01/01", "3000"),
            ('"2015":"2016/02"[dp]', "2015", "2016/02"),
            ("2015/01/01[dp]:2016[dp]", "2015/01/01", "2016"),
            ("2015[dp] : 2016[dp]", "2015", "2016"),
        ],
    )
    def test_a_colon_joins_two_dates(self, query: str, first: str, last: str) -> None:
        assert read(query) == dates("dp", first, last)
        assert read(f"stroke AND ({query})") == And((words("stroke"), dates("dp", first, last)))

    def test_words_before_a_date_stay_words(self) -> None:
        assert read("stroke care 2015:2020[dp]") == And((words("stroke care"), dates("dp", "2015", "2020")))
        assert read("stroke care 2015[dp]") == And((words("stroke care"), term("dp", "2015")))

    def test_what_filters_before_a_date_or_range_filters(self) -> None:
        assert read("random* 2015:2020[dp]") == read("random* AND 2015:2020[dp]")
        assert read("hasretractionin 1990:2030[dp]") == read("hasretractionin AND 1990:2030[dp]")
        assert read("cancer child* 2015[dp]") == read("cancer AND child* AND 2015[dp]")
        assert read("child* 1:7500000[uid]") == read("child* AND 1:7500000[uid]")

    def test_pmids_have_ranges_too(self) -> None:
        assert read("1:7500000[uid]") == dates("uid", "1", "7500000")

    def test_elsewhere_a_colon_is_a_character(self) -> None:
        assert read('"heart attack": a review') == And((term("all", "heart attack", quoted=True), words("a review")))
        assert read("Animals : an open access journal[ta]") == term("ta", "Animals : an open access journal")


class TestOperators:
    def test_operators_are_read_from_left_to_right(self) -> None:
        assert read("a[ti] OR b[ti] AND c[ti]") == And((Or((A, B)), C))
        assert read("a[ti] AND b[ti] OR c[ti] NOT d[ti]") == Not(Or((And((A, B)), C)), D)
        assert read("a[ti] NOT b[ti] AND c[ti]") == And((Not(A, B), C))

    def test_one_operator_again_and_again_is_one_node(self) -> None:
        assert read("a[ti] OR b[ti] OR c[ti]") == Or((A, B, C))
        assert read("a[ti] AND b[ti] AND c[ti]") == And((A, B, C))
        assert read("a[ti] NOT b[ti] NOT c[ti]") == Not(Not(A, B), C)

    def test_parentheses_go_before_the_order(self) -> None:
        assert read("a[ti] AND (b[ti] OR (c[ti] NOT d[ti]))") == And((A, Or((B, Not(C, D)))))
        assert read("((a[ti]))(b[ti])") == And((A, B))

    def test_and_not_is_not(self) -> None:
        assert read("a[ti] AND NOT b[ti]") == Not(A, B)
        assert read('a[ti] AND "NOT"') == And((A, term("all", "NOT", quoted=True)))

    def test_an_operator_needs_no_spaces_beside_signs(self) -> None:
        assert read('a[ti]OR"b"[ti]OR(c[ti])') == Or((A, term("ti", "b", quoted=True), C))
        assert read("a[ti]|b[ti] | c[ti]") == Or((A, B, C))

    @pytest.mark.parametrize(
        ("query", "tree"),
        [
            ("a[ti] not (b[ti] and c[ti])", Not(A, And((B, C)))),
            ("(a[ti]) And b[ti]", And((A, B))),
            ("a[ti] and not b[ti]", Not(A, B)),
            ('a[ti] or "x"', Or((A, term("all", "x", quoted=True)))),
            ("a[ti] or x*", Or((A, term("all", "x*")))),
        ],
    )
    def test_lower_case_operators_between_terms_are_operators(self, query: str, tree: Node) -> None:
        assert read(query) == tree

    @pytest.mark.parametrize(
        ("query", "tree"),
        [
            ("a[ti] and stroke", And((A, words("and stroke")))),
            ("(children) not (responding)", And((words("children"), words("not"), words("responding")))),
            ("Wit and Humor[mh]", term("mh", "Wit and Humor")),
        ],
    )
    def test_beside_plain_words_they_are_words(self, query: str, tree: Node) -> None:
        assert read(query) == tree


class TestHistory:
    TREE = And((Or((term("mh", "Stroke"), term("tiab", "stroke"))), words("aspirin")))

    @pytest.mark.parametrize(
        "block",
        [
            "#1 Stroke[mh] OR stroke[tiab]\n#2 aspirin\n#3 #1 AND #2",
            "1. Stroke[mh] OR stroke[tiab]\n2. aspirin\n\n3. 1 and 2\n",
            "1 Stroke[mh] OR stroke[tiab]\r\n2 aspirin\r\n3 (#1) AND (#2)",
            "#3\t#1 AND #2\t1,204\t08:12:30\n#2\taspirin\t83,001\t\n#1\tStroke[mh] OR stroke[tiab]\t9",
        ],
    )
    def test_the_last_line_of_a_block_combines_the_others(self, block: str) -> None:
        assert read(block) == self.TREE

    @pytest.mark.parametrize(
        "text",
        [
            "#1 Stroke[mh] OR stroke[tiab] #2 aspirin #3 #1 AND #2",
            "#1. Stroke[mh] OR stroke[tiab]  #2. aspirin  #3. #1 and #2 ",
            "#1\tStroke[mh] OR stroke[tiab]\t9 #2\taspirin\t83,001 #3\t(#1) AND (#2)\t1,204",
            "#1\xa0Stroke[mh] OR stroke[tiab] #2\xa0aspirin #3\xa0#1 AND #2",
            "1. Stroke[mh] OR stroke[tiab] 2. aspirin 3. #1 AND #2",
            "1) Stroke[mh] OR stroke[tiab] 2) aspirin 3) 1 and 2",
        ],
    )
    def test_a_block_that_lost_its_line_ends_is_the_same(self, text: str) -> None:
        assert read(text) == self.TREE

    @pytest.mark.parametrize(
        ("text", "tree"),
        [
            ('#1 "case #2"[ti] #2 b[ti] #3 #1 OR #2', Or((term("ti", "case #2", quoted=True), B))),
            ("#1 a[ti] #2 #1 OR b[ti] #3 c[ti] #4 #2 AND #3", And((Or((A, B)), C))),
            ("#1 a[ti] #2 b[ti] #3 (#1 OR #2) NOT c[ti]", Not(Or((A, B)), C)),
        ],
    )
    def test_numbers_of_lines_that_are_combined_begin_no_line(self, text: str, tree: Node) -> None:
        assert read(text) == tree

    @pytest.mark.parametrize(
        "text",
        [
            "#1 cause and the #2 cause of death",
            "1. study of phase 2. and aspirin 3. of 1 and 2",
            "1 stroke 2 aspirin 3 1 and 2",
            "1. diabetes type 2. 2. aspirin 3. 1 and 2",
            "1. aspirin dose 2. gene BRCA#1",
            "#1 killer heart disease #2 cancer",
            "#1 cause of death #2 cause #3",
            "1. aspirin 2. trial #12345",
        ],
    )
    def test_a_sentence_with_numbers_is_no_history(self, text: str) -> None:
        assert read(text) == words(text)

    def test_places_are_those_of_the_one_line(self) -> None:
        text = "#1 a[ti] #2 #1 OR b[ti] #3 #2 AND c[xyz]"
        with pytest.raises(QueryError, match="is unknown") as raised:
            language.parse(text)
        assert raised.value.position == text.index("[xyz]")

    @pytest.mark.parametrize(
        ("text", "tree"),
        [
            ("#1 killer heart disease #2 cancer[ti]", term("ti", "#1 killer heart disease #2 cancer")),
            ('#1 killer #2 "case #1"[ti]', And((words("#1 killer #2"), term("ti", "case #1", quoted=True)))),
        ],
    )
    def test_one_line_whose_last_number_names_no_other_is_one_query(self, text: str, tree: Node) -> None:
        assert read(text) == tree

    def test_a_line_may_combine_lines_and_terms(self) -> None:
        assert read("#1 a[ti]\n#2 b[ti]\n#3 (#1 OR #2) AND c[ti] NOT #2") == Not(And((Or((A, B)), C)), B)

    @pytest.mark.parametrize(
        ("line", "tree"),
        [
            ("#1.", A),
            ("#1 #2", And((A, B))),
            ("#1 2000:2020[dp]", And((A, dates("dp", "2000", "2020")))),
            ("#1 english[la]", And((A, term("la", "english")))),
            ("#1 and cough[tiab]", And((A, term("tiab", "cough")))),
            ("#1 or #2 and cough[tiab]", And((Or((A, B)), term("tiab", "cough")))),
            ("#1 or cough*", Or((A, term("all", "cough*")))),
            ("#1 not (#2)", Not(A, B)),
            ("c[ti] or #2", Or((C, B))),
            ("#1 cough", And((A, words("cough")))),
            ("1 and not 2", Not(A, B)),
            ('"case #1"[ti] AND #2', And((term("ti", "case #1", quoted=True), B))),
        ],
    )
    def test_a_number_at_the_beginning_is_a_line_and_what_follows_a_term_of_its_own(
        self, line: str, tree: Node
    ) -> None:
        assert read(f"#1 a[ti]\n#2 b[ti]\n#3 {line}") == tree

    @pytest.mark.parametrize(
        "line", ["cough #1", "#1 cough and #2", "cough[tiab] with #2", "or/#1-#2", "#1-2", "#1[ti]"]
    )
    def test_a_number_among_words_is_refused_at_its_place(self, line: str) -> None:
        block = f"#1 a[ti]\n#2 b[ti]\n#3 {line}"
        with pytest.raises(QueryError, match="is no line of its own here: write AND, OR or NOT") as raised:
            language.parse(block)
        assert raised.value.position == len("#1 a[ti]\n#2 b[ti]\n#3 ") + (
            line.rindex("#") if "and" in line else line.index("#")
        )

    def test_places_are_those_of_the_whole_block(self) -> None:
        block = "#1 a[ti]\n#2 #1 OR b[ti]"
        assert [block[leaf.start : leaf.end] for leaf in leaves(language.parse(block))] == ["a[ti]", "b[ti]"]

    def test_several_lines_are_one_query_where_they_are_not_numbered(self) -> None:
        assert read("a[ti] OR\nb[ti]\n") == Or((A, B))
        assert read("2020 trials\nof aspirin") == words("2020 trials of aspirin")

    @pytest.mark.parametrize(
        ("block", "place", "said"),
        [
            ("#1 AND #2", 0, "#1 at character 1 names no line"),
            ("#1 a\n#2 #3 OR #1\n#3 b", 8, "#3 at character 9 names no line"),
            ("#1 a\n#2 #2", 8, "names no line"),
            ("#1 a\nb[ti]\n#2 #1", 5, "has no number"),
            ("#1 a\n#1 b", 5, "second with the number 1"),
            ("#1 a\n#2 b", 8, "combines no other line"),
            ("#1 a\n#2 \n#3 #1", 8, "holds no search"),
            ("#1 a\n#2 #1 AND b[xyz]", 16, "character 17 is unknown"),
        ],
    )
    def test_a_block_that_does_not_fit_together_is_refused_at_its_place(
        self, block: str, place: int, said: str
    ) -> None:
        with pytest.raises(QueryError, match=said) as raised:
            language.parse(block)
        assert raised.value.position == place

    @pytest.mark.parametrize("line", ["#1 AND #{0}", "1 AND #{0}", "#{0} AND #1", "#1 AND cough #{0}", "#{0}"])
    def test_a_number_of_thousands_of_digits_is_refused_at_its_place(self, line: str) -> None:
        block = f"#1 a[ti]\n#2 {line.format('9' * 5_000)}"
        with pytest.raises(QueryError, match=r"#9999… at character \d+ names no line: their numbers end") as raised:
            language.parse(block)
        assert raised.value.position == block.index("#9")

    def test_lines_that_double_each_other_do_not_grow_without_end(self) -> None:
        block = "#1 a\n" + "\n".join(f"#{n} #{n - 1} OR #{n - 1}" for n in range(2, 60))
        with pytest.raises(QueryError, match="16,384 terms, and 10,000 can be read"):
            language.parse(block)


@pytest.mark.parametrize(
    ("query", "place", "said"),
    [
        ('aspirin AND "heart', 12, 'The " at character 13 is not closed'),
        ("aspirin[ti", 7, r"The \[ at character 8 is not closed"),
        ("(aspirin OR (stroke)", 0, r"The \( at character 1 is not closed"),
        ("(", 0, r"The \( at character 1 is not closed"),
        ("aspirin) OR x", 7, r"The \) at character 8 closes nothing"),
        (")", 0, "closes nothing"),
        ("x AND ()", 6, "parentheses at character 7 hold no word"),
        ("x AND", 2, "Nothing follows the AND at character 3"),
        ("(x NOT ) y", 3, "Nothing follows the NOT at character 4"),
        ("OR x", 0, "Nothing stands before the OR at character 1"),
        ("x OR OR y", 5, "Nothing stands before the OR at character 6"),
        ("x OR /", 2, "Nothing follows the OR"),
        ("aspirin[tiba]", 7, r"\[tiba\] at character 8 is unknown: write \[tiab\]"),
        ("aspirin[qqqq]", 7, "is unknown: write for instance"),
        ("aspirin[]", 7, "is unknown"),
        ("aspirin[cois]", 7, "the records here lack that field"),
        ("[ti] aspirin", 0, "has no words before it"),
        ("(a OR b)[ti]", 8, "has no words before it"),
        ("a[ti][ab]", 5, "has no words before it"),
        ("x[ti:noexp]", 1, "has no narrower terms"),
        ("x[mh:exp]", 1, "ends in :exp, which is unknown"),
        ('"hip pain"[mh:~3]', 10, "cannot ask for nearness"),
        ("hip pain[ti:~3]", 0, "needs two whole words or more in quotes"),
        ('"hip"[ti:~3]', 0, "needs two whole words or more in quotes"),
        ('"hip pain*"[ti:~3]', 0, "needs two whole words or more in quotes"),
        ("organi*ation[ti]", 6, r"The \* at character 7 does not end a word"),
        ('"a *b"', 3, r"The \* at character 4 does not end a word"),
        ('x ""', 2, "no word in the term at character 3"),
        ("-[ti]", 0, "no word in the term at character 1"),
        ("a[ti] : b[ti]", 6, "The : at character 7 joins no two dates"),
        ("2015[dp] : 2016[edat]", 9, "joins no two dates"),
        ("2015[dp] : in 2016[dp]", 9, "joins no two dates"),
        ("", None, "is empty"),
        (" \t\n\x00\ud800", None, "is empty"),
        ("?!", None, "is empty"),
    ],
)
def test_a_mistake_is_shown_at_its_character(query: str, place: int | None, said: str) -> None:
    with pytest.raises(QueryError, match=said) as raised:
        language.parse(query)
    assert raised.value.position == place


class TestLimits:
    def test_five_thousand_terms_are_one_node(self) -> None:
        tree = read(" OR ".join(f"w{n}[tiab]" for n in range(5_000)))
        assert isinstance(tree, Or)
        assert tree.parts[-1] == term("tiab", "w4999")

    def test_a_hundred_parentheses_are_read(self) -> None:
        assert read("(" * 100 + "a[ti]" + ")" * 100) == A

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("a" * 100_001, "100,001 characters, and 100,000 can be read"),
            ("(" * 101 + "a" + ")" * 101, r"The \( at character 101 stands inside 100 others"),
            ("(" * 1_000, "stands inside 100 others"),
            ("a AND b OR " * 100 + "c", "take turns or nest 201 times"),
            ("a NOT " * 200 + "b", "take turns or nest 201 times"),
            ("a[ti] " * 8_001, "more than 16,000 terms"),
            ("a* " * 16_001, "more than 16,000 terms"),
            ("#1 a\n#2 " + "1 OR " * 8_000 + "1", "more than 16,000 terms"),
            ('"a" ' * 10_001, "10,001 terms, and 10,000 can be read"),
        ],
    )
    def test_what_is_too_much_is_refused(self, query: str, said: str) -> None:
        with pytest.raises(QueryError, match=said):
            language.parse(query)


def written(node: Node, draw: st.DrawFn) -> str:
    """A tree as somebody might write it: any spelling of tags and operators, any quotes, needless spaces."""
    space = draw(st.sampled_from([" ", "  ", "\n", "\xa0"]))
    if isinstance(node, And | Or):
        operator = "AND" if isinstance(node, And) else draw(st.sampled_from(["OR", "|"]))
        return f"{space}{operator} ".join(in_parentheses(part, draw) for part in node.parts)
    if isinstance(node, Not):
        return f"{in_parentheses(node.kept, draw)} NOT{space}{in_parentheses(node.dropped, draw)}"
    if isinstance(node, Words):
        return node.text.replace(" ", space)
    tag = draw(st.sampled_from(SPELLINGS[node.field]))
    tag = draw(st.sampled_from([tag, tag.upper(), tag.title(), f" {tag}"]))
    if isinstance(node, Range):
        form = draw(
            st.sampled_from(["{0}:{1}[{2}]", "{0} : {1} [{2}]", '"{0}"[{2}] : "{1}"[{2}]', "{0}[{2}]:{1}[{2}]"])
        )
        return str(form.format(node.first, node.last, tag))
    left, right = draw(st.sampled_from(['""', "“”", "”“", "«»"])) if node.quoted else ("", "")
    suffix = "" if node.explode else draw(st.sampled_from([":noexp", ":NoExp", " : noexp"]))
    suffix += "" if node.distance is None else f":~{node.distance}"
    if node.field == "all" and draw(st.booleans()):
        return f"{left}{node.text}{right}"
    return f"{left}{node.text}{right}{draw(st.sampled_from(['', space]))}[{tag}{suffix}]"


def in_parentheses(node: Node, draw: st.DrawFn) -> str:
    text = written(node, draw)
    return f"({text})" if isinstance(node, And | Or | Not) or draw(st.booleans()) else text


@settings(max_examples=600, deadline=None)
@given(trees, st.data())
def test_a_tree_however_it_is_written_is_read_as_itself(tree: Node, data: st.DataObject) -> None:
    query = written(tree, data.draw)
    parsed = language.parse(query)
    assert without_places(parsed) == tree
    for leaf in leaves(parsed):
        assert read(query[leaf.start : leaf.end]) == without_places(leaf)


@settings(max_examples=400, deadline=None)
@given(trees)
def test_the_notation_of_a_tree_is_read_as_the_tree(tree: Node) -> None:
    assert read(notation(tree)) == tree


# Text that may be a search history: labels in a row or in lines of their own, the last before a number that it names.
HISTORY = re.compile(r"\s*(?:#\d{1,3}|1)[.):\s].*\s#?\d{1,3}[.):\s].*(?<!\w)#?\d{1,4}(?!\w)", re.DOTALL)


def assert_read_or_refused(query: str) -> None:
    """Nothing but QueryError is raised, and what is read leaves out nothing but operators and line numbers."""
    refused: QueryError | None = None
    try:
        tree = language.parse(query)
    except QueryError as error:
        refused = error
    if refused:
        assert refused.position is None or 0 <= refused.position <= len(query)
        assert refused.position is None or f"at character {refused.position + 1}" in str(refused)
        return
    if HISTORY.match(lexer.plain(query)):
        return
    rest = list(query)
    for leaf in leaves(tree):
        rest[leaf.start : leaf.end] = " " * (leaf.end - leaf.start)
    assert not re.search(r"[^\W_]", re.sub(r"\b(?:and|or|not)\b", "", "".join(rest), flags=re.IGNORECASE))


SIGNS = [
    "(",
    ")",
    "[",
    "]",
    "[ti]",
    "[dp]",
    "[uid]",
    "[mh:noexp]",
    "[tiab:~2]",
    "[zz]",
    "[[",
    "*",
    ":",
    "|",
    "/",
    "'",
    "-",
    "#1",
]
WORDS = ["aspirin", "a", "2015", "2015/03", "3000", "β", "ß", "é", "²", "٣", "ﬁ", "HLA-B*27", "therap*"]
SPACED = [" AND ", " OR ", " NOT ", " and ", " not ", "OR", "#2 ", "\n#1 ", "\n2. ", "\n", "\t", " ", " #1 ", "\x00"]
pieces = st.sampled_from([*SIGNS, *WORDS, *SPACED, '"', "“", "\u00ad", "\ud800"])


@settings(max_examples=5_000, deadline=None)
@given(st.lists(pieces, min_size=1, max_size=12).map("".join))
def test_any_row_of_signs_is_read_or_refused(query: str) -> None:
    assert_read_or_refused(query)


@settings(max_examples=1_000, deadline=None)
@given(st.text(st.characters(), max_size=100))
def test_any_text_is_read_or_refused(query: str) -> None:
    assert_read_or_refused(query)


@st.composite
def mutated(draw: st.DrawFn, length: int) -> str:
    """A part of a published string, of `length` characters, with some changes."""
    query = draw(st.sampled_from(published.QUERIES)).query
    start = draw(st.integers(0, max(len(query) - length, 0)))
    query = query[start : start + length]
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(query)))
        query = query[:place] + draw(pieces) + query[place + draw(st.integers(0, 9)) :]
    return query


@settings(max_examples=3_700, deadline=None)
@given(mutated(200))
def test_any_change_to_a_part_of_a_published_string_is_read_or_refused(query: str) -> None:
    assert_read_or_refused(query)


@settings(max_examples=300, deadline=None)
@given(mutated(language.MAX_CHARACTERS))
def test_any_change_to_a_published_string_is_read_or_refused(query: str) -> None:
    assert_read_or_refused(query)
