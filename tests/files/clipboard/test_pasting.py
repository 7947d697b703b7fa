"""Text between the layer table and spreadsheets: taken whole or refused with the cell that is in the way."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import PAPER
from strategies import tables

from squeezeviz.analysis import columns as cells
from squeezeviz.analysis.columns import COLUMNS, INPUT_ROW, Column
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.clipboard import pasting
from squeezeviz.files.clipboard.blocks import Block, Columns
from squeezeviz.files.clipboard.cells import clear, fill_down
from squeezeviz.files.clipboard.pasting import copied, layers_text, paste
from squeezeviz.files.presets import load_preset
from squeezeviz.files.tables import csv_table
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, Layer, MaxPool, is_compressed
from squeezeviz.model.table import InputShape, LayerTable

CASES = tomllib.loads((Path(__file__).parent / "clipboard_texts.toml").read_text(encoding="utf-8"))["case"]
EMPTY = LayerTable("empty", InputShape(), ())
DISPLAYED: Columns = (*COLUMNS[: COLUMNS.index(Column.PARAMETERS) + 1], Column.LIVE)
USUAL: Columns = tuple(column for column in DISPLAYED if column not in (*cells.KEPT_COLUMNS, Column.BITS))
NAMES: Columns = (Column.NAME,)


def table_of(name: str) -> LayerTable:
    return EMPTY if name == "empty" else load_preset(name)


def row_of(table: LayerTable, name: str) -> int:
    return (
        {"input": INPUT_ROW, "total": len(table.layers)}[name] if name in ("input", "total") else table.index_of(name)
    )


def columns_of(case: dict[str, Any]) -> Columns:
    return tuple(Column(name) for name in case["columns"]) if "columns" in case else USUAL


def block_of(case: dict[str, Any], table: LayerTable) -> Block:
    (top, left), (bottom, right) = case["at"], case.get("to", case["at"])
    columns = columns_of(case)
    across = columns[columns.index(Column(left)) : columns.index(Column(right)) + 1]
    return Block(range(row_of(table, top), row_of(table, bottom) + 1), across)


def said(layer: Layer) -> str:
    """A layer on one line, as the cases write it."""
    match layer:
        case Fire():
            words: list[object] = [layer.s1x1, layer.e1x1, layer.e3x3]
            words += [layer.bypass] if layer.bypass is not Bypass.NONE else []
        case _:
            words = [cells.own_text(layer, Column.WINDOW)]
    if isinstance(layer, Conv | Fire) and is_compressed(layer):
        shares = [cells.own_text(layer, column) for column in cells.KEPT_COLUMNS]
        words += ["/".join(filter(None, shares)), f"{layer.bits}bit"]
    return " ".join([layer.name, layer.type, *map(str, words)]).strip()


def differences(before: LayerTable, after: LayerTable) -> dict[str, str]:
    """Each cell that can be typed into and shows something else, under the row's name of before."""
    networks = resolve(before), resolve(after)
    changed = {}
    for row in range(INPUT_ROW, len(before.layers)):
        name = "input" if row == INPUT_ROW else before.layers[row].name
        for column in COLUMNS:
            one, other = (cells.text(network, row, column) for network in networks)
            if one != other and cells.editable(before, row, column):
                changed[f"{name} {column}"] = other
    return changed


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_text_of_a_spreadsheet_does_what_is_written_beside_it(case: dict[str, Any]) -> None:
    table = table_of(case.get("table", "table1"))
    block, columns = block_of(case, table), columns_of(case)
    beyond = columns[columns.index(block.columns[0]) :]
    if "refused" in case:
        with pytest.raises(SqueezevizError) as refusal:
            paste(resolve(table), case["text"], block, beyond)
        assert str(refusal.value) == case["refused"]
        return
    pasted = paste(resolve(table), case["text"], block, beyond)
    assert list(pasted.remarks) == case.get("remarks", [])
    if "cells" in case:
        assert len(pasted.table.layers) == len(table.layers)
        assert differences(table, pasted.table) == case["cells"]
    elif "inserted" in case:
        at = row_of(table, case["after"]) + 1
        assert pasted.rows == range(at, at + len(case["inserted"]))
        assert [said(layer) for layer in pasted.table.layers[at : pasted.rows.stop]] == case["inserted"]
        assert pasted.table.removed(*pasted.rows) == table
    else:
        assert [said(layer) for layer in pasted.table.layers] == case["layers"]
        assert str(pasted.table.input) == case["input"]


