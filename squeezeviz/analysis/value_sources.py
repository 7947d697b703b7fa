"""Which operation computes one value of a feature map, and from which values of the maps before it.

Channels, rows, columns and images count from 0. Positions are those of the operation's own map.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from squeezeviz.analysis.columns import INPUT_ROW
from squeezeviz.analysis.feature_maps import NETWORK_INPUT, operation_named
from squeezeviz.analysis.receptive_field import field_window
from squeezeviz.analysis.resolve import ResolvedNetwork, ResolvedOperation
from squeezeviz.model.errors import Place, SqueezevizError, brief, quoted
from squeezeviz.model.operations import LAYER_INPUT, OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.text import counted

INPUT = "input"
"""The kind of a value of the images that a pass begins with, and what people call these beside the operations."""


MOST_TERMS = 1_000_000
"""The most terms of a value that are told; the largest of a SqueezeNet has 4,608. They take about 2 GB as JSON."""


class ValueAt(NamedTuple):
    """Where one value stands: in the output of which operation, `NETWORK_INPUT` for the images that the pass begins
    with, and in which image of the batch."""

    operation: str
    channel: int
    row: int
    column: int
    image: int = 0

    def __str__(self) -> str:
        return f"{shown_operation(self.operation)}, {place_text(self.channel, self.row, self.column)}"


class Window(NamedTuple):
    """The rows and columns of the map before an operation that one value of it is computed from.

    They lie inside the map; the window itself begins at `top` and `left`, which may be negative. `outside` is the
    number of further positions, which lie in the padding or beyond it. `counted` is the number of positions that a mean
    is divided by: those in the padding count, those beyond it do not.
    """

    rows: range
    columns: range
    top: int
    left: int
    outside: int = 0
    counted: int = 1


class Source(NamedTuple):
    """What computes one value: the operation `step` in `row` of the table, whose output has it in `channel`.

    `inputs` are the names of the operations that `step` reads, or `NETWORK_INPUT`. `relu` is the name of a ReLU that
    the value has passed since, empty if there is none. `reason` is why it is this operation. For a pixel `step` is
    None.
    """

    step: ResolvedOperation | None
    row: int
    channel: int
    inputs: tuple[str, ...]
    relu: str
    window: Window
    reason: str

    @property
    def name(self) -> str:
        return NETWORK_INPUT if self.step is None else self.step.name

    @property
    def kind(self) -> str:
        """A key of `KIND_NAMES`, or INPUT."""
        return INPUT if self.step is None else self.step.kind

    @property
    def reads_every_channel(self) -> bool:
        """Whether it reads all channels, not just the value's own."""
        return self.kind in (OperationKind.CONV, OperationKind.SOFTMAX)

    def check_terms(self, most: int = MOST_TERMS) -> None:
        """Raise SqueezevizError if the value comes from more terms than can be told."""
        channels = self.step.inputs[0].channels if self.step is not None and self.reads_every_channel else 1
        terms = channels * len(self.window.rows) * len(self.window.columns)
        if terms > most:
            raise SqueezevizError(
                f"this value has {terms:,} terms; at most {most:,} are told here: follow a value that reads fewer "
                "channels, or a smaller window"
            )


def source_of(network: ResolvedNetwork, at: ValueAt) -> Source:
    """Return what computes that value. Raises SqueezevizError if there is no such operation, channel or place."""
    if at.operation == NETWORK_INPUT:
        _check(at, network.table.input.maps)
        reason = "It is a value of the picture, as the network sees it."
        return Source(None, INPUT_ROW, at.channel, (), "", _single(at.row, at.column), reason)
    nodes = _nodes(network)
    named = [index for index, node in enumerate(nodes) if node.step.name == at.operation]
    if len(named) > 1:
        raise SqueezevizError(f"{len(named)} operations are called {quoted(at.operation)}: rename a row")
    _check(at, operation_named(network, at.operation).shape)
    return _walked(nodes, named[0], at)


