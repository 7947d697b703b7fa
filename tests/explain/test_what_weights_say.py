"""What was measured of opened weights stands beside the table's own shares and bits, as long as they fit the row."""

from __future__ import annotations

import pytest

from squeezeviz.analysis.columns import Column
from squeezeviz.analysis.resolve import resolve
from squeezeviz.analysis.weights import RetainedWeights, StoredWeights, tensor_shapes
from squeezeviz.explain.rows import explain_cell, explain_layer, explain_operation
from squeezeviz.explain.weights import of_a_cell, what_weights_say, with_weights
from squeezeviz.files.presets import load_preset

TABLE = load_preset("squeezenet1_0")
FIRE8 = TABLE.index_of("fire8")
STORED = (
    StoredWeights("conv1", "", 14_112, 14_112, 0),
    StoredWeights("fire8", "squeeze1x1", 24_576, 24_388, 255),
    StoredWeights("fire8", "expand1x1", 16_384, 8_187, 255),
    StoredWeights("fire8", "expand3x3", 147_456, 44_144, 255),
)


@pytest.fixture
def weights() -> RetainedWeights:
    shapes = {name: shape for layer in resolve(TABLE).layers for name, shape in tensor_shapes(layer).items()}
    return RetainedWeights("kept", "pruned.pth", shapes, stored=STORED)


def test_a_row_has_the_zeros_and_values_of_each_of_its_convolutions(weights: RetainedWeights) -> None:
    table = TABLE.with_field(FIRE8, "e3x3_kept", 0.33).with_field(FIRE8, "bits", 6)
    said = what_weights_say(resolve(table), FIRE8, "", weights)
    assert said is not None
    assert (said.heading, said.source) == ("40.7 % of its weights are not zero", "pruned.pth")
    assert [(line.label, line.text, line.value) for line in said.lines[:3]] == [
        ("squeeze", "100% in the table", "24,388 of 24,576, 255 values"),
        ("expand 1×1", "100% in the table", "8,187 of 16,384, 255 values"),
        ("expand 3×3", "33% in the table", "44,144 of 147,456, 255 values"),
    ]
    assert said.lines[-1].text == "Measured when pruned.pth was opened. The table has 6 bits a weight."
    of_one = what_weights_say(resolve(table), FIRE8, "expand3x3", weights)
    assert of_one is not None and of_one.heading == "29.9 % of its weights are not zero"
    dense = what_weights_say(resolve(table), 0, "", weights)
    assert dense is not None and dense.heading == "100.0 % of its weights are not zero"
    assert dense.lines[0].value == "14,112 of 14,112, more than 256 values"


def test_rows_that_they_do_not_fit_and_those_without_weights_have_nothing_said_of_them(
    weights: RetainedWeights,
) -> None:
    edited = TABLE.with_field(FIRE8, "s1x1", 24)
    assert what_weights_say(resolve(edited), FIRE8, "", weights) is None
    for row in (-1, 1, len(TABLE.layers)):
        assert what_weights_say(resolve(TABLE), row, "", weights) is None
    for part in ("concat", "relu_squeeze1x1"):
        assert what_weights_say(resolve(TABLE), FIRE8, part, weights) is None


def test_what_was_measured_follows_a_row_that_is_renamed(weights: RetainedWeights) -> None:
    renamed = TABLE.with_field(FIRE8, "name", "mine")
    assert weights.after(TABLE, renamed).stored_in(resolve(renamed).layers[FIRE8]) == STORED[1:]
    swapped = renamed.with_field(0, "name", "fire8")
    assert weights.after(TABLE, renamed).after(renamed, swapped).stored_in(resolve(swapped).layers[0]) == STORED[:1]


@pytest.mark.parametrize(
    ("column", "place"),
    [(Column.E3X3_KEPT, 1), (Column.S1X1_KEPT, 1), (Column.BITS, 1), (Column.DEPTH, -1), (None, -1)],
)
def test_it_stands_right_after_a_share_or_bits_and_else_last(
    column: Column | None, place: int, weights: RetainedWeights
) -> None:
    network = resolve(TABLE)
    plain = explain_cell(network, FIRE8, column) if column else explain_layer(network, FIRE8)
    said = with_weights(plain, network, FIRE8, "", column, weights)
    assert said.sections[place].heading == "40.7 % of its weights are not zero"
    assert said.sections[place].further is (place == -1)
    assert [each for each in said.sections if each is not said.sections[place]] == list(plain.sections)
    operation = explain_operation(network, FIRE8, "concat")
    assert with_weights(operation, network, FIRE8, "concat", None, weights) is operation


@pytest.mark.parametrize(
    ("row", "column", "share", "said"),
    [
        (
            FIRE8,
            Column.E3X3_KEPT,
            0.29937,
            "Measured from pruned.pth: 44,144 of 147,456 weights are not zero (29.9 %).",
        ),
        (FIRE8, Column.E3X3_KEPT, 0.33, "In pruned.pth, 44,144 of 147,456 weights are not zero (29.9 %)."),
        (FIRE8, Column.S1X1_KEPT, 1.0, "In pruned.pth, 24,388 of 24,576 weights are not zero (99.2 %)."),
        (0, Column.S1X1_KEPT, 1.0, "Measured from pruned.pth: 14,112 of 14,112 weights are not zero (100.0 %)."),
        (0, Column.E1X1_KEPT, 1.0, ""),
        (
            FIRE8,
            Column.BITS,
            1.0,
            "Measured from pruned.pth: in a convolution, weights take 255 values beside zero at most.",
        ),
        (0, Column.BITS, 1.0, "Measured from pruned.pth: in a convolution, weights take more than 256 values."),
        (FIRE8, Column.DEPTH, 1.0, ""),
        (1, Column.BITS, 1.0, ""),
        (-1, Column.BITS, 1.0, ""),
    ],
)
def test_a_cell_is_marked_as_measured_where_its_share_is_what_the_weights_say(
    row: int, column: Column, share: float, said: str, weights: RetainedWeights
) -> None:
    table = TABLE.with_field(FIRE8, "e3x3_kept", share)
    assert of_a_cell(resolve(table), row, column, weights) == said
