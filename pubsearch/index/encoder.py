"""SPLADE vectors and where each term came from; txtai's SparseVectors plug-in.

A text's tokens go through the language model, and their states through SPLADE's head. The token that gave a term its
maximum gives the term's origin: its word.
"""

import gc
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any, Literal
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from scipy.sparse import csr_array, csr_matrix
from tokenizers import Encoding, Tokenizer
from txtai.vectors import SparseVectors

from pubsearch.errors import ModelError
from pubsearch.index import linear, models
from pubsearch.index.bert import Bert, fits
from pubsearch.index.head import Head
from pubsearch.index.linear import DEVICE
from pubsearch.index.remembered import remembered
from pubsearch.index.sparse import NO_ORIGIN, SparseVector, pack
from pubsearch.settings import Precision, Settings

Side = Literal["query", "document"]

# A window's first and last words lack context on one side: neighbouring windows share this many tokens.
OVERLAP = 64
# Tokens of one forward pass, padding included: enough to keep the matrix products busy, little enough for the cache.
TOKEN_BUDGET = 1024
# From this many weights on, a single question is encoded by all cores together: 23 ms where one core takes 40, for a
# BERT-base in float32. A small model's products are too short to be shared: waiting for one another costs more.
SHARED_WEIGHTS = 20_000_000
REMEMBERED_QUERIES = 1024

# One thread loads all models, and stays. OpenMP then has more threads than cores, and lets those that wait for a share
# of a product sleep. Else they would wait busily: fast on idle cores, many times slower where another program works.
_loader = ThreadPoolExecutor(1)


class Encoder:
    """A SPLADE model in memory: texts in, sparse vectors with origins out. Threads may share one."""

    def __init__(self, path: Path, precision: Precision = "float32") -> None:
        """Loads the model in the folder `path`, which `splade_folder.check` has accepted.

        Raises:
            ModelError: the folder's files do not make a masked language model with a fast tokenizer.
        """
        transformer, pooling, prompts = _load(path)
        self._prompts: dict[Side, str] = {side: prompts.get(side) or "" for side in ("query", "document")}
        model = transformer.auto_model.eval()
        projection = model.get_output_embeddings()
        # What stays in memory is copied, so that the file is no longer mapped once the other weights are laid out anew.
        projection.weight.data = projection.weight.data.clone()
        activations = 2 if pooling.activation_function == "log1p_relu" else 1
        self._head = Head(projection.weight, projection.bias, activations)
        weights = sum(each.numel() for each in model.parameters()) - projection.weight.numel()
        self._states = Bert(model, precision) if fits(model) else _states_of(model, projection, precision)
        self._tokenizer: Tokenizer = Tokenizer.from_str(transformer.tokenizer.backend_tokenizer.to_str())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(transformer.max_seq_length, stride=OVERLAP)
        self._pad = int(transformer.tokenizer.pad_token_id)
        self._unknown: int | None = transformer.tokenizer.unk_token_id
        self.vocabulary: tuple[str, ...] = tuple(
            self._tokenizer.id_to_token(term) or "" for term in range(len(projection.weight))
        )
        cores = Settings().cores
        # Texts side by side, each on one thread. Were threads to share each product instead, they would wait for one
        # another at every step, for many times the work where another program keeps a core busy.
        self._side_by_side = ThreadPoolExecutor(cores, initializer=_share, initargs=(1,))
        self._together = self._side_by_side
        if weights >= SHARED_WEIGHTS:
            self._together = ThreadPoolExecutor(1, initializer=_share, initargs=(cores,))
        self._remembered = remembered(self._query, REMEMBERED_QUERIES)

    def query(self, text: str) -> SparseVector:
        """A question's vector; the last ones are kept.

        Raises:
            ModelError: the model gives weights that are not numbers.
        """
        return self._remembered(text)

    def _query(self, text: str) -> SparseVector:
        return self.encode([text], "query")[0]

    def encode(self, texts: Sequence[str], side: Side) -> list[SparseVector]:
        """One vector a text, in order; a text longer than the model's window is read whole, in windows.

        Raises:
            ModelError: the model gives weights that are not numbers.
        """
        prompt = self._prompts[side]
        encodings = self._tokenizer.encode_batch([prompt + text for text in texts])
        windows = [[encoding, *encoding.overflowing] for encoding in encodings]
        batches = list(_batches(windows))

        def work(batch: Sequence[int]) -> list[SparseVector]:
            return self._encode([windows[i] for i in batch], len(prompt))

        done = (self._side_by_side if len(batches) > 1 else self._together).map(work, batches)
        vectors = {
            i: vector
            for batch, found in zip(batches, done, strict=True)
            for i, vector in zip(batch, found, strict=True)
        }
        return [vectors[i] for i in range(len(texts))]

    def pieces(self, text: str) -> frozenset[tuple[int, int]]:
        """What the tokenizer splits the words of a text into, each piece as its term and the origin of its word."""
        encoding = self._tokenizer.encode(text)
        windows = [encoding, *encoding.overflowing]
        terms = [term for window in windows for term in window.ids]
        origins = _origins(windows, 0).tolist()
        return frozenset(
            (term, origin)
            for term, origin in zip(terms, origins, strict=True)
            if term != self._unknown and origin != NO_ORIGIN
        )

    def first_window(self, text: str, side: Side) -> str:
        """The beginning of the text that the model reads in one pass, where others would cut it."""
        prompt = self._prompts[side]
        end = max(end for _, end in self._tokenizer.encode(prompt + text).offsets)
        return text[: max(end - len(prompt), 0)]

    def _encode(self, texts: Sequence[Sequence[Encoding]], prompt: int) -> list[SparseVector]:
        """One batch: the vectors of texts that are given as their windows, the first `prompt` characters not theirs."""
        windows = [window for text in texts for window in text]
        longest = max(len(window.ids) for window in windows)
        ids = torch.full((len(windows), longest), self._pad)
        mask = torch.zeros((len(windows), longest), dtype=torch.long)
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = torch.tensor(window.ids)
            mask[row, : len(window.ids)] = 1
        with torch.inference_mode():
            attention = None if mask.all() else mask.to(DEVICE)
            hidden = iter(self._states(ids.to(DEVICE), attention))
            return [
                self._pool([next(hidden)[: len(window.ids)] for window in text], _origins(text, prompt))
                for text in texts
            ]

    def _pool(self, windows: Sequence[torch.Tensor], origins: npt.NDArray[np.uint32]) -> SparseVector:
        """Joins the windows by the maximum per term, and looks up the word that gave each maximum."""
        terms, weights, places = (found.cpu() for found in self._head(torch.cat(list(windows))))
        return SparseVector(terms.int().numpy(), weights.numpy(), origins[places.numpy()])


