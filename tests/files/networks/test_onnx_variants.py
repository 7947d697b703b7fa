"""However an exporter says a network in ONNX, it opens as what it is: the output is onnxruntime's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx_networks import FLOAT, Net, assert_same_output, read, saved, table

from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, MaxPool, Softmax
from squeezeviz.model.table import InputShape

OPSETS = [7, 8, 9, 10, 11, 12, 13, 14, 17, 18, 20, 21]


def whole_network(opset: int) -> Any:
    """Every kind of row, as that opset says it."""
    net = Net(opset)
    here = net.relu(net.conv("image", 3, 6, 3, name="conv1", strides=[2, 2]))
    here = net.node("MaxPool", here, kernel_shape=[3, 3], strides=[2, 2])
    here = net.fire(here, 6, name="fire2")
    here = net.node("Dropout", here, ratio=0.4) if opset < 12 else net.node("Dropout", here, net.tensor(0.4))
    here = net.node("AveragePool", here, kernel_shape=[2, 2], strides=[1, 1])
    here = net.node("GlobalAveragePool", net.relu(net.conv(here, 8, 10, name="conv10")))
    here = net.node("Flatten", here)
    return net.model(net.node("Softmax", here))


@pytest.mark.parametrize("opset", OPSETS)
def test_every_kind_of_row_opens_from_every_opset(tmp_path: Path, opset: int) -> None:
    model = whole_network(opset)
    assert table(model, tmp_path).layers == (
        Conv("conv1", 6, 3, 2),
        MaxPool("maxpool1", 3, 2, ceil=False),
        Fire("fire2", 2, 3, 5),
        Dropout("dropout2", 0.4),
        AvgPool("avgpool2", 2, 1, ceil=False),
        Conv("conv10", 10, 1),
        GlobalAvgPool("avgpool3"),
        Softmax("softmax"),
    )
    assert_same_output(saved(model, tmp_path))


@pytest.mark.parametrize("bypass", list(Bypass))
@pytest.mark.parametrize("sum_first", [True, False])
def test_bypasses_open_as_such(tmp_path: Path, bypass: Bypass, sum_first: bool) -> None:
    net = Net()
    start = net.relu(net.conv("image", 3, 8, name="conv1"))
    inside = net.fire(start, 8, name="fire2")
    match bypass:
        case Bypass.NONE:
            end = inside
        case Bypass.SIMPLE:
            end = net.node("Add", *((inside, start) if sum_first else (start, inside)))
        case Bypass.COMPLEX:
            around = net.relu(net.conv(start, 8, 8, name="around"))
            end = net.node("Sum", *((inside, around) if sum_first else (around, inside)))
    model = net.model(end)
    assert table(model, tmp_path).layers[1] == Fire("fire2", 2, 3, 5, bypass)
    assert_same_output(saved(model, tmp_path))


@pytest.mark.parametrize("bypass", ["none", "complex"])
def test_expands_stacked_the_other_way_round_keep_their_output(tmp_path: Path, bypass: str) -> None:
    net = Net()
    start = net.fire("image", 3, name="fire2", flipped=True)
    pooled = net.node("MaxPool", start, kernel_shape=[3, 3], strides=[2, 2])
    end = net.fire(pooled, 8, (4, 2, 6), name="fire3", flipped=True)
    if bypass == "complex":
        end = net.node("Add", net.conv(pooled, 8, 8, name="around"), end)
    model = net.model(net.conv(end, 8, 4, 3))
    assert_same_output(saved(model, tmp_path))


def test_a_network_that_ends_with_its_expands_the_other_way_round_has_no_weights_and_is_told_why(
    tmp_path: Path,
) -> None:
    net = Net()
    found = read(net.model(net.node("GlobalAveragePool", net.fire("image", 3, name="fire2", flipped=True))), tmp_path)
    assert found.weights is None
    _, note = found.notes
    assert note.startswith("its weights are left out: its last Fire module stacks the 3×3 expand first")


def test_flipped_modules_with_a_simple_bypass_keep_their_output(tmp_path: Path) -> None:
    net = Net()
    start = net.fire("image", 3, name="fire2", flipped=True)
    end = net.node("Add", start, net.fire(start, 8, name="fire3", flipped=True))
    assert_same_output(saved(net.model(net.conv(end, 8, 4)), tmp_path))


def test_weights_that_no_order_of_channels_can_say_are_left_out_and_told(tmp_path: Path) -> None:
    net = Net()
    start = net.fire("image", 3, name="fire2", flipped=True)
    end = net.node("Add", start, net.fire(start, 8, name="fire3"))
    opened = read(net.model(net.conv(end, 8, 4)), tmp_path)
    assert opened.weights is None
    (note,) = opened.notes
    assert note.startswith("its weights are left out: ")


POOLS = [
    ("caffe2's padding at the end", {"strides": [2, 2], "pads": [0, 0, 1, 1]}, MaxPool("maxpool1", 3, 2, 0, ceil=True)),
    ("padding at the end that no window reaches", {"strides": [4, 4], "pads": [0, 0, 1, 1]},
     MaxPool("maxpool1", 3, 4, 0, ceil=False)),
    ("ceil", {"strides": [2, 2], "ceil_mode": 1}, MaxPool("maxpool1", 3, 2, 0, ceil=True)),
    ("padding all round", {"strides": [2, 2], "pads": [1, 1, 1, 1]}, MaxPool("maxpool1", 3, 2, 1, ceil=False)),
    ("more at the end than all round", {"strides": [2, 2], "pads": [1, 1, 2, 2], "ceil_mode": 1},
     MaxPool("maxpool1", 3, 2, 1, ceil=True)),
    ("auto_pad for even maps", {"strides": [2, 2], "auto_pad": "SAME_UPPER"}, MaxPool("maxpool1", 3, 2, 0, ceil=True)),
    ("auto_pad at stride 1", {"auto_pad": "SAME_LOWER"}, MaxPool("maxpool1", 3, 1, 1, ceil=False)),
    ("auto_pad that pads nothing", {"strides": [2, 2], "auto_pad": "VALID"},
     MaxPool("maxpool1", 3, 2, 0, ceil=False)),
]  # fmt: skip


@pytest.mark.parametrize(("attributes", "row"), [each[1:] for each in POOLS], ids=[each[0] for each in POOLS])
def test_pools_pad_and_round_as_the_file_says(tmp_path: Path, attributes: dict[str, Any], row: MaxPool) -> None:
    net = Net()
    conv = net.conv("image", 3, 4, name="conv1")
    model = net.model(net.node("MaxPool", conv, kernel_shape=[3, 3], **attributes))
    opened = read(model, tmp_path)
    assert opened.table.layers[1] == row
    said = "maxpool1: the file pads it at the end, which comes to rounding its size up, as the table says it"
    assert opened.notes == ((said,) if row.ceil and "ceil_mode" not in attributes else ())
    assert_same_output(saved(model, tmp_path))


@pytest.mark.parametrize("side", range(7, 13))
@pytest.mark.parametrize("end", [1, 2])
def test_padding_at_the_end_opens_as_rounding_up_only_where_it_comes_to_the_same(
    tmp_path: Path, side: int, end: int
) -> None:
    net = Net(image=(1, 3, side, side))
    conv = net.conv("image", 3, 4, name="conv1")
    model = net.model(net.node("MaxPool", conv, kernel_shape=[3, 3], strides=[3, 3], pads=[0, 0, end, end]))
    made = resolve(table(model, tmp_path))
    assert made.output.height == (side + end - 3) // 3 + 1
    assert_same_output(saved(model, tmp_path))


@pytest.mark.parametrize(
    "attributes",
    [
        {"count_include_pad": 1, "pads": [1, 1, 1, 1]},
        {"strides": [2, 2], "pads": [0, 0, 1, 1]},
        {"strides": [2, 2], "ceil_mode": 1},
    ],
    ids=["padding counts", "padding at the end does not", "rounding up does not"],
)
def test_averages_count_what_the_file_says(tmp_path: Path, attributes: dict[str, Any]) -> None:
    net = Net()
    conv = net.conv("image", 3, 4, name="conv1")
    model = net.model(net.node("AveragePool", conv, kernel_shape=[3, 3], **attributes))
    assert_same_output(saved(model, tmp_path))


@pytest.mark.parametrize(
    ("attributes", "padding"),
    [
        ({"auto_pad": "SAME_UPPER"}, 1),
        ({"auto_pad": "VALID"}, 0),
        ({"auto_pad": "NOTSET", "pads": [1, 1, 1, 1]}, 1),
        ({"pads": [0, 0, 1, 1], "strides": [4, 4]}, 0),
    ],
)
def test_a_convolution_s_padding_is_found_however_it_is_said(
    tmp_path: Path, attributes: dict[str, Any], padding: int
) -> None:
    net = Net()
    model = net.model(net.conv("image", 3, 4, 3, name="conv1", **attributes))
    (row,) = table(model, tmp_path).layers
    assert isinstance(row, Conv)
    assert row.padding == padding
    assert_same_output(saved(model, tmp_path))


@pytest.mark.parametrize("opset", [9, 11, 13, 18])
@pytest.mark.parametrize("window", ["Conv", "MaxPool", "AveragePool"])
def test_a_pad_of_zeros_becomes_the_padding_of_the_window_behind_it(tmp_path: Path, opset: int, window: str) -> None:
    net = Net(opset)
    here = net.relu(net.conv("image", 3, 4, name="conv1"))
    pads = [0, 0, 1, 1, 0, 0, 1, 1]
    padded = (
        net.node("Pad", here, pads=pads) if opset < 11 else net.node("Pad", here, net.shape(*pads), net.tensor(0.0))
    )
    if window == "Conv":
        end = net.conv(padded, 4, 4, 3, name="conv2")
    else:
        end = net.node(window, padded, kernel_shape=[3, 3], strides=[2, 2])
    model = net.model(end)
    row = table(model, tmp_path).layers[1]
    assert isinstance(row, Conv | MaxPool | AvgPool)
    assert row.padding == 1
    assert_same_output(saved(model, tmp_path))


def flattened(net: Net, how: str, source: str) -> str:
    match how:
        case "Flatten":
            return net.node("Flatten", source)
        case "Reshape":
            return net.node("Reshape", source, net.shape(0, -1))
        case "Reshape by hand":
            return net.node("Reshape", source, net.shape(1, 4))
        case "Squeeze":
            if net.opset < 13:
                return net.node("Squeeze", source, axes=[2, 3])
            return net.node("Squeeze", source, net.shape(2, 3))
        case "view":
            size = net.node("Gather", net.node("Shape", source), net.tensor(0, kind=np.int64), axis=0)
            sizes = [
                net.node("Unsqueeze", size, axes=[0]) if net.opset < 13 else net.node("Unsqueeze", size, net.shape(0))
            ]
            return net.node("Reshape", source, net.node("Concat", *sizes, net.shape(-1), axis=0))
        case _:
            return net.node("Transpose", source, perm=[0, 2, 3, 1])


@pytest.mark.parametrize("opset", [9, 13])
@pytest.mark.parametrize("how", ["Flatten", "Reshape", "Reshape by hand", "Squeeze", "view", "Transpose"])
def test_a_map_of_1x1_may_be_rearranged_at_the_end(tmp_path: Path, opset: int, how: str) -> None:
    net = Net(opset)
    pooled = net.node("GlobalAveragePool", net.conv("image", 3, 4, name="conv1"))
    last = 3 if how == "Transpose" else 1
    model = net.model(net.node("Softmax", flattened(net, how, pooled), axis=last))
    assert [row.type for row in table(model, tmp_path).layers] == ["conv", "global_avgpool", "softmax"]
    assert_same_output(saved(model, tmp_path))


@pytest.mark.parametrize("opset", [13, 18])
@pytest.mark.parametrize("keepdims", [0, 1])
def test_a_mean_over_height_and_width_is_a_global_pool(tmp_path: Path, opset: int, keepdims: int) -> None:
    net = Net(opset)
    here = net.conv("image", 3, 4, name="conv1")
    if opset < 18:
        mean = net.node("ReduceMean", here, keepdims=keepdims, axes=[2, 3])
    else:
        mean = net.node("ReduceMean", here, net.shape(-1, -2), keepdims=keepdims)
    model = net.model(mean)
    assert table(model, tmp_path).layers[1] == GlobalAvgPool("avgpool1")
    assert_same_output(saved(model, tmp_path))


def test_a_float16_network_runs_as_float32(tmp_path: Path) -> None:
    net = Net()
    weight, bias = net.weights(4, 3, 3, 3, name="conv1.weight", kind=np.float16), net.weights(4, kind=np.float16)
    model = net.model(net.relu(net.node("Conv", "image", weight, bias)), kind=TensorProto.FLOAT16)
    assert_same_output(saved(model, tmp_path), 2e-2)


def test_float64_weights_are_rounded(tmp_path: Path) -> None:
    net = Net()
    weight = net.tensor(np.full((2, 3, 1, 1), 1 / 3), "conv1.weight", np.float64)
    opened = read(net.model(net.node("Conv", "image", weight), kind=TensorProto.DOUBLE), tmp_path)
    assert opened.weights is not None
    (array,) = opened.weights.arrays.values()
    np.testing.assert_array_equal(array, np.full((2, 3, 1, 1), 1 / 3, np.float32))


def test_bfloat16_weights_are_read_to_the_bit(tmp_path: Path) -> None:
    net = Net()
    values = np.array([1.5, -2.0, 0.15625], np.float32).reshape(1, 3, 1, 1)
    tensor = TensorProto(dims=values.shape, data_type=TensorProto.BFLOAT16, name="conv1.weight")
    tensor.raw_data = (values.view(np.uint32) >> 16).astype(np.uint16).tobytes()
    net.initializers.append(tensor)
    opened = read(net.model(net.node("Conv", "image", "conv1.weight")), tmp_path)
    assert opened.weights is not None
    (array,) = opened.weights.arrays.values()
    np.testing.assert_array_equal(array, values)
    assert opened.notes == ("its weights are bfloat16 in the file; they run as float32",)


@pytest.mark.parametrize("opset", [9, 13])
def test_a_float16_network_in_casts_opens(tmp_path: Path, opset: int) -> None:
    """As converters to float16 write it: float32 in and out, casts around, and around the weights."""
    net = Net(opset)
    half = net.node("Cast", "image", to=TensorProto.FLOAT16)
    weight = net.node("Cast", net.weights(4, 3, 3, 3, name="conv1.weight"), to=TensorProto.FLOAT16)
    bias = net.node("Constant", value=numpy_helper.from_array(np.ones(4, np.float16)))
    end = net.node("Cast", net.node("Identity", net.node("Conv", half, weight, bias)), to=FLOAT)
    assert_same_output(saved(net.model(end), tmp_path), 2e-2)


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_tensors_may_hold_numbers_instead_of_raw_bytes(tmp_path: Path, kind: Any) -> None:
    net = Net()
    values = np.random.default_rng(2).normal(size=(2, 3, 1, 1)).astype(kind)
    data_type = helper.np_dtype_to_tensor_dtype(values.dtype)
    net.initializers.append(helper.make_tensor("conv1.weight", data_type, values.shape, values.ravel().tolist()))
    opened = read(net.model(net.node("Conv", "image", "conv1.weight"), kind=data_type), tmp_path)
    assert opened.weights is not None
    np.testing.assert_array_equal(next(iter(opened.weights.arrays.values())), values)


def test_a_bias_added_behind_a_convolution_is_its_bias(tmp_path: Path) -> None:
    net = Net()
    conv = net.conv("image", 3, 4, 3, name="conv1", bias=False)
    model = net.model(net.relu(net.node("Add", conv, net.weights(1, 4, 1, 1))))
    assert table(model, tmp_path).layers == (Conv("conv1", 4, 3),)
    assert_same_output(saved(model, tmp_path))


def test_a_convolution_without_a_bias_has_none(tmp_path: Path) -> None:
    net = Net()
    model = net.model(net.conv("image", 3, 4, 3, name="conv1", bias=False))
    assert table(model, tmp_path).layers == (Conv("conv1", 4, 3, relu=False, bias=False),)
    assert_same_output(saved(model, tmp_path))


@pytest.mark.parametrize("listed", [True, False])
def test_tensors_may_stand_among_the_inputs(tmp_path: Path, listed: bool) -> None:
    net = Net()
    model = net.model(net.fire("image", 3, name="fire2"), listed=listed)
    assert len(model.graph.input) == (7 if listed else 1)
    assert_same_output(saved(model, tmp_path))


def test_images_with_channels_last_open_with_channels_first(tmp_path: Path) -> None:
    net = Net(image=(1, 20, 24, 3))
    here = net.node("Transpose", "image", perm=[0, 3, 1, 2])
    opened = read(net.model(net.conv(here, 3, 4, 3, name="conv1")), tmp_path)
    assert opened.table.input == InputShape(3, 20, 24)
    assert opened.notes == ("the file takes images as height×width×channels; the table, channels first",)


@pytest.mark.parametrize(
    ("image", "shape", "note"),
    [
        (("N", 3, 32, 32), InputShape(3, 32, 32), ""),
        ((8, 3, 32, 32), InputShape(3, 32, 32), ""),
        ((None, 3, 32, 32), InputShape(3, 32, 32), ""),
        ((1, 3, "H", "W"), InputShape(3, 224, 224), "224×224 is assumed"),
        ((1, "C", "H", "W"), InputShape(3, 224, 224), "224×224 is assumed"),
        (("N", 3, 96, "W"), InputShape(3, 96, 96), "96×96 is assumed"),
    ],
)
def test_sizes_that_the_file_leaves_open_are_assumed(
    tmp_path: Path, image: tuple[Any, ...], shape: InputShape, note: str
) -> None:
    net = Net(image=image)
    opened = read(net.model(net.conv("image", 3, 4, name="conv1")), tmp_path)
    assert opened.table.input == shape
    assert opened.notes == ((f"image: the file leaves the size of its images open; {note}",) if note else ())


def test_the_assumed_size_is_one_that_the_network_runs_with(tmp_path: Path) -> None:
    """A pool of 113×113 fits on 227 with the Caffe release's v1.1, not on 224."""
    net = Net(image=(1, 3, "H", "W"))
    conv = net.conv("image", 3, 4, 3, name="conv1", strides=[2, 2])
    opened = read(net.model(net.node("AveragePool", conv, kernel_shape=[113, 113])), tmp_path)
    assert opened.table.input == InputShape(3, 227, 227)
    assert resolve(opened.table).runs


