"""The XML export is a file of PubMed's own kind, which can be imported again."""

import io
from pathlib import Path

import pubsearch.demo
from pubsearch.entrez import xml
from pubsearch.search.export import RECEIVED_XML, write
from pubsearch.topic.raw import received
from pubsearch.topic.records import RecordStore


def test_the_demo_comes_back_the_same(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    for path in sorted(pubsearch.demo.RECORDS.glob("*.xml.gz")):
        with path.open("rb") as source:
            store.add(source, path.name, "run", "import")
    places = store.places()
    target = io.BytesIO()
    exported = write(RECEIVED_XML, received(tmp_path, places), target)
    assert (exported.records, exported.left_out) == (1_769, ())
    target.seek(0)
    # The digest is that of the element in canonical XML.
    again = {item.pmid: digest for item, digest in xml.parse_with_digests(target, "exported.xml")}
    assert again == {pmid: place.digest for pmid, place in places.items()}


def test_it_names_pubmeds_dtd() -> None:
    target = io.BytesIO()
    write(RECEIVED_XML, [], target)
    assert target.getvalue() == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
        b'"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
        b"<PubmedArticleSet>\n</PubmedArticleSet>\n"
    )