def _states_of(
    model: torch.nn.Module, projection: torch.nn.Module, precision: Precision
) -> Callable[[torch.Tensor, torch.Tensor | None], torch.Tensor]:
    """Any other language model as it is: with the projection taken out, its "logits" are the states that enter it."""
    place = next(name for name, module in model.named_modules() if module is projection)
    model.set_submodule(place, torch.nn.Identity())
    linear.replace(model, precision)
    model.to(DEVICE)

    def states(ids: torch.Tensor, attention: torch.Tensor | None) -> torch.Tensor:
        found: torch.Tensor = model(input_ids=ids, attention_mask=attention).logits
        return found

    return states


def _share(threads: int) -> None:
    """Sets how many threads share a product that the calling thread starts."""
    # torch takes the number from another thread when one first computes, unless it was asked for before.
    torch.get_num_threads()
    torch.set_num_threads(threads)


def _load(path: Path) -> tuple[Any, Any, dict[str, str]]:
    from sentence_transformers import SparseEncoder
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = SparseEncoder(str(path), device="cpu", local_files_only=True)
        transformer, pooling = model[0], model[1]
        if not transformer.tokenizer.is_fast:
            raise ModelError(f"The model in {path} has no fast tokenizer (tokenizer.json): save it with one.")
    except (OSError, ValueError, RuntimeError, LookupError, AttributeError, TypeError, SafetensorError) as error:
        raise ModelError(f"The model in {path} cannot be loaded: {str(error).splitlines()[0]}") from error
    return transformer, pooling, model.prompts


