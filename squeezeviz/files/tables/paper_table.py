"""A compressed network as the paper prints Table 1: its thirteen columns, its writing, and notes on what differs."""

from __future__ import annotations

from collections.abc import Iterator, Set

from squeezeviz.analysis.columns import TABLE1_COLUMNS, Column, printed_text, text
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.tables.grid_text import Grid
from squeezeviz.model.layers import Conv, Dropout, Fire
from squeezeviz.model.wording import size_text
from squeezeviz.paper.check import check
from squeezeviz.paper.verdicts import Standing

_TEXT_COLUMNS = 3
_TOLD = ("remark-input", "remark-maxpool8", "remark-conv10-kept", "remark-fire8-kept")
"""What readers of Table 1 stumble over in the cells that are printed here."""


def printed_grid(network: ResolvedNetwork, window: dict[int, str]) -> Grid:
    """The table with the paper's columns; `window` gives what stands in a Fire module's filter column.

    A pool has no parameters to print. Computed cells are empty where a row is not reached, and so are its totals.
    """
    rows = [_input_row(network), *(_row(network, row, window.get(row, "")) for row in range(len(network.table.layers)))]
    counts = (network.parameters.value, network.after_pruning.value)
    total = ("total", *[""] * (len(TABLE1_COLUMNS) - 3), *(f"{count:,}" if network.runs else "" for count in counts))
    return Grid(
        tuple(column.spec.file for column in TABLE1_COLUMNS), tuple(rows), total, _TEXT_COLUMNS, tuple(_notes(network))
    )


def _input_row(network: ResolvedNetwork) -> tuple[str, ...]:
    return ("input image", size_text(network.table.input), *[""] * (len(TABLE1_COLUMNS) - 2))


def _row(network: ResolvedNetwork, row: int, window: str) -> tuple[str, ...]:
    layer = network.table.layers[row]

    def shown(column: Column) -> str:
        if column.spec.stored and column.spec.fields:
            return printed_text(layer, column)
        if column in (Column.PARAMETERS, Column.PRUNED) and not isinstance(layer, Conv | Fire):
            return ""
        cell = text(network, row, column)
        if column is Column.WINDOW:
            return _window(layer, cell) if isinstance(layer, Conv) else cell or window
        return cell

    return tuple(map(shown, TABLE1_COLUMNS))


def _window(layer: Conv, shown: str) -> str:
    """`7×7/2 (×96)`, as the paper brackets the filters."""
    filters = f"×{layer.filters}"
    return shown.replace(f" {filters}", f" ({filters})", 1)


def _notes(network: ResolvedNetwork) -> Iterator[str]:
    """Where Table 1 itself is shown: what is printed otherwise, and why."""
    found = check(network, None)
    if found is None or any(verdict.standing is Standing.DIFFERS for verdict in found.verdicts):
        return
    names = {layer.name for layer in network.table.layers}
    for verdict in found.verdicts:
        if verdict.key in _TOLD:
            yield f"{_sentence(verdict.text, names)} {verdict.why}"
    for layer in network.table.layers:
        if isinstance(layer, Dropout):
            yield f"Table 1 has no row for {layer.name}, which Section 4 of the paper describes."


def _sentence(text: str, names: Set[str]) -> str:
    """The text begun with a capital, unless it begins with a layer's name."""
    return f"{text if text.split()[0] in names else text[:1].upper() + text[1:]}."
