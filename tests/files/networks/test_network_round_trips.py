"""Whatever the table: what leaves as a network computes the same elsewhere, and comes back as it was."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import ModuleType

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import assume, example, given, settings
from strategies import running_tables

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, resolve
from squeezeviz.files.networks.onnx import read as onnx_in
from squeezeviz.files.networks.onnx import write as onnx_out
from squeezeviz.files.networks.onnx.write import pooling
from squeezeviz.files.networks.source import write as pytorch_source
from squeezeviz.files.networks.source.python_text import class_name
from squeezeviz.files.opened import Weights
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, Layer, MaxPool, uncompressed
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.shapes import window_output
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.module import SqueezeNet, build_module
from squeezeviz.trace.weights import as_tensors, current_weights

small = settings(max_examples=50, deadline=None)

LIKE_OTHERS_PARTS = LayerTable(
    "names",
    InputShape(2, 9, 9),
    (
        Conv("fire/squeeze1x1", 4, 1),
        MaxPool("relu_fire/squeeze1x1", 2, 1),
        Fire("fire", 2, 2, 2, Bypass.SIMPLE),
        MaxPool("fire/concat", 2, 1),
        Fire("fire/", 2, 2, 2, Bypass.COMPLEX),
        Conv("features.0", 3, 1, relu=False),
    ),
)
"""Rows that bear the names of other rows' operations."""
BETWEEN_TWO_SHARES = LayerTable("share", InputShape(1, 1, 1), (Dropout("d", 0.3843954995534978),))
"""A share that ends otherwise in six digits once it is a float32."""


def drawn_weights(network: ResolvedNetwork) -> Weights:
    """Weights with biases, small enough that no value grows from row to row."""
    random = np.random.default_rng(1)
    shapes = {name: tuple(tensor.shape) for name, tensor in current_weights(network, None).items()}
    arrays = {
        name: random.uniform(-1, 1, shape).astype(np.float32) / np.float32(np.prod(shape[1:]))
        for name, shape in shapes.items()
    }
    return Weights(arrays, "drawn")


def images_for(table: LayerTable) -> np.ndarray:
    shape = (2, table.input.channels, table.input.height, table.input.width)
    return np.random.default_rng(2).uniform(-1, 1, shape).astype(np.float32)


def live_module(network: ResolvedNetwork, weights: Weights) -> SqueezeNet:
    return build_module(network, weights=as_tensors(weights.arrays))


def run_module(module: torch.nn.Module, images: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return np.asarray(module(torch.from_numpy(images)))


def pasted(source: str, name: str) -> torch.nn.Module:
    module = ModuleType("pasted")
    exec(compile(source, "pasted.py", "exec"), module.__dict__)
    made: torch.nn.Module = getattr(module, name)()
    return made.eval()


@small
@given(running_tables())
def test_the_source_has_the_keys_and_the_output_of_the_live_pass(table: LayerTable) -> None:
    network = resolve(table)
    ours = live_module(network, drawn_weights(network))
    theirs = pasted(pytorch_source.write(table), class_name(table.name))
    theirs.load_state_dict(ours.state_dict(), strict=True)
    images = images_for(table)
    assert np.array_equal(run_module(theirs, images), run_module(ours, images))


@small
@given(running_tables())
@example(LIKE_OTHERS_PARTS)
def test_onnx_runs_elsewhere_with_the_output_of_the_live_pass(table: LayerTable) -> None:
    network = resolve(table)
    weights = drawn_weights(network)
    content = onnx_out.write(table, weights)
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    images = images_for(table)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    (theirs,) = session.run(None, {"input": images})
    ours = run_module(live_module(network, weights), images)
    assert theirs.shape == ours.shape
    assert np.allclose(theirs, ours, rtol=0, atol=1e-5)


@small
@given(running_tables())
@example(LIKE_OTHERS_PARTS)
@example(BETWEEN_TWO_SHARES)
def test_onnx_comes_back_with_its_names_and_weights(
    tmp_path_factory: pytest.TempPathFactory, table: LayerTable
) -> None:
    network = resolve(table)
    assume(not averages_over_both_ends(network))
    weights = drawn_weights(network)
    file = tmp_path_factory.mktemp("onnx") / "network.onnx"
    file.write_bytes(onnx_out.write(table, weights))
    back = onnx_in.read(Path(file))
    assert [plain(each) for each in resolve(back.table).layers] == [plain(each) for each in network.layers]
    assert (back.table.name, back.table.input) == (table.name, table.input)
    arrays = back.weights.arrays if back.weights else {}
    assert arrays.keys() == weights.arrays.keys()
    assert all(np.array_equal(arrays[name], array) for name, array in weights.arrays.items())


def averages_over_both_ends(network: ResolvedNetwork) -> bool:
    """Whether an average reaches over its padding one way, and has its last window left out the other way.

    No attributes of ONNX's say both; what is written has the same numbers, and takes a reader that works them out.
    """
    return any(
        isinstance(pads := pooling(step).attributes["pads"], list) and len(set(pads)) > 1
        for _, step in network.operations()
        if step.operation.kind is OperationKind.AVGPOOL and step.operation.padding
    )


def plain(resolved: ResolvedLayer) -> Layer:
    """The row without what ONNX has no place for.

    That is compression, digits of a share, rounding that changes no size, the ReLU of a bypass that is not there.
    """
    layer = uncompressed(resolved.layer)
    if isinstance(layer, Fire) and layer.bypass is not Bypass.COMPLEX:
        return dataclasses.replace(layer, bypass_relu=True)
    if isinstance(layer, Dropout):
        return dataclasses.replace(layer, p=round(float(np.float32(layer.p)), 6))
    if isinstance(layer, MaxPool | AvgPool):
        return dataclasses.replace(layer, ceil=layer.ceil and rounding_matters(layer, resolved))
    return layer


def rounding_matters(layer: MaxPool | AvgPool, resolved: ResolvedLayer) -> bool:
    shape = resolved.input.shape
    return any(
        window_output(side, layer.kernel, layer.stride, layer.padding, ceil=False).value
        != window_output(side, layer.kernel, layer.stride, layer.padding, ceil=True).value
        for side in (shape.height, shape.width)
    )
