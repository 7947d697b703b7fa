"""One network, three geometries, three totals."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import preset

from squeezeviz.analysis.resolve import resolve
from squeezeviz.model.layers import Conv, MaxPool
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.paper.geometry import (
    CAFFE,
    CONVENTIONS,
    TABLE1_MEANT,
    TORCHVISION,
    NamedGeometry,
    TotalsByConvention,
    totals_by_convention,
    with_geometry,
)

V1_0 = {"torchvision": 818_924_576, "table1": 832_667_936, "caffe": 861_339_936}
V1_1 = {"torchvision": 349_151_936, "caffe": 387_747_520}


def totals(table: LayerTable) -> TotalsByConvention:
    found = totals_by_convention(resolve(table))
    assert found is not None
    return found


def macs(table: LayerTable) -> dict[str, int | None]:
    return {each.convention.id: each.macs for each in totals(table).totals}


@pytest.mark.parametrize(
    ("name", "expected", "followed"),
    [
        ("table1", V1_0, TABLE1_MEANT),
        ("squeezenet1_0", V1_0, TORCHVISION),
        ("caffe-v1.0", V1_0, CAFFE),
        ("simple-bypass", V1_0, TABLE1_MEANT),
        (
            "complex-bypass",
            {"torchvision": 1_165_298_720, "table1": 1_183_953_184, "caffe": 1_212_625_184},
            TABLE1_MEANT,
        ),
        ("squeezenet1_1", V1_1, TORCHVISION),
    ],
)
def test_every_geometry_of_a_preset_has_the_total_that_people_quote(
    name: str, expected: dict[str, int], followed: NamedGeometry
) -> None:
    assert macs(preset(name)) == expected
    found = totals(preset(name)).followed
    assert found is not None and found.convention is followed


@pytest.mark.parametrize("name", ["table1", "squeezenet1_0", "caffe-v1.0"])
def test_each_preset_becomes_the_others(name: str) -> None:
    for convention, other in ((TORCHVISION, "squeezenet1_0"), (TABLE1_MEANT, "table1"), (CAFFE, "caffe-v1.0")):
        made = with_geometry(preset(name), convention)
        assert made is not None
        assert resolve(made).macs.value == resolve(preset(other)).macs.value
        assert made.input == preset(other).input


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("table1", {"torchvision": (109, 13), "table1": (111, 13), "caffe": (111, 15)}),
        ("squeezenet1_1", {"torchvision": (111, 13), "caffe": (113, 14)}),
    ],
)
def test_maps_are_those_of_the_releases(name: str, expected: dict[str, tuple[int, int]]) -> None:
    found = totals(preset(name))
    sides = {each.convention.id: (each.side_after(found.conv1), each.side_after(found.conv10)) for each in found.totals}
    assert sides == expected


def test_why_people_quote_three_totals_is_told_with_the_numbers() -> None:
    why = totals(preset("table1")).why()
    assert "One network of 1,248,424 parameters has 819, 833 or 861 million multiply-adds." in why
    assert "1.72 GFLOPS: 2 × 861,339,936" in why
    assert "0.72 GFLOPS, which none of these gives" in totals(preset("squeezenet1_1")).why()
    assert "README" not in totals(preset("table1").with_field(3, "s1x1", 24)).why()


def test_a_geometry_of_its_own_follows_none() -> None:
    table = preset("table1")
    for other in (table.with_input(InputShape(3, 256, 256)), table.with_field(1, "ceil", False)):
        assert totals(other).followed is None


def test_pools_round_up_and_lose_their_padding_and_the_channels_of_the_image_stay() -> None:
    table = preset("table1").with_field(1, "ceil", False).with_field(1, "padding", 1)
    made = with_geometry(table.with_input(InputShape(1, 64, 48)), CAFFE)
    assert made is not None
    pool = made.layers[1]
    assert isinstance(pool, MaxPool) and pool.ceil and pool.padding == 0
    assert made.input == InputShape(1, 227, 227)


def test_what_cannot_run_in_a_geometry_says_so_and_what_is_no_squeezenet_has_none() -> None:
    found = totals(preset("table1").with_field(1, "kernel", 500))
    assert [each.macs for each in found.totals] == [None, None, None]
    assert found.why() == "It cannot run in any of these geometries."
    assert found.totals[0].side_after(found.conv10) is None
    assert totals_by_convention(resolve(LayerTable("plain", InputShape(), (Conv("a", 8, 3),)))) is None


@given(st.sampled_from(CONVENTIONS), st.integers(1, 99), st.integers(0, 6), st.integers(0, 3))
def test_a_geometry_once_taken_is_followed_and_changes_no_parameter(
    convention: NamedGeometry, squeeze: int, first: int, last: int
) -> None:
    table = preset("table1").with_field(2, "s1x1", squeeze).with_field(0, "padding", first)
    table = table.with_field(table.index_of("conv10"), "padding", last)
    made = with_geometry(table, convention)
    assert made is not None
    assert with_geometry(made, convention) == made
    found = totals(made).followed
    assert found is not None and found.convention is convention
    assert resolve(made).parameters.value == resolve(dataclasses.replace(table, input=made.input)).parameters.value
