"""A layer table as a Caffe network for deployment, written as the authors' releases are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from squeezeviz.analysis.resolve import ResolvedLayer, resolve
from squeezeviz.files.networks.caffe.layer import caffes_sides
from squeezeviz.files.networks.operation_names import free_name, names_to_know_by, operation_names
from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.layers import AvgPool, Dropout, Layer, MaxPool
from squeezeviz.model.operations import LAYER_INPUT, Operation, OperationKind, operations
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import in_quotes

LARGEST = 2**31 - 1
"""Caffe counts in 32 bits."""


def write(table: LayerTable) -> str:
    """The network's prototxt; reading it gives the same table, but for the shares of weights kept and their bits.

    A Fire module's layers have Caffe's names, ReLUs and dropout work in place. SqueezevizError with the row for what
    Caffe cannot say.
    """
    if not table.layers:
        raise SqueezevizError("the table has no row, and a Caffe network needs a layer")
    _check_numbers("input", table.input.channels, table.input.height, table.input.width)
    _refuse_equal_names(table)
    taken: set[str] = set()
    names = operation_names(table.layers, taken)
    source = free_name("data", taken)
    lines = [*_remarks(table), f"name: {in_quotes(table.name)}", *_input(source, table.input)]
    remarks = {resolved.layer.name: _remark_on_size(resolved) for resolved in resolve(table).layers}
    for layer, called in zip(table.layers, names, strict=True):
        _check(layer)
        source, made = _layers(layer, source, called)
        lines += [*remarks.get(layer.name, ()), *made]
    return "\n".join(lines) + "\n"


def _remarks(table: LayerTable) -> Iterator[str]:
    if table.is_compressed:
        yield "# The shares of weights kept, and the bits of each, are not part of a Caffe network."
    if any(isinstance(layer, MaxPool | AvgPool) and not layer.ceil for layer in table.layers):
        yield "# round_mode needs a Caffe newer than 1.0, which rounds the sizes of all pools up."


def _remark_on_size(resolved: ResolvedLayer) -> Iterator[str]:
    sides = caffes_sides(resolved)
    if sides:
        ours = resolved.output.shape
        yield (
            f"# Caffe makes {sides[0]}x{sides[1]} of the next layer, with a last window outside the map; "
            f"PyTorch makes {ours.height}x{ours.width}."
        )


def _check(layer: Layer) -> None:
    _check_numbers(layer.name, *(step.filters for step in operations(layer)))
    for step in operations(layer):
        _check_numbers(layer.name, step.kernel, step.stride, step.padding)
    if isinstance(layer, MaxPool | AvgPool) and layer.padding >= layer.kernel:
        raise SqueezevizError(
            f"Caffe pads a pool by less than its window of {layer.kernel}, not by {layer.padding}",
            Place(row=layer.name, column="padding"),
        )


def _check_numbers(row: str, *numbers: int) -> None:
    too_large = next((number for number in numbers if number > LARGEST), None)
    if too_large is not None:
        raise SqueezevizError(f"Caffe's numbers go up to {LARGEST:,}, not to {too_large:,}", Place(row=row))


def _refuse_equal_names(table: LayerTable) -> None:
    """Raise where names that a table is read back from are equal, as they cannot be changed."""
    known = [(name, layer.name) for layer in table.layers for name in names_to_know_by(layer)]
    counts = Counter(name for name, _ in known)
    for name, row in reversed(known):
        if counts[name] > 1:
            raise SqueezevizError(
                f"two layers of a Caffe network would be named {shown(name)}; rename this row", Place(row=row)
            )


def _layers(row: Layer, source: str, names: list[str]) -> tuple[str, list[str]]:
    """The name of what the row makes, and the lines of its layers, which have these names."""
    blobs: list[str] = []
    lines: list[str] = []
    for step, name in zip(operations(row), names, strict=True):
        bottoms = [source if each == LAYER_INPUT else blobs[each] for each in step.inputs]
        top = bottoms[0] if step.kind in _IN_PLACE else name
        blobs.append(top)
        lines += _layer(name, _TYPES[step.kind], bottoms, top, _parameters(step, row))
    return blobs[-1], lines


_IN_PLACE = (OperationKind.RELU, OperationKind.DROPOUT)
_TYPES = {
    OperationKind.CONV: "Convolution",
    OperationKind.RELU: "ReLU",
    OperationKind.MAXPOOL: "Pooling",
    OperationKind.AVGPOOL: "Pooling",
    OperationKind.GLOBAL_AVGPOOL: "Pooling",
    OperationKind.CONCAT: "Concat",
    OperationKind.ADD: "Eltwise",
    OperationKind.DROPOUT: "Dropout",
    OperationKind.SOFTMAX: "Softmax",
}


def _parameters(step: Operation, row: Layer) -> list[str]:
    """The lines of the block with a layer's numbers, its head first; none where all are Caffe's defaults."""
    window = [f"pad: {step.padding}"] if step.padding else []
    window += [f"kernel_size: {step.kernel}"]
    window += [f"stride: {step.stride}"] if step.stride != 1 else []
    match step.kind:
        case OperationKind.CONV:
            bias = [] if step.bias else ["bias_term: false"]
            return ["convolution_param", f"num_output: {step.filters}", *window, *bias]
        case OperationKind.MAXPOOL | OperationKind.AVGPOOL:
            rounding = [] if step.ceil else ["round_mode: FLOOR"]
            pool = "MAX" if step.kind is OperationKind.MAXPOOL else "AVE"
            return ["pooling_param", f"pool: {pool}", *window, *rounding]
        case OperationKind.GLOBAL_AVGPOOL:
            return ["pooling_param", "pool: AVE", "global_pooling: true"]
        case OperationKind.ADD:
            return ["eltwise_param", "operation: SUM"]
        case OperationKind.DROPOUT:
            assert isinstance(row, Dropout)
            return ["dropout_param", f"dropout_ratio: {row.p!r}"]
        case _:
            return []


def _input(name: str, shape: InputShape) -> list[str]:
    sides = " ".join(f"dim: {side}" for side in (1, shape.channels, shape.height, shape.width))
    return _layer(name, "Input", [], name, ["input_param", f"shape {{ {sides} }}"])


def _layer(name: str, kind: str, bottoms: list[str], top: str, parameters: list[str]) -> list[str]:
    lines = ["layer {", f"  name: {in_quotes(name)}", f'  type: "{kind}"']
    lines += [f"  bottom: {in_quotes(bottom)}" for bottom in bottoms]
    lines += [f"  top: {in_quotes(top)}"]
    if parameters:
        lines += [f"  {parameters[0]} {{", *(f"    {line}" for line in parameters[1:]), "  }"]
    return [*lines, "}"]
