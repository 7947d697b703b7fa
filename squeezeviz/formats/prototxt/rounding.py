"""Pools whose size Caffe rounds up further than PyTorch, and so we, do."""

from __future__ import annotations

from squeezeviz.core.layers import AvgPool, MaxPool
from squeezeviz.core.resolve import ResolvedLayer


def caffes_sides(resolved: ResolvedLayer) -> tuple[int, int] | None:
    """Height and width of what Caffe makes, where they are others: without padding it keeps a last window outside."""
    pool = resolved.layer
    if not isinstance(pool, MaxPool | AvgPool) or pool.padding or not pool.ceil:
        return None
    shape = resolved.input.shape
    height, width = (-(-(side - pool.kernel) // pool.stride) + 1 for side in (shape.height, shape.width))
    return None if (height, width) == resolved.output.shape[1:] else (height, width)
