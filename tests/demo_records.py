"""The demo's real records, read once for all tests that ask for them."""

import gzip
from functools import cache

import pubsearch.demo
from pubsearch.entrez.xml import parse
from pubsearch.record import Record


@cache
def demo_records() -> tuple[Record, ...]:
    """All 1,769, each PMID once, by PMID."""
    found = {}
    for path in sorted(pubsearch.demo.RECORDS.glob("*.xml.gz")):
        with gzip.open(path) as source:
            found |= {item.pmid: item for item in parse(source, path.name) if isinstance(item, Record)}
    return tuple(found[pmid] for pmid in sorted(found))
