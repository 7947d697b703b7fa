"""What a table is predicted to do: for every table an answer, and the same numbers as counting by hand."""

from __future__ import annotations

import dataclasses
from functools import cache

import pytest
from formula_reader import evaluate
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import preset
from strategies import huge_numbers, running_tables, tables

from squeezeviz.analysis.resolve import ResolvedLayer, resolve
from squeezeviz.model.layers import AvgPool, Bypass, Conv, Dropout, Fire, GlobalAvgPool, Layer, MaxPool, Softmax
from squeezeviz.model.operations import LAYER_INPUT, OperationKind, operations
from squeezeviz.model.problems import LARGEST_COUNT, Problem, Trouble
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


@given(tables())
def test_every_number_is_what_its_formula_works_out_to(table: LayerTable) -> None:
    network = resolve(table)
    for _, step in network.operations():
        sizes = (step.channels, step.height, step.width, *step.receptive_sides)
        for formula in (*sizes, step.depth, step.parameters, step.macs, step.activations):
            assert evaluate(formula) == formula.value
        assert tuple(side.value for side in step.receptive_sides) == step.receptive[:2]
    sums = [network.depth, network.parameters, network.macs, network.activations]
    for layer in network.layers:
        sums += [layer.depth, layer.parameters, layer.macs, layer.activations]
    assert all(evaluate(formula) == formula.value for formula in sums)


@given(tables())
def test_totals_are_the_sums_of_their_parts(table: LayerTable) -> None:
    network = resolve(table)
    for field in ("parameters", "macs", "activations"):
        of_layers = [getattr(layer, field).value for layer in network.layers]
        of_steps = [getattr(step, field).value for _, step in network.operations()]
        assert getattr(network, field).value == sum(of_layers) == sum(of_steps)
    assert network.depth.value == sum(layer.depth.value for layer in network.layers)
    assert sum(layer.depth.value for layer in network.layers) == network.depth.value


def longest_path(layer: Layer) -> int:
    """The most convolutions on any way through the layer's operations."""
    steps = operations(layer)

    @cache
    def up_to(index: int) -> int:
        if index == LAYER_INPUT:
            return 0
        return max(map(up_to, steps[index].inputs)) + (steps[index].kind is OperationKind.CONV)

    return up_to(len(steps) - 1)


@given(running_tables())
def test_depth_is_the_longest_path_of_convolutions(table: LayerTable) -> None:
    for layer in resolve(table).layers:
        assert layer.depth.value == layer.operations[-1].depth.value == longest_path(layer.layer)


@given(running_tables())
def test_what_leaves_a_layer_enters_the_next(table: LayerTable) -> None:
    network = resolve(table)
    shape = table.input
    assert network.layers[0].input.shape == (shape.channels, shape.height, shape.width)
    for before, after in zip(network.layers, network.layers[1:], strict=False):
        assert after.input == before.output
    assert network.output == network.layers[-1].output.shape


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
def test_parameters_are_weights_and_biases(table: LayerTable) -> None:
    for layer in resolve(table).layers:
        assert layer.parameters.value == by_hand(layer.layer, layer.input.shape.channels)


@given(running_tables())
def test_multiply_adds_are_the_weights_at_every_place(table: LayerTable) -> None:
    for _, step in resolve(table).operations():
        biases = step.operation.filters if step.operation.bias else 0
        assert step.macs.value == (step.parameters.value - biases) * step.shape.height * step.shape.width


@given(running_tables())
def test_the_name_of_a_layer_changes_none_of_its_numbers(table: LayerTable) -> None:
    renamed = table.with_field(0, "name", table.free_name("other"))
    one, other = resolve(table).layers[0], resolve(renamed).layers[0]
    assert one.output == other.output
    for step, same in zip(one.operations, other.operations, strict=True):
        assert dataclasses.replace(same, operation=step.operation) == step


def test_operations_bear_caffes_names() -> None:
    fire = Fire("fire2", 16, 64, 64, Bypass.COMPLEX)
    assert [each.name.removeprefix("fire2/") for each in operations(fire)] == [
        "squeeze1x1", "relu_squeeze1x1", "expand1x1", "relu_expand1x1", "expand3x3", "relu_expand3x3", "concat",
        "bypass1x1", "relu_bypass1x1", "add",
    ]  # fmt: skip
    assert [each.name for each in operations(Conv("conv1", 96, 7))] == ["conv1", "relu_conv1"]


