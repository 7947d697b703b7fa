"""Whatever the table: what leaves as a network computes the same elsewhere, and comes back as it was."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from hypothesis import assume, example, given, settings
from pasted_source import network_class
from strategies import running_tables

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, resolve
from squeezeviz.analysis.weights import TensorName
from squeezeviz.files.networks.onnx import read as onnx_in
from squeezeviz.files.networks.onnx import write as onnx_out
from squeezeviz.files.networks.onnx.write import pooling
from squeezeviz.files.networks.source import write as pytorch_source
from squeezeviz.files.presets import load_preset
from squeezeviz.files.weights import Weights
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import (
    AvgPool,
    Bypass,
    Conv,
    Dropout,
    Fire,
    GlobalAvgPool,
    Layer,
    MaxPool,
    Softmax,
    uncompressed,
)
from squeezeviz.model.operations import OperationKind, operations
from squeezeviz.model.shapes import window_output
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.module import build_module
from squeezeviz.trace.weights import as_tensors, current_weights

small = settings(max_examples=50, deadline=None)


def table_of(*rows: Layer, height: int = 9, width: int = 9) -> LayerTable:
    return LayerTable("t", InputShape(2, height, width), rows)


LIKE_OTHERS_PARTS = table_of(
    Conv("fire/squeeze1x1", 4, 1), MaxPool("relu_fire/squeeze1x1", 2, 1), Fire("fire", 2, 2, 2, Bypass.SIMPLE),
    MaxPool("fire/concat", 2, 1), Fire("fire/", 2, 2, 2, Bypass.COMPLEX), Conv("features.0", 3, 1, relu=False),
)  # fmt: skip
LIKE_VALUES = table_of(
    Conv("conv1", 3, 1), MaxPool("relu_conv1", 2, 1), MaxPool("input", 2, 1), MaxPool("output", 2, 1),
    MaxPool("features.0.weight", 2, 1), Dropout("d"), MaxPool("d/ratio", 2, 1), GlobalAvgPool("flatten"), Softmax("s"),
)  # fmt: skip
"""Rows that bear the names of other rows' operations, of weights, of the input and of the output."""
BETWEEN_TWO_SHARES = table_of(Dropout("d", 0.3843954995534978))
"""A share that ends otherwise in six digits once it is a float32; and no weights."""


def drawn_weights(network: ResolvedNetwork) -> Weights:
    """Weights with biases, small enough that no value grows from row to row."""
    random = np.random.default_rng(1)
    shapes = {name: tuple(tensor.shape) for name, tensor in current_weights(network, None).items()}
    arrays = {
        name: random.uniform(-1, 1, shape).astype(np.float32) / np.float32(np.prod(shape[1:]))
        for name, shape in shapes.items()
    }
    return Weights(arrays, "drawn")


def images_for(table: LayerTable, batch: int = 2) -> np.ndarray:
    shape = (batch, table.input.channels, table.input.height, table.input.width)
    return np.random.default_rng(2).uniform(-1, 1, shape).astype(np.float32)


def run_live(table: LayerTable, images: np.ndarray, weights: Weights | None = None) -> np.ndarray:
    module = build_module(resolve(table), weights=as_tensors(weights.arrays if weights else None))
    with torch.inference_mode():
        return np.asarray(module(torch.from_numpy(images)))


