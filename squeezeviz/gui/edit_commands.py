"""Commands that change rows of the table, each one undo step."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from squeezeviz.core.layers import LONGEST_NAME, AvgPool, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.core.table import LayerTable
from squeezeviz.gui.document import Document

_STEMS = {
    "fire": "fire",
    "conv": "conv",
    "maxpool": "maxpool",
    "avgpool": "avgpool",
    "global_avgpool": "avgpool",
    "dropout": "dropout",
    "softmax": "softmax",
}

_ROOM_FOR_NUMBER = 12


class EditCommands:
    """Inserts, copies, deletes and moves rows. Each method returns the row to select afterwards, None for none."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def insert(self, kind: str, after: int) -> int:
        """Insert a layer of that kind after row `after` (-1: at the head), made like its neighbours."""
        table = self._document.table
        layer = _new_layer(kind, table, after)
        self._document.edit(f"Insert {layer.name}", table.inserted(after + 1, layer))
        return after + 1

    def duplicate(self, row: int) -> int:
        table = self._document.table
        layer = table.layers[row]
        stem = layer.name.rstrip("0123456789") or layer.name
        name = table.free_name(stem[: LONGEST_NAME - _ROOM_FOR_NUMBER])
        self._document.edit(f"Duplicate {layer.name}", table.inserted(row + 1, dataclasses.replace(layer, name=name)))
        return row + 1

    def delete(self, rows: list[int]) -> int | None:
        table = self._document.table
        if not rows:
            return None
        named = table.layers[rows[0]].name if len(rows) == 1 else f"{len(rows)} layers"
        self._document.edit(f"Delete {named}", table.removed(*rows))
        left = len(table.layers) - len(rows)
        return min(rows[0], left - 1) if left else None

    def move(self, row: int, by: int) -> int:
        table = self._document.table
        to = max(0, min(len(table.layers) - 1, row + by))
        way = "up" if by < 0 else "down"
        self._document.edit(f"Move {table.layers[row].name} {way}", table.moved(row, to))
        return to


def _new_layer(kind: str, table: LayerTable, after: int) -> Layer:
    name = table.free_name(_STEMS[kind])
    make: dict[str, Callable[[str], Layer]] = {
        "fire": lambda name: _fire_like(table, after, name),
        "conv": lambda name: Conv(name, filters=64, kernel=3, padding=1),
        "maxpool": MaxPool,
        "avgpool": AvgPool,
        "global_avgpool": GlobalAvgPool,
        "dropout": Dropout,
        "softmax": Softmax,
    }
    return make[kind](name)


def _fire_like(table: LayerTable, after: int, name: str) -> Fire:
    """A Fire as wide as the nearest one before it, or after it, or else the paper's first."""
    before = [layer for layer in table.layers[: after + 1] if isinstance(layer, Fire)]
    behind = [layer for layer in table.layers[after + 1 :] if isinstance(layer, Fire)]
    model = before[-1] if before else behind[0] if behind else None
    return Fire(name, model.s1x1, model.e1x1, model.e3x3) if model else Fire(name, 16, 64, 64)
