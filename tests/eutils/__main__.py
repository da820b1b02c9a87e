"""`python -m tests.eutils --port 8600 --records FILE…`: the server for people, until Ctrl-C."""

import argparse
import sys
from contextlib import suppress
from pathlib import Path

from tests.eutils.records import load
from tests.eutils.server import VALID_KEY, EutilsServer


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.eutils", description="NCBI's E-utilities over your own files."
    )
    parser.add_argument("--port", type=int, default=8600, help="the port on 127.0.0.1 (0: any)")
    parser.add_argument(
        "--records", type=Path, nargs="+", required=True, metavar="FILE", help="PubMed XML, plain or gzip"
    )
    options = parser.parse_args()
    with EutilsServer(load(options.records), port=options.port) as server:
        sys.stdout.write(
            f"{len(server.pmids)} records; the API key {VALID_KEY} is valid. In another terminal:\n"
            f"export PUBSEARCH_EUTILS_URL={server.url}\n"
        )
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            server.wait()


main()
