"""BERT's forward pass and nothing else: what SPLADE models of that architecture are run by.

The same numbers as transformers' `BertForMaskedLM` gives, without its checks and hooks at every step: for a question
they take as long as the numbers. Query, key and value are one product.
BERT: https://arxiv.org/abs/1810.04805
"""

from typing import Any

import torch
from torch.nn.functional import embedding, layer_norm, scaled_dot_product_attention
from transformers import BertForMaskedLM

from pubsearch.index.linear import DEVICE, layer
from pubsearch.settings import Precision


def fits(model: Any) -> bool:
    """Whether `Bert` computes what this model does."""
    return (
        type(model) is BertForMaskedLM
        and model.config.hidden_act == "gelu"
        and getattr(model.config, "position_embedding_type", "absolute") == "absolute"
        and not model.config.is_decoder
    )


class Bert:
    """The language model up to the states that enter the vocabulary projection."""

    def __init__(self, model: Any, precision: Precision) -> None:
        """Takes the weights of a `BertForMaskedLM` that `fits`."""
        embeddings = model.bert.embeddings
        self._words = embeddings.word_embeddings.weight.detach().to(DEVICE)
        # all tokens are of the first of BERT's two segments
        places = embeddings.position_embeddings.weight + embeddings.token_type_embeddings.weight[0]
        self._places = places.detach().to(DEVICE)
        self._norm = _Norm(embeddings.LayerNorm)
        self._layers = [_Layer(each, model.config.num_attention_heads, precision) for each in model.bert.encoder.layer]
        transform = model.cls.predictions.transform
        self._dense, self._last_norm = layer(transform.dense, precision, gelu=True), _Norm(transform.LayerNorm)

    def __call__(self, ids: torch.Tensor, attention: torch.Tensor | None) -> torch.Tensor:
        """The states (texts × tokens × width) of token ids; `attention` is 0 where there is only padding."""
        mask = None if attention is None else attention.bool()[:, None, None, :]
        states = self._norm(embedding(ids, self._words) + self._places[: ids.shape[1]])
        for each in self._layers:
            states = each(states, mask)
        return self._last_norm(self._dense(states))


class _Layer:
    def __init__(self, model: Any, heads: int, precision: Precision) -> None:
        attention = model.attention.self
        parts = (attention.query, attention.key, attention.value)
        joined = torch.nn.Linear(parts[0].in_features, sum(part.out_features for part in parts))
        joined.weight.data = torch.cat([part.weight for part in parts])
        joined.bias.data = torch.cat([part.bias for part in parts])
        self._heads = heads
        self._attention = layer(joined, precision)
        self._joined = layer(model.attention.output.dense, precision)
        self._joined_norm = _Norm(model.attention.output.LayerNorm)
        self._wide = layer(model.intermediate.dense, precision, gelu=True)
        self._narrow = layer(model.output.dense, precision)
        self._narrow_norm = _Norm(model.output.LayerNorm)

    def __call__(self, states: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        texts, tokens, width = states.shape
        query, key, value = self._attention(states).view(texts, tokens, 3, self._heads, -1).permute(2, 0, 3, 1, 4)
        mixed = scaled_dot_product_attention(query, key, value, mask).transpose(1, 2).reshape(texts, tokens, width)
        states = self._joined_norm(self._joined(mixed) + states)
        return self._narrow_norm(self._narrow(self._wide(states)) + states)


class _Norm:
    def __init__(self, model: torch.nn.LayerNorm) -> None:
        self._shape, self._error = list(model.normalized_shape), model.eps
        self._weight, self._bias = (each.detach().to(DEVICE, copy=True) for each in (model.weight, model.bias))

    def __call__(self, states: torch.Tensor) -> torch.Tensor:
        return layer_norm(states.float(), self._shape, self._weight, self._bias, self._error)
