"""What a layer table cannot say of an ONNX network, and what is no such network: one sentence, at the node."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bounds import allowed, at_most, read_in_bounds
from onnx import ModelProto, TensorProto, TrainingInfoProto, helper
from onnx_networks import FLOAT, Net, filters_of, read, saved

from squeezeviz.files.networks.onnx import read as onnx_in
from squeezeviz.files.registry import read_file
from squeezeviz.model.errors import SqueezevizError

Made = Callable[[Net], str]


def after_fire(kind: str, *more: Callable[[Net], str], **attributes: Any) -> Made:
    """A node of that kind between two Fire modules."""

    def make(net: Net) -> str:
        here = net.fire("image", 3, name="fire2")
        made = net.node(kind, here, *(each(net) for each in more), name="odd", **attributes)
        return net.fire(made, 8, name="fire3")

    return make


def ones(*dims: int) -> Callable[[Net], str]:
    return lambda net: net.tensor(np.ones(dims))


def before(kind: str, value: float) -> Made:
    return lambda net: net.fire(net.node(kind, "image", net.tensor(value), name="odd"), 3, name="fire2")


def conv(**attributes: Any) -> Made:
    return lambda net: net.conv("image", 3, 4, 3, name="odd", **attributes)


def pool(kind: str, **attributes: Any) -> Made:
    return lambda net: net.node(kind, net.conv("image", 3, 4, name="conv1"), name="odd", **attributes)


def batch_norm(net: Net) -> str:
    here = net.conv("image", 3, 4, name="conv1")
    four = [net.tensor(np.ones(4)) for _ in range(4)]
    return net.fire(net.relu(net.node("BatchNormalization", here, *four, name="odd")), 4)


def grouped(net: Net) -> str:
    return net.node("Conv", "image", net.weights(6, 1, 3, 3), name="odd", group=3)


def wrong_channels(net: Net) -> str:
    return net.node("Conv", net.conv("image", 3, 4, name="conv1"), net.weights(6, 5, 1, 1), name="odd")


def worked_out_weights(net: Net) -> str:
    return net.node("Conv", "image", net.node("Abs", net.weights(6, 3, 1, 1)), name="odd")


def scaled_sum(net: Net) -> str:
    start = net.conv("image", 3, 8, name="conv1")
    scaled = net.node("Mul", net.fire(start, 8), net.tensor(0.5), name="odd")
    return net.conv(net.node("Add", scaled, start), 8, 4)


def flat_halfway(net: Net) -> str:
    flat = net.node("Reshape", net.conv("image", 3, 8, name="conv1"), net.shape(1, 8, 400, 1), name="odd")
    return net.fire(flat, 8)


def padded_with_ones(net: Net) -> str:
    padded = net.node("Pad", "image", net.shape(0, 0, 1, 1, 0, 0, 1, 1), net.tensor(1.0), name="odd")
    return net.fire(padded, 3)


def from_nowhere(net: Net) -> str:
    return net.node("Conv", "image", "elsewhere", name="odd")


@pytest.mark.parametrize(
    ("made", "kind", "why"),
    [
        (batch_norm, "BatchNormalization", "fold it into the convolution before it"),
        (grouped, "Conv", "it has 3 groups"),
        (conv(dilations=[2, 2]), "Conv", "it is dilated"),
        (conv(strides=[1, 2]), "Conv", "its strides differ both ways (1 and 2)"),
        (conv(pads=[0, 0, 1, 1]), "Conv", "its padding is 0, 0, 1, 1 (top, left, bottom, right)"),
        (conv(pads=[1, 0, 1, 0]), "Conv", "its pads differ both ways"),
        (conv(auto_pad="SAME_UPPER", strides=[2, 2]), "Conv", "its padding is 0, 0, 1, 1"),
        (conv(auto_pad="LIKE_THAT"), "Conv", "its auto_pad is 'LIKE_THAT'"),
        (wrong_channels, "Conv", "its weights take 5 channels, but 4 flow in"),
        (worked_out_weights, "Conv", "is worked out in the graph"),
        (before("Sub", 0.5), "Sub", "prepare images before the network, not in it"),
        (before("Mul", 0.5), "Mul", "prepare images before the network, not in it"),
        (before("Add", 0.5), "Add", "it joins constants to the maps"),
        (scaled_sum, "Mul", "prepare images before the network"),
        (after_fire("LeakyRelu", alpha=0.1), "LeakyRelu", "its ReLUs do not leak"),
        (after_fire("Clip", ones(), ones()), "Clip", "its ReLUs have no cap"),
        (after_fire("LRN", size=5), "LRN", "it holds convolutions with their ReLUs"),
        (after_fire("Fancy", domain="com.example"), "Fancy", "cannot say com.example.Fancy"),
        (after_fire("GlobalMaxPool"), "GlobalMaxPool", "its global pools average"),
        (after_fire("ReduceMean", axes=[1, 2]), "ReduceMean", "axes 2 and 3"),
        (pool("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1]), "AveragePool", "its average leaves padding out"),
        (pool("AveragePool", kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 1, 1], count_include_pad=1),
         "AveragePool", "counts padding at one end alone"),
        (pool("MaxPool", kernel_shape=[3]), "MaxPool", "its kernel_shape has 1 numbers"),
        (pool("MaxPool"), "MaxPool", "it has no kernel_shape"),
        (pool("MaxPool", kernel_shape=[3, 3], strides=[0, 0]), "MaxPool", "must be from 1 on"),
        (pool("MaxPool", kernel_shape=[3, 3], strides=[-1, -1]), "MaxPool", "must be from 1 on"),
        (pool("MaxPool", kernel_shape=[3, 3], pads=[-1, -1, 0, 0]), "MaxPool", "its pads are not four numbers"),
        (pool("MaxPool", kernel_shape=3), "MaxPool", "its attribute kernel_shape is not whole numbers"),
        (pool("Softmax", axis=2), "Softmax", "it does not run over the channels"),
        (flat_halfway, "Reshape", "only a map of 1×1 is rearranged"),
        (after_fire("LogSoftmax"), "LogSoftmax", "with a softmax"),
        (padded_with_ones, "Pad", "it has padding in its windows alone"),
        (from_nowhere, "Conv", "it takes 'elsewhere', which nothing before it makes"),
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


@pytest.mark.parametrize(
    ("kind", "attributes", "domain", "remedy"),
    [
        ("Elu", {}, "", "export the network with ReLUs"),
        ("Sigmoid", {}, "", "export the network with ReLUs"),
        ("LeakyRelu", {"alpha": 0.1}, "", "export the network with plain ReLUs"),
        ("GlobalMaxPool", {}, "", "export a MaxPool whose window is as large as the map"),
        ("LRN", {"size": 5}, "", "export the network without it, such as with an Identity in its place"),
        ("Fancy", {}, "com.example", "export the network without it, such as with an Identity in its place"),
        ("ReduceMean", {"axes": [1, 2]}, "", "export it with axes 2 and 3"),
    ],
)
def test_a_refusal_says_what_to_do(
    tmp_path: Path, kind: str, attributes: dict[str, Any], domain: str, remedy: str
) -> None:
    net = Net()
    with pytest.raises(SqueezevizError, match=f"; {remedy}"):
        read(net.model(after_fire(kind, domain=domain, **attributes)(net)), tmp_path)


def test_an_identity_in_the_place_of_what_is_foreign_opens_the_network(tmp_path: Path) -> None:
    net = Net()
    read_net = read(net.model(after_fire("Identity")(net)), tmp_path)
    assert [row.name for row in read_net.table.layers] == ["fire2", "fire3"]


def test_a_node_with_a_graph_of_its_own_is_refused(tmp_path: Path) -> None:
    net = Net()
    here = net.conv("image", 3, 4, name="conv1")
    inner = helper.make_graph([helper.make_node("Identity", [here], ["o"])], "inner", [], [])
    end = net.node("If", net.tensor(True, kind=np.bool_), then_branch=inner, else_branch=inner, name="odd")
    with pytest.raises(SqueezevizError, match=r"node 2, If odd: it holds a graph of its own"):
        read(net.model(end), tmp_path)


def test_several_images_are_refused(tmp_path: Path) -> None:
    net = Net()
    model = net.model(net.node("Add", net.conv("image", 3, 4), net.conv("other", 3, 4)))
    model.graph.input.append(helper.make_tensor_value_info("other", FLOAT, net.image))
    with pytest.raises(SqueezevizError, match=r"takes several inputs \('image', 'other'\)"):
        read(model, tmp_path)


def test_an_input_that_no_node_takes_is_told(tmp_path: Path) -> None:
    net = Net()
    model = net.model(net.conv("image", 3, 4, name="conv1"))
    model.graph.input.append(helper.make_tensor_value_info("other", FLOAT, net.image))
    assert read(model, tmp_path).notes == ("left out, as no node takes it: the input 'other'",)


@pytest.mark.parametrize("image", [(1, 3, 20), (3,), (1, 3, 20, 20, 20), (), (1, 3, 10**18, 10**18)])
def test_an_image_of_other_dimensions_is_refused(tmp_path: Path, image: tuple[int, ...]) -> None:
    net = Net(image=image)
    with pytest.raises(SqueezevizError, match=r"dimensions|10\^12"):
        read(net.model(net.conv("image", 3, 4)), tmp_path)


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
    ],
)  # fmt: skip
def test_weights_that_cannot_be_read_are_left_out_and_told(tmp_path: Path, tensor: TensorProto, why: str) -> None:
    opened = with_weight(tmp_path, tensor)
    assert filters_of(opened.table) == [4]
    assert opened.weights is None
    (note,) = opened.notes
    assert note.startswith("its weights are left out: of ")
    assert why in note


def test_weights_in_another_file_are_left_out_and_no_other_file_is_opened(tmp_path: Path) -> None:
    outside = tmp_path / "outside.bin"
    outside.write_bytes(bytes(48))
    tensor = TensorProto(dims=[4, 3, 1, 1], data_type=FLOAT, name="w", data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="outside.bin")
    outside.chmod(0)
    opened = with_weight(tmp_path, tensor)
    assert opened.weights is None
    assert "they are in another file, and no other file is opened" in opened.notes[0]


@pytest.mark.parametrize("dims", [(10**9, 3, 1, 1), (10**12, 3, 10**3, 10**3), (2**26, 3, 1, 1)])
def test_huge_weights_made_by_constant_of_shape_are_left_out_at_once(tmp_path: Path, dims: tuple[int, ...]) -> None:
    net = Net()
    path = saved(net.model(net.node("Conv", "image", net.node("ConstantOfShape", net.shape(*dims)))), tmp_path)
    with at_most(1):
        opened = onnx_in.read(path)
    assert opened.weights is None
    assert "there are too many" in opened.notes[0]


def test_inputs_that_are_weights_leave_the_weights_out(tmp_path: Path) -> None:
    net = Net()
    model = net.model(net.node("Conv", "image", "w"))
    model.graph.input.append(helper.make_tensor_value_info("w", FLOAT, (4, 3, 1, 1)))
    opened = read(model, tmp_path)
    assert filters_of(opened.table) == [4]
    assert "they are inputs of the network" in opened.notes[0]


def test_a_sparse_weight_is_refused(tmp_path: Path) -> None:
    net = Net()
    model = net.model(net.node("Conv", "image", "w"))
    sparse = model.graph.sparse_initializer.add(dims=[4, 3, 1, 1])
    sparse.values.CopyFrom(TensorProto(dims=[1], data_type=FLOAT, name="w", float_data=[1]))
    sparse.indices.CopyFrom(TensorProto(dims=[1], data_type=TensorProto.INT64, int64_data=[0]))
    with pytest.raises(SqueezevizError, match="sparse tensor"):
        read(model, tmp_path)


def test_how_a_network_is_trained_is_left_out_and_told(tmp_path: Path) -> None:
    net = Net()
    model = net.model(net.conv("image", 3, 4, name="conv1"))
    model.training_info.append(TrainingInfoProto())
    assert read(model, tmp_path).notes == ("left out: how it is trained",)


def test_one_name_for_two_values_is_refused(tmp_path: Path) -> None:
    net = Net()
    end = net.conv("image", 3, 4)
    net.nodes.append(helper.make_node("Relu", [end], [end], name="again"))
    with pytest.raises(SqueezevizError, match=r"node 2, Relu again: it makes 'v0_0', which is there already"):
        read(net.model(end), tmp_path)


def varint(number: int) -> bytes:
    made = b""
    while number > 127:
        made, number = made + bytes([number & 127 | 128]), number >> 7
    return made + bytes([number])


def message(field: int, content: bytes) -> bytes:
    return varint(field << 3 | 2) + varint(len(content)) + content


HOSTILE = {
    "a model without a graph": ModelProto(ir_version=8).SerializeToString(),
    "an empty graph": b"\x08\x08" + message(7, b""),
    "cut off in its graph": b"\x08\x08" + message(7, bytes(50))[:-10],
    "a length beyond any file": b"\x08\x08" + b"\x3a" + varint(2**62),
    "a number without an end": b"\x08" + b"\xff" * 40,
    "groups": b"\x08\x08\x3b\x3c",
    "zeros": b"\x08\x08" + bytes(4000),
    "names in no language": b"\x08\x08" + message(7, message(1, message(3, b"\xff\xfe"))),
    "many nodes": b"\x08\x08" + message(7, message(1, b"") * 30_000),
    "many tensors": b"\x08\x08" + message(7, message(5, b"") * 3_000_000),
    "many attributes": b"\x08\x08" + message(7, message(1, message(5, b"") * 3_000_000)),
    "many dimensions": b"\x08\x08" + message(7, message(5, b"\x08\x01" * 3_000_000)),
    "a giant name": b"\x08\x08" + message(7, message(1, message(3, b"a" * 40_000_000))),
}


def test_what_is_no_network_gets_one_sentence_soon(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.onnx" for number in range(len(HOSTILE))]
    for path, content in zip(paths, HOSTILE.values(), strict=True):
        path.write_bytes(content)
    for what, path, ending in zip(HOSTILE, paths, read_in_bounds(paths), strict=True):
        assert ending.outcome == "MemoryError" or ending.outcome.startswith(f"{path}: "), what
        assert ending.seconds < 2 or ending.seconds < allowed(2), what


def test_a_long_chain_of_casts_ends_without_a_traceback(tmp_path: Path) -> None:
    net = Net()
    here = net.weights(4, 3, 1, 1)
    for _ in range(5_000):
        here = net.node("Cast", here, to=FLOAT)
    path = saved(net.model(net.node("Conv", "image", here)), tmp_path)
    with pytest.raises(SqueezevizError, match="is worked out in the graph"):
        onnx_in.read(path)


def test_a_long_network_opens(tmp_path: Path) -> None:
    net = Net()
    here = net.conv("image", 3, 8, name="conv1")
    for place in range(1_000):
        here = net.fire(here, 8, name=f"fire{place + 2}")
    path = saved(net.model(here), tmp_path)
    assert len(onnx_in.read(path).table.layers) == 1_001


def test_too_large_a_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    with path.open("wb") as file:
        file.write(b"\x08\x08")
        file.truncate(600 * 1024 * 1024)
    with pytest.raises(SqueezevizError, match=r"629,145,600 bytes.*512 MiB"):
        read_file(path)


@pytest.mark.parametrize(
    ("name", "sentence"), [("folder.onnx", "this is a folder"), ("none.onnx", "there is no such file")]
)
def test_what_is_no_file_gets_its_sentence(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "folder.onnx").mkdir()
    with pytest.raises(SqueezevizError, match=sentence):
        onnx_in.read(tmp_path / name)
