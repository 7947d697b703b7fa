"""The memory that a pass would take, and sizes as a person reads them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import preset
from strategies import tables

from squeezeviz.analysis.memory import pass_bytes
from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import Conv, Fire
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.wording import readable_bytes


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (1024, "1.00 KiB"),
        (4 * 1_248_424, "4.76 MiB"),
        (10 * 2**20 - 1, "10.0 MiB"),
        (100 * 2**20 - 1, "100 MiB"),
        (1000 * 2**20, "1,000 MiB"),
        (1023 * 2**20, "1,023 MiB"),
        (2**30 - 1, "1.00 GiB"),
        (2**60 * 5000, "5,000 EiB"),
    ],
)
def test_sizes_have_three_figures_and_a_binary_unit(count: int, text: str) -> None:
    assert readable_bytes(count) == text


@given(st.integers(1024, 2**70))
def test_a_readable_size_is_within_half_a_per_cent(count: int) -> None:
    figure, unit = re.fullmatch(r"([0-9,]+(?:\.[0-9]+)?) ([KMGTPE])iB", readable_bytes(count)).groups()  # type: ignore[union-attr]
    size = float(figure.replace(",", "")) * 1024 ** (1 + "KMGTPE".index(unit))
    assert size == pytest.approx(count, rel=0.0051)


def test_a_pass_holds_the_weights_and_the_largest_layer() -> None:
    """fire4 of Table 1 is not the largest: conv1's image and its 96 maps of 111×111 are less than fire4's."""
    network = resolve(preset("table1"))
    fire4 = 55 * 55 * (128 + 32 + 256 + 256)
    assert pass_bytes(network, 1) == 4 * (1_248_424 + fire4)
    assert pass_bytes(network, 10) == 4 * (1_248_424 + 10 * fire4)


def test_a_bypass_is_alive_too() -> None:
    fire = Fire("f", 2, 3, 4, bypass="complex")  # type: ignore[arg-type]
    network = resolve(LayerTable("n", InputShape(5, 6, 6), (fire,)))
    values = 36 * (5 + 2 + 7 + 7 + 7 + 7)
    assert pass_bytes(network, 1) == 4 * (network.parameters.value + values)


def test_a_million_million_filters_tell_their_size() -> None:
    table = preset("table1").with_field(0, "filters", 10**12)
    assert readable_bytes(pass_bytes(resolve(table), 1)).endswith("PiB")


def test_a_table_without_layers_holds_its_image() -> None:
    assert pass_bytes(resolve(LayerTable("n", InputShape(3, 10, 10), ())), 2) == 4 * 2 * 300


@given(tables(), st.integers(1, 64))
def test_memory_grows_with_the_batch_by_the_same_amount(table: LayerTable, batch: int) -> None:
    network = resolve(table)
    one = pass_bytes(network, 2) - pass_bytes(network, 1)
    assert one > 0
    assert pass_bytes(network, batch) == pass_bytes(network, 1) + (batch - 1) * one


def test_a_layer_alone() -> None:
    network = resolve(LayerTable("n", InputShape(3, 8, 8), (Conv("c", 4, 3),)))
    assert pass_bytes(network, 1) == 4 * (3 * 9 * 4 + 4 + 3 * 64 + 4 * 36)
