"""Caffe networks open with the right geometry, and Fire modules are known by structure, not by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from caffe_networks import CAFFE_TEXTS
from preset_tables import counted
from prototxt_texts import GLOBAL_POOL, INPUT, conv, fire, layer, layers_of, relu
from published_counts import counts

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.files.registry import read_file
from squeezeviz.model.errors import Note, Severity, SqueezevizError
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.table import InputShape

V1_0 = ["conv1", "pool1", "fire2", "fire3", "fire4", "pool4", "fire5", "fire6", "fire7", "fire8", "pool8", "fire9"]
V1_1 = ["conv1", "pool1", "fire2", "fire3", "pool3", "fire4", "fire5", "pool5", "fire6", "fire7", "fire8", "fire9"]
TO_RUN, TO_TRAIN = ["drop9", "conv10", "pool10", "prob"], ["drop9", "conv10", "pool10"]
CAFFE_1_0, CAFFE_1_1 = "caffe 1.0 @227 (conv10 pad1)", "caffe 1.1 @227"
RESIDUAL = "caffe 1.0 simple bypass @227 (conv10 pad 1)"
OPENS_AS = {
    "v1.0 to run": (CAFFE_1_0, [*V1_0, *TO_RUN]),
    "v1.0 to train": (CAFFE_1_0, [*V1_0, *TO_TRAIN]),
    "v1.1 to run": (CAFFE_1_1, [*V1_1, *TO_RUN]),
    "residual to train": (RESIDUAL, [*V1_0, *TO_TRAIN]),
    "SqueezeNet_v1.0_deploy": (CAFFE_1_0, [*V1_0, *TO_RUN]),
    "SqueezeNet_v1.0_train_val": (CAFFE_1_0, [*V1_0, *TO_TRAIN]),
    "SqueezeNet_v1.1_deploy": (CAFFE_1_1, [*V1_1, *TO_RUN]),
    "SqueezeNet-Residual_trainval": (RESIDUAL, [*V1_0, *TO_TRAIN]),
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
    assert list(counted(resolve(opened.table)).values()) == list(counts(variant).values())
    fires = [layer for layer in opened.table.layers if isinstance(layer, Fire)]
    bypassed = ["fire3", "fire5", "fire7", "fire9"] if variant == RESIDUAL else []
    assert [fire.name for fire in fires if fire.bypass is not Bypass.NONE] == bypassed


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


FIRE = Fire("f", 2, 3, 5)
PLAIN = Conv("c", 4, 1, relu=False)
LAST = layer("s", "Softmax", "data")
SQUEEZE = conv("f/s", "data", "num_output: 2 kernel_size: 1")


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param(
            SQUEEZE + conv("f/e3", "f/s", "num_output: 5 kernel_size: 3 pad: 1")
            + conv("f/e1", "f/s", "num_output: 3 kernel_size: 1") + layer("f/c", "Concat", "f/e3", "f/e1"),
            (Fire("f", 2, 3, 5, relu=False),), id="expands in any order",
        ),
        pytest.param(
            SQUEEZE + relu("f/s", "s_on") + conv("f/e1", "s_on", "num_output: 3 kernel_size: 1")
            + conv("f/e3", "s_on", "num_output: 5 kernel_size: 3 pad: 1")
            + layer("f/c", "Concat", "f/e1", "f/e3") + relu("f/c") + layer("last", "Softmax", "f/c"),
            (FIRE, Softmax("last")), id="a ReLU with a blob of its own, and one behind the concat",
        ),
        *((fire("data") + layer("add", "Eltwise", *order), (Fire("f", 2, 3, 5, Bypass.SIMPLE),))
          for order in (("data", "f/c"), ("f/c", "data"))),
        *((conv("b", "data", "num_output: 8 kernel_size: 1") + (relu("b") if activated else "") + fire("data")
           + layer("add", "Eltwise", "b", "f/c") + layer("last", "Softmax", "add"),
           (Fire("f", 2, 3, 5, Bypass.COMPLEX, bypass_relu=activated), Softmax("last")))
          for activated in (True, False)),
        pytest.param(
            conv("c", "data", "num_output: 4 kernel_size: 5 kernel_size: 5 stride: 2 pad: 2 bias_term: false")
            + layer("m", "Pooling", "c", more="pooling_param { kernel_size: 3 stride: 2 }")
            + layer("a", "Pooling", "m", more="pooling_param { pool: AVE kernel_h: 2 kernel_w: 2 round_mode: FLOOR }")
            + layer("d", "Dropout", "a", more="dropout_param { dropout_ratio: 0.4 }")
            + layer("g", "Pooling", "d", more=GLOBAL_POOL) + layer("s", "Softmax", "g"),
            (Conv("c", 4, 5, 2, 2, relu=False, bias=False), MaxPool("m", 3, 2), AvgPool("a", 2, 1, ceil=False),
             Dropout("d", 0.4), GlobalAvgPool("g"), Softmax("s")), id="every kind of row",
        ),
        pytest.param(
            conv("c", "data") + 'layer { name: "d" type: "Dropout" bottom: "c" top: "c" include { phase: TRAIN } }',
            (PLAIN, Dropout("d")), id="dropout for training alone",
        ),
        pytest.param(
            layer("copy", "Split", "data") + conv("c", "copy") + layer("p", "Pooling", "c", more=GLOBAL_POOL)
            + layer("flat", "Flatten", "p") + layer("prob", "Softmax", "flat"),
            (PLAIN, GlobalAvgPool("p"), Softmax("prob")), id="splits and flattening pass on",
        ),
        pytest.param(
            '# layer { }\nforce_backward: true layer < name: "c" # { \n type: "Convolution" bottom: "data" top: "c" '
            "param { lr_mult: 1 } param { lr_mult: 2 decay_mult: 0 } convolution_param { num_output: 4 kernel_size: 1 "
            'weight_filler { type: "gaussian" std: 0.01 } engine: CUDNN } blobs_of_a_fork: [1, 2] >',
            (PLAIN,), id="comments, old brackets and fields of no matter",
        ),
        *((conv("c", "data", f"num_output: {said}, kernel_size: 1;"), (PLAIN,))
          for said in ("4", "0x4", "04", "+4", "[4]")),
        *((fire("data", *parts.split()), (Fire(name, 2, 3, 5),)) for parts, name in (
            ("fire2/squeeze1x1 fire2/expand1x1 fire2/expand3x3 fire2/concat", "fire2"),
            ("fire2/conv1x1_1 fire2/conv1x1_2 fire2/conv3x3_2 fire2/concat", "fire2"),
            ("fire_2_s fire_2_e1 fire_2_e3 stacked", "fire_2"),
            ("a/fire2/s a/fire2/e1 a/fire2/e3 a/fire2/c", "a/fire2"),
            ("f2s f2e1 f2e3 f2c", "f2"), ("squeeze left right stack", "stack"),
        )),
        pytest.param(
            fire("data", "m_s1", "m_e1", "m_x1", "c1") + fire("c1", "m_s2", "m_e2", "m_x2", "c2"),
            (Fire("c1", 2, 3, 5), Fire("c2", 2, 3, 5)), id="modules that would share a name have their concats'",
        ),
    ],
)  # fmt: skip
def test_rows_are_known_by_structure_and_named_by_what_is_common_to_their_parts(
    text: str, rows: tuple[Layer, ...]
) -> None:
    assert layers_of(text) == rows


FLAT = "the file puts out a map, [1, 4, 1, 1]; here it is flattened to [1, 4]"
C = conv("c", "data")
GLOBAL = C + layer("p", "Pooling", "c", more=GLOBAL_POOL)
FLATTENED = GLOBAL + layer("f", "Flatten", "p")
LOSS = "left out, as it only measures or trains: "


def pooled(more: str) -> str:
    return C + layer("p", "Pooling", "c", more=f"pooling_param {{ {more} }}")


def sharing(given: str) -> str:
    c, d = (conv(name, bottom, "num_output: 3 kernel_size: 1") for name, bottom in (("c", "data"), ("d", "c")))
    return (c + d).replace("convolution_param", f"{given} convolution_param")


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (C, []), (GLOBAL, [FLAT]), (GLOBAL + layer("s", "Softmax", "p"), [FLAT]), (pooled("kernel_size: 32"), [FLAT]),
        (pooled("kernel_size: 31"), []), (FLATTENED, []), (FLATTENED + layer("s", "Softmax", "f"), []),
        (pooled("pool: AVE kernel_size: 5") + layer("f", "Flatten", "p"),
         ["left out: f (Flatten), behind which the file's network ends"]),
        (pooled("kernel_size: 32") + layer("f", "Flatten", "p"), ["opened up to p, without f (line 4): *"]),
        (GLOBAL + layer("fc", "InnerProduct", "p"), ["opened up to p, without fc (line 4): *"]),
        (GLOBAL + layer("f", "Flatten", "p", more="flatten_param { axis: 0 }"),
         ["opened up to p, without f (line 4): *"]),
        (sharing('param { name: "w" lr_mult: 1 } param { name: "b" }'),
         ["c, d share the weights 'w' in the file; here each counts its own"]),
        (sharing('param: "w" param: "b"').replace("layer {", "layers {").replace('"Convolution"', "CONVOLUTION"),
         ["c, d share the weights 'w' in the file; here each counts its own"]),
        ('input: "extra" input_dim: [1, 3, 9, 9]\n' + C, ["left out, as no layer takes it: the input 'extra'"]),
        (layer("other", "Input") + C, ["left out, as no layer takes it: the input 'other'"]),
        ('input: "label" input_dim: [1, 1, 1, 1]\n' + layer("loss", "SoftmaxWithLoss", "c", "label") + C,
         [LOSS + "loss (SoftmaxWithLoss)"]),
        ('layer { name: "a\\nb\\033[2J" type: "SoftmaxWithLoss" bottom: "data" top: "loss" }' + LAST,
         [LOSS + r"'a\nb\x1b[2J' (SoftmaxWithLoss)"]),
    ],
)  # fmt: skip
def test_what_a_table_has_no_place_for_is_told(text: str, notes: list[str]) -> None:
    read = prototxt.read(INPUT + text)
    assert [re.sub(r"(without .*?: ).*", r"\1*", note.text) for note in read.notes] == notes
    assert read.table.input == InputShape(3, 32, 32)


def test_what_only_trains_or_measures_is_left_out_and_told() -> None:
    assert prototxt.read(CAFFE_TEXTS["v1.0 to train"]).notes == (
        Note("data: an input of 3×227×227, with 3 channels, as it has three mean values"),
        Note(f"{LOSS}loss (SoftmaxWithLoss), accuracy (Accuracy), accuracy_top5 (Accuracy)", Severity.INFO),
        Note("the file puts out a map, [1, 1000, 1, 1]; here it is flattened to [1, 1000]", Severity.INFO),
    )


def test_a_window_that_caffe_alone_would_let_start_outside_gets_a_note() -> None:
    pool = layer("p", "Pooling", "data", more="pooling_param { kernel_size: 1 stride: 3 }")
    assert prototxt.read('input: "data" input_dim: [1, 1, 5, 5]' + pool).notes == (
        Note("p: Caffe would make 3×3 of it, with a last window outside the map; here it is 2×2"),
    )


def test_a_row_s_name_that_no_table_can_hold_is_refused_where_it_stands() -> None:
    with pytest.raises(SqueezevizError, match=r"control character U\+000A") as raised:
        prototxt.read(INPUT + layer("a\\nb", "Softmax", "data").replace('top: "a\\nb"', 'top: "a"'))
    assert raised.value.place.line == 2


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("", "my net"), ('name: "own"', "own"), (r'name: "a\"b"', 'a"b'), (r"name: 'it\'s'", "it's"),
        ('name: "one " "and" \'other\'', "one andother"), (r'name: "\\"', "\\"), (r'name: "\303\251"', "é"),
        (r'name: "\x41\u0042"', "AB"), ('name: "#{}"', "#{}"), ('name: "压缩"', "压缩"),
    ],
)  # fmt: skip
def test_a_network_has_the_name_that_it_says_or_its_file_s(said: str, name: str) -> None:
    assert prototxt.read(f"{said}\n{INPUT}{LAST}", "my net").table.name == name
