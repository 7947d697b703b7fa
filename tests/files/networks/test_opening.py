"""What opens is what the file holds up to there, without an end and side branches that a table cannot say.

No branch is read as the network because the other one is foreign; what is foreign in the middle is refused.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import cycle
from typing import NamedTuple

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from places import CASES
from prototxt_texts import GLOBAL_POOL, INPUT, conv, fire, layer, relu

from squeezeviz.files.networks.caffe import read as prototxt
from squeezeviz.files.networks.caffe.graph import inputs_of, select
from squeezeviz.files.networks.caffe.parse import parse
from squeezeviz.files.networks.graph.opening import open_graph
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Fire, GlobalAvgPool, Layer, MaxPool

STEM = conv("conv1", "data") + relu("conv1") + fire("conv1")
"""A convolution and a Fire module `f`, which ends in `f/c`: with the input's, ten lines."""
NEXT = fire("f/c", "g/s", "g/e1", "g/e3", "g/c")
LAST = conv("conv10", "g/c") + relu("conv10")
GROUPED = conv("gr", "f/c", "num_output: 4 kernel_size: 1 group: 2")


def opened(text: str) -> tuple[str, tuple[str, ...]]:
    """The names of the rows, and the notes."""
    read = prototxt.read(INPUT + text)
    return " ".join(row.name for row in read.table.layers), tuple(map(str, read.notes))


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
        (layer("m", "Pooling", "f/c", more="pooling_param { kernel_size: 2 }")
         + layer("a", "Pooling", "f/c", more="pooling_param { kernel_size: 2 pool: AVE }")
         + layer("both", "Concat", "m", "a") + layer("fc", "InnerProduct", "both"), "a (line 12)"),
        (layer("slice", "Slice", "f/c", more='top: "half"') + layer("p", "Power", "half"), "slice (line 11)"),
        (layer("py", "Python", "f/c"), "py (line 11)"),
        *((layer("pool", "Pooling", "f/c", more=GLOBAL_POOL) + layer("fc", "InnerProduct", "pool")
           + layer("s", "Sigmoid", "fc") + layer("both", kind, "f/c", "s"), "fc (line 12)")
          for kind in ("Mul", "Concat", "Axpy")),  # it comes back behind the end, as in a squeeze-and-excitation block
    ],
)  # fmt: skip
def test_a_foreign_end_is_left_out_with_a_note_that_names_it(end: str, left_out: str) -> None:
    names, (note,) = opened(STEM + end)
    assert names == "conv1 f"
    assert note.startswith(f"opened up to f, without {left_out}: ")


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
    body = STEM + NEXT + LAST + conv("extra", "conv10") + relu("extra")
    names, (end, sides) = opened(body + detector("f/c", "conv10", "extra"))
    assert names == "conv1 f g conv10 extra"
    assert end.startswith("opened up to extra, without extra_conf (line ")
    assert "2 layers take 'relu_extra'" in end
    assert sides.startswith("left out, as it leads away from the series: ")
    assert "f/c_loc (line 22)" in sides


@pytest.mark.parametrize("proposing", ["Proposal", "Python"])
def test_a_detector_of_regions_opens_up_to_the_convolution_that_its_heads_take(proposing: str) -> None:
    text = STEM + conv("rpn", "f/c") + relu("rpn") + conv("cls", "rpn") + conv("box", "rpn")
    text += layer("odds", "Reshape", "cls", more="reshape_param { shape { dim: [0, 2, -1, 0] } }")
    text += layer("rois", proposing, "odds", "box") + layer("roi", "ROIPooling", "f/c", "rois")
    names, notes = opened(text + layer("fc6", "InnerProduct", "roi"))
    assert names == "conv1 f rpn"
    assert notes[0].startswith("opened up to rpn, without box (line ")


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
        GROUPED.replace('"gr"', '"aux"'),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_side_branch_is_left_out_with_a_note(side: str, first: bool) -> None:
    rest = NEXT + LAST
    names, (note,) = opened(STEM + (side + rest if first else rest + side))
    assert names == "conv1 f g conv10"
    layers = side.count("layer {")
    told = f"{layers} layer{'s' if layers > 1 else ''} from aux (line "
    assert note.startswith(f"left out, as it leads away from the series: {told}")


