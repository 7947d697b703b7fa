"""What opens is what the file holds up to there: no branch is read as the network because the other one is foreign."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from places import CASES
from prototxt_texts import INPUT, conv, fire, layer, relu

from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.files.networks.caffe.graph import inputs_of, select
from squeezeviz.files.networks.caffe.parse import parse
from squeezeviz.files.networks.graph.opening import open_graph
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Fire, GlobalAvgPool, Layer, MaxPool

KEEP_MAPS = (
    "BatchNorm", "Scale", "ELU", "PReLU", "LRN", "Sigmoid", "Swish", "Power", "Deconvolution", "Normalize", "Interp",
    "ConvolutionDepthwise", "TanH", "Bias", "ReLU6", "Permute", "Reshape", "ShuffleChannel",
)  # fmt: skip
LEAVE_MAPS = ("Flatten", "InnerProduct", "PriorBox")


class Step(NamedTuple):
    """A layer of Caffe's, whose top is its name."""

    name: str
    kind: str
    bottoms: tuple[str, ...]
    more: str = ""


class Made(NamedTuple):
    """A network of modules: `rows` are those that it opens to, `module` tells which of them each step is a part of."""

    steps: tuple[Step, ...]
    rows: tuple[Layer, ...]
    module: tuple[int, ...]

    def text(self) -> str:
        return INPUT + "".join(layer(each.name, each.kind, *each.bottoms, more=each.more) for each in self.steps)


def conv_step(name: str, bottom: str, filters: int, kernel: int = 1) -> Step:
    more = f"convolution_param {{ num_output: {filters} kernel_size: {kernel} pad: {kernel // 2} }}"
    return Step(name, "Convolution", (bottom,), more)


def fire_steps(name: str, source: str, bypass: Bypass) -> list[Step]:
    """A Fire module of 2, 3 and 5 filters with its ReLUs; its end is the last step."""
    steps = [conv_step(f"{name}/s", source, 2), Step(f"{name}/rs", "ReLU", (f"{name}/s",))]
    for part, filters, kernel in (("e1", 3, 1), ("e3", 5, 3)):
        steps += [conv_step(f"{name}/{part}", f"{name}/rs", filters, kernel)]
        steps += [Step(f"{name}/r{part}", "ReLU", (f"{name}/{part}",))]
    steps.append(Step(f"{name}/c", "Concat", (f"{name}/re1", f"{name}/re3")))
    if bypass is Bypass.COMPLEX:
        steps += [conv_step(f"{name}_around", source, 8), Step(f"{name}_ra", "ReLU", (f"{name}_around",))]
        source = f"{name}_ra"
    if bypass is not Bypass.NONE:
        steps.append(Step(f"{name}_sum", "Eltwise", (source, f"{name}/c")))
    return steps


@st.composite
def networks(draw: st.DrawFn) -> Made:
    here = "data"
    steps: list[Step] = []
    rows: list[Layer] = []
    module: list[int] = []
    for place in range(draw(st.integers(1, 5))):
        name = f"m{place}"
        match draw(st.sampled_from(["conv", "fire", "fire", "fire", "pool"])):
            case "conv":
                new = [conv_step(name, here, 8), Step(f"{name}/r", "ReLU", (name,))]
                rows.append(Conv(name, 8, 1))
            case "pool":
                new = [Step(name, "Pooling", (here,), "pooling_param { kernel_size: 1 }")]
                rows.append(MaxPool(name, 1, 1))
            case _:
                bypass = draw(st.sampled_from(Bypass))
                new = fire_steps(name, here, bypass)
                rows.append(Fire(name, 2, 3, 5, bypass))
        steps += new
        module += [place] * len(new)
        here = new[-1].name
    if draw(st.booleans()):
        steps.append(Step("end", "Pooling", (here,), "pooling_param { pool: AVE global_pooling: true }"))
        rows.append(GlobalAvgPool("end"))
        module.append(len(rows) - 1)
    return Made(tuple(steps), tuple(rows), tuple(module))


@settings(max_examples=50, deadline=None)
@given(networks())
def test_a_network_without_anything_foreign_opens_whole(made: Made) -> None:
    assert prototxt.read(made.text()).table.layers == made.rows


