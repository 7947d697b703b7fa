"""Tables are written as Caffe networks that read back to the same table, and that Caffe's own grammar takes."""

from __future__ import annotations

import re

import pytest
from caffe_networks import CAFFE_TEXTS
from google.protobuf import text_format
from hypothesis import given
from strategies import running_tables, tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.files.networks.caffe.layer import caffes_sides
from squeezeviz.files.networks.caffe.messages import net_parameter
from squeezeviz.files.networks.caffe.write import write
from squeezeviz.files.presets import load_preset, preset_ids
from squeezeviz.files.registry import FORMATS, losses
from squeezeviz.model.errors import Note, Severity, SqueezevizError
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Fire, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable


def table(*layers: Layer, name: str = "net") -> LayerTable:
    return LayerTable(name, InputShape(3, 32, 24), layers)


def sayable(original: LayerTable) -> LayerTable:
    """The table without what a prototxt has no place for: pruning, bits, and what an absent bypass would be like."""
    plain = original.uncompressed()
    for index, row in enumerate(plain.layers):
        if isinstance(row, Fire) and row.bypass is not Bypass.COMPLEX:
            plain = plain.with_field(index, "bypass_relu", True)
    return plain


@pytest.mark.parametrize("preset", preset_ids())
def test_presets_read_back_the_same(preset: str) -> None:
    original = load_preset(preset)
    read = prototxt.read(write(original))
    assert read.table == original.uncompressed()
    channels, *sides = resolve(original).output
    flat = f"the file puts out a map, [1, {channels}, 1, 1]; here it is flattened to [1, {channels}]"
    assert read.notes == ((Note(flat, Severity.INFO),) if sides == [1, 1] else ())


@given(running_tables())
def test_any_network_that_runs_reads_back_the_same_and_what_is_lost_is_told(original: LayerTable) -> None:
    try:
        written = write(original)
    except SqueezevizError as error:
        assert "rename this row" in error.message or "pads a pool by less" in error.message
        return
    assert prototxt.read(written).table == sayable(original)
    if not any(map(caffes_sides, resolve(original).layers)):
        assert bool(losses(original, next(each for each in FORMATS if each.id == "prototxt"))) is original.is_compressed


@given(tables())
def test_any_table_is_refused_at_its_row_or_written_so_that_protobuf_s_own_parser_takes_it(
    original: LayerTable,
) -> None:
    try:
        written = write(original)
    except SqueezevizError as error:
        assert error.place.row in [row.name for row in original.layers] or not original.layers
        return
    assert prototxt.read(written).table == sayable(original)
    net = text_format.Parse(written, net_parameter()())
    assert net.name == original.name
    assert list(net.layer[0].input_param.shape[0].dim) == [
        1, original.input.channels, original.input.height, original.input.width,
    ]  # fmt: skip
    tops = [top for layer in net.layer for top in layer.top if top not in layer.bottom]
    assert len(set(tops)) == len(tops)
    names = [layer.name for layer in net.layer]
    assert len(set(names)) == len(names)


def test_a_network_is_written_as_the_authors_write_theirs() -> None:
    theirs = re.sub(r"\n    weight_filler \{.*?\}", "", CAFFE_TEXTS["v1.0 to run"], flags=re.DOTALL)
    first = 'layer {\n  name: "conv1"\n'
    head, conv1, rest = write(prototxt.read(theirs, "net").table).partition(first)
    assert conv1 + rest == theirs[theirs.index(first) :] + "\n"
    assert head == (
        'name: "net"\nlayer {\n  name: "data"\n  type: "Input"\n  top: "data"\n'
        "  input_param {\n    shape { dim: 1 dim: 3 dim: 227 dim: 227 }\n  }\n}\n"
    )


def test_a_name_that_an_unnamed_layer_would_have_stays_with_the_row() -> None:
    original = table(Softmax("data"), Conv("relu_c", 1, 1), Conv("c", 1, 1), Softmax("f/concat"), Fire("f", 1, 1, 1))
    written = write(original)
    assert 'name: "relu_c_2"' in written
    assert prototxt.read(written).table == original


def test_what_a_caffe_network_has_no_place_for_is_told_in_it() -> None:
    pruned = write(table(Conv("c", 4, 1, kept=0.5), MaxPool("p", ceil=False)))
    assert pruned.splitlines()[:2] == [
        "# The shares of weights kept, and the bits of each, are not part of a Caffe network.",
        "# round_mode needs a Caffe newer than 1.0, which rounds the sizes of all pools up.",
    ]
    assert "#" not in write(table(Conv("c", 4, 1), MaxPool("p"), AvgPool("a")))


def test_a_pool_that_caffe_makes_larger_is_told_where_it_stands() -> None:
    lines = write(table(MaxPool("p", 1, 3))).splitlines()
    remark = lines.index(
        "# Caffe makes 12x9 of the next layer, with a last window outside the map; PyTorch makes 11x8."
    )
    assert lines[remark + 1 : remark + 3] == ["layer {", '  name: "p"']


@pytest.mark.parametrize(
    ("refused", "row", "sentence"),
    [
        (table(), None, "needs a layer"),
        (table(MaxPool("p", 3, 2, 3)), "p", "less than its window of 3, not by 3"),
        (table(Conv("c", 2**31, 1)), "c", "not to 2,147,483,648"),
        (table(Fire("f", 1, 2**30, 2**30, Bypass.COMPLEX)), "f", "not to 2,147,483,648"),
        (table(Softmax("s")).with_input(InputShape(1, 10**12, 1)), "input", "not to 1,000,000,000,000"),
        (table(Fire("f", 1, 1, 1), Conv("f/squeeze1x1", 1, 1)), "f/squeeze1x1", "rename this row"),
    ],
)
def test_what_caffe_cannot_say_is_refused_at_its_row(refused: LayerTable, row: str | None, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        write(refused)
    assert raised.value.place.row == row


def test_the_largest_number_that_caffe_counts_to_is_written() -> None:
    assert "num_output: 2147483647" in write(table(Conv("c", 2**31 - 1, 1)))
