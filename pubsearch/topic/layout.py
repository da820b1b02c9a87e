"""Where things lie in a topic's folder."""

DESCRIPTION = "topic.toml"
RECORDS = "records"
RUNS = "runs"
VECTORS = "vectors"
VERSIONS = "versions"
CURRENT = "CURRENT"
LOCK = ".lock"
WRITER = ".writer"

# Within a version
CATALOGUE = "catalogue.sqlite"
FACETS = "facets"
ROWS = "rows"
WORDS = "words"
TXTAI = "txtai"
MANIFEST = "manifest.json"
