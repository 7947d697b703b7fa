"""The network and its input are found wherever a Caffe file says them, in a solver's file too."""

from __future__ import annotations

import pytest
from places import CASES
from prototxt_texts import INPUT, conv, layer

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.model.errors import Note, SqueezevizError
from squeezeviz.model.layers import Conv
from squeezeviz.model.table import InputShape


def data(kind: str, *given: str, phase: str = "") -> str:
    rule = f"include {{ phase: {phase} }}" if phase else ""
    return f'layer {{ name: "d" type: "{kind}" top: "data" top: "label" {rule} {" ".join(given)} }}\n'


def transform(*given: str) -> str:
    return f"transform_param {{ {' '.join(given)} }}"


DEPLOYED = 'layer { name: "d" type: "Input" top: "data" input_param { shape { dim: [1, 1, 4, 4] } } %s }'


@pytest.mark.parametrize(
    ("head", "shape"),
    [
        ('input: "data" input_dim: 9 input_dim: 1 input_dim: 20 input_dim: 30', (1, 20, 30)),
        (DEPLOYED % "", (1, 4, 4)),
        (data("MemoryData", "memory_data_param { channels: 2 height: 9 width: 8 }"), (2, 9, 8)),
        (data("DummyData", "dummy_data_param { channels: 2 height: 9 width: 8 }"), (2, 9, 8)),
        (data("Data", 'include { stage: "train" } transform_param { crop_size: 24 }')
         + DEPLOYED % 'include { stage: "deploy" }', (1, 4, 4)),
        *((f'layer {{ type: "DummyData" top: "label" top: "data" dummy_data_param {{ {given} }} }}', (3, 8, 9))
          for given in ("shape { dim: [1, 2] } shape { dim: [1, 3, 8, 9] }", "shape { dim: [1, 3, 8, 9] }",
                        "num: 1 channels: [1, 3] height: [1, 8] width: [1, 9]")),
    ],
)  # fmt: skip
def test_the_input_is_found_wherever_a_file_says_it(head: str, shape: tuple[int, int, int]) -> None:
    read = prototxt.read(f"{head}\n{conv('c', 'data')}")
    assert (read.table.input, read.notes) == (InputShape(*shape), ())


def test_of_several_inputs_the_one_that_a_layer_takes_counts() -> None:
    read = prototxt.read('input: "x" input: "data" input_dim: [1, 1, 2, 2, 7, 3, 20, 30]' + conv("c", "data"))
    assert read.table.input == InputShape(3, 20, 30)
    assert read.notes == (Note("left out, as no layer takes it: the input 'x'"),)


RESIZE = "resize_param { prob: 1 resize_mode: WARP height: 64 width: 96 interp_mode: LINEAR interp_mode: CUBIC }"
MEANS = "mean_value: [104, 117, 123]"
ASSUMED = "which is assumed"


