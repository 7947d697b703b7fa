"""A network whose end or side branch alone is foreign opens up to there; what is foreign in the middle is refused."""

from __future__ import annotations

import pytest
from prototxt_texts import INPUT, conv, fire, layer, relu

from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.files.opened import Read
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Fire

STEM = conv("conv1", "data") + relu("conv1") + fire("conv1")
"""Six lines of a convolution and a Fire module `f`, which ends in `f/c`, behind the input's."""
NEXT = fire("f/c", "g/s", "g/e1", "g/e3", "g/c")
LAST = conv("conv10", "g/c") + relu("conv10")


def opened(text: str) -> tuple[list[str], tuple[str, ...]]:
    read: Read = prototxt.read(INPUT + text)
    return [row.name for row in read.table.layers], read.notes


@pytest.mark.parametrize(
    ("end", "left_out"),
    [
        (layer("fc", "InnerProduct", "f/c") + relu("fc") + layer("prob", "Softmax", "fc"), "fc (line 11)"),
        (layer("flat", "Flatten", "f/c") + layer("fc", "InnerProduct", "flat"), "flat (line 11)"),
        (layer("flat", "Flatten", "f/c") + layer("prob", "Softmax", "flat"), "flat (line 11)"),
        (layer("bn", "BatchNorm", "f/c"), "bn (line 11)"),
        (layer("gmp", "Pooling", "f/c", more="pooling_param { global_pooling: true }"), "gmp (line 11)"),
        (layer("act", "Sigmoid", "f/c"), "act (line 11)"),
        (layer("r", "ReLU", "f/c", more="\nrelu_param { negative_slope: 0.1 }"), "r (line 12)"),
        (
            layer("m", "Pooling", "f/c", more="pooling_param { kernel_size: 2 }")
            + layer("a", "Pooling", "f/c", more="pooling_param { kernel_size: 2 pool: AVE }")
            + layer("both", "Concat", "m", "a") + layer("fc", "InnerProduct", "both"),
            "a (line 12)",
        ),
        (layer("slice", "Slice", "f/c", more='top: "half"') + layer("p", "Power", "half"), "slice (line 11)"),
        (layer("py", "Python", "f/c"), "py (line 11)"),
    ],
)  # fmt: skip
def test_a_foreign_end_is_left_out_with_a_note_that_names_it(end: str, left_out: str) -> None:
    names, notes = opened(STEM + end)
    assert names == ["conv1", "f"]
    assert len(notes) == 1
    assert notes[0].startswith(f"opened up to f, without {left_out}: ")


def test_the_note_says_why() -> None:
    _, notes = opened(STEM + layer("fc", "InnerProduct", "f/c"))
    assert notes == (
        "opened up to f, without fc (line 11): a layer table cannot say 'InnerProduct': it has no fully "
        "connected layers; write a Convolution whose kernel is as large as the map",
    )


def detector(*maps: str) -> str:
    """An SSD's heads on those maps: a convolution each for boxes and classes, and what tells where boxes may be."""
    text = ""
    for kind in ("loc", "conf"):
        for each in maps:
            head = f"{each}_{kind}"
            text += conv(head, each) + layer(f"{head}_perm", "Permute", head)
            text += layer(f"{head}_flat", "Flatten", f"{head}_perm")
        text += layer(kind, "Concat", *(f"{each}_{kind}_flat" for each in maps))
    text += "".join(layer(f"{each}_prior", "PriorBox", each, "data") for each in maps)
    text += layer("priors", "Concat", *(f"{each}_prior" for each in maps))
    return text + layer("detection", "DetectionOutput", "loc", "conf", "priors")


def test_an_ssd_opens_up_to_the_last_map_that_its_heads_look_at() -> None:
    names, notes = opened(
        STEM + NEXT + LAST + conv("extra", "conv10") + relu("extra") + detector("f/c", "conv10", "extra")
    )
    assert names == ["conv1", "f", "g", "conv10", "extra"]
    end, sides = notes
    assert end.startswith("opened up to extra, without extra_conf (line ")
    assert "2 layers take 'relu_extra'" in end
    assert sides.startswith("left out, as it leads away from the series: ")
    assert "f/c_loc (line 22)" in sides


