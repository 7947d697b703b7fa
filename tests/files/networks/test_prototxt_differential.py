"""Whatever Caffe network it is: what opens whole has the sizes and counts that Caffe's own formulas give."""

from __future__ import annotations

from math import prod
from typing import NamedTuple

import pytest
from caffe_networks import CAFFE_TEXTS
from google.protobuf import text_format
from hypothesis import event, given, settings
from hypothesis import strategies as st

from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.files.networks.caffe.blocks import blocks_of
from squeezeviz.files.networks.caffe.messages import fill, net_parameter
from squeezeviz.files.networks.caffe.parse import parse
from squeezeviz.model.errors import SqueezevizError

SIDES = (9, 7)
IMAGE = (3, *SIDES)

Shape = tuple[int, ...]
"""Channels, height, width; fewer where maps are flattened."""


class Counted(NamedTuple):
    """What a blob is named and shaped."""

    blob: str
    shape: Shape


class Caffe:
    """A network in the making, counted by the formulas in Caffe's conv_layer.cpp and pooling_layer.cpp."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.lines: list[str] = []
        self.parameters = 0
        self.macs = 0
        self.old = draw(st.booleans())

    def layer(
        self, kind: str, here: tuple[Counted, ...], shape: Shape, more: str = "", *, in_place: bool = False
    ) -> Counted:
        number = len(self.lines)
        top = here[0].blob if in_place else f"b{number}"
        bottoms = " ".join(f'bottom: "{each.blob}"' for each in here)
        name = self.draw(st.sampled_from([f'name: "l{number}" ', f"name: 'x/{number}'; ", f'name: "{number}", ']))
        word, said = ("layers", OLD.get(kind, f'"{kind}"')) if self.old else ("layer", f'"{kind}"')
        self.lines.append(f'{word} {{ {name}type: {said} {bottoms} top: "{top}" {more} }}')
        return Counted(top, shape)

    def conv(self, here: Counted, filters: int, kernel: int, stride: int = 1, pad: int = 0) -> Counted:
        channels, *sides = here.shape
        made = (filters, *((side + 2 * pad - kernel) // stride + 1 for side in sides))
        bias = self.draw(st.booleans())
        groups = self.draw(st.sampled_from([1] * 9 + [channels])) if filters % channels == 0 else 1
        self.parameters += filters * channels // groups * kernel**2 + filters * bias
        self.macs += prod(made) * channels // groups * kernel**2
        said = self.draw(st.sampled_from([f"kernel_size: {kernel}", f"kernel_h: {kernel} kernel_w: {kernel}"]))
        given = f"num_output: {filters} {said} stride: {stride} pad: {pad} bias_term: {str(bias).lower()}"
        return self.layer("Convolution", (here,), made, f"convolution_param {{ {given} group: {groups} }}")

    def step(self, here: Counted) -> Counted:
        steps = [self.relu, self.odd]
        if len(here.shape) == 3:
            steps += [self.plain, self.pool, self.fire] * 2 + [self.whole]
        elif self.draw(st.integers(0, 3)):
            return here  # little follows a vector that a table can say
        return self.draw(st.sampled_from(steps))(here)

    def plain(self, here: Counted) -> Counted:
        kernel = self.draw(st.integers(1, min(3, *here.shape[1:])))
        stride, pad = self.draw(st.integers(1, 3)), self.draw(st.integers(0, kernel - 1))
        return self.conv(here, self.draw(st.integers(1, 6)), kernel, stride, pad)

    def relu(self, here: Counted) -> Counted:
        slope = self.draw(st.sampled_from(["", "", "", "relu_param { negative_slope: 0.1 }"]))
        return self.layer("ReLU", (here,), here.shape, slope, in_place=self.draw(st.booleans()))

    def pool(self, here: Counted) -> Counted:
        kernel = self.draw(st.integers(1, min(3, *here.shape[1:])))
        stride, pad = self.draw(st.integers(1, 3)), self.draw(st.integers(0, kernel // 2))
        floor = self.draw(st.booleans())
        sides = []
        for side in here.shape[1:]:
            reach = side + 2 * pad - kernel
            places = reach // stride + 1 if floor else -(-reach // stride) + 1
            sides.append(places - 1 if pad and (places - 1) * stride >= side + pad else places)
        method = self.draw(st.sampled_from(["MAX", "AVE", "STOCHASTIC"]))
        rounding = "round_mode: FLOOR" if floor else ""
        more = f"pooling_param {{ pool: {method} kernel_size: {kernel} stride: {stride} pad: {pad} {rounding} }}"
        return self.layer("Pooling", (here,), (here.shape[0], *sides), more)

    def whole(self, here: Counted) -> Counted:
        pool = self.layer("Pooling", (here,), (here.shape[0], 1, 1), "pooling_param { pool: AVE global_pooling: true }")
        return self.layer("Flatten", (pool,), pool.shape[:1]) if self.draw(st.booleans()) else pool

    def fire(self, here: Counted) -> Counted:
        squeezed = self.odd(self.conv(here, 2, 1), 15)
        expands = (self.conv(squeezed, 3, 1), self.conv(squeezed, 5, 3, pad=1))
        expands = (self.odd(expands[0], 15), self.odd(expands[1], 15))
        stacked = self.layer("Concat", expands, (8, *here.shape[1:]))
        around = self.draw(st.sampled_from([None, here, "conv"]))
        if around is None or (around is here and here.shape[0] != 8):
            return stacked
        beside = self.conv(here, 8, 1) if around == "conv" else here
        return self.layer("Eltwise", (self.odd(beside, 9), stacked), stacked.shape)

    def odd(self, here: Counted, seldom: int = 2) -> Counted:
        if self.draw(st.integers(0, seldom)):
            return here
        kinds = ["ELU", "BatchNorm", "Scale", "PReLU", "LRN", "Sigmoid", "Dropout", "Softmax"]
        kind = self.draw(st.sampled_from(kinds))
        in_place = kind != "Softmax" and self.draw(st.booleans())
        return self.layer(kind, (here,), here.shape, in_place=in_place)


OLD = {
    "Convolution": "CONVOLUTION", "ReLU": "RELU", "Pooling": "POOLING", "Concat": "CONCAT", "Eltwise": "ELTWISE",
    "Flatten": "FLATTEN", "Dropout": "DROPOUT", "Softmax": "SOFTMAX", "LRN": "LRN", "Sigmoid": "SIGMOID",
}  # fmt: skip
"""The types of `layers`, of Caffe's first year."""


