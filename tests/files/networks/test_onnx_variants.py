"""However an exporter says a network in ONNX, it opens as what it is: the output is onnxruntime's."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from onnx_networks import FLOAT, Net, assert_same_output, filters_of, read, same_output, table
from torch_networks import TorchNet

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.networks.onnx import read as onnx_in
from squeezeviz.model.errors import Note, Severity, SqueezevizError
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape

Made = Callable[[Net], str]

LARGEST = 3.4028234663852886e38
STEM = Conv("conv1", 4, 1, relu=False)
"""What `Net.stem` makes."""


@pytest.mark.parametrize("opset", [7, 8, 9, 10, 11, 12, 13, 14, 17, 18, 20, 21])
def test_every_kind_of_row_opens_from_every_opset(tmp_path: Path, opset: int) -> None:
    net = Net(opset)
    here = net.relu(net.conv("image", 3, 6, 3, name="conv1", strides=[2, 2]))
    here = net.node("MaxPool", here, kernel_shape=[3, 3], strides=[2, 2])
    here = net.fire(here, 6, name="fire2")
    here = net.node("Dropout", here, ratio=0.4) if opset < 12 else net.node("Dropout", here, net.tensor(0.4))
    here = net.node("AveragePool", here, kernel_shape=[2, 2], strides=[1, 1])
    here = net.node("GlobalAveragePool", net.relu(net.conv(here, 8, 10, name="conv10")))
    assert same_output(net.model(net.node("Softmax", net.node("Flatten", here))), tmp_path).table.layers == (
        Conv("conv1", 6, 3, 2),
        MaxPool("maxpool1", 3, 2, ceil=False),
        Fire("fire2", 2, 3, 5),
        Dropout("dropout2", 0.4),
        AvgPool("avgpool2", 2, 1, ceil=False),
        Conv("conv10", 10, 1),
        GlobalAvgPool("avgpool3"),
        Softmax("softmax"),
    )


@pytest.mark.parametrize("bypass", list(Bypass))
@pytest.mark.parametrize("sum_first", [True, False])
@pytest.mark.parametrize("flipped", [True, False])
def test_bypasses_open_as_such_however_the_expands_are_stacked(
    tmp_path: Path, bypass: Bypass, sum_first: bool, flipped: bool
) -> None:
    """`flipped`: the concat has the 3×3 expand first, and the weights of what follows are put in our order."""
    net = Net()
    start = net.fire("image", 3, name="fire1", flipped=flipped)
    end = net.fire(start, 8, name="fire2", flipped=flipped)
    if bypass is not Bypass.NONE:
        around = start if bypass is Bypass.SIMPLE else net.relu(net.conv(start, 8, 8, name="around"))
        end = net.node("Add" if flipped else "Sum", *((end, around) if sum_first else (around, end)))
    opened = same_output(net.model(net.conv(end, 8, 4, 3)), tmp_path)
    assert opened.table.layers[1] == Fire("fire2", 2, 3, 5, bypass)


@pytest.mark.parametrize("through", [True, False])
def test_flipped_expands_of_other_sizes_keep_their_output_behind_pools(tmp_path: Path, through: bool) -> None:
    net = Net()
    pooled = net.node("MaxPool", net.fire("image", 3, name="fire2", flipped=True), kernel_shape=[3, 3], strides=[2, 2])
    end = net.fire(pooled, 8, (4, 2, 6), name="fire3", flipped=True)
    end = net.node("Add", net.conv(pooled, 8, 8, name="around"), end) if through else end
    same_output(net.model(net.conv(end, 8, 4, 3)), tmp_path)


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda net: net.node("GlobalAveragePool", net.fire("image", 3, flipped=True)),
         "its last Fire module stacks the 3×3 expand first"),
        (lambda net: net.node("Add", flipped := net.fire("image", 3, flipped=True), net.fire(flipped, 8)),
         "a bypass adds channels that it stacks in another order"),
    ],
)  # fmt: skip
def test_weights_that_no_order_of_channels_can_say_are_left_out_and_told(
    tmp_path: Path, made: Made, reason: str
) -> None:
    net = Net()
    opened = read(net.model(made(net)), tmp_path)
    assert opened.weights is None
    assert any(note.text.startswith(f"its weights are left out: {reason}") for note in opened.notes)


def pooled(kind: str, **more: Any) -> Made:
    return lambda net: net.node(kind, net.stem(), kernel_shape=[3, 3], **more)


def max_row(stride: int, padding: int, *, ceil: bool = False) -> MaxPool:
    return MaxPool("maxpool1", 3, stride, padding, ceil)


def average_row(stride: int, padding: int, *, ceil: bool = False) -> AvgPool:
    return AvgPool("avgpool1", 3, stride, padding, ceil)


@pytest.mark.parametrize(
    ("made", "row"),
    [
        pytest.param(pooled("MaxPool", strides=[2, 2], pads=[0, 0, 1, 1]), max_row(2, 0, ceil=True), id="caffe2's end"),
        pytest.param(pooled("MaxPool", strides=[4, 4], pads=[0, 0, 1, 1]), max_row(4, 0), id="an end never reached"),
        pytest.param(pooled("MaxPool", strides=[2, 2], ceil_mode=1), max_row(2, 0, ceil=True), id="ceil"),
        pytest.param(pooled("MaxPool", strides=[2, 2], pads=[1] * 4), max_row(2, 1), id="all round"),
        pytest.param(pooled("MaxPool", strides=[2, 2], pads=[1, 1, 2, 2], ceil_mode=1), max_row(2, 1, ceil=True),
                     id="more at the end than all round"),
        pytest.param(pooled("MaxPool", strides=[2, 2], auto_pad="SAME_UPPER"), max_row(2, 0, ceil=True), id="even"),
        pytest.param(pooled("MaxPool", auto_pad="SAME_LOWER"), max_row(1, 1), id="auto_pad at stride 1"),
        pytest.param(pooled("MaxPool", strides=[2, 2], auto_pad="VALID"), max_row(2, 0), id="auto_pad of nothing"),
        pytest.param(pooled("AveragePool", count_include_pad=1, pads=[1] * 4), average_row(1, 1), id="padding counts"),
        pytest.param(pooled("AveragePool", strides=[2, 2], pads=[0, 0, 1, 1]), average_row(2, 0, ceil=True),
                     id="padding at the end does not count"),
        pytest.param(pooled("AveragePool", strides=[2, 2], ceil_mode=1), average_row(2, 0, ceil=True), id="average up"),
        *((lambda net, more=more: net.stem(kernel=3, **more), Conv("conv1", 4, 3, stride, padding, relu=False))
          for more, stride, padding in (
              ({"auto_pad": "SAME_UPPER"}, 1, 1), ({"auto_pad": "VALID"}, 1, 0),
              ({"auto_pad": "NOTSET", "pads": [1] * 4}, 1, 1), ({"pads": [0, 0, 1, 1], "strides": [4, 4]}, 4, 0),
          )),
        pytest.param(lambda net: net.stem(bias=False), Conv("conv1", 4, 1, relu=False, bias=False), id="no bias"),
        pytest.param(lambda net: net.relu(net.node("Add", net.stem(bias=False), net.weights(1, 4, 1, 1))),
                     Conv("conv1", 4, 1), id="a bias added behind it"),
    ],
)  # fmt: skip
def test_windows_pad_and_round_as_the_file_says(tmp_path: Path, made: Made, row: Layer) -> None:
    net = Net()
    opened = same_output(net.model(made(net)), tmp_path)
    assert opened.table.layers[-1] == row
    rounded = isinstance(row, MaxPool | AvgPool) and row.ceil and "ceil_mode" not in str(net.nodes)
    said = f"{row.name}: the file pads it at the end, which comes to rounding its size up, as the table says it"
    assert opened.notes == ((Note(said),) if rounded else ())


@pytest.mark.parametrize("side", range(7, 13))
@pytest.mark.parametrize("end", [1, 2])
def test_padding_at_the_end_opens_as_rounding_up_only_where_it_comes_to_the_same(
    tmp_path: Path, side: int, end: int
) -> None:
    net = Net(image=(1, 3, side, side))
    model = net.model(pooled("MaxPool", strides=[3, 3], pads=[0, 0, end, end])(net))
    assert resolve(same_output(model, tmp_path).table).output.height == (side + end - 3) // 3 + 1


@pytest.mark.parametrize("opset", [9, 11, 13, 18])
@pytest.mark.parametrize("window", ["Conv", "MaxPool", "AveragePool"])
def test_a_pad_of_zeros_becomes_the_padding_of_the_window_behind_it(tmp_path: Path, opset: int, window: str) -> None:
    net = Net(opset)
    pads = [0, 0, 1, 1] * 2
    here = net.relu(net.stem())
    here = net.node("Pad", here, pads=pads) if opset < 11 else net.node("Pad", here, net.shape(*pads), net.tensor(0.0))
    if window == "Conv":
        end = net.conv(here, 4, 4, 3, name="conv2")
    else:
        end = net.node(window, here, kernel_shape=[3, 3], strides=[2, 2])
    row = same_output(net.model(end), tmp_path).table.layers[1]
    assert isinstance(row, Conv | MaxPool | AvgPool)
    assert row.padding == 1


def flattened(net: Net, how: str, source: str) -> str:
    old = net.opset < 13
    match how:
        case "Flatten":
            return net.node("Flatten", source)
        case "Reshape":
            return net.node("Reshape", source, net.shape(0, -1))
        case "Reshape by hand":
            return net.node("Reshape", source, net.shape(1, 4))
        case "Squeeze":
            return net.node("Squeeze", source, axes=[2, 3]) if old else net.node("Squeeze", source, net.shape(2, 3))
        case "view":
            size = net.node("Gather", net.node("Shape", source), net.tensor(0, kind=np.int64), axis=0)
            size = net.node("Unsqueeze", size, axes=[0]) if old else net.node("Unsqueeze", size, net.shape(0))
            return net.node("Reshape", source, net.node("Concat", size, net.shape(-1), axis=0))
        case "slice":
            size = net.node("Shape", source)
            if net.opset < 10:
                return net.node("Reshape", source, net.node("Slice", size, starts=[0], ends=[2]))
            ends = net.node("Slice", size, net.shape(0), net.shape(4), net.shape(0), net.shape(2))
            return net.node("Reshape", source, net.node("Mul", ends, net.shape(1, 4)))
        case _:
            return net.node("Transpose", source, perm=[0, 2, 3, 1])


@pytest.mark.parametrize("opset", [9, 13])
@pytest.mark.parametrize("how", ["Flatten", "Reshape", "Reshape by hand", "Squeeze", "view", "slice", "Transpose"])
def test_a_map_of_1x1_may_be_rearranged_at_the_end(tmp_path: Path, opset: int, how: str) -> None:
    net = Net(opset)
    flat = flattened(net, how, net.pooled_stem())
    model = net.model(net.node("Softmax", flat, axis=3 if how == "Transpose" else 1))
    rows = same_output(model, tmp_path).table.layers
    assert [row.type for row in rows] == ["conv", "global_avgpool", "softmax"]


@pytest.mark.parametrize("opset", [13, 18])
@pytest.mark.parametrize("keepdims", [0, 1])
def test_a_mean_over_height_and_width_is_a_global_pool(tmp_path: Path, opset: int, keepdims: int) -> None:
    net = Net(opset)
    if opset < 18:
        mean = net.node("ReduceMean", net.stem(), keepdims=keepdims, axes=[2, 3])
    else:
        mean = net.node("ReduceMean", net.stem(), net.shape(-1, -2), keepdims=keepdims)
    assert same_output(net.model(mean), tmp_path).table.layers == (STEM, GlobalAvgPool("avgpool1"))


@pytest.mark.parametrize("opset", [9, 11])
@pytest.mark.parametrize(
    ("low", "high", "is_relu"),
    [(0.0, None, True), (0.0, LARGEST, True), (0.0, 6.0, False), (-1.0, None, False), (None, None, False)],
)
def test_a_clip_is_a_relu_where_it_only_cuts_off_below_zero(
    tmp_path: Path, opset: int, low: float | None, high: float | None, is_relu: bool
) -> None:
    net = Net(opset)
    if opset < 11:
        bounds: dict[str, Any] = {name: value for name, value in (("min", low), ("max", high)) if value is not None}
        clipped = net.node("Clip", net.stem(), **bounds)
    else:
        given = ["" if low is None else net.tensor(low), *([] if high is None else [net.tensor(high)])]
        clipped = net.node("Clip", net.stem(), *given)
    model = net.model(net.conv(clipped, 4, 4, name="conv2"))
    if is_relu:
        assert same_output(model, tmp_path).table.layers[0] == Conv("conv1", 4, 1)
    else:
        with pytest.raises(SqueezevizError, match="Clip"):
            read(model, tmp_path)


THIRDS = np.full((2, 3, 1, 1), 1 / 3)
TO_THE_BIT = np.array([1.5, -2.0, 0.15625, 0.5, 0.25, 8.0]).reshape(2, 3, 1, 1)


def raw(values: np.ndarray, kind: int) -> TensorProto:
    if kind == TensorProto.BFLOAT16:
        content = (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16).tobytes()
    else:
        content = values.astype(helper.tensor_dtype_to_np_dtype(kind)).tobytes()
    return TensorProto(dims=values.shape, data_type=kind, name="conv1.weight", raw_data=content)


def typed(values: np.ndarray, kind: int) -> TensorProto:
    return helper.make_tensor("conv1.weight", kind, values.shape, values.ravel().tolist())


@pytest.mark.parametrize("tensor", [raw, typed])
@pytest.mark.parametrize(
    ("values", "kind", "called"),
    [(THIRDS, TensorProto.DOUBLE, "double"), (TO_THE_BIT, TensorProto.FLOAT16, "float16"),
     (TO_THE_BIT, TensorProto.BFLOAT16, "bfloat16"), (THIRDS, FLOAT, "")],
)  # fmt: skip
def test_weights_of_every_type_run_as_float32_and_that_is_told(
    tmp_path: Path, values: np.ndarray, kind: int, called: str, tensor: Callable[[np.ndarray, int], TensorProto]
) -> None:
    net = Net()
    net.initializers.append(tensor(values, kind))
    opened = read(net.model(net.node("Conv", "image", "conv1.weight"), kind=kind), tmp_path)
    assert opened.weights is not None
    (array,) = opened.weights.arrays.values()
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, values.astype(np.float32))
    said = f"its weights are {called} in the file; they run as float32"
    assert opened.notes == ((Note(said, Severity.INFO),) if called else ())


@pytest.mark.parametrize("opset", [9, 13])
@pytest.mark.parametrize("casts", [True, False])
def test_a_float16_network_computes_the_same(tmp_path: Path, opset: int, casts: bool) -> None:
    """`casts`: as converters to float16 write it, float32 in and out, casts around, and around the weights."""
    net = Net(opset)
    kind = np.float32 if casts else np.float16
    image, weight = "image", net.weights(4, 3, 3, 3, name="conv1.weight", kind=kind)
    if casts:
        image, weight = (net.node("Cast", each, to=TensorProto.FLOAT16) for each in (image, weight))
    bias = net.node("Constant", value=numpy_helper.from_array(np.ones(4, np.float16)))
    end = net.node("Identity", net.relu(net.node("Conv", image, weight, bias)))
    end = net.node("Cast", end, to=FLOAT) if casts else end
    same_output(net.model(end, kind=FLOAT if casts else TensorProto.FLOAT16), tmp_path, 2e-2)


def test_weights_that_are_no_finite_numbers_are_kept_and_told(tmp_path: Path) -> None:
    net = Net()
    opened = read(
        net.model(net.node("Conv", "image", net.tensor(np.full((2, 3, 1, 1), np.nan), "conv1.weight"))), tmp_path
    )
    assert opened.weights is not None
    assert np.isnan(next(iter(opened.weights.arrays.values()))).all()
    said = "the weights of conv1 hold values that are no finite numbers; the output will, too"
    assert opened.notes == (Note(said),)


@pytest.mark.parametrize("listed", [True, False])
def test_tensors_may_stand_among_the_inputs(tmp_path: Path, listed: bool) -> None:
    net = Net()
    model = net.model(net.fire("image", 3, name="fire2"), listed=listed)
    assert len(model.graph.input) == (7 if listed else 1)
    same_output(model, tmp_path)


@pytest.mark.parametrize("step", ["", "Cast", "Identity"])
def test_images_with_channels_last_open_with_channels_first(tmp_path: Path, step: str) -> None:
    net = Net(image=(1, 20, 24, 3))
    more: dict[str, Any] = {"to": FLOAT} if step == "Cast" else {}
    here = net.node(step, "image", **more) if step else "image"
    here = net.node("Transpose", here, perm=[0, 3, 1, 2])
    opened = read(net.model(net.conv(here, 3, 4, name="conv1")), tmp_path)
    assert (opened.table.input, opened.table.layers) == (InputShape(3, 20, 24), (STEM,))
    said = "the file takes images as height×width×channels; the table, channels first"
    assert opened.notes == (Note(said, Severity.INFO),)


@pytest.mark.parametrize(
    ("image", "side", "assumed"),
    [(("N", 3, 32, 32), 32, False), ((8, 3, 32, 32), 32, False), ((None, 3, 32, 32), 32, False),
     ((1, 3, "H", "W"), 224, True), ((1, "C", "H", "W"), 224, True), (("N", 3, 96, "W"), 96, True)],
)  # fmt: skip
def test_sizes_that_the_file_leaves_open_are_assumed(
    tmp_path: Path, image: tuple[Any, ...], side: int, assumed: bool
) -> None:
    net = Net(image=image)
    opened = read(net.model(net.stem()), tmp_path)
    assert opened.table.input == InputShape(3, side, side)
    told = f"image: the file leaves the size of its images open; {side}×{side} is assumed"
    assert opened.notes == ((Note(told),) if assumed else ())


def test_the_assumed_size_is_one_that_the_network_runs_with(tmp_path: Path) -> None:
    """A pool of 113×113 fits on 227 with the Caffe release's v1.1, not on 224."""
    net = Net(image=(1, 3, "H", "W"))
    opened = read(
        net.model(net.node("AveragePool", net.stem(kernel=3, strides=[2, 2]), kernel_shape=[113, 113])), tmp_path
    )
    assert opened.table.input == InputShape(3, 227, 227)
    assert resolve(opened.table).runs


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (("conv1", "fire2"), ["conv1", "fire2", "maxpool2"]), (("", ""), ["conv1", "fire2", "maxpool2"]),
        (("features.0", "features.3"), ["features.0", "features.3", "maxpool2"]),
        (("conv1", ""), ["conv1", "fire2", "maxpool2"]), (("fire2", ""), ["fire2", "fire2_2", "maxpool2"]),
    ],
)  # fmt: skip
def test_rows_take_sensible_names_or_table_1_s(tmp_path: Path, names: tuple[str, str], rows: list[str]) -> None:
    net = Net()
    here = net.fire(net.conv("image", 3, 4, name=names[0]), 4, name=names[1])
    opened = table(net.model(net.node("MaxPool", here, kernel_shape=[3, 3])), tmp_path)
    assert [row.name for row in opened.layers] == rows


