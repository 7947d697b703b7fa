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
    """Inserts, copies, deletes and moves rows. Each method returns the rows to select afterwards."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def insert(self, kind: str, at: int) -> list[int]:
        """Insert a layer of that kind as row `at`, made like its neighbours."""
        table = self._document.table
        layer = _new_layer(kind, table, at)
        self._document.edit(f"Insert {layer.name}", table.inserted(at, layer))
        return [at]

    def duplicate(self, rows: list[int]) -> list[int]:
        """Put copies of the rows, under names of their own, after the last of them."""
        table = self._document.table
        at = rows[-1] + 1
        copied = table
        for offset, row in enumerate(rows):
            layer = table.layers[row]
            stem = layer.name.rstrip("0123456789") or layer.name
            name = copied.free_name(stem[: LONGEST_NAME - _ROOM_FOR_NUMBER])
            copied = copied.inserted(at + offset, dataclasses.replace(layer, name=name))
        self._document.edit(f"Duplicate {_named(table, rows)}", copied)
        return list(range(at, at + len(rows)))

    def delete(self, rows: list[int]) -> list[int]:
        table = self._document.table
        self._document.edit(f"Delete {_named(table, rows)}", table.removed(*rows))
        left = len(table.layers) - len(rows)
        return [min(rows[0], left - 1)] if left else []

    def move(self, rows: list[int], by: int) -> list[int]:
        """Move the rows, gathered, one place up (`by` -1) or down (1)."""
        to = rows[0] - 1 if by < 0 else rows[-1] + 2
        return self._gather(rows, to, "up" if by < 0 else "down")

    def drag(self, rows: list[int], to: int) -> list[int]:
        """Move the rows, gathered, before what stands at `to`."""
        return self._gather(rows, to, "up" if to <= rows[0] else "down")

    def _gather(self, rows: list[int], to: int, way: str) -> list[int]:
        table = self._document.table
        if not 0 <= to <= len(table.layers):
            return rows
        self._document.edit(f"Move {_named(table, rows)} {way}", table.gathered(rows, to))
        first = to - sum(row < to for row in rows)
        return list(range(first, first + len(rows)))


def _named(table: LayerTable, rows: list[int]) -> str:
    return table.layers[rows[0]].name if len(rows) == 1 else f"{len(rows)} layers"


def _new_layer(kind: str, table: LayerTable, at: int) -> Layer:
    name = table.free_name(_STEMS[kind])
    make: dict[str, Callable[[str], Layer]] = {
        "fire": lambda name: _fire_like(table, at, name),
        "conv": lambda name: Conv(name, filters=64, kernel=3, padding=1),
        "maxpool": MaxPool,
        "avgpool": AvgPool,
        "global_avgpool": GlobalAvgPool,
        "dropout": Dropout,
        "softmax": Softmax,
    }
    return make[kind](name)


def _fire_like(table: LayerTable, at: int, name: str) -> Fire:
    """A Fire as wide as the nearest one before it, or after it, or else the paper's first."""
    before = [layer for layer in table.layers[:at] if isinstance(layer, Fire)]
    behind = [layer for layer in table.layers[at:] if isinstance(layer, Fire)]
    model = before[-1] if before else behind[0] if behind else None
    return Fire(name, model.s1x1, model.e1x1, model.e3x3) if model else Fire(name, 16, 64, 64)
