"""Cells changed in place: text put into them, the first row filled down, layers cleared; and why a cell takes none."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Sequence

from squeezeviz.analysis import columns as cells
from squeezeviz.analysis.columns import FIRE_COLUMNS, INPUT_ROW, Column, own_text
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.clipboard.blocks import (
    Block,
    Columns,
    Pasted,
    can_be_typed_into,
    from_to,
    is_total,
    place_of,
    refuse_no_cell,
    row_name,
    shown,
)
from squeezeviz.files.clipboard.grid import Grid
from squeezeviz.files.tables.cell_rows import INPUT_NAMES, TOTAL_NAMES
from squeezeviz.files.tables.cell_texts import clean, unguarded
from squeezeviz.model.errors import Place, SqueezevizError, brief, quoted
from squeezeviz.model.layers import AvgPool, Fire, GlobalAvgPool, Layer, MaxPool
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import listed, with_article


def layer_with(layer: Layer, column: Column, typed: str) -> Layer:
    """The layer with `typed` in one of its cells. SqueezevizError says why it cannot stand there.

    Whether another layer has the same name is not asked: rows may swap theirs.
    """
    if column is Column.NAME:
        name = unguarded(typed)
        return layer if name == layer.name else dataclasses.replace(layer, name=name)
    return cells.layer_with_text(layer, column, _value(typed))


def bare(typed: str) -> str:
    """A cell's text without spaces around it, and without the apostrophe by which spreadsheets mark text."""
    return typed.strip().removeprefix("'").strip()


def _value(typed: str) -> str:
    """What is typed into a cell other than a name, with eight spaces at most in a row: the patterns that read it try
    each of them with each other."""
    return re.sub(r"(\s{8})\s+", r"\1", bare(typed))


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


# --- text into cells


def overwritten(network: ResolvedNetwork, grid: Grid, block: Block, beyond: Columns) -> Pasted:
    """The table with the grid's cells in it, laid from the block's top left cell on, or repeated to fill the block.

    SqueezevizError names the first cell that cannot take its text.
    """
    laid = _laid(network.table, grid, block, beyond)
    over = _Overwriting(network, laid)
    over.run()
    table = over.table()
    if not over.set:
        row, column = laid.rows[0], laid.columns[0]
        raise SqueezevizError(
            f"nothing can be pasted here: {why_not(table, row, column)}", place_of(network.table, row, column)
        )
    count = len(over.set)
    where = from_to(network.table, over.set[0][0], over.set[-1][0])
    what = f"into {where} {over.set[0][1]}" if count == 1 else f"{count:,} cells into {where}"
    return Pasted(table, f"Paste {what}", laid.rows, laid.columns, over.remarks())


class _Laid(NamedTuple):
    """Where a grid goes. `repeated`: a cell of it goes to several places."""

    grid: Grid
    rows: Sequence[int]
    columns: Columns
    repeated: bool

    def text(self, row: int, place: int) -> str:
        """What is pasted into the column at `place`."""
        return self.grid.rows[self.rows.index(row) % self.grid.height][place % self.grid.width]

    def position(self, row: int, place: int) -> str:
        """Which of the clipboard's cells that is, as part of a sentence; empty where there is but one."""
        if (self.grid.height, self.grid.width) == (1, 1):
            return ""
        across = place % self.grid.width + 1
        return f" (row {self.rows.index(row) % self.grid.height + 1:,}, column {across} of what is pasted)"


def _laid(table: LayerTable, grid: Grid, block: Block, beyond: Columns) -> _Laid:
    for tile in (grid, grid.trimmed):
        down, across = len(block.rows) / tile.height, len(block.columns) / tile.width
        if down == int(down) and across == int(across):
            return _Laid(tile, block.rows, block.columns, down * across > 1)
    grid = grid.trimmed
    first = block.rows[0]
    if len(block.rows) <= block.rows[-1] - first:
        raise SqueezevizError(
            "cells are pasted into rows that follow one another; select the first of them, or as many as are pasted"
        )
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
        elif not clean(bare(typed)) or _says(typed, shown(self._network, row, column)):
            pass
        elif is_total(table, row) or not column.takes_text:
            self._computed += [] if str(column) in self._computed else [str(column)]
        elif self._laid.repeated:
            self._unfit.append(f"{brief(row_name(table, row))} {column}")
        elif not (row == INPUT_ROW and column is Column.NAME and bare(typed).casefold() in INPUT_NAMES):
            raise SqueezevizError(why_not(table, row, column))

    def _set(self, row: int, place: int, column: Column, typed: str) -> None:
        self.set.append((row, column))
        if row == INPUT_ROW:
            self._image = cells.with_text(self._network.table, INPUT_ROW, Column.OUTPUT, _value(typed)).input
            return
        layer: Layer = self._layers[row]
        if column is Column.NAME or typed != own_text(layer, column):
            layer = self._layers[row] = layer_with(layer, column, typed)
        if column is Column.NAME:
            self._names[layer.name] = row, place

    def _refused(self, row: int, place: int, message: str) -> SqueezevizError:
        where = place_of(self._network.table, row, self._laid.columns[place])
        return SqueezevizError(message + self._laid.position(row, place), where)


