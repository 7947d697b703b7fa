"""Printed numbers that cannot be right get a note, each cause once, and never a wrong one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from places import PAPER

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.files.reading import read_text
from squeezeviz.files.registry import read_file
from squeezeviz.files.tables import csv_table
from squeezeviz.model.layers import Conv, GlobalAvgPool, MaxPool


def printed(before: str, after: str) -> tuple[str, ...]:
    """The notes on Table 1 as we write it, with one piece of text changed."""
    text = csv_table.write(load_preset("table1"))
    assert before in text
    return csv_table.read(text.replace(before, after, 1)).notes


def test_the_paper_s_table_opens_as_printed() -> None:
    opened = read_file(PAPER)
    meant = load_preset("table1")
    rows = tuple(layer for layer in meant.layers if layer.name != "dropout9")  # Table 1 does not print it
    assert opened.table == replace(
        meant, name="table1_as_printed", input=replace(meant.input, height=224, width=224), layers=rows
    )
    assert opened.format == "csv"
    assert resolve(opened.table).parameters.value == 1_248_424


def test_the_paper_s_misprints_are_told_each_once() -> None:
    assert list(read_file(PAPER).notes) == [
        "conv1 prints 111×111×96, but 7×7/2 without padding on an input of 224×224 gives 109×109, and so maxpool1, "
        "fire2, fire3 and fire4 give 54×54, not 55×55; maxpool4 agrees again. An input of 227×227 gives what is "
        "printed, and so does a padding of 2 in conv1. The input is kept as printed, 224×224.",
        "maxpool8 prints 13×12×512, but 3×3/2 without padding on a map of 27×27 gives 13×13.",
        "fire8 prints 77,581 parameters after pruning, but keeping 100 %, 50 % and 33 % of its weights leaves 82,005; "
        "77,581 follows from 30 % in e3x3 sparsity",
        "conv10 prints a sparsity of “20% (3x3)”, but its filters are 1×1",
    ]


def test_without_its_misprints_the_paper_s_table_has_no_note() -> None:
    text = read_text(PAPER)
    for wrong, right in (("224x224", "227x227"), ("13x12", "13x13"), ("20% (3x3)", "20% (1x1)")):
        text = text.replace(wrong, right)
    fire8 = next(line for line in text.splitlines() if line.startswith("fire8"))
    text = text.replace(fire8, fire8.replace("33%", "30%"))
    assert csv_table.read(text).notes == ()


@given(st.integers(0, 14), st.integers(1, 9))
def test_each_count_after_pruning_is_checked(row: int, off: int) -> None:
    lines = read_text(PAPER).splitlines()
    cells = lines[2 + row % 14].split(",")
    if not cells[-1]:
        return
    said = int(cells[-1]) + off
    lines[2 + row % 14] = ",".join([*cells[:-1], str(said)])
    notes = csv_table.read("\n".join(lines)).notes
    assert any(note.startswith(f"{cells[0]} prints {said:,} parameters after pruning") for note in notes)
    assert any(note.startswith("the total prints 421,098 parameters after pruning") for note in notes)


def test_a_mistyped_input_is_named_and_the_right_one_found() -> None:
    (note,) = printed("227x227x3", "300x300x3")
    assert "on an input of 300×300 gives 147×147" in note
    assert "fire9, dropout9 and conv10 give 18×18, not 13×13" in note
    assert "An input of" not in note, "an input so far off is no slip of the pen"
    (note,) = printed("227x227x3", "240x240x3")
    assert "An input of 228×228 gives what is printed." in note


def test_one_wrong_size_far_down_does_not_accuse_the_input() -> None:
    assert printed("27x27x384", "26x26x384") == ("fire6 prints 26×26×384, but a map of 27×27 gives 27×27.",)


def test_a_pool_that_was_rounded_the_other_way_is_recognised() -> None:
    table = load_preset("squeezenet1_0")
    floor = table.with_field(5, "ceil", False)
    text = csv_table.write(floor).replace("maxpool,,0,false", "maxpool,,0,true", 1)
    assert "Rounding down in maxpool4 gives what is printed" in csv_table.read(text).notes[0]


def test_wrong_channels_depths_parameters_and_totals_are_told() -> None:
    assert printed("55x55x128", "55x55x64") == ("output channels that cannot be as printed: fire2 64 (it has 128)",)
    assert printed("55x55x128,,2,", "55x55x128,,3,") == ("fire2: a depth of 3 is printed, but 2 is what is added",)
    assert printed("11920", "11921") == ("parameters that cannot be as printed: fire2 11,921 (it has 11,920)",)
    assert printed("1248424", "1248425") == ("the total prints parameters of 1,248,425, but it is 1,248,424",)
    assert printed(",18,", ",19,") == ("the total prints a depth of 19, but it is 18",)
    assert printed("35622400", "1") == ("multiply-adds that cannot be as printed: fire2 1 (it has 35,622,400)",)


def test_a_global_pool_s_window_is_checked() -> None:
    assert printed("13x13/1", "14x14/1") == (
        "avgpool10 prints “14x14/1”, but it averages its whole map, which is 13×13",
    )


@pytest.mark.parametrize("said", ["14,208", "14 208", "14\u00a0208", "14\u202f208", "14'208", "14208.0"])
def test_grouped_counts_are_read(said: str) -> None:
    assert printed(",14208,", f',"{said}",') == ()


@pytest.mark.parametrize("said", ["14.208", "1,4208", "14k", "１４２０８", "1e4", "9" * 5000])
def test_a_printed_count_that_cannot_be_read_gets_a_note_and_stops_nothing(said: str) -> None:
    (note,) = printed(",14208,", f',"{said}",')
    assert note.startswith("line 3: conv1: #parameter before pruning must ")
    assert note.endswith("; it is not compared")


def test_rows_behind_one_that_cannot_run_are_not_compared() -> None:
    text = "layer,output,filter\ninput,8x8x3,\nconv1,9x9x4,9x9/1 (x4)\nmaxpool1,1x1x4,3x3/2\n"
    read = csv_table.read(text)
    assert read.table.layers == (Conv("conv1", 4, 9), MaxPool("maxpool1"))
    assert read.notes == ()


def test_sizes_that_no_table_can_hold_get_a_note() -> None:
    text = f"layer,output\ninput,8x8x3\navgpool,{'9' * 30}x1x1\n"
    read = csv_table.read(text)
    assert read.table.layers == (GlobalAvgPool("avgpool"),)
    assert read.notes == (
        "line 3: avgpool: output size may hold numbers up to 10^12, not "
        "“999999999999999999999999999999x1x1”; it is not compared",
    )