@pytest.mark.parametrize(
    ("takers", "told"),
    [
        (layer("p", "Power", "info"), "p (line 12)"),
        (layer("p", "Power", "info") + layer("q", "Proposal", "f/c", "p"), "p (line 12)"),
        (layer("proposal", "Python", "f/c", "info"), "proposal (line 12)"),
        ("".join(layer(f"p{number}", "Power", "info") for number in range(6)),
         "p0 (line 12), p1 (line 13), p2 (line 14), p3 (line 15) and 2 more"),
    ],
)  # fmt: skip
def test_an_input_for_foreign_layers_alone_is_left_out_with_a_note(takers: str, told: str) -> None:
    names, notes = opened('input: "info" input_shape { dim: [1, 3, 9, 9] }\n' + STEM + takers)
    assert names == "conv1 f"
    assert notes[-1] == f"left out, as no layer that is read takes it: the input 'info', for {told}"


def test_what_follows_a_foreign_end_is_no_side_branch_though_it_takes_the_input_too() -> None:
    text = STEM + NEXT + LAST + layer("up", "Deconvolution", "conv10") + layer("score", "Crop", "up", "data")
    names, notes = opened(text)
    assert names == "conv1 f g conv10"
    assert [note.partition(":")[0] for note in notes] == ["opened up to conv10, without up (line 20)"]


def test_heads_of_equal_depth_side_by_side_end_the_series() -> None:
    age, sex = (conv(name, "f/c") + layer(f"{name}_p", "Softmax", name) for name in ("age", "sex"))
    assert opened(STEM + age + sex) == (
        "conv1 f",
        ("opened up to f, without sex (line 13): 2 layers take 'f/c' ('age', 'sex') and make no Fire module; "
         "a layer table is a series of layers",),
    )  # fmt: skip


def test_a_bypass_stays_one_where_a_side_branch_begins_within() -> None:
    text = fire("data") + layer("aux", "Power", "data") + layer("add", "Eltwise", "data", "f/c") + conv("c", "add")
    assert prototxt.read(INPUT + text).table.layers == (Fire("f", 2, 3, 5, Bypass.SIMPLE), Conv("c", 4, 1, relu=False))


BN = layer("bn", "BatchNorm", "conv1")
BYPASSED = fire("data") + layer("add", "Eltwise", "data", "f/c")


def in_a_row(name: str, source: str, count: int) -> str:
    """So many convolutions, numbered from 1."""
    bottoms = [source, *(f"{name}{place}" for place in range(1, count))]
    return "".join(conv(f"{name}{place}", bottom) for place, bottom in enumerate(bottoms, 1))


@pytest.mark.parametrize(
    ("text", "row", "sentence"),
    [
        (conv("conv1", "data") + BN + fire("bn"), "bn", "cannot say 'BatchNorm'"),
        (STEM + layer("lrn", "LRN", "f/c") + conv("conv10", "lrn"), "lrn", "cannot say 'LRN'"),
        (STEM + layer("slice", "Slice", "f/c", more='top: "half"') + conv("c", "half"), "slice", "cannot say 'Slice'"),
        (layer("bn", "BatchNorm", "data") + fire("bn"), "bn", "cannot say 'BatchNorm'"),
        (layer("fc", "InnerProduct", "data"), "fc", "cannot say 'InnerProduct'"),
        (STEM + GROUPED, "gr", "2 groups"),
        (STEM + GROUPED + LAST.replace("g/c", "gr"), "gr", "groups"),
        (conv("conv1", "data") + conv("aux", "conv1") + BN + fire("bn"), "bn", "cannot say 'BatchNorm'"),
        (STEM + layer("gate", "InnerProduct", "f/c") + layer("scaled", "Scale", "f/c", "gate")
         + NEXT.replace('bottom: "f/c"', 'bottom: "scaled"'), "gate", "cannot say 'InnerProduct'"),
        (STEM + NEXT + NEXT.replace("g/", "h/"), "h/s", "2 layers take 'f/c'"),
        (conv("a", "data") + conv("b", "a") + conv("c", "b") + conv("d", "a") + conv("e", "d"), "d", "2 layers take"),
        (conv("a", "data") + conv("b1", "a") + conv("b2", "a") + conv("b3", "a")
         + layer("mixed", "Concat", "b1", "b2", "b3") + layer("fc", "InnerProduct", "mixed"), "b3", "3 layers take"),
        (fire("data") + layer("norm", "Normalize", "data") + layer("add", "Eltwise", "norm", "f/c")
         + conv("conv10", "add"), "norm", "cannot say 'Normalize'"),
        (STEM + in_a_row("age", "f/c", 3) + in_a_row("sex", "f/c", 3), "sex1", "2 layers take"),
        (STEM + NEXT + LAST + layer("aux", "Normalize", "f/c") + in_a_row("side", "aux", 4), "aux", "cannot say"),
        (STEM + NEXT + LAST + layer("aux", "Normalize", "f/c") + NEXT.replace("f/c", "aux").replace("g/", "h/"), "aux",
         "cannot say"),  # a side branch with a module of its own
        (BYPASSED + in_a_row("p", "data", 2) + layer("a", "Softmax", "p2") + layer("b", "Softmax", "a")
         + layer("c", "Softmax", "b") + layer("d", "Softmax", "c"), "p1", "3 layers take 'data'"),
        (BYPASSED + conv("y", "add") + conv("x", "f/c") + layer("p", "Softmax", "x"), "add", "is no bypass around"),
        *((STEM.replace('bottom: "f/e1" bottom', 'bottom: "odd" bottom').replace('layer { name: "f/c"', between + "\n"
           'layer { name: "f/c"'), "odd", f"a Fire module holds convolutions and ReLUs, and {said}")
          for between, said in (
              (layer("odd", "Dropout", "f/e1"), "no dropout"), (layer("odd", "Softmax", "f/e1"), "no softmax"),
              (layer("odd", "Pooling", "f/e1", more="pooling_param { kernel_size: 1 }"), "no pool"),
          )),
    ],
)  # fmt: skip
def test_what_is_foreign_in_the_middle_or_at_the_start_is_refused(text: str, row: str, sentence: str) -> None:
    with pytest.raises(SqueezevizError, match=sentence) as raised:
        prototxt.read(INPUT + text)
    assert raised.value.place.row == row