@settings(max_examples=200, deadline=None)
@given(networks(), st.data())
def test_where_one_operation_is_foreign_the_rows_before_it_open_or_none(made: Made, data: st.DataObject) -> None:
    """It is put in place of an operation, or behind one, before one or all of those that take it."""
    at = data.draw(st.integers(0, len(made.steps) - 1))
    kind = data.draw(st.sampled_from(KEEP_MAPS))
    steps = list(made.steps)
    old = steps[at]
    if data.draw(st.booleans()):
        steps[at] = Step(old.name, kind, old.bottoms)
        foreign = old.name
    else:
        foreign = "odd"
        takers = [place for place, each in enumerate(steps) if old.name in each.bottoms]
        if len(takers) > 1:
            takers = data.draw(st.sampled_from([takers, takers[:1], takers[1:]]))
        for place in takers:
            bottoms = tuple("odd" if each == old.name else each for each in steps[place].bottoms)
            steps[place] = steps[place]._replace(bottoms=bottoms)
        steps.insert(at + 1, Step("odd", kind, (old.name,)))
    text = made._replace(steps=tuple(steps)).text()
    line = next(place for place, each in enumerate(steps, 2) if each.name == foreign)
    try:
        opened = prototxt.read(text)
    except SqueezevizError as error:
        assert repr(kind) in error.message
        assert (error.place.row, error.place.line) == (foreign, line)
        event("refused")
        return
    assert opened.notes[0].startswith(f"opened up to {opened.table.layers[-1].name}, without {foreign} (line {line}): ")
    is_a_prefix(opened.table.layers, made.rows)
    assert len(opened.table.layers) <= made.module[at] + 1
    event("opened up to there")


def is_a_prefix(rows: Sequence[Layer], whole: Sequence[Layer]) -> None:
    """But for the ReLU of a convolution at the end, behind which something else may stand."""
    *before, last = rows
    assert before == list(whole[: len(before)])
    expected = whole[len(before)]
    bare = dataclasses.replace(expected, relu=False) if isinstance(expected, Conv) else expected
    assert last in (expected, bare)


class Graph(NamedTuple):
    """Any graph at all, as steps in an order in which each takes what stands before."""

    steps: tuple[Step, ...]

    def behind(self, name: str) -> set[str]:
        """What the step leads to, itself left out."""
        found: set[str] = set()
        for each in self.steps:
            if not found.isdisjoint(each.bottoms) or name in each.bottoms:
                found.add(each.name)
        return found

    def before(self, name: str) -> set[str]:
        """What the step is made of, itself included."""
        return {each.name for each in self.steps if each.name == name or name in self.behind(each.name)}

    def maps(self) -> set[str]:
        found = {"data"}
        for each in self.steps:
            if each.kind in ("Convolution", "Pooling") or (
                each.kind not in LEAVE_MAPS and not found.isdisjoint(each.bottoms)
            ):
                found.add(each.name)
        return found


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    steps: list[Step] = []
    for place in range(draw(st.integers(2, 14))):
        made = ["data", *(step.name for step in steps)]
        near = st.sampled_from(made[-3:])
        kind = draw(
            st.sampled_from(
                ["Convolution"] * 5 + ["ReLU"] * 3 + ["Concat", "Concat", "Eltwise", "Pooling", "Sigmoid", "Flatten"]
            )
        )
        bottoms = draw(st.tuples(near, near) if kind in ("Concat", "Eltwise") else st.tuples(near))
        more = {"Convolution": "convolution_param { num_output: 4 kernel_size: 1 }",
                "Pooling": "pooling_param { kernel_size: 1 }"}.get(kind, "")  # fmt: skip
        steps.append(Step(f"n{place}", kind, tuple(dict.fromkeys(bottoms)), more))
    return Graph(tuple(steps))


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_of_any_graph_what_opens_is_a_beginning_that_nothing_left_out_comes_back_to(graph: Graph) -> None:
    net = parse(INPUT + "".join(layer(each.name, each.kind, *each.bottoms, more=each.more) for each in graph.steps))
    try:
        opening = open_graph(inputs_of(net, select(net)))
    except SqueezevizError:
        return
    event("opened")
    counts = dict.fromkeys(("Convolution", "Pooling", "Concat", "Eltwise", "Softmax"), 0)
    for row in opening.rows:
        counts["Convolution"] += len(row.convolutions)
        counts["Pooling"] += isinstance(row.layer, MaxPool)
        counts["Concat"] += isinstance(row.layer, Fire)
        counts["Eltwise"] += isinstance(row.layer, Fire) and row.layer.bypass is not Bypass.NONE
    convolutions = {operation.name for row in opening.rows for operation in row.convolutions.values()}
    assert any(read_up_to(graph, each.name, convolutions, counts) for each in graph.steps)


def read_up_to(graph: Graph, end: str, convolutions: set[str], counts: dict[str, int]) -> bool:
    """Whether the graph up to `end` has those operations, and nothing left out meets what follows `end` in a map."""
    read = graph.before(end)
    inside = [each for each in graph.steps if each.name in read]
    if convolutions != {each.name for each in inside if each.kind == "Convolution"}:
        return False
    if any(number != sum(each.kind == kind for each in inside) for kind, number in counts.items()):
        return False
    if any(each.kind in ("Sigmoid", "Flatten") for each in inside):
        return False
    after, maps = graph.behind(end), graph.maps()
    sides = [
        each.name
        for each in graph.steps
        if each.name not in read and not (read - {end} | {"data"}).isdisjoint(each.bottoms)
    ]
    return not any((graph.behind(side) | {side}) & after & maps for side in sides)


