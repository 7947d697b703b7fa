"""Whatever graph it is: what opens whole has the parameters, the shape and the output that onnxruntime finds."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import event, given, note, settings
from hypothesis import strategies as st
from onnx import TensorProto, numpy_helper
from onnx_networks import Net, ours, read, theirs

from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.errors import Severity, SqueezevizError

logging.getLogger("onnxruntime").setLevel(logging.ERROR)

Draw = st.DrawFn
LARGEST = 3.4028234663852886e38
Flowing = tuple[str, tuple[int, ...]]
"""The name of a value, and its shape: N, C, H, W, or less once it is flattened."""


class Drawn:
    """A graph in the making, of operations that tables have and of others."""

    def __init__(self, draw: Draw, opset: int, image: tuple[int, ...]) -> None:
        self.draw = draw
        self.net = Net(opset, image)
        self.net.random = np.random.default_rng(1)

    def one_of(self, *values: object) -> object:
        return self.draw(st.sampled_from(values))

    def step(self, here: Flowing) -> Flowing:
        steps: list[Callable[[Flowing], Flowing]] = [self.relu, self.handed_on, self.ending, self.reshaped, self.odd]
        if len(here[1]) == 4:
            steps += [self.conv, self.pool, self.fire] * 2 + [self.around, self.bias, self.padded]
        elif self.draw(st.integers(0, 2)):
            return here  # little follows a vector that a table can say
        return self.draw(st.sampled_from(steps))(here)

    def conv(self, here: Flowing) -> Flowing:
        name, shape = here
        kernel = self.kernel(shape)
        filters, bias = self.draw(st.integers(1, 5)), self.draw(st.booleans())
        return self.of_shape(self.net.conv(name, shape[1], filters, kernel, bias=bias, **self.window(kernel)))

    def kernel(self, shape: tuple[int, ...]) -> int:
        return self.draw(st.integers(1, min(3, *shape[2:])))

    def window(self, kernel: int) -> dict[str, Any]:
        strides = self.draw(st.integers(1, kernel))
        more: dict[str, Any] = {"strides": [strides, strides]}
        match self.draw(st.integers(0, 5)):
            case 0:
                more["auto_pad"] = self.one_of("SAME_UPPER", "SAME_LOWER", "VALID")
            case 1 | 2:
                side = self.draw(st.integers(0, kernel - 1))
                more["pads"] = [side] * 4
            case 3:
                begin, end = (self.draw(st.integers(0, kernel - 1)) for _ in range(2))
                more["pads"] = [begin, begin, end, end]
        return more

    def relu(self, here: Flowing) -> Flowing:
        return self.net.relu(here[0]), here[1]

    def pool(self, here: Flowing) -> Flowing:
        name, shape = here
        kind = self.draw(st.sampled_from(["MaxPool", "AveragePool"]))
        kernel = self.kernel(shape)
        more = self.window(kernel)
        if self.net.opset >= 10 and "auto_pad" not in more:
            more["ceil_mode"] = self.draw(st.integers(0, 1))
        if kind == "AveragePool":
            more["count_include_pad"] = self.draw(st.integers(0, 1))
        return self.of_shape(self.net.node(kind, name, kernel_shape=[kernel, kernel], **more))

    def fire(self, here: Flowing) -> Flowing:
        name, shape = here
        return self.of_shape(self.net.fire(name, shape[1], flipped=self.draw(st.booleans())))

    def around(self, here: Flowing) -> Flowing:
        """A Fire module with something around it, which may be a bypass."""
        name, shape = here
        inside = self.net.fire(name, shape[1])
        around = name
        for _ in range(self.draw(st.integers(0, 2))):
            kind = str(self.one_of("Conv", "Relu", "Identity", "Sigmoid"))
            conv = kind == "Conv"
            around = self.net.conv(around, self.shape(around)[1], 8) if conv else self.net.node(kind, around)
        if self.shape(around)[1] not in (1, 8):
            around = self.net.conv(around, self.shape(around)[1], 8)
        joined = [inside, around] if self.draw(st.booleans()) else [around, inside]
        return self.of_shape(self.net.node(str(self.one_of("Add", "Add", "Sum", "Mul", "Max")), *joined))

    def handed_on(self, here: Flowing) -> Flowing:
        name, shape = here
        match kind := str(self.one_of("Identity", "Dropout", "Sum", "Concat", "Cast")):
            case "Concat":
                return self.net.node(kind, name, axis=1), shape
            case "Cast":
                other = self.draw(st.sampled_from([TensorProto.DOUBLE, TensorProto.INT32, TensorProto.INT8]))
                return self.net.node(kind, self.net.node(kind, name, to=other), to=TensorProto.FLOAT), shape
        return self.net.node(kind, name), shape

    def ending(self, here: Flowing) -> Flowing:
        name, shape = here
        match self.draw(st.integers(0, 2)):
            case 0:
                axis = self.draw(st.integers(-len(shape), len(shape) - 1))
                return self.net.node("Softmax", name, axis=axis), shape
            case 1 if len(shape) == 4:
                return self.of_shape(self.net.node("GlobalAveragePool", name))
            case 2 if self.net.opset < 18 and len(shape) == 4:
                axes = list(self.draw(st.sampled_from([(2, 3), (-1, -2), (1, 2), (3, 2)])))
                keep = self.draw(st.integers(0, 1))
                return self.of_shape(self.net.node("ReduceMean", name, axes=axes, keepdims=keep))
        return here

    def reshaped(self, here: Flowing) -> Flowing:
        name, shape = here
        match self.draw(st.integers(0, 3)):
            case 0:
                return self.of_shape(self.net.node("Flatten", name, axis=self.draw(st.integers(0, 2))))
            case 1:
                order = self.draw(st.permutations(range(1, len(shape))))
                return self.of_shape(self.net.node("Transpose", name, perm=[0, *order]))
            case 2:
                wanted = self.draw(st.permutations(shape[1:]))
                return self.of_shape(self.net.node("Reshape", name, self.net.shape(0, *wanted)))
            case _:
                return self.of_shape(self.net.node("Reshape", name, self.net.shape(1, -1)))

    def odd(self, here: Flowing) -> Flowing:
        name, shape = here
        kind = str(self.one_of("LeakyRelu", "Elu", "Sigmoid", "Tanh", "HardSigmoid", "Clip", "Abs", "Neg", "Max"))
        match kind:
            case "Clip":
                low, high = self.draw(st.sampled_from([(0.0, 6.0), (0.0, LARGEST), (-1.0, LARGEST), (0.0, None)]))
                bounds = [self.net.tensor(each) for each in (low, high) if each is not None]
                return self.net.node(kind, name, *bounds), shape
            case "Max":
                return self.net.node(kind, name, self.net.tensor(0.0)), shape
            case "LeakyRelu":
                return self.net.node(kind, name, alpha=float(self.draw(st.sampled_from([0.0, 0.1])))), shape
        return self.net.node(kind, name), shape

    def bias(self, here: Flowing) -> Flowing:
        name, shape = here
        alias = self.net.node("Identity", name) if self.draw(st.booleans()) else name
        sizes = self.draw(st.sampled_from([(shape[1], 1, 1), (1, shape[1], 1, 1), (1,), (1, 1, 1, shape[3])]))
        added = self.net.node("Add", alias, self.net.weights(*sizes))
        if self.draw(st.integers(0, 3)):
            return self.of_shape(added)
        return self.of_shape(self.net.node("Concat", added, name, axis=1))

    def padded(self, here: Flowing) -> Flowing:
        name, _ = here
        ends = [self.draw(st.integers(0, 1)) for _ in range(2)]
        pads = self.net.shape(0, 0, ends[0], ends[0], 0, 0, ends[1], ends[1])
        fill = self.draw(st.sampled_from([0.0, 0.0, 1.0, -3e38]))
        return self.of_shape(self.net.node("Pad", name, pads, self.net.tensor(fill)))

    def of_shape(self, name: str) -> Flowing:
        return name, self.shape(name)

    def shape(self, name: str) -> tuple[int, ...]:
        if name == "image":
            return tuple(int(size or 0) for size in self.net.image)
        model = onnx.shape_inference.infer_shapes(self.net.model(name), data_prop=True)
        return tuple(dim.dim_value for dim in model.graph.output[0].type.tensor_type.shape.dim)


@st.composite
def models(draw: Draw) -> onnx.ModelProto:
    sides = draw(st.sampled_from([(7, 7), (6, 9), (5, 5), (4, 1), (1, 5), (1, 1), (3, 3)]))
    drawn = Drawn(draw, draw(st.sampled_from([11, 12, 13, 17])), (1, draw(st.integers(1, 4)), *sides))
    here: Flowing = ("image", drawn.shape("image"))
    for _ in range(draw(st.integers(1, 6))):
        made = drawn.step(here)
        if made[1] and min(made[1]) >= 1:
            here = made
    model: onnx.ModelProto = drawn.net.model(here[0])
    return model


@settings(max_examples=120, deadline=None)
@given(models())
def test_what_opens_whole_computes_what_the_file_does(
    tmp_path_factory: pytest.TempPathFactory, model: onnx.ModelProto
) -> None:
    note(onnx.printer.to_text(model))
    folder = tmp_path_factory.mktemp("onnx")
    try:
        opened = read(model, folder)
    except SqueezevizError:
        event("refused")
        return
    network = resolve(opened.table)
    if any("opened up to" in each or "leads away" in each for each in map(str, opened.notes)) or not network.runs:
        event("opened in part")
        return
    event("opened whole")
    image = np.random.default_rng(3).normal(size=(1, *network.layers[0].input.shape)).astype(np.float32)
    turned = any("takes images as height×width×channels" in each.text for each in opened.notes)
    output = theirs(folder / "net.onnx", image.transpose(0, 2, 3, 1) if turned else image)
    assert network.parameters.value == parameters(model)
    assert np.prod(network.output) == output.size
    if opened.weights is not None:
        np.testing.assert_allclose(ours(opened, image).reshape(-1), output.reshape(-1), atol=1e-4, rtol=1e-4)
    flat = [each for each in opened.notes if each.severity is Severity.INFO and "flattened" in each.text]
    assert bool(flat) == (tuple(network.output)[1:] == (1, 1) and output.ndim != 2)


def parameters(model: onnx.ModelProto) -> int:
    """What the file's convolutions hold, and the biases that are added behind them."""
    sizes = {each.name: numpy_helper.to_array(each).size for each in model.graph.initializer}
    taken = [node.input[1:] for node in model.graph.node if node.op_type in ("Conv", "Add")]
    return sum(sizes.get(name, 0) for names in taken for name in names)