def _says(typed: str, text: str) -> bool:
    """Whether a cell says the same in a spreadsheet and here: `11,920` and `11920`, `3x3/2` and `3×3/2` do."""
    return typed == text or _plain(typed) == _plain(text)


def _plain(text: str) -> str:
    return re.sub(r"[\s,']", "", text.casefold().replace("×", "x"))


# --- fill down


def fill_down(network: ResolvedNetwork, block: Block) -> Pasted:
    """The block's first row copied into those below it, as Ctrl+D in spreadsheets; a single row takes the one above.

    Names are not filled down, and cells to which a column does not apply are passed over. SqueezevizError where
    nothing is left to fill.
    """
    refuse_no_cell(block)
    table = network.table
    source, targets = _source_and_targets(table, block)
    columns = [column for column in block.columns if column.takes_text]
    values = [column for column in columns if column is not Column.NAME]
    if not values:
        raise _nothing_to_fill(table, block)
    changed = {row: table.layers[row] for row in targets}
    count = 0
    for column in values:
        for row in targets:
            if _fits(table, source, row, column):
                changed[row] = layer_with(changed[row], column, shown(network, source, column))
                count += 1
    if not count:
        raise _no_place(table, source, targets, values[0])
    filled = tuple(changed.get(row, layer) for row, layer in enumerate(table.layers))
    what = "1 cell" if count == 1 else f"{count:,} cells"
    remarks = ("names are not filled down: each layer has its own",) if Column.NAME in columns else ()
    text = f"Fill {what} down from {brief(row_name(table, source))}"
    return Pasted(dataclasses.replace(table, layers=filled), text, block.rows, block.columns, remarks)


def _source_and_targets(table: LayerTable, block: Block) -> tuple[int, list[int]]:
    first = block.rows[0]
    if is_total(table, first) and len(block.rows) == 1:
        raise SqueezevizError(why_not(table, first, Column.NAME), Place(row="total"))
    if len(block.rows) == 1:
        first -= 1
    if first < INPUT_ROW:
        raise SqueezevizError("no row stands above the input, so there is nothing to fill down", Place(row="input"))
    return first, [row for row in (block.rows if len(block.rows) == 1 else block.rows[1:]) if not is_total(table, row)]


def _fits(table: LayerTable, source: int, row: int, column: Column) -> bool:
    if not (can_be_typed_into(table, source, column) and can_be_typed_into(table, row, column)):
        return False
    return column is not Column.WINDOW or _window_kind(table.layers[source]) is _window_kind(table.layers[row])


def _window_kind(layer: Layer) -> type[Layer]:
    """Pools of both kinds have windows alike."""
    return MaxPool if isinstance(layer, AvgPool) else type(layer)


def _nothing_to_fill(table: LayerTable, block: Block) -> SqueezevizError:
    if Column.NAME in block.columns:
        return SqueezevizError(
            "names are not filled down, as each layer has a name of its own; select other columns",
            Place(column=str(Column.NAME)),
        )
    column = block.columns[0]
    return SqueezevizError(why_not(table, block.rows[-1], column), Place(column=str(column)))


def _no_place(table: LayerTable, source: int, targets: Sequence[int], column: Column) -> SqueezevizError:
    """Why no column goes from the source into a target: the source has not the first, or the only target has not."""
    alone = targets[0] if len(targets) == 1 and can_be_typed_into(table, source, column) else source
    takes_it = can_be_typed_into(table, alone, column)
    none = "none of the rows below takes what stands here"
    reason = none if takes_it else f"there is nothing to fill down: {why_not(table, alone, column)}"
    return SqueezevizError(reason, place_of(table, alone, column))


# --- clear


def clear(network: ResolvedNetwork, block: Block) -> Pasted:
    """What Del does: layers whose names are in the block are deleted; other cells cannot be empty, which is refused."""
    refuse_no_cell(block)
    table = network.table
    rows = block.layer_rows(table)
    if Column.NAME not in block.columns or not rows:
        raise _not_clearable(table, block)
    left = len(table.layers) - len(rows)
    selected = min(rows[0], left - 1)
    what = brief(table.layers[rows[0]].name) if len(rows) == 1 else f"{len(rows):,} layers"
    return Pasted(table.removed(*rows), f"Delete {what}", range(selected, selected + 1), block.columns)


def _not_clearable(table: LayerTable, block: Block) -> SqueezevizError:
    every = ((row, column) for row in block.rows for column in block.columns)
    typed = next((cell for cell in every if can_be_typed_into(table, *cell)), None)
    row, column = typed or (block.rows[0], block.columns[0])
    place = place_of(table, row, column)
    if typed is None:
        return SqueezevizError(f"there is nothing to clear: {why_not(table, row, column)}", place)
    if row == INPUT_ROW:
        return SqueezevizError("the input cannot be empty; type its size, such as 227×227×3", place)
    choices = column.spec.cells.choices
    what = f"one of {listed(choices)}" if choices else "another value"
    rows = block.layer_rows(table)
    these = from_to(table, rows[0], rows[-1])
    return SqueezevizError(f"this cell cannot be empty; type {what}, or press Ctrl+Backspace to delete {these}", place)
