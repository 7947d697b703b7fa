"""What a layer table cannot say of an ONNX network, and what is no such network: one sentence, at the node."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from bounds import at_most
from hostile_files import protobuf
from onnx import ModelProto, TensorProto, TrainingInfoProto, helper
from onnx_networks import FLOAT, Net, assert_same_output, filters_of, read, saved, table
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, quantize_dynamic, quantize_static

from squeezeviz.files.networks.onnx import read as onnx_in
from squeezeviz.files.registry import read_file
from squeezeviz.model.errors import Note, Severity, SqueezevizError

Made = Callable[[Net], str]
INSTEAD = "export the network without it, such as with an Identity in its place"


def after_fire(kind: str, *more: float, **attributes: Any) -> Made:
    """A node of that kind, named odd, between two Fire modules."""

    def make(net: Net) -> str:
        here = net.fire("image", 3, name="fire2")
        made = net.node(kind, here, *map(net.tensor, more), name="odd", **attributes)
        return net.fire(made, 8, name="fire3")

    return make


def before(kind: str) -> Made:
    return lambda net: net.fire(net.node(kind, "image", net.tensor(0.5), name="odd"), 3, name="fire2")


def conv(**attributes: Any) -> Made:
    return lambda net: net.conv("image", 3, 4, 3, name="odd", **attributes)


def pool(kind: str, **attributes: Any) -> Made:
    return lambda net: net.node(kind, net.stem(), name="odd", **attributes)


def scaled_sum(net: Net) -> str:
    start = net.stem(8)
    scaled = net.node("Mul", net.fire(start, 8), net.tensor(0.5), name="odd")
    return net.conv(net.node("Add", scaled, start), 8, 4)


def rounded(kind: int) -> Made:
    return lambda net: net.conv(net.node("Cast", net.node("Cast", net.stem(), to=kind, name="odd"), to=FLOAT), 4, 4)


def padded(*pads: int, value: float, window: str = "Conv") -> Made:
    def make(net: Net) -> str:
        here = net.node("Pad", "image", net.shape(*pads), net.tensor(value), name="odd")
        return net.fire(here, 3) if window == "Conv" else net.node(window, here, kernel_shape=[3, 3])

    return make


def half_biased(net: Net) -> str:
    """What is added to a convolution that something else takes too is no bias."""
    stem = net.stem(bias=False)
    biased = net.node("Add", net.node("Identity", stem), net.weights(4, 1, 1), name="odd")
    return net.conv(net.node("Concat", biased, net.node("Identity", stem), axis=1), 8, 4)


def stacked_by_height(net: Net) -> str:
    squeezed = net.relu(net.stem(2))
    ends = [net.relu(net.conv(squeezed, 2, 4, kernel, pads=[kernel // 2] * 4)) for kernel in (1, 3)]
    return net.node("Concat", *ends, axis=2, name="odd")


def image_as_weights(net: Net) -> str:
    stem = net.stem()
    odd = net.node("Conv", net.weights(1, 9, 9, 9), stem, name="odd")
    return net.conv(net.node("Add", stem, odd), 4, 4)


def shuffled(net: Net, sizes: tuple[int, ...], order: list[int]) -> str:
    """A module whose expands' maps are put in another order: its branches are no heads."""
    squeezed = net.relu(net.conv(net.relu(net.stem(8)), 8, 4))
    ends = []
    for kernel in (1, 3):
        here = net.conv(squeezed, 4, 4, kernel, pads=[kernel // 2] * 4)
        moved = net.node("Transpose", net.node("Reshape", here, net.shape(1, *sizes)) if sizes else here, perm=order)
        ends.append(net.node("Reshape", moved, net.shape(1, 4, 20, 20)))
    return net.node("Concat", *ends, axis=1)


PADDED_END = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [0, 0, 1, 1]}
ALL_ROUND = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}