def test_what_no_output_depends_on_is_left_out_and_told(tmp_path: Path) -> None:
    net = Net()
    end = net.conv("image", 3, 4, name="conv1")
    net.node("Gelu", end)
    opened = read(net.model(end), tmp_path)
    assert [row.name for row in opened.table.layers] == ["conv1"]
    assert opened.notes == ("left out, as no output depends on them: 1 node",)


def test_a_network_that_turns_foreign_at_its_end_opens_up_to_there(tmp_path: Path) -> None:
    net = Net()
    flat = net.node("Flatten", net.fire("image", 3, name="fire2"))
    opened = read(net.model(net.node("Gemm", flat, net.weights(8 * 400, 10))), tmp_path)
    assert opened.table.layers == (Fire("fire2", 2, 3, 5),)
    assert opened.notes[0].startswith("opened up to fire2, without node 8, Flatten")
    assert opened.weights is not None


@pytest.mark.parametrize(
    ("names", "rows"),
    [
        (("conv1", "fire2"), ["conv1", "fire2", "maxpool2"]),
        (("", ""), ["conv1", "fire2", "maxpool2"]),
        (("features.0", "features.3"), ["features.0", "features.3", "maxpool2"]),
        (("conv1", ""), ["conv1", "fire2", "maxpool2"]),
        (("fire2", ""), ["fire2", "fire2_2", "maxpool2"]),
    ],
)
def test_rows_take_sensible_names_or_table_1_s(tmp_path: Path, names: tuple[str, str], rows: list[str]) -> None:
    net = Net()
    here = net.conv("image", 3, 4, name=names[0])
    end = net.node("MaxPool", net.fire(here, 4, name=names[1]), kernel_shape=[3, 3])
    assert [row.name for row in table(net.model(end), tmp_path).layers] == rows


