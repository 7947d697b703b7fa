"""The image that a network takes, with what its file leaves open assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from squeezeviz.files.networks.onnx.flows import CHANNELS_FIRST
from squeezeviz.files.networks.onnx.model import OnnxModel
from squeezeviz.model.errors import Fact, Place, SqueezevizError, brief, shown

ASSUMED_SIDES = (224, 227)
"""Pixels. Most exports take torchvision's 224, Table 1 and the Caffe release take 227."""


@dataclass(frozen=True, slots=True)
class OtherInput:
    """An input that is handed in as weights."""

    name: str
    dims: tuple[int, ...]
    data_type: int


@dataclass(frozen=True, slots=True)
class Image:
    """The one input that is an image. `shape` has the file's order, N, C, H, W or N, H, W, C."""

    name: str
    shape: tuple[int, ...]
    channels_last: bool
    others: tuple[OtherInput, ...]
    notes: tuple[str, ...]


def images(model: OnnxModel) -> tuple[Image, ...]:
    """The image as the file has it; one for each assumed size where it leaves height and width open.

    SqueezevizError where the network takes no image, or several.
    """
    value, others, idle = _inputs(model)
    dims = _dims(value)
    if len(dims) != 4:
        raise SqueezevizError(
            f"the input {shown(value.name)} has {len(dims)} dimensions; a layer table's has batch, channels, "
            "height and width",
            Place(row="input"),
        )
    channels_last = _is_turned(model, value.name)
    notes = [f"left out, as no node takes it: the input {', '.join(map(shown, idle))}"] if idle else []
    if channels_last:
        notes.append(Fact("the file takes images as height×width×channels; the table, channels first"))
    whole = _with_channels(model, dims, 3 if channels_last else 1)
    sides = (1, 2) if channels_last else (2, 3)
    named = value.name, channels_last, tuple(others)
    if all(whole[axis] for axis in sides):
        return (_image(*named, whole, notes),)
    return tuple(_image(*named, *_assumed(value.name, whole, sides, side, notes)) for side in ASSUMED_SIDES)


def _is_turned(model: OnnxModel, image: str) -> bool:
    """Whether the image has its channels last: all that takes it, behind casts, is what moves them first."""
    names, takers = {image}, []
    for node in model.needed_nodes:
        if node.input(0) in names and node.type in ("Cast", "Identity"):
            names.update(node.outputs)
        elif names.intersection(node.inputs) and node.type != "Shape":
            takers.append(node)
    return bool(takers) and all(node.type == "Transpose" and node.wholes("perm") == CHANNELS_FIRST for node in takers)


def _image(
    name: str, channels_last: bool, others: tuple[OtherInput, ...], dims: list[int | None], notes: list[str]
) -> Image:
    return Image(name, tuple(size or 1 for size in dims), channels_last, others, tuple(notes))


def _assumed(
    name: str, dims: list[int | None], sides: tuple[int, int], side: int, notes: list[str]
) -> tuple[list[int | None], list[str]]:
    """With the sides that are open set to the one that is known, else to `side`; and a note on that."""
    known = next((dims[axis] for axis in sides if dims[axis]), None)
    filled = [known or side if axis in sides and not size else size for axis, size in enumerate(dims)]
    height, width = (filled[axis] for axis in sides)
    said = f"{brief(name)}: the file leaves the size of its images open; {height}×{width} is assumed"
    return filled, [*notes, said]


def _inputs(model: OnnxModel) -> tuple[Any, list[OtherInput], list[str]]:
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
    weights = [
        OtherInput(each.name, tuple(size or 0 for size in _dims(each)), each.type.tensor_type.elem_type)
        for each in others
    ]
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
    """With the channels that the first convolution's weights take, where they are left open."""
    if dims[axis]:
        return dims
    weights = (model.initializers.get(node.input(1)) for node in model.needed_nodes if node.type == "Conv")
    found = next((weight.dims[1] for weight in weights if weight is not None and len(weight.dims) == 4), 3)
    return [found if place == axis else size for place, size in enumerate(dims)]
