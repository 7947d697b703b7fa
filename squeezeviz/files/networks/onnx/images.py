"""The image that a network takes, with what its file leaves open assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from squeezeviz.files.networks.onnx.constants import Constant
from squeezeviz.files.networks.onnx.model import OnnxModel
from squeezeviz.model.errors import Note, Place, Severity, SqueezevizError, brief, shown

ASSUMED_SIDES = (224, 227)
"""Pixels. Most exports take torchvision's 224, Table 1 and the Caffe release take 227."""

CHANNELS_FIRST = (0, 3, 1, 2)
"""The order in which a Transpose moves the channels of height×width×channels first."""


@dataclass(frozen=True, slots=True)
class Image:
    """The one input that is an image. `shape` has the file's order, N, C, H, W or N, H, W, C.

    `weights` are the inputs beside it, which are handed in as weights, by their names.
    """

    name: str
    shape: tuple[int, ...]
    channels_last: bool
    weights: Mapping[str, Constant]
    notes: tuple[Note, ...]


def images(model: OnnxModel) -> list[Image]:
    """The image as the file has it; one for each assumed size where it leaves height and width open.

    SqueezevizError where the network takes no image, or several.
    """
    value, weights, idle = _inputs(model)
    dims = _dims(value)
    if len(dims) != 4:
        raise SqueezevizError(
            f"the input {shown(value.name)} has {len(dims)} dimensions; a layer table's has batch, channels, "
            "height and width",
            Place(row="input"),
        )
    channels_last = _is_turned(model, value.name)
    notes = [Note(f"left out, as no node takes it: the input {', '.join(map(shown, idle))}")] if idle else []
    if channels_last:
        notes.append(Note("the file takes images as height×width×channels; the table, channels first", Severity.INFO))
    dims = _with_channels(model, dims, 3 if channels_last else 1)
    sides = (1, 2) if channels_last else (2, 3)
    if all(dims[axis] for axis in sides):
        return [Image(value.name, tuple(size or 1 for size in dims), channels_last, weights, tuple(notes))]
    known = next((dims[axis] for axis in sides if dims[axis]), None)
    found = []
    for side in ASSUMED_SIDES:
        shape = tuple(size or (known or side if axis in sides else 1) for axis, size in enumerate(dims))
        height, width = (shape[axis] for axis in sides)
        said = f"{brief(value.name)}: the file leaves the size of its images open; {height}×{width} is assumed"
        found.append(Image(value.name, shape, channels_last, weights, (*notes, Note(said))))
    return found


def _is_turned(model: OnnxModel, image: str) -> bool:
    """Whether the image has its channels last: all that takes it, behind casts, is what moves them first."""
    names, takers = {image}, []
    for node in model.needed_nodes:
        if node.input(0) in names and node.type in ("Cast", "Identity"):
            names.update(node.outputs)
        elif names.intersection(node.inputs) and node.type != "Shape":
            takers.append(node)
    return bool(takers) and all(node.type == "Transpose" and node.wholes("perm") == CHANNELS_FIRST for node in takers)


def _inputs(model: OnnxModel) -> tuple[Any, dict[str, Constant], list[str]]:
    """The image, the inputs that are weights, and the names of those that nothing takes."""
    taken = {name for node in model.needed_nodes for name in node.inputs}
    elsewhere = _beside_weights(model)
    found = [each for each in model.inputs if each.name in elsewhere]
    others = [each for each in model.inputs if each.name in taken - elsewhere]
    if not found:
        raise SqueezevizError("the network takes no image: none of its nodes takes an input", Place(row="input"))
    if len(found) > 1:
        names = ", ".join(shown(each.name) for each in found[:4]) + (", …" if len(found) > 4 else "")
        raise SqueezevizError(f"the network takes several inputs ({names}); a layer table has one", Place(row="input"))
    weights = {}
    for each in others:
        dims = tuple(size or 0 for size in _dims(each))
        absent = "they are inputs of the network"
        weights[each.name] = Constant(dims, each.type.tensor_type.elem_type, lambda: np.empty(0), absent)
    return found[0], weights, [each.name for each in model.inputs if each.name not in taken]


def _beside_weights(model: OnnxModel) -> set[str]:
    """The names of all that becomes more than the weights of convolutions, through whatever nodes."""
    made = {name for node in model.needed_nodes for name in node.outputs}
    taken = {name for node in model.needed_nodes for name in node.inputs}
    found = set(model.outputs) or made - taken
    for node in reversed(model.needed_nodes):
        if found.intersection(node.outputs):
            found.update(node.inputs[:1] if node.type == "Conv" else node.inputs)
    return found


def _dims(value: Any) -> list[int | None]:
    """The sizes of an input, None for one that is left open; four of them where not even their number is said."""
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return [None] * 4
    return [dim.dim_value if dim.dim_value > 0 else None for dim in tensor.shape.dim]


def _with_channels(model: OnnxModel, dims: list[int | None], axis: int) -> list[int | None]:
    """The sizes; where the channels are left open, they are those that the first convolution's weights take."""
    if dims[axis]:
        return dims
    weights = (model.initializers.get(node.input(1)) for node in model.needed_nodes if node.type == "Conv")
    found = next((weight.dims[1] for weight in weights if weight is not None and len(weight.dims) == 4), 3)
    return [found if place == axis else size for place, size in enumerate(dims)]
