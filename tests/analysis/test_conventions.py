"""One network, four ways to write its numbers, each with the convention beside it; and the memory that a pass takes."""

from __future__ import annotations

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import network
from strategies import running_tables, tables

from squeezeviz.analysis.conventions import (
    USUAL,
    Conventions,
    bytes_text,
    count_parameters,
    flops_text,
    in_words,
    macs_text,
    parameters_text,
    weights_size_text,
)
from squeezeviz.analysis.memory import pass_bytes
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import Bypass, Conv, Fire, Layer
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.wording import readable_bytes, short_number

WEIGHTS_ONLY = Conventions(count_bias=False)
DECIMAL = Conventions(decimal_sizes=True)
FLOPS = Conventions(flops=True)


def test_the_paper_s_numbers_are_told_with_their_convention() -> None:
    table1 = network("table1")
    sizes = [weights_size_text(table1, each) for each in (USUAL, DECIMAL, WEIGHTS_ONLY)]
    assert sizes == ["4.76 MiB", "4.99 MB", "4.75 MiB (weights only)"]
    assert macs_text(table1.macs.value, USUAL) == "833 M multiply-adds"
    assert macs_text(table1.macs.value, FLOPS) == "1.67 GFLOPs (2 × multiply-adds)"
    assert flops_text(network("caffe-v1.0").macs.value) == "1.72 GFLOPs"
    assert parameters_text(1_248_424, USUAL) == "1,248,424 parameters"
    assert [macs_text(1, USUAL), parameters_text(1, USUAL)] == ["1 multiply-add", "1 parameter"]


def test_weights_alone_leave_out_one_bias_a_filter_where_there_is_one() -> None:
    table1 = network("table1")
    fires = [each.layer for each in table1.layers if isinstance(each.layer, Fire)]
    biases = 96 + 1000 + sum(each.s1x1 + each.e1x1 + each.e3x3 for each in fires)
    assert count_parameters(table1, WEIGHTS_ONLY) == 1_248_424 - biases
    assert parameters_text(1_248_424 - biases, WEIGHTS_ONLY) == "1,244,448 parameters (weights only)"
    without = resolve(LayerTable("t", InputShape(3, 8, 8), (Conv("a", 4, 3, bias=False),)))
    assert count_parameters(without, WEIGHTS_ONLY) == count_parameters(without, USUAL) == 3 * 3 * 3 * 4


@given(running_tables())
def test_layers_and_operations_add_up_under_either_convention(table: LayerTable) -> None:
    whole = resolve(table)
    for conventions in (USUAL, WEIGHTS_ONLY):
        layers = sum(count_parameters(layer, conventions) for layer in whole.layers)
        steps = sum(count_parameters(step, conventions) for _, step in whole.operations())
        assert layers == steps == count_parameters(whole, conventions)


@pytest.mark.parametrize(
    ("count", "binary", "decimal"),
    [
        (0, "0 bytes", "0 bytes"),
        (1, "1 byte", "1 byte"),
        (999, "999 bytes", "999 bytes"),
        (1000, "1,000 bytes", "1.00 kB"),
        (1023, "1,023 bytes", "1.02 kB"),
        (1024, "1.00 KiB", "1.02 kB"),
        (999_499, "976 KiB", "999 kB"),
        (999_999, "977 KiB", "1.00 MB"),
        (10 * 2**20 - 1, "10.0 MiB", "10.5 MB"),
        (100 * 2**20 - 1, "100 MiB", "105 MB"),
        (1023 * 2**20, "1,023 MiB", "1.07 GB"),
        (2**30 - 1, "1.00 GiB", "1.07 GB"),
        (10**18, "888 PiB", "1.00 EB"),
        (2**60 * 5000, "4.88 ZiB", "5.76 ZB"),
        (10**27 - 1, "827 YiB", "1e+27 bytes"),
        (10**60, "1e+60 bytes", "1e+60 bytes"),
    ],
)
def test_sizes_have_three_figures_and_name_the_unit_that_they_mean(count: int, binary: str, decimal: str) -> None:
    assert (bytes_text(count, USUAL), bytes_text(count, DECIMAL)) == (binary, decimal)


@given(st.integers(1024, 10**26))
def test_a_readable_size_and_a_short_number_are_right_to_half_a_percent(count: int) -> None:
    for text, base, units in ((readable_bytes(count), 1024, "KMGTPEZY"), (short_number(count), 1000, "kMGTPEZY")):
        figure, unit = re.fullmatch(r"([0-9,]+(?:\.[0-9]+)?) ([kKMGTPEZY])(?:iB)?", text).groups()  # type: ignore[union-attr]
        assert float(figure.replace(",", "")) * base ** (1 + units.index(unit)) == pytest.approx(count, rel=0.0051)


@pytest.mark.parametrize(
    ("value", "text"),
    [(10**21, "1 Z"), (118 * 10**19, "1.18 Z"), (10**26, "100 Y"), (10**27, "1e+27"), (118 * 10**40, "1.18e+42")],
)
def test_a_short_number_has_a_unit_or_a_power_never_both(value: int, text: str) -> None:
    assert short_number(value) == text
    assert flops_text(value // 2).replace("FLOPs", "").strip() == text


def test_every_choice_reads_differently_in_words() -> None:
    assert len({in_words(Conventions(*choice)) for choice in product((False, True), repeat=3)}) == 8
    assert in_words(USUAL) == "multiply-adds, each counted once; MiB = 1,048,576 bytes; biases counted"


@pytest.mark.parametrize(
    ("image", "layers", "batch", "parameters", "values"),
    [
        (InputShape(3, 8, 8), (Conv("c", 4, 3),), 1, 3 * 9 * 4 + 4, 3 * 64 + 4 * 36),
        (InputShape(5, 6, 6), (Fire("f", 2, 3, 4, Bypass.COMPLEX),), 1, 139, 36 * (5 + 2 + 7 + 7 + 7 + 7)),
        (InputShape(3, 10, 10), (), 2, 0, 300),
    ],
)
def test_a_pass_holds_the_weights_and_the_largest_layer_with_its_bypass(
    image: InputShape, layers: tuple[Layer, ...], batch: int, parameters: int, values: int
) -> None:
    assert pass_bytes(resolve(LayerTable("n", image, layers)), batch) == 4 * (parameters + batch * values)


@given(tables(), st.integers(1, 64))
def test_memory_grows_with_the_batch_by_the_same_amount(table: LayerTable, batch: int) -> None:
    whole = resolve(table)
    one = pass_bytes(whole, 2) - pass_bytes(whole, 1)
    assert one > 0
    assert pass_bytes(whole, batch) == pass_bytes(whole, 1) + (batch - 1) * one