def test_rows_that_are_seen_in_the_undo_list_are_named_in_few_words() -> None:
    network = resolve(load_preset("table1"))
    fire3 = network.table.index_of("fire3")
    block = Block(range(fire3, fire3 + 1), (Column.S1X1,))
    assert paste(network, "24", block, DISPLAYED[4:]).text == "Paste into fire3 s1x1"
    assert paste(network, "24\t32", block, DISPLAYED[4:]).text == "Paste 2 cells into fire3"
    assert paste(network, "24\n32", block, DISPLAYED[4:]).text == "Paste 2 cells into fire3 to fire4"
    assert paste(network, "x\t\t1x1/1\ny\t\t3x3/2", Block(block.rows, NAMES), DISPLAYED).text == "Paste 2 rows"


@pytest.mark.parametrize("first", [0, 1], ids=["with its header", "without it"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("kept", [13, 7], ids=["all columns", "without the compression"])
def test_the_paper_s_table_pasted_into_an_empty_one_is_the_network(first: int, end: str, kept: int) -> None:
    printed = PAPER.read_text(encoding="utf-8")
    rows = [line.split(",")[:kept] for line in printed.splitlines()[first:]]
    pasted = paste(resolve(EMPTY), "".join("\t".join(row) + end for row in rows), Block(range(-1, 0), NAMES), DISPLAYED)
    meant = csv_table.read(printed).table
    assert pasted.table == replace(meant if kept == 13 else meant.uncompressed(), name=EMPTY.name)
    assert resolve(pasted.table).parameters.value == 1_248_424
    assert any("maxpool8 prints 13×12×512" in remark for remark in pasted.remarks)


def test_shares_and_bits_are_pasted_and_filled_down_like_any_number() -> None:
    network = resolve(load_preset("table1"))
    columns: Columns = (*cells.KEPT_COLUMNS, Column.BITS)
    block = Block(range(2, 4), columns)
    pasted = paste(network, "0.5\t50%\t7%\t8bit\n100%\t1\t12.5% (3x3)\t5\n", block, columns).table
    fire2, fire3 = network.table.layers[2:4]
    assert isinstance(fire2, Fire) and isinstance(fire3, Fire)
    assert pasted.layers[2] == replace(fire2, s1x1_kept=0.5, e1x1_kept=0.5, e3x3_kept=0.07, bits=8)
    assert pasted.layers[3] == replace(fire3, e3x3_kept=0.125, bits=5)
    filled = fill_down(resolve(pasted), Block(range(2, 5), columns)).table
    fires = [layer for layer in filled.layers[2:5] if isinstance(layer, Fire)]
    assert [(fire.s1x1_kept, fire.e3x3_kept, fire.bits) for fire in fires] == [(0.5, 0.07, 8)] * 3


# --- laws


@st.composite
def blocks(draw: st.DrawFn, table: LayerTable) -> Block:
    """Any block that a person can select, the totals included."""
    top = draw(st.integers(INPUT_ROW, len(table.layers)))
    bottom = draw(st.integers(top, len(table.layers)))
    left = draw(st.integers(0, len(DISPLAYED) - 1))
    right = draw(st.integers(left, len(DISPLAYED) - 1))
    return Block(range(top, bottom + 1), DISPLAYED[left : right + 1])


def beyond_of(block: Block) -> Columns:
    return DISPLAYED[DISPLAYED.index(block.columns[0]) :]


def has_cell_to_type(table: LayerTable, block: Block) -> bool:
    return any(
        row < len(table.layers) and cells.editable(table, row, column) for row in block.rows for column in block.columns
    )


@given(st.data(), tables())
def test_what_is_copied_and_pasted_on_itself_changes_nothing(data: st.DataObject, table: LayerTable) -> None:
    block = data.draw(blocks(table))
    network = resolve(table)
    text = copied(network, block, lambda row: "✓ 3.2 ms")
    if has_cell_to_type(table, block):
        assert paste(network, text, block, beyond_of(block)).table == table


@given(tables())
def test_all_layers_with_their_fields_build_the_same_network_in_an_empty_table(table: LayerTable) -> None:
    block = Block(range(INPUT_ROW, len(table.layers) + 1), DISPLAYED)
    network = resolve(table)
    layers = layers_text(network, block, DISPLAYED)
    if table.layers:
        pasted = paste(resolve(EMPTY), copied(network, block), Block(range(-1, 0), NAMES), DISPLAYED, layers)
        assert (pasted.table.layers, pasted.table.input) == (table.layers, table.input)


_TELLING = {Conv: "conv", Fire: "fire", MaxPool: "maxpool", AvgPool: "avgpool", Dropout: "dropout"}


@given(tables())
def test_the_text_of_all_rows_rebuilds_what_the_columns_say(table: LayerTable) -> None:
    named = replace(
        table,
        layers=tuple(
            replace(layer, name=f"{_TELLING.get(type(layer), layer.type)}{row}", **_shown_alone(layer))
            for row, layer in enumerate(table.layers)
        ),
    )
    network = resolve(named)
    if not network.runs or any(_may_be_either(network, row) for row in range(len(named.layers))):
        return
    text = copied(network, Block(range(INPUT_ROW, len(named.layers) + 1), DISPLAYED))
    pasted = paste(resolve(EMPTY), text, Block(range(-1, 0), NAMES), DISPLAYED)
    assert (pasted.table.layers, pasted.table.input) == (named.layers, named.input)


def _shown_alone(layer: Layer) -> dict[str, Any]:
    """The fields of a Fire that no column shows, as they are unless said."""
    return {"relu": True, "bias": True, "bypass_relu": True} if isinstance(layer, Fire) else {}


def _may_be_either(network: ResolvedNetwork, row: int) -> bool:
    """An average pool over its whole map may as well be a global one, by what the columns show."""
    return isinstance(network.table.layers[row], AvgPool) and tuple(network.layers[row].output.shape)[1:] == (1, 1)


PIECES = st.sampled_from(
    ["\t", "\n", "\r\n", '"', '""', "fire2", "fire99", "16", "1,024", "−16", "１６", "7x7/2 (x96)", "3×3/2", "50%",
     "224x224x3", "layer", "s1x1", "e1x1", "e3x3", "total", "input", "simple", "| a | b |\n|---|---|\n", ",", ";",
     "sep=;\n", "=1+1", "'", "\u00a0", "\ufeff", "\0", "\u2028", "#REF!", "x", " "]
)  # fmt: skip


@given(st.data(), tables(), st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join)))
def test_any_text_anywhere_is_taken_or_refused_in_a_sentence(data: st.DataObject, table: LayerTable, text: str) -> None:
    block = data.draw(blocks(table))
    try:
        pasted = paste(resolve(table), text, block, beyond_of(block))
    except SqueezevizError as error:
        assert error.message
        assert "\n" not in str(error)
        return
    assert isinstance(pasted.table, LayerTable)
    assert pasted.rows[-1] + 1 <= len(pasted.table.layers) + 1
    assert "\n" not in pasted.text


