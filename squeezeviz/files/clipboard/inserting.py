"""Whole layers pasted: built into an empty table, or inserted after a row."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

from squeezeviz.analysis.columns import COLUMNS, Column
from squeezeviz.files.clipboard.blocks import Block, Columns, Pasted
from squeezeviz.files.clipboard.row_texts import LayerText
from squeezeviz.files.tables.cell_rows import told, with_global_pools
from squeezeviz.files.tables.layer_rows import layers_in, notes_on_cells
from squeezeviz.files.tables.printed_numbers import notes_on_printed
from squeezeviz.model.errors import Place, SqueezevizError, brief
from squeezeviz.model.layers import LONGEST_NAME, Layer
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import listed
from squeezeviz.model.wording import size_text


def inserted_text(table: LayerTable, text: LayerText, block: Block, displayed: Columns) -> Pasted:
    """The table with the layers that the text's rows describe after the block's last row.

    SqueezevizError names the first cell that cannot be read.
    """
    try:
        found = layers_in(text.rows, told)
    except SqueezevizError as error:
        raise _placed(error, text) from None
    if not found.layers and (found.image is None or table.layers):
        raise SqueezevizError("no row of what is pasted is a layer")
    pasted = inserted(table, found.layers, found.image, block, displayed)
    start = pasted.rows.start
    grown = with_global_pools(pasted.table, found.rows, max(start, 0))
    notes = [f"of what is pasted, {note}" for note in text.notes]
    notes += list(notes_on_cells(text.rows, text.unknown, found.rows, found.layers))
    if not table.layers and found.image is not None:
        notes += notes_on_printed(grown, found.rows, found.total)
    return dataclasses.replace(pasted, table=grown, remarks=(*pasted.remarks, *notes))


def inserted(
    table: LayerTable, layers: Sequence[Layer], image: InputShape | None, block: Block, displayed: Columns
) -> Pasted:
    """The table with `layers` after the block's last row, under free names; `image` is taken into an empty table."""
    names = free_names((layer.name for layer in table.layers), [layer.name for layer in layers])
    renamed = [dataclasses.replace(layer, name=name) for layer, name in zip(layers, names, strict=True)]
    at = min(block.rows[-1] + 1, len(table.layers))
    rows = (*table.layers[:at], *renamed, *table.layers[at:])
    remarks = [*_on_names(layers, names), *_on_input(table, image)]
    taken = image if image is not None and not table.layers else table.input
    count = len(layers)
    text = f"Paste {count:,} rows" if count != 1 else f"Paste {brief(names[0])}"
    return Pasted(
        dataclasses.replace(table, input=taken, layers=rows),
        text if count else f"Set the input to {taken}",
        range(at, at + count) if count else range(-1, 0),
        displayed if displayed and displayed[0] is Column.NAME else COLUMNS,
        tuple(remarks),
    )


def _on_names(layers: Sequence[Layer], names: Sequence[str]) -> Iterable[str]:
    changed = [(layer.name, name) for layer, name in zip(layers, names, strict=True) if layer.name != name]
    if changed:
        taken = listed([brief(before) for before, _ in changed], 4)
        verb, ones = ("is", "the new one is") if len(changed) == 1 else ("are", "the new ones are")
        yield f"{taken} {verb} taken, so {ones} named {listed([brief(name) for _, name in changed], 4)}"


def _on_input(table: LayerTable, image: InputShape | None) -> Iterable[str]:
    if table.layers and image is not None and image != table.input:
        yield f"the input stays {size_text(table.input)}: a pasted one is taken only into an empty table"


def _placed(error: SqueezevizError, text: LayerText) -> SqueezevizError:
    """The error with its cell told by where it stands in what is pasted."""
    column = text.column_number(error.place.column)
    across = f", column {column}" if column else ""
    where = f" (row {error.place.line:,}{across} of what is pasted)" if error.place.line else ""
    return SqueezevizError(error.message + where, Place(row=error.place.row, column=error.place.column))


_NUMBERED = re.compile(r"(.*?)([0-9]{1,9})", re.DOTALL)
_ROOM_FOR_NUMBER = 12


def free_names(taken: Iterable[str], wanted: Sequence[str]) -> list[str]:
    """A name for each wanted one: itself where it is free, else its stem with a number above the largest in use."""
    used = set(taken)
    largest: dict[str, int] = {}
    for name in used.union(wanted):
        _count(largest, name)
    names = []
    for name in wanted:
        given = name if name not in used else _free(used, largest, name)
        used.add(given)
        names.append(given)
    return names


def _free(used: set[str], largest: dict[str, int], name: str) -> str:
    stem = (name.rstrip("0123456789") or name)[: LONGEST_NAME - _ROOM_FOR_NUMBER]
    while True:
        largest[stem] = largest.get(stem, 0) + 1
        if f"{stem}{largest[stem]}" not in used:
            return f"{stem}{largest[stem]}"


def _count(largest: dict[str, int], name: str) -> None:
    numbered = _NUMBERED.fullmatch(name)
    if numbered:
        largest[numbered[1]] = max(largest.get(numbered[1], 0), int(numbered[2]))