def test_without_relus_only_the_operations_with_an_effect_are_left() -> None:
    fire = Fire("f", 1, 1, 1, Bypass.COMPLEX, relu=False, bypass_relu=False)
    parts = [each.part for each in operations(fire)]
    assert parts == ["squeeze1x1", "expand1x1", "expand3x3", "concat", "bypass1x1", "add"]
    assert [each.inputs for each in operations(fire)] == [(-1,), (0,), (0,), (1, 2), (-1,), (3, 4)]


def test_both_expands_take_the_squeeze_and_stand_side_by_side() -> None:
    (fire,) = resolve(table_of(Fire("f", 2, 5, 7))).layers
    squeeze, expand1x1, expand3x3 = (fire.part(part) for part in ("squeeze1x1", "expand1x1", "expand3x3"))
    assert squeeze and expand1x1 and expand3x3
    assert [step.depth.value for step in (squeeze, expand1x1, expand3x3)] == [1, 2, 2]
    assert expand1x1.inputs == expand3x3.inputs == ((2, 8, 8),)
    assert fire.output.shape == (12, 8, 8)
    assert fire.part("bypass1x1") is None


def test_a_global_pool_sees_the_whole_map() -> None:
    network = resolve(LayerTable("n", InputShape(3, 10, 20), (Conv("c", 4, 3, 2), GlobalAvgPool("g"))))
    assert network.output == (4, 1, 1)
    assert network.layers[1].output.receptive == (3 + 3 * 2, 3 + 8 * 2, 2)
    assert [side.text() for side in network.layers[1].operations[0].receptive_sides] == [
        "3 + (4 − 1)·2",
        "3 + (9 − 1)·2",
    ]


def test_relu_dropout_and_concat_make_no_activations_of_their_own() -> None:
    network = resolve(table_of(Fire("f", 2, 5, 7), Dropout("d"), Softmax("s"), MaxPool("p", 2)))
    made = {step.name: step.activations.value for _, step in network.operations() if step.activations.value}
    assert made == {
        "f/squeeze1x1": 2 * 64, "f/expand1x1": 5 * 64, "f/expand3x3": 7 * 64, "s": 12 * 64, "p": 12 * 16,
    }  # fmt: skip


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


def test_rows_after_a_problem_are_not_reached() -> None:
    network = resolve(table_of(Conv("a", 4, 3), MaxPool("b", 9), Conv("c", 4, 3)))
    assert [layer.name for layer in network.layers] == ["a"]
    assert network.problems[0].row == 1
    assert network.output == (4, 6, 6)


def test_parameters_that_are_too_many_together_are_a_problem_of_the_table() -> None:
    rows = [Conv(f"c{place}", 3 * 10**9, 1, bias=False) for place in range(3)]
    network = resolve(table_of(*rows, side=1))
    (problem,) = network.problems
    assert len(network.layers) == 3
    assert str(problem) == "all parameters together are about 1.8e+19; a 64-bit count ends at 9.2e+18"


def test_strides_that_no_number_can_hold_are_a_problem() -> None:
    problem = problem_of(Conv("a", 1, 1, 10**12), Conv("b", 1, 1, 10**12))
    assert str(problem).startswith("b: the stride over the image would be 1000000000000·1000000000000, about 1.0e+24")
    seen = problem_of(Conv("a", 1, 3, 10**12, 1), MaxPool("b", 10**12, 10**12))
    assert str(seen).startswith("b: the receptive field would be 3 + (1000000000000 − 1)·1000000000000, about 1.0e+24")


def resolved_layers(table: LayerTable) -> tuple[ResolvedLayer, ...]:
    return resolve(table).layers


def test_an_edit_works_out_again_only_what_follows_from_it() -> None:
    table = preset("table1")
    fire3 = table.index_of("fire3")
    before, squeezed = resolved_layers(table), resolved_layers(table.with_field(fire3, "s1x1", 24))
    assert [row for row, (one, other) in enumerate(zip(before, squeezed, strict=True)) if one is not other] == [fire3]
    widened = resolved_layers(table.with_field(fire3, "e1x1", 65))
    changed = [row for row, (one, other) in enumerate(zip(before, widened, strict=True)) if one is not other]
    assert changed == [fire3, fire3 + 1]


def test_equal_modules_share_their_formulas() -> None:
    layers = resolved_layers(table_of(Fire("a", 2, 4, 4), Fire("b", 2, 4, 4), Fire("c", 2, 4, 4)))
    second, third = layers[1:]
    for one, other in zip(second.operations, third.operations, strict=True):
        assert one.macs is other.macs
        assert one.receptive == other.receptive or one.receptive.height < other.receptive.height
