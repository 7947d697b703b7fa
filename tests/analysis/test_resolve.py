"""What a table is predicted to do: for every table an answer, and the same numbers as counting by hand."""

from __future__ import annotations

import dataclasses
from functools import cache
from unittest.mock import patch

import pytest
from calls import calls_of
from formula_reader import evaluate, from_latex, worked_out
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import PRESETS, preset
from strategies import huge_numbers, running_tables, tables

from squeezeviz.analysis import receptive_field
from squeezeviz.analysis import resolve as resolving
from squeezeviz.analysis.receptive_field import middle_field_window
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Fire, GlobalAvgPool, Layer, MaxPool
from squeezeviz.model.operations import LAYER_INPUT, OperationKind, operations
from squeezeviz.model.problems import LARGEST_COUNT, Problem, Trouble
from squeezeviz.model.recent import LONG
from squeezeviz.model.table import InputShape, LayerTable


def table_of(*layers: Layer, side: int = 8, channels: int = 3) -> LayerTable:
    return LayerTable("net", InputShape(channels, side, side), layers)


def problem_of(*layers: Layer, side: int = 8) -> Problem:
    (problem,) = resolve(table_of(*layers, side=side)).problems
    return problem


def huge_layers() -> st.SearchStrategy[Layer]:
    huge, padding, name = huge_numbers(), st.sampled_from([0, 1, 10**12]), st.just("row")
    return st.one_of(
        st.builds(Conv, name, huge, huge, huge, padding),
        st.builds(Conv, name, huge, st.just(1)),
        st.builds(Conv, name, huge, huge, st.just(1), st.just(10**12)),
        st.builds(MaxPool, name, huge, huge, padding),
        st.builds(AvgPool, name, huge, huge, padding, st.booleans()),
        st.builds(Fire, name, huge, huge, huge, st.sampled_from(Bypass)),
        st.just(GlobalAvgPool("row")),
    )


@st.composite
def huge_tables(draw: st.DrawFn) -> LayerTable:
    rows = draw(st.lists(huge_layers(), max_size=6))
    named = tuple(dataclasses.replace(row, name=f"row{place}") for place, row in enumerate(rows))
    shape = draw(st.builds(InputShape, huge_numbers(), huge_numbers(), huge_numbers()) | st.just(InputShape()))
    return LayerTable("huge", shape, named)


@given(tables() | huge_tables())
def test_every_table_has_an_answer(table: LayerTable) -> None:
    network = resolve(table)
    reached = len(network.layers)
    assert [layer.layer for layer in network.layers] == list(table.layers[:reached])
    assert network.runs == (not network.problems)
    for problem in network.problems:
        assert str(problem).isprintable() or not problem.name.isprintable()
        if problem.row is not None:
            assert (problem.row, problem.name) == (reached, table.layers[reached].name)
    if network.runs:
        assert reached == len(table.layers) > 0


@given(tables() | huge_tables())
def test_every_number_of_what_runs_can_be_counted_in_64_bits(table: LayerTable) -> None:
    for _, step in resolve(table).operations():
        counts = (*step.shape, step.parameters.value, step.macs.value, step.activations.value, *step.receptive)
        assert all(0 <= count <= LARGEST_COUNT for count in counts)
        assert min(step.shape) >= 1


@given(st.sampled_from(PRESETS).map(preset) | tables())
def test_every_number_is_what_its_formula_works_out_to(table: LayerTable) -> None:
    network = resolve(table)
    formulas = [getattr(network, field) for field in ("depth", "parameters", "macs", "activations")]
    for layer in network.layers:
        formulas += [layer.depth, layer.parameters, layer.macs, layer.activations]
    for _, step in network.operations():
        formulas += [step.channels, step.height, step.width, *step.receptive_sides, step.receptive_stride]
        formulas += [step.depth, step.parameters, step.macs, step.activations]
        assert (*[side.value for side in step.receptive_sides], step.receptive_stride.value) == step.receptive
    for formula in formulas:
        assert evaluate(formula) == worked_out(from_latex(formula.latex())) == formula.value


@given(tables())
def test_totals_are_the_sums_of_their_parts(table: LayerTable) -> None:
    network = resolve(table)
    for field in ("parameters", "macs", "activations"):
        of_layers = [getattr(layer, field).value for layer in network.layers]
        of_steps = [getattr(step, field).value for _, step in network.operations()]
        assert getattr(network, field).value == sum(of_layers) == sum(of_steps)
    assert network.depth.value == sum(layer.depth.value for layer in network.layers)


def longest_path(layer: Layer) -> int:
    """The most convolutions on any way through the layer's operations."""
    steps = operations(layer)

    @cache
    def up_to(index: int) -> int:
        if index == LAYER_INPUT:
            return 0
        return max(map(up_to, steps[index].inputs)) + (steps[index].kind is OperationKind.CONV)

    return up_to(len(steps) - 1)


