"""The open table against Table 1: what agrees, what the paper misprints, and what is another network."""

from __future__ import annotations

import csv
import dataclasses

import pytest
from bounds import at_most
from hypothesis import given
from hypothesis import strategies as st
from places import PAPER
from preset_tables import PRESETS, preset

from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import AvgPool, Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.paper.check import Item, PaperCheck, check
from squeezeviz.paper.likeness import likeness, pruned_as_printed
from squeezeviz.paper.reference import kin, references
from squeezeviz.paper.table1 import PRINTED_INPUT, PRINTED_TOTAL, TABLE1, table1_network
from squeezeviz.paper.verdicts import Standing, Verdict


def checked(table: LayerTable) -> PaperCheck:
    found = check(resolve(table), None)
    assert found is not None
    return found


def verdict(table: LayerTable, key: str) -> Verdict:
    return next(each for each in checked(table).verdicts if each.key == key)


TABLE1_TABLE, DENSE = preset("table1"), preset("table1").uncompressed()


def test_what_stands_in_the_core_is_what_the_paper_prints() -> None:
    with PAPER.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head[0] == "layer name/type"
    image, total = rows[0], rows[-1]
    assert image[1] == "x".join(map(str, PRINTED_INPUT))
    assert [PRINTED_TOTAL.parameters, PRINTED_TOTAL.pruned] == [int(cell) for cell in total[-2:]]
    for row, cells in zip(TABLE1, rows[1:-1], strict=True):
        window = "" if row.window is None else f"{row.window[0]}x{row.window[0]}/{row.window[1]}"
        filters = f" (x{row.filters})" if row.filters else ""
        kernel = f" ({row.kept_kernel}x{row.kept_kernel})" if row.kept_kernel else ""
        kept = [f"{int(100 * share)}%{kernel}" for share in row.kept]
        assert cells == [
            row.name,
            "x".join(map(str, row.size)),
            window + filters,
            str(row.depth),
            *(map(str, row.fire) if row.fire else [""] * 3),
            *kept,
            *[""] * (3 - len(kept)),
            f"{row.bits}bit" if row.bits else "",
            *("" if count is None else str(count) for count in (row.parameters, row.pruned)),
        ]
    meant = tuple(layer for layer in DENSE.layers if layer.type != "dropout")
    assert (table1_network().layers, table1_network().input) == (meant, DENSE.input)


def test_table1_agrees_with_itself_but_for_its_misprints() -> None:
    lines = [(each.standing, each.text) for each in checked(DENSE).verdicts]
    for remark in checked(DENSE).verdicts[5:]:
        assert remark.why and remark.checks and all(each.printed and each.ours for each in remark.checks)
    assert lines == [
        (Standing.AGREES, "parameters: 10 of 10 printed rows agree, total 1,248,424"),
        (Standing.AGREES, "depth: 14 of 14 rows agree, total 18"),
        (Standing.AGREES, "filters and strides: 14 of 14 rows agree"),
        (Standing.AGREES, "output size: 13 of 14 rows agree, 1 is a misprint"),
        (Standing.AGREES, "after pruning: 9 of 10 printed rows agree by the printed shares, 1 is a misprint"),
        (Standing.REMARK, "the paper says input 224×224; 111×111 after conv1 needs 227×227"),
        (Standing.REMARK, "maxpool8 prints 13×12×512; the prediction is 13×13×512"),
        (Standing.REMARK, "conv10 prints “20 % (3x3)” as kept; its filters are 1×1"),
        (Standing.REMARK, "fire8 prints 33 % of its 3×3 weights kept; its 77,581 after pruning follow from 30 %"),
        (Standing.REMARK, "the Caffe release pads conv10 by 1: it makes 15×15 where Table 1 prints 13×13"),
        (Standing.REMARK, "“MB” means MiB: 1,248,424 × 4 bytes = 4.76 MiB, printed 4.8 MB"),
    ]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_resembles_squeezenet_and_has_its_depth(name: str) -> None:
    depth = verdict(preset(name), Item.DEPTH)
    assert depth.standing is Standing.AGREES
    assert depth.text == "depth: 14 of 14 rows agree, total 18"


def test_shares_of_the_table_s_own_are_compared_with_the_printed_ones() -> None:
    table = preset("table1")
    found = likeness(table)
    assert found is not None
    pruned = pruned_as_printed(table.uncompressed(), found)
    assert verdict(pruned, "kept").text == "kept: 10 of 10 printed rows agree"
    assert verdict(pruned, "bits").text == "bits: 10 of 10 printed rows agree"
    other = pruned.with_field(pruned.index_of("fire2"), "e3x3_kept", 0.4)
    assert verdict(other, "kept").standing is Standing.DIFFERS
    wrong = [each for each in verdict(other, "kept").checks if not each.agrees]
    assert [(each.layer, each.printed, each.ours) for each in wrong] == [("fire2", "100, 100, 33 %", "100, 100, 40 %")]
    assert verdict(other, "after pruning").text == "after pruning: 8 of 10 printed rows agree"
    in_8_bits = other.with_field(other.index_of("conv1"), "bits", 8)
    assert verdict(in_8_bits, "bits").text == "bits: 9 of 10 printed rows agree"
    assert "Table 2 has one of 8 bits" in verdict(in_8_bits, "bits").why