@pytest.mark.parametrize(
    ("layers", "shape", "reason"),
    [
        (data("AnnotatedData", transform(MEANS, RESIZE), "annotated_data_param { label_map_file: 'x' }"), (3, 64, 96),
         "as it has three mean values"),
        (data("AnnotatedData", transform(RESIZE, "crop_size: 32")), (3, 32, 32), ASSUMED),
        (data("AnnotatedData", transform(RESIZE, "crop_h: 32 crop_w: 48")), (3, 32, 48), ASSUMED),
        (data("AnnotatedData", transform(RESIZE, "crop_h: 32")), (3, 64, 96), ASSUMED),
        (data("AnnotatedData", transform("resize_param { height: 64 width: 96 }")), (3, 64, 96), ASSUMED),
        (data("AnnotatedData", transform(RESIZE.replace("WARP", "FIT_LARGE_SIZE_AND_PAD"))), (3, 64, 96), ASSUMED),
        (data("AnnotatedData", transform(RESIZE.replace("WARP", "FIT_SMALL_SIZE"), "crop_size: 32")), (3, 32, 32),
         ASSUMED),
        (data("Data", transform(RESIZE, "force_gray: true")), (1, 64, 96), "as it says force_gray"),
        (data("Data", transform("crop_size: 8", "force_color: true")), (3, 8, 8), "as it says force_color"),
        (data("Data", "data_param { crop_size: 8 }"), (3, 8, 8), ASSUMED),
        (data("ImageData", "image_data_param { new_height: 9 new_width: 8 is_color: false }"), (1, 9, 8),
         "as it says is_color: false"),
        (data("ImageData", transform("crop_size: 8"), "image_data_param { new_height: 20 new_width: 30 }"), (3, 8, 8),
         ASSUMED),
        (data("ImageData", "image_data_param { new_height: 20 new_width: 30 crop_size: 9 }"), (3, 9, 9), ASSUMED),
        (data("ImageSegData", "image_data_param { new_height: 20 new_width: 30 }"), (3, 20, 30), ASSUMED),
        (data("WindowData", "window_data_param { crop_size: 12 fg_threshold: 0.5 }"), (3, 12, 12), ASSUMED),
        (data("VideoData", transform(MEANS, "crop_size: 8")), (3, 8, 8), "as it has three mean values"),
        (data("Data", transform("crop_size: 8"), phase="TRAIN") + data("Data", transform("crop_size: 9"), phase="TEST"),
         (3, 9, 9), ASSUMED),
        (data("AnnotatedData", transform(RESIZE), phase="TEST") + data("Data", transform("crop_size: 9"), phase="TRAIN")
         + data("Data", transform("crop_size: 10"), phase="TRAIN"),
         (3, 64, 96), ASSUMED),
    ],
)  # fmt: skip
@pytest.mark.parametrize("old", [False, True])
def test_a_data_layer_s_cropping_or_resizing_tells_the_size(
    layers: str, shape: tuple[int, int, int], reason: str, old: bool
) -> None:
    text = layers + conv("c", "data")
    read = prototxt.read(text.replace("layer {", "layers {") if old else text)
    channels = "1 channel" if shape[0] == 1 else "3 channels"
    assert read.table.input == InputShape(*shape)
    assert read.notes == (Note(f"d: an input of {InputShape(*shape)}, with {channels}, {reason}"),)


