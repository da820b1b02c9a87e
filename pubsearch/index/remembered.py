"""A method's last answers, kept for as long as its object is."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar, cast
from weakref import WeakMethod

Q = TypeVar("Q")
A = TypeVar("A")


def remembered(method: Callable[[Q], A], number: int) -> Callable[[Q], A]:
    """The method with its last `number` answers kept; for an attribute of the method's own object.

    Were the cache to hold the method itself, object and cache would hold each other, and both would stay in memory till
    the garbage collector finds them: never, for what the server loads while it starts, which it is told to pass over.
    """
    own = WeakMethod(cast(Any, method))

    @lru_cache(number)
    def ask(question: Q) -> A:
        # who asks holds the object
        return cast(Callable[[Q], A], own())(question)

    return ask
