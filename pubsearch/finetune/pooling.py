"""SPLADE's pooling with a sparse backward pass, for training on a CPU.

A term's weight is a maximum over tokens, so its gradient reaches one token only, and the one or two terms in a hundred
that are above 0. sentence-transformers' own pooling goes through tokens × vocabulary numbers in both directions; here
the forward pass is the index's head, and the backward pass touches the maxima alone. The gradients are the same.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from sentence_transformers import SparseEncoder

from pubsearch.index.head import Head


class _Maxima(torch.autograd.Function):
    """States of tokens (tokens × width), projection and bias → weights of terms (texts × vocabulary)."""

    @staticmethod
    def forward(
        ctx: Any, states: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, lengths: list[int], activations: int
    ) -> torch.Tensor:
        head = Head(weight, bias, activations)
        pooled = states.new_zeros(len(lengths), len(weight))
        rows, terms, tokens, first = [], [], [], 0
        for row, part in enumerate(torch.split(states.detach(), lengths)):
            found, weights, places = head(part)
            pooled[row, found] = weights
            rows.append(torch.full_like(found, row))
            terms.append(found)
            tokens.append(places + first)
            first += len(part)
        ctx.activations = activations
        ctx.save_for_backward(states, weight, pooled, torch.cat(rows), torch.cat(terms), torch.cat(tokens))
        return pooled

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        states, weight, pooled, rows, terms, tokens = ctx.saved_tensors
        at, slope = pooled[rows, terms], gradient[rows, terms]
        for _ in range(ctx.activations):
            # y = log(1 + x) rises by 1 / (1 + x) = exp(-y)
            slope, at = slope * torch.exp(-at), torch.expm1(at)
        felt = slope != 0
        slope, terms, tokens = slope[felt], terms[felt], tokens[felt]
        to_states = torch.zeros_like(states).index_add_(0, tokens, slope[:, None] * weight[terms])
        to_weight = torch.zeros_like(weight).index_add_(0, terms, slope[:, None] * states[tokens])
        to_bias = weight.new_zeros(len(weight)).index_add_(0, terms, slope)
        return to_states, to_weight, to_bias, None, None


@contextlib.contextmanager
def sparse_backward(model: SparseEncoder) -> Iterator[None]:
    """Within it, a model of Transformer and SpladePooling computes as `_Maxima`; what it saves is as ever."""
    transformer, pooling = model[0], model[1]
    projection = transformer.auto_model.get_output_embeddings()
    activations = 2 if pooling.activation_function == "log1p_relu" else 1

    def states_as_they_are(states: torch.Tensor) -> torch.Tensor:
        return states

    def pool(features: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        mask = features["attention_mask"].bool()
        states = features["token_embeddings"][mask]
        lengths = mask.sum(1).tolist()
        pooled = _Maxima.apply(states, projection.weight, projection.bias, lengths, activations)  # type: ignore[no-untyped-call]
        features["sentence_embedding"] = pooled
        return features

    # An instance's own `forward` goes before its class's; parameters, and so what is saved, stay where they are.
    projection.forward, pooling.forward = states_as_they_are, pool
    try:
        yield
    finally:
        del projection.forward, pooling.forward