@pytest.mark.parametrize(
    ("node", "row"),
    [
        ("pool1", "pool1"), ("squeezenet0_pool0_fwd", "squeezenet0_pool0"), ("/MaxPool_1", "maxpool1"),
        ("/features/features.2/MaxPool", "features.2"), ("MaxPool_2", "maxpool1"), ("n2", "maxpool1"),
        ("node_max_pool2d", "maxpool1"), ("a\nb", "maxpool1"),
    ],
)  # fmt: skip
def test_a_pool_takes_its_node_s_name_where_it_means_something(tmp_path: Path, node: str, row: str) -> None:
    net = Net()
    model = net.model(net.node("MaxPool", net.stem(), name=node, kernel_shape=[3, 3]))
    assert table(model, tmp_path).layers[1].name == row


def test_a_name_that_two_nodes_have_is_no_row_s(tmp_path: Path) -> None:
    net = Net()
    here = net.node("MaxPool", net.stem(), name="pool", kernel_shape=[3, 3])
    rows = table(net.model(net.node("MaxPool", here, name="pool", kernel_shape=[3, 3])), tmp_path).layers
    assert [row.name for row in rows] == ["conv1", "maxpool1", "maxpool1_2"]


@pytest.mark.parametrize(
    ("graph", "name"), [("SqueezeNet v1.1", "SqueezeNet v1.1"), ("main_graph", "net"), ("torch_jit", "net")]
)
def test_the_network_has_the_graph_s_name_or_the_file_s(tmp_path: Path, graph: str, name: str) -> None:
    net = Net()
    assert table(net.model(net.stem(), graph=graph), tmp_path).name == name


