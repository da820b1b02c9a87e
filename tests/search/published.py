"""The search strings that people have published: see tests/data/pubmed_queries."""

import json
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).parents[1] / "data" / "pubmed_queries" / "queries.jsonl"


@dataclass(frozen=True, slots=True)
class Published:
    source: str
    id: str
    query: str


QUERIES = [Published(**json.loads(line)) for line in _FILE.read_text("utf-8").splitlines()]
