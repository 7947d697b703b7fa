"""What a pool's window is called in ONNX, so that every runtime takes the same places and divides by the same number.

Runtimes agree on windows that reach over the end of a map only where nothing is left to choose. They differ on whether
rounding up may leave a last window in the padding alone, and on what an average that counts padding divides by where
rounding up lets a window reach beyond it (https://onnx.ai/onnx/operators/onnx__AveragePool.html has changed on both).
"""

from __future__ import annotations

from typing import NamedTuple

from squeezeviz.core.operations import OperationKind
from squeezeviz.core.resolve import ResolvedOperation


class Pooling(NamedTuple):
    """The attributes of a pool; `padded` is what a Pad node before it adds on each side of a map, or 0."""

    attributes: dict[str, int | list[int]]
    padded: int


def pooling(step: ResolvedOperation) -> Pooling:
    """The attributes of a pool with a window."""
    operation, shape = step.operation, step.inputs[0]
    kernel, stride, padding = operation.kernel, operation.stride, operation.padding
    sides = ((shape.height, step.height.value), (shape.width, step.width.value))
    beyond = [max(0, (places - 1) * stride + kernel - side - 2 * padding) for side, places in sides]
    average = operation.kind is OperationKind.AVGPOOL
    padded = padding if average and any(beyond) else 0
    rounds_up = operation.ceil and all(
        -(-(side + 2 * padding - kernel) // stride) + 1 == places for side, places in sides
    )
    begin = padding - padded
    ends = [begin, begin] if rounds_up else [begin + more for more in beyond]
    attributes: dict[str, int | list[int]] = {
        "kernel_shape": [kernel, kernel],
        "strides": [stride, stride],
        "pads": [begin, begin, *ends],
        "ceil_mode": int(rounds_up),
    }
    if average:
        attributes["count_include_pad"] = int(not any(beyond))
    return Pooling(attributes, padded)
