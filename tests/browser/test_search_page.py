"""The search page as a visitor sees it: real topics, a real server, a real browser."""

import json
import re
import shutil
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from pubsearch.search.searcher import Searcher
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

QUESTION = "aspirin to prevent heart attack"
HOSTILE = [
    "<script>window.ran = 1</script>",
    '"><img src=x onerror="window.ran = 1">',
    "&lt;b&gt; P<0.001 & n>30",
    "**bold** [link](javascript:window.ran=1) `code`",
    "costs $5 to $10, $x^2$, :red[alarm] :material/home:",
    "مرحبا بالعالم cafe\u0301",
]


def address(server: Server, **fields: object) -> str:
    return f"{server.url}/?{urlencode(fields)}"


def box(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Question")


def titles(page: Page) -> Locator:
    return page.get_by_role("heading", level=3)


def expect_hits(page: Page, pmids: list[int]) -> None:
    """Waits until the page lists these records, in this order."""
    links = titles(page).get_by_role("link")
    expect(links).to_have_count(len(pmids))
    for place, pmid in enumerate(pmids):
        expect(links.nth(place)).to_have_attribute("href", f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/")


def expected(server: Server, topic: str, question: str, offset: int = 0) -> list[int]:
    return [hit.pmid for hit in Searcher(server.library.topic(topic)).search(question, 10, offset).hits]


def xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def add(topic: Topic, folder: Path, *articles: bytes) -> None:
    topic.import_files([corpus.write(folder / "records.xml", *articles)])
    topic.build()


def test_a_question_is_answered(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo"))
    expect(box(page)).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_contain_text(re.compile(r"[\d,]+ of [\d,]+ records match"))
    expect_hits(page, expected(server, "demo", QUESTION))
    expect(page).to_have_title(f"{QUESTION} – pubsearch")
    expect(page.get_by_text("This is a demo")).to_be_visible()
    expect(page.get_by_text("Not medical advice")).to_be_visible()
    expect(titles(page).first.get_by_role("link")).to_have_attribute("rel", re.compile("noopener"))


def test_every_word_that_is_highlighted_is_a_mark(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION))
    expect(titles(page)).to_have_count(10)
    results = Searcher(server.library.topic("demo")).search(QUESTION)
    for hit, article in zip(results.hits, page.get_by_role("article").all(), strict=True):
        shown = article.locator("mark:not(.hl-echo)").all_inner_texts()
        texts = {"title": hit.record.title, "abstract": hit.record.abstract}
        places = {texts[mark.field][mark.start : mark.end] for mark in hit.highlights if mark.field}
        assert {place for place in places if re.search(r"\w", place)} == set(shown)


def test_hover_and_focus_explain_a_mark(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION))
    # results come one after the other, and what is first changes until all are there
    expect_hits(page, expected(server, "demo", QUESTION))
    mark = page.locator("mark[data-why]").first
    why = mark.get_attribute("data-why")
    assert why is not None
    assert re.fullmatch(r"matched “.+ for your .+ \((\d+|under 1)\u00a0% of the score\)", why)
    expect(mark).to_have_attribute("aria-description", why)

    bubble = "mark => getComputedStyle(mark, '::after').content"
    assert mark.evaluate(bubble) == "none"
    mark.hover()
    assert mark.evaluate(bubble) == json.dumps(why, ensure_ascii=False)
    page.mouse.move(0, 0)
    assert mark.evaluate(bubble) == "none"
    page.get_by_role("article").filter(has=mark).get_by_role("link").first.focus()
    page.keyboard.press("Tab")
    focused = page.locator("mark:focus")
    expect(focused).to_have_count(1)
    assert "matched" in focused.evaluate(bubble)


def test_the_title_explains_its_marks_on_focus(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION))
    # results come one after the other, and what is first changes until all are there
    expect_hits(page, expected(server, "demo", QUESTION))
    link = titles(page).get_by_role("link").filter(has=page.locator("mark:not(.hl-echo)")).first
    assert link.locator("[tabindex]").count() == 0
    why = page.locator(f"#{link.get_attribute('aria-describedby')}")
    expect(why).to_contain_text("In the title: “")
    expect(why).to_have_css("height", "1px")
    link.focus()
    expect(why).not_to_have_css("height", "1px")


def test_who_has_put_the_focus_somewhere_while_the_page_was_drawn_keeps_it(server: Server, page: Page) -> None:
    page.add_init_script(
        """new MutationObserver((_, observer) => {
            const link = document.querySelector("article a");
            if (link) { observer.disconnect(); link.focus(); }
        }).observe(document, { childList: true, subtree: true });"""
    )
    page.goto(address(server, topic="demo", q=QUESTION))
    expect_hits(page, expected(server, "demo", QUESTION))
    # what is said to screen readers is told together with where the focus goes
    expect(page.locator("#ps-status")).not_to_be_empty()
    expect(page.locator("article a:focus")).to_have_count(1)


def test_pages_deep_links_and_history(server: Server, page: Page) -> None:
    first, second = (expected(server, "demo", QUESTION, offset) for offset in (0, 10))
    page.goto(address(server, topic="demo"))
    box(page).fill(QUESTION)
    box(page).press("Enter")
    expect_hits(page, first)

    page.get_by_role("button", name="Page 2", exact=True).click()
    expect_hits(page, second)
    expect(page.get_by_role("heading", level=2)).to_be_focused()
    expect(page).to_have_url(address(server, topic="demo", q=QUESTION, page=2))

    page.reload()
    expect_hits(page, second)
    expect(box(page)).to_have_value(QUESTION)

    box(page).fill("lung cancer")
    box(page).press("Enter")
    expect_hits(page, expected(server, "demo", "lung cancer"))
    expect(page).to_have_url(address(server, topic="demo", q="lung cancer"))
    page.go_back()
    expect_hits(page, second)
    expect(box(page)).to_have_value(QUESTION)
    page.go_back()
    expect_hits(page, first)
    page.go_forward()
    expect_hits(page, second)