KEEP_MAPS = (
    "BatchNorm", "Scale", "ELU", "PReLU", "LRN", "Sigmoid", "Swish", "Power", "Deconvolution", "Normalize", "Interp",
    "ConvolutionDepthwise", "TanH", "Bias", "ReLU6", "Permute", "Reshape", "ShuffleChannel",
)  # fmt: skip
WIDE = "num_output: 8 kernel_size: 1"
AROUND = {
    "simple": layer("odd", "KIND", "stem") + fire("stem") + layer("sum", "Eltwise", "odd", "f/c"),
    "before the convolution": layer("odd", "KIND", "stem") + conv("a", "odd", WIDE) + fire("stem")
    + layer("sum", "Eltwise", "a", "f/c"),
    "behind the convolution": conv("a", "stem", WIDE) + layer("odd", "KIND", "a") + fire("stem")
    + layer("sum", "Eltwise", "odd", "f/c"),
    "behind the concat": fire("stem") + layer("odd", "KIND", "f/c") + layer("sum", "Eltwise", "stem", "odd"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "around"), [*zip(KEEP_MAPS, cycle(AROUND), strict=False)])
def test_a_module_never_opens_without_the_bypass_that_a_foreign_layer_stands_on(kind: str, around: str) -> None:
    stem = conv("stem", "data", "num_output: 8 kernel_size: 3") + relu("stem")
    for end in ("", layer("end", "Softmax", "sum"), relu("sum") + conv("last", "sum")):
        with pytest.raises(SqueezevizError) as raised:
            prototxt.read(INPUT + stem + AROUND[around].replace("KIND", kind) + end)
        assert raised.value.place.row == "odd"


@pytest.mark.parametrize(
    ("case", "row", "line"), [("02_half_fire_bn", "f/a/bn", 7), ("06_both_expands_elu", "f/ra", 8)]
)
def test_a_foreign_layer_within_a_fire_module_is_named_with_its_line(case: str, row: str, line: int) -> None:
    with pytest.raises(SqueezevizError, match=r"a layer table cannot say '(BatchNorm|ELU)'") as raised:
        prototxt.read((CASES / f"{case}.prototxt").read_text(encoding="utf-8"))
    assert (raised.value.place.row, raised.value.place.line) == (row, line)


class Step(NamedTuple):
    """A layer of Caffe's, whose top is its name."""

    name: str
    kind: str
    bottoms: tuple[str, ...]
    more: str = ""


def text_of(steps: Sequence[Step]) -> str:
    return INPUT + "".join(layer(each.name, each.kind, *each.bottoms, more=each.more) for each in steps)