def exported(folder: Path, module: torch.nn.Module, **more: Any) -> Path:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(), (torch.rand(1, 3, 64, 64),), folder / "net.onnx", dynamo=False, input_names=["image"], **more
        )
    return folder / "net.onnx"


@pytest.mark.parametrize(
    ("bypass", "opset"), [*((each, 17) for each in Bypass), *((Bypass.COMPLEX, opset) for opset in (7, 11, 13))]
)
def test_a_torch_export_has_torch_s_names_and_output(tmp_path: Path, bypass: Bypass, opset: int) -> None:
    path = exported(tmp_path, TorchNet(bypass, "flatten"), opset_version=opset)
    layers = onnx_in.read(path).table.layers
    assert [layer.name for layer in layers] == [
        "features.0", "features.2", "features.3", "features.4", "features.5", "classifier.1", "classifier.3",
    ]  # fmt: skip
    fires = [layer.bypass for layer in layers if isinstance(layer, Fire)]
    assert fires == [bypass, Bypass.NONE if bypass is Bypass.NONE else Bypass.SIMPLE]
    assert_same_output(path)


@pytest.mark.parametrize(
    ("end", "opset", "axes"),
    [("flatten", 11, "NHW"), ("view", 11, "N"), ("view", 17, "NHW"), ("squeeze", 11, "NHW"), ("squeeze", 17, "N"),
     ("softmax", 17, "NHW")],
)  # fmt: skip
def test_open_axes_and_every_end_give_the_same_output(tmp_path: Path, end: str, opset: int, axes: str) -> None:
    named = {"image": {"NCHW".index(axis): axis for axis in axes}}
    path = exported(tmp_path, TorchNet(Bypass.NONE, end), opset_version=opset, dynamic_axes=named)
    side = 224 if "H" in axes else 64
    assert onnx_in.read(path).table.input == InputShape(3, side, side)
    assert_same_output(path)


