"""Records for tests: real ones cut from the demo, and crafted ones."""

import gzip
from pathlib import Path

from lxml import etree

import pubsearch.demo

HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>\n'
TAIL = b"</PubmedArticleSet>\n"
RETRACTION = (
    "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionIn'><RefSource>Heart. 2026;1:1</RefSource>"
    "<PMID Version='1'>999</PMID></CommentsCorrections></CommentsCorrectionsList>"
)
"""What `article` takes as `extra` to be retracted, by the notice of PMID 999."""


def article(
    pmid: int, title: str = "", abstract: str = "", *, version: int = 1, extra: str = "", year: int = 2020
) -> bytes:
    """One PubmedArticle; `title` and `abstract` are XML content, `extra` stands at the end of the citation."""
    abstract = f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract>" if abstract else ""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="{version}">{pmid}</PMID><Article>'
        f"<Journal><JournalIssue><PubDate><Year>{year}</Year></PubDate></JournalIssue><Title>Heart</Title></Journal>"
        f"<ArticleTitle>{title}</ArticleTitle>{abstract}<Language>eng</Language></Article>{extra}</MedlineCitation>"
        f"</PubmedArticle>\n"
    ).encode()


def article_set(*articles: bytes) -> bytes:
    """A whole file."""
    return HEAD + b"".join(articles) + TAIL


def real_articles(number: int) -> list[bytes]:
    """The first real articles of the demo that have an abstract."""
    found: list[bytes] = []
    for path in sorted(pubsearch.demo.RECORDS.glob("*.xml.gz")):
        for element in etree.fromstring(gzip.decompress(path.read_bytes())).iterfind("PubmedArticle"):
            if element.find("MedlineCitation/Article/Abstract") is not None:
                found.append(etree.tostring(element))
            if len(found) == number:
                return found
    raise AssertionError(f"the demo has only {len(found)} articles with an abstract")


def write(path: Path, *articles: bytes) -> Path:
    """A file of `articles` at `path`."""
    path.write_bytes(article_set(*articles))
    return path
