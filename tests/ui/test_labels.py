"""Labels of widgets read Markdown; what PubMed wrote is shown as it is."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pubsearch.ui.labels import label

HOSTILE = [
    "<script>alert(1)</script>",
    "&lt;b&gt; &amp;amp; &#60;",
    "**bold** _it_ `code` ~~no~~ [link](javascript:alert(1)) ![image](https://example.org/x.png)",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "| a | b |",
    "back\\slash \\*",
    "https://example.org www.example.org a@example.org",
    "costs $5 to $10, $x^2$",
    "مرحبا بالعالم",
]


def shown(markdown: str) -> list[tuple[str, str]]:
    """The inline tokens of a paragraph as (type, text)."""
    return [(token.type, token.content) for token in MarkdownIt().parseInline(markdown)[0].children or ()]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text(text: str) -> None:
    kinds = {kind for kind, _ in shown(label(text))}
    assert kinds <= {"text", "text_special"}
    assert "".join(content for _, content in shown(label(text))).replace("\N{WORD JOINER}", "") == text


@given(st.text(alphabet=string.printable, max_size=40))
def test_any_text_is_one_line_of_text(text: str) -> None:
    made = label(text)
    assert not set(made) & set("\r\n\x0b\x0c\t")
    assert {kind for kind, _ in shown(made)} <= {"text", "text_special"}


@pytest.mark.parametrize("text", [":red[alarm]", "$x^2$", "a -> b", "x <- y"])
def test_what_streamlit_adds_to_markdown_is_text(text: str) -> None:
    made = label(text)
    assert all(made[place - 1] == "\\" for place, sign in enumerate(made) if sign in ":$[]->")


@pytest.mark.parametrize("text", [":material/home:", ":heart: attack", "ratio :1:"])
def test_no_icon_is_drawn(text: str) -> None:
    assert not re.search(r":[\w+/-]+:", label(text).replace("\\", ""))


@pytest.mark.parametrize("text", ["see https://example.org", "WWW.example.org", "ann@example.org"])
def test_no_address_becomes_a_link(text: str) -> None:
    # as GitHub's Markdown finds them, in text of which the backslashes are gone
    assert not re.search(r"https?://|www\.|\w@", label(text).replace("\\", ""), re.IGNORECASE)
