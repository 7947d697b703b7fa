"""Windows as a layer table holds them: square, the same stride and padding both ways, in one group, undilated."""

from __future__ import annotations

from typing import Any

from squeezeviz.analysis.resolve import ResolvedLayer
from squeezeviz.files.networks.caffe.parse import CaffeLayer
from squeezeviz.model.layers import AvgPool, Conv, GlobalAvgPool, MaxPool

POOLS: dict[int, type[MaxPool] | type[AvgPool]] = {0: MaxPool, 1: AvgPool}
"""By Caffe's number for each; what else there is no row does, as little as a global max pool."""
_FLOOR = 1


def conv(layer: CaffeLayer, name: str, *, relu: bool) -> Conv:
    """A convolution as the file has it. SqueezevizError at the line of what a table cannot say."""
    given = layer.message.convolution_param
    if not given.HasField("num_output"):
        raise layer.fail("it has no num_output; name its number of filters", "convolution_param")
    if given.group != 1:
        raise layer.fail(f"it has {given.group} groups; a layer table's convolutions have one", "group")
    if any(step != 1 for step in given.dilation):
        raise layer.fail("it is dilated; a layer table's convolutions are not", "dilation")
    if given.axis != 1:
        raise layer.fail(f"its axis is {given.axis}; a layer table's convolutions have axis 1", "axis")
    return Conv(
        name,
        given.num_output,
        _side(layer, given, "kernel_size", "kernel", None),
        _side(layer, given, "stride", "stride", 1),
        _side(layer, given, "pad", "pad", 0),
        relu=relu,
        bias=given.bias_term,
    )


def pool(layer: CaffeLayer, name: str) -> MaxPool | AvgPool | GlobalAvgPool:
    """A pool of such a kind as the file has it; Caffe rounds its size up unless round_mode says FLOOR."""
    given = layer.message.pooling_param
    if given.global_pooling:
        return GlobalAvgPool(name)
    return POOLS[given.pool](
        name,
        _side(layer, given, "kernel_size", "kernel", None),
        _side(layer, given, "stride", "stride", 1),
        _side(layer, given, "pad", "pad", 0),
        given.round_mode != _FLOOR,
    )


def _side(layer: CaffeLayer, given: Any, both: str, stem: str, default: int | None) -> int:
    """One number for both sides, said as `kernel_size`, twice as much, or as `kernel_h` and `kernel_w`."""
    apart = [side for side in (f"{stem}_h", f"{stem}_w") if given.HasField(side)]
    together = _said(given, both)
    if apart and together:
        raise layer.fail(f"it has both {both} and {apart[0]}; keep one of them", apart[0])
    if len(apart) == 1:
        raise layer.fail(f"it has {apart[0]} alone; a layer table's windows are square", apart[0])
    numbers = [getattr(given, side) for side in apart] or together
    if not numbers:
        if default is None:
            raise layer.fail(f"it has no {both}; say how large its window is")
        return default
    if len(numbers) > 2 or len(set(numbers)) > 1:
        said = "×".join(str(number) for number in numbers)
        raise layer.fail(
            f"its {both} is {said}; a layer table's windows are the same both ways", apart[0] if apart else both
        )
    return int(numbers[0])


def _said(given: Any, field: str) -> list[int]:
    value = getattr(given, field)
    if isinstance(value, int):
        return [value] if given.HasField(field) else []
    return list(value)


def caffes_sides(resolved: ResolvedLayer) -> tuple[int, int] | None:
    """Height and width of what Caffe makes, where they are others: without padding it keeps a last window outside."""
    pool = resolved.layer
    if not isinstance(pool, MaxPool | AvgPool) or pool.padding or not pool.ceil:
        return None
    shape = resolved.input.shape
    height, width = (-(-(side - pool.kernel) // pool.stride) + 1 for side in (shape.height, shape.width))
    return None if (height, width) == resolved.output.shape[1:] else (height, width)
