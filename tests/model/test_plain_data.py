"""A table as plain data: exact both ways, and any garbage is one sentence with its place."""

from __future__ import annotations

import copy
import datetime
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import PRESETS, preset
from strategies import tables

from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.plain_data import from_plain, layer_to_plain, to_plain
from squeezeviz.model.table import InputShape, LayerTable


@given(st.sampled_from(PRESETS).map(preset) | tables())
def test_what_is_written_reads_back_the_same(table: LayerTable) -> None:
    assert from_plain(to_plain(table)) == from_plain(json.loads(json.dumps(to_plain(table)))) == table


def test_defaults_are_left_out_but_for_a_window_and_read_again() -> None:
    conv1, maxpool1, fire2 = map(layer_to_plain, preset("table1").layers[:3])
    assert conv1 == {"name": "conv1", "type": "conv", "filters": 96, "kernel": 7, "stride": 2, "bits": 6}
    assert maxpool1 == {"name": "maxpool1", "type": "maxpool", "kernel": 3, "stride": 2}
    assert fire2 == {"name": "fire2", "type": "fire", "s1x1": 16, "e1x1": 64, "e3x3": 64, "e3x3_kept": 0.33, "bits": 6}
    table = from_plain({"format": "squeezeviz", "version": 1, "input": {"height": 64}})
    assert table == LayerTable("Untitled", InputShape(3, 64, 227), ())


def document(**changes: Any) -> dict[str, Any]:
    return {"format": "squeezeviz", "version": 1, "layer": [fire()]} | changes


def fire(**changes: Any) -> dict[str, Any]:
    return {"name": "fire2", "type": "fire", "s1x1": 16, "e1x1": 64, "e3x3": 64} | changes


KNOWN = "conv, maxpool, avgpool, global_avgpool, fire, dropout, softmax"


@pytest.mark.parametrize(
    ("given_document", "text"),
    [
        (None, 'this is not a squeezeviz layer table: it lacks format = "squeezeviz"'),
        ([], 'this is not a squeezeviz layer table: it lacks format = "squeezeviz"'),
        ({}, 'this is not a squeezeviz layer table: it lacks format = "squeezeviz"'),
        ({"format": "squeezeviz"}, "version: the version is missing: write version = 1"),
        (document(version=datetime.date(2024, 1, 1)), "version must be a whole number from 1, not 2024-01-01"),
        (
            document(layer=[fire(s1x1=datetime.time(7, 30))]),
            "fire2: s1x1 must be a whole number from 1 to 10^12, not 07:30:00",
        ),
        (document(version="1"), "version must be a whole number from 1, not '1'"),
        (document(version=True), "version must be a whole number from 1, not true"),
        (document(version=2), "version 2 is newer than this squeezeviz, which reads up to 1; update it"),
        (document(name=5), "name: the name of the network must be text, not 5"),
        (document(input=3), "input: input must be a table with channels, height and width"),
        (document(input={"width": 0}), "input: width must be a whole number from 1 to 10^12, not 0"),
        (
            document(input={"depth": 3}),
            "input depth: the input has no field 'depth'; it may have channels, height, width",
        ),
        (document(layer={}), "layer must be a list of tables: write [[layer]]"),
        (document(layer=[5]), "layer 1: a layer must be a table of fields"),
        (
            document(layers=[]),
            "layers: the file has no field 'layers'; it may have format, input, layer, name, version",
        ),
        (document(layer=[{"name": "a"}]), f"a type: it has no type; the types are {KNOWN}"),
        (document(layer=[fire(type="Fire")]), f"fire2 type: it cannot have the type 'Fire'; the types are {KNOWN}"),
        (document(layer=[fire(type=[])]), f"fire2 type: it cannot have the type a list; the types are {KNOWN}"),
        (document(layer=[{"type": "softmax"}]), "layer 1 name: a softmax layer needs name"),
        (document(layer=[fire(name=5)]), "layer 1 name: the name of a layer must be text, not 5"),
        (document(layer=[{"name": "f", "type": "fire", "s1x1": 1, "e1x1": 1}]), "f e3x3: a fire layer needs e3x3"),
        (document(layer=[fire(s1x1=True)]), "fire2: s1x1 must be a whole number from 1 to 10^12, not true"),
        (document(layer=[fire(s1x1=16.0)]), "fire2: s1x1 must be a whole number from 1 to 10^12, not 16.0"),
        (
            document(layer=[fire(s1x1=16**5000)]),
            "fire2: s1x1 must be a whole number from 1 to 10^12, not a number of about 6,021 digits",
        ),
        (document(layer=[fire(), fire()]), "fire2 name: 2 layers are named 'fire2'; give each a name of its own"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(given_document: Any, text: str) -> None:
    with pytest.raises(SqueezevizError) as caught:
        from_plain(given_document)
    assert str(caught.value) == text


def test_an_unknown_field_names_those_that_there_are() -> None:
    with pytest.raises(SqueezevizError, match=r"^fire2 s1: a fire layer has no field 's1'; it may have bias, bits,"):
        from_plain(document(layer=[fire(s1=3)]))


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(10**4300, 10**4310), st.floats(), st.text(max_size=5),
    st.just(datetime.date(2016, 2, 24)),
    st.sampled_from(["squeezeviz", "fire", "conv", "maxpool", "simple", "\n", "x" * 20_000]),
)  # fmt: skip
garbage = st.recursive(
    scalars,
    lambda parts: st.one_of(st.lists(parts, max_size=3), st.dictionaries(st.text(max_size=6), parts, max_size=3)),
    max_leaves=6,
)


def read(given_document: Any) -> None:
    """It is a table, or an error that a person can read."""
    try:
        from_plain(given_document)
    except SqueezevizError as error:
        text = str(error)
        assert "\n" not in text
        assert len(text) < 400


in_the_right_places = st.dictionaries(st.sampled_from(["name", "input", "layer", "extra"]), garbage, max_size=4)


@given(garbage | in_the_right_places.map(lambda fields: document() | fields))
def test_garbage_is_refused_in_a_sentence(given_document: Any) -> None:
    read(given_document)


def _places(plain: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to everything within."""
    inside = plain.items() if isinstance(plain, dict) else enumerate(plain) if isinstance(plain, list) else ()
    return [path, *(place for key, value in inside for place in _places(value, (*path, key)))]


@given(tables(longest=4), garbage, st.data())
def test_a_good_table_with_one_thing_changed_is_read_or_refused_in_a_sentence(
    table: LayerTable, thing: Any, data: st.DataObject
) -> None:
    plain = copy.deepcopy(to_plain(table))
    *path, last = data.draw(st.sampled_from(_places(plain)[1:]))
    target: Any = plain
    for key in path:
        target = target[key]
    if data.draw(st.booleans()):
        target[last] = thing
    else:
        del target[last]
    read(plain)
