"""The order of channels: a file may stack a Fire module's 3×3 expand first, a table stacks the 1×1 first."""

from __future__ import annotations

from collections.abc import Sequence

from squeezeviz.files.networks.graph.node import FileOperation
from squeezeviz.files.networks.graph.series import Row
from squeezeviz.model.layers import Bypass, Conv, Fire
from squeezeviz.model.records import NamedTuple


class Moved(NamedTuple):
    """A convolution of a row, by its part, and by how many places its filters and its channels are moved on in the
    table; 0 where they are not."""

    row: str
    part: str
    operation: FileOperation
    filters: int
    channels: int


def in_table_order(rows: Sequence[Row]) -> tuple[list[Moved], str]:
    """Each convolution of the rows with its order; and why the table's cannot say the network, empty where it can."""
    found: list[Moved] = []
    moved = 0
    reason = ""
    for row in rows:
        stacked = row.layer.e1x1 if isinstance(row.layer, Fire) and row.flipped else 0
        if isinstance(row.layer, Fire) and row.layer.bypass is Bypass.SIMPLE and moved != stacked:
            reason = "a bypass adds channels that it stacks in another order"
        for part, operation in row.convolutions.items():
            filters = stacked if part == "bypass1x1" else 0
            channels = 0 if part.startswith("expand") else moved
            found.append(Moved(row.layer.name, part, operation, filters, channels))
        moved = stacked if isinstance(row.layer, Conv | Fire) else moved
    if moved:
        reason = reason or "its last Fire module stacks the 3×3 expand first, and a table's the 1×1"
    return found, reason