def measured_shares(table: LayerTable) -> LayerTable:
    """A table with the shares of the authors' own weights in it, which nobody rounded."""
    kept = {
        "conv1": (0.98511,), "fire2": (0.9947, 0.996, 0.32975), "fire3": (0.995, 0.999, 0.32975),
        "fire4": (0.9973, 0.99389, 0.32975), "fire5": (0.99609, 0.9929, 0.329508),
        "fire6": (0.98966, 0.49934, 0.329439), "fire7": (0.4994, 0.99055, 0.32957),
        "fire8": (0.99235, 0.49969, 0.29937), "fire9": (0.49957, 0.99505, 0.299567), "conv10": (0.199849,),
    }  # fmt: skip
    for name, shares in kept.items():
        fields = ("kept",) if len(shares) == 1 else ("s1x1_kept", "e1x1_kept", "e3x3_kept")
        for field, share in zip(fields, shares, strict=True):
            table = table.with_field(table.index_of(name), field, share)
    return table


def test_shares_that_were_measured_are_the_printed_ones_to_the_percent_and_fire8s_is_a_misprint() -> None:
    table = measured_shares(DENSE)
    kept = verdict(table, "kept")
    assert (kept.standing, kept.text) == (Standing.AGREES, "kept: 9 of 10 printed rows agree, 1 is a misprint")
    misprint = next(each for each in kept.checks if each.misprint)
    assert (misprint.layer, misprint.printed, misprint.ours) == ("fire8", "100, 50, 33 %", "99.2, 50.0, 29.9 %")
    pruned = verdict(table, "after pruning")
    assert (pruned.standing, pruned.text) == (
        Standing.AGREES, "after pruning: 10 of 10 printed rows agree to the percent",
    )  # fmt: skip
    assert [(each.row, each.printed, each.ours) for each in pruned.checks if each.row in ("fire8", "total")] == [
        ("fire8", "77,581", "77,295"),
        ("total", "421,098", "419,897"),
    ]
    said = "fire8 prints 33 % of its 3×3 weights kept, a misprint: here 29.9 % are kept, and its 77,581 is right"
    assert verdict(table, "remark-fire8-kept").text == said
    # Neither other shares nor other filters are near what is printed.
    for field, value in (("e3x3_kept", 0.34123), ("s1x1_kept", 0.97123), ("s1x1", 24)):
        edited = table.with_field(table.index_of("fire4"), field, value)
        assert verdict(edited, "after pruning").text == "after pruning: 9 of 10 printed rows agree to the percent"


def test_an_edited_row_is_named_with_what_is_printed_for_it() -> None:
    table = preset("table1").with_field(3, "s1x1", 24)
    parameters = verdict(table, Item.PARAMETERS)
    assert parameters.standing is Standing.DIFFERS
    assert parameters.text == "parameters: 9 of 10 printed rows agree, total 1,254,576 (printed 1,248,424)"
    wrong = [each for each in parameters.checks if not each.agrees]
    assert [(each.row, each.printed, each.ours, each.layer) for each in wrong] == [
        ("fire3", "12,432", "18,584", "fire3"),
        ("total", "1,248,424", "1,254,576", ""),
    ]
    assert verdict(table, Item.FILTERS).text == "filters and strides: 13 of 14 rows agree"


def test_v1_1_s_pools_are_said_to_stand_elsewhere_and_caffe_s_padding_what_it_makes() -> None:
    table = preset("squeezenet1_1")
    assert verdict(table, "layers").text == "layers: 2 elsewhere"
    moved = [(each.row, each.printed, each.ours) for each in verdict(table, "layers").checks]
    assert moved == [
        ("maxpool3 (maxpool4)", "after fire4", "after fire3"),
        ("maxpool5 (maxpool8)", "after fire8", "after fire5"),
    ]
    assert "this table has 224×224" in verdict(table, "remark-input").text
    padded = verdict(preset("caffe-v1.0"), "remark-conv10-padding")
    assert padded.text == "conv10 is padded by 1, as in the Caffe release; the prediction is 15×15"


def test_missing_added_and_bypassed_rows_are_said() -> None:
    table = preset("simple-bypass")
    table = table.removed(table.index_of("fire6")).inserted(3, MaxPool("extra"))
    said = verdict(table, "layers")
    assert said.text == "layers: 1 missing, 1 not in Table 1, 4 with a bypass"
    assert {each.row: each.layer for each in said.checks}["fire6"] == ""
    assert verdict(table, Item.PARAMETERS).standing is Standing.DIFFERS
    gone = next(each for each in verdict(table, Item.DEPTH).checks if each.row == "fire6")
    assert (gone.ours, gone.note) == ("—", "This table has no fire6.")
    longer = verdict(DENSE.inserted(len(DENSE.layers), Conv("extra", 1, 1)), Item.PARAMETERS)
    assert longer.standing is Standing.DIFFERS
    assert longer.text == "parameters: 10 of 10 printed rows agree, total 1,249,425 (printed 1,248,424)"


