"""The rows of a layer table out of a graph, and which operation of the file each part of a row was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.files.networks.graph.node import FileOperation, Kind
from squeezeviz.files.networks.graph.series import FireParts, Plain, Weighted
from squeezeviz.model.errors import Fact, SqueezevizError
from squeezeviz.model.layers import Conv, Fire, Layer


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and its convolutions in the file by their part: `squeeze1x1` and so on of a Fire, an empty one of a conv.

    `first` is the operation at which an error of the row is shown.
    """

    layer: Layer
    first: FileOperation
    convolutions: Mapping[str, FileOperation]


def rows_of(found: Sequence[Plain | FireParts]) -> list[Row]:
    """The rows that the parts of a series make; SqueezevizError, with its place, for one that no row can say."""
    fires = [each for each in found if isinstance(each, FireParts)]
    names = iter(fire_names(fires, [each.node.name for each in found if isinstance(each, Plain)]))
    return [_plain(each) if isinstance(each, Plain) else _fire(each, next(names)) for each in found]


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


def _plain(plain: Plain) -> Row:
    operation = plain.node.its_operation
    try:
        match plain.node.kind:
            case Kind.CONV:
                return Row(operation.conv(relu=plain.relu), operation, {"": operation})
            case Kind.POOL:
                return Row(operation.pool(), operation, {})
            case Kind.DROPOUT:
                return Row(operation.dropout(), operation, {})
            case _:
                return Row(operation.softmax(), operation, {})
    except SqueezevizError as error:
        raise operation.at_fault(error) from None


def _fire(parts: FireParts, name: str) -> Row:
    convolutions = {"squeeze1x1": parts.squeeze, **expands(parts)}
    if parts.around:
        convolutions["bypass1x1"] = parts.around
    named = {part: each.node.its_operation for part, each in convolutions.items()}
    return Row(fire(parts, name), parts.squeeze.node.its_operation, named)


def fire(parts: FireParts, name: str) -> Fire:
    """The row; SqueezevizError at the part that is not as in a Fire module."""
    squeeze = _part(parts.squeeze)
    _check(parts.squeeze, squeeze, "squeeze", 1, 0)
    expand1x1, expand3x3 = map(_part, expands(parts).values())
    around = _part(parts.around) if parts.around else None
    convs = [squeeze, expand1x1, expand3x3]
    if len({conv.relu for conv in convs}) > 1:
        raise parts.squeeze.node.fail("some convolutions of this Fire module have a ReLU and some have none")
    if len({conv.bias for conv in [*convs, *([around] if around else [])]}) > 1:
        raise parts.squeeze.node.fail("some convolutions of this Fire module have a bias and some have none")
    parts.concat.its_operation.check_concat()
    if parts.end.kind is Kind.SUM:
        parts.end.its_operation.check_sum()
    if parts.around and around:
        _check_around(parts.around, around, expand1x1.filters + expand3x3.filters)
    try:
        return Fire(
            name, squeeze.filters, expand1x1.filters, expand3x3.filters, parts.bypass, squeeze.relu, squeeze.bias,
            around.relu if around else True,
        )  # fmt: skip
    except SqueezevizError as error:
        raise parts.squeeze.node.its_operation.at_fault(error) from None


def _part(weighted: Weighted) -> Conv:
    operation = weighted.node.its_operation
    try:
        return operation.conv(relu=weighted.relu)
    except SqueezevizError as error:
        raise operation.at_fault(error) from None


def expands(parts: FireParts) -> dict[str, Weighted]:
    """The two expands by their part's name, in whatever order; SqueezevizError where one is neither."""
    made = {expand: _part(expand) for expand in parts.expands}
    small, large = sorted(made, key=lambda expand: made[expand].kernel)
    _check(small, made[small], "smaller expand", 1, 0)
    _check(large, made[large], "larger expand", 3, 1)
    return {"expand1x1": small, "expand3x3": large}


def _check(weighted: Weighted, conv: Conv, part: str, kernel: int, padding: int) -> None:
    if (conv.kernel, conv.stride, conv.padding) == (kernel, 1, padding):
        return
    raise weighted.node.fail(
        f"the {part} of a Fire module is {kernel}×{kernel}/1 with a padding of {padding}, this one is "
        f"{conv.kernel}×{conv.kernel}/{conv.stride} with a padding of {conv.padding}",
        "convolution_param",
    )


def _check_around(weighted: Weighted, conv: Conv, channels: int) -> None:
    _check(weighted, conv, "bypass convolution", 1, 0)
    if conv.filters != channels:
        raise weighted.node.fail(
            f"a bypass convolution has as many filters as the module puts out, {channels}, not {conv.filters}",
            "num_output",
        )


def fire_names(fires: list[FireParts], taken: list[str]) -> list[str]:
    """The common prefix of each module's parts; its concat's name where that is empty or names another row too."""
    prefixes = [_common(fire) for fire in fires]
    counts = Counter([*prefixes, *taken])
    return [
        prefix if prefix and counts[prefix] == 1 else fire.concat.name
        for prefix, fire in zip(prefixes, fires, strict=True)
    ]


_SQUEEZE = "/squeeze1x1"
_EXPANDS = "/expand1x1", "/expand3x3"
"""Caffe's names, which the field knows and we write: what stands before them is the module's name as it is."""


def _common(fire: FireParts) -> str:
    names = [fire.squeeze.node.name, *sorted(expand.node.name for expand in fire.expands)]
    if names == [names[0].removesuffix(_SQUEEZE) + part for part in (_SQUEEZE, *_EXPANDS)]:
        return names[0].removesuffix(_SQUEEZE)
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    prefix = "".join(letters[0] for letters in alike)
    for separator in "/_-.":
        if separator in prefix:
            return prefix[: prefix.rindex(separator)].rstrip("/_-. ")
    return prefix.strip()
