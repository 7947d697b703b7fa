"""One network, four ways to write its numbers, each with the convention beside it."""

from __future__ import annotations

import preset_tables
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import running_tables

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
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.wording import short_number


def preset(name: str) -> ResolvedNetwork:
    return resolve(preset_tables.preset(name))


WEIGHTS_ONLY = Conventions(count_bias=False)
DECIMAL = Conventions(decimal_sizes=True)
FLOPS = Conventions(flops=True)


def test_the_papers_4_8_mb_are_4_76_mib_and_4_99_decimal_mb() -> None:
    network = preset("table1")
    assert weights_size_text(network, USUAL) == "4.76 MiB"
    assert weights_size_text(network, DECIMAL) == "4.99 MB"


def test_833_million_multiply_adds_are_1_67_gflops_and_say_so() -> None:
    macs = preset("table1").macs.value
    assert macs_text(macs, USUAL) == "833 M multiply-adds"
    assert macs_text(macs, FLOPS) == "1.67 GFLOPs (2 × multiply-adds)"


def test_the_authors_1_72_gflops_are_caffes_geometry_counted_twice() -> None:
    assert flops_text(preset("caffe-v1.0").macs.value) == "1.72 GFLOPs"


def test_weights_alone_leave_out_one_bias_a_filter() -> None:
    network = preset("table1")
    biases = 96 + 1000 + sum(each.layer.s1x1 + each.layer.e1x1 + each.layer.e3x3 for each in fires(network))
    assert count_parameters(network, WEIGHTS_ONLY) == 1_248_424 - biases
    assert parameters_text(1_248_424 - biases, WEIGHTS_ONLY) == "1,244,448 parameters (weights only)"
    assert parameters_text(1_248_424, USUAL) == "1,248,424 parameters"
    assert weights_size_text(network, WEIGHTS_ONLY) == "4.75 MiB (weights only)"


def test_a_convolution_without_a_bias_has_none_to_leave_out() -> None:
    network = resolve(LayerTable("t", InputShape(3, 8, 8), (Conv("a", 4, 3, bias=False),)))
    assert count_parameters(network, WEIGHTS_ONLY) == count_parameters(network, USUAL) == 3 * 3 * 3 * 4


@given(running_tables())
def test_layers_and_operations_add_up_under_either_convention(table: LayerTable) -> None:
    network = resolve(table)
    for conventions in (USUAL, WEIGHTS_ONLY):
        layers = sum(count_parameters(layer, conventions) for layer in network.layers)
        steps = sum(count_parameters(step, conventions) for _, step in network.operations())
        assert layers == steps == count_parameters(network, conventions)


@pytest.mark.parametrize(
    ("count", "binary", "decimal"),
    [
        (0, "0 bytes", "0 bytes"),
        (1, "1 byte", "1 byte"),
        (999, "999 bytes", "999 bytes"),
        (1000, "1,000 bytes", "1.00 kB"),
        (999_499, "976 KiB", "999 kB"),
        (999_999, "977 KiB", "1.00 MB"),
        (10**18, "888 PiB", "1.00 EB"),
        (10**19, "8.67 EiB", "10.0 EB"),
    ],
)
def test_sizes_name_the_unit_that_they_mean(count: int, binary: str, decimal: str) -> None:
    assert bytes_text(count, USUAL) == binary
    assert bytes_text(count, DECIMAL) == decimal


@given(st.integers(0, 10**20))
def test_a_short_number_is_right_to_half_a_percent(value: int) -> None:
    number, _, unit = short_number(value).partition(" ")
    size = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18}[unit]
    assert abs(float(number.replace(",", "")) * size - value) <= value / 199


def test_one_of_a_thing_is_written_as_one() -> None:
    assert macs_text(1, USUAL) == "1 multiply-add"
    assert parameters_text(1, USUAL) == "1 parameter"


def test_every_choice_reads_differently_in_words() -> None:
    every = {
        in_words(Conventions(flops, decimal, bias))
        for flops in (False, True)
        for decimal in (False, True)
        for bias in (False, True)
    }
    assert len(every) == 8
    assert in_words(USUAL) == "multiply-adds, each counted once; MiB = 1,048,576 bytes; biases counted"


def fires(network: ResolvedNetwork):  # type: ignore[no-untyped-def]
    return [each for each in network.layers if isinstance(each.layer, Fire)]
