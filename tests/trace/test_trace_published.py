"""The published numbers, and the verdicts on the paper's, come out of a forward pass that ran."""

from __future__ import annotations

import dataclasses

import pytest
from preset_tables import Preset, variant
from published_counts import VARIANTS, Counted, counts

from squeezeviz.analysis.live import LivePass, disagreements
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import FILED_IDS, load_preset
from squeezeviz.paper.check import PaperCheck, check
from squeezeviz.paper.verdicts import Standing
from squeezeviz.trace.passes import live_pass

PUBLISHED = {
    "table1": (1_248_424, 832_667_936),
    "squeezenet1_0": (1_248_424, 818_924_576),
    "squeezenet1_1": (1_235_496, 349_151_936),
    "caffe-v1.0": (1_248_424, 861_339_936),
    "simple-bypass": (1_248_424, 832_667_936),
    "complex-bypass": (1_589_672, 1_183_953_184),
}
"""Parameters and multiply-adds of each preset."""


def measured(live: LivePass) -> dict[str, Counted]:
    """What was counted of one image, by operation name; the last map is flattened where it is one place."""
    return {
        each.name: Counted((*each.output_shape[1:], 1, 1)[:3], each.parameters, each.macs)
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


@pytest.mark.parametrize("device", ["cpu", "meta"])
@pytest.mark.parametrize("name", VARIANTS)
def test_every_published_count_is_measured(name: str, device: str) -> None:
    live = live_pass(resolve(variant(name)), device=device)
    found, published = measured(live), counts(name)
    assert {operation: found[operation] for operation in published} == published
    assert live.parameters == sum(each.parameters for each in published.values())
    assert live.macs == sum(each.macs for each in published.values())


def measured_check(name: str, spoilt: str = "", **seen: object) -> tuple[PaperCheck, LivePass]:
    """The check against a pass, of which one layer may have been measured otherwise."""
    network = resolve(load_preset(name))
    found = live_pass(network, device="meta")
    layers = tuple(
        dataclasses.replace(layer, **seen) if layer.name == spoilt else layer  # type: ignore[arg-type]
        for layer in found.layers
    )
    found = dataclasses.replace(found, layers=layers)
    told = check(network, found)
    assert told is not None
    return told, found


@pytest.mark.parametrize("name", FILED_IDS)
def test_a_pass_gives_the_verdicts_that_were_predicted(name: str) -> None:
    measured, _ = measured_check(name)
    predicted = check(resolve(load_preset(name)), None)
    assert predicted is not None
    assert measured.measured and not predicted.measured
    assert [each.checks for each in measured.verdicts] == [each.checks for each in predicted.verdicts]
    assert [each.standing for each in measured.verdicts] == [each.standing for each in predicted.verdicts]
    assert "maxpool8 prints 13×12×512; the forward pass gives 13×13×512" in [
        each.text for each in measured_check("table1")[0].verdicts
    ]


def test_what_a_pass_measured_otherwise_disagrees_with_table1() -> None:
    told, _ = measured_check("table1", "fire4", parameters=45_345, depth=3, output_shape=(1, 257, 55, 55))
    wrong = {
        each.item: each.ours
        for verdict in told.verdicts
        for each in verdict.checks
        if each.row == "fire4" and not each.agrees
    }
    assert wrong["parameters"] == "45,345"
    assert wrong["depth"] == "3"
    assert wrong["output size"] == "55×55×257"
    assert next(each for each in told.verdicts if each.key == "depth").standing is Standing.DIFFERS
