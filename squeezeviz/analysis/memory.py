"""Estimates of the memory that a forward pass and the libraries need, checked before any of it is allocated."""

from __future__ import annotations

import mmap
import os

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.resolve import ResolvedLayer, ResolvedNetwork
from squeezeviz.model.operations import OperationKind

FOR_PAINTING = 64 * 1024**2
"""The address space in bytes that Qt takes for its fonts after it is loaded."""


def require_room(count: int) -> None:
    """Raise MemoryError if this process's address-space limit (`ulimit -v`) leaves fewer than `count` bytes.

    C++ libraries would end the process when they run out. The check itself allocates nothing.
    """
    if os.name == "posix":
        flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | getattr(mmap, "MAP_NORESERVE", 0)
        try:
            mmap.mmap(-1, count, flags).close()
        except OSError as error:
            raise MemoryError(f"this process may not use {count:,} more bytes of address space") from error


def pass_bytes(network: ResolvedNetwork, batch: int) -> int:
    """Return the bytes for all weights and for the largest set of feature maps that are alive at once, in float32.

    What a library takes beside them to work in, such as cuDNN's workspace, is known only when it runs.
    """
    image = network.table.input
    alive = max((_alive(layer) for layer in network.layers), default=image.channels * image.height * image.width)
    return BYTES_PER_VALUE * (network.parameters.value + batch * alive)


def _alive(layer: ResolvedLayer) -> int:
    """Return the bytes of a layer's input and of everything that its operations make, including the concat's output."""
    shape = layer.input.shape
    concat = sum(
        step.shape.channels * step.shape.height * step.shape.width
        for step in layer.operations
        if step.operation.kind is OperationKind.CONCAT
    )
    return shape.channels * shape.height * shape.width + layer.activations.value + concat