@pytest.mark.parametrize("parameters", [True, False])
@pytest.mark.parametrize("listed", [True, False, None])
def test_exports_that_share_equal_tensors_open(tmp_path: Path, parameters: bool, listed: bool | None) -> None:
    """Equal biases become one tensor, or one input, that reaches the convolutions through Identity."""
    module = TorchNet(Bypass.COMPLEX, "flatten")
    for name, tensor in module.named_parameters():
        if name.endswith("bias"):
            torch.nn.init.zeros_(tensor)
    path = exported(tmp_path, module, export_params=parameters, keep_initializers_as_inputs=listed)
    opened = onnx_in.read(path)
    assert next(row.bypass for row in opened.table.layers if isinstance(row, Fire)) is Bypass.COMPLEX
    assert resolve(opened.table).parameters.value == sum(each.numel() for each in module.parameters())
    if parameters:
        assert_same_output(path)
    else:
        (note,) = opened.notes
        assert "they are inputs of the network" in note.text


def handed_on(net: Net, name: str, step: str) -> str:
    """A tensor of 4×3×1×1 through nodes that hand it on."""
    match step:
        case "Identity":
            return net.node("Identity", net.node("Identity", name))
        case "Cast":
            return net.node("Cast", net.node("Cast", name, to=TensorProto.FLOAT16), to=FLOAT)
        case "Reshape":
            return net.node("Reshape", name, net.shape(4, -1, 1, 1))
        case "Flatten":
            return net.node("Reshape", net.node("Flatten", name), net.shape(4, 3, 1, 1))
        case "Transpose":
            return net.node("Transpose", net.node("Transpose", name, perm=[1, 0, 2, 3]), perm=[1, 0, 2, 3])
        case _:
            return net.node("Squeeze", net.node("Unsqueeze", name, net.shape(0)), net.shape(0))


