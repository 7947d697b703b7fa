"""What torch.onnx writes of a SqueezeNet opens with its names, its bypasses and its output."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

import pytest
import torch
from onnx_networks import assert_same_output
from torch_networks import TorchNet

from squeezeviz.files.networks.onnx import read as onnx_in
from squeezeviz.files.opened import Read
from squeezeviz.model.layers import Bypass, Fire
from squeezeviz.model.table import InputShape


def exported(folder: Path, bypass: Bypass, opset: int, end: str = "flatten", open_axes: tuple[str, ...] = ()) -> Path:
    torch.manual_seed(opset)
    path = folder / "net.onnx"
    axes = {"image": {place: name for place, name in enumerate(("N", "C", "H", "W")) if name in open_axes}}
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            TorchNet(bypass, end).eval(), (torch.rand(1, 3, 64, 64),), path, dynamo=False, opset_version=opset,
            input_names=["image"], dynamic_axes=axes,
        )  # fmt: skip
    return path


def read(path: Path) -> Read:
    return onnx_in.read(path)


@pytest.mark.parametrize("bypass", list(Bypass))
@pytest.mark.parametrize("opset", [7, 11, 13, 17])
def test_a_torch_export_has_torch_s_names_and_output(tmp_path: Path, bypass: Bypass, opset: int) -> None:
    path = exported(tmp_path, bypass, opset)
    layers = read(path).table.layers
    assert [layer.name for layer in layers] == [
        "features.0", "features.2", "features.3", "features.4", "features.5", "classifier.1", "classifier.3",
    ]  # fmt: skip
    fires = [layer.bypass for layer in layers if isinstance(layer, Fire)]
    assert fires == [bypass, Bypass.NONE if bypass is Bypass.NONE else Bypass.SIMPLE]
    assert_same_output(path)


@pytest.mark.parametrize("end", ["flatten", "view", "squeeze", "softmax"])
@pytest.mark.parametrize("opset", [11, 17])
@pytest.mark.parametrize("open_axes", [("N",), ("N", "H", "W")])
def test_open_axes_and_every_end_give_the_same_output(
    tmp_path: Path, end: str, opset: int, open_axes: tuple[str, ...]
) -> None:
    path = exported(tmp_path, Bypass.NONE, opset, end, open_axes)
    side = 224 if "H" in open_axes else 64
    assert read(path).table.input == InputShape(3, side, side)
    assert_same_output(path)
