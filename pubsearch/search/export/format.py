"""What a format is: how one record is written, and what stands around all of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Citation(Protocol):
    """Whatever stands for one record of PubMed."""

    @property
    def pmid(self) -> int:
        """The record's PMID."""


Item = TypeVar("Item", bound=Citation)


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that `reader` takes in one file: records, and bytes."""

    reader: str
    records: int
    bytes: int


COVIDENCE = Limit("Covidence", 15_000, 50_000_000)
"""What Covidence takes in one import, as university libraries tell it in their guides."""


@dataclass(frozen=True, slots=True)
class Format(Generic[Item]):
    """A format by its `name`, and the `extension` that names of its files have.

    `render` gives one record as bytes, or None where there is nothing to write; `left_out` says why that may be.
    """

    name: str
    extension: str
    render: Callable[[Item], bytes | None]
    head: bytes = b""
    tail: bytes = b""
    limit: Limit | None = None
    left_out: str = ""