@pytest.mark.parametrize(
    "steps", ["Identity", "Cast", "Reshape", "Flatten", "Transpose", "Squeeze", "Identity Cast Reshape Transpose"]
)
@pytest.mark.parametrize("as_input", [True, False])
def test_weights_reach_their_convolution_through_whatever_hands_them_on(
    tmp_path: Path, steps: str, as_input: bool
) -> None:
    net = Net()
    weight = net.weights(4, 3, 1, 1, name="w")
    for step in steps.split():
        weight = handed_on(net, weight, step)
    end = net.node("Conv", "image", weight, net.node("Identity", net.weights(4, name="b")))
    if as_input:
        net.initializers = [each for each in net.initializers if each.name not in ("w", "b")]
    model = net.model(end)
    if as_input:
        net.takes(model, w=(4, 3, 1, 1), b=(4,))
        assert filters_of(table(model, tmp_path)) == [4]
    else:
        assert filters_of(same_output(model, tmp_path, 1e-2).table) == [4]


def test_one_input_for_the_biases_of_several_convolutions_is_no_image(tmp_path: Path) -> None:
    net = Net()
    here = "image"
    for channels in (3, 4, 4):
        here = net.relu(net.node("Conv", here, net.weights(4, channels, 1, 1), handed_on(net, "b", "Identity")))
    assert filters_of(table(net.takes(net.model(here), b=(4,)), tmp_path)) == [4, 4, 4]


