"""Text put into cells, and the reason where a cell takes none."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from typing import NamedTuple

from squeezeviz.analysis import columns as cells
from squeezeviz.analysis.columns import FIRE_COLUMNS, INPUT_ROW, Column
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.clipboard.blocks import (
    Block,
    Columns,
    Pasted,
    can_be_typed_into,
    from_to,
    is_total,
    row_name,
    shown,
)
from squeezeviz.files.clipboard.grid import Grid
from squeezeviz.files.tables.cell_rows import INPUT_NAMES, TOTAL_NAMES
from squeezeviz.files.tables.cell_texts import clean, unguarded
from squeezeviz.model.errors import Place, SqueezevizError, brief, quoted
from squeezeviz.model.layers import Fire, GlobalAvgPool, Layer
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import listed, with_article


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


def is_computed(table: LayerTable, row: int, column: Column) -> bool:
    """Whether the cell follows from others, rather than not applying to its row."""
    return is_total(table, row) or not column.takes_text


def why_not(table: LayerTable, row: int, column: Column) -> str:
    """Why nothing can be typed into a cell; it has to be one that takes no text."""
    if is_total(table, row):
        return "the totals are computed from the layers; change those"
    if not column.takes_text:
        return f"{column} is computed from what the layers hold; change that"
    if row == INPUT_ROW and column is Column.NAME:
        return "the input has no name of its own; its output size can be changed"
    if row == INPUT_ROW:
        return f"the input has no {column} to change; its output size can be"
    layer = table.layers[row]
    if isinstance(layer, Fire):
        return f"a Fire module has no {column}; its filters stand in {', '.join(FIRE_COLUMNS)}"
    if isinstance(layer, GlobalAvgPool) and column is Column.WINDOW:
        return "a global pool's window is the whole map that reaches it"
    return f"{with_article(layer.type)} layer has no {column}"


def overwritten(network: ResolvedNetwork, grid: Grid, block: Block, beyond: Columns) -> Pasted:
    """The table with the grid's cells in it, laid from the block's top left cell on, or repeated to fill the block.

    SqueezevizError names the first cell that cannot take its text.
    """
    laid = _laid(network.table, grid, block, beyond)
    over = _Overwriting(network, laid)
    over.run()
    table = over.table()
    if not over.set:
        raise _nothing_to_set(network.table, laid)
    count = len(over.set)
    where = from_to(network.table, over.set[0][0], over.set[-1][0])
    what = f"into {where} {over.set[0][1]}" if count == 1 else f"{count:,} cells into {where}"
    return Pasted(table, f"Paste {what}", laid.rows, laid.columns, over.remarks())


class _Laid(NamedTuple):
    """Where a grid goes. `repeated`: a cell of it goes to several places."""

    grid: Grid
    rows: range
    columns: Columns
    repeated: bool

    def text(self, row: int, place: int) -> str:
        """What is pasted into the column at `place`."""
        return self.grid.rows[(row - self.rows[0]) % self.grid.height][place % self.grid.width]

    def position(self, row: int, place: int) -> str:
        """Which of the clipboard's cells that is, as part of a sentence; empty where there is but one."""
        if (self.grid.height, self.grid.width) == (1, 1):
            return ""
        across = place % self.grid.width + 1
        return f" (row {(row - self.rows[0]) % self.grid.height + 1:,}, column {across} of what is pasted)"


def _laid(table: LayerTable, grid: Grid, block: Block, beyond: Columns) -> _Laid:
    for tile in (grid, grid.trimmed):
        down, across = len(block.rows) / tile.height, len(block.columns) / tile.width
        if down == int(down) and across == int(across):
            return _Laid(tile, block.rows, block.columns, down * across > 1)
    grid = grid.trimmed
    first = block.rows[0]
    room = len(table.layers) - first
    if _ends_in_totals(grid, block, table):
        room += 1
    if grid.height > room:
        raise SqueezevizError(
            f"{grid.height:,} rows are pasted, but {_fit(room, 'row')} from {brief(row_name(table, first))} on; "
            "begin higher up, or copy fewer"
        )
    if grid.width > len(beyond):
        raise SqueezevizError(
            f"{grid.width:,} columns are pasted, but {_fit(len(beyond), 'column')} from {beyond[0]} on; "
            "begin further left, or copy fewer"
        )
    return _Laid(grid, range(first, first + grid.height), beyond[: grid.width], False)


