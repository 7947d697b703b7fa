"""The weights that the window keeps in a file of ours while their network is edited."""

from __future__ import annotations

import dataclasses

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from squeezeviz.core.weights import KeptWeights, TensorName, lost, tensor_name
from squeezeviz.tracing.module import GivenWeights


class KeptWeightsReader:
    """Reads a file once for all passes that follow with it: rows are taken over where their tensors are the same."""

    def __init__(self) -> None:
        self._path = ""
        self._tensors: dict[TensorName, Tensor] = {}

    def weights(self, kept: KeptWeights | None) -> GivenWeights | None:
        """The tensors by the rows' present names. SqueezevizError where the file is gone or damaged."""
        if kept is None:
            return None
        if kept.path != self._path:
            self._tensors, self._path = _read(kept), kept.path
        shapes = {name: tuple(tensor.shape) for name, tensor in self._tensors.items()}
        now = dataclasses.replace(kept, shapes=shapes).now()
        return {present: self._tensors[then] for then, present in now.items()}


def _read(kept: KeptWeights) -> dict[TensorName, Tensor]:
    try:
        return {tensor_name(name): tensor for name, tensor in load_file(kept.path).items()}
    except (OSError, SafetensorError, ValueError, TypeError) as error:  # the last two where names are not ours
        raise lost(kept, error) from None