def test_weights_that_convolutions_share_are_told(tmp_path: Path) -> None:
    net = Net()
    weight = net.weights(3, 3, 1, 1, name="w")
    one = net.node("Conv", "image", weight, name="one")
    opened = same_output(net.model(net.node("Conv", one, net.node("Identity", weight), name="two")), tmp_path)
    names = ", ".join(row.name for row in opened.table.layers)
    assert opened.notes == (Note(f"{names} share their weights in the file; here each counts its own"),)


def test_a_dropout_that_drops_in_a_forward_pass_is_told(tmp_path: Path) -> None:
    net = Net()
    end = net.node("Dropout", net.stem(), net.tensor(0.4), net.tensor(True, kind=np.bool_))
    (note,) = read(net.model(end), tmp_path).notes
    assert note.text.startswith("dropout1: in the file it drops values in a forward pass too (training_mode)")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda net: net.pooled_stem(), "a map, [1, 4, 1, 1]"),
        (lambda net: net.node("Softmax", net.pooled_stem(), axis=1), "a map, [1, 4, 1, 1]"),
        (lambda net: net.node("Transpose", net.pooled_stem(), perm=[0, 2, 3, 1]), "a map, [1, 1, 1, 4]"),
        (lambda net: net.node("Flatten", net.pooled_stem()), ""),
        (lambda net: net.node("Softmax", net.node("Flatten", net.pooled_stem())), ""),
        *((lambda net, sizes=sizes: net.node("Reshape", net.pooled_stem(), net.shape(*sizes)), f"{list(sizes)}")
          for sizes in ((1, 2, 2), (1, 4, 1), (1, 2, 1, 2, 1))),
    ],
)  # fmt: skip
@pytest.mark.parametrize("opset", [9, 13])
def test_an_output_that_is_not_flattened_as_ours_is_told(tmp_path: Path, made: Made, said: str, opset: int) -> None:
    net = Net(opset)
    notes = read(net.model(made(net)), tmp_path).notes
    told = Note(f"the file puts out {said}; here it is flattened to [1, 4]", Severity.INFO)
    assert notes == ((told,) if said else ())