def seen_by(network: ResolvedNetwork, at: ValueAt) -> tuple[range, range]:
    """Return the rows and columns of the network's input that the value depends on. Raises as `source_of` does."""
    source = source_of(network, at)
    if source.step is None:
        return source.window.rows, source.window.columns
    field = field_window(network, source.row, source.step.operation.part, at.row, at.column)
    image = network.table.input
    return _covered(field.top, field.height, image.height), _covered(field.left, field.width, image.width)


def operation_meant(network: ResolvedNetwork, name: str) -> str:
    """Return the name of the operation that a person means: where none is called so, `NETWORK_INPUT` for the word
    `input`, and for a Fire module's name the one that puts out what the module does, its concat or its bypass's sum.
    Raises SqueezevizError if there is none."""
    if all(step.name != name for _, step in network.operations()):
        if name == INPUT:
            return NETWORK_INPUT
        for layer in network.layers:
            if layer.name == name:
                return layer.operations[-1].name
    return operation_named(network, name).name


def place_text(channel: int, row: int, column: int) -> str:
    """Return where a value stands in its map: `channel 77, row 3, column 4`."""
    return f"channel {channel:,}, row {row:,}, column {column:,}"


def shown_operation(name: str) -> str:
    """Return an operation's name as a sentence has it; `input` for the images that the pass begins with."""
    return brief(name) or INPUT


class _Node(NamedTuple):
    """An operation, and the indices of those that it reads, -1 for the network's input."""

    row: int
    step: ResolvedOperation
    inputs: tuple[int, ...]


def _nodes(network: ResolvedNetwork) -> list[_Node]:
    nodes: list[_Node] = []
    for row, layer in enumerate(network.layers):
        first = len(nodes)
        for step in layer.operations:
            reads = [first - 1 if each == LAYER_INPUT else first + each for each in step.operation.inputs]
            nodes.append(_Node(row, step, tuple(reads)))
    return nodes


def _check(at: ValueAt, shape: MapShape) -> None:
    """Raise SqueezevizError, with the range that there is, if the value lies outside the operation's output."""
    for what, number, count in (
        ("channel", at.channel, shape.channels),
        ("row", at.row, shape.height),
        ("column", at.column, shape.width),
    ):
        if not 0 <= number < count:
            there = f"the only one is {what} 0" if count == 1 else f"they are numbered from 0 to {count - 1:,}"
            raise SqueezevizError(
                f"{what} {number:,} is none of the {counted(count, what)} of {shown_operation(at.operation)}; {there}",
                Place(column=what),
            )


def _walked(nodes: Sequence[_Node], index: int, at: ValueAt) -> Source:
    """Go back through a concat and a ReLU to the operation that computes the value."""
    channel, relu, reasons = at.channel, "", []
    while True:
        node = nodes[index]
        kind = node.step.operation.kind
        if kind is OperationKind.CONCAT:
            index, channel, reason = _part(nodes, node, channel)
            reasons.append(reason)
        elif kind is OperationKind.RELU:
            relu = node.step.name
            (index,) = node.inputs
        else:
            break
    window = window_of(node.step, at.row, at.column)
    reads = tuple(NETWORK_INPUT if each < 0 else nodes[each].step.name for each in node.inputs)
    reasons.append(_reading(node.step, channel, reads, window))
    return Source(node.step, node.row, channel, reads, relu, window, " ".join(reasons))


def _part(nodes: Sequence[_Node], concat: _Node, channel: int) -> tuple[int, int, str]:
    """Return the input of a concat that its channel comes from, that input's own channel, and why it is this one."""
    before: list[str] = []
    own = channel
    for source in concat.inputs:
        step = nodes[source].step
        part = step.operation.part.removeprefix("relu_")
        if own < step.shape.channels:
            break
        own -= step.shape.channels
        before.append(f"{counted(step.shape.channels, 'channel')} {_be(step.shape.channels)} {part}'s")
    why = f"because the first {' and '.join(before)}" if before else f"because {part}'s channels come first"
    return source, own, f"Channel {channel:,} is filter {own:,} of {part}, {why}."


