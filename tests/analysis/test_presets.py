"""The presets against the published numbers, operation by operation."""

from __future__ import annotations

import pytest
from preset_tables import counted, preset, variant
from published_counts import VARIANTS, counts

from squeezeviz.analysis.resolve import resolve


@pytest.mark.parametrize(
    ("name", "parameters", "macs", "conv10"),
    [
        ("table1", 1_248_424, 832_667_936, (1000, 13, 13)),
        ("squeezenet1_0", 1_248_424, 818_924_576, (1000, 13, 13)),
        ("squeezenet1_1", 1_235_496, 349_151_936, (1000, 13, 13)),
        ("caffe-v1.0", 1_248_424, 861_339_936, (1000, 15, 15)),
        ("simple-bypass", 1_248_424, 832_667_936, (1000, 13, 13)),
        ("complex-bypass", 1_589_672, 1_183_953_184, (1000, 13, 13)),
        ("squeezenet1_1-imagenet", 1_235_496, 387_747_520, (1000, 14, 14)),
    ],
)
def test_a_preset_has_the_published_totals(name: str, parameters: int, macs: int, conv10: tuple[int, int, int]) -> None:
    network = resolve(preset(name))
    assert network.runs
    assert (network.depth.value, network.parameters.value, network.macs.value) == (18, parameters, macs)
    assert network.layers[preset(name).index_of("conv10")].output.shape == conv10
    assert network.output == (1000, 1, 1)


def test_fire2_and_conv1_explain_their_numbers_as_the_paper_counts() -> None:
    network = resolve(preset("table1"))
    conv1, fire2 = network.layers[0].operations[0], network.layers[2]
    parameters = {step.operation.part: step.parameters.equation() for step in fire2.operations if step.parameters.value}
    assert parameters == {
        "squeeze1x1": "(1·1·96 + 1)·16 = 1,552",
        "expand1x1": "(1·1·16 + 1)·64 = 1,088",
        "expand3x3": "(3·3·16 + 1)·64 = 9,280",
    }
    concat = fire2.part("concat")
    assert concat is not None and concat.channels.equation() == "64 + 64 = 128"
    assert fire2.depth.equation() == "1 + max(1, 1) = 2"
    assert [each.equation() for each in (conv1.height, conv1.parameters, conv1.macs, conv1.receptive_sides[0])] == [
        "⌊(227 − 7 + 2·0)/2⌋ + 1 = 111", "(7·7·3 + 1)·96 = 14,208", "7·7·3·96·111·111 = 173,873,952",
        "1 + (7 − 1)·1 = 7",
    ]  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_every_operation_has_the_published_numbers(name: str) -> None:
    network = resolve(variant(name))
    assert counted(network) == counts(name)
    assert network.parameters.value == sum(each.parameters for each in counts(name).values())
    assert network.macs.value == sum(each.macs for each in counts(name).values())