@pytest.mark.parametrize(
    ("made", "kind", "why"),
    [
        (lambda net: net.fire(net.relu(odd(net, "BatchNormalization", net.stem(), 4)), 4), "BatchNormalization",
         "fold it into the convolution before it"),
        (lambda net: net.node("Conv", "image", net.weights(6, 1, 3, 3), name="odd", group=3), "Conv", "has 3 groups"),
        (conv(dilations=[2, 2]), "Conv", "it is dilated"),
        (conv(strides=[1, 2]), "Conv", "its strides differ both ways (1 and 2)"),
        (conv(pads=[0, 0, 1, 1]), "Conv", "its padding is 0, 0, 1, 1 (top, left, bottom, right)"),
        (conv(pads=[1, 0, 1, 0]), "Conv", "its pads differ both ways"),
        (conv(auto_pad="SAME_UPPER", strides=[2, 2]), "Conv", "its padding is 0, 0, 1, 1"),
        (conv(auto_pad="LIKE_THAT"), "Conv", "its auto_pad is 'LIKE_THAT'"),
        (lambda net: net.node("Conv", net.stem(), net.weights(6, 5, 1, 1), name="odd"), "Conv",
         "its weights take 5 channels, but 4 flow in"),
        (lambda net: net.node("Conv", "image", net.node("Abs", net.weights(6, 3, 1, 1)), name="odd"), "Conv",
         "is worked out in the graph"),
        (lambda net: net.node("Conv", "image", net.weights(6, 3, 1, 1), net.node("Abs", net.weights(6)), name="odd"),
         "Conv", "its bias "),
        (lambda net: net.node("Conv", "image", net.node("ConstantOfShape", net.shape(-1, 3, 1, 1)), name="odd"), "Conv",
         "is worked out in the graph"),
        (before("Sub"), "Sub", "prepare images before the network, not in it"),
        (before("Mul"), "Mul", "prepare images before the network, not in it"),
        (before("Add"), "Add", "it joins constants to the maps"),
        (scaled_sum, "Mul", "prepare images before the network"),
        (half_biased, "Add", "joins constants"),
        (after_fire("LeakyRelu", alpha=0.1), "LeakyRelu", "its ReLUs do not leak; export the network with plain ReLUs"),
        (after_fire("Clip", 1.0, 1.0), "Clip", "its ReLUs have no cap"),
        (after_fire("Elu"), "Elu", "; export the network with ReLUs"),
        (after_fire("LRN", size=5), "LRN", f"it holds convolutions with their ReLUs, pools, Fire modules, dropout and "
         f"softmax; {INSTEAD}"),
        (after_fire("Fancy", domain="com.example"), "Fancy", "cannot say com.example.Fancy"),
        (after_fire("GlobalMaxPool"), "GlobalMaxPool", "its global pools average; export a MaxPool"),
        (after_fire("ReduceMean", axes=[1, 2]), "ReduceMean", "; export it with axes 2 and 3"),
        (after_fire("LogSoftmax"), "LogSoftmax", "with a softmax"),
        (pool("AveragePool", **ALL_ROUND), "AveragePool", "its average leaves padding out"),
        (pool("AveragePool", **PADDED_END, count_include_pad=1), "AveragePool", "counts padding at one end alone"),
        (pool("MaxPool", kernel_shape=[3]), "MaxPool", "its kernel_shape has 1 numbers"),
        (pool("MaxPool"), "MaxPool", "it has no kernel_shape"),
        (pool("MaxPool", kernel_shape=[3, 3], strides=[-1, -1]), "MaxPool", "must be from 1 on"),
        (pool("MaxPool", kernel_shape=[3, 3], pads=[-1, -1, 0, 0]), "MaxPool", "its pads are not four numbers"),
        (pool("MaxPool", kernel_shape=3), "MaxPool", "its attribute kernel_shape is not whole numbers"),
        (pool("Softmax", axis=2), "Softmax", "it does not run over the channels"),
        (lambda net: net.node("Softmax", net.node("Reshape", net.pooled_stem(8), net.shape(1, 4, 2)), axis=1),
         "Softmax", "does not run over the channels"),
        (lambda net: net.fire(net.node("Reshape", net.stem(8), net.shape(1, 8, 400, 1), name="odd"), 8), "Reshape",
         "only a map of 1×1 is rearranged"),
        (lambda net: shuffled(net, (2, 2, 20, 20), [0, 2, 1, 3, 4]), "Reshape", "only a map of 1×1 is rearranged"),
        (lambda net: shuffled(net, (), [0, 1, 3, 2]), "Transpose", "only a map of 1×1 is rearranged"),
        (padded(0, 0, 1, 1, 0, 0, 1, 1, value=1.0), "Pad", "it has padding in its windows alone"),
        (padded(0, 0, 1, 1, 0, 0, 1, 1, value=1.0, window="AveragePool"), "Pad", "it has padding in its windows alone"),
        (padded(0, 0, -1, -1, 0, 0, -1, -1, value=0.0), "Pad", "cannot say Pad: it holds"),
        (padded(0, 1, 0, 0, 0, 0, 0, 0, value=0.0), "Pad", "cannot say Pad: it holds"),
        (lambda net: net.node("MaxPool", net.node("Pad", net.relu(net.stem()), net.shape(0, 0, 0, 0, 0, 0, 1, 1)),
                              kernel_shape=[2, 2], strides=[4, 4], ceil_mode=1, name="odd"), "MaxPool",
         "comes to no padding that is the same on all sides"),  # a window may start in padding that is made before
        (lambda net: net.node("Conv", "image", "elsewhere", name="odd"), "Conv",
         "it takes 'elsewhere', which nothing before it makes"),
        (lambda net: net.conv(net.node("Mul", stem := net.stem(8), net.fire(stem, 8), name="odd"), 8, 4), "Mul",
         "its bypasses are sums"),
        (lambda net: net.node("Conv", "image", net.weights(4, 3, 1, 1), net.weights(5), name="odd"), "Conv",
         "it has 4 filters, but a bias of 5"),
        (stacked_by_height, "Concat", "a Fire module stacks its expands along the channels, axis 1"),
        (image_as_weights, "Conv", "the image is among its weights"),
        (rounded(TensorProto.INT32), "Cast", "cannot say Cast"),
        (lambda net: net.node("Add", net.fire(start := net.stem(1), 1), start, name="odd"), "Add",
         "it adds maps of different sizes"),
    ],
)  # fmt: skip
def test_what_a_table_cannot_say_is_refused_at_its_node(tmp_path: Path, made: Made, kind: str, why: str) -> None:
    net = Net()
    with pytest.raises(SqueezevizError) as raised:
        read(net.model(made(net)), tmp_path)
    assert why in raised.value.message
    odd = [place for place, node in enumerate(net.nodes, 1) if node.name == "odd"]
    index = odd[0] if odd else [node.op_type for node in net.nodes].index(kind) + 1
    assert (raised.value.place.row or "").startswith(f"node {index}, {kind}")
    assert raised.value.place.file == str(tmp_path / "net.onnx")


