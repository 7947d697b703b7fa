"""What weights leave unknown: geometries of the networks that people have, as data that any process can take."""

from __future__ import annotations

import dataclasses
import json

import pytest
from checkpoint_shapes import renamed, torchvision_shapes
from hypothesis import given
from hypothesis import strategies as st

from squeezeviz.files.presets import load_preset
from squeezeviz.files.unknown_geometry import Pool, UnknownGeometry, WeightedRow
from squeezeviz.files.weights.network import recognise
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.json_data import from_json, to_json
from squeezeviz.model.layers import Conv, Fire


def unknown_of(preset: str) -> UnknownGeometry:
    layout = recognise(torchvision_shapes(preset))
    return UnknownGeometry(preset, layout.channels, layout.rows, layout.pooled)


def test_pools_stand_where_the_files_numbers_leave_room() -> None:
    """Everything from `features.9` on one place further: a pool more, after what is `features.8`."""

    def moved(key: str) -> str:
        stage, place, *rest = key.split(".")
        further = stage == "features" and int(place) >= 9
        return ".".join([stage, str(int(place) + 1) if further else place, *rest])

    layout = recognise({moved(key): shape for key, shape in torchvision_shapes().items()})
    assert layout.pooled == ("conv1", "fire4", "fire6", "fire8")


def test_without_such_numbers_they_stand_where_the_version_has_them() -> None:
    layout = recognise(renamed(lambda name: ".".join(filter(None, name)), "squeezenet1_1"))
    unknown = UnknownGeometry("w", layout.channels, layout.rows, layout.pooled)
    assert unknown.assumed.pools == (Pool("conv1"), Pool("fire3"), Pool("fire5"))
    assert unknown.chosen("torchvision").layers == load_preset("squeezenet1_1").layers


def test_a_simple_bypass_fits_modules_with_as_many_channels_in_as_out() -> None:
    assert unknown_of("squeezenet1_0").bypassable == ("fire3", "fire5", "fire7", "fire9")
    assert unknown_of("complex-bypass").bypassable == ("fire3", "fire5", "fire7", "fire9")


def test_the_papers_simple_bypass_is_table_1_with_all_of_them() -> None:
    unknown = unknown_of("squeezenet1_0")
    geometry = next(choice.geometry for choice in unknown.choices if choice.id == "table1")
    bypassed = unknown.table(dataclasses.replace(geometry, bypassed=unknown.bypassable))
    assert bypassed.layers == load_preset("simple-bypass").uncompressed().layers


def test_rows_that_a_file_has_no_name_for_never_take_its_names() -> None:
    rows = (Conv("maxpool1", 8, 3), Fire("avgpool3", 2, 4, 4), Conv("dropout3", 5, 1))
    names = [row.name for row in UnknownGeometry("w", 3, rows).chosen("torchvision").layers]
    assert len(set(names)) == len(names) == 6


def test_an_unknown_geometry_is_refused_with_those_there_are() -> None:
    with pytest.raises(SqueezevizError, match="no geometry mine; they can have torchvision, table1, caffe"):
        unknown_of("squeezenet1_0").chosen("mine")


def rows() -> st.SearchStrategy[tuple[WeightedRow, ...]]:
    filters = st.integers(1, 40)
    conv = st.builds(Conv, st.just("x"), filters, st.integers(1, 9), bias=st.booleans())
    fire = st.builds(Fire, st.just("x"), filters, filters, filters, bias=st.booleans())
    named = st.lists(st.one_of(conv, fire), min_size=1, max_size=6)
    return named.map(lambda rows: tuple(dataclasses.replace(row, name=f"row{place}") for place, row in enumerate(rows)))


@given(rows(), st.integers(1, 4), st.booleans())
def test_it_crosses_to_another_process_as_json(found: tuple[WeightedRow, ...], channels: int, told: bool) -> None:
    unknown = UnknownGeometry("w", channels, found, (found[0].name,) if told else None)
    again = from_json(UnknownGeometry, json.loads(json.dumps(to_json(unknown))), "it")
    assert again == unknown
    assert [again.table(choice.geometry) for choice in again.choices] == [
        unknown.table(choice.geometry) for choice in unknown.choices
    ]
