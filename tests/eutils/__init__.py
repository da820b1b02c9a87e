"""An HTTP server that speaks NCBI's E-utilities over real records, for tests and for people (`python -m tests.eutils`).

    server.py     HTTP: one request in, one answer out, each logged
    endpoints.py  which answer to give; esearch.py, summary.py: the two that need more room
    query.py      the search itself, over corpus.py, whose records.py can change between two requests
    limits.py     API keys and pace: layers around the endpoints
    faults.py     what can go wrong, by name; delivery.py: on the wire; injector.py: the layer that makes it happen

It answers only what it can answer as NCBI does; for the rest it says 501.
"""
