"""The graph as a series of rows, and which operation of the file each part of a row was.

A Fire module is known by its structure, whatever its parts are called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.networks.graph.node import FileOperation, Kind, Node
from squeezeviz.model.errors import Note, Severity, SqueezevizError, shown
from squeezeviz.model.layers import Bypass, Conv, Fire, Layer
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import InputShape, LayerTable

Followers = Mapping[Node, Sequence[Node]]
"""What takes each node, as far as it is looked at."""


class Step(NamedTuple):
    """A row of one layer or a part of a Fire module, and the ReLU behind a convolution; `end` is what flows on."""

    node: Node
    relu: bool
    end: Node


@dataclass(frozen=True, slots=True)
class FireParts:
    """The parts of a Fire module. The expands are in the order of the concat; `around` is a complex bypass's."""

    squeeze: Step
    expands: tuple[Step, Step]
    concat: Node
    end: Node
    bypass: Bypass = Bypass.NONE
    around: Step | None = None


def series(source: Node, followers: Followers) -> Iterator[Step | FireParts]:
    """The rows from the input on. SqueezevizError at the layer where the network stops being a series."""
    here = source
    while followers[here]:
        row = _fire_after(here, followers) or _plain_after(here, followers)
        yield row
        here = row.end


def _plain_after(here: Node, followers: Followers) -> Step:
    node, *others = followers[here]
    if others:
        count = len(others) + 1
        names = ", ".join(shown(each.name) for each in followers[here][:_MOST_NAMES])
        names += ", …" if count > _MOST_NAMES else ""
        raise others[-1].fail(
            f"{count} layers take {shown(here.name)} ({names}) and make no Fire module; "
            "a layer table is a series of layers"
        )
    match node.kind:
        case Kind.CONV:
            return _activated(node, followers)
        case Kind.POOL | Kind.DROPOUT | Kind.SOFTMAX:
            return Step(node, False, node)
        case Kind.RELU:
            raise node.fail("this ReLU follows no convolution, and a layer table has no other")
        case Kind.FOREIGN:
            raise node.its_operation.foreign()
        case Kind.CONCAT:
            raise node.fail("this concat does not end a Fire module (a squeeze, then two convolutions side by side)")
        case _:
            raise node.fail("this sum is no bypass around a Fire module, and a layer table has no other")


_MOST_NAMES = 4


def _fire_after(here: Node, followers: Followers) -> FireParts | None:
    """The Fire module that takes `here`, with the bypass around it; None where there is none."""
    found = [body for each in followers[here] if (body := fire_from(each, followers))]
    if len(found) != 1 or len(followers[here]) > 2:
        return None
    beside = [each for each in followers[here] if each is not found[0].squeeze.node]
    return _with_bypass(found[0], beside[0], followers) if beside else found[0]


def fire_from(squeeze: Node, followers: Followers) -> FireParts | None:
    """The Fire module that begins with the node: two convolutions that take its output, and the concat of just these.

    None where there is none. What runs around it is left out.
    """
    if squeeze.kind is not Kind.CONV:
        return None
    squeezed = _activated(squeeze, followers)
    if [each.kind for each in followers[squeezed.end]] != [Kind.CONV, Kind.CONV]:
        return None
    one, other = (_activated(each, followers) for each in followers[squeezed.end])
    stacking = followers[one.end]
    if len(stacking) != 1 or stacking[0].kind is not Kind.CONCAT or followers[other.end] != stacking:
        return None
    concat = _activated(stacking[0], followers)
    inputs = concat.node.inputs
    if inputs == (other.end, one.end):
        one, other = other, one
    elif inputs != (one.end, other.end):
        return None
    left, right = (each._replace(relu=each.relu or concat.relu) for each in (one, other))
    return FireParts(squeezed, (left, right), concat.node, concat.end)


def _with_bypass(body: FireParts, beside: Node, followers: Followers) -> FireParts:
    """The module with what runs beside it: the sum itself, or a convolution that leads to the sum."""
    around = _activated(beside, followers) if beside.kind is Kind.CONV else None
    added = around.end if around else body.squeeze.node.inputs[0]
    arriving = followers[around.end] if around else [beside]
    joined = len(arriving) == 1 and arriving[0].kind is Kind.SUM and followers[body.end] == arriving
    if not joined or arriving[0].inputs not in ((body.end, added), (added, body.end)):
        raise beside.fail(
            f"this runs beside {shown(body.squeeze.node.name)} and is no bypass around its Fire module; "
            "a layer table is a series of layers"
        )
    return replace(body, end=arriving[0], bypass=Bypass.COMPLEX if around else Bypass.SIMPLE, around=around)


