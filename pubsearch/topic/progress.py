"""How long work reports where it stands; the command line draws it, a page reads it."""

from collections.abc import Callable

# (what is being done, how much of it is done, how much there is); where it raises StoppedError, the work ends
Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """Reports to nobody."""
