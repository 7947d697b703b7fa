"""What a format has no place for is said; what is not said comes back as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from strategies import running_tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.files.networks.caffe import write as prototxt_writer
from squeezeviz.files.networks.caffe.layer import caffes_sides
from squeezeviz.files.presets import load_preset
from squeezeviz.files.registry import FORMATS, Holds, losses, read_file, write_file
from squeezeviz.model.layers import Bypass, Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable

INFO = {each.id: each for each in FORMATS}
PLAIN = LayerTable("Plain", InputShape(3, 33, 33), (Conv("conv1", 8, 3, 2, 1, relu=False), Fire("fire2", 2, 4, 4)))


@pytest.mark.parametrize("format_id", sorted(INFO))
def test_shares_and_bits_are_in_the_file_or_told_not_to_be(format_id: str, tmp_path: Path) -> None:
    table = load_preset("table1")
    told = any("pruning keeps and how many bits" in lost for lost in losses(table, INFO[format_id]))
    if not INFO[format_id].can_read:
        assert told is (INFO[format_id].holds is not Holds.TABLE)
        return
    path = tmp_path / f"table1{INFO[format_id].suffixes[0]}"
    write_file(path, table)
    assert told is not read_file(path).table.is_compressed


@pytest.mark.parametrize("format_id", sorted(each for each in INFO if INFO[each].can_read))
def test_a_format_of_which_nothing_is_told_gives_every_row_back(format_id: str, tmp_path: Path) -> None:
    path = tmp_path / f"plain{INFO[format_id].suffixes[0]}"
    write_file(path, PLAIN)
    read = read_file(path).table
    assert bool(losses(PLAIN, INFO[format_id])) is ((read.input, read.layers) != (PLAIN.input, PLAIN.layers))


@pytest.mark.parametrize("format_id", sorted(INFO))
def test_weights_that_a_format_cannot_hold_are_told(format_id: str) -> None:
    told = [lost for lost in losses(PLAIN, INFO[format_id], "trained.onnx") if "weights of trained.onnx" in lost]
    assert bool(told) is (INFO[format_id].holds is not Holds.WEIGHTS)


@settings(max_examples=50)
@given(running_tables())
def test_of_a_prototxt_nothing_is_lost_untold(table: LayerTable) -> None:
    assume(not any(map(caffes_sides, resolve(table).layers)))
    told = losses(table, INFO["prototxt"])
    back = prototxt.read(prototxt_writer.write(table)).table
    assert bool(told) is table.is_compressed
    assert back == without_idle_relus(table.uncompressed())


def without_idle_relus(table: LayerTable) -> LayerTable:
    """The ReLU of a convolution that is not there counts for nothing."""
    return replace(
        table,
        layers=tuple(
            replace(layer, bypass_relu=True)
            if isinstance(layer, Fire) and layer.bypass is not Bypass.COMPLEX
            else layer
            for layer in table.layers
        ),
    )