@pytest.mark.parametrize(
    ("case", "row", "line"), [("02_half_fire_bn", "f/a/bn", 7), ("06_both_expands_elu", "f/ra", 8)]
)
def test_a_foreign_layer_within_a_fire_module_is_named_with_its_line(case: str, row: str, line: int) -> None:
    with pytest.raises(SqueezevizError, match=r"a layer table cannot say '(BatchNorm|ELU)'") as raised:
        prototxt.read((CASES / f"{case}.prototxt").read_text(encoding="utf-8"))
    assert (raised.value.place.row, raised.value.place.line) == (row, line)


STEM = conv("stem", "data", "num_output: 8 kernel_size: 3") + relu("stem")


@pytest.mark.parametrize("kind", KEEP_MAPS)
@pytest.mark.parametrize("around", ["simple", "before the convolution", "behind the convolution", "behind the concat"])
def test_a_module_never_opens_without_the_bypass_that_a_foreign_layer_stands_on(kind: str, around: str) -> None:
    match around:
        case "simple":
            text = layer("odd", kind, "stem") + fire("stem") + layer("sum", "Eltwise", "odd", "f/c")
        case "before the convolution":
            text = layer("odd", kind, "stem") + conv("a", "odd", "num_output: 8 kernel_size: 1") + fire("stem")
            text += layer("sum", "Eltwise", "a", "f/c")
        case "behind the convolution":
            text = conv("a", "stem", "num_output: 8 kernel_size: 1") + layer("odd", kind, "a") + fire("stem")
            text += layer("sum", "Eltwise", "odd", "f/c")
        case _:
            text = fire("stem") + layer("odd", kind, "f/c") + layer("sum", "Eltwise", "stem", "odd")
    for end in ("", layer("end", "Softmax", "sum"), relu("sum") + conv("last", "sum")):
        with pytest.raises(SqueezevizError) as raised:
            prototxt.read(INPUT + STEM + text + end)
        assert raised.value.place.row == "odd"


@pytest.mark.parametrize("kind", ["Mul", "Concat", "Axpy"])
def test_a_branch_that_comes_back_behind_the_end_ends_the_series_before_it(kind: str) -> None:
    """As in a squeeze-and-excitation block: what is read ends where the ways part."""
    gate = layer("pool", "Pooling", "f/c", more="pooling_param { pool: AVE global_pooling: true }")
    gate += layer("fc", "InnerProduct", "pool") + layer("s", "Sigmoid", "fc") + layer("both", kind, "f/c", "s")
    opened = prototxt.read(INPUT + STEM + fire("stem") + gate)
    assert [row.name for row in opened.table.layers] == ["stem", "f"]
    assert opened.notes[0].startswith("opened up to f, without fc (line ")


@pytest.mark.parametrize("proposing", ["Proposal", "Python"])
def test_a_detector_of_regions_opens_up_to_the_convolution_that_its_heads_take(proposing: str) -> None:
    text = STEM + fire("stem") + conv("rpn", "f/c") + relu("rpn") + conv("cls", "rpn") + conv("box", "rpn")
    text += layer("odds", "Reshape", "cls", more="reshape_param { shape { dim: [0, 2, -1, 0] } }")
    text += layer("rois", proposing, "odds", "box") + layer("roi", "ROIPooling", "f/c", "rois")
    opened = prototxt.read(INPUT + text + layer("fc6", "InnerProduct", "roi"))
    assert [row.name for row in opened.table.layers] == ["stem", "f", "rpn"]
    assert opened.notes[0].startswith("opened up to rpn, without box (line ")


@pytest.mark.parametrize(
    ("between", "said"),
    [(layer("odd", "Dropout", "f/e1"), "no dropout"), (layer("odd", "Softmax", "f/e1"), "no softmax"),
     (layer("odd", "Pooling", "f/e1", more="pooling_param { kernel_size: 1 }"), "no pool")],
)  # fmt: skip
def test_what_no_fire_module_holds_is_named_where_it_stands(between: str, said: str) -> None:
    module = fire("stem").replace('bottom: "f/e1" bottom: "f/e3"', 'bottom: "odd" bottom: "f/e3"')
    head, tail = module.split('layer { name: "f/c"')
    with pytest.raises(SqueezevizError, match=f"a Fire module holds convolutions and ReLUs, and {said}") as raised:
        prototxt.read(INPUT + STEM + head + between + 'layer { name: "f/c"' + tail)
    assert raised.value.place.row == "odd"