def shuffled(net: Net) -> str:
    laid_out = net.node("Reshape", net.pooled_stem(8), net.shape(1, 4, 2))
    return net.node("Reshape", net.node("Transpose", laid_out, perm=[0, 2, 1]), net.shape(1, 8))


def unused(net: Net, kind: str, *values: float) -> str:
    end = net.stem()
    net.node(kind, end, *map(net.tensor, values))
    return end


@pytest.mark.parametrize(
    ("made", "rows", "note"),
    [
        (lambda net: net.node("Gemm", net.node("Flatten", net.fire("image", 3, name="f")), net.weights(8 * 400, 10)),
         (Fire("f", 2, 3, 5),), "opened up to f, without node 8, Flatten"),
        (shuffled, (Conv("conv1", 8, 1, relu=False), GlobalAvgPool("avgpool1")),
         "opened up to node 2, GlobalAveragePool, without "),
        (lambda net: net.conv(net.node("Transpose", net.pooled_stem(), perm=[0, 2, 3, 1]), 1, 4),
         (STEM, GlobalAvgPool("avgpool1")),
         "opened up to node 2, GlobalAveragePool, without node 4, Conv: a layer table cannot say Conv: its map is"),
        (lambda net: unused(net, "Gelu"), (STEM,), "left out, as no output depends on them: 1 node"),
        (lambda net: unused(net, "QuantizeLinear", 0.5), (STEM,), "left out, as no output depends on them: 1 node"),
    ],
)  # fmt: skip
def test_what_is_foreign_at_the_end_or_unused_is_left_out_and_told(
    tmp_path: Path, made: Made, rows: tuple[Layer, ...], note: str
) -> None:
    net = Net()
    opened = read(net.model(made(net)), tmp_path)
    assert opened.table.layers == rows
    assert opened.notes[0].text.startswith(note)
    assert opened.weights is not None


