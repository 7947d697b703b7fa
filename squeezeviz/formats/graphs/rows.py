"""The rows of a layer table out of a graph, and which operation of the file each part of a row was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from squeezeviz.core.errors import SqueezevizError
from squeezeviz.core.layers import Layer
from squeezeviz.core.notes import Fact
from squeezeviz.core.resolve import ResolvedNetwork
from squeezeviz.formats.graphs.fire import expands, fire
from squeezeviz.formats.graphs.naming import fire_names
from squeezeviz.formats.graphs.node import FileOperation, Kind
from squeezeviz.formats.graphs.series import FireParts, Plain


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
