"""The published numbers, and the verdicts on the paper's, come out of a forward pass that ran."""

from __future__ import annotations

import dataclasses

import pytest
from preset_tables import variant
from published_counts import VARIANTS, Counted, counts

from squeezeviz.analysis.live import LivePass
from squeezeviz.analysis.resolve import resolve
from squeezeviz.files.presets import FILED_IDS, load_preset
from squeezeviz.paper.check import PaperCheck, check
from squeezeviz.paper.verdicts import Standing
from squeezeviz.trace.passes import live_pass


def measured(live: LivePass) -> dict[str, Counted]:
    """What was counted of one image, by operation name; the last map is flattened where it is one place."""
    return {
        each.name: Counted((*each.output_shape[1:], 1, 1)[:3], each.parameters, each.macs)
        for layer in live.layers
        for each in layer.operations
    }


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