@pytest.mark.parametrize(
    "side",
    [
        layer("aux", "InnerProduct", "f/c") + layer("aux_prob", "Softmax", "aux"),
        layer("aux", "Softmax", "f/c"),
        conv("aux", "f/c") + layer("aux_prob", "Softmax", "aux"),
        layer("aux", "Normalize", "f/c") + conv("aux_conv", "aux"),
        layer("aux", "Softmax", "f/s"),
        layer("aux", "Power", "f/e3"),
        layer("aux", "Softmax", "data"),
        conv("aux", "f/c", "num_output: 4 kernel_size: 1 group: 2"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_side_branch_is_left_out_with_a_note(side: str, first: bool) -> None:
    rest = NEXT + LAST
    names, notes = opened(STEM + (side + rest if first else rest + side))
    assert names == ["conv1", "f", "g", "conv10"]
    assert len(notes) == 1
    layers = side.count("layer {")
    told = f"{layers} layer{'s' if layers > 1 else ''} from aux (line "
    assert notes[0].startswith(f"left out, as it leads away from the series: {told}")


INFO = 'input: "info" input_shape { dim: [1, 3, 9, 9] }\n'


@pytest.mark.parametrize(
    ("takers", "told"),
    [
        (layer("p", "Power", "info"), "p (line 12)"),
        (layer("p", "Power", "info") + layer("q", "Proposal", "f/c", "p"), "p (line 12)"),
        ("".join(layer(f"p{number}", "Power", "info") for number in range(6)),
         "p0 (line 12), p1 (line 13), p2 (line 14), p3 (line 15) and 2 more"),
    ],
)  # fmt: skip
def test_an_input_for_foreign_layers_alone_is_left_out_with_a_note(takers: str, told: str) -> None:
    names, notes = opened(INFO + STEM + takers)
    assert names == ["conv1", "f"]
    assert notes[-1] == f"left out, as no layer that is read takes it: the input 'info', for {told}"


def test_what_follows_a_foreign_end_is_no_side_branch_though_it_takes_the_input_too() -> None:
    text = STEM + NEXT + LAST + layer("up", "Deconvolution", "conv10") + layer("score", "Crop", "up", "data")
    names, notes = opened(text)
    assert names == ["conv1", "f", "g", "conv10"]
    assert [note.partition(":")[0] for note in notes] == ["opened up to conv10, without up (line 20)"]


def test_heads_of_equal_depth_side_by_side_end_the_series() -> None:
    heads = (
        conv("age", "f/c") + layer("age_p", "Softmax", "age") + conv("sex", "f/c") + layer("sex_p", "Softmax", "sex")
    )
    names, notes = opened(STEM + heads)
    assert names == ["conv1", "f"]
    assert notes == (
        "opened up to f, without sex (line 13): 2 layers take 'f/c' ('age', 'sex') and make no Fire module; "
        "a layer table is a series of layers",
    )


def test_a_bypass_stays_one_where_a_side_branch_begins_within() -> None:
    text = fire("data") + layer("aux", "Power", "data") + layer("add", "Eltwise", "data", "f/c")
    read = prototxt.read(INPUT + text + conv("c", "add"))
    assert read.table.layers == (Fire("f", 2, 3, 5, Bypass.SIMPLE), Conv("c", 4, 1, relu=False))


def test_inputs_of_what_is_left_out_are_no_inputs_of_the_network() -> None:
    info = 'input: "info" input_shape { dim: 1 dim: 3 dim: 1 dim: 1 }\n'
    names, _ = opened(info + STEM + layer("proposal", "Python", "f/c", "info"))
    assert names == ["conv1", "f"]


@pytest.mark.parametrize(
    ("text", "row", "sentence"),
    [
        (conv("conv1", "data") + layer("bn", "BatchNorm", "conv1") + fire("bn"), "bn", "cannot say 'BatchNorm'"),
        (STEM + layer("lrn", "LRN", "f/c") + conv("conv10", "lrn"), "lrn", "cannot say 'LRN'"),
        (STEM + layer("slice", "Slice", "f/c", more='top: "half"') + conv("c", "half"), "slice", "cannot say 'Slice'"),
        (layer("bn", "BatchNorm", "data") + fire("bn"), "bn", "cannot say 'BatchNorm'"),
        (layer("fc", "InnerProduct", "data"), "fc", "cannot say 'InnerProduct'"),
        (STEM + conv("gr", "f/c", "num_output: 4 kernel_size: 1 group: 2"), "gr", "2 groups"),
        (STEM + conv("gr", "f/c", "num_output: 4 kernel_size: 1 group: 2") + LAST.replace("g/c", "gr"), "gr", "groups"),
        (
            conv("conv1", "data") + conv("aux", "conv1") + layer("bn", "BatchNorm", "conv1") + fire("bn"),
            "bn", "cannot say 'BatchNorm'",
        ),
        (
            STEM + layer("gate", "InnerProduct", "f/c") + layer("scaled", "Scale", "f/c", "gate")
            + NEXT.replace('bottom: "f/c"', 'bottom: "scaled"'),
            "gate", "cannot say 'InnerProduct'",
        ),
        (STEM + NEXT + NEXT.replace("g/", "h/"), "h/s", "2 layers take 'f/c'"),
        (
            conv("a", "data") + conv("b", "a") + conv("c", "b") + conv("d", "a") + conv("e", "d"), "d", "2 layers take",
        ),
        (
            conv("a", "data") + conv("b1", "a") + conv("b2", "a") + conv("b3", "a")
            + layer("mixed", "Concat", "b1", "b2", "b3") + layer("fc", "InnerProduct", "mixed"),
            "b3", "3 layers take 'a'",
        ),
        (
            fire("data") + layer("norm", "Normalize", "data") + layer("add", "Eltwise", "norm", "f/c")
            + conv("conv10", "add"), "norm", "cannot say 'Normalize'",
        ),
    ],
)  # fmt: skip
def test_what_is_foreign_in_the_middle_or_at_the_start_is_refused(text: str, row: str, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        prototxt.read(INPUT + text)
    assert raised.value.place.row == row
