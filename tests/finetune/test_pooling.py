"""The sparse backward pass has the gradients of sentence-transformers' own."""

import pytest
import torch
from sentence_transformers import SparseEncoder

from pubsearch.finetune.pooling import sparse_backward
from pubsearch.index import models

TEXTS = [
    "Aspirin after myocardial infarction.",
    "β-Blockers and IL-6 in heart failure: a randomised trial of 2,000 patients. " * 3,
    "",
]


def made(model: SparseEncoder) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    """The vectors, and the gradients of a loss that weighs each of their numbers otherwise."""
    model.zero_grad()
    vectors = model(model.preprocess(TEXTS))["sentence_embedding"]
    weights = torch.rand(vectors.shape, generator=torch.Generator().manual_seed(1)) - 0.5
    (vectors * weights).sum().backward()
    return vectors.detach(), {name: each.grad.clone() for name, each in model.named_parameters()}


@pytest.mark.parametrize("activation", ["relu", "log1p_relu"])
def test_vectors_and_gradients_are_those_of_the_dense_pass(activation: str) -> None:
    model = SparseEncoder(str(models.resolve("bundled").path), device="cpu").eval()
    model[1].activation_function = activation
    # The dense pass changes its logits in place unless it trains; without dropout both see the same numbers.
    model[1].training = True
    expected, gradients = made(model)
    with sparse_backward(model):
        vectors, found = made(model)
    torch.testing.assert_close(vectors, expected, atol=1e-5, rtol=1e-4)
    assert found.keys() == gradients.keys()
    for name, gradient in found.items():
        torch.testing.assert_close(gradient, gradients[name], atol=1e-4, rtol=1e-3, msg=name)


def test_afterwards_the_model_is_as_before() -> None:
    model = SparseEncoder(str(models.resolve("bundled").path), device="cpu").eval()
    before = model(model.preprocess(TEXTS))["token_embeddings"].shape
    with sparse_backward(model):
        pass
    assert model(model.preprocess(TEXTS))["token_embeddings"].shape == before
