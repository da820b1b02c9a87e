"""How much of NCBI's limit clients use, alone and two at a time, and whether they ever go over it.

Real time and real processes; the server runs on this machine, counts as NCBI does, and answers 429 beyond the limit.
Requests a second are counted where they arrive.
"""

import multiprocessing
import time

from pydantic import SecretStr

from pubsearch import demo
from pubsearch.entrez.client import Client
from pubsearch.settings import Settings
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.limits import WITH_KEY, WITHOUT_KEY
from tests.eutils.records import Stored, load
from tests.eutils.server import VALID_KEY, EutilsServer

SECONDS = 15


def ask(url: str, key: str) -> None:
    """Asks for SECONDS seconds as often as the client lets it."""
    client = Client(Settings(eutils_url=url, ncbi_api_key=SecretStr(key)))
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        client.einfo()


def measure(records: list[Stored], key: str, processes: int) -> tuple[list[float], int]:
    """When requests arrived, and how many were refused."""
    refused = []

    def note(request: Request, proceed: Endpoint) -> Answer:
        answer = proceed(request)
        if answer.status == 429:
            refused.append(request)
        return answer

    with EutilsServer(records, layers=[note]) as server:
        spawn = multiprocessing.get_context("spawn")
        asking = [spawn.Process(target=ask, args=(server.url, key)) for _ in range(processes)]
        for process in asking:
            process.start()
        for process in asking:
            process.join()
            if process.exitcode:
                raise SystemExit("A client gave up; the reason stands above.")
        return [request.time for request in server.requests], len(refused)


def main() -> None:
    """Prints the table."""
    files = sorted(demo.RECORDS.glob("*.xml.gz"))
    records = list(load(files[:1]))
    print("| limit, per s | processes | requests | per s | share of the limit | most within a second | refused (429) |")
    print("|---|---|---|---|---|---|---|")
    for key, limit in (("", WITHOUT_KEY), (VALID_KEY, WITH_KEY)):
        for processes in (1, 2):
            times, refused = measure(records, key, processes)
            rate = (len(times) - 1) / (times[-1] - times[0])
            most = max(sum(start <= other < start + 1 for other in times) for start in times)
            print(
                f"| {limit:12} | {processes:9} | {len(times):8} | {rate:5.2f} | {rate / limit:18.1%} | {most:20} |"
                f" {refused:13} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
