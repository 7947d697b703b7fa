"""Small ONNX networks, made node by node as exporters make them, and what onnxruntime and a live pass say of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.networks.onnx import read as onnx_in
from squeezeviz.files.opened import Read
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import LayerTable
from squeezeviz.trace.module import build_module
from squeezeviz.trace.weights import as_tensors

FLOAT = TensorProto.FLOAT
Floats = NDArray[np.float32]


class Net:
    """A graph in the making. Each operation gives back the name of what it makes."""

    def __init__(self, opset: int = 17, image: Sequence[int | str | None] = (1, 3, 20, 20)) -> None:
        self.opset = opset
        self.image = tuple(image)
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self.random = np.random.default_rng(5)

    def node(self, kind: str, *inputs: str, name: str = "", outputs: int = 1, **attributes: Any) -> str:
        made = [f"v{len(self.nodes)}_{place}" for place in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), made, name=name, **attributes))
        return made[0]

    def tensor(self, values: Any, name: str = "", kind: Any = np.float32) -> str:
        name = name or f"t{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def shape(self, *sizes: int) -> str:
        return self.tensor(sizes, kind=np.int64)

    def weights(self, *dims: int, name: str = "", kind: Any = np.float32) -> str:
        return self.tensor(self.random.normal(0, 0.5, dims), name, kind)

    def conv(
        self,
        source: str,
        channels: int,
        filters: int,
        kernel: int = 1,
        *,
        name: str = "",
        bias: bool = True,
        **more: Any,
    ) -> str:
        weight = self.weights(filters, channels, kernel, kernel, name=f"{name}.weight" if name else "")
        given = [self.weights(filters, name=f"{name}.bias" if name else "")] if bias else []
        return self.node("Conv", source, weight, *given, kernel_shape=[kernel, kernel], **more)

    def stem(self, filters: int = 4, kernel: int = 1, **more: Any) -> str:
        """A convolution of the image, named conv1."""
        return self.conv("image", 3, filters, kernel, name="conv1", **more)

    def pooled_stem(self, filters: int = 4) -> str:
        """A map of 1×1."""
        return self.node("GlobalAveragePool", self.stem(filters))

    def relu(self, source: str) -> str:
        return self.node("Relu", source)

    def fire(
        self,
        source: str,
        channels: int,
        parts: tuple[int, int, int] = (2, 3, 5),
        *,
        name: str = "",
        flipped: bool = False,
    ) -> str:
        """A Fire module without a bypass; `flipped` stacks the 3×3 expand first."""
        s1x1, e1x1, e3x3 = parts
        names = [f"{name}/{part}" if name else "" for part in ("squeeze1x1", "expand1x1", "expand3x3")]
        squeezed = self.relu(self.conv(source, channels, s1x1, name=names[0]))
        small = self.relu(self.conv(squeezed, s1x1, e1x1, name=names[1]))
        large = self.relu(self.conv(squeezed, s1x1, e3x3, 3, name=names[2], pads=[1, 1, 1, 1]))
        return self.node("Concat", *((large, small) if flipped else (small, large)), axis=1)

    def model(self, *outputs: str, kind: int = FLOAT, listed: bool = False, **more: Any) -> Any:
        """The model that ends in `outputs`; `listed` names its tensors among its inputs, as old files do."""
        inputs = [helper.make_tensor_value_info("image", kind, self.image)]
        if listed:
            inputs += [
                helper.make_tensor_value_info(each.name, each.data_type, each.dims) for each in self.initializers
            ]
        ends = [helper.make_tensor_value_info(name, kind, None) for name in outputs]
        graph = helper.make_graph(self.nodes, more.pop("graph", "net"), inputs, ends, self.initializers)
        ir_version = 3 if self.opset < 9 else 8
        return helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=ir_version, **more
        )

    @staticmethod
    def takes(model: Any, **inputs: Sequence[int | str | None]) -> Any:
        """The model with inputs beside the image, of those sizes."""
        model.graph.input.extend(helper.make_tensor_value_info(name, FLOAT, dims) for name, dims in inputs.items())
        return model


def saved(model: Any, folder: Path) -> Path:
    path = folder / "net.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def read(model: Any, folder: Path) -> Read:
    return onnx_in.read(saved(model, folder))


def table(model: Any, folder: Path) -> LayerTable:
    return read(model, folder).table


def filters_of(layers: LayerTable) -> list[int]:
    """Of each convolution."""
    return [row.filters for row in layers.layers if isinstance(row, Conv)]


def outputs(path: Path, image: Floats | None = None) -> tuple[Floats, Floats]:
    """What comes out of onnxruntime, and out of our module with the file's weights, for the same image."""
    opened = onnx_in.read(path)
    network = resolve(opened.table)
    assert network.runs, network.problems
    assert opened.weights is not None, opened.notes
    shape = (1, *network.layers[0].input.shape)
    values = np.random.default_rng(3).random(shape, np.float32) if image is None else image
    return theirs(path, values), ours(opened, values)


def theirs(path: Path, image: Floats) -> Floats:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
    taken = session.get_inputs()[0]
    kind = {"tensor(float16)": np.float16, "tensor(double)": np.float64}.get(taken.type, np.float32)
    return np.asarray(session.run(None, {taken.name: image.astype(kind)})[0], np.float32)


def ours(opened: Read, image: Floats) -> Floats:
    import torch

    assert opened.weights is not None
    module = build_module(resolve(opened.table), weights=as_tensors(opened.weights.arrays))
    with torch.inference_mode():
        made: Floats = module(torch.from_numpy(image.copy())).numpy()
    return made


def assert_same_output(path: Path, within: float = 1e-5) -> None:
    their, our = outputs(path)
    assert their.size == our.size
    np.testing.assert_allclose(our.reshape(-1), their.reshape(-1), atol=within, rtol=within)


def same_output(model: Any, folder: Path, within: float = 1e-5) -> Read:
    """What the model opens as, having the output that onnxruntime finds."""
    assert_same_output(saved(model, folder), within)
    return onnx_in.read(folder / "net.onnx")