@st.composite
def networks(draw: st.DrawFn) -> tuple[str, Shape, int, int]:
    """A file's text, the shape of what it puts out, its parameters and its multiply-adds."""
    made = Caffe(draw)
    here = Counted("data", IMAGE)
    for _ in range(draw(st.integers(1, 6))):
        step = made.step(here)
        if min(step.shape) < 1:
            break
        here = step
    dims = " ".join(f"dim: {size}" for size in (1, *IMAGE))
    text = "\n".join([f'input: "data" input_shape {{ {dims} }}', *made.lines])
    return text, here.shape, made.parameters, made.macs


@settings(max_examples=200, deadline=None)
@given(networks())
def test_what_opens_whole_counts_what_caffe_does(network: tuple[str, Shape, int, int]) -> None:
    text, shape, parameters, macs = network
    try:
        opened = prototxt.read(text)
    except SqueezevizError:
        event("refused")
        return
    resolved = resolve(opened.table)
    partly = ("opened up to", "leads away", "Caffe would make", "left out: ")
    if any(sign in each.text for each in opened.notes for sign in partly) or not resolved.runs:
        event("opened in part, or so that it does not run")
        return
    event("opened whole")
    assert (resolved.parameters.value, resolved.macs.value) == (parameters, macs)
    assert tuple(resolved.output)[: len(shape)] == shape
    told = any("flattened" in each.text for each in opened.notes)
    assert told == (len(shape) == 3 and shape[1:] == (1, 1))


# --- text format is read as protobuf's own parser reads it, which is slower, keeps no lines and knows no bounds


FIELDS = (
    "name", "input", "input_dim", "dim", "type", "pool", "kernel_size", "pad", "bias_term", "dropout_ratio", "foo",
)  # fmt: skip
MESSAGES = ("layer", "input_shape", "convolution_param", "pooling_param", "dropout_param", "bar")
VALUES = (
    '"a"', "'b'", '"a" \'b\'', r'"\x41\"\n\101"', "3", "-1", "0x1f", "017", "09", "1.5", "1e3", ".5", "2.f", "MAX",
    "true", "t", "f", "1", "inf", "nan", "4294967296", "[1,2]", "[1 2]", "[]", '["a", "b"]', "[{dim: 1}]", "-",
    "$x", "{", "}", ">",
)  # fmt: skip


def texts() -> st.SearchStrategy[str]:
    """Fields that Caffe has and others, in blocks within blocks, with values that mostly do not suit them."""
    sign, end = st.sampled_from([":", " : ", ": # c\n"]), st.sampled_from(["\n", ";", ", ", " "])
    scalar = st.tuples(st.sampled_from(FIELDS), sign, st.sampled_from(VALUES), end).map("".join)
    return st.recursive(
        st.lists(scalar, max_size=2).map("".join),
        lambda inner: st.lists(
            st.one_of(
                scalar,
                st.builds("{}{{{}}} ".format, st.sampled_from(MESSAGES), inner),
                st.builds("{}: <{}>\n".format, st.sampled_from(MESSAGES), inner),
            ),
            max_size=3,
        ).map("".join),
        max_leaves=6,
    )


@given(texts())
def test_what_protobuf_takes_is_taken_the_same_and_what_is_refused_has_its_line(text: str) -> None:
    ours = net_parameter()()
    try:
        theirs = text_format.Parse(text, net_parameter()(), allow_unknown_field=True)
    except text_format.ParseError:
        theirs = None
    try:
        fill(ours, "NetParameter", blocks_of(text))
    except SqueezevizError as error:
        assert theirs is None
        assert error.place.line is not None
        return
    # what stands in fields that Caffe does not have is not judged
    assert theirs is None or str(ours) == str(theirs)


@pytest.mark.parametrize("name", CAFFE_TEXTS)
def test_networks_are_the_same_messages(name: str) -> None:
    text = CAFFE_TEXTS[name]
    assert parse(text).message == text_format.Parse(text, net_parameter()(), allow_unknown_field=True)
