"""SPLADE's head: the states of a text's tokens in, its terms out, and the token that gave each.

SPLADE (https://arxiv.org/abs/2109.10086): the weight of a vocabulary term is max over token positions of
log(1 + ReLU(logit)). The logarithm and ReLU rise with the logit, so the maximum is taken over raw logits first: one
vocabulary-wide row a text instead of one a token.

All but one or two in a hundred terms end at 0. So all are screened first, in bfloat16 where the CPU multiplies it, and
only those that may be above 0 are weighed, in float32.
"""

import torch

from pubsearch.errors import ModelError
from pubsearch.index.linear import DEVICE, Linear
from pubsearch.settings import Precision

# Vocabulary rows of one block: a block of logits then stays in the cache.
VOCABULARY_BLOCK = 2048
# Up to so many tokens, such as those of a question, all logits stay in the cache, and each block would cost a call.
FEW = 64

_HAS_BFLOAT16 = DEVICE.type == "cpu" and torch.cpu._is_avx512_bf16_supported()
_SCREEN: Precision = "bfloat16" if _HAS_BFLOAT16 else "float32"
# How far the screen may be wrong, as a share of |state| · |row|. Rounding of state, row and logit to 8 bits may each
# add 2⁻⁹; the fourth 2⁻⁹ leaves room for the sums, which are in float32. Without bfloat16 only the sums may differ.
_ERROR = 2**-7 if _HAS_BFLOAT16 else 2**-18


class Head:
    """The vocabulary projection with SPLADE's pooling."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None, activations: int) -> None:
        """Takes the projection, and how often log(1 + x) is applied."""
        self._weight = weight.detach().float().to(DEVICE)
        bias = torch.zeros(len(weight)) if bias is None else bias.detach()
        self._bias = bias.to(DEVICE, torch.float32, copy=True)
        self._activations = activations
        self._whole = [Linear(self._weight, None, _SCREEN)]
        self._blocks = [Linear(block, None, _SCREEN) for block in torch.split(self._weight, VOCABULARY_BLOCK)]
        self._error = self._weight.norm(dim=1) * _ERROR

    def __call__(self, states: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The terms of one text in ascending order, their weights, and for each the token that gave its maximum.

        Args:
            states: one row a token

        Raises:
            ModelError: the weights are not numbers.
        """
        states = states.float()
        screen = self._whole if len(states) <= FEW else self._blocks
        highest = torch.cat([block(states).amax(0) for block in screen]).float() + self._bias
        # one that is not a number makes the sum no number, at a twentieth of the time that it takes to look at each
        if not torch.isfinite(highest.sum()):
            raise ModelError("The model gives weights that are not numbers: its files are damaged; get it again.")
        candidates = (highest + self._error * states.norm(dim=1).max() > 0).nonzero().squeeze(1)
        logits = torch.nn.functional.linear(states, self._weight[candidates], self._bias[candidates])
        logits, places = logits.max(0)
        there = logits > 0
        weights = logits[there]
        for _ in range(self._activations):
            weights = weights.log1p_()
        return candidates[there], weights, places[there]
