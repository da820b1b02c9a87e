"""Models that are measured: SPLADE models by pubsearch's own encoder, dense ones by sentence-transformers."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError
from scipy.sparse import csr_matrix

from pubsearch.errors import ModelError
from pubsearch.index import encoder, models
from pubsearch.index.encoder import Side


@dataclass(frozen=True, slots=True)
class Measured:
    """A model in memory, called as `--model` named it.

    `encode` gives one row a text, of the text's beginning that the model reads in one pass.
    """

    name: str
    sparse: bool
    encode: Callable[[Sequence[str], Side], csr_matrix]


def load(spec: str) -> Measured:
    """The model that `--model` names: a SPLADE model, or a folder with a dense one of sentence-transformers.

    Raises:
        UserError: the spec names no model.
        ModelError: the model cannot be had or loaded, or is of neither kind.
        StorageError: the place of a folder cannot be noted in `PUBSEARCH_HOME`.
    """
    name = models.canonical(spec)
    if os.path.isabs(name) and _is_dense(Path(name)):
        return Measured(spec, False, _dense(Path(name)))
    splade = encoder.load(models.resolve(name))

    def encode(texts: Sequence[str], side: Side) -> csr_matrix:
        # Search reads a long text in windows; the card's protocol cuts it.
        cut = [splade.first_window(text, side) for text in texts]
        return encoder.matrix(splade.encode(cut, side), len(splade.vocabulary))

    return Measured(spec, True, encode)


def _is_dense(folder: Path) -> bool:
    try:
        modules = json.loads((folder / "modules.json").read_bytes())
        return any(str(module["type"]).endswith(".Pooling") for module in modules)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _dense(folder: Path) -> Callable[[Sequence[str], Side], csr_matrix]:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(str(folder), local_files_only=True)
    except (
        OSError,
        ValueError,
        RuntimeError,
        LookupError,
        AttributeError,
        TypeError,
        SafetensorError,
    ) as error:
        raise ModelError(f"The model in {folder} cannot be loaded: {str(error).splitlines()[0]}") from error

    by_cosine = model.similarity_fn_name == "cosine"

    def encode(texts: Sequence[str], side: Side) -> csr_matrix:
        by_side = model.encode_query if side == "query" else model.encode_document
        return csr_matrix(by_side(list(texts), show_progress_bar=False, normalize_embeddings=by_cosine))

    return encode