def test_a_map_of_one_channel_is_not_flattened_to_its_channels(tmp_path: Path) -> None:
    """A softmax over five places is none over one channel."""
    net = Net(image=(1, 3, 5, 1))
    opened = read(net.model(net.node("Softmax", net.node("Flatten", net.stem(1)), axis=1)), tmp_path)
    assert opened.table.layers == (Conv("conv1", 1, 1, relu=False),)
    assert opened.notes[0].text.startswith("opened up to conv1, without node 2, Flatten")


def test_a_detector_opens_up_to_the_last_map_that_its_heads_look_at(tmp_path: Path) -> None:
    """Two convolutions on each map, whose values are stacked as lists of numbers."""
    net = Net()
    first = net.fire(net.relu(net.stem(8, 3)), 8, name="fire2")
    second = net.fire(net.node("MaxPool", first, kernel_shape=[3, 3], strides=[2, 2]), 8, name="fire3")
    ends = []
    for filters in (4, 8):
        parts = []
        for each in (first, second):
            moved = net.node("Transpose", net.conv(each, 8, filters, 3, pads=[1] * 4), perm=[0, 2, 3, 1])
            parts.append(net.node("Reshape", moved, net.shape(1, -1, 4)))
        ends.append(net.node("Concat", *parts, axis=1))
    opened = read(net.model(*ends), tmp_path)
    assert [row.name for row in opened.table.layers] == ["conv1", "fire2", "maxpool2", "fire3"]
    end, sides = opened.notes
    assert end.text.startswith("opened up to fire3, without node ")
    assert sides.text.startswith("left out, as it leads away from the series: 8 layers from node ")
