"""Printed numbers that cannot be right get a note, each cause once, and never a wrong one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from places import PAPER

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import load_preset
from squeezeviz.files.reading import read_text
from squeezeviz.files.registry import read_file
from squeezeviz.files.tables import csv_table
from squeezeviz.model.layers import Conv, Fire, GlobalAvgPool, Layer, MaxPool


def printed(before: str, after: str) -> tuple[str, ...]:
    """The notes on Table 1 as we write it, with one piece of text changed."""
    text = csv_table.write(load_preset("table1"))
    assert before in text
    return tuple(map(str, csv_table.read(text.replace(before, after, 1)).notes))


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
    assert list(map(str, read_file(PAPER).notes)) == [
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


@pytest.mark.parametrize("row", range(14))
def test_each_count_after_pruning_is_checked(row: int) -> None:
    lines = read_text(PAPER).splitlines()
    cells = lines[2 + row].split(",")
    if cells[-1]:
        said = int(cells[-1]) + 1 + row
        lines[2 + row] = ",".join([*cells[:-1], str(said)])
        notes = list(map(str, csv_table.read("\n".join(lines)).notes))
        assert any(note.startswith(f"{cells[0]} prints {said:,} parameters after pruning") for note in notes)
        assert any(note.startswith("the total prints 421,098 parameters after pruning") for note in notes)


def test_a_mistyped_input_is_named_and_the_right_one_found() -> None:
    (note,) = printed("227x227x3", "300x300x3")
    assert "on an input of 300×300 gives 147×147" in note
    assert "fire9, dropout9 and conv10 give 18×18, not 13×13" in note
    assert "An input of" not in note, "an input so far off is no slip of the pen"
    (note,) = printed("227x227x3", "240x240x3")
    assert "An input of 228×228 gives what is printed." in note


def test_a_pool_that_was_rounded_the_other_way_is_recognised() -> None:
    table = load_preset("squeezenet1_0")
    floor = table.with_field(5, "ceil", False)
    text = csv_table.write(floor).replace("maxpool,,0,false", "maxpool,,0,true", 1)
    assert "Rounding down in maxpool4 gives what is printed" in csv_table.read(text).notes[0].text


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        ("27x27x384", "26x26x384", "fire6 prints 26×26×384, but a map of 27×27 gives 27×27."),
        ("55x55x128", "55x55x64", "output channels that cannot be as printed: fire2 64 (it has 128)"),
        ("55x55x128,,2,", "55x55x128,,3,", "fire2: a depth of 3 is printed, but 2 is what is added"),
        ("11920", "11921", "parameters that cannot be as printed: fire2 11,921 (it has 11,920)"),
        ("1248424", "1248425", "the total prints parameters of 1,248,425, but it is 1,248,424"),
        (",18,", ",19,", "the total prints a depth of 19, but it is 18"),
        ("35622400", "1", "multiply-adds that cannot be as printed: fire2 1 (it has 35,622,400)"),
        ("13x13/1", "14x14/1", "avgpool10 prints “14x14/1”, but it averages its whole map, which is 13×13"),
    ],
)
def test_a_wrong_number_is_told_once_and_accuses_no_other(before: str, after: str, note: str) -> None:
    assert printed(before, after) == (note,)


@pytest.mark.parametrize("said", ["14,208", "14 208", "14\u00a0208", "14\u202f208", "14'208", "14208.0"])
def test_grouped_counts_are_read(said: str) -> None:
    assert printed(",14208,", f',"{said}",') == ()


@pytest.mark.parametrize("said", ["14.208", "1,4208", "14k", "１４２０８", "1e4", "9" * 5000])
def test_a_printed_count_that_cannot_be_read_gets_a_note_and_stops_nothing(said: str) -> None:
    (note,) = printed(",14208,", f',"{said}",')
    assert note.startswith("line 3: conv1: #parameter before pruning must ")
    assert note.endswith("; it is not compared")


@pytest.mark.parametrize(
    ("rows", "layers", "notes"),
    [
        pytest.param("conv1,9x9x4,9x9/1 (x4)\nmaxpool1,1x1x4,3x3/2\n", [Conv("conv1", 4, 9), MaxPool("maxpool1")], [],
                     id="rows behind one that cannot run are not compared"),
        pytest.param(f"avgpool,{'9' * 30}x1x1\n", [GlobalAvgPool("avgpool")],
                     ["line 3: avgpool: output size may hold numbers up to 10^12, not "
                      "“999999999999999999999999999999x1x1”; it is not compared"], id="no table holds such sizes"),
        pytest.param(
            "fire1,9x9,,4,1000000000000,1000000000000\nconv2,7x7x4,3x3/1 (x4)\n",
            [Fire("fire1", 4, 10**12, 10**12), Conv("conv2", 4, 3)],
            ["fire1 prints 9×9, but an input of 8×8 gives 8×8, and so conv2 gives 6×6, not 7×7. "
             "An input of 9×9 gives what is printed. The input is kept as printed, 8×8."],
            id="more channels than an input may have"),
    ],
)  # fmt: skip
def test_numbers_out_of_the_ordinary_stop_nothing(rows: str, layers: list[Layer], notes: list[str]) -> None:
    read = csv_table.read("layer,output,filter,s1x1,e1x1,e3x3\ninput,8x8x3,\n" + rows)
    assert (list(read.table.layers), list(map(str, read.notes))) == (layers, notes)
