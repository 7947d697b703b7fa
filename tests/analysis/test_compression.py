"""What pruning and fewer bits make of a network, against Table 1 and Table 2."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from formula_reader import evaluate
from hypothesis import given
from preset_tables import preset
from strategies import shares_kept, tables

from squeezeviz.analysis.compression import exact, share_kept
from squeezeviz.analysis.resolve import ResolvedLayer, resolve
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Conv, Fire, is_compressed
from squeezeviz.model.table import InputShape, LayerTable, same_pass

PRINTED = {
    "conv1": 14_208, "fire2": 5_746, "fire3": 6_258, "fire4": 20_646, "fire5": 24_742, "fire6": 44_700,
    "fire7": 46_236, "fire9": 77_581, "conv10": 103_400,
}  # fmt: skip


def at_bits(table: LayerTable, bits: int) -> LayerTable:
    layers = tuple(replace(row, bits=bits) if isinstance(row, Conv | Fire) else row for row in table.layers)
    return replace(table, layers=layers)


def test_parameters_after_pruning_are_those_that_table_1_prints_but_for_fire8_whose_follow_from_30_percent() -> None:
    table = preset("table1")
    network = resolve(table)
    ours = {layer.name: layer.after_pruning.value for layer in network.layers if layer.parameters.value}
    assert ours == PRINTED | {"fire8": 82_005}
    assert network.after_pruning.value == sum(ours.values()) == 425_522
    fire8 = table.index_of("fire8")
    meant = resolve(table.with_field(fire8, "e3x3_kept", 0.3))
    assert (meant.layers[fire8].after_pruning.value, meant.after_pruning.value) == (77_581, 421_098)


@pytest.mark.parametrize(("bits", "printed"), [(6, 0.47), (8, 0.66)])
def test_the_stored_size_comes_within_a_tenth_of_table_2(bits: int, printed: float) -> None:
    size = resolve(at_bits(preset("table1"), bits)).size.value / 2**20
    assert size == pytest.approx(printed, rel=0.1)
    assert size != pytest.approx(printed, rel=0.05), "the simple estimate is no nearer than that"


def test_fire2_explains_what_it_keeps_and_takes() -> None:
    fire2 = resolve(preset("table1")).layers[2]
    assert fire2.after_pruning.equation() == "1·1·96·16 + 1·1·16·64 + ⌈33·3·3·16·64/100⌉ + 16 + 64 + 64 = 5,746"
    assert fire2.size.equation() == "⌈(5602·6 + 3042·5 + 144·32)/8⌉ = 6,679"


def counted(layer: ResolvedLayer) -> tuple[int, int]:
    """Parameters after pruning and bytes, worked out from each convolution alone."""
    kept, pruned, biases = Fraction(0), Fraction(0), 0
    for step in layer.operations:
        if step.parameters.value:
            bias = step.operation.filters if step.operation.bias else 0
            share = Fraction(str(share_kept(layer.layer, step.operation.part)))
            weights = share * (step.parameters.value - bias)
            pruned += weights if share != 1 else 0
            kept, biases = kept + weights, biases + bias
    bits = layer.layer.bits if isinstance(layer.layer, Conv | Fire) else 0
    return ceil(kept) + biases, ceil(Fraction(ceil(kept) * bits + ceil(pruned) * 5 + biases * 32, 8))


@given(tables())
def test_number_and_terms_are_one_and_right_for_any_layer(table: LayerTable) -> None:
    for layer in resolve(table).layers:
        assert evaluate(layer.after_pruning) == layer.after_pruning.value <= layer.parameters.value
        assert evaluate(layer.size) == layer.size.value
        assert (layer.after_pruning.value, layer.size.value) == counted(layer)


@given(tables())
def test_what_a_pass_measures_does_not_depend_on_what_is_kept_or_on_bits(table: LayerTable) -> None:
    plain = table.uncompressed()
    assert same_pass(table, plain) and not plain.is_compressed
    for one, other in zip(resolve(table).layers, resolve(plain).layers, strict=True):
        assert one.operations is other.operations
        assert one._replace(layer=other.layer, after_pruning=other.after_pruning, size=other.size) == other
        assert not is_compressed(other.layer) and (one.layer is other.layer) == (not is_compressed(one.layer))


def test_another_filter_is_another_pass() -> None:
    table = preset("table1")
    for other in (table.with_field(2, "s1x1", 24), table.with_input(InputShape(3, 224, 224)), table.removed(1)):
        assert not same_pass(table, other)


@given(shares_kept())
def test_a_share_is_exact_as_its_decimals_say(share: float) -> None:
    kept, of = exact(share)
    assert kept / of == share and Fraction(kept, of).as_integer_ratio() == (kept, of)
    assert exact(0.07) == (7, 100)


@pytest.mark.parametrize(
    ("field", "values", "reason"),
    [
        ("e3x3_kept", [0, -0.1, 1.01, float("nan"), float("inf"), "33%", True, None, 10**400],
         "the share of weights kept, above 0 and up to 1"),
        ("bits", [0, 65, -1, 6.0, True, "6", None], "bits must be a whole number from 1 to 64"),
    ],
)  # fmt: skip
def test_what_cannot_be_stored_is_refused_with_its_field(field: str, values: list[Any], reason: str) -> None:
    for value in values:
        with pytest.raises(SqueezevizError, match=reason) as raised:
            replace(Fire("fire2", 1, 1, 1), **{field: value})
        assert (raised.value.place.row, raised.value.place.column) == ("fire2", field)


def test_a_whole_share_is_as_good_as_a_decimal_one() -> None:
    assert Conv("c", 1, 1, kept=1) == Conv("c", 1, 1)
    assert isinstance(Conv("c", 1, 1, kept=1).kept, float)
