"""What a layer table cannot say is refused with the layer's name and the line where it stands."""

from __future__ import annotations

import re

import pytest
from bounds import at_most
from prototxt_texts import INPUT, conv, fire, layer, layers_of, relu

from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.model.errors import SqueezevizError

C = "num_output: 4 kernel_size: 1"
SLOPE = "relu_param { negative_slope: 0.1 }"


def pooling(more: str) -> str:
    return layer("p", "Pooling", "data", more=f"pooling_param {{ {more} }}")


@pytest.mark.parametrize(
    ("text", "line", "row", "sentence"),
    [
        (conv("c", "data", C + " group: 2"), 2, "c", "2 groups"),
        (conv("c", "data", C + "\n dilation: 2"), 3, "c", "dilated"),
        (conv("c", "data", C + "\n\n axis: 2"), 4, "c", "axis is 2"),
        (conv("c", "data", "num_output: 4 kernel_h: 3 kernel_w: 5"), 2, "c", "kernel_size is 3×5"),
        (conv("c", "data", "num_output: 4 kernel_size: 3\nkernel_size: 5"), 2, "c", "kernel_size is 3×5"),
        (conv("c", "data", "num_output: 4 kernel_h: 3"), 2, "c", "kernel_h alone"),
        (conv("c", "data", C + "\nkernel_h: 3"), 3, "c", "both kernel_size and kernel_h"),
        (conv("c", "data", C + "\nstride: 1 stride: 2"), 3, "c", "stride is 1×2"),
        (conv("c", "data", C + " pad: [1, 2]"), 2, "c", "pad is 1×2"),
        (conv("c", "data", C + " kernel_size: [1, 1]"), 2, "c", "kernel_size is 1×1×1"),
        (conv("c", "data", "kernel_size: 1"), 2, "c", "no num_output"),
        (conv("c", "data", "num_output: 4"), 2, "c", "no kernel_size"),
        (conv("c", "data", "kernel_size: 1\nnum_output: 0"), 3, "c", "filters must be a whole number from 1"),
        (conv("c", "data", C + "\nstride: 0"), 3, "c", "stride must be"),
        (conv("c", "data", C + "\n strid: 2"), 3, "c", "no field 'strid'"),
        (pooling("pool: STOCHASTIC kernel_size: 2"), 2, "p", "no stochastic"),
        (pooling("pool: MAX global_pooling: true"), 2, "p", "no global max pool"),
        (pooling("pool: AVE"), 2, "p", "no kernel_size"),
        (pooling("kernel_size: 2 ceil_mode: false"), 2, "p", "no field 'ceil_mode'"),
        (layer("ip", "InnerProduct", "data"), 2, "ip", "cannot say 'InnerProduct'"),
        (layer("c", "convolution", "data"), 2, "c", "Caffe has no 'convolution'; write 'Convolution'"),
        (pooling("pool: AVE kernel_size: 9") + layer("f", "Flatten", "p") + layer("s", "Softmax", "f"), 3, "f",
         "flattens maps of"),
        (layer("bn", "BatchNorm", "data"), 2, "bn", "cannot say 'BatchNorm'"),
        ('layer { name: "x" bottom: "data" top: "x" }', 2, "x", "has no type"),
        ('layer { name: "x" type: "Softmax" top: "x" }', 2, "x", "has no bottom"),
        ('layer { name: "x" type: "Softmax" botom: "data" top: "x" }', 2, "x", "did you mean bottom"),
        ('layer { name: "x" type: "Softmax" bottom: "data" }', 2, "x", "it has 0 tops"),
        (layer("s", "Softmax", "date"), 2, "s", "takes 'date', which no layer before it makes"),
        (layer("s", "Softmax", "data", more="softmax_param { axis: 2 }"), 2, "s", "axis is 2"),
        (layer("d", "Dropout", "data", more="\ndropout_param { dropout_ratio: 1 }"), 3, "d", "below 1"),
        (relu("data"), 2, "relu_data", "follows no convolution"),
        (conv("c", "data") + relu("c") + relu("c") + conv("d", "c"), 4, "relu_c", "follows no convolution"),
        (conv("c", "data") + layer("r", "ReLU", "c", more=SLOPE) + conv("d", "r"), 3, "r", "leaks"),
        (conv("c", "data") + conv("c", "data"), 3, "c", "made by c already"),
        (conv("c", "data") + conv("c", "c", top="d"), 3, "c", "2 layers are named 'c'"),
        (layer("m", "Eltwise", "data", "data"), 2, "m", "2 layers take 'data'"),
        (conv("c", "data") + layer("k", "Concat", "c") + conv("d", "k"), 3, "k", "does not end a Fire module"),
        (layer("a", "Softmax", "data") + layer("b", "Softmax", "data"), 3, "b", "2 layers take 'data'"),
        (fire("data").replace("kernel_size: 3 pad: 1", "kernel_size: 5 pad: 2"), 6, "f/e3", "is 5×5/1"),
        (fire("data").replace("kernel_size: 3 pad: 1", "kernel_size: 3"), 6, "f/e3", "padding of 0"),
        (fire("data").replace("kernel_size: 3 pad: 1", "kernel_size: 1"), 6, "f/e3", "this one is 1×1/1"),
        (fire("data").replace("num_output: 2", "num_output: 2 stride: 2"), 2, "f/s", "the squeeze of a Fire module"),
        (fire("data").replace(relu("f/e1"), ""), 2, "f/s", "some convolutions of this Fire module have a ReLU"),
        (fire("data").replace("num_output: 5", "num_output: 5 bias_term: false"), 2, "f/s", "have a bias and some"),
        (fire("data").replace("num_output: 5", "num_output: 5 group: 5"), 6, "f/e3", "5 groups"),
        *((fire("data").replace('top: "f/c" ', f'top: "f/c" concat_param {{ {axis}: 2 }}'), 8, "f/c", "the channels")
          for axis in ("axis", "concat_dim")),
        (fire("data") + layer("side", "Softmax", "f/e1"), 6, "f/e3", "make no Fire module"),
        *((fire("data") + layer("a", "Eltwise", "data", "f/c", more=f"eltwise_param {{ {given} }}"), 9, "a", "a plain")
          for given in ("operation: PROD", "coeff: 1 coeff: -1")),
        *((conv("b", "data", given) + fire("data") + layer("add", "Eltwise", "b", "f/c"), 2, "b", said)
          for given, said in (("num_output: 9 kernel_size: 1", "as many filters as the module puts out, 8, not 9"),
                              ("num_output: 8 kernel_size: 3 pad: 1", "the bypass convolution"))),
        (fire("data") + fire("f/c", "g/s", "g/e1", "g/e3", "g/c") + layer("add", "Eltwise", "data", "g/c"), 16, "add",
         "no bypass around its Fire module"),
    ],
)  # fmt: skip
def test_what_a_table_cannot_say_is_refused_where_it_stands(text: str, line: int, row: str, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        prototxt.read(INPUT + text)
    assert (raised.value.place.line, raised.value.place.row) == (line, row)


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ('\nlayer {\n name: "a"\n', 2, "the block that begins here has no }"),
        ('layer {\n convolution_param { num_output: ${CLASSES} } }', 2, r"placeholder '\$\{CLASSES\}' is still there"),
        ("layer {\n convolution_param { num_output: {{ n }} } }", 2, "placeholder '{{ n }}'"),
        ("layer {\n convolution_param { num_output: CLASSES } }", 2, "'CLASSES' stands where a number must"),
        ("layer {\n\n pooling_param { pool: MEDIAN } }", 3, "has no value named 'MEDIAN'"),
        ("layer {\n convolution_param { num_output: -3 } }", 2, "out of range"),
        ("layers {\nlayer { name: 'x' type: 'conv' } }", 2, "upgrade_net_proto_text"),
        ("layer {\n" + "a {\n" * 5000, 65, "nested more than 64 levels deep"),
        ('net: "x"\nbase_lr: 0.1\n', 1, "open the network that its net names, 'x'"),
        ('name: "x"\n', None, "no layer"),
        ("\n" + layer("s", "Softmax", "data"), 2, "no input"),
        (
            'name: "n"\nlayer { name: "d" type: "Python" top: "data" }\n' + layer("s", "Softmax", "data"),
            2, "the input comes out of 'Python', which does not say its size",
        ),
        ("layer {\n name: 'a'\n name: 'b' }", 3, "name stands here a second time"),
        ("layer { concat_param { }\nconcat_param { } }", 2, "concat_param stands here a second time"),
        ("layer { name: 'a' pooling_param {\n pool: MAX\n pool: MAX } }", 3, "pool stands here a second time"),
        ("name: 'a'\n\nname: 'b' layer { }", 3, "name stands here a second time"),
        ("layer { type: CONVOLUTION }", 1, 'needs quotation marks: type: "Convolution"'),
        ("layers { type: CONVOLVED }", 1, "no layer of type 'CONVOLVED'"),
        ("layer { bottom:\n ? }", 2, "'\\?' makes no sense here"),
        ("layer: 3", 1, "layer is a block"),
        ("layer { convolution_param: 3 }", 1, "convolution_param is a block"),
        ("layer { name { } }", 1, "name is no block"),
        ("layer { name: 'a\\q' }", 1, "backslash"),
        ("layer { name: '\\777' }", 1, "backslash"),
        ("layer { name: '\\U00110000' }", 1, "backslash"),
        ("layer { name: '\\377' }", 1, "no UTF-8 text"),
        ("layer { name: '\\ud800' }", 1, "no UTF-8 text"),
        ("layer { convolution_param { num_output: 1.5 } }", 1, "where a whole number must"),
        ("layer { convolution_param { bias_term: no } }", 1, "true or false, not 'no'"),
        ("layer { name: 'a' ]", 1, "makes no sense here"),
        ("layer { name: 'a' >", 1, "should stand here, not >"),
        ('\nlayer { name: "d" type: "Data" top: "data" include { phase: TRAIN } }', 2, "for training only"),
        ('\nlayer { name: "d" type: "Data" top: "data" }' + layer("s", "Softmax", "data"), 2, "how large its images"),
        ('input: "data"\n' + layer("s", "Softmax", "data"), 1, "size of the input 'data' is missing"),
        ('input: "data"\ninput_dim: 3\n' + layer("s", "Softmax", "data"), 2, "four dimensions"),
        ('input: "data"\ninput_dim: [1, 3, 0, 9]\n' + layer("s", "Softmax", "data"), 2, "height must be"),
        ('input: "data"\ninput_dim: [1, 3, -1, 9]\n' + layer("s", "Softmax", "data"), 2, "height must be"),
        ('input: "data" input_dim: [1, 3, 9, 9]\n' + layer("s", "Accuracy", "data"), None, "no layer takes this input"),
        ('input: ["a", "b"] input_dim: [1,1,2,2,1,1,2,2]\n' + conv("c", "a") + conv("d", "b"), None, "several inputs"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_network_gets_a_sentence_with_its_line(
    text: str, line: int | None, sentence: str
) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        prototxt.read(text)
    assert raised.value.place.line == line


IMAGE = 'input: "data" input_dim: [1, 3, 9, 9]\n'
SOFTMAX = layer("s", "Softmax", "data")
HUGE = 2_000_000
"""Characters. A file may have sixteen times as many."""


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("a: 1\n" * (HUGE // 5), None, "no layer"),
        ("a: 1\n" * (HUGE // 5) + SOFTMAX, 100_001, "goes on after 100,000 fields"),
        ("layer {\n" * (HUGE // 8), 65, "nested more than 64 levels"),
        ("layer { a: [" + "1," * (HUGE // 2), 1, "goes on after 100,000 fields"),
        ("layer {" + "[" * HUGE, 1, "makes no sense here"),
        ("layer {" + " " * HUGE + "{", 1, "makes no sense here"),
        ("layer {" + "\n" * HUGE + "}}", HUGE + 1, "should stand here, not }"),
        ("layer {" + "#\n" * (HUGE // 2) + "}}", HUGE // 2 + 1, "should stand here, not }"),
        ("layer { name: " + '"' * HUGE, 1, "makes no sense here"),
        ('layer { name: "' + "a" * HUGE, 1, "makes no sense here"),
        ('layer { name: "' + "a" * 90_000 + '" type: "Foo" }' + IMAGE + SOFTMAX, 1, "has no bottom"),
        ("layer { " + "a" * HUGE, 1, "ends in the middle of a field"),
        ("layer { convolution_param { num_output: " + "9" * HUGE, 1, "no } to end it"),
        (IMAGE + "layer { type: 'Softmax' " + "".join(f"x{i}: 1 " for i in range(99_000)), 2, "no } to end it"),
        (IMAGE + 'layer { type: "Softmax" bottom: "data" }\n' * 20_000, 12_002, "20,000 layers; at most 12,000"),
        (IMAGE + 'layer { type: "Softmax" bottom: "data" top: "data" }' * 12_000, 2, "are named 'data'"),
        (IMAGE + "".join(conv(f"c{i}", "data") for i in range(12_000)), 12_001, "12000 layers take 'data'"),
        (
            IMAGE + "".join(conv(f"c{i}", "data") for i in range(6_000))
            + layer("all", "Concat", *(f"c{i}" for i in range(6_000))), 6_001, "6000 layers take 'data'",
        ),
        ('layer { name: "' + "a" * HUGE + '" }', 1, "a string may have 100,000 characters"),
        ("layer { convolution_param { num_output: " + "9" * HUGE + "} }", 1, "stands where a number must"),
        (
            IMAGE + "".join(conv(f"c{i}", f"c{i - 1}" if i else "data") for i in range(5_000))
            + "".join(layer(f"s{i}", "Power", f"c{i}", *([f"s{i - 1}"] if i else [])) for i in range(5_000))
            + fire("s4999"), 5_002, "cannot say 'Power'",
        ),
        ("layer { a: " + "$" * HUGE, 1, "makes no sense here"),
        ("layer { a: " + "{{" * (HUGE // 2), 1, "makes no sense here"),
    ],
)  # fmt: skip
def test_a_huge_or_hostile_file_gets_its_sentence_within_two_seconds(
    text: str, line: int | None, sentence: str
) -> None:
    with at_most(2), pytest.raises(SqueezevizError, match=sentence) as raised:
        prototxt.read(text)
    assert raised.value.place.line == line


FOLDED = "fold it into the convolution next to it, which then has a bias, and delete this layer"
ACTIVATED = "write the type ReLU instead to see the same sizes"
DELETED = "delete it in a copy of the file and join what stands around it to open the rest"


def on_expand(kind: str, more: str = "") -> str:
    """A layer that works in place behind the 1×1 expand."""
    return f'layer {{ name: "o" type: "{kind}" bottom: "f/e1" top: "f/e1" {more} }}\n'


@pytest.mark.parametrize(
    ("kind", "more", "remedy"),
    [
        ("BatchNorm", "", FOLDED),
        ("Scale", "", FOLDED),
        ("LRN", "", DELETED),
        ("ELU", "", ACTIVATED),
        ("PReLU", "", ACTIVATED),
        ("ReLU", SLOPE, "delete its negative_slope"),
    ],
)
def test_a_foreign_layer_is_refused_with_what_opens_the_network(kind: str, more: str, remedy: str) -> None:
    activates = "ReLU" in remedy or kind == "ReLU"
    foreign = on_expand(kind, more)
    with pytest.raises(SqueezevizError, match=re.escape(remedy)) as raised:
        prototxt.read(INPUT + fire("data").replace(relu("f/e1"), foreign + ("" if activates else relu("f/e1"))))
    assert raised.value.place.row == "o"
    mended = on_expand("ReLU") if activates else relu("f/e1")
    assert [row.name for row in layers_of(fire("data").replace(relu("f/e1"), mended))] == ["f"]


def test_a_fully_connected_layer_opens_as_the_convolution_that_its_note_tells_of() -> None:
    (note,) = prototxt.read(INPUT + conv("c", "data") + layer("fc", "InnerProduct", "c")).notes
    assert note.text.endswith("write a Convolution whose kernel is as large as the map")
    whole = layers_of(conv("c", "data") + conv("fc", "c", "num_output: 10 kernel_size: 32"))
    assert [row.name for row in whole] == ["c", "fc"]
