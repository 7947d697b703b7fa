"""Opened weights stay with their rows while a table is edited."""

from __future__ import annotations

import dataclasses

from bounds import at_most
from hypothesis import given
from strategies import tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import RetainedWeights, TensorName, stored_name, tensor_name, tensor_shapes
from squeezeviz.model.layers import Conv, Fire, Layer
from squeezeviz.model.table import InputShape, LayerTable


def table(*rows: Layer) -> LayerTable:
    return LayerTable("t", InputShape(3, 32, 32), rows)


def opened(layers: LayerTable) -> RetainedWeights:
    shapes = {name: shape for layer in resolve(layers).layers for name, shape in tensor_shapes(layer).items()}
    return RetainedWeights("kept", "net.onnx", shapes)


ONE = table(Conv("a", 8, 3), Fire("b", 2, 4, 4), Conv("c", 8, 1))


@given(tables())
def test_a_table_fits_its_own_weights_whatever_its_rows_are_called(layers: LayerTable) -> None:
    network = resolve(layers)
    assert opened(layers).of(network).fresh == ()
    for layer in network.layers:
        for name in tensor_shapes(layer):
            assert tensor_name(stored_name(name)) == name


def test_weights_follow_a_row_that_is_renamed_and_come_back_with_undo() -> None:
    renamed = ONE.with_field(1, "name", "fire2")
    kept = opened(ONE).after(ONE, renamed)
    assert kept.of(resolve(renamed)).fitting == ("a", "fire2", "c")
    assert kept.after(renamed, ONE) == opened(ONE)
    again = ONE.with_field(1, "name", "y")
    assert dict(kept.after(renamed, again).renamed) == {"y": "b"}


def test_a_name_taken_over_from_a_deleted_row_does_not_bring_its_weights() -> None:
    without = ONE.removed(0)
    renamed = without.with_field(1, "name", "a")
    kept = opened(ONE).after(ONE, without).after(without, renamed)
    assert kept.now()[TensorName("c", "", "weight")] == TensorName("a", "", "weight")
    assert TensorName("a", "", "weight") not in kept.now()


def test_a_row_that_is_renamed_and_changed_at_once_is_another_row() -> None:
    other = ONE.with_field(1, "name", "x").with_field(1, "s1x1", 3)
    kept = opened(ONE).after(ONE, other)
    assert kept.of(resolve(other)).fresh == ("x",)


def test_a_narrower_row_and_the_next_one_run_with_fresh_weights_until_the_edit_is_undone() -> None:
    narrower = ONE.with_field(0, "filters", 6)
    kept = opened(ONE).after(ONE, narrower)
    assert kept.of(resolve(narrower)).fresh == ("a", "b")
    assert kept.of(resolve(narrower)).fitting == ("c",)
    assert kept.after(narrower, ONE).of(resolve(ONE)).fresh == ()


def test_a_new_row_under_the_former_name_of_another_has_no_weights_to_take_along() -> None:
    renamed = ONE.with_field(1, "name", "x")
    inserted = dataclasses.replace(renamed, layers=(*renamed.layers, Fire("b", 2, 4, 4)))
    again = inserted.with_field(3, "name", "y")
    kept = opened(ONE).after(ONE, renamed).after(renamed, inserted).after(inserted, again)
    assert kept.now()[TensorName("b", "squeeze1x1", "weight")].row == "x"
    assert kept.of(resolve(again)).fresh == ("y",)


def test_a_bias_that_the_row_leaves_out_makes_its_weights_another_rows() -> None:
    without = ONE.with_field(0, "bias", False)
    assert opened(ONE).of(resolve(without)).fresh == ("a",)
    assert opened(without).of(resolve(ONE)).fresh == ("a",)


def test_which_of_a_thousand_fire_modules_run_with_their_weights_is_known_within_a_drag() -> None:
    many = table(Conv("a", 8, 3), *(Fire(f"f{number}", 2, 4, 4) for number in range(1000)))
    network, kept = resolve(many), opened(many)
    with at_most(0.3):
        assert len(kept.of(network).fitting) == 1001