# --- whole layers by their own type on the clipboard


def test_copies_of_whole_rows_keep_the_fields_that_no_column_shows() -> None:
    layers = (Conv("conv1", 8, 3, relu=False, bias=False), Fire("fire2", 2, 4, 4, Bypass.COMPLEX, bypass_relu=False))
    network = resolve(LayerTable("n", InputShape(3, 32, 32), layers))
    narrow: Columns = (Column.NAME, Column.WINDOW, *cells.FIRE_COLUMNS)
    block = Block(range(2), narrow)
    pasted = paste(
        network, copied(network, block), Block(range(1, 2), NAMES), narrow, layers_text(network, block, narrow)
    )
    assert pasted.table.layers == (*layers, replace(layers[0], name="conv2"), replace(layers[1], name="fire3"))
    assert pasted.text == "Paste 2 rows"


def test_part_of_a_row_is_no_layer() -> None:
    network = resolve(load_preset("table1"))
    assert layers_text(network, Block(range(2, 4), DISPLAYED[1:]), DISPLAYED) == ""
    assert layers_text(network, Block(range(2, 4), DISPLAYED[:5]), DISPLAYED) == ""
    assert layers_text(network, Block(range(INPUT_ROW, 0), DISPLAYED), DISPLAYED) == ""
    assert layers_text(network, Block(range(2, 4), DISPLAYED), DISPLAYED) != ""


