"""Bio.Entrez, set up for one client: its address, its pace, its time limit, its secrets in the body.

Biopython keeps its settings in module globals and has NCBI's address in each function, opens without a time limit,
repeats a refused request at once, and puts e-mail and API key into the URL of every short request (Biopython 1.88,
Bio/Entrez/__init__.py). So each client runs a copy of the module that nobody else sees, in which the two functions
that every call goes through, `_build_request` and `urlopen`, are set up for it.
"""

from collections.abc import Callable
from importlib.util import module_from_spec
from typing import Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from Bio import Entrez

TOOL = "pubsearch"


class _NoRedirect(HTTPRedirectHandler):
    """Makes a redirect an HTTPError: followed, a POST would arrive as a GET without its parameters."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


def entrez(*, url: str, email: str, api_key: str | None, timeout: float, wait: Callable[[], None]) -> Any:
    """A Bio.Entrez whose public functions ask the E-utilities at `url`.

    Every request is one POST, sent once `wait` returns, with `timeout` seconds for each step of the connection.
    Errors are urllib's. An empty `email` is not sent.
    """
    module: Any = module_from_spec(Entrez.__spec__)
    Entrez.__spec__.loader.exec_module(module)
    module.tool, module.email, module.api_key = TOOL, email, api_key
    # one try: repeating is the caller's, who waits in between
    module.max_tries = 1

    build = module._build_request
    opener = build_opener(_NoRedirect)

    def build_request(cgi: str, params: dict[str, Any], post: bool = True, **options: bool) -> Any:
        request = build(f"{url}/{cgi.rpartition('/')[2]}", params, post=post, **options)
        if not email:
            # Biopython warns where there is no e-mail at all, so it was given an empty one
            request.data = request.data.replace(b"&email=", b"", 1)
        return request

    def urlopen(request: Request) -> Any:
        # `wait` keeps the pace; Biopython's own, which is slower than NCBI's, looks at this time
        module._open.previous = 0
        wait()
        return opener.open(request, timeout=timeout)

    module._build_request, module.urlopen = build_request, urlopen
    return module
