"""The published numbers come out of a forward pass that ran."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from squeezeviz.analysis.live import LivePass, disagreements
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import Bypass, MaxPool
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.trace.passes import live_pass

Preset = Callable[[str], ResolvedNetwork]

PUBLISHED = {
    "table1": (1_248_424, 832_667_936),
    "squeezenet1_0": (1_248_424, 818_924_576),
    "squeezenet1_1": (1_235_496, 349_151_936),
    "caffe-v1.0": (1_248_424, 861_339_936),
    "simple-bypass": (1_248_424, 832_667_936),
    "complex-bypass": (1_589_672, 1_183_953_184),
}
"""Parameters and multiply-adds of each preset."""

Edit = Callable[[LayerTable], LayerTable]


def rounded_down(table: LayerTable) -> LayerTable:
    return replace(
        table, layers=tuple(replace(row, ceil=False) if isinstance(row, MaxPool) else row for row in table.layers)
    )


def padded(padding: int) -> Edit:
    """The first convolution with that padding."""
    return lambda table: table.with_field(0, "padding", padding)


def bypassed(table: LayerTable) -> LayerTable:
    """Simple bypasses where the paper has them."""
    for name in ("fire3", "fire5", "fire7", "fire9"):
        table = table.with_field(table.index_of(name), "bypass", Bypass.SIMPLE)
    return table


def as_it_is(table: LayerTable) -> LayerTable:
    return table


REFERENCE: dict[str, tuple[str, int, Edit]] = {
    "torchvision 1.0 @224": ("squeezenet1_0", 224, as_it_is),
    "torchvision 1.0 @227": ("table1", 227, as_it_is),
    "torchvision 1.1 @224": ("squeezenet1_1", 224, as_it_is),
    "torchvision 1.1 @227": ("squeezenet1_1", 227, as_it_is),
    "caffe 1.0 @227 (conv10 pad1)": ("caffe-v1.0", 227, as_it_is),
    "caffe 1.0 @224 (conv10 pad1)": ("caffe-v1.0", 224, as_it_is),
    "caffe 1.1 @227": ("squeezenet1_1", 227, as_it_is),
    "floor 1.0 @224": ("squeezenet1_0", 224, rounded_down),
    "floor 1.0 @227": ("table1", 227, rounded_down),
    "floor 1.1 @224": ("squeezenet1_1", 224, rounded_down),
    "floor 1.1 @227": ("squeezenet1_1", 227, rounded_down),
    "table 1 literal 1.0 @224 (conv1 pad 2)": ("table1", 224, padded(2)),
    "1.0 @224 conv1 pad3": ("table1", 224, padded(3)),
    "caffe 1.0 simple bypass @227 (conv10 pad 1)": ("caffe-v1.0", 227, bypassed),
}
"""The variants of the reference counts: the preset that each is, its image, and what is changed in it."""


def measured(live: LivePass) -> dict[str, tuple[list[int], int, int]]:
    """Shape of one image's output, parameters and multiply-adds by operation name."""
    return {
        each.name: (list(each.output_shape[1:]), each.parameters, each.macs)
        for layer in live.layers
        for each in layer.operations
    }


@pytest.mark.parametrize("device", ["cpu", "meta"])
@pytest.mark.parametrize("name", PUBLISHED)
def test_a_preset_measures_what_is_published(name: str, device: str, preset: Preset) -> None:
    network = preset(name)
    live = live_pass(network, device=device)
    assert (live.parameters, live.macs) == PUBLISHED[name]
    assert live.depth == 18
    assert live.output_shape == (1, 1000)
    assert disagreements(network, live) == ()


def test_table_1_as_printed_is_wrong_about_maxpool8(preset: Preset) -> None:
    live = live_pass(preset("table1"), device="meta")
    shapes = {layer.name: layer.output_shape for layer in live.layers}
    assert shapes["maxpool8"] == (1, 512, 13, 13)
    assert shapes["conv1"] == (1, 96, 111, 111)


def our_name(name: str) -> str:
    """The reference's pool1 is our maxpool1, its bypass3/add our fire3/add."""
    if name == "pool10":
        return "avgpool10"
    return re.sub("^pool", "maxpool", re.sub("^bypass", "fire", name))


@pytest.mark.parametrize("device", ["cpu", "meta"])
@pytest.mark.parametrize("variant", REFERENCE)
def test_every_reference_count_is_measured(variant: str, device: str, preset: Preset, shared_data: Path) -> None:
    reference = json.loads((shared_data / "paper/reference_counts.json").read_text())["variants"][variant]
    name, size, edit = REFERENCE[variant]
    network = resolve(edit(preset(name).table.with_input(InputShape(3, size, size))))
    live = live_pass(network, device=device)
    found = measured(live)
    for row in reference["layers"]:
        own = our_name(row["name"])
        shape = row["output_shape"] if len(row["output_shape"]) == 3 else [*row["output_shape"], 1, 1]
        assert found[own] == (shape, row["parameters"], row["macs"]), own
    assert (live.parameters, live.macs) == (reference["parameters"], reference["macs"])


def test_no_variant_of_the_reference_is_left_out(shared_data: Path) -> None:
    assert set(json.loads((shared_data / "paper/reference_counts.json").read_text())["variants"]) == set(REFERENCE)
