"""The real ONNX files open with the numbers and the weights that they have."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from modules_loaded import loaded_by
from onnx import numpy_helper
from onnx_networks import Net, saved
from places import SHARED

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import fit
from squeezeviz.files.opened import Opened
from squeezeviz.files.registry import read_file
from squeezeviz.model.layers import Bypass, Conv, Dropout, Fire, GlobalAvgPool, MaxPool, Softmax
from squeezeviz.model.table import InputShape
from squeezeviz.trace.passes import live_pass
from squeezeviz.trace.weights import as_tensors

ONNX = SHARED / "data" / "onnx"
LIGHT = ONNX / "light_squeezenet.onnx"
FP16 = ONNX / "winml_squeezenet_fp16.onnx"
real = pytest.mark.skipif(not ONNX.exists(), reason="the real ONNX files are not beside this checkout")

FLAT = "the file puts out a map, [1, 1000, 1, 1]; here it is flattened to [1, 1000]"
V1_1 = ["fire2", "fire3", "fire4", "fire5", "fire6", "fire7", "fire8", "fire9"]


FRONT = ["conv1", "maxpool1", "fire2", "fire3", "maxpool3", "fire4", "fire5", "maxpool5", *V1_1[4:], "dropout9"]


@real
@pytest.mark.parametrize(
    ("path", "names"),
    [(LIGHT, [*FRONT, "conv10", "avgpool10", "softmaxout"]),
     (FP16, [*(name.replace("maxpool", "pool") for name in FRONT), "conv10", "pool10", "softmaxout"])],
)  # fmt: skip
def test_each_real_file_is_v1_1_with_the_paper_s_numbers_and_sensible_names(path: Path, names: list[str]) -> None:
    opened = read_file(path)
    network = resolve(opened.table)
    assert (opened.format, opened.table.input) == ("onnx", InputShape(3, 224, 224))
    assert (network.parameters.value, network.macs.value, network.depth.value) == (1_235_496, 349_151_936, 18)
    assert tuple(network.output) == (1000, 1, 1)
    layers = opened.table.layers
    assert [layer.name for layer in layers] == names
    assert layers[:3] == (Conv("conv1", 64, 3, 2), MaxPool(names[1], 3, 2, ceil=False), Fire("fire2", 16, 64, 64))
    assert layers[-4:] == (
        Dropout("dropout9", 0.5), Conv("conv10", 1000, 1), GlobalAvgPool(names[-2]), Softmax("softmaxout"),
    )  # fmt: skip
    assert {layer.bypass for layer in layers if isinstance(layer, Fire)} == {Bypass.NONE}
    assert opened.weights is not None
    assert (opened.weights.origin, len(opened.weights.arrays)) == (path.name, 52)
    assert {array.dtype for array in opened.weights.arrays.values()} == {np.dtype(np.float32)}
    of_half = ("its weights are float16 in the file; they run as float32",) if path == FP16 else ()
    assert list(map(str, opened.notes)) == [FLAT, *of_half]


def live_output(opened: Opened, image: torch.Tensor) -> np.ndarray:
    """What comes out of a live pass with the file's weights."""
    assert opened.weights is not None
    outputs: list[torch.Tensor] = []
    network = resolve(opened.table)
    assert not fit(network, opened.weights.shapes).fresh
    live_pass(network, weights=as_tensors(opened.weights.arrays), image=image, on_output=outputs.append)
    return outputs[0].numpy().ravel()


@real
def test_the_fish_is_a_tench_in_our_live_pass() -> None:
    lines = gzip.decompress((ONNX / "winml_fish_input.csv.gz").read_bytes()).decode().splitlines()
    values = np.loadtxt(lines, delimiter=",")
    expected = np.loadtxt(ONNX / "winml_fp16_fish_output.csv", delimiter=",", skiprows=1)[:, 1]
    image = torch.tensor(values, dtype=torch.float32).reshape(1, 3, 224, 224)
    made = live_output(read_file(FP16), image)
    assert np.abs(made - expected).max() < 2e-3
    assert made.argmax() == 0
    assert made[0] == pytest.approx(0.7378, abs=2e-3)


@real
def test_weights_made_by_constant_of_shape_give_one_thousandth_everywhere() -> None:
    tensor = onnx.TensorProto.FromString((ONNX / "light_squeezenet_output_0.pb").read_bytes())
    expected = numpy_helper.to_array(tensor).ravel()
    made = live_output(read_file(LIGHT), torch.rand(1, 3, 224, 224))
    np.testing.assert_allclose(made, expected, rtol=1e-5)
    np.testing.assert_allclose(made, 0.001, rtol=1e-5)


def test_reading_an_onnx_file_loads_neither_torch_nor_qt(tmp_path: Path) -> None:
    net = Net()
    path = saved(net.model(net.fire("image", 3)), tmp_path)
    code = "import sys; from squeezeviz.files.registry import read_file; read_file(sys.argv[1])"
    assert not {"torch", "PySide6"} & loaded_by(code, path)
