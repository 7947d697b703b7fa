"""Text put into cells of one row, and the reason where a cell takes none."""

from __future__ import annotations

import dataclasses
import re

from squeezeviz.core import cells
from squeezeviz.core.cells import FIRE_COLUMNS, INPUT_ROW, Column
from squeezeviz.core.layers import Fire, GlobalAvgPool, Layer
from squeezeviz.core.table import InputShape, LayerTable
from squeezeviz.core.text import with_article
from squeezeviz.formats.clipboard.blocks import heading, is_total, takes_text
from squeezeviz.formats.csv_cells import unguarded


def layer_with(layer: Layer, column: Column, typed: str) -> Layer:
    """The layer with `typed` in one of its cells. SqueezevizError says why it cannot stand there.

    Whether another layer has the same name is not asked: rows may swap theirs.
    """
    if column is Column.NAME:
        return dataclasses.replace(layer, name=unguarded(typed))
    alone = LayerTable("any", InputShape(), (layer,))
    return cells.with_text(alone, 0, column, bare(typed)).layers[0]


def bare(typed: str) -> str:
    """A cell's text without spaces around it, and without the apostrophe by which spreadsheets mark text."""
    return typed.strip().removeprefix("'").strip()


def same_text(one: str, other: str) -> bool:
    """Whether two cells say the same, one of them out of a spreadsheet: `11,920` and `11920`, `3x3/2` and `3×3/2`."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return re.sub(r"[\s,']", "", text.casefold().replace("×", "x"))


def is_computed(table: LayerTable, row: int, column: Column | None) -> bool:
    """Whether the cell follows from others, rather than not applying to its row."""
    return is_total(table, row) or not takes_text(column)


def why_not(table: LayerTable, row: int, column: Column | None) -> str:
    """Why nothing can be typed into a cell; it has to be one that takes no text."""
    if is_total(table, row):
        return "the totals are computed from the layers; change those"
    if not takes_text(column):
        return f"{heading(column)} is computed from what the layers hold; change that"
    if row == INPUT_ROW and column is Column.NAME:
        return "the input has no name of its own; its output size can be changed"
    if row == INPUT_ROW:
        return f"the input has no {heading(column)} to change; its output size can be"
    layer = table.layers[row]
    if isinstance(layer, Fire):
        return f"a Fire module has no {heading(column)}; its filters stand in {', '.join(FIRE_COLUMNS)}"
    if isinstance(layer, GlobalAvgPool) and column is Column.WINDOW:
        return "a global pool's window is the whole map that reaches it"
    return f"{with_article(layer.type)} layer has no {heading(column)}"
