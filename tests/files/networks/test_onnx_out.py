"""The ONNX of a table: checked, run by another runtime, and named as everything else here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from preset_tables import PRESETS

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import TensorName
from squeezeviz.files import registry
from squeezeviz.files.networks.onnx.write import write
from squeezeviz.files.opened import Weights
from squeezeviz.files.presets import load_preset
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import AvgPool, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.operations import operations
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.module import build_module
from squeezeviz.trace.weights import as_tensors, current_weights


def checked(content: bytes) -> onnx.ModelProto:
    model = onnx.load_from_string(content)
    onnx.checker.check_model(model, full_check=True)
    return model


def run(content: bytes, images: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    return np.asarray(*session.run(None, {"input": images}))


def images_for(table: LayerTable, batch: int) -> np.ndarray:
    shape = (batch, table.input.channels, table.input.height, table.input.width)
    return np.random.default_rng(7).standard_normal(shape, np.float32)


def live(table: LayerTable, images: np.ndarray, weights: Weights | None = None) -> np.ndarray:
    module = build_module(resolve(table), weights=as_tensors(weights.arrays if weights else None))
    with torch.inference_mode():
        return np.asarray(module(torch.from_numpy(images)))


def alike(ours: np.ndarray, theirs: np.ndarray) -> bool:
    """Within 1e-5 of the largest value."""
    return ours.shape == theirs.shape and np.abs(ours - theirs).max() <= 1e-5 * max(1, np.abs(ours).max())


def table_of(*rows: Layer, height: int = 9, width: int = 9) -> LayerTable:
    return LayerTable("t", InputShape(2, height, width), rows)


@pytest.mark.parametrize("preset", PRESETS)
def test_another_runtime_computes_what_the_live_pass_does(preset: str) -> None:
    table = load_preset(preset)
    content = write(table)
    checked(content)
    images = images_for(table, 2)
    assert alike(live(table, images), run(content, images))


def test_the_weights_that_were_opened_are_written_and_fresh_ones_where_they_do_not_fit() -> None:
    table = table_of(Conv("a", 4, 3), Conv("b", 5, 1))
    given = np.full((4, 2, 3, 3), 0.25, np.float32)
    bias = np.arange(4, dtype=np.float32)
    weights = Weights({TensorName("a", "", "weight"): given, TensorName("a", "", "bias"): bias}, "a.pth")
    content = write(table, weights)
    tensors = {each.name: onnx.numpy_helper.to_array(each) for each in checked(content).graph.initializer}
    fresh = current_weights(resolve(table), None)[TensorName("b", "", "weight")].numpy()
    assert np.array_equal(tensors["features.0.weight"], given) and np.array_equal(tensors["features.0.bias"], bias)
    assert np.array_equal(tensors["classifier.1.weight"], fresh)
    images = images_for(table, 1)
    assert alike(live(table, images, weights), run(content, images))


def test_nodes_are_named_as_operations_and_weights_as_torchvisions() -> None:
    table = load_preset("complex-bypass")
    graph = checked(write(table)).graph
    names = [each.name for layer in table.layers for each in operations(layer)]
    assert [node.name for node in graph.node] == [*names, "flatten"]
    keys = build_module(resolve(table)).state_dict().keys()
    assert {tensor.name for tensor in graph.initializer} == {*keys, "dropout9/ratio"}
    assert graph.name == table.name


def test_any_batch_flows_through_and_every_value_has_its_shape() -> None:
    table = load_preset("squeezenet1_1")
    content = write(table)
    assert run(content, images_for(table, 3)).shape == (3, 1000)
    graph = checked(content).graph
    said = {value.name: value.type.tensor_type.shape.dim for value in graph.value_info}
    assert len(said) == len(graph.node) - 1
    assert [each.dim_param or each.dim_value for each in said["fire2/concat"]] == ["N", 128, 55, 55]
    assert [each.dim_param or each.dim_value for each in graph.output[0].type.tensor_type.shape.dim] == ["N", 1000]


def test_names_that_would_meet_are_kept_apart() -> None:
    """Rows called as other operations, weights, the input and the output are."""
    rows = (
        Conv("conv1", 3, 1),
        MaxPool("relu_conv1", 2, 1),
        MaxPool("input", 2, 1),
        MaxPool("output", 2, 1),
        MaxPool("features.0.weight", 2, 1),
        Fire("fire", 2, 2, 2),
        MaxPool("fire/concat", 2, 1),
        MaxPool("fire/squeeze1x1", 2, 1),
        Dropout("d"),
        MaxPool("d/ratio", 2, 1),
        GlobalAvgPool("flatten"),
    )
    table = table_of(*rows)
    content = write(table)
    checked(content)
    images = images_for(table, 1)
    assert alike(live(table, images), run(content, images))


POOLS = [
    pytest.param(3, 2, 0, 9, 9, id="windows end where the map does"),
    pytest.param(3, 2, 0, 8, 9, id="a window reaches over one end"),
    pytest.param(3, 2, 1, 8, 8, id="a window reaches over the padding"),
    pytest.param(2, 3, 1, 7, 7, id="a last window in the padding alone"),
    pytest.param(2, 2, 1, 3, 4, id="a last window in the padding alone, one way"),
    pytest.param(5, 4, 2, 9, 12, id="one window reaches over, another would lie in the padding"),
]


@pytest.mark.parametrize("opset", [13, 19, 22])
@pytest.mark.parametrize(("kernel", "stride", "padding", "height", "width"), POOLS)
@pytest.mark.parametrize("kind", [MaxPool, AvgPool])
def test_pools_that_round_up_compute_the_same_whatever_the_opset(
    kind: type[MaxPool | AvgPool], kernel: int, stride: int, padding: int, height: int, width: int, opset: int
) -> None:
    """What a window means that reaches over the end has changed between opsets; ours leave nothing to choose."""
    table = table_of(kind("p", kernel, stride, padding), height=height, width=width)
    model = checked(write(table))
    model.opset_import[0].version = opset
    model.ir_version = 8 if opset < 19 else 10
    content = model.SerializeToString()
    checked(content)
    images = images_for(table, 2)
    assert alike(live(table, images), run(content, images))


def test_a_softmax_runs_over_the_channels() -> None:
    table = table_of(Conv("c", 4, 3), Softmax("s"))
    images = images_for(table, 2)
    output = run(write(table), images)
    assert np.allclose(output.sum(1), 1) and alike(live(table, images), output)


def test_a_network_without_weights_can_be_written() -> None:
    table = table_of(MaxPool("p"))
    images = images_for(table, 1)
    assert alike(live(table, images), run(write(table), images))


def test_the_registry_writes_a_file_that_opens_with_the_same_weights(tmp_path: Path) -> None:
    table = load_preset("complex-bypass")
    file = tmp_path / "network.onnx"
    registry.write_file(file, table)
    opened = registry.read_file(file)
    assert (opened.table, opened.notes) == (table, ())
    assert opened.weights is not None
    fresh = current_weights(resolve(table), None)
    assert opened.weights.shapes.keys() == fresh.keys()
    assert all(np.array_equal(opened.weights.arrays[name], tensor.numpy()) for name, tensor in fresh.items())


def test_more_weights_than_a_file_holds_are_refused_before_any_memory_is_taken() -> None:
    table = table_of(Conv("small", 2, 1), Conv("huge", 10**12, 3))
    with pytest.raises(SqueezevizError, match=r"all weights take 69\.\d TiB.* at most 512 MiB are written") as refused:
        write(table)
    assert refused.value.place.row == "huge"


def test_a_table_that_cannot_run_is_refused_with_its_problem() -> None:
    table = load_preset("table1").with_field(0, "kernel", 999)
    with pytest.raises(SqueezevizError, match="does not fit the 227×227") as refused:
        write(table)
    assert (refused.value.place.row, refused.value.place.column) == ("conv1", "kernel")
