"""The cells of the layer table as text: what each shows, which can be typed into, and what typed text means.

The columns are those of the paper's Table 1, and some that it has no room for. Sizes read H×W×C there, so they do
here.
"""

from __future__ import annotations

import dataclasses
import re
from enum import StrEnum

from squeezeviz.analysis.memory import readable_bytes
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool
from squeezeviz.model.shares import kept_field, kept_text, read_bits, read_kept, read_share, share_text
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.whole_numbers import quoted, whole

__all__ = [
    "FIRE_COLUMNS",
    "INPUT_ROW",
    "KEPT_COLUMNS",
    "Column",
    "bypass",
    "editable",
    "own_window_text",
    "text",
    "whole",
    "window_text",
    "with_text",
]

INPUT_ROW = -1
"""The row of the input image; layers count from 0."""


class Column(StrEnum):
    NAME = "layer"
    OUTPUT = "output"
    WINDOW = "filter/stride"
    DEPTH = "depth"
    S1X1 = "s1x1"
    E1X1 = "e1x1"
    E3X3 = "e3x3"
    BYPASS = "bypass"
    S1X1_KEPT = "s1x1 kept"
    E1X1_KEPT = "e1x1 kept"
    E3X3_KEPT = "e3x3 kept"
    BITS = "bits"
    PARAMETERS = "params"
    PRUNED = "after pruning"
    SIZE = "stored size"
    MACS = "multiply-adds"
    ACTIVATIONS = "activations"
    FIELD = "receptive field"


FIRE_COLUMNS = (Column.S1X1, Column.E1X1, Column.E3X3)
KEPT_COLUMNS = (Column.S1X1_KEPT, Column.E1X1_KEPT, Column.E3X3_KEPT)


def editable(table: LayerTable, row: int, column: Column) -> bool:
    """Whether a person may type into the cell; the others are computed."""
    if row == INPUT_ROW:
        return column is Column.OUTPUT
    layer = table.layers[row]
    if column is Column.NAME:
        return True
    if column is Column.WINDOW:
        return isinstance(layer, Conv | MaxPool | AvgPool | Dropout)
    if column in KEPT_COLUMNS:
        return kept_field(layer, column) is not None
    if column is Column.BITS:
        return isinstance(layer, Conv | Fire)
    return column in (*FIRE_COLUMNS, Column.BYPASS) and isinstance(layer, Fire)


def text(network: ResolvedNetwork, row: int, column: Column) -> str:
    """What the cell shows; empty where the column does not apply or the row is not reached."""
    if row == INPUT_ROW:
        shape = network.table.input
        return {Column.NAME: "input", Column.OUTPUT: f"{shape.height}×{shape.width}×{shape.channels}"}.get(column, "")
    layer = network.table.layers[row]
    if column is Column.NAME:
        return layer.name
    if column is Column.WINDOW:
        return window_text(network, row)
    if column in FIRE_COLUMNS:
        return str(getattr(layer, column)) if isinstance(layer, Fire) else ""
    if column is Column.BYPASS:
        return str(layer.bypass) if isinstance(layer, Fire) else ""
    if column in KEPT_COLUMNS:
        return kept_text(layer, column)
    if column is Column.BITS:
        return str(layer.bits) if isinstance(layer, Conv | Fire) else ""
    return _computed(network.layers[row], column) if row < len(network.layers) else ""


def _computed(layer: ResolvedLayer, column: Column) -> str:
    match column:
        case Column.DEPTH:
            return str(layer.depth.value)
        case Column.PARAMETERS:
            return f"{layer.parameters.value:,}"
        case Column.PRUNED:
            return f"{layer.after_pruning.value:,}"
        case Column.SIZE:
            return readable_bytes(layer.size.value) if layer.size.value else "0"
        case Column.MACS:
            return f"{layer.macs.value:,}"
        case Column.ACTIVATIONS:
            return f"{layer.activations.value:,}"
        case Column.FIELD:
            height, width, stride = layer.output.receptive
            return f"{height}×{width} px /{stride}" if height != width else f"{height} px /{stride}"
        case _:
            channels, height, width = layer.output.shape
            return f"{height}×{width}×{channels}"


def window_text(network: ResolvedNetwork, row: int) -> str:
    """The filter/stride cell: `7×7/2 ×96`, `3×3/2`, `50%`; a global pool shows the window it turns out to have."""
    layer = network.table.layers[row]
    if isinstance(layer, GlobalAvgPool):
        if row >= len(network.layers):
            return "global"
        shape = network.layers[row].input.shape
        return f"{shape.height}×{shape.width}/1"
    return own_window_text(layer)


def own_window_text(layer: Layer) -> str:
    """The filter/stride cell as far as the layer alone tells; reading it back gives the same layer."""
    match layer:
        case Conv():
            words = [f"{layer.kernel}×{layer.kernel}/{layer.stride} ×{layer.filters}"]
            words += [f"pad {layer.padding}"] if layer.padding else []
            words += [] if layer.relu else ["no ReLU"]
            words += [] if layer.bias else ["no bias"]
            return " ".join(words)
        case MaxPool() | AvgPool():
            words = [f"{layer.kernel}×{layer.kernel}/{layer.stride}"]
            words += [f"pad {layer.padding}"] if layer.padding else []
            words += [] if layer.ceil else ["floor"]
            return " ".join(words)
        case Dropout():
            return share_text(layer.p)
        case _:
            return ""


