"""The results of a check against the paper: printed numbers beside ours, and sentences that summarize them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from squeezeviz.analysis.live import LivePass, MeasuredLayer
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.model.layers import AvgPool, Conv, Fire, GlobalAvgPool, Layer, MaxPool
from squeezeviz.model.records import NamedTuple
from squeezeviz.paper.likeness import Likeness
from squeezeviz.paper.table1 import PLACES, Size, fire_layout, window_layout

ABSENT = "—"
"""The text of a missing number."""


class Standing(StrEnum):
    """The outcome of a verdict: the numbers agree, the paper needs a remark, or this table is another network."""

    AGREES = "agrees"
    REMARK = "remark"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Check:
    """One printed number beside ours. `note` says why they differ, if that is known; `misprint` that the paper errs.

    `row` names what the line is about. `layer` is the layer to select in the table, or empty.
    """

    row: str
    item: str
    printed: str
    ours: str
    agrees: bool
    note: str = ""
    layer: str = ""
    misprint: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence with the checks that support it. `key` identifies the verdict across edits; `why` may be empty."""

    key: str
    standing: Standing
    text: str
    checks: tuple[Check, ...]
    why: str = ""


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


@dataclass(frozen=True, slots=True)
class Compared:
    """A network that resembles SqueezeNet: its numbers, and which of its rows match the rows of Table 1."""

    network: ResolvedNetwork
    likeness: Likeness
    rows: tuple[Ours, ...]
    measured: bool

    def row(self, name: str) -> Ours | None:
        """Return our numbers for the row of Table 1 with that name, or None if no row matches or data does not reach
        it."""
        place = self.likeness.rows[PLACES[name]]
        return self.rows[place] if place is not None and place < len(self.rows) else None

    def layer(self, name: str) -> Layer | None:
        """Return the layer that matches the row of Table 1 with that name."""
        place = self.likeness.rows[PLACES[name]]
        return None if place is None else self.network.table.layers[place]

    @property
    def gives(self) -> str:
        """The words that introduce our number: it is measured or predicted."""
        return "the forward pass gives" if self.measured else "the prediction is"


def size_text(size: Size) -> str:
    """`13×13×512`: height, width, channels, as Table 1 prints them."""
    return "{}×{}×{}".format(*size)