def test_an_identity_in_the_place_of_what_is_foreign_opens_the_network(tmp_path: Path) -> None:
    net = Net()
    assert [row.name for row in table(net.model(after_fire("Identity")(net)), tmp_path).layers] == ["fire2", "fire3"]


def inner_graph(net: Net) -> Any:
    here = net.stem()
    inner = helper.make_graph([helper.make_node("Identity", [here], ["o"])], "inner", [], [])
    return net.model(net.node("If", net.tensor(True, kind=np.bool_), then_branch=inner, else_branch=inner, name="odd"))


def twice_made(net: Net) -> Any:
    end = net.stem()
    net.nodes.append(helper.make_node("Relu", [end], [end], name="again"))
    return net.model(end)


def sparse(net: Net) -> Any:
    model = net.model(net.node("Conv", "image", "w"))
    made = model.graph.sparse_initializer.add(dims=[4, 3, 1, 1])
    made.values.CopyFrom(TensorProto(dims=[1], data_type=FLOAT, name="w", float_data=[1]))
    made.indices.CopyFrom(TensorProto(dims=[1], data_type=TensorProto.INT64, int64_data=[0]))
    return model


def many_casts(net: Net) -> Any:
    here = net.weights(4, 3, 1, 1)
    for _ in range(5_000):
        here = net.node("Cast", here, to=FLOAT)
    return net.model(net.node("Conv", "image", here))


def softmax_over_images(_: Net) -> Any:
    """Up to opset 12 a softmax runs over its axis and all behind it."""
    net = Net(9)
    return net.model(net.node("Softmax", net.node("Flatten", net.pooled_stem()), axis=0))


def without_inputs(net: Net) -> Any:
    model = net.model(net.node("Relu", net.weights(1, 3, 4, 4)))
    del model.graph.input[:]
    return model


