"""Compares printed output sizes with those that the rows give. A note names each cause once, and what would mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, resolve
from squeezeviz.files.tables.cell_texts import Size
from squeezeviz.model.layers import LARGEST, AvgPool, Conv, GlobalAvgPool, MaxPool
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import listed

FARTHEST_INPUT = 64
"""How many pixels a mistyped input may be off for another one to be proposed."""

Sides = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Mismatch:
    """Rows from `first` up to `end` whose printed sizes differ for one cause, which lies in the first of them."""

    first: int
    end: int


def notes_on_sizes(network: ResolvedNetwork, printed: Sequence[Size | None]) -> Iterator[str]:
    """A note for each cause of a difference; `printed` has the sizes of the table's layers in order."""
    for mismatch in _mismatches(network, printed):
        yield " ".join(_sentences(network, printed, mismatch))
    yield from _notes_on_channels(network, printed)


def _mismatches(network: ResolvedNetwork, printed: Sequence[Size | None]) -> Iterator[_Mismatch]:
    row = 0
    while row < len(network.layers):
        if not differs(network.layers[row], printed[row]):
            row += 1
            continue
        end = row + 1
        while end < len(network.layers) and _is_consequence(network, printed, end):
            end += 1
        yield _Mismatch(row, end)
        row = end


def differs(layer: ResolvedLayer, size: Size | None) -> bool:
    """Whether the printed height and width are not the layer's."""
    return size is not None and (size.height, size.width) != _sides(layer)


def _is_consequence(network: ResolvedNetwork, printed: Sequence[Size | None], row: int) -> bool:
    """Whether the size printed for a row follows from the size printed before it, though it is not the row's."""
    before, size = printed[row - 1], printed[row]
    if before is None or size is None or not before.height or not before.width:
        return False
    if not differs(network.layers[row], size):
        return False
    layer = network.layers[row]
    image = InputShape(layer.input.shape.channels, before.height, before.width)
    alone = resolve(LayerTable("-", image, (layer.layer,)))
    return alone.runs and _sides(alone.layers[0]) == (size.height, size.width)


def _sentences(network: ResolvedNetwork, printed: Sequence[Size | None], mismatch: _Mismatch) -> Iterator[str]:
    layer = network.layers[mismatch.first]
    reached = layer.input.shape
    said = printed[mismatch.first]
    assert said is not None
    following = listed(list(_consequences(network, printed, mismatch)))
    yield (
        f"{layer.name} prints {said}, but {_cause(layer, mismatch.first)} gives {_times(_sides(layer))}"
        + (f", and so {following}" if following else "")
        + _agreeing_after(network, printed, mismatch)
        + "."
    )
    inputs = [f"an input of {image.height}×{image.width}" for image in _inputs(network.table, printed, mismatch)]
    remedies = inputs + list(_windows(network.table, printed, mismatch))
    if remedies:
        first, *others = remedies
        also = f", and so does {listed(others)}" if others else ""
        yield f"{first[0].upper()}{first[1:]} gives what is printed{also}."
    if inputs:
        yield f"The input is kept as printed, {reached.height}×{reached.width}."


def _cause(layer: ResolvedLayer, row: int) -> str:
    shape = layer.input.shape
    reached = f"{'an input' if row == 0 else 'a map'} of {shape.height}×{shape.width}"
    match layer.layer:
        case Conv() | MaxPool() | AvgPool() as windowed:
            padded = f" with a padding of {windowed.padding}" if windowed.padding else " without padding"
            return f"{windowed.kernel}×{windowed.kernel}/{windowed.stride}{padded} on {reached}"
        case _:
            return reached


def _consequences(network: ResolvedNetwork, printed: Sequence[Size | None], mismatch: _Mismatch) -> Iterator[str]:
    """`maxpool1 and fire2 give 54×54, not 55×55`, rows in a series with the same sizes together."""

    def sizes(row: int) -> tuple[Sides, Sides]:
        size = printed[row]
        assert size is not None
        return _sides(network.layers[row]), (size.height, size.width)

    for (ours, theirs), rows in groupby(range(mismatch.first + 1, mismatch.end), sizes):
        names = [network.layers[row].name for row in rows]
        yield f"{listed(names)} {'gives' if len(names) == 1 else 'give'} {_times(ours)}, not {_times(theirs)}"


def _agreeing_after(network: ResolvedNetwork, printed: Sequence[Size | None], mismatch: _Mismatch) -> str:
    if mismatch.end - mismatch.first == 1:
        return ""
    after = next((row for row in range(mismatch.end, len(network.layers)) if printed[row]), None)
    if after is None or differs(network.layers[after], printed[after]):
        return ""
    if isinstance(network.layers[after].layer, GlobalAvgPool):
        return ""  # one value comes of every map, so that says nothing
    return f"; {network.layers[after].name} agrees again"


def _inputs(table: LayerTable, printed: Sequence[Size | None], mismatch: _Mismatch) -> Iterator[InputShape]:
    """The nearest other input that gives the sizes printed; only the first cause can lie there."""
    if mismatch.first != 0 and any(printed[: mismatch.first]):
        return
    shape = table.input
    for step in (step for off in range(1, FARTHEST_INPUT + 1) for step in (off, -off)):
        if min(shape.height, shape.width) + step < 1 or max(shape.height, shape.width) + step > LARGEST:
            continue
        image = InputShape(shape.channels, shape.height + step, shape.width + step)
        if _mends(table.with_input(image), printed, mismatch):
            yield image
            return


def _windows(table: LayerTable, printed: Sequence[Size | None], mismatch: _Mismatch) -> Iterator[str]:
    """Another padding or rounding of the row at fault that gives the sizes printed."""
    layer = table.layers[mismatch.first]
    if not isinstance(layer, Conv | MaxPool | AvgPool):
        return
    largest = layer.kernel - 1 if isinstance(layer, Conv) else layer.kernel // 2
    for padding in range(min(largest, 16) + 1):
        padded = table.with_field(mismatch.first, "padding", padding)
        if padding != layer.padding and _mends(padded, printed, mismatch):
            yield f"a padding of {padding} in {layer.name}"
    if not isinstance(layer, Conv):
        rounded = table.with_field(mismatch.first, "ceil", not layer.ceil)
        if _mends(rounded, printed, mismatch):
            yield f"rounding {'down' if layer.ceil else 'up'} in {layer.name}"


def _mends(table: LayerTable, printed: Sequence[Size | None], mismatch: _Mismatch) -> bool:
    """Whether `table` gives what is printed for the rows of the mismatch; most fail at the first of them."""
    return all(
        len(layers) == end and not any(differs(layers[row], printed[row]) for row in range(mismatch.first, end))
        for end in (mismatch.first + 1, mismatch.end)
        for layers in [resolve(LayerTable(table.name, table.input, table.layers[:end])).layers]
    )


def _notes_on_channels(network: ResolvedNetwork, printed: Sequence[Size | None]) -> Iterator[str]:
    wrong = [
        f"{layer.name} {size.channels:,} (it has {layer.output.shape.channels:,})"
        for layer, size in zip(network.layers, printed, strict=False)
        if size is not None and size.channels is not None and size.channels != layer.output.shape.channels
    ]
    if wrong:
        yield f"output channels that cannot be as printed: {listed(wrong)}"


def _sides(layer: ResolvedLayer) -> Sides:
    return layer.output.shape.height, layer.output.shape.width


def _times(sides: Sides) -> str:
    return f"{sides[0]}×{sides[1]}"
