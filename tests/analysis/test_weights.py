"""Opened weights stay with their rows while a table is edited."""

from __future__ import annotations

import dataclasses
from itertools import pairwise

import pytest
from bounds import at_most
from hypothesis import given
from strategies import tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import RetainedWeights, stored_name, tensor_name, tensor_shapes
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


RENAMED = ONE.with_field(1, "name", "x")
NARROWER = ONE.with_field(0, "filters", 6)
NEW_B = dataclasses.replace(RENAMED, layers=(*RENAMED.layers, Fire("b", 2, 4, 4)))
WITHOUT_A = ONE.removed(0)


@pytest.mark.parametrize(
    ("edits", "renamed", "fresh"),
    [
        ([RENAMED], {"x": "b"}, ()),
        ([RENAMED, ONE], {}, ()),
        ([RENAMED, ONE.with_field(1, "name", "y")], {"y": "b"}, ()),
        ([RENAMED.with_field(1, "s1x1", 3)], {}, ("x",)),  # renamed and changed at once, it is another row
        ([NARROWER], {}, ("a", "b")),
        ([NARROWER, ONE], {}, ()),
        ([RENAMED, NEW_B, NEW_B.with_field(3, "name", "y")], {"x": "b", "y": ""}, ("y",)),  # it never had any
        ([WITHOUT_A, WITHOUT_A.with_field(1, "name", "a")], {"a": "c"}, ("b",)),  # not those of the deleted row
    ],
)
def test_weights_follow_rows_by_their_names_and_rows_that_changed_run_with_fresh_ones(
    edits: list[LayerTable], renamed: dict[str, str], fresh: tuple[str, ...]
) -> None:
    kept = opened(ONE)
    for before, after in pairwise((ONE, *edits)):
        kept = kept.after(before, after)
    assert (kept.renamed, kept.of(resolve(edits[-1])).fresh) == (renamed, fresh)


def test_a_bias_that_the_row_leaves_out_makes_its_weights_another_rows() -> None:
    without = ONE.with_field(0, "bias", False)
    assert opened(ONE).of(resolve(without)).fresh == ("a",)
    assert opened(without).of(resolve(ONE)).fresh == ("a",)


def test_which_of_a_thousand_fire_modules_run_with_their_weights_is_known_within_a_drag() -> None:
    many = table(Conv("a", 8, 3), *(Fire(f"f{number}", 2, 4, 4) for number in range(1000)))
    network, kept = resolve(many), opened(many)
    with at_most(0.3):
        assert len(kept.of(network).fitting) == 1001