def _activated(node: Node, followers: Followers) -> Step:
    """The node with its ReLU, where a ReLU and nothing else takes it."""
    taken = followers[node]
    relu = len(taken) == 1 and taken[0].kind is Kind.RELU
    return Step(node, relu, taken[0] if relu else node)


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and its convolutions in the file by their part: `squeeze1x1` and so on of a Fire, an empty one of a conv.

    `first` is the operation at which an error of the row is shown; `flipped` where the concat of a Fire module has the
    3×3 expand first.
    """

    layer: Layer
    first: FileOperation
    convolutions: Mapping[str, FileOperation]
    flipped: bool = False


def rows_of(found: Sequence[Step | FireParts]) -> list[Row]:
    """The rows that the parts of a series make; SqueezevizError, with its place, for one that no row can say."""
    fires = [each for each in found if isinstance(each, FireParts)]
    names = iter(_fire_names(fires, [each.node.name for each in found if isinstance(each, Step)]))
    return [_plain(each) if isinstance(each, Step) else _fire(each, next(names)) for each in found]


def table_of(name: str, image: InputShape, rows: Sequence[Row]) -> LayerTable:
    """The table of the rows; SqueezevizError with the place of the last row that bears the name at fault."""
    try:
        return LayerTable(name, image, tuple(row.layer for row in rows))
    except SqueezevizError as error:
        named = [row.first for row in rows if row.layer.name == error.place.row]
        raise (named[-1].at_fault(error) if named else error) from None


def sharing(rows: Sequence[Row]) -> Iterator[tuple[Hashable, list[tuple[Row, str]]]]:
    """Weights that several convolutions share, and the row and part of each; a table counts them for each."""
    found: dict[Hashable, list[tuple[Row, str]]] = {}
    for row in rows:
        for part, operation in row.convolutions.items():
            if operation.weights:
                found.setdefault(operation.weights, []).append((row, part))
    yield from ((weights, places) for weights, places in found.items() if len(places) > 1)


def notes_on_flattening(network: ResolvedNetwork, shape: Sequence[int] | None = None) -> Iterator[Note]:
    """Of a network whose file puts out a map or another shape than [1, channels]: that a pass of ours flattens it.

    `shape` is that of the file's output, without N; None for a map of the usual order.
    """
    channels, *sides = network.output
    shape = (channels, 1, 1) if shape is None else tuple(shape)
    if network.runs and sides == [1, 1] and shape != (channels,):
        said = ", ".join(str(size) for size in shape)
        what = "a map, " if len(shape) == _OF_A_MAP else ""
        yield Note(f"the file puts out {what}[1, {said}]; here it is flattened to [1, {channels}]", Severity.INFO)


_OF_A_MAP = 3
"""Dimensions, without N."""


def _plain(step: Step) -> Row:
    operation = step.node.its_operation
    return Row(_layer(step), operation, {"": operation} if step.node.kind is Kind.CONV else {})


def _layer(step: Step) -> Layer:
    operation = step.node.its_operation
    try:
        return operation.layer(relu=step.relu)
    except SqueezevizError as error:
        raise operation.at_fault(error) from None


def _fire(parts: FireParts, name: str) -> Row:
    """The row; SqueezevizError at the part that is not as in a Fire module."""
    found = [*parts.expands, parts.squeeze, *([parts.around] if parts.around else [])]
    layers = {step: layer for step in found if isinstance(layer := _layer(step), Conv)}
    expands = sorted(parts.expands, key=lambda step: layers[step].kernel)
    steps = dict(zip(_WINDOWS, [parts.squeeze, *expands, *found[3:]], strict=False))
    convs = {part: layers[step] for part, step in steps.items()}
    for part, step in steps.items():
        _check_window(step, convs[part], *_WINDOWS[part])
    squeeze, expand1x1, expand3x3, *around = convs.values()
    first = parts.squeeze.node
    if len({step.relu for step in found[:3]}) > 1:
        raise first.fail("some convolutions of this Fire module have a ReLU and some have none")
    if len({conv.bias for conv in convs.values()}) > 1:
        raise first.fail("some convolutions of this Fire module have a bias and some have none")
    parts.concat.its_operation.check_joint()
    if parts.bypass is not Bypass.NONE:
        parts.end.its_operation.check_joint()
    made = expand1x1.filters + expand3x3.filters
    if parts.around and around[0].filters != made:
        raise parts.around.node.fail(
            f"a bypass convolution has as many filters as the module puts out, {made}, not {around[0].filters}",
            "num_output",
        )
    try:
        layer = Fire(
            name, squeeze.filters, expand1x1.filters, expand3x3.filters, parts.bypass, squeeze.relu, squeeze.bias,
            around[0].relu if around else True,
        )  # fmt: skip
    except SqueezevizError as error:
        raise first.its_operation.at_fault(error) from None
    operations = {part: step.node.its_operation for part, step in steps.items()}
    return Row(layer, first.its_operation, operations, flipped=expands != list(parts.expands))


_WINDOWS = {
    "squeeze1x1": ("squeeze", 1, 0),
    "expand1x1": ("smaller expand", 1, 0),
    "expand3x3": ("larger expand", 3, 1),
    "bypass1x1": ("bypass convolution", 1, 0),
}
"""What each part of a Fire module is called, its kernel and its padding."""


def _check_window(step: Step, conv: Conv, called: str, kernel: int, padding: int) -> None:
    if (conv.kernel, conv.stride, conv.padding) != (kernel, 1, padding):
        raise step.node.fail(
            f"the {called} of a Fire module is {kernel}×{kernel}/1 with a padding of {padding}, this one is "
            f"{conv.kernel}×{conv.kernel}/{conv.stride} with a padding of {conv.padding}",
            "convolution_param",
        )


def _fire_names(fires: list[FireParts], taken: list[str]) -> list[str]:
    """The common prefix of each module's parts; its concat's name where that is empty or names another row too."""
    prefixes = [_common(fire) for fire in fires]
    counts = Counter([*prefixes, *taken])
    return [
        prefix if prefix and counts[prefix] == 1 else fire.concat.name
        for prefix, fire in zip(prefixes, fires, strict=True)
    ]


_CAFFES_PARTS = "/squeeze1x1", "/expand1x1", "/expand3x3"
"""Caffe's names, which the field knows and we write: what stands before them is the module's name as it is."""


def _common(fire: FireParts) -> str:
    names = [fire.squeeze.node.name, *sorted(expand.node.name for expand in fire.expands)]
    whole = names[0].removesuffix(_CAFFES_PARTS[0])
    if names == [whole + part for part in _CAFFES_PARTS]:
        return whole
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    prefix = "".join(letters[0] for letters in alike)
    for separator in "/_-.":
        if separator in prefix:
            return prefix[: prefix.rindex(separator)].rstrip("/_-. ")
    return prefix.strip()