def _fit(room: int, what: str) -> str:
    return f"only {room:,} {what} fits" if room == 1 else f"only {room:,} {what}s fit"


def _ends_in_totals(grid: Grid, block: Block, table: LayerTable) -> bool:
    named = block.columns[0] is Column.NAME and bare(grid.rows[-1][0]).casefold() in TOTAL_NAMES
    return named or is_total(table, block.rows[-1])


class _Overwriting:
    """One paste on its way: each row's layer as it becomes, and what was passed over."""

    def __init__(self, network: ResolvedNetwork, laid: _Laid) -> None:
        self._network = network
        self._laid = laid
        self._image = network.table.input
        self._layers = list(network.table.layers)
        self._names: dict[str, tuple[int, int]] = {}
        """Which cell of the paste a name comes from."""
        self._computed: list[str] = []
        self._unfit: list[str] = []
        self.set: list[tuple[int, Column]] = []

    def run(self) -> None:
        for row in self._laid.rows:
            for place, column in enumerate(self._laid.columns):
                try:
                    self._take(row, place, column)
                except SqueezevizError as error:
                    raise self._refused(row, place, error.message) from None

    def table(self) -> LayerTable:
        """SqueezevizError where a name is now borne twice: only all cells together can tell."""
        taken = Counter(layer.name for layer in self._layers)
        for name, (row, place) in self._names.items():
            if taken[name] > 1:
                raise self._refused(row, place, f"another layer is named {quoted(name)}; give each a name of its own")
        return dataclasses.replace(self._network.table, input=self._image, layers=tuple(self._layers))

    def remarks(self) -> tuple[str, ...]:
        found = []
        if self._computed:
            verb = "is" if len(self._computed) == 1 else "are"
            found.append(f"{listed(self._computed, 4)} {verb} computed, so passed over")
        if self._unfit:
            found.append(f"{listed(self._unfit, 4)}: passed over, as nothing can be typed there")
        return tuple(found)

    def _take(self, row: int, place: int, column: Column) -> None:
        table, typed = self._network.table, self._laid.text(row, place)
        if can_be_typed_into(table, row, column):
            if not bare(typed):
                raise SqueezevizError("this cell cannot be empty")
            self._set(row, place, column, typed)
        elif not clean(bare(typed)) or same_text(typed, shown(self._network, row, column)):
            pass
        elif is_computed(table, row, column):
            self._computed += [] if str(column) in self._computed else [str(column)]
        elif self._laid.repeated:
            self._unfit.append(f"{brief(row_name(table, row))} {column}")
        elif not (row == INPUT_ROW and column is Column.NAME and bare(typed).casefold() in INPUT_NAMES):
            raise SqueezevizError(why_not(table, row, column))

    def _set(self, row: int, place: int, column: Column, typed: str) -> None:
        self.set.append((row, column))
        if row == INPUT_ROW:
            self._image = _image_with(self._network.table, bare(typed))
            return
        layer: Layer = layer_with(self._layers[row], column, typed)
        self._layers[row] = layer
        if column is Column.NAME:
            self._names[layer.name] = row, place

    def _refused(self, row: int, place: int, message: str) -> SqueezevizError:
        where = Place(row=row_name(self._network.table, row), column=str(self._laid.columns[place]))
        return SqueezevizError(message + self._laid.position(row, place), where)


def _image_with(table: LayerTable, typed: str) -> InputShape:
    return cells.with_text(table, INPUT_ROW, Column.OUTPUT, typed).input


def _nothing_to_set(table: LayerTable, laid: _Laid) -> SqueezevizError:
    row, column = laid.rows[0], laid.columns[0]
    return SqueezevizError(
        f"nothing can be pasted here: {why_not(table, row, column)}",
        Place(row=row_name(table, row), column=str(column)),
    )