@pytest.mark.parametrize(
    ("layers", "sentence"),
    [
        (data("AnnotatedData", transform(RESIZE.replace("WARP", "FIT_SMALL_SIZE"))), "with FIT_SMALL_SIZE the size"),
        (data("AnnotatedData", transform("resize_param { resize_mode: FIT_SMALL_SIZE }")), "with FIT_SMALL_SIZE"),
        (data("AnnotatedData", transform("resize_param { height: 9 }")), "does not say how large its images are"),
        (data("Data"), "does not say how large its images are"),
        (data("HDF5Data"), "does not say how large its images are"),
        (data("Data", transform("crop_size: 8")).replace('"data" top: "label"', '"label" top: "data"'),
         "does not say the size of its 'data'"),
    ],
)  # fmt: skip
def test_where_no_size_is_said_the_layer_is_named(layers: str, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        prototxt.read(layers + conv("c", "data"))
    assert (raised.value.place.line, raised.value.place.row) == (1, "d")


@pytest.mark.parametrize(("case", "name"), [("03_resize_param", "Untitled"), ("04_solver_net_param", "n")])
def test_the_size_out_of_resize_param_and_the_network_inside_a_solver_give_their_counts(case: str, name: str) -> None:
    network = resolve(prototxt.read((CASES / f"{case}.prototxt").read_text(encoding="utf-8")).table)
    assert network.table.name == name
    assert (network.parameters.value, network.macs.value) == (596, 827_576)


SOLVER = 'base_lr: 0.01\nlr_policy: "step"\n'


def held(field: str, filters: int, more: str = "") -> str:
    network = INPUT + conv("c", "data", f"num_output: {filters} kernel_size: 1")
    return f"{field} {{ {more}{network}}}\n"


@pytest.mark.parametrize(
    ("text", "filters", "note"),
    [
        (held("net_param", 4), 4, ""),
        (held("train_net_param", 4), 4, ""),
        (held("test_net_param", 4), 4, ""),
        (held("net_param:", 4), 4, ""),
        (held("net_param", 4).replace("layer {", "layers {").replace('"Convolution"', "CONVOLUTION"), 4, ""),
        (held("train_net_param", 4) + held("test_net_param", 5), 5,
         "opened test_net_param (line 6), left out train_net_param (line 3)"),
        (held("test_net_param", 4) + held("test_net_param", 5), 4,
         "opened test_net_param (line 3), left out test_net_param (line 6)"),
        (held("net_param", 4) + 'test_net: "x.prototxt"\n', 4, ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("first", [True, False])
def test_a_solver_s_networks_are_those_that_it_tests_with(text: str, filters: int, note: str, first: bool) -> None:
    """`first`: the solver's settings stand before the networks."""
    read = prototxt.read(SOLVER + text if first else "\n\n" + text + SOLVER)
    assert [row.filters for row in read.table.layers if isinstance(row, Conv)] == [filters]
    assert read.notes == ((Note(f"the solver holds several networks: {note}"),) if note else ())


def test_a_solver_s_network_for_training_alone_opens_with_the_input_for_training() -> None:
    network = data("Data", transform("crop_size: 8"), phase="TRAIN") + conv("c", "data")
    assert prototxt.read(f"train_net_param {{ {network} }}").table.input == InputShape(3, 8, 8)
    with pytest.raises(SqueezevizError, match="for training only"):
        prototxt.read(f"net_param {{ {network} }}")


def test_an_error_within_a_solver_s_network_has_its_line() -> None:
    with pytest.raises(SqueezevizError, match="cannot say 'ELU'") as raised:
        prototxt.read(SOLVER + "net_param {\n" + INPUT + layer("e", "ELU", "data") + "}")
    assert raised.value.place.line == 5


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (SOLVER + 'train_net: "a/train.prototxt"\n', 3, r"its train_net names, 'a/train\.prototxt'"),
        ("test_net: 'b.prototxt' " + SOLVER, 1, r"its test_net names, 'b\.prototxt'"),
        ('# net: "old"\nnet: "layers/n.prototxt"\n', 2, r"its net names, 'layers/n\.prototxt'"),
        ('train_net: "a"\ntest_net: "b"\ntest_net: "c"\n' + SOLVER, 1,
         "its train_net names, 'a' or test_net names, 'b' or test_net names, 'c'"),
        (SOLVER, None, "which names no network"),
        ('solver_mode: GPU snapshot_prefix: "players"', None, "which names no network"),
        ("net_param: 3 layer", 1, "no valid prototxt"),
        ('net_param: "layer"', 1, "net_param is a block"),
        (held("net_param", 4) + held("net_param", 4), 4, "net_param stands here a second time"),
        ('net_param { name: "layer" }', None, "no layer"),
    ],
)  # fmt: skip
def test_a_solver_without_a_network_says_where_it_is(text: str, line: int | None, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        prototxt.read(text)
    assert raised.value.place.line == line


TWO = 'input: "data" input: "x" input_dim: [1, 3, 32, 32, 1, 8, 15, 15]\n'
STEM = conv("stem", "data", "num_output: 8 kernel_size: 3 stride: 2")
LONGER = STEM + conv("next", "stem", "num_output: 8 kernel_size: 1")
TWIN = conv("twin", "x", "num_output: 4 kernel_size: 1")
POOL = layer("p", "Pooling", "x", more="pooling_param { kernel_size: 2 stride: 2 }")


@pytest.mark.parametrize(
    "text",
    [
        TWO + TWIN + LONGER,
        TWO + LONGER + TWIN,
        TWO + STEM + TWIN + conv("next", "twin"),
        TWO + STEM + POOL,
        TWO + STEM + layer("bn", "BatchNorm", "x") + conv("twin", "bn"),
        TWO + LONGER + conv("twin", "x") + layer("loss", "ContrastiveLoss", "stem", "twin"),
        TWO + layer("stem", "Convolution", "data", more='param { name: "w" } convolution_param { num_output: 8 '
                    "kernel_size: 3 }")
        + conv("next", "stem")
        + layer("twin", "Convolution", "x", more='param { name: "w" } convolution_param { num_output: 8 '
                "kernel_size: 3 }"),
        'layer { name: "d" type: "HDF5Data" top: "data" top: "x" }\n' + LONGER + TWIN,
    ],
)  # fmt: skip
def test_a_network_of_several_images_is_refused_and_not_opened_as_half_of_it(text: str) -> None:
    with pytest.raises(SqueezevizError, match=r"takes several inputs \('data', 'x'\)"):
        prototxt.read(text)


@pytest.mark.parametrize(
    "more",
    [
        "",
        layer("loss", "SoftmaxWithLoss", "stem", "x"),
        POOL + layer("loss", "SoftmaxWithLoss", "stem", "p"),
        layer("halves", "Slice", "x") + layer("loss", "EuclideanLoss", "stem", "halves"),
        layer("markers", "Reshape", "x", more="reshape_param { shape { dim: [16, 24] } }")
        + layer("lstm", "LSTM", "markers"),
        layer("boxes", "Proposal", "stem", "x") + layer("pooled", "ROIPooling", "stem", "boxes"),
    ],
)
def test_labels_and_markers_beside_the_image_do_no_harm(more: str) -> None:
    assert prototxt.read(TWO + STEM + more).table.layers[0].name == "stem"


def ruled(rule: str) -> str:
    return conv("c", "data").replace("layer {", f"layer {{\n{rule}\n", 1) + layer("r", "ReLU", "c")


@pytest.mark.parametrize(
    ("head", "rule", "phase", "by"),
    [
        ("", "include { phase: TRAIN }", "the TEST phase", "include rule on line 3"),
        ("", 'include { stage: "a" }', "the TEST phase", "include rule on line 3"),
        ("", "exclude { phase: TRAIN }\nexclude { phase: TEST }", "the TEST phase", "exclude rule on line 4"),
        ("state { phase: TRAIN } ", "include { phase: TEST }", "the TRAIN phase", "include rule on line 3"),
        ('state { stage: "s" } ', 'exclude { stage: "s" }', "the TEST phase with the stage 's'",
         "exclude rule on line 3"),
    ],
)  # fmt: skip
def test_what_takes_a_layer_that_a_rule_leaves_out_names_the_rule(head: str, rule: str, phase: str, by: str) -> None:
    said = f"takes 'c', but the layer 'c' on line 2, which makes it, is left out in {phase} by its {by}"
    with pytest.raises(SqueezevizError, match=said) as raised:
        prototxt.read(head + INPUT + ruled(rule))
    assert raised.value.place.row == "r"


@pytest.mark.parametrize(
    ("state", "rule", "there"),
    [
        ("phase: TRAIN", "include { phase: TRAIN }", True),
        ("phase: TRAIN", "exclude { phase: TRAIN }", False),
        ("phase: TEST", "include { phase: TRAIN }", False),
        ('stage: "a"', 'include { stage: "a" }', True),
        ("level: 2", "include { min_level: 1 }", True),
        ("level: 2", "include { min_level: 2 max_level: 2 }", True),
        ("level: 2", "include { min_level: 3 }", False),
        ("level: 2", "include { max_level: 1 }", False),
    ],
)
def test_a_net_is_read_in_the_state_that_it_names(state: str, rule: str, there: bool) -> None:
    extra = layer("d", "Dropout", "c", more=rule)
    names = [each.name for each in prototxt.read(f"state {{ {state} }} {INPUT}{conv('c', 'data')}{extra}").table.layers]
    assert names == (["c", "d"] if there else ["c"])


def test_an_input_that_the_named_state_leaves_out_is_told() -> None:
    text = "state { phase: TRAIN }\n" + data("Data", transform("crop_size: 8"), phase="TEST") + conv("c", "data")
    with pytest.raises(SqueezevizError, match="left out in the TRAIN phase, which the net's state on line 1"):
        prototxt.read(text)