def by_hand(layer: Layer, channels: int) -> int:
    """Weights and biases, written out once more."""
    if isinstance(layer, Conv):
        return (layer.kernel**2 * channels + layer.bias) * layer.filters
    if isinstance(layer, Fire):
        stacked = layer.e1x1 + layer.e3x3
        inside = (channels + layer.bias) * layer.s1x1
        inside += (layer.s1x1 + layer.bias) * layer.e1x1 + (9 * layer.s1x1 + layer.bias) * layer.e3x3
        return inside + (layer.bypass is Bypass.COMPLEX) * (channels + layer.bias) * stacked
    return 0


@given(running_tables())
def test_a_network_is_its_layers_one_after_another_counted_by_hand(table: LayerTable) -> None:
    network = resolve(table)
    flowing = table.input.maps
    for layer in network.layers:
        assert layer.input.shape == flowing
        assert layer.depth.value == layer.operations[-1].depth.value == longest_path(layer.layer)
        assert layer.parameters.value == by_hand(layer.layer, flowing.channels)
        flowing = layer.shape
        for step in layer.operations:
            biases = step.operation.filters if step.operation.bias else 0
            assert step.macs.value == (step.parameters.value - biases) * step.shape.height * step.shape.width
    assert network.output == flowing


@given(running_tables())
def test_the_name_of_a_layer_changes_none_of_its_numbers(table: LayerTable) -> None:
    renamed = table.with_field(0, "name", table.free_name("other"))
    one, other = resolve(table).layers[0], resolve(renamed).layers[0]
    assert one.output == other.output
    for step, same in zip(one.operations, other.operations, strict=True):
        assert same._replace(operation=step.operation) == step


def test_operations_bear_caffes_names_and_without_relus_only_those_with_an_effect_are_left() -> None:
    names = [each.name.removeprefix("fire2/") for each in operations(Fire("fire2", 16, 64, 64, Bypass.COMPLEX))]
    assert names == [
        "squeeze1x1", "relu_squeeze1x1", "expand1x1", "relu_expand1x1", "expand3x3", "relu_expand3x3", "concat",
        "bypass1x1", "relu_bypass1x1", "add",
    ]  # fmt: skip
    assert [each.name for each in operations(Conv("conv1", 96, 7))] == ["conv1", "relu_conv1"]
    bare = operations(Fire("fire2", 1, 1, 1, Bypass.COMPLEX, relu=False, bypass_relu=False))
    assert [each.part for each in bare] == [name for name in names if not name.startswith("relu_")]
    assert [each.inputs for each in bare] == [(-1,), (0,), (0,), (1, 2), (-1,), (3, 4)]


def test_an_empty_table_says_so() -> None:
    network = resolve(table_of())
    assert [str(problem) for problem in network.problems] == ["the table has no layers"]
    assert network.problems[0].trouble is Trouble.EMPTY
    assert (network.parameters.value, network.depth.value) == (0, 0)


@pytest.mark.parametrize(
    ("layer", "side", "field", "text"),
    [
        (
            Conv("c", 1, 9), 8, "kernel",
            "c: the 9×9 window does not fit the 8×8 map that reaches it, so nothing would come out",
        ),
        (
            Conv("c", 1, 12, padding=1), 8, "kernel",
            "c: the 12×12 window does not fit the 8×8 map that reaches it, even with its padding of 1, "
            "so nothing would come out",
        ),
        (
            MaxPool("p", 3, 2), 1, "kernel",
            "p: the 3×3 window does not fit the 1×1 map that reaches it, so nothing would come out",
        ),
        (
            AvgPool("p", 3, 1, 2), 8, "padding",
            "p: a padding of 2 is more than half of the 3×3 window, so a window could lie wholly in the padding",
        ),
        (
            Fire("f", 1, 3, 4, Bypass.SIMPLE), 8, "bypass",
            "f: a simple bypass adds the module's input to its output, so both need as many channels: "
            "3 come in, 3 + 4 = 7 come out",
        ),
        (
            Fire("f", 10**12, 10**12, 1), 8, "",
            "f: the parameters of expand1x1 would be (1·1·1000000000000 + 1)·1000000000000, about 1.0e+24; "
            "a 64-bit count ends at 9.2e+18",
        ),
        (
            Conv("c", 10**12, 10**6, padding=10**6), 8, "",
            "c: its parameters would be (1000000·1000000·3 + 1)·1000000000000, about 3.0e+24; "
            "a 64-bit count ends at 9.2e+18",
        ),
    ],
)  # fmt: skip
def test_a_row_that_cannot_run_is_named_with_cell_and_reason(layer: Layer, side: int, field: str, text: str) -> None:
    problem = problem_of(layer, side=side)
    assert (problem.row, problem.field, str(problem)) == (0, field, text)