def _be(count: int) -> str:
    return "is" if count == 1 else "are"


def window_of(step: ResolvedOperation, row: int, column: int) -> Window:
    """Return the window that the value at that row and column is computed from.

    A last window that rounds up reaches beyond the padding; torch divides a mean by the positions that do not.
    """
    operation, (_, height, width) = step.operation, step.inputs[0]
    if operation.kind is OperationKind.GLOBAL_AVGPOOL:
        return Window(range(height), range(width), 0, 0, counted=height * width)
    if not operation.kernel:
        return _single(row, column)
    top, left = (place * operation.stride - operation.padding for place in (row, column))
    rows, columns = _covered(top, operation.kernel, height), _covered(left, operation.kernel, width)
    outside = operation.kernel**2 - len(rows) * len(columns)
    ends = (min(operation.kernel, size + operation.padding - start) for start, size in ((top, height), (left, width)))
    return Window(rows, columns, top, left, outside, math.prod(ends))


def _single(row: int, column: int) -> Window:
    return Window(range(row, row + 1), range(column, column + 1), row, column)


def _covered(start: int, length: int, size: int) -> range:
    """Return the positions of a map's side that a window covers."""
    first = min(max(start, 0), size)
    return range(first, max(first, min(start + length, size)))


def _reading(step: ResolvedOperation, channel: int, reads: Sequence[str], window: Window) -> str:
    """Return a sentence on what the operation does, and where it reads."""
    source, where = shown_operation(reads[0]), _where(window)
    channels = step.inputs[0].channels
    match step.operation.kind:
        case OperationKind.CONV:
            every = {1: "the only channel", 2: "both channels"}.get(channels, f"all {channels:,} channels")
            text = f"Filter {channel:,} of {brief(step.name)} reads {every} of {source} {where}"
        case OperationKind.MAXPOOL:
            text = f"It is the largest value of channel {channel:,} of {source} {where}"
        case OperationKind.AVGPOOL | OperationKind.GLOBAL_AVGPOOL:
            text = f"It is the mean of channel {channel:,} of {source} {where}"
        case OperationKind.ADD:
            return (
                f"It is the sum of what {source} and {shown_operation(reads[1])} have in channel {channel:,} {where}."
            )
        case OperationKind.DROPOUT:
            return f"A dropout drops values while training alone; here it passes on what {source} has {where}."
        case OperationKind.SOFTMAX:
            return (
                f"It is channel {channel:,}'s share: e to the power of its value in {source}, divided by the sum of "
                f"that over {'its only channel' if channels == 1 else f'all {channels:,} channels'} {where}."
            )
        case kind:
            raise AssertionError(f"{kind} computes nothing of its own")
    return text + _outside(step, window)


def _where(window: Window) -> str:
    if not window.rows or not window.columns:
        return "beyond its edge"
    rows, columns = span("row", window.rows), span("column", window.columns)
    return f"at {rows}, {columns}" if len(window.rows) == len(window.columns) == 1 else f"in {rows}, {columns}"


def span(what: str, numbers: range) -> str:
    """Return `row 3` or `rows 3 to 5`; `no row` if there is none."""
    if len(numbers) < 2:
        return f"{what} {numbers[0]:,}" if numbers else f"no {what}"
    return f"{what}s {numbers[0]:,} to {numbers[-1]:,}"


def _outside(step: ResolvedOperation, window: Window) -> str:
    """Return the end of a sentence on the positions of the window outside the map."""
    if not window.outside:
        return "."
    positions = step.operation.kernel**2
    lie = f"; {window.outside:,} of the window's {positions:,} positions lie outside the map"
    if step.operation.kind is not OperationKind.AVGPOOL:
        return f"{lie} and {'add nothing' if step.operation.kind is OperationKind.CONV else 'never win'}."
    padded = window.counted - (positions - window.outside)
    if padded == window.outside:
        return f"{lie}, where they count as 0."
    if not padded:
        return f"{lie} and do not count."
    return f"{lie}, and {padded:,} of them count as 0."