@pytest.fixture(scope="module")
def states(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """Topics that cannot be searched, or that have next to nothing, beside the demo."""
    small = server.library.create("small", query="", model="bundled")
    add(small, tmp_path_factory.mktemp("small"), corpus.article(1, "Aspirin after stroke"))
    server.library.create("unbuilt", query="heart", model="bundled")
    shutil.copytree(server.library.path / "demo", server.library.path / "broken")
    broken = server.library.topic("broken")
    version = broken.served()
    assert version
    next((broken.folder / "versions" / version).rglob("catalogue.sqlite")).write_bytes(b"no database")
    shutil.copytree(server.library.path / "broken", server.library.path / "half")
    shutil.rmtree(server.library.path / "half" / "versions" / version / "txtai")
    return server


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"topic": "nowhere"}, "There is no topic nowhere"),
        ({"topic": "../etc"}, "'../etc' cannot be a topic's name"),
        ({"topic": "unbuilt", "q": QUESTION}, "pubsearch build unbuilt"),
        ({"topic": "broken", "q": QUESTION}, "The index of topic broken is damaged"),
        ({"topic": "half", "q": QUESTION}, "The index of topic half is damaged"),
        ({"topic": "small", "q": "autism"}, "No record has anything in common with this question."),
        ({"topic": "demo"}, "Try one of these"),
        ({"topic": "demo", "q": "  "}, "Try one of these"),
        ({"topic": "demo", "q": "\x01\x02"}, "The query is empty"),
        ({"topic": "demo", "q": "x" * 30_000}, "Ranked by the first 5,000 characters of the words"),
        ({"topic": "demo", "q": QUESTION, "page": "x"}, "records match"),
        ({"topic": "demo", "q": QUESTION, "page": "99999"}, "records match"),
    ],
)
def test_each_state_says_what_it_is(states: Server, page: Page, fields: dict[str, str], message: str) -> None:
    page.goto(address(states, **fields))
    expect(page.get_by_text(message).first).to_be_visible()
    expect(page.get_by_text("Not medical advice")).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_without_topics_the_page_says_how_to_make_one(empty_server: Server, page: Page) -> None:
    page.goto(empty_server.url)
    expect(page.get_by_text("There is no topic to search yet.")).to_be_visible()
    expect(page.get_by_text("pubsearch demo")).to_be_visible()


def test_choosing_a_topic_asks_it_the_same_question(states: Server, page: Page) -> None:
    page.goto(address(states, topic="demo", q=QUESTION))
    expect(titles(page)).to_have_count(10)
    page.get_by_role("combobox", name="Topic").click()
    page.get_by_role("option", name="unbuilt").click()
    expect(page.get_by_text("pubsearch build unbuilt")).to_be_visible()
    expect(page).to_have_url(address(states, topic="unbuilt", q=QUESTION))
    expect(box(page)).to_have_value(QUESTION)


def test_topics_of_one_title_are_told_apart(states: Server, page: Page) -> None:
    page.goto(address(states, topic="demo", q=QUESTION))
    expect(titles(page)).to_have_count(10)
    expect(page.get_by_role("combobox", name="Topic")).to_have_value("Demo (demo)")
    page.get_by_role("combobox", name="Topic").click()
    page.get_by_role("option", name="Demo (broken)").click()
    expect(page.get_by_text("The index of topic broken is damaged")).to_be_visible()
    page.go_back()
    expect(titles(page)).to_have_count(10)
    expect(page).to_have_url(address(states, topic="demo", q=QUESTION))


def test_an_example_question_asks(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo"))
    page.get_by_role("button", name=QUESTION).click()
    expect(titles(page)).to_have_count(10)
    expect(box(page)).to_have_value(QUESTION)


def test_text_is_data(server: Server, page: Page, tmp_path: Path) -> None:
    topic = server.library.create("hostile", query="", title=HOSTILE[0], description=HOSTILE[1], model="bundled")
    articles = [corpus.article(pmid, xml(text), xml(text)) for pmid, text in enumerate(HOSTILE, start=1)]
    add(topic, tmp_path, *articles)
    question = f"heart {HOSTILE[0]} {HOSTILE[2]}"
    page.goto(address(server, topic="hostile", q=question))
    expect(titles(page)).to_have_count(len(HOSTILE))
    assert sorted(titles(page).all_text_contents()) == sorted(HOSTILE)
    assert sorted(page.locator(".ps-abstract").all_text_contents()) == sorted(HOSTILE)
    expect(page.get_by_text(HOSTILE[1], exact=True).first).to_be_visible()
    expect(box(page)).to_have_value(question)
    assert page.evaluate("window.ran") is None


def test_a_new_version_is_served_without_a_restart(server: Server, page: Page, tmp_path: Path) -> None:
    topic = server.library.create("growing", query="", model="bundled")
    add(topic, tmp_path, corpus.article(1, "Aspirin after stroke"))
    page.goto(address(server, topic="growing", q="aspirin"))
    expect(titles(page)).to_have_text(["Aspirin after stroke"])
    add(topic, tmp_path, corpus.article(2, "Aspirin for heart attack"))
    box(page).fill("aspirin for heart")
    box(page).press("Enter")
    expect(titles(page)).to_have_count(2)
    assert set(titles(page).all_text_contents()) == {"Aspirin after stroke", "Aspirin for heart attack"}