def run_elsewhere(content: bytes, images: np.ndarray) -> np.ndarray:
    onnx.checker.check_model(onnx.load_from_string(content), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return np.asarray(*session.run(None, {"input": images}))


def assert_alike(ours: np.ndarray, theirs: np.ndarray) -> None:
    """Within 1e-5 of the largest value."""
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= 1e-5 * max(1, np.abs(ours).max())


@small
@given(running_tables())
@example(LIKE_OTHERS_PARTS)
@example(LIKE_VALUES)
@example(BETWEEN_TWO_SHARES)
def test_onnx_runs_elsewhere_and_comes_back_with_its_names_and_weights(
    tmp_path_factory: pytest.TempPathFactory, table: LayerTable
) -> None:
    network = resolve(table)
    weights = drawn_weights(network)
    content = onnx_out.write(table, weights)
    images = images_for(table)
    assert_alike(run_live(table, images, weights), run_elsewhere(content, images))
    assume(not averages_over_both_ends(network))
    file = tmp_path_factory.mktemp("onnx") / "network.onnx"
    file.write_bytes(content)
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
        isinstance(pads := pooling(step)[0]["pads"], list) and len(set(pads)) > 1
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
    shape, window = resolved.input.shape, (layer.kernel, layer.stride, layer.padding)
    sizes = [[window_output(side, *window, ceil=ceil).value for ceil in (False, True)] for side in shape[1:]]
    return any(floor != ceil for floor, ceil in sizes)


@small
@given(running_tables())
@example(table_of(Fire("bare around", 2, 2, 2, Bypass.COMPLEX, bypass_relu=False)))
def test_the_source_has_the_keys_and_the_output_of_the_live_pass(table: LayerTable) -> None:
    network = resolve(table)
    weights = drawn_weights(network)
    theirs = network_class(pytorch_source.write(table))().eval()
    theirs.load_state_dict(build_module(network, weights=as_tensors(weights.arrays)).state_dict(), strict=True)
    images = images_for(table)
    with torch.inference_mode():
        assert np.array_equal(np.asarray(theirs(torch.from_numpy(images))), run_live(table, images, weights))


def test_the_weights_that_were_opened_are_written_and_fresh_ones_where_they_do_not_fit() -> None:
    table = table_of(Conv("a", 4, 3), Conv("b", 5, 1))
    given = {"weight": np.full((4, 2, 3, 3), 0.25, np.float32), "bias": np.arange(4, dtype=np.float32)}
    weights = Weights({TensorName("a", "", kind): array for kind, array in given.items()}, "a.pth")
    content = onnx_out.write(table, weights)
    tensors = {each.name: onnx.numpy_helper.to_array(each) for each in onnx.load_from_string(content).graph.initializer}
    fresh = current_weights(resolve(table), None)[TensorName("b", "", "weight")].numpy()
    assert all(np.array_equal(tensors[f"features.0.{kind}"], array) for kind, array in given.items())
    assert np.array_equal(tensors["classifier.1.weight"], fresh)
    images = images_for(table)
    assert_alike(run_live(table, images, weights), run_elsewhere(content, images))


def test_nodes_are_named_as_operations_weights_as_torchvisions_and_any_batch_flows_through() -> None:
    table = load_preset("complex-bypass")
    content = onnx_out.write(table)
    graph = onnx.load_from_string(content).graph
    names = [each.name for layer in table.layers for each in operations(layer)]
    assert (graph.name, [node.name for node in graph.node]) == (table.name, [*names, "flatten"])
    keys = build_module(resolve(table)).state_dict().keys()
    assert {tensor.name for tensor in graph.initializer} == {*keys, "dropout9/ratio"}
    values = (*graph.value_info, *graph.output)
    said = {
        value.name: [dim.dim_param or dim.dim_value for dim in value.type.tensor_type.shape.dim] for value in values
    }
    assert len(said) == len(graph.node)
    assert (said["fire2/concat"], said["output"]) == (["N", 128, 55, 55], ["N", 1000])
    assert run_elsewhere(content, images_for(table, 3)).shape == (3, 1000)


@pytest.mark.parametrize("opset", [13, 19, 22])
@pytest.mark.parametrize(
    ("kernel", "stride", "padding", "height", "width"),
    [
        pytest.param(3, 2, 0, 9, 9, id="windows end where the map does"),
        pytest.param(3, 2, 0, 8, 9, id="a window reaches over one end"),
        pytest.param(3, 2, 1, 8, 8, id="a window reaches over the padding"),
        pytest.param(2, 3, 1, 7, 7, id="a last window in the padding alone"),
        pytest.param(2, 2, 1, 3, 4, id="a last window in the padding alone, one way"),
        pytest.param(5, 4, 2, 9, 12, id="one window reaches over, another would lie in the padding"),
    ],
)
@pytest.mark.parametrize("kind", [MaxPool, AvgPool])
def test_pools_that_round_up_compute_the_same_whatever_the_opset(
    kind: type[MaxPool | AvgPool], kernel: int, stride: int, padding: int, height: int, width: int, opset: int
) -> None:
    """What a window means that reaches over the end has changed between opsets; ours leave nothing to choose."""
    table = table_of(kind("p", kernel, stride, padding), height=height, width=width)
    model = onnx.load_from_string(onnx_out.write(table))
    model.opset_import[0].version = opset
    model.ir_version = 8 if opset < 19 else 10
    images = images_for(table)
    assert_alike(run_live(table, images), run_elsewhere(model.SerializeToString(), images))


def test_more_weights_than_a_file_holds_are_refused_before_any_memory_is_taken() -> None:
    table = table_of(Conv("small", 2, 1), Conv("huge", 10**12, 3))
    with pytest.raises(SqueezevizError, match=r"all weights take 69\.\d TiB.* at most 512 MiB are written") as refused:
        onnx_out.write(table)
    assert refused.value.place.row == "huge"


@pytest.mark.parametrize("writer", [onnx_out, pytorch_source])
def test_a_table_that_cannot_run_is_refused_with_its_problem(writer: object) -> None:
    table = load_preset("table1").with_field(0, "kernel", 999)
    with pytest.raises(SqueezevizError, match="does not fit the 227×227") as refused:
        writer.write(table)  # type: ignore[attr-defined]
    assert (refused.value.place.row, refused.value.place.column) == ("conv1", "kernel")
