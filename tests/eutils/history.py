"""NCBI's history server: lists of PMIDs under a WebEnv and a query key."""

import threading
from collections.abc import Sequence


class History:
    """Keeps every list until the server ends; `forget` is what NCBI does after some hours."""

    def __init__(self) -> None:
        self._sets: dict[str, list[Sequence[int]]] = {}
        self._lock = threading.Lock()

    def put(self, pmids: Sequence[int], web_env: str = "") -> tuple[str, str]:
        """Keep a list, in a WebEnv that exists or in a new one; returns WebEnv and query key."""
        with self._lock:
            name = web_env if web_env in self._sets else f"MCID_{len(self._sets) + 1:024x}"
            lists = self._sets.setdefault(name, [])
            lists.append(pmids)
            return name, str(len(lists))

    def get(self, web_env: str, query_key: str) -> Sequence[int] | None:
        """The list, or None."""
        with self._lock:
            lists = self._sets.get(web_env, [])
            known = query_key.isdecimal() and 0 < int(query_key) <= len(lists)
            return lists[int(query_key) - 1] if known else None

    def forget(self) -> None:
        """Lose all lists; names are not given twice."""
        with self._lock:
            self._sets = {name: [] for name in self._sets}