def two_images(net: Net) -> Any:
    model = net.model(net.node("Add", net.stem(), net.conv("other", 3, 4)))
    return net.takes(model, other=net.image)


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (inner_graph, "node 2, If odd: it holds a graph of its own"),
        (twice_made, "node 2, Relu again: it makes 'v0_0', which is there already"),
        (sparse, "sparse tensor"),
        (many_casts, "is worked out in the graph"),
        (lambda net: net.model(net.node("Identity", "image")), "no node takes the input 'image'"),
        (without_inputs, "the network takes no image"),
        (softmax_over_images, "it does not run over the channels"),
        (two_images, r"takes several inputs \('image', 'other'\)"),
    ],
)
def test_what_is_no_network_of_ours_is_refused(tmp_path: Path, made: Callable[[Net], Any], sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence):
        read(made(Net()), tmp_path)


@pytest.mark.parametrize("image", [(1, 3, 20), (3,), (1, 3, 20, 20, 20), (), (1, 3, 10**18, 10**18)])
def test_an_image_of_other_dimensions_is_refused(tmp_path: Path, image: tuple[int, ...]) -> None:
    net = Net(image=image)
    with pytest.raises(SqueezevizError, match=r"dimensions|10\^12"):
        read(net.model(net.conv("image", 3, 4)), tmp_path)


def test_what_a_pass_has_no_use_for_is_left_out_and_told(tmp_path: Path) -> None:
    net = Net()
    model = net.takes(net.model(net.stem()), other=net.image)
    model.training_info.append(TrainingInfoProto())
    assert read(model, tmp_path).notes == (
        Note("left out, as no node takes it: the input 'other'"),
        Note("left out: how it is trained", Severity.INFO),
    )


MAPS = {
    "BatchNormalization": 4, "InstanceNormalization": 2, "PRelu": 1, "Elu": 0, "LeakyRelu": 0, "HardSwish": 0, "LRN": 0,
    "Sigmoid": 0, "Clip": 0, "Celu": 0, "Mish": 0, "Neg": 0, "Grouped": 0,
}  # fmt: skip
"""Foreign operations, and how many numbers of each channel they take."""


def odd(net: Net, kind: str, here: str, channels: int) -> str:
    given = [net.tensor(np.ones(channels)) for _ in range(MAPS[kind])]
    given = [net.tensor(0.0), net.tensor(6.0)] if kind == "Clip" else given
    more: dict[str, dict[str, Any]] = {"LRN": {"size": 3}, "Grouped": {"domain": "com.example"}}
    return net.node(kind, here, *given, name="odd", **more.get(kind, {}))


@pytest.mark.parametrize("kind", MAPS)
@pytest.mark.parametrize("branch", ["1×1", "3×3", "both", "bypass", "around", "before the sum"])
@pytest.mark.parametrize("before", [True, False])
def test_a_foreign_node_on_one_branch_never_makes_the_other_the_network(
    tmp_path: Path, kind: str, branch: str, before: bool
) -> None:
    """`before`: it stands before the ReLU of its branch."""
    net = Net(20)

    def activated(here: str, channels: int, foreign: bool) -> str:
        here = odd(net, kind, here, channels) if foreign and before else here
        here = net.relu(here)
        return odd(net, kind, here, channels) if foreign and not before else here

    stem = net.relu(net.stem(8, 3, strides=[2, 2]))
    squeezed = net.relu(net.conv(stem, 8, 2))
    small = activated(net.conv(squeezed, 2, 3), 3, branch in ("1×1", "both"))
    large = activated(net.conv(squeezed, 2, 5, 3, pads=[1, 1, 1, 1]), 5, branch in ("3×3", "both"))
    end = net.node("Concat", small, large, axis=1)
    match branch:
        case "bypass":
            end = net.node("Add", odd(net, kind, stem, 8), end)
        case "around":
            end = net.node("Add", activated(net.conv(stem, 8, 8), 8, foreign=True), end)
        case "before the sum":
            end = net.node("Add", stem, odd(net, kind, end, 8))
    with pytest.raises(SqueezevizError) as raised:
        read(net.model(net.node("GlobalAveragePool", end)), tmp_path)
    assert kind in raised.value.message
    assert (raised.value.place.row or "").endswith(f", {kind} odd")


def whole() -> Any:
    """A stem, a Fire module, a last convolution and a global pool."""
    net = Net(13)
    here = net.fire(net.relu(net.stem(8, 3, strides=[2, 2])), 8, name="fire2")
    here = net.node("GlobalAveragePool", net.relu(net.conv(here, 8, 4, name="last")))
    return net.model(net.node("Flatten", here))


