"""Copies that tools make of a network, by quantizing and optimising it, say what they are; exports that share open."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper
from onnx_networks import FLOAT, Net, assert_same_output, filters_of, read, saved, table
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from torch_networks import TorchNet

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.networks.onnx import read as onnx_in
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Fire
from squeezeviz.model.table import InputShape


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def whole(opset: int = 13) -> Any:
    """A stem, a Fire module, a last convolution and a global pool."""
    net = Net(opset)
    here = net.fire(net.relu(net.conv("image", 3, 8, 3, name="stem", strides=[2, 2])), 8, name="fire2")
    here = net.node("GlobalAveragePool", net.relu(net.conv(here, 8, 4, name="last")))
    return net.model(net.node("Flatten", here))


class Images(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    def __init__(self) -> None:
        self.left = iter([{"image": np.random.default_rng(1).random((1, 3, 20, 20), np.float32)}] * 2)

    def get_next(self) -> Any:
        return next(self.left, None)


def is_told_to_be_quantized(path: Path) -> None:
    with pytest.raises(SqueezevizError, match="the network is quantized; open the network that was not") as raised:
        onnx_in.read(path)
    assert (raised.value.place.row or "").startswith("node ")


@pytest.mark.parametrize("weights", [QuantType.QInt8, QuantType.QUInt8])
def test_a_dynamically_quantized_network_is_told_to_be_one(tmp_path: Path, weights: QuantType) -> None:
    quantize_dynamic(saved(whole(), tmp_path), tmp_path / "q.onnx", weight_type=weights)
    is_told_to_be_quantized(tmp_path / "q.onnx")


@pytest.mark.parametrize("how", list(QuantFormat))
@pytest.mark.parametrize("apart", [True, False])
def test_a_statically_quantized_network_is_told_to_be_one(tmp_path: Path, how: QuantFormat, apart: bool) -> None:
    source = saved(whole(), tmp_path)
    quantize_static(source, tmp_path / "q.onnx", Images(), quant_format=how, per_channel=apart)
    is_told_to_be_quantized(tmp_path / "q.onnx")


@pytest.mark.parametrize("domain", ["", "com.microsoft"])
def test_weights_that_are_quantized_alone_are_told(tmp_path: Path, domain: str) -> None:
    net = Net()
    whole_numbers = net.tensor(np.ones((4, 3, 1, 1)), kind=np.int8)
    weight = net.node("DequantizeLinear", whole_numbers, net.tensor(0.5), net.tensor(0, kind=np.int8), domain=domain)
    is_told_to_be_quantized(saved(net.model(net.relu(net.node("Conv", "image", weight))), tmp_path))


@pytest.mark.parametrize(
    ("kind", "domain"),
    [
        ("QLinearConv", ""), ("QLinearConv", "com.microsoft"), ("QLinearAdd", "com.microsoft"),
        ("QLinearGlobalAveragePool", "com.microsoft"), ("QLinearConcat", "com.microsoft"), ("QGemm", "com.microsoft"),
        ("MatMulNBits", "com.microsoft"), ("MatMulBnb4", "com.microsoft"), ("MatMulInteger", ""),
        ("MatMulIntegerToFloat", "com.microsoft"), ("DynamicQuantizeMatMul", "com.microsoft"),
        ("DynamicQuantizeLinear", ""), ("ConvInteger", ""), ("Quant", "qonnx.custom_op.general"),
        ("FakeQuantize", "org.openvinotoolkit"),
    ],
)  # fmt: skip
def test_whatever_computes_with_quantized_numbers_is_told(tmp_path: Path, kind: str, domain: str) -> None:
    net = Net()
    made = net.node(kind, net.conv("image", 3, 4, name="stem"), domain=domain)
    is_told_to_be_quantized(saved(net.model(made), tmp_path))


def test_what_no_output_depends_on_may_be_quantized(tmp_path: Path) -> None:
    net = Net()
    end = net.conv("image", 3, 4, name="stem")
    net.node("QuantizeLinear", end, net.tensor(0.5))
    assert [row.name for row in table(net.model(end), tmp_path).layers] == ["stem"]


@pytest.mark.parametrize("level", ["ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL"])
def test_a_copy_that_onnx_runtime_has_optimised_is_told_to_be_one(tmp_path: Path, level: str) -> None:
    path = optimised(tmp_path, level)
    with pytest.raises(SqueezevizError, match=r"ONNX Runtime has optimised for one machine; open the original network"):
        onnx_in.read(path)


def test_a_copy_that_is_still_plain_onnx_opens(tmp_path: Path) -> None:
    path = optimised(tmp_path, "ORT_ENABLE_BASIC")
    assert onnx_in.read(path).table.layers == table(whole(), tmp_path).layers
    assert_same_output(path)


def optimised(folder: Path, level: str) -> Path:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
    options.optimized_model_filepath = str(folder / "copy.onnx")
    onnxruntime.InferenceSession(saved(whole(), folder), options, ["CPUExecutionProvider"])
    return folder / "copy.onnx"


@pytest.mark.parametrize(
    ("kind", "domain"),
    [
        ("FusedConv", "com.microsoft"), ("NhwcMaxPool", "com.microsoft"), ("NhwcFusedConv", "com.microsoft"),
        ("Conv", "com.microsoft.nchwc"), ("ReorderInput", "com.microsoft.nchwc"), ("Conv", "com.ms.internal.nhwc"),
    ],
)  # fmt: skip
def test_each_operation_of_such_a_copy_is_told(tmp_path: Path, kind: str, domain: str) -> None:
    net = Net()
    with pytest.raises(SqueezevizError, match="open the original network") as raised:
        read(net.model(net.node(kind, net.conv("image", 3, 4, name="stem"), domain=domain)), tmp_path)
    assert raised.value.place.row == f"node 2, {kind}"


def test_a_function_of_the_file_s_own_is_told(tmp_path: Path) -> None:
    net = Net()
    model = net.model(net.node("Squeezed", net.conv("image", 3, 4), domain="mine", name="odd"))
    inner = [helper.make_node("Relu", ["x"], ["y"])]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    model.functions.append(helper.make_function("mine", "Squeezed", ["x"], ["y"], inner, opsets))
    model.opset_import.append(helper.make_opsetid("mine", 1))
    (note,) = read(model, tmp_path).notes
    assert "node 2, Squeezed odd" in note
    assert "it is a function of the file's own; inline it with onnx.inliner" in note


@pytest.mark.parametrize("parameters", [True, False])
@pytest.mark.parametrize("listed", [True, False, None])
@pytest.mark.parametrize("bypass", list(Bypass))
def test_exports_that_share_equal_tensors_open(
    tmp_path: Path, parameters: bool, listed: bool | None, bypass: Bypass
) -> None:
    """Equal biases become one tensor, or one input, that reaches the convolutions through Identity."""
    torch.manual_seed(1)
    module = TorchNet(bypass, "flatten").eval()
    for name, tensor in module.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.zeros_(tensor)
    path = tmp_path / "net.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module, (torch.rand(1, 3, 64, 64),), path, dynamo=False, input_names=["image"],
            export_params=parameters, keep_initializers_as_inputs=listed,  # type: ignore[arg-type]  # None is its default
        )  # fmt: skip
    opened = onnx_in.read(path)
    assert next(row.bypass for row in opened.table.layers if isinstance(row, Fire)) is bypass
    assert resolve(opened.table).parameters.value == sum(each.numel() for each in module.parameters())
    if parameters:
        assert_same_output(path)
    else:
        (note,) = opened.notes
        assert "they are inputs of the network" in note


def shared(net: Net, name: str, steps: tuple[str, ...]) -> str:
    """A tensor through nodes that hand it on."""
    for step in steps:
        match step:
            case "Identity":
                name = net.node("Identity", name)
            case "Cast":
                name = net.node("Cast", net.node("Cast", name, to=TensorProto.FLOAT16), to=FLOAT)
            case "Reshape":
                name = net.node("Reshape", name, net.shape(4, -1, 1, 1))
            case "Flatten":
                name = net.node("Reshape", net.node("Flatten", name), net.shape(4, 3, 1, 1))
            case "Transpose":
                name = net.node("Transpose", net.node("Transpose", name, perm=[1, 0, 2, 3]), perm=[1, 0, 2, 3])
            case _:
                name = net.node("Squeeze", net.node("Unsqueeze", name, net.shape(0)), net.shape(0))
    return name


STEPS = [
    ("Identity",), ("Identity", "Identity"), ("Cast",), ("Reshape",), ("Flatten",), ("Transpose",), ("Squeeze",),
    ("Identity", "Cast", "Reshape", "Transpose"),
]  # fmt: skip


@pytest.mark.parametrize("steps", STEPS)
@pytest.mark.parametrize("as_input", [True, False])
def test_weights_reach_their_convolution_through_whatever_hands_them_on(
    tmp_path: Path, steps: tuple[str, ...], as_input: bool
) -> None:
    net = Net()
    net.weights(4, 3, 1, 1, name="w")
    bias = net.node("Identity", net.weights(4, name="b"))
    end = net.node("Conv", "image", shared(net, "w", steps), bias)
    if as_input:
        net.initializers = [each for each in net.initializers if each.name not in ("w", "b")]
    model = net.model(end)
    if as_input:
        model.graph.input.append(helper.make_tensor_value_info("w", FLOAT, (4, 3, 1, 1)))
        model.graph.input.append(helper.make_tensor_value_info("b", FLOAT, (4,)))
    assert filters_of(table(model, tmp_path)) == [4]
    if not as_input:
        assert_same_output(saved(model, tmp_path), 1e-2)


def test_one_input_for_the_biases_of_several_convolutions_is_no_image(tmp_path: Path) -> None:
    net = Net()
    here = "image"
    for channels in (3, 4, 4):
        weight = net.weights(4, channels, 1, 1)
        here = net.relu(net.node("Conv", here, weight, net.node("Identity", net.node("Identity", "b"))))
    model = net.model(here)
    model.graph.input.insert(0, helper.make_tensor_value_info("b", FLOAT, (4,)))
    assert filters_of(table(model, tmp_path)) == [4, 4, 4]


def test_weights_that_convolutions_share_are_told(tmp_path: Path) -> None:
    net = Net()
    weight = net.weights(3, 3, 1, 1, name="w")
    one = net.node("Conv", "image", weight, name="one")
    model = net.model(net.node("Conv", one, net.node("Identity", weight), name="two"))
    opened = read(model, tmp_path)
    assert opened.notes == (
        f"{opened.table.layers[0].name}, {opened.table.layers[1].name} share their weights in the file; "
        "here each counts its own",
    )
    assert_same_output(saved(model, tmp_path))


@pytest.mark.parametrize("step", ["Cast", "Identity"])
def test_images_with_channels_last_are_known_behind_what_hands_them_on(tmp_path: Path, step: str) -> None:
    net = Net(image=(1, 20, 24, 3))
    here = net.node("Cast", "image", to=FLOAT) if step == "Cast" else net.node(step, "image")
    end = net.conv(net.node("Transpose", here, perm=[0, 3, 1, 2]), 3, 4, name="conv1")
    opened = read(net.model(end), tmp_path)
    assert opened.table.input == InputShape(3, 20, 24)
    assert resolve(opened.table).parameters.value == 16


def test_a_pool_behind_made_padding_rounds_up_as_the_file_does(tmp_path: Path) -> None:
    """The padding of a Pad node is a part of the map: a window may start in it."""
    net = Net(11, (1, 3, 7, 7))
    here = net.node("Pad", net.relu(net.conv("image", 3, 4, name="stem")), net.shape(0, 0, 0, 0, 0, 0, 1, 1))
    model = net.model(net.node("MaxPool", here, kernel_shape=[1, 1], ceil_mode=1))
    with pytest.raises(SqueezevizError, match="comes to no padding that is the same on all sides"):
        read(model, tmp_path)


def test_a_convolution_whose_sum_with_a_bias_is_not_all_that_is_used_has_no_bias(tmp_path: Path) -> None:
    net = Net()
    conv = net.conv("image", 3, 4, bias=False, name="stem")
    biased = net.node("Add", net.node("Identity", conv), net.weights(4, 1, 1))
    alias = net.node("Identity", conv)
    with pytest.raises(SqueezevizError, match="joins constants"):
        read(net.model(net.conv(net.node("Concat", biased, alias, axis=1), 8, 4)), tmp_path)


@pytest.mark.parametrize("kind", [TensorProto.INT32, TensorProto.BOOL, TensorProto.UINT8])
def test_a_cast_that_changes_the_numbers_is_foreign(tmp_path: Path, kind: int) -> None:
    net = Net()
    rounded = net.node("Cast", net.node("Cast", net.conv("image", 3, 4, name="stem"), to=kind), to=FLOAT)
    with pytest.raises(SqueezevizError, match="cannot say Cast"):
        read(net.model(net.conv(rounded, 4, 4)), tmp_path)


def test_a_map_of_one_channel_is_not_flattened_to_its_channels(tmp_path: Path) -> None:
    """A softmax over five places is none over one channel."""
    net = Net(image=(1, 3, 5, 1))
    flat = net.node("Flatten", net.conv("image", 3, 1, name="stem"))
    opened = read(net.model(net.node("Softmax", flat, axis=1)), tmp_path)
    assert opened.table.layers == (Conv("stem", 1, 1, relu=False),)
    assert opened.notes[0].startswith("opened up to stem, without node 2, Flatten")


def test_maps_of_different_sizes_make_no_bypass(tmp_path: Path) -> None:
    net = Net()
    start = net.conv("image", 3, 1, name="stem")
    with pytest.raises(SqueezevizError, match="it adds maps of different sizes"):
        read(net.model(net.node("Add", net.fire(start, 1), start)), tmp_path)


def test_a_dropout_that_drops_in_a_forward_pass_is_told(tmp_path: Path) -> None:
    net = Net()
    end = net.node("Dropout", net.conv("image", 3, 4, name="stem"), net.tensor(0.4), net.tensor(True, kind=np.bool_))
    (note,) = read(net.model(end), tmp_path).notes
    assert note.startswith("dropout1: in the file it drops values in a forward pass too (training_mode)")


def flat_end(net: Net, how: str, here: str) -> str:
    match how:
        case "flattened":
            return net.node("Flatten", here)
        case "softmax on a vector":
            return net.node("Softmax", net.node("Flatten", here))
        case "softmax on a map":
            return net.node("Softmax", here, axis=1)
        case "channels last":
            return net.node("Transpose", here, perm=[0, 2, 3, 1])
        case _:
            return here


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("map", "[1, 4, 1, 1]"), ("softmax on a map", "[1, 4, 1, 1]"), ("channels last", "[1, 1, 1, 4]"),
        ("flattened", ""), ("softmax on a vector", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("opset", [9, 13])
def test_a_map_of_1x1_that_the_file_puts_out_unflattened_is_told(
    tmp_path: Path, how: str, said: str, opset: int
) -> None:
    net = Net(opset)
    here = net.node("GlobalAveragePool", net.conv("image", 3, 4, name="stem"))
    notes = read(net.model(flat_end(net, how, here)), tmp_path).notes
    assert notes == ((f"the file puts out a map, {said}; here it is flattened to [1, 4]",) if said else ())


@pytest.mark.parametrize("sizes", [(1, 4, 2), (1, 8, 1), (1, 2, 2, 2, 1)])
def test_an_output_of_another_shape_than_ours_is_told(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    net = Net()
    here = net.node("GlobalAveragePool", net.conv("image", 3, 8, name="stem"))
    notes = read(net.model(net.node("Reshape", here, net.shape(*sizes))), tmp_path).notes
    assert notes == (f"the file puts out {list(sizes)}; here it is flattened to [1, 8]",)


def test_a_transposition_that_puts_values_in_another_order_is_foreign(tmp_path: Path) -> None:
    net = Net()
    here = net.node("GlobalAveragePool", net.conv("image", 3, 8, name="stem"))
    laid_out = net.node("Reshape", here, net.shape(1, 4, 2))
    mixed = net.node("Transpose", laid_out, perm=[0, 2, 1])
    opened = read(net.model(net.node("Reshape", mixed, net.shape(1, 8))), tmp_path)
    assert "Transpose" in opened.notes[0]
    assert opened.notes[0].startswith("opened up to ")


def test_a_softmax_over_a_part_of_the_channels_is_no_softmax_of_ours(tmp_path: Path) -> None:
    net = Net(13)
    here = net.node("GlobalAveragePool", net.conv("image", 3, 8, name="stem"))
    laid_out = net.node("Reshape", here, net.shape(1, 4, 2))
    with pytest.raises(SqueezevizError, match="does not run over the channels"):
        read(net.model(net.node("Softmax", laid_out, axis=1)), tmp_path)


MAPS = [
    ("BatchNormalization", {}), ("Elu", {}), ("PRelu", {}), ("LeakyRelu", {}), ("HardSwish", {}), ("Sigmoid", {}),
    ("LRN", {"size": 3}), ("Clip", {}), ("Celu", {}), ("InstanceNormalization", {}), ("Mish", {}), ("Neg", {}),
    ("Grouped", {"domain": "com.example"}),
]  # fmt: skip


def odd(net: Net, kind: str, attributes: dict[str, Any], here: str, channels: int) -> str:
    more = {"BatchNormalization": 4, "InstanceNormalization": 2, "PRelu": 1}.get(kind, 0)
    given = [net.tensor(np.ones(channels)) for _ in range(more)]
    given = [net.tensor(0.0), net.tensor(6.0)] if kind == "Clip" else given
    return net.node(kind, here, *given, name="odd", **attributes)


@pytest.mark.parametrize(("kind", "attributes"), MAPS, ids=[each[0] for each in MAPS])
@pytest.mark.parametrize("branch", ["1×1", "3×3", "both", "bypass", "around", "before the sum"])
@pytest.mark.parametrize("before", [True, False])
def test_a_foreign_node_on_one_branch_never_makes_the_other_the_network(
    tmp_path: Path, kind: str, attributes: dict[str, Any], branch: str, before: bool
) -> None:
    """`before`: it stands before the ReLU of its branch."""
    net = Net(20)

    def activated(here: str, channels: int, foreign: bool) -> str:
        here = odd(net, kind, attributes, here, channels) if foreign and before else here
        here = net.relu(here)
        return odd(net, kind, attributes, here, channels) if foreign and not before else here

    stem = net.relu(net.conv("image", 3, 8, 3, strides=[2, 2]))
    squeezed = net.relu(net.conv(stem, 8, 2))
    small = activated(net.conv(squeezed, 2, 3), 3, branch in ("1×1", "both"))
    large = activated(net.conv(squeezed, 2, 5, 3, pads=[1, 1, 1, 1]), 5, branch in ("3×3", "both"))
    end = net.node("Concat", small, large, axis=1)
    match branch:
        case "bypass":
            end = net.node("Add", odd(net, kind, attributes, stem, 8), end)
        case "around":
            end = net.node("Add", activated(net.conv(stem, 8, 8), 8, foreign=True), end)
        case "before the sum":
            end = net.node("Add", stem, odd(net, kind, attributes, end, 8))
    with pytest.raises(SqueezevizError) as raised:
        read(net.model(net.node("GlobalAveragePool", end)), tmp_path)
    assert kind in raised.value.message
    assert (raised.value.place.row or "").endswith(f", {kind} odd")


def heads(net: Net, maps: list[str], *, rank: int) -> list[str]:
    """Two convolutions on each map, whose values are stacked as lists of numbers, or as maps once more."""
    ends = []
    for filters in (4, 8):
        parts = []
        for each in maps:
            moved = net.node("Transpose", net.conv(each, 8, filters, 3, pads=[1, 1, 1, 1]), perm=[0, 2, 3, 1])
            parts.append(net.node("Reshape", moved, net.shape(*[1] * (rank - 2), -1, 4)))
        ends.append(net.node("Concat", *parts, axis=rank - 2))
    return ends


def test_a_detector_opens_up_to_the_last_map_that_its_heads_look_at(tmp_path: Path) -> None:
    net = Net()
    first = net.fire(net.relu(net.conv("image", 3, 8, 3, name="stem")), 8, name="fire2")
    second = net.fire(net.node("MaxPool", first, kernel_shape=[3, 3], strides=[2, 2]), 8, name="fire3")
    opened = read(net.model(*heads(net, [first, second], rank=3)), tmp_path)
    assert [row.name for row in opened.table.layers] == ["stem", "fire2", "maxpool2", "fire3"]
    end, sides = opened.notes
    assert end.startswith("opened up to fire3, without node ")
    assert sides.startswith("left out, as it leads away from the series: 8 layers from node ")


@pytest.mark.parametrize("split", [True, False])
def test_branches_whose_channels_are_shuffled_are_no_heads(tmp_path: Path, split: bool) -> None:
    net = Net(image=(1, 3, 4, 4))
    squeezed = net.relu(net.conv(net.relu(net.conv("image", 3, 8, name="stem")), 8, 4))
    ends = []
    for kernel in (1, 3):
        here = net.conv(squeezed, 4, 4, kernel, pads=[kernel // 2] * 4)
        apart = net.node("Reshape", here, net.shape(1, 2, 2, 4, 4)) if split else here
        moved = net.node("Transpose", apart, perm=[0, 2, 1, 3, 4] if split else [0, 1, 3, 2])
        ends.append(net.node("Reshape", moved, net.shape(1, 4, 4, 4)))
    with pytest.raises(SqueezevizError, match="only a map of 1×1 is rearranged"):
        read(net.model(net.node("Concat", *ends, axis=1)), tmp_path)