@pytest.mark.parametrize("layers", ["{", "[]", "[" * 100_000, '{"format": "squeezeviz", "version": 9}', "7"])
def test_layers_of_another_program_or_version_leave_it_to_the_text(layers: str) -> None:
    network = resolve(load_preset("table1"))
    pasted = paste(network, "24", Block(range(2, 3), (Column.S1X1,)), DISPLAYED[4:], layers)
    assert differences(network.table, pasted.table) == {"fire2 s1x1": "24"}


@given(tables(), st.lists(st.sampled_from(["fire2", "fire", "conv9", "12", "a", "fire10"]), max_size=8))
def test_copies_are_named_as_one_by_one(table: LayerTable, wanted: list[str]) -> None:
    grown = table
    for name in wanted:
        taken = name in {layer.name for layer in grown.layers}
        free = grown.free_name(name.rstrip("0123456789") or name) if taken else name
        grown = grown.inserted(len(grown.layers), Dropout(free))
    given = table.free_names(wanted)
    assert len(set(given)) == len(wanted)
    assert not set(given) & {layer.name for layer in table.layers}
    if all(name in {layer.name for layer in table.layers} for name in wanted):
        assert given == [layer.name for layer in grown.layers[len(table.layers) :]]


# --- copy


def test_numbers_are_copied_without_separators_and_names_cannot_be_computed() -> None:
    table = LayerTable("n", InputShape(), (Conv("=1+1", 1024, 3), Fire('"quoted"', 1, 2, 3), MaxPool("'pool ")))
    block = Block(range(INPUT_ROW, 4), (Column.NAME, Column.WINDOW, Column.PARAMETERS, Column.LIVE))
    assert copied(resolve(table), block, lambda row: "3.2 ms" if row == 0 else "") == (
        "input\t\t\t\n"
        "'=1+1\t3×3/1 ×1024\t28672\t3.2 ms\n"
        '"""quoted"""\t\t1059\t\n'
        "''pool \t3×3/2\t0\t\n"
        "total\t\t29731\t\n"
    )


def test_only_a_line_with_a_quote_or_a_break_has_its_cells_looked_at_for_quote_marks() -> None:
    layers = tuple(Fire(f"fire{row}", 4, 8, 8) for row in range(300))
    network = resolve(LayerTable("t", InputShape(), (*layers, Fire('"a" fire', 4, 8, 8))))
    with patch.object(pasting, "_quoted", wraps=pasting._quoted) as quoted:
        text = copied(network, Block(range(301), COLUMNS))
    assert quoted.call_count == 1
    assert text.count('"') == 6


def test_a_single_cell_is_copied_bare() -> None:
    network = resolve(load_preset("table1"))
    assert copied(network, Block(range(2, 3), (Column.S1X1,))) == "16"
    assert copied(network, Block(range(1), (Column.PARAMETERS,))) == "14208"


# --- fill down and clear


def filled(top: str, bottom: str, *columns: Column) -> dict[str, str]:
    table = load_preset("table1")
    block = Block(range(row_of(table, top), row_of(table, bottom) + 1), columns)
    return differences(table, fill_down(resolve(table), block).table)


