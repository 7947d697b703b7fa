"""How much memory there has to be for a forward pass and for the libraries, said before it is tried."""

from __future__ import annotations

import mmap
import os

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.model.operations import OperationKind

FOR_PAINTING = 64 * 1024**2
"""Address space that Qt takes for its fonts, once it is loaded."""


def require_room(count: int) -> None:
    """MemoryError where the process may not have so many bytes more of address space, as under `ulimit -v`.

    Libraries in C++ end the process where they find that out themselves. No memory is taken.
    """
    if os.name == "posix":
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
        try:
            mmap.mmap(-1, count, flags).close()
        except OSError as error:
            raise MemoryError(f"{count:,} bytes of address space cannot be had") from error


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
