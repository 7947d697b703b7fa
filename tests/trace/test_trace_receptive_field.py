"""The receptive field that the core works out, against one felt for: which input pixels does an output value move?

Weights are set to a positive constant and pools average, so that every pixel that can matter does, and none cancels.
"""

from __future__ import annotations

import dataclasses

import pytest
import torch
from hypothesis import given, settings
from preset_tables import Preset
from strategies import running_tables
from torch import Tensor, nn
from trace_tables import table_of

from squeezeviz.analysis.receptive_field import middle_field_window
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import Bypass, Conv, Fire, GlobalAvgPool, MaxPool
from squeezeviz.model.shapes import Receptive
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.module import SqueezeNet, build_module

TABLE1_FIELDS = {
    "conv1": (7, 2),
    "maxpool1": (11, 4),
    "fire2": (19, 4),
    "fire3": (27, 4),
    "fire4": (35, 4),
    "maxpool4": (43, 8),
    "fire5": (59, 8),
}


class _Averaging(nn.Module):
    """In place of a max pool, whose gradient finds only the largest pixel: the same window, every pixel alike."""

    def __init__(self, pool: nn.MaxPool2d) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode)

    def forward(self, maps: Tensor) -> Tensor:
        averaged: Tensor = self.pool(maps)
        return averaged


def felt(module: SqueezeNet, network: ResolvedNetwork, row: int) -> Tensor:
    """For every output place of a row, which pixels move it: height × width × image height × image width, boolean."""
    shape = network.table.input
    image = torch.ones(1, shape.channels, shape.height, shape.width, dtype=torch.float64, requires_grad=True)
    maps = _through(module, image, row)
    felt_by = []
    for value in maps.sum(1).flatten():
        (gradient,) = torch.autograd.grad(value, image, retain_graph=True)
        felt_by.append(gradient.abs().sum((0, 1)) > 0)
    return torch.stack(felt_by).reshape(*maps.shape[-2:], shape.height, shape.width)


def _through(module: SqueezeNet, image: Tensor, row: int) -> Tensor:
    for each in module.rows[: row + 1]:
        for part in each.modules:
            image = _linear(part)(image)
    return image


def _linear(part: nn.Module) -> nn.Module:
    """The part with every pixel felt: softmax would cancel what moves all channels alike."""
    if isinstance(part, nn.Softmax):
        return nn.Identity()
    return _Averaging(part) if isinstance(part, nn.MaxPool2d) else part


def alive(network: ResolvedNetwork) -> SqueezeNet:
    """The module of the live pass, in double precision, so that nothing is dead, cancelled or lost."""
    module = build_module(network).double()
    with torch.no_grad():
        for weight in module.parameters():
            weight.fill_(0.5)
    return module


def extent(pixels: Tensor) -> tuple[int, int]:
    """From the first to the last pixel that is felt, down and across."""
    down, across = pixels.any(1).nonzero(), pixels.any(0).nonzero()
    return int(down[-1] - down[0]) + 1, int(across[-1] - across[0]) + 1


def widest(found: Tensor) -> tuple[int, int]:
    """The largest extent of all output places."""
    sides = [extent(pixels) for pixels in found.flatten(0, 1)]
    return max(side[0] for side in sides), max(side[1] for side in sides)


@pytest.mark.parametrize("name", TABLE1_FIELDS)
def test_table_1s_fields_are_the_pixels_that_move_a_value(preset: Preset, name: str) -> None:
    """Two neighbours in the middle of an image that holds both their fields."""
    table = preset("table1").table
    row = table.index_of(name)
    network = resolve(dataclasses.replace(table, input=InputShape(1, 115, 115), layers=table.layers[: row + 1]))
    side, stride = TABLE1_FIELDS[name]
    assert network.layers[row].output.receptive == Receptive(side, side, stride)
    image = torch.ones(1, 1, 115, 115, dtype=torch.float64, requires_grad=True)
    maps = _through(alive(network), image, row)
    middle = maps.shape[-1] // 2
    starts = []
    for place in (middle, middle + 1):
        (gradient,) = torch.autograd.grad(maps[0, :, place, middle].sum(), image, retain_graph=True)
        pixels = gradient[0, 0] != 0
        assert extent(pixels) == (side, side)
        starts.append(int(pixels.any(1).nonzero()[0]))
    assert starts[1] - starts[0] == stride


@settings(max_examples=40, deadline=None)
@given(running_tables(longest=4, largest=12))
def test_no_value_is_moved_from_beyond_its_field_nor_the_middle_one_from_outside_its_window(table: LayerTable) -> None:
    """At an edge the image cuts a field, and strides leave gaps; never may more be felt than the core says."""
    network = resolve(table)
    last = len(network.layers) - 1
    field, window = network.layers[last].output.receptive, middle_field_window(network, last)
    assert window is not None
    found = felt(alive(network), network, last)
    for pixels in found.flatten(0, 1):
        if pixels.any():
            height, width = extent(pixels)
            assert height <= field.height
            assert width <= field.width
    pixels = found[window.row, window.column]
    if pixels.any():
        down, across = pixels.any(1).nonzero(), pixels.any(0).nonzero()
        assert window.top <= int(down[0]) <= int(down[-1]) < window.top + window.height
        assert window.left <= int(across[0]) <= int(across[-1]) < window.left + window.width


def test_touching_pixels_one_by_one_finds_the_same_as_the_gradient() -> None:
    side = 14
    network = table_of(Conv("c", 2, 3, 2), MaxPool("m", 3, 2), Fire("f", 2, 2, 2), channels=1, size=side)
    module = alive(network)
    with torch.no_grad():
        base = _through(module, torch.ones(1, 1, side, side, dtype=torch.float64), 2)
        moved = torch.zeros(*base.shape[-2:], side, side, dtype=torch.bool)
        for y in range(side):
            for x in range(side):
                image = torch.ones(1, 1, side, side, dtype=torch.float64)
                image[0, 0, y, x] += 1.0
                moved[:, :, y, x] = (_through(module, image, 2) - base).abs().sum((0, 1)) > 1e-9
    assert torch.equal(moved, felt(module, network, 2))


def test_a_bypass_sees_no_more_than_the_expand() -> None:
    network = table_of(Fire("f", 2, 2, 2, Bypass.COMPLEX), channels=1, size=9)
    assert widest(felt(alive(network), network, 0)) == (3, 3)
    assert network.layers[0].output.receptive == Receptive(3, 3, 1)


def test_a_global_pool_sees_the_whole_image() -> None:
    network = resolve(LayerTable("t", InputShape(1, 9, 13), (Conv("c", 1, 3), GlobalAvgPool("g"))))
    assert widest(felt(alive(network), network, 1)) == (9, 13)
    assert network.layers[1].output.receptive[:2] == (9, 13)