class Images(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    def __init__(self) -> None:
        self.left = iter([{"image": np.random.default_rng(1).random((1, 3, 20, 20), np.float32)}] * 2)

    def get_next(self) -> Any:
        return next(self.left, None)


@pytest.mark.parametrize("how", [None, *QuantFormat])
def test_a_quantized_network_is_told_to_be_one(tmp_path: Path, how: QuantFormat | None) -> None:
    if how is None:
        quantize_dynamic(saved(whole(), tmp_path), tmp_path / "q.onnx")
    else:
        quantize_static(saved(whole(), tmp_path), tmp_path / "q.onnx", Images(), quant_format=how)
    with pytest.raises(SqueezevizError, match="the network is quantized; open the network that was not"):
        onnx_in.read(tmp_path / "q.onnx")


QUANTIZED, OPTIMISED = "the network is quantized", "ONNX Runtime has optimised for one machine"
MICROSOFT = "com.microsoft"


@pytest.mark.parametrize(
    ("kind", "domain", "said"),
    [
        *((kind, "", QUANTIZED) for kind in ("QLinearConv", "MatMulInteger", "DynamicQuantizeLinear", "ConvInteger",
                                             "DequantizeLinear")),
        *((kind, MICROSOFT, QUANTIZED) for kind in (
            "QLinearConv", "QLinearAdd", "QLinearGlobalAveragePool", "QLinearConcat", "QGemm", "MatMulNBits",
            "MatMulBnb4", "MatMulIntegerToFloat", "DynamicQuantizeMatMul", "DequantizeLinear")),
        ("Quant", "qonnx.custom_op.general", QUANTIZED), ("FakeQuantize", "org.openvinotoolkit", QUANTIZED),
        *((kind, MICROSOFT, OPTIMISED) for kind in ("FusedConv", "NhwcMaxPool", "NhwcFusedConv")),
        ("Conv", "com.microsoft.nchwc", OPTIMISED), ("ReorderInput", "com.microsoft.nchwc", OPTIMISED),
        ("Conv", "com.ms.internal.nhwc", OPTIMISED),
    ],
)  # fmt: skip
def test_each_operation_of_a_changed_copy_is_told(tmp_path: Path, kind: str, domain: str, said: str) -> None:
    net = Net()
    with pytest.raises(SqueezevizError, match=f"{said}; open the (original )?network") as raised:
        read(net.model(net.node(kind, net.stem(), domain=domain)), tmp_path)
    assert raised.value.place.row == f"node 2, {kind}"


@pytest.mark.parametrize("level", ["ORT_ENABLE_BASIC", "ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL"])
def test_a_copy_that_onnx_runtime_has_optimised_opens_while_it_is_plain_onnx(tmp_path: Path, level: str) -> None:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
    options.optimized_model_filepath = str(tmp_path / "copy.onnx")
    onnxruntime.InferenceSession(saved(whole(), tmp_path), options, ["CPUExecutionProvider"])
    if level == "ORT_ENABLE_BASIC":
        assert onnx_in.read(tmp_path / "copy.onnx").table.layers == table(whole(), tmp_path).layers
        assert_same_output(tmp_path / "copy.onnx")
    else:
        with pytest.raises(SqueezevizError, match=OPTIMISED):
            onnx_in.read(tmp_path / "copy.onnx")


def test_a_function_of_the_file_s_own_is_told(tmp_path: Path) -> None:
    net = Net()
    model = net.model(net.node("Squeezed", net.stem(), domain="mine", name="odd"))
    inner = [helper.make_node("Relu", ["x"], ["y"])]
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
    model.functions.append(helper.make_function("mine", "Squeezed", ["x"], ["y"], inner, opsets))
    model.opset_import.append(helper.make_opsetid("mine", 1))
    (note,) = read(model, tmp_path).notes
    assert "node 2, Squeezed odd" in note.text
    assert "it is a function of the file's own; inline it with onnx.inliner" in note.text


def weight(dims: list[int], raw: bytes | None = None, kind: int = FLOAT, **more: Any) -> TensorProto:
    return TensorProto(dims=dims, data_type=kind, name="w", raw_data=raw, **more)


def with_weight(tmp_path: Path, tensor: TensorProto) -> Any:
    net = Net()
    net.initializers.append(tensor)
    return read(net.model(net.node("Conv", "image", tensor.name)), tmp_path)


@pytest.mark.parametrize(
    ("tensor", "sentence"),
    [
        (weight([4, 3, 1, 1], bytes(44)), "has 44 bytes where its size takes 48"),
        (weight([4, 3, 1, 1], bytes(52)), "has 52 bytes where its size takes 48"),
        (weight([10**18, 3, 10**18, 1], b""), "has 0 bytes where its size takes"),
        (weight([4, 3, 1, 1], float_data=[1.0]), "has 1 values where its size takes 12"),
        (weight([-4, 3, -1, 1], bytes(48)), "has a size of -4"),
        (weight([4, 3, 1], bytes(48)), "its weight has 3 dimensions"),
        (weight([0, 3, 1, 1], b""), "filters must be a whole number from 1"),
    ],
)  # fmt: skip
def test_a_damaged_tensor_gets_a_sentence(tmp_path: Path, tensor: TensorProto, sentence: str) -> None:
    with pytest.raises(SqueezevizError) as raised:
        with_weight(tmp_path, tensor)
    assert sentence in raised.value.message


@pytest.mark.parametrize(
    ("tensor", "why"),
    [
        (weight([4, 3, 1, 1]), "the file has none"),
        (weight([4, 3, 1, 1], bytes(6), TensorProto.INT4), "in a type that is not read"),
        (weight([4, 3, 1, 1], bytes(6), 77), "in a type that is not read"),
        (weight([4, 3, 1, 1], data_location=TensorProto.EXTERNAL), "in another file, and no other file is opened"),
    ],
)  # fmt: skip
def test_weights_that_cannot_be_read_are_left_out_and_told(tmp_path: Path, tensor: TensorProto, why: str) -> None:
    (tmp_path / "outside.bin").touch(mode=0)  # what opened it would fail
    if tensor.data_location == TensorProto.EXTERNAL:
        tensor.external_data.add(key="location", value="outside.bin")
    opened = with_weight(tmp_path, tensor)
    assert filters_of(opened.table) == [4]
    assert opened.weights is None
    (note,) = opened.notes
    assert note.text.startswith("its weights are left out: of ")
    assert why in note.text


@pytest.mark.parametrize("dims", [(10**9, 3, 1, 1), (10**12, 3, 10**3, 10**3), (2**26, 3, 1, 1)])
def test_huge_weights_made_by_constant_of_shape_are_left_out_at_once(tmp_path: Path, dims: tuple[int, ...]) -> None:
    net = Net()
    path = saved(net.model(net.node("Conv", "image", net.node("ConstantOfShape", net.shape(*dims)))), tmp_path)
    with at_most(1):
        opened = onnx_in.read(path)
    assert opened.weights is None
    assert "there are too many" in opened.notes[0].text


NAMES_IN_NO_LANGUAGE = b"\x08\x08" + protobuf(7, protobuf(1, protobuf(3, b"\xff\xfe")))
NUMBER_WITHOUT_AN_END = b"\x08" + b"\xff" * 40


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (ModelProto(ir_version=8).SerializeToString(), None),
        (b"\x08\x08" + protobuf(7, b""), None),
        (b"\x08\x08" + protobuf(7, bytes(50))[:-10], None),
        (b"\x08\x08\x3b\x3c", None),
        (b"\x08\x08" + bytes(4000), None),
        (NUMBER_WITHOUT_AN_END, "no ONNX network, or one that is damaged"),
        (NAMES_IN_NO_LANGUAGE, "no ONNX network, or one that is damaged"),
    ],
    ids=["no graph", "an empty graph", "cut off", "groups", "zeros", "a number without an end", "names in no language"],
)
def test_what_is_no_network_gets_a_sentence(tmp_path: Path, content: bytes, sentence: str | None) -> None:
    (tmp_path / "net.onnx").write_bytes(content)
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        onnx_in.read(tmp_path / "net.onnx")
    assert raised.value.place.file == str(tmp_path / "net.onnx")


def test_a_long_network_opens(tmp_path: Path) -> None:
    net = Net()
    here = net.stem(8)
    for place in range(300):  # of seven nodes each, more than functions may call one another
        here = net.fire(here, 8, name=f"fire{place + 2}")
    assert len(table(net.model(here), tmp_path).layers) == 301


def test_a_file_beyond_the_largest_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "large.onnx").open("wb") as file:
        file.write(b"\x08\x08")
        file.truncate(600 * 1024 * 1024)
    with pytest.raises(SqueezevizError, match=r"629,145,600 bytes.*512 MiB"):
        read_file(tmp_path / "large.onnx")