def _batches(texts: Sequence[Sequence[Encoding]]) -> Iterable[list[int]]:
    """Indexes of texts of like length, in batches of at most `TOKEN_BUDGET` tokens with their padding."""
    longest = [max(len(window.ids) for window in text) for text in texts]
    batch: list[int] = []
    windows = 0
    for i in sorted(range(len(texts)), key=longest.__getitem__, reverse=True):
        if batch and (windows + len(texts[i])) * longest[batch[0]] > TOKEN_BUDGET:
            yield batch
            batch, windows = [], 0
        batch.append(i)
        windows += len(texts[i])
    if batch:
        yield batch


def _origins(windows: Sequence[Encoding], prompt: int) -> npt.NDArray[np.uint32]:
    """For each token of the windows, one after the other, the place of its whole word in the text.

    A word has one number in all windows of a text, so a word that a window's edge cuts is still marked whole.
    """
    words: dict[int, tuple[int, int]] = {}
    for window in windows:
        for word, (start, end) in zip(window.word_ids, window.offsets, strict=True):
            if word is not None:
                first, last = words.get(word, (start, end))
                words[word] = min(first, start), max(last, end)
    packed = {
        word: pack(start - prompt, end - prompt) if start >= prompt else NO_ORIGIN
        for word, (start, end) in words.items()
    }
    return np.array(
        [NO_ORIGIN if word is None else packed[word] for window in windows for word in window.word_ids], np.uint32
    )


_Key = tuple[Path, Precision, str]

# Of the loader alone: the models that somebody holds, and the last one that was asked for, which stays for the next who
# asks. A server that held them all would have one more in memory for each that a topic was ever rebuilt with.
_loaded: WeakValueDictionary[_Key, Encoder] = WeakValueDictionary()
_last: list[Encoder] = []


def _encoder(key: _Key) -> Encoder:
    found = _loaded.get(key)
    if found is None:
        path, precision, _ = key
        found = _loaded[key] = Encoder(path, precision)
        gc.collect()  # the model as it was loaded refers to itself, and keeps its file mapped
    _last[:] = [found]
    return found


def load(model: models.Model) -> Encoder:
    """The model in memory: one for all who hold it, however many threads ask at once.

    Raises:
        ModelError: the model's files cannot be loaded.
    """
    # the same folder with other weights is another model
    return _loader.submit(_encoder, (model.path, model.precision, model.fingerprint)).result()


class SpladeVectors(SparseVectors):  # type: ignore[misc]
    """txtai's way to the encoder: `Embeddings(sparse={"vectormethod": "pubsearch.index.encoder.SpladeVectors", …})`."""

    def loadmodel(self, path: str) -> Encoder:
        """The model that the configuration names, checked against its fingerprint.

        Raises:
            ModelError: the model cannot be had, or is another one than the index was made with.
        """
        found = models.resolve(path, fingerprint=self.config.get("fingerprint"), revision=self.config.get("revision"))
        return load(found)

    def encode(self, data: Sequence[str], category: str | None = None) -> csr_matrix:
        """One row a text, one column a vocabulary term; `category` is txtai's "query" or "data"."""
        return matrix(
            self.model.encode(data, "document" if category == "data" else "query"), len(self.model.vocabulary)
        )

    def vectors(
        self, documents: Iterable[tuple[Any, str, Any]], batchsize: int = 500, *_: object, **__: object
    ) -> tuple[list[Any], int, csr_matrix]:
        """Ids, dimensions and one matrix of all documents; stacked once, where txtai would do so for every batch."""
        ids, found = [], []
        stream = iter(documents)
        while batch := list(islice(stream, batchsize)):
            ids += [uid for uid, _, _ in batch]
            found += self.model.encode([text for _, text, _ in batch], "document")
        return ids, len(self.model.vocabulary), matrix(found, len(self.model.vocabulary))


def matrix(vectors: Sequence[SparseVector], width: int) -> csr_matrix:
    """The vectors as the rows of a CSR matrix of `width` columns, float32."""
    indptr = np.cumsum([0, *map(len, vectors)], dtype=np.int64)
    if not vectors:
        return csr_matrix((0, width), dtype=np.float32)
    terms = np.concatenate([vector.terms for vector in vectors])
    weights = np.concatenate([vector.weights for vector in vectors])
    return csr_matrix(csr_array((weights, terms, indptr), shape=(len(vectors), width)))
