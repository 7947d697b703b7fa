"""A network's numbers in the form of Table 1: measured if there is a pass, otherwise predicted."""

from __future__ import annotations

from typing import NamedTuple

from squeezeviz.analysis.live import LivePass, MeasuredLayer
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.model.layers import AvgPool, Conv, Fire, GlobalAvgPool, MaxPool
from squeezeviz.paper.table1 import Size, fire_layout, window_layout


class Ours(NamedTuple):
    """One of our rows in the form of Table 1. Kernels, strides and padding come from the layer's definition."""

    name: str
    size: Size
    depth: int
    parameters: int
    layout: str


def our_rows(network: ResolvedNetwork, measured: LivePass | None) -> tuple[Ours, ...]:
    """Return the rows that data reaches. `measured` is a pass over this very network, or None for the prediction.

    If there is a pass, sizes, depths, parameters and numbers of filters are the measured ones.
    """
    if measured is None:
        return tuple([_predicted(layer) for layer in network.layers])
    sides = [measured.input_shape[2:], *(_map(each.output_shape) for each in measured.layers)]
    rows = zip(network.layers, measured.layers, sides, strict=False)
    return tuple([_measured(layer, seen, before[0], before[1]) for layer, seen, before in rows])


def _predicted(layer: ResolvedLayer) -> Ours:
    shape = layer.output.shape
    size = (shape.height, shape.width, shape.channels)
    filters = [step.channels.value for step in layer.operations if step.operation.filters]
    layout = _layout(layer, filters, layer.input.shape.height, layer.input.shape.width)
    return Ours(layer.name, size, layer.depth.value, layer.parameters.value, layout)


def _measured(layer: ResolvedLayer, seen: MeasuredLayer, height: int, width: int) -> Ours:
    """`height` and `width` are those of the input map."""
    size = (*_map(seen.output_shape), seen.output_shape[1])
    steps = zip(layer.operations, seen.operations, strict=False)
    filters = [run.output_shape[1] for step, run in steps if step.operation.filters]
    return Ours(seen.name, size, seen.depth, seen.parameters, _layout(layer, filters, height, width))


def _map(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return height and width of the shape N, C, H, W. A flattened map (N, C) was 1×1."""
    return (shape[2], shape[3]) if len(shape) > 3 else (1, 1)


def _layout(layer: ResolvedLayer, filters: list[int], height: int, width: int) -> str:
    match layer.layer:
        case Fire():
            return fire_layout(filters[0], filters[1], filters[2])
        case Conv() as conv:
            return window_layout(conv.kernel, conv.stride, filters[0])
        case MaxPool() | AvgPool() as pool:
            return window_layout(pool.kernel, pool.stride)
        case GlobalAvgPool():
            return f"{height}×{width}/1"
        case _:
            return layer.layer.type