@pytest.mark.parametrize(
    ("layers", "row", "text"),
    [
        ([Conv(f"c{place}", 3 * 10**9, 1, bias=False) for place in range(3)], None,
         "all parameters together are about 1.8e+19; a 64-bit count ends at 9.2e+18"),
        ([Conv("a", 1, 1, 10**12), Conv("b", 1, 1, 10**12)], 1,
         "b: the stride over the image would be 1000000000000·1000000000000, about 1.0e+24"),
        ([Conv("a", 1, 3, 10**12, 1), MaxPool("b", 10**12, 10**12)], 1,
         "b: the receptive field would be 3 + (1000000000000 − 1)·1000000000000, about 1.0e+24"),
    ],
)  # fmt: skip
def test_what_no_number_can_hold_is_a_problem(layers: list[Layer], row: int | None, text: str) -> None:
    problem = problem_of(*layers, side=1)
    assert problem.row == row and str(problem).startswith(text)


def test_an_edit_works_out_again_only_what_follows_from_it() -> None:
    table = preset("table1")
    fire3, before = table.index_of("fire3"), resolve(table).layers

    def computed_again(edited: LayerTable) -> list[int]:
        both = zip(before, resolve(edited).layers, strict=True)
        return [row for row, (one, other) in enumerate(both) if one is not other]

    assert computed_again(table.with_field(fire3, "s1x1", 24)) == [fire3]
    assert computed_again(table.with_field(fire3, "e1x1", 65)) == [fire3, fire3 + 1]


def test_of_a_long_network_only_rows_are_worked_out_that_are_not_those_of_before() -> None:
    table = table_of(*(Fire(f"fire{row}", 4, 8 + row % 2, 8) for row in range(LONG)))
    before = resolve(table)
    for edited, anew in (
        (table.with_field(7, "s1x1", 3), 1),
        (table.with_field(7, "e3x3", 9), 2),
        (table.removed(LONG - 1).inserted(0, MaxPool("pool", 2, 2)), LONG),
        (table.with_input(InputShape(3, 50, 50)), LONG),
    ):
        with patch.object(resolving, "_resolve_layer", wraps=resolving._resolve_layer) as worked_out:
            network = resolve(edited, before)
        assert worked_out.call_count == anew
        assert network == resolve(edited)


def test_equal_modules_share_their_formulas() -> None:
    _, second, third = resolve(table_of(*(Fire(name, 2, 4, 4) for name in "abc"))).layers
    for one, other in zip(second.operations, third.operations, strict=True):
        assert one.macs is other.macs
        assert one.receptive == other.receptive or one.receptive.height < other.receptive.height


TABLE1 = preset("table1")
PADDED = LayerTable("t", InputShape(1, 2, 2), (Conv("c", 1, 3, padding=1), AvgPool("p", 3, 1, 1)))
GLOBAL = LayerTable("t", InputShape(1, 6, 9), (GlobalAvgPool("g"),))


@pytest.mark.parametrize(
    ("table", "row", "part", "window"),
    [
        (TABLE1, 0, "", (110, 110, 7, 7, 2, 111, 111, 55, 55)),
        (TABLE1, 2, "squeeze1x1", (108, 108, 11, 11, 4, 55, 55, 27, 27)),
        (TABLE1, 2, "expand3x3", (104, 104, 19, 19, 4, 55, 55, 27, 27)),
        (TABLE1, 2, "", (104, 104, 19, 19, 4, 55, 55, 27, 27)),
        (PADDED, 1, "", (-2, -2, 5, 5, 1, 2, 2, 0, 0)),
        (GLOBAL, 0, "", (0, 0, 6, 9, 1, 1, 1, 0, 0)),
        (LayerTable("t", InputShape(1, 2, 2), (Conv("c", 1, 9),)), 0, "", None),
        (TABLE1, -1, "", None),
    ],
)
def test_the_middle_value_of_a_map_looks_at_a_window_of_the_image(
    table: LayerTable, row: int, part: str, window: tuple[int, ...] | None
) -> None:
    """Top, left, height, width and stride in pixels; rows, columns, and the middle's row and column in the map."""
    assert middle_field_window(resolve(table), row, part) == window


def test_the_window_of_a_late_row_is_found_by_a_walk_over_the_kinds_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    fires = [Fire(f"fire{place}", 16, 64 + 8 * (place % 3), 64) for place in range(300)]
    network = resolve(table_of(Conv("conv1", 64, 3, 2), *fires, side=64))
    assert len(network.layers) == 301
    walked = calls_of(monkeypatch, receptive_field, "_starts")
    window = middle_field_window(network, len(network.layers) - 1)
    assert window is not None and window.top + window.height // 2 == 31  # the middle of the image, whatever is padded
    assert len(walked) <= 5
