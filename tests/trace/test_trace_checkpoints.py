"""Weights as .pth files: what PyTorch itself, and torchvision's users, load from them."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
import torch

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.trace.module import build_module
from squeezeviz.trace.weights import saved

Preset = Callable[[str], ResolvedNetwork]


@pytest.mark.parametrize("name", ["squeezenet1_0", "squeezenet1_1", "complex-bypass"])
def test_pytorch_loads_what_was_saved_strictly_and_without_running_code(name: str, preset: Preset) -> None:
    module = build_module(preset(name))
    loaded = torch.load(io.BytesIO(saved(module.state_dict())), weights_only=True)
    build_module(preset(name)).load_state_dict(loaded, strict=True)
    assert list(loaded) == list(module.state_dict())
    assert all(torch.equal(loaded[key], value) for key, value in module.state_dict().items())


def test_a_view_of_a_large_tensor_is_saved_with_its_own_numbers_alone() -> None:
    assert len(saved({"a": torch.zeros(1_000_000)[:10]})) < 10_000
