"""How much memory a forward pass would take, told before it is tried."""

from __future__ import annotations

from squeezeviz.core.accounting import BYTES_PER_VALUE
from squeezeviz.core.operations import OperationKind
from squeezeviz.core.resolve import ResolvedLayer, ResolvedNetwork


def pass_bytes(network: ResolvedNetwork, batch: int) -> int:
    """Bytes for the weights, and for the largest set of feature maps that are alive at once, in float32."""
    image = network.table.input
    alive = max((_alive(layer) for layer in network.layers), default=image.channels * image.height * image.width)
    return BYTES_PER_VALUE * (network.parameters.value + batch * alive)


def _alive(layer: ResolvedLayer) -> int:
    """A layer's input, and all that its operations make, the stacked concat included."""
    shape = layer.input.shape
    concat = sum(
        step.shape.channels * step.shape.height * step.shape.width
        for step in layer.operations
        if step.operation.kind is OperationKind.CONCAT
    )
    return shape.channels * shape.height * shape.width + layer.activations.value + concat


def readable_bytes(count: int) -> str:
    """`4.76 MiB`; binary units."""
    value, unit = float(count), "bytes"
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"):
        if value < 1024 or unit == "EiB":
            break
        value /= 1024
    return f"{count} bytes" if unit == "bytes" else f"{value:.3g} {unit}" if value < 1000 else f"{value:,.0f} {unit}"
