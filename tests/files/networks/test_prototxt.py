"""Caffe networks open with the right geometry, and Fire modules are known by structure, not by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from caffe_networks import CAFFE_TEXTS
from prototxt_texts import INPUT, conv, fire, layer, layers_of, relu
from published_counts import Counted, counts

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.files.registry import read_file
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, MaxPool, Softmax
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.table import InputShape

V1_0 = ["conv1", "pool1", "fire2", "fire3", "fire4", "pool4", "fire5", "fire6", "fire7", "fire8", "pool8", "fire9"]
V1_1 = ["conv1", "pool1", "fire2", "fire3", "pool3", "fire4", "fire5", "pool5", "fire6", "fire7", "fire8", "fire9"]
TO_RUN, TO_TRAIN = ["drop9", "conv10", "pool10", "prob"], ["drop9", "conv10", "pool10"]
CAFFE_1_0, CAFFE_1_1 = "caffe 1.0 @227 (conv10 pad1)", "caffe 1.1 @227"
OPENS_AS = {
    "v1.0 to run": (CAFFE_1_0, [*V1_0, *TO_RUN]),
    "v1.0 to train": (CAFFE_1_0, [*V1_0, *TO_TRAIN]),
    "v1.1 to run": (CAFFE_1_1, [*V1_1, *TO_RUN]),
    "residual to train": ("caffe 1.0 simple bypass @227 (conv10 pad 1)", [*V1_0, *TO_TRAIN]),
    "SqueezeNet_v1.0_deploy": (CAFFE_1_0, [*V1_0, *TO_RUN]),
    "SqueezeNet_v1.0_train_val": (CAFFE_1_0, [*V1_0, *TO_TRAIN]),
    "SqueezeNet_v1.1_deploy": (CAFFE_1_1, [*V1_1, *TO_RUN]),
    "SqueezeNet-Residual_trainval": ("caffe 1.0 simple bypass @227 (conv10 pad 1)", [*V1_0, *TO_TRAIN]),
    "SqueezeNet-Deep-Compression_deploy": (CAFFE_1_0, [*V1_0, "drop9", "conv_final", "pool_final"]),
    "netscope_squeezenet": (CAFFE_1_0, [*V1_0, *TO_TRAIN]),
    "netscope_squeezenet_v11": (CAFFE_1_1, [*V1_1, *TO_TRAIN]),
}
"""The variant of the published counts that each network is, and its rows."""


@pytest.mark.parametrize("name", CAFFE_TEXTS)
def test_each_network_opens_with_every_operation_as_counted(name: str, tmp_path: Path) -> None:
    path = tmp_path / "net.prototxt"
    path.write_text(CAFFE_TEXTS[name], encoding="utf-8")
    opened = read_file(path)
    variant, rows = OPENS_AS[name]
    assert [layer.name for layer in opened.table.layers] == rows
    assert opened.format == "prototxt"
    assert _weighty(resolve(opened.table)) == list(counts(variant).values())


def _weighty(network: ResolvedNetwork) -> list[Counted]:
    """Every operation but those that only pass on."""
    silent = (OperationKind.RELU, OperationKind.DROPOUT, OperationKind.SOFTMAX)
    return [
        Counted(step.shape, step.parameters.value, step.macs.value)
        for _, step in network.operations()
        if step.operation.kind not in silent
    ]


def test_the_residual_network_has_simple_bypasses_around_every_other_module() -> None:
    layers = prototxt.read(CAFFE_TEXTS["residual to train"]).table.layers
    fires = [layer for layer in layers if isinstance(layer, Fire)]
    assert [fire.name for fire in fires if fire.bypass is Bypass.SIMPLE] == ["fire3", "fire5", "fire7", "fire9"]
    assert {fire.bypass for fire in fires} == {Bypass.NONE, Bypass.SIMPLE}


def test_conv10_keeps_its_padding_of_1() -> None:
    table = prototxt.read(CAFFE_TEXTS["v1.0 to run"]).table
    assert table.layers[table.index_of("conv10")] == Conv("conv10", 1000, 1, 1, 1)


def test_what_only_trains_or_measures_is_left_out_and_told() -> None:
    assert prototxt.read(CAFFE_TEXTS["v1.0 to train"]).notes == (
        "data: an input of 3×227×227, with 3 channels, as it has three mean values",
        "left out, as it only measures or trains: "
        "loss (SoftmaxWithLoss), accuracy (Accuracy), accuracy_top5 (Accuracy)",
        "the file puts out a map, [1, 1000, 1, 1]; here it is flattened to [1, 1000]",
    )


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("fire2/squeeze1x1", "fire2/expand1x1", "fire2/expand3x3", "fire2/concat"), "fire2"),
        (("fire2/conv1x1_1", "fire2/conv1x1_2", "fire2/conv3x3_2", "fire2/concat"), "fire2"),
        (("fire_2_s", "fire_2_e1", "fire_2_e3", "stacked"), "fire_2"),
        (("a/fire2/s", "a/fire2/e1", "a/fire2/e3", "a/fire2/c"), "a/fire2"),
        (("f2s", "f2e1", "f2e3", "f2c"), "f2"),
        (("squeeze", "left", "right", "stack"), "stack"),
    ],
)
def test_a_fire_module_has_the_common_name_of_its_parts(parts: tuple[str, str, str, str], name: str) -> None:
    assert layers_of(fire("data", *parts)) == (Fire(name, 2, 3, 5),)


def test_modules_that_would_share_a_name_take_those_of_their_concats() -> None:
    text = fire("data", "m_s1", "m_e1", "m_x1", "c1") + fire("c1", "m_s2", "m_e2", "m_x2", "c2")
    assert layers_of(text) == (Fire("c1", 2, 3, 5), Fire("c2", 2, 3, 5))


def test_the_expands_may_stand_and_be_stacked_in_any_order() -> None:
    text = (
        conv("f/s", "data", "num_output: 2 kernel_size: 1")
        + conv("f/e3", "f/s", "num_output: 5 kernel_size: 3 pad: 1")
        + conv("f/e1", "f/s", "num_output: 3 kernel_size: 1")
        + layer("f/c", "Concat", "f/e3", "f/e1")
    )
    assert layers_of(text) == (Fire("f", 2, 3, 5, relu=False),)


def test_relus_may_make_blobs_of_their_own_or_follow_the_concat() -> None:
    text = (
        conv("f/s", "data", "num_output: 2 kernel_size: 1") + relu("f/s", "s_on")
        + conv("f/e1", "s_on", "num_output: 3 kernel_size: 1")
        + conv("f/e3", "s_on", "num_output: 5 kernel_size: 3 pad: 1")
        + layer("f/c", "Concat", "f/e1", "f/e3") + relu("f/c")
        + layer("last", "Softmax", "f/c")
    )  # fmt: skip
    assert layers_of(text) == (Fire("f", 2, 3, 5), Softmax("last"))


@pytest.mark.parametrize("order", [("data", "f/c"), ("f/c", "data")])
def test_a_sum_with_the_module_s_input_is_a_simple_bypass(order: tuple[str, str]) -> None:
    assert layers_of(fire("data") + layer("add", "Eltwise", *order)) == (Fire("f", 2, 3, 5, Bypass.SIMPLE),)


@pytest.mark.parametrize("activated", [True, False])
def test_a_convolution_around_the_module_is_a_complex_bypass(activated: bool) -> None:
    around = conv("around", "data", "num_output: 8 kernel_size: 1") + (relu("around") if activated else "")
    text = around + fire("data") + layer("add", "Eltwise", "around", "f/c") + layer("last", "Softmax", "add")
    assert layers_of(text) == (Fire("f", 2, 3, 5, Bypass.COMPLEX, bypass_relu=activated), Softmax("last"))


def test_a_stem_of_every_kind_of_row() -> None:
    text = (
        conv("c", "data", "num_output: 4 kernel_size: 5 kernel_size: 5 stride: 2 pad: 2 bias_term: false")
        + layer("m", "Pooling", "c", more="pooling_param { kernel_size: 3 stride: 2 }")
        + layer("a", "Pooling", "m", more="pooling_param { pool: AVE kernel_h: 2 kernel_w: 2 round_mode: FLOOR }")
        + layer("d", "Dropout", "a", more="dropout_param { dropout_ratio: 0.4 }")
        + layer("g", "Pooling", "d", more="pooling_param { pool: AVE global_pooling: true }")
        + layer("s", "Softmax", "g")
    )
    assert layers_of(text) == (
        Conv("c", 4, 5, 2, 2, relu=False, bias=False),
        MaxPool("m", 3, 2),
        AvgPool("a", 2, 1, ceil=False),
        Dropout("d", 0.4),
        GlobalAvgPool("g"),
        Softmax("s"),
    )


def test_a_network_without_a_name_takes_its_file_s() -> None:
    assert prototxt.read(INPUT + layer("s", "Softmax", "data"), "my net").table.name == "my net"
    assert prototxt.read('name: "own"' + INPUT + layer("s", "Softmax", "data"), "my net").table.name == "own"


def test_dropout_for_training_only_is_kept() -> None:
    text = conv("c", "data") + (
        'layer { name: "d" type: "Dropout" bottom: "c" top: "c" include { phase: TRAIN } }' + layer("s", "Softmax", "c")
    )
    assert [row.name for row in layers_of(text)] == ["c", "d", "s"]


def test_splits_and_flattening_pass_on() -> None:
    average = layer("p", "Pooling", "c", more="pooling_param { pool: AVE global_pooling: true }")
    text = layer("data_copy", "Split", "data") + conv("c", "data_copy") + average + layer("flat", "Flatten", "p")
    read = prototxt.read(INPUT + text + layer("prob", "Softmax", "flat"))
    assert read.table.layers == (Conv("c", 4, 1, relu=False), GlobalAvgPool("p"), Softmax("prob"))
    assert not read.notes


def test_a_window_that_caffe_alone_would_let_start_outside_gets_a_note() -> None:
    text = 'input: "data" input_dim: [1, 1, 5, 5]' + layer(
        "p", "Pooling", "data", more="pooling_param { kernel_size: 1 stride: 3 }"
    )
    assert prototxt.read(text).notes == (
        "p: Caffe would make 3×3 of it, with a last window outside the map; here it is 2×2",
    )


def test_comments_old_brackets_and_fields_of_no_matter_are_passed_over() -> None:
    text = (
        "# layer { }\n" + INPUT + 'force_backward: true layer < name: "c" # { \n type: "Convolution" bottom: "data" '
        'top: "c" param { lr_mult: 1 } param { lr_mult: 2 decay_mult: 0 } convolution_param { num_output: 4 '
        'kernel_size: 1 weight_filler { type: "gaussian" std: 0.01 } engine: CUDNN } blobs_of_a_fork: [1, 2] >'
    )
    assert prototxt.read(text).table.layers == (Conv("c", 4, 1, relu=False),)


def test_a_hostile_name_of_a_layer_left_out_stays_on_one_line() -> None:
    loss = 'layer { name: "a\\nb\\033[2J" type: "SoftmaxWithLoss" bottom: "data" top: "loss" }\n'
    (note,) = prototxt.read(INPUT + loss + layer("s", "Softmax", "data")).notes
    assert note == r"left out, as it only measures or trains: 'a\nb\x1b[2J' (SoftmaxWithLoss)"


def test_an_input_s_hostile_name_stays_on_one_line() -> None:
    data = 'layer { name: "a\\nb" type: "Data" top: "data" transform_param { crop_size: 8 } }\n'
    (note,) = prototxt.read(data + layer("s", "Softmax", "data")).notes
    assert "\n" not in note


def test_a_row_s_name_that_no_table_can_hold_is_refused_where_it_stands() -> None:
    with pytest.raises(SqueezevizError, match=r"control character U\+000A") as raised:
        prototxt.read(INPUT + layer("a\\nb", "Softmax", "data").replace('top: "a\\nb"', 'top: "a"'))
    assert raised.value.place.line == 2


@pytest.mark.parametrize(
    ("more", "notes"),
    [
        ('input: "extra" input_dim: [1, 3, 9, 9]\n', ("left out, as no layer takes it: the input 'extra'",)),
        (layer("other", "Input"), ("left out, as no layer takes it: the input 'other'",)),
        (
            'input: "label" input_dim: [1, 1, 1, 1]\n' + layer("loss", "SoftmaxWithLoss", "c", "label"),
            ("left out, as it only measures or trains: loss (SoftmaxWithLoss)",),
        ),
    ],
)
def test_an_input_that_nothing_takes_is_told_and_left_out(more: str, notes: tuple[str, ...]) -> None:
    image = 'input: "data" input_dim: [1, 3, 9, 9]\n'
    read = prototxt.read(image + more + conv("c", "data"))
    assert (read.table.input, read.notes) == (InputShape(3, 9, 9), notes)


OLD_TYPES = {
    "Convolution": "CONVOLUTION", "ReLU": "RELU", "Pooling": "POOLING", "Concat": "CONCAT", "Dropout": "DROPOUT",
    "Softmax": "SOFTMAX", "Data": "DATA", "SoftmaxWithLoss": "SOFTMAX_LOSS", "Accuracy": "ACCURACY",
    "Eltwise": "ELTWISE",
}  # fmt: skip


@pytest.mark.parametrize("name", ["v1.0 to run", "v1.0 to train", "residual to train"])
def test_a_file_of_caffe_s_first_year_opens_as_the_same_network(name: str) -> None:
    today = CAFFE_TEXTS[name]
    old = re.sub(r"^layer \{", "layers {", today, flags=re.MULTILINE)
    old = re.sub(r'^  type: "(\w+)"', lambda match: f"  type: {OLD_TYPES[match[1]]}", old, flags=re.MULTILINE)
    assert old.count("CONVOLUTION") == 26
    assert prototxt.read(old) == prototxt.read(today)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (r'"a\"b"', 'a"b'), (r"'it\'s'", "it's"), ('"one " "and" \'other\'', "one andother"), (r'"\\"', "\\"),
        (r'"\303\251"', "é"), (r'"\x41\u0042"', "AB"), ("\"#{}\"", "#{}"), ('"压缩"', "压缩"),
    ],
)  # fmt: skip
def test_strings_are_read_as_text_format_has_them(said: str, name: str) -> None:
    assert prototxt.read(f"name: {said}\n{INPUT}{layer('s', 'Softmax', 'data')}").table.name == name


@pytest.mark.parametrize("said", ["4", "0x4", "04", "+4", "[4]"])
def test_whole_numbers_are_read_as_text_format_has_them(said: str) -> None:
    assert layers_of(conv("c", "data", f"num_output: {said}, kernel_size: 1;")) == (Conv("c", 4, 1, relu=False),)


FLAT = "the file puts out a map, [1, 4, 1, 1]; here it is flattened to [1, 4]"
GLOBAL = layer("p", "Pooling", "c", more="pooling_param { pool: AVE global_pooling: true }")


@pytest.mark.parametrize(
    ("end", "notes"),
    [
        (GLOBAL, (FLAT,)),
        (GLOBAL + layer("s", "Softmax", "p"), (FLAT,)),
        (layer("p", "Pooling", "c", more="pooling_param { kernel_size: 32 }"), (FLAT,)),
        (GLOBAL + layer("f", "Flatten", "p"), ()),
        (GLOBAL + layer("f", "Flatten", "p") + layer("s", "Softmax", "f"), ()),
        ("", ()),
        (layer("p", "Pooling", "c", more="pooling_param { kernel_size: 31 }"), ()),
    ],
)
def test_a_map_of_1x1_that_the_file_puts_out_unflattened_is_told(end: str, notes: tuple[str, ...]) -> None:
    assert prototxt.read(INPUT + conv("c", "data") + end).notes == notes


def test_a_network_that_is_not_opened_to_its_end_says_nothing_of_the_file_s_output() -> None:
    (note,) = prototxt.read(INPUT + conv("c", "data") + GLOBAL + layer("fc", "InnerProduct", "p")).notes
    assert note.startswith("opened up to p, without fc")


def test_a_flattening_from_another_axis_on_is_foreign() -> None:
    flat = layer("f", "Flatten", "p", more="flatten_param { axis: 0 }")
    (note,) = prototxt.read(INPUT + conv("c", "data") + GLOBAL + flat + layer("s", "Softmax", "f")).notes
    assert note.startswith("opened up to p, without f (line 4)")


@pytest.mark.parametrize("old", [True, False])
def test_weights_that_layers_share_are_told(old: bool) -> None:
    c, d = (conv(name, bottom, "num_output: 3 kernel_size: 1") for name, bottom in (("c", "data"), ("d", "c")))
    given = 'param: "w" param: "b"' if old else 'param { name: "w" lr_mult: 1 } param { name: "b" }'
    text = "".join(each.replace("convolution_param", f"{given} convolution_param") for each in (c, d))
    if old:
        text = text.replace("layer {", "layers {").replace('"Convolution"', "CONVOLUTION")
    assert prototxt.read(INPUT + text).notes == ("c, d share the weights 'w' in the file; here each counts its own",)


def test_maps_that_are_flattened_at_the_end_stay_maps_and_a_note_says_so() -> None:
    pool = layer("p", "Pooling", "c", more="pooling_param { pool: AVE kernel_size: 5 }")
    read = prototxt.read(INPUT + conv("c", "data", "num_output: 4 kernel_size: 1") + pool + layer("f", "Flatten", "p"))
    assert [row.name for row in read.table.layers] == ["c", "p"]
    assert read.notes == ("left out: f (Flatten), behind which the file's network ends",)