@pytest.mark.parametrize(
    ("top", "bottom", "columns", "changed"),
    [
        ("fire3", "fire5", (Column.S1X1, Column.E1X1),
         {"fire4 s1x1": "16", "fire4 e1x1": "64", "fire5 s1x1": "16", "fire5 e1x1": "64"}),
        ("fire4", "fire4", (Column.E3X3,), {"fire4 e3x3": "64"}),
        ("maxpool1", "avgpool10", (Column.WINDOW,), {}),
        ("conv1", "conv10", (Column.WINDOW,), {"conv10 filter/stride": "7×7/2 ×96"}),
    ],
)  # fmt: skip
def test_the_top_row_or_the_one_above_a_single_row_is_filled_down_past_what_does_not_apply(
    top: str, bottom: str, columns: Columns, changed: dict[str, str]
) -> None:
    assert filled(top, bottom, *columns) == changed


def test_names_stay_while_the_rest_of_a_row_is_filled_down() -> None:
    table = load_preset("table1")
    pasted = fill_down(resolve(table), Block(range(2, 4), DISPLAYED))
    assert [layer.name for layer in pasted.table.layers] == [layer.name for layer in table.layers]
    assert pasted.remarks == ("names are not filled down: each layer has its own",)


@pytest.mark.parametrize(
    ("top", "bottom", "column", "reason"),
    [
        ("fire3", "fire4", Column.NAME, "names are not filled down"),
        ("fire3", "fire4", Column.DEPTH, "depth is computed"),
        ("maxpool4", "fire6", Column.S1X1, "maxpool4 s1x1: there is nothing to fill down: a maxpool layer has no s1x1"),
        ("maxpool4", "maxpool4", Column.S1X1, "maxpool4 s1x1: there is nothing to fill down"),
        ("input", "input", Column.OUTPUT, "no row stands above the input"),
        ("total", "total", Column.DEPTH, "the totals are computed"),
        ("conv1", "maxpool1", Column.WINDOW, "none of the rows below takes what stands here"),
    ],
)
def test_where_nothing_can_be_filled_the_reason_is_said(top: str, bottom: str, column: Column, reason: str) -> None:
    with pytest.raises(SqueezevizError) as refusal:
        filled(top, bottom, column)
    assert reason in str(refusal.value)


def test_del_on_names_deletes_the_layers() -> None:
    table = load_preset("table1")
    pasted = clear(resolve(table), Block(range(INPUT_ROW, 2), NAMES))
    assert pasted.table == table.removed(0, 1)
    assert (pasted.text, pasted.rows) == ("Delete 2 layers", range(1))
    alone = clear(resolve(table), Block(range(14, 16), DISPLAYED))
    assert (alone.text, alone.rows) == ("Delete avgpool10", range(13, 14))


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("fire3", Column.S1X1, "fire3 s1x1: this cell cannot be empty; type another value, or press Ctrl+Backspace"),
        ("fire3", Column.BYPASS, "fire3 bypass: this cell cannot be empty; type one of none, simple and complex"),
        ("fire3", Column.DEPTH, "fire3 depth: there is nothing to clear: depth is computed"),
        ("input", Column.NAME, "the input has no name of its own"),
        ("input", Column.OUTPUT, "the input cannot be empty; type its size"),
        ("avgpool10", Column.WINDOW, "a global pool's window is the whole map that reaches it"),
        ("total", Column.NAME, "the totals are computed"),
    ],
)
def test_del_on_any_other_cell_says_what_to_do_instead(row: str, column: Column, reason: str) -> None:
    table = load_preset("table1")
    with pytest.raises(SqueezevizError) as refusal:
        clear(resolve(table), Block(range(row_of(table, row), row_of(table, row) + 1), (column,)))
    assert reason in str(refusal.value)


@given(st.data(), tables())
def test_fill_down_and_clear_answer_for_any_block(data: st.DataObject, table: LayerTable) -> None:
    block = data.draw(blocks(table))
    for change in (fill_down, clear):
        try:
            changed = change(resolve(table), block)
        except SqueezevizError as error:
            assert error.message
        else:
            assert changed.rows[-1] + 1 <= len(changed.table.layers) + 1
