"""The operations of a network by name, as feature maps are asked for: which one a person means, and its shape."""

from __future__ import annotations

import math

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.model.errors import SqueezevizError, brief, shown
from squeezeviz.model.layers import Fire
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.text import did_you_mean, listed, some
from squeezeviz.model.wording import readable_bytes

NETWORK_INPUT = ""
"""Stands for the images that a pass begins with, among the names of operations. No layer has an empty name."""

MOST_BYTES = 512 * 1024**2
"""The most that the maps of one pass take, unless said otherwise. Those of Table 1 take 50 MiB an image."""


def operation_named(network: ResolvedNetwork, name: str) -> ResolvedOperation:
    """Return the operation of that name. Raises SqueezevizError with the names that are near, or some that exist."""
    steps = {step.name: step for _, step in network.operations()}
    if name in steps:
        return steps[name]
    of_layer = next((layer for layer in network.layers if layer.name == name), None)
    if of_layer is not None:
        parts = listed([step.name for step in of_layer.operations])
        raise SqueezevizError(f"{shown(name)} is a layer of several operations; choose one of them: {parts}")
    meant = did_you_mean(name, steps) or (f"; it has {some(list(steps))}" if steps else "")
    raise SqueezevizError(f"the network has no operation {shown(name)}{meant} ({_LISTED})")


def check_kept(network: ResolvedNetwork, name: str) -> None:
    """Raise SqueezevizError if the maps of that operation, or of `NETWORK_INPUT`, are larger for one image than what a
    pass keeps."""
    shape = network.table.input.maps if name == NETWORK_INPUT else operation_named(network, name).shape
    needed = math.prod(shape) * BYTES_PER_VALUE
    if needed > MOST_BYTES:
        whose = f"{brief(name)}'s" if name else "the input's"
        raise SqueezevizError(
            f"{whose} maps take {readable_bytes(needed)}, more than the {readable_bytes(MOST_BYTES)} that are kept; "
            "take a smaller --input"
        )


def outputs_of_layer(layer: ResolvedLayer) -> dict[str, ResolvedOperation]:
    """Return the operations whose outputs a diagram shows of a layer, each after its ReLU: by part those of a Fire
    module's convolutions and its concat, and by an empty part the layer's own."""
    found = {"": layer.operations[-1]}
    for index, step in enumerate(layer.operations):
        if isinstance(layer.layer, Fire) and step.kind in (OperationKind.CONV, OperationKind.CONCAT):
            after = (each for each in layer.operations if each.operation.inputs == (index,))
            relu = next((each for each in after if each.kind == OperationKind.RELU), step)
            found[step.operation.part] = relu
    return found


class ConcatPart(NamedTuple):
    """The channels from `first` up to `end` of a concat, which come from the convolution `name` of its Fire module.

    `part` is `expand1x1` or `expand3x3`.
    """

    part: str
    name: str
    first: int
    end: int


def parts_of_concat(network: ResolvedNetwork, name: str) -> tuple[ConcatPart, ...]:
    """Return the parts of the concat of that name in the order of its channels; of any other operation none."""
    for layer in network.layers:
        if isinstance(layer.layer, Fire) and any(
            step.name == name and step.operation.part == "concat" for step in layer.operations
        ):
            return parts_of_layer(layer)
    return ()


def parts_of_layer(layer: ResolvedLayer) -> tuple[ConcatPart, ...]:
    """Return the parts of a Fire module's concat, as `parts_of_concat` does; of any other layer none."""
    if not isinstance(layer.layer, Fire):
        return ()
    steps = {step.operation.part: step for step in layer.operations}
    border, end = layer.layer.e1x1, layer.layer.e1x1 + layer.layer.e3x3
    return tuple(
        ConcatPart(part, steps[part].name, *channels)
        for part, channels in (("expand1x1", (0, border)), ("expand3x3", (border, end)))
    )


_LISTED = "squeezeviz show NETWORK --format json lists them all"
