"""Weights as the file that PyTorch users pass around. They are read elsewhere, without PyTorch."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Mapping

import torch
from torch import Tensor


def saved(state_dict: Mapping[str, Tensor]) -> bytes:
    """A state dict as the bytes of a .pth file, each tensor with just its own numbers."""
    file = io.BytesIO()
    torch.save(
        OrderedDict((key, tensor.detach().cpu().contiguous().clone()) for key, tensor in state_dict.items()), file
    )
    return file.getvalue()