def test_a_misprint_is_one_whatever_its_row_is_named_and_only_where_there_is_such_a_row() -> None:
    table = DENSE
    pool = table.index_of("maxpool8")
    renamed = verdict(table.with_field(pool, "name", "pool"), Item.SIZE)
    assert (renamed.standing, renamed.text) == (
        Standing.AGREES, "output size: 13 of 14 rows agree, 1 is a misprint",
    )  # fmt: skip
    without = verdict(table.removed(pool), Item.DEPTH)
    assert (without.standing, without.text) == (Standing.DIFFERS, "depth: 13 of 14 rows agree, total 18")


def test_other_names_and_a_windowed_last_pool_are_the_same_network() -> None:
    table = DENSE
    renamed = [dataclasses.replace(layer, name=f"features.{row}") for row, layer in enumerate(table.layers)]
    renamed[-1] = AvgPool("pool", 13, 1, 0, False)
    told = checked(dataclasses.replace(table, layers=tuple(renamed)))
    assert [each.text for each in told.verdicts[:3]] == [
        "parameters: 10 of 10 printed rows agree, total 1,248,424",
        "depth: 14 of 14 rows agree, total 18",
        "filters and strides: 14 of 14 rows agree",
    ]
    assert (first := told.verdicts[0].checks[0]).row == "features.0 (conv1)" and first.layer == "features.0"


def test_a_table_that_cannot_run_is_checked_as_far_as_it_gets() -> None:
    broken = preset("table1").with_field(5, "kernel", 500)
    assert verdict(broken, Item.SIZE).text == "output size: 5 of 14 rows agree"
    assert verdict(broken, Item.PARAMETERS).checks[-1].ours == "—"
    reached = next(each for each in verdict(broken, Item.SIZE).checks if each.row == "fire9")
    assert reached.note == "Data does not reach fire9."


def test_what_is_no_squeezenet_is_not_compared() -> None:
    plain = LayerTable("plain", InputShape(), (Conv("a", 8, 3), MaxPool("b"), Conv("c", 8, 3)))
    assert check(resolve(plain), None) is None
    assert check(resolve(LayerTable("empty", InputShape(), ())), None) is None
    assert check(resolve(DENSE.removed(*range(2, 7))), None) is None
    deep = LayerTable("deep", InputShape(), tuple(Fire(f"fire{row}", 8, 8, 8) for row in range(1000)))
    network, edited = resolve(deep), [resolve(TABLE1_TABLE.with_field(3, "s1x1", 17 + tick)) for tick in range(40)]
    with at_most(0.4):  # the check follows an edit in a few milliseconds
        assert check(network, None) is None
        assert all(check(each, None) for each in edited)


@given(st.integers(0, 14), st.integers(1, 4))
def test_a_few_rows_more_or_less_are_still_a_squeezenet(row: int, count: int) -> None:
    table = preset("table1")
    fewer = table.removed(*range(row, min(row + count, 15)))
    assert checked(fewer).verdicts
    more = table
    for each in range(count):
        more = more.inserted(row, Conv(f"new{each}", 4, 1))
    assert checked(more).verdicts


def test_reference_tables_show_ours_beside_theirs() -> None:
    shown = {row.network: row for reference in references()[:2] for row in reference.rows}
    assert (shown["AlexNet"].printed, shown["SqueezeNet"].printed) == ("240 MB", "4.8 MB, 50×")
    assert (shown["SqueezeNet"].ours, shown["SqueezeNet"].accuracy) == ("4.76 MiB, 50×", "57.5 / 80.3")
    assert (shown["at 8 bits"].printed, shown["at 6 bits"].printed) == ("0.66 MB, 363×", "0.47 MB, 510×")
    assert (shown["complex"].printed, shown["complex"].ours) == ("7.7 MB", "6.06 MiB")
    assert "cannot be reproduced" in shown["complex"].note
    assert [len(reference.rows) for reference in references()] == [4, 3, 5, 9]


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (preset("squeezenet1_0"), ["SqueezeNet", "none (vanilla)", "SR 0.125"]),
        (preset("simple-bypass"), ["simple"]),
        (preset("complex-bypass"), ["complex"]),
        (preset("squeezenet1_1"), []),
        (TABLE1_TABLE.removed(12), ["at 6 bits", "none (vanilla)", "SR 0.125"]),
    ],
)
def test_the_open_network_is_found_among_the_paper_s(table: LayerTable, rows: list[str]) -> None:
    present = kin(resolve(table))
    assert [row.network for each in references() for row in each.rows if row.kin and row.kin.knows(present)] == rows
