"""Names for rows that have none in their file: those that Table 1 would give them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from squeezeviz.files.networks.graph.series import Row
from squeezeviz.files.networks.operation_names import free_name
from squeezeviz.model.layers import AvgPool, Conv, Fire, GlobalAvgPool, Layer, MaxPool, Softmax


def named_rows(rows: Sequence[Row], is_nameless: Callable[[Row], bool]) -> list[Row]:
    """The rows; those without a name of the file's take one in Table 1's manner: conv1, maxpool1, fire2."""
    nameless = [is_nameless(row) for row in rows]
    taken = {row.layer.name for row, without in zip(rows, nameless, strict=True) if not without}
    named = []
    place = 0
    for row, without in zip(rows, nameless, strict=True):
        place += isinstance(row.layer, Conv | Fire)
        name = free_name(_in_table1s_manner(row.layer, place or 1), taken) if without else row.layer.name
        named.append(replace(row, layer=replace(row.layer, name=name)))
    return named


def _in_table1s_manner(layer: Layer, place: int) -> str:
    """A name with the number of the convolution or Fire module that the row is or follows, as Table 1 has them."""
    match layer:
        case MaxPool():
            return f"maxpool{place}"
        case AvgPool() | GlobalAvgPool():
            return f"avgpool{place}"
        case Softmax():
            return "softmax"
        case _:
            return f"{layer.type}{place}"
