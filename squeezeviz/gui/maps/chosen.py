"""Which operation's feature maps stand for what is selected, and what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from squeezeviz.analysis.columns import INPUT_ROW
from squeezeviz.analysis.feature_maps import NETWORK_INPUT
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork, ResolvedOperation
from squeezeviz.figure.layout.fire import PARTS
from squeezeviz.model.errors import brief
from squeezeviz.model.layers import Fire
from squeezeviz.model.operations import OperationKind
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.shapes import MapShape
from squeezeviz.model.text import counted, some
from squeezeviz.model.wording import significant

if TYPE_CHECKING:
    from squeezeviz.gui.live.answer import LiveAnswer


class ChosenMaps(NamedTuple):
    """The maps of one operation: its name, the row of its layer, what people call it, and their channels and size.

    `relu` says where in their way the values are taken, such as `after ReLU`; it is empty where that is no question.
    Where there is a choice, `has_choice`.
    """

    operation: str
    row: int
    title: str
    shape: MapShape
    relu: str = ""
    has_choice: bool = False


def chosen_maps(
    network: ResolvedNetwork, row: int | None, part: str = "", *, before_relu: bool = False
) -> ChosenMaps | None:
    """Return the maps of a row of the table, or of one part of a Fire module: a Fire's are those of its concat, a
    convolution's those after its ReLU unless they are wanted before it. None for totals, and for what does not run."""
    if row == INPUT_ROW:
        return ChosenMaps(NETWORK_INPUT, INPUT_ROW, "input", network.table.input.maps)
    if row is None or not 0 <= row < len(network.layers):
        return None
    layer = network.layers[row]
    place = _place(layer, part or ("concat" if isinstance(layer.layer, Fire) else ""))
    step = layer.operations[place]
    title = brief(layer.name)
    if step.operation.part:
        words = PARTS.get(step.operation.part)
        title += f" · {words[1] if words else step.operation.part}"
    if step.operation.kind is not OperationKind.CONV:
        return ChosenMaps(step.name, row, title, step.shape)
    relu = _relu_after(layer, place)
    if relu is None:
        return ChosenMaps(step.name, row, title, step.shape, "no ReLU follows")
    taken = step if before_relu else relu
    return ChosenMaps(taken.name, row, title, step.shape, "before ReLU" if before_relu else "after ReLU", True)


def _place(layer: ResolvedLayer, part: str) -> int:
    """Return the index of a part's operation; without that part, of the one that the layer is named after."""
    parts = [step.operation.part for step in layer.operations]
    return parts.index(part) if part in parts else 0


def _relu_after(layer: ResolvedLayer, place: int) -> ResolvedOperation | None:
    return next(
        (
            step
            for step in layer.operations
            if step.operation.kind is OperationKind.RELU and step.operation.inputs == (place,)
        ),
        None,
    )


def is_before_relu(network: ResolvedNetwork, operation: str) -> bool | None:
    """Return whether an operation's maps are a convolution's before its ReLU, or those after it; None of any other."""
    for layer in network.layers:
        for place, step in enumerate(layer.operations):
            relu = _relu_after(layer, place) if step.operation.kind is OperationKind.CONV else None
            if relu is not None and operation in (step.name, relu.name):
                return operation == step.name
    return None


def random_weights(answer: LiveAnswer, row: int) -> str:
    """Return what to say of maps that weights made which nobody trained, or an empty text."""
    weighted = [layer.name for layer in answer.measured.layers[: row + 1] if layer.parameters]
    return random_in(weighted, answer.measured.given)


def random_in(weighted: Sequence[str], given: Collection[str]) -> str:
    """Return the same of rows with weights, of which those in `given` have trained ones."""
    missing = [name for name in weighted if name not in given]
    if not missing:
        return ""
    return "random weights" if len(missing) == len(weighted) else f"random weights in {some(list(map(brief, missing)))}"


def size_text(shape: MapShape) -> str:
    """Return `128 channels of 56 × 56`."""
    return f"{counted(shape.channels, 'channel')} of {shape.height:,} × {shape.width:,}"


def value_text(value: float) -> str:
    """Return a value as it is read beside a map: `206.1`, `−0.0312`, `0`."""
    return significant(value, 4)
