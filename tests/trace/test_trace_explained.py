"""What is explained of any table, what is published, and the verdicts on Table 1 are what a forward pass measures."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from math import prod

import pytest
from formula_reader import evaluate
from hypothesis import given, settings
from preset_tables import variant
from published_counts import VARIANTS, Counted, counts
from strategies import running_tables

from squeezeviz.analysis.columns import COLUMNS, Column, text
from squeezeviz.analysis.live import LivePass, MeasuredLayer
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.explain.edges import explain_edge
from squeezeviz.explain.explanation import Explanation, Tone
from squeezeviz.explain.rows import explain_cell, explain_operation
from squeezeviz.explain.subject import NOT_YET
from squeezeviz.explain.totals import explain_total
from squeezeviz.files.presets import FILED_IDS, load_preset
from squeezeviz.model.table import LayerTable
from squeezeviz.paper.check import PaperCheck, check
from squeezeviz.paper.verdicts import Standing
from squeezeviz.trace.passes import live_pass


def made_values(seen: MeasuredLayer) -> int:
    """The values that a layer's operations made, from the shapes that the pass saw."""
    in_place = ("relu", "dropout", "concat")
    return sum(prod(step.output_shape[1:]) for step in seen.operations if step.type not in in_place)


@settings(max_examples=50)
@given(running_tables())
def test_activations_and_sizes_are_those_of_the_maps_that_a_pass_makes(table: LayerTable) -> None:
    network = resolve(table)
    for row, seen in enumerate(live_pass(network, device="meta").layers):
        channels, height, width = seen.output_shape[1:]
        assert text(network, row, Column.OUTPUT) == f"{height}×{width}×{channels}"
        assert text(network, row, Column.ACTIVATIONS) == f"{made_values(seen):,}"


def every_explanation(network: ResolvedNetwork, measured: LivePass) -> list[Explanation]:
    made = [explain_total(network, column, measured) for column in COLUMNS]
    for row, layer in enumerate(network.layers):
        made += [explain_cell(network, row, column, measured) for column in COLUMNS]
        made += [explain_operation(network, row, step.operation.part, measured) for step in layer.operations]
    return made


@settings(max_examples=25)
@given(running_tables(longest=4))
def test_every_explanation_of_any_table_agrees_with_the_pass(table: LayerTable) -> None:
    network = resolve(table)
    for explanation in every_explanation(network, live_pass(network, device="meta")):
        lines = [line for section in explanation.sections for line in section.lines]
        assert not [line for line in lines if line.tone is Tone.DIFFERS or line.text == NOT_YET]
        assert any(line.tone is Tone.MEASURED for line in lines)
        assert all(evaluate(line.formula) == line.formula.value for line in lines if line.formula)


def test_a_disagreement_is_said_in_the_explanation(preset: Callable[[str], ResolvedNetwork]) -> None:
    network = preset("table1")
    other = resolve(network.table.with_field(2, "e3x3", 65))
    section = explain_cell(network, 2, Column.PARAMETERS, live_pass(other, device="meta")).sections[0]
    assert [line.text for line in section.lines if line.tone is Tone.DIFFERS] == ["measured: 12,065, predicted 11,920"]


def test_the_tensor_between_two_boxes_is_measured(preset: Callable[[str], ResolvedNetwork]) -> None:
    network = preset("table1")
    measured = live_pass(network, device="meta", batch=2)
    for source, target, shape in (
        (("", ""), ("conv1", ""), "3 × 227 × 227"),
        (("maxpool1", ""), ("fire2", "squeeze1x1"), "96 × 55 × 55"),
        (("fire2", "expand3x3"), ("fire2", "concat"), "64 × 55 × 55"),
        (("fire2", "concat"), ("fire3", ""), "128 × 55 × 55"),
    ):
        said = [line.text for line in explain_edge(network, source, target, measured).sections[0].lines]
        assert f"measured: {shape} ✓" in said


# --- what is published, and the verdicts on Table 1


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
