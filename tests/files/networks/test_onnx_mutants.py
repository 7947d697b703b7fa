"""Real ONNX files whose messages say something else: they open, or they get one sentence; never a traceback, soon.

Files with damage to any bytes are those of `test_mutants.py`.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import onnx
import pytest
from bounds import at_most, memory_limit
from onnx import ModelProto, TensorProto
from onnx_networks import Net
from places import SHARED

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import fit
from squeezeviz.files.networks.onnx import read as onnx_in
from squeezeviz.model.errors import SqueezevizError

ONNX = SHARED / "data" / "onnx"
MUTANTS = 60
"""Of each file."""
LONGEST = 2
"""Seconds."""

NUMBERS = (-(2**63), -1, 0, 1, 2, 3, 13, 255, 2**31, 10**12 + 1, 10**18, 2**63 - 1)
WORDS = (
    "", "Conv", "Relu", "Add", "Concat", "Pad", "Reshape", "Softmax", "Shape", "If", "Constant", "x\ny", "a" * 9_000,
)  # fmt: skip


def _changed(content: bytes, chance: random.Random) -> bytes:
    """Well-formed messages that say something else: other numbers, types, names, links, sizes and orders."""
    model = onnx.load_model_from_string(content)
    for _ in range(chance.randint(1, 4)):
        _change(model, chance)
    return bytes(model.SerializeToString())


def _change(model: ModelProto, chance: random.Random) -> None:
    graph = model.graph
    match chance.randrange(8):
        case 0 | 1 | 2:
            _change_node(graph, chance.choice(graph.node), chance)
        case 3 | 4 if graph.initializer:
            _change_tensor(chance.choice(graph.initializer), chance)
        case 5:
            del graph.node[chance.randrange(len(graph.node))]
        case 6:
            graph.node.insert(chance.randrange(len(graph.node)), chance.choice(graph.node))
        case _:
            dims = chance.choice(graph.input).type.tensor_type.shape.dim
            if dims:
                chance.choice(dims).dim_value = chance.choice(NUMBERS)


def _change_node(graph: Any, node: Any, chance: random.Random) -> None:
    values = [*chance.choice(graph.node).output, *chance.choice(graph.node).input, *WORDS]
    match chance.randrange(6):
        case 0 if node.attribute:
            attribute = chance.choice(node.attribute)
            attribute.ints[:] = [chance.choice(NUMBERS) for _ in range(chance.randrange(6))]
            attribute.i = chance.choice(NUMBERS)
        case 1 if node.attribute:
            chance.choice(node.attribute).type = chance.randrange(1, 14)
        case 2 if node.input:
            node.input[chance.randrange(len(node.input))] = chance.choice(values)
        case 3 if node.output:
            node.output[0] = chance.choice(values)
        case 4:
            del node.input[chance.randrange(len(node.input) + 1) :]
        case _:
            node.op_type = chance.choice(WORDS)


def _change_tensor(tensor: Any, chance: random.Random) -> None:
    match chance.randrange(4):
        case 0:
            tensor.dims[:] = [chance.choice(NUMBERS) for _ in range(chance.randrange(6))]
        case 1:
            tensor.data_type = chance.randrange(-1, 30)
        case 2:
            tensor.raw_data = chance.randbytes(chance.randrange(64))
        case _:
            tensor.data_location = chance.choice((TensorProto.DEFAULT, TensorProto.EXTERNAL))


def _everything() -> bytes:
    """A small network with the kinds of node that the real files lack."""
    net = Net(13)
    start = net.relu(
        net.node("Conv", net.node("Pad", "image", net.shape(0, 0, 1, 1, 0, 0, 1, 1)), net.weights(8, 3, 3, 3))
    )
    here = net.node("Add", start, net.fire(start, 8, name="fire2"))
    here = net.node("AveragePool", here, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    here = net.node("ReduceMean", net.node("Cast", here, to=1), axes=[2, 3])
    size = net.node("Gather", net.node("Shape", here), net.shape(0))
    here = net.node("Reshape", here, net.node("Concat", size, net.shape(-1), axis=0))
    return bytes(net.model(net.node("Softmax", here, axis=-1), listed=True).SerializeToString())


ORIGINALS = {"everything": _everything()} | {path.stem: path.read_bytes() for path in sorted(ONNX.glob("*.onnx"))}


@pytest.mark.parametrize("name", ORIGINALS)
def test_networks_that_say_something_else_open_or_get_a_sentence(tmp_path: Path, name: str) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # shown where the test fails
    chance = random.Random(seed)
    path = tmp_path / "net.onnx"
    for _ in range(MUTANTS):
        path.write_bytes(_changed(ORIGINALS[name], chance))
        with at_most(LONGEST), memory_limit(2**30):
            try:
                opened = onnx_in.read(path)
                network = resolve(opened.table)
                if opened.weights is not None and network.runs:
                    assert not fit(network, opened.weights.shapes).fresh
            except SqueezevizError as error:
                assert error.place.file == str(path)
                assert "\n" not in str(error)


def test_a_network_of_every_kind_of_node_opens(tmp_path: Path) -> None:
    """Else the test above could pass by refusing everything; the real files open in `test_onnx.py`."""
    (tmp_path / "net.onnx").write_bytes(ORIGINALS["everything"])
    opened = onnx_in.read(tmp_path / "net.onnx")
    assert resolve(opened.table).runs
    assert opened.weights is not None