def with_text(table: LayerTable, row: int, column: Column, typed: str) -> LayerTable:
    """The table with `typed` in one cell. SqueezevizError says why it cannot stand there."""
    typed = typed.strip()
    named = "input" if row == INPUT_ROW else table.layers[row].name
    place = Place(row=named, column=str(column))
    if not editable(table, row, column):
        raise SqueezevizError("this cell cannot be changed: it is computed, or does not apply to this row", place)
    if row == INPUT_ROW:
        return table.with_input(_size(typed))
    if column is Column.NAME:
        return _renamed(table, row, typed)
    if column is Column.WINDOW:
        return table.with_layer(row, _with_window(table.layers[row], typed, place))
    if column is Column.BYPASS:
        return table.with_field(row, column, bypass(typed, place))
    if column in KEPT_COLUMNS:
        field = kept_field(table.layers[row], column)
        assert field is not None
        return table.with_field(row, field, read_kept(typed, place))
    if column is Column.BITS:
        return table.with_field(row, column, read_bits(typed, place))
    return table.with_field(row, column, whole(typed, place))


def bypass(typed: str, place: Place | None = None) -> Bypass:
    """A kind of bypass by its name or the beginning of it; SqueezevizError where it is none of the three."""
    begun = typed.strip().lower()
    found = [kind for kind in Bypass if begun and kind.startswith(begun)]
    if not found:
        raise SqueezevizError(f"a bypass is none, simple or complex, not {quoted(typed)}", place)
    return found[0]


def _renamed(table: LayerTable, row: int, name: str) -> LayerTable:
    if any(layer.name == name for index, layer in enumerate(table.layers) if index != row):
        raise SqueezevizError(
            f"another layer is named {quoted(name)}; give each a name of its own",
            Place(row=table.layers[row].name, column="layer"),
        )
    return table.with_field(row, "name", name)


def _size(typed: str) -> InputShape:
    """An input as Table 1 writes it: height × width × channels."""
    parts = re.split(r"\s*[xX×]\s*", typed)
    if len(parts) != 3:
        raise SqueezevizError(
            f"an input is height × width × channels, such as 227×227×3, not {quoted(typed)}", Place(row="input")
        )
    height, width, channels = (whole(part, Place(row="input")) for part in parts)
    return InputShape(channels, height, width)


_WINDOW = re.compile(r"\s*([0-9 ]*[0-9])\s*[xX×]\s*([0-9 ]*[0-9])\s*(?:/\s*([0-9]+))?\s*")
_FILTERS = re.compile(r"\s*\(?\s*[xX×]\s*([0-9][0-9,\u202f\u2009\u00a0']*)\s*\)?\s*")
_PADDING = re.compile(r"\s*(?:pad|padding)\s*=?\s*([0-9]+)\s*", re.IGNORECASE)
_WORD = re.compile(r"\s*(no\s+relu|no\s+bias|floor|ceil)\s*", re.IGNORECASE)


def _with_window(layer: Layer, typed: str, place: Place) -> Layer:
    if isinstance(layer, Dropout):
        return dataclasses.replace(layer, p=read_share(typed, place))
    example = "7×7/2 ×96" if isinstance(layer, Conv) else "3×3/2"
    window = _WINDOW.match(typed)
    if not window:
        raise SqueezevizError(f"a window is written like {example}, not {quoted(typed)}", place)
    kernel, other, stride = (whole(part.strip() or "1", place) for part in (window[1], window[2], window[3] or "1"))
    if kernel != other:
        raise SqueezevizError(f"windows here are square; {shown(kernel)}×{shown(other)} is not", place)
    fields: dict[str, object] = {"kernel": kernel, "stride": stride, "padding": 0}
    rest = typed[window.end() :]
    if isinstance(layer, Conv):
        fields |= {"relu": True, "bias": True}
        filters = _FILTERS.match(rest)
        if filters:
            fields["filters"] = whole(filters[1], place)
            rest = rest[filters.end() :]
    else:
        fields["ceil"] = True
    return dataclasses.replace(layer, **(fields | _extras(layer, rest, example, place)))  # type: ignore[arg-type]


def _extras(layer: Layer, rest: str, example: str, place: Place) -> dict[str, object]:
    """What may follow a window: `pad 1`, and `no ReLU` or `no bias` of a convolution, `floor` of a pool."""
    fields: dict[str, object] = {}
    allowed = ("no relu", "no bias") if isinstance(layer, Conv) else ("floor", "ceil")
    while rest.strip():
        padding, word = _PADDING.match(rest), _WORD.match(rest)
        found = padding or word
        said = re.sub(r"\s+", " ", word[1].lower()) if word else ""
        if not found or (word and said not in allowed):
            raise SqueezevizError(
                f"{quoted(rest.strip())} does not belong here; write {example}, then "
                f"{', '.join(['pad 1', *allowed])} where they apply",
                place,
            )
        if padding:
            fields["padding"] = whole(padding[1], place)
        else:
            fields |= {"no relu": {"relu": False}, "no bias": {"bias": False}, "floor": {"ceil": False}}.get(said, {})
        rest = rest[found.end() :]
    return fields