class Made(NamedTuple):
    """A network of modules: `rows` are those that it opens to, `module` tells which of them each step is a part of."""

    steps: tuple[Step, ...]
    rows: tuple[Layer, ...]
    module: tuple[int, ...]


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
    kinds = draw(st.lists(st.sampled_from(["conv", "fire", "fire", "fire", "pool"]), min_size=1, max_size=5))
    for place, kind in enumerate([*kinds, *(["end"] if draw(st.booleans()) else [])]):
        name = f"m{place}"
        match kind:
            case "conv":
                new = [conv_step(name, here, 8), Step(f"{name}/r", "ReLU", (name,))]
                rows.append(Conv(name, 8, 1))
            case "pool":
                new = [Step(name, "Pooling", (here,), "pooling_param { kernel_size: 1 }")]
                rows.append(MaxPool(name, 1, 1))
            case "end":
                new = [Step(name, "Pooling", (here,), GLOBAL_POOL)]
                rows.append(GlobalAvgPool(name))
            case _:
                bypass = draw(st.sampled_from(Bypass))
                new = fire_steps(name, here, bypass)
                rows.append(Fire(name, 2, 3, 5, bypass))
        steps += new
        module += [place] * len(new)
        here = new[-1].name
    return Made(tuple(steps), tuple(rows), tuple(module))


@settings(max_examples=50, deadline=None)
@given(networks())
def test_a_network_without_anything_foreign_opens_whole(made: Made) -> None:
    assert prototxt.read(text_of(made.steps)).table.layers == made.rows


@settings(max_examples=150, deadline=None)
@given(networks(), st.data())
def test_where_one_operation_is_foreign_the_rows_before_it_open_or_none(made: Made, data: st.DataObject) -> None:
    """It is put in place of an operation, or behind one, before one or all of those that take it."""
    at = data.draw(st.integers(0, len(made.steps) - 1))
    kind = data.draw(st.sampled_from(KEEP_MAPS))
    steps = list(made.steps)
    old = steps[at]
    foreign = data.draw(st.sampled_from([old.name, "odd"]))
    if foreign == old.name:
        steps[at] = Step(old.name, kind, old.bottoms)
    else:
        takers = [place for place, each in enumerate(steps) if old.name in each.bottoms]
        if len(takers) > 1:
            takers = data.draw(st.sampled_from([takers, takers[:1], takers[1:]]))
        for place in takers:
            bottoms = tuple("odd" if each == old.name else each for each in steps[place].bottoms)
            steps[place] = steps[place]._replace(bottoms=bottoms)
        steps.insert(at + 1, Step("odd", kind, (old.name,)))
    line = next(place for place, each in enumerate(steps, 2) if each.name == foreign)
    try:
        read = prototxt.read(text_of(steps))
    except SqueezevizError as error:
        assert repr(kind) in error.message
        assert (error.place.row, error.place.line) == (foreign, line)
        event("refused")
        return
    assert read.notes[0].text.startswith(
        f"opened up to {read.table.layers[-1].name}, without {foreign} (line {line}): "
    )
    is_a_prefix(read.table.layers, made.rows)
    assert len(read.table.layers) <= made.module[at] + 1
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
            made_of_maps = each.kind != "Flatten" and not found.isdisjoint(each.bottoms)
            if made_of_maps or each.kind in ("Convolution", "Pooling"):
                found.add(each.name)
        return found


PARAMETERS = {
    "Convolution": "convolution_param { num_output: 4 kernel_size: 1 }",
    "Pooling": "pooling_param { kernel_size: 1 }",
}
KINDS = ["Convolution"] * 5 + ["ReLU"] * 3 + ["Concat", "Concat", "Eltwise", "Pooling", "Sigmoid", "Flatten"]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    steps: list[Step] = []
    for place in range(draw(st.integers(2, 14))):
        near = st.sampled_from(["data", *(step.name for step in steps)][-3:])
        kind = draw(st.sampled_from(KINDS))
        bottoms = draw(st.tuples(near, near) if kind in ("Concat", "Eltwise") else st.tuples(near))
        steps.append(Step(f"n{place}", kind, tuple(dict.fromkeys(bottoms)), PARAMETERS.get(kind, "")))
    return Graph(tuple(steps))


@settings(max_examples=250, deadline=None)
@given(graphs())
def test_of_any_graph_what_opens_is_a_beginning_that_nothing_left_out_comes_back_to(graph: Graph) -> None:
    net = parse(text_of(graph.steps))
    try:
        opening = open_graph(inputs_of(net, select(net)))
    except SqueezevizError:
        return
    event("opened")
    fires = [row.layer for row in opening.rows if isinstance(row.layer, Fire)]
    counts = {
        "Pooling": sum(isinstance(row.layer, MaxPool) for row in opening.rows),
        "Concat": len(fires),
        "Eltwise": sum(fire.bypass is not Bypass.NONE for fire in fires),
        "Sigmoid": 0,
        "Flatten": 0,
    }
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
    after, maps = graph.behind(end), graph.maps()
    left = [each for each in graph.steps if each.name not in read]
    sides = [each.name for each in left if not (read - {end} | {"data"}).isdisjoint(each.bottoms)]
    return not any((graph.behind(side) | {side}) & after & maps for side in sides)
