"""What weights say of how they are stored: shares that give their counts back, and bits where a codebook is plain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weight_statistics import Fields, is_pruned, notes_on_storage, storage_of, stored_as
from squeezeviz.analysis.weights import StoredWeights
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable


def one(weights: int, nonzero: int, values: int) -> Fields:
    """What the weights of a single convolution say."""
    return storage_of([StoredWeights("conv1", "", weights, nonzero, values)]).get("conv1", {})


@pytest.mark.parametrize(
    ("weights", "nonzero", "values", "fields"),
    [
        (1000, 1000, 0, {}),
        (1000, 951, 0, {}),  # training leaves few zeros
        (1000, 950, 0, {"kept": 0.95}),
        (1000, 330, 0, {"kept": 0.33}),
        (3000, 1000, 0, {"kept": 0.3333}),
        (1000, 0, 0, {}),  # all of them zero, as nobody prunes
        (10_000, 10_000, 256, {"bits": 8}),
        (10_000, 10_000, 255, {"bits": 8}),
        (10_000, 10_000, 64, {"bits": 6}),
        (10_000, 10_000, 65, {"bits": 7}),
        (10_000, 10_000, 2, {"bits": 1}),
        (10_000, 9_990, 256, {}),  # with zero there are 257
        (10_000, 9_990, 255, {"bits": 8}),
        (10_000, 3_000, 256, {"kept": 0.3, "bits": 8}),  # pruning stores no zeros
        (10_000, 10_000, 1, {}),  # a constant is no codebook
        (600, 600, 256, {}),  # of few weights all values may differ
        (768, 768, 256, {"bits": 8}),
    ],
)
def test_a_convolution_is_pruned_from_some_zeros_on_and_coded_where_many_weights_take_few_values(
    weights: int, nonzero: int, values: int, fields: Fields
) -> None:
    assert one(weights, nonzero, values) == fields


def test_a_rows_bits_are_those_of_all_its_convolutions() -> None:
    parts = [StoredWeights("fire2", part, 4096, 4096, values) for part, values in
             (("squeeze1x1", 16), ("expand1x1", 64), ("expand3x3", 200))]  # fmt: skip
    assert storage_of(parts) == {"fire2": {"bits": 8}}
    assert storage_of([*parts[:2], parts[2]._replace(values=0)]) == {}


def test_one_pruned_convolution_has_the_zeros_of_all_told() -> None:
    found = [
        StoredWeights("conv1", "", 1000, 990, 0),
        StoredWeights("fire2", "squeeze1x1", 1000, 1000, 0),
        StoredWeights("fire2", "expand3x3", 9000, 3000, 0),
        StoredWeights("fire2", "bypass1x1", 1000, 500, 0),
    ]
    fields = storage_of(found)
    assert fields == {"conv1": {"kept": 0.99}, "fire2": {"e3x3_kept": 0.3333}}
    told = [str(note) for note in notes_on_storage(found, fields)]
    assert told == [
        "measured from the file: 5,490 of its 12,000 weights are not zero (45.8 %); the table has these shares kept",
        "the bypass of fire2 is pruned too, for which a table has no share: it counts as dense",
    ]
    assert storage_of(found[:2]) == {}
    assert notes_on_storage(found[:2], {}) == []


def test_a_note_tells_the_widths_of_codebooks() -> None:
    found = [StoredWeights("conv1", "", 5000, 5000, 64), StoredWeights("conv2", "", 5000, 1000, 200)]
    said = "they take 200 values at most, which 6 to 8 bits hold; the table has these shares kept and bits"
    assert str(notes_on_storage(found, storage_of(found))[0]).endswith(f"in a convolution {said}")
    said = "in a convolution they take 64 values at most, which 6 bits hold; the table has these bits"
    alone = notes_on_storage(found[:1], storage_of(found[:1]))
    assert [str(note) for note in alone] == [f"measured from the file: {said}"]


@given(st.data(), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_the_shares_that_are_told_leave_the_very_weights_that_are_not_zero(
    data: st.DataObject, squeeze: int, small: int, large: int
) -> None:
    table = LayerTable("n", InputShape(7, 9, 9), (Fire("f", squeeze, small, large), Conv("c", 31, 1)))
    sizes = {
        ("f", "squeeze1x1"): 7 * squeeze, ("f", "expand1x1"): squeeze * small,
        ("f", "expand3x3"): 9 * squeeze * large, ("c", ""): 31 * (small + large),
    }  # fmt: skip
    found = [StoredWeights(*name, size, data.draw(st.integers(1, size)), 0) for name, size in sizes.items()]
    if not any(is_pruned(each) for each in found):
        found[-1] = found[-1]._replace(nonzero=1)
    layers = stored_as(table.layers, storage_of(found))
    left = resolve(LayerTable("n", table.input, layers)).layers
    biases = {"f": squeeze + small + large, "c": 31}
    for layer in left:
        kept = sum(each.nonzero for each in found if each.row == layer.name)
        assert layer.after_pruning.value == kept + biases[layer.name]
