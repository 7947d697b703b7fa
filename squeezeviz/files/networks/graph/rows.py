"""The rows of a layer table out of a graph, and which operation of the file each part of a row was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.networks.graph.node import FileOperation, Kind
from squeezeviz.files.networks.graph.series import FireParts, Step
from squeezeviz.model.errors import Fact, SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Fire, Layer
from squeezeviz.model.table import InputShape, LayerTable


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and its convolutions in the file by their part: `squeeze1x1` and so on of a Fire, an empty one of a conv.

    `first` is the operation at which an error of the row is shown.
    """

    layer: Layer
    first: FileOperation
    convolutions: Mapping[str, FileOperation]


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


def notes_on_flattening(network: ResolvedNetwork, shape: Sequence[int] | None = None) -> Iterator[str]:
    """Of a network whose file puts out a map or another shape than [1, channels]: that a pass of ours flattens it.

    `shape` is that of the file's output, without N; None for a map of the usual order.
    """
    channels, *sides = network.output
    shape = (channels, 1, 1) if shape is None else tuple(shape)
    if network.runs and sides == [1, 1] and shape != (channels,):
        said = ", ".join(str(size) for size in shape)
        what = "a map, " if len(shape) == _OF_A_MAP else ""
        yield Fact(f"the file puts out {what}[1, {said}]; here it is flattened to [1, {channels}]")


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
    found = [parts.squeeze, *parts.expands, *([parts.around] if parts.around else [])]
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
    return Row(layer, first.its_operation, {part: step.node.its_operation for part, step in steps.items()})


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
