"""A sparse vector with the place of the text that each of its terms came from.

An origin packs a word's place into 32 bits: start in the upper 24, length in the lower 8 (code points of the text).
`NO_ORIGIN` stands for a term that no single word earned, but the text as a whole ([CLS], [SEP] or a prompt).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NO_ORIGIN = np.uint32(0xFFFFFFFF)
MAX_START = (1 << 24) - 2
MAX_LENGTH = 255


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Terms in ascending order (int32), their weights (float32, > 0) and origins (uint32), all of one length."""

    terms: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]
    origins: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.terms)


def pack(start: int, end: int) -> int:
    """The origin of the word at `[start, end)`; a word too far or too long is marked as far as the bits reach."""
    if start > MAX_START:
        return int(NO_ORIGIN)
    return start << 8 | min(end - start, MAX_LENGTH)


def unpack(origin: int) -> tuple[int, int] | None:
    """`(start, end)` of the word, or None for `NO_ORIGIN`."""
    if origin == NO_ORIGIN:
        return None
    start = int(origin) >> 8
    return start, start + (int(origin) & 0xFF)