@pytest.mark.parametrize(
    ("node", "kind", "row"),
    [
        ("pool1", "MaxPool", "pool1"),
        ("squeezenet0_pool0_fwd", "MaxPool", "squeezenet0_pool0"),
        ("/features/features.2/MaxPool", "MaxPool", "features.2"),
        ("/MaxPool_1", "MaxPool", "maxpool1"),
        ("MaxPool_2", "MaxPool", "maxpool1"),
        ("n2", "MaxPool", "maxpool1"),
        ("node_max_pool2d", "MaxPool", "maxpool1"),
        ("a\nb", "MaxPool", "maxpool1"),
    ],
)
def test_a_pool_takes_its_node_s_name_where_it_means_something(tmp_path: Path, node: str, kind: str, row: str) -> None:
    net = Net()
    conv = net.conv("image", 3, 4, name="conv1")
    assert table(net.model(net.node(kind, conv, name=node, kernel_shape=[3, 3])), tmp_path).layers[1].name == row


@pytest.mark.parametrize(
    ("graph", "name"), [("SqueezeNet v1.1", "SqueezeNet v1.1"), ("main_graph", "net"), ("torch_jit", "net")]
)
def test_the_network_has_the_graph_s_name_or_the_file_s(tmp_path: Path, graph: str, name: str) -> None:
    net = Net()
    assert table(net.model(net.conv("image", 3, 4), graph=graph), tmp_path).name == name


