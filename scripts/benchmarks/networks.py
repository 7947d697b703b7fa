"""Networks larger than the presets."""

from __future__ import annotations

from squeezeviz.model.layers import Conv, Fire, GlobalAvgPool, MaxPool
from squeezeviz.model.table import InputShape, LayerTable


def long_network(fires: int, wider_by: int = 8) -> LayerTable:
    """That many Fire modules, wider every ten of them as the paper's are every two (Section 5)."""
    modules = [_fire(index, wider_by) for index in range(fires)]
    head = (Conv("conv1", 64, 3, 2), MaxPool("maxpool1"))
    tail = (Conv("conv_last", 1000, 1), GlobalAvgPool("avgpool_last"))
    return LayerTable(f"{fires} Fire modules", InputShape(3, 64, 64), (*head, *modules, *tail))


def _fire(index: int, wider_by: int) -> Fire:
    expand = 64 + wider_by * (index // 10)
    return Fire(f"fire{index + 2}", expand // 4, expand, expand)