def test_weights_that_are_no_finite_numbers_are_kept_and_told(tmp_path: Path) -> None:
    net = Net()
    weight = net.tensor(np.full((2, 3, 1, 1), np.nan), "conv1.weight")
    opened = read(net.model(net.node("Conv", "image", weight)), tmp_path)
    assert opened.weights is not None
    assert np.isnan(next(iter(opened.weights.arrays.values()))).all()
    (note,) = opened.notes
    assert note == "the weights of conv1 hold values that are no finite numbers; the output will, too"


def clip(net: Net, source: str, low: float | None, high: float | None) -> str:
    """As opsets before 11 say it."""
    bounds: dict[str, Any] = {name: value for name, value in (("min", low), ("max", high)) if value is not None}
    return net.node("Clip", source, **bounds)


@pytest.mark.parametrize("opset", [9, 11])
@pytest.mark.parametrize("high", [None, 3.4028234663852886e38])
def test_a_clip_that_only_cuts_off_below_zero_is_a_relu(tmp_path: Path, opset: int, high: float | None) -> None:
    net = Net(opset)
    conv = net.conv("image", 3, 4, 3, name="conv1")
    if opset < 11:
        clipped = clip(net, conv, 0.0, high)
    else:
        clipped = net.node("Clip", conv, net.tensor(0.0), *([] if high is None else [net.tensor(high)]))
    model = net.model(net.node("MaxPool", clipped, kernel_shape=[2, 2]))
    assert table(model, tmp_path).layers[0] == Conv("conv1", 4, 3)
    assert_same_output(saved(model, tmp_path))


@pytest.mark.parametrize(("low", "high"), [(0.0, 6.0), (-1.0, None), (None, None)])
def test_a_clip_with_other_bounds_is_no_relu(tmp_path: Path, low: float | None, high: float | None) -> None:
    net = Net(9)
    clipped = clip(net, net.conv("image", 3, 4, 3, name="conv1"), low, high)
    with pytest.raises(SqueezevizError, match="Clip"):
        table(net.model(net.conv(clipped, 4, 4)), tmp_path)
