"""Rows and tables: frozen, valid once made, and every mistake told with its place."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from preset_tables import preset
from strategies import tables

from squeezeviz.model.errors import Place, SqueezevizError, shown
from squeezeviz.model.layers import LARGEST, AvgPool, Bypass, Conv, Dropout, Fire, MaxPool, Softmax
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.model.text import plain

FIRE = Fire("fire2", 16, 64, 64)


def said(make: Any) -> str:
    """What the error says that `make` raises."""
    with pytest.raises(SqueezevizError) as caught:
        make()
    return str(caught.value)


@pytest.mark.parametrize("thing", [preset("table1"), FIRE, Softmax("prob"), InputShape()], ids=repr)
def test_nothing_in_a_table_can_be_changed_in_place(thing: Any) -> None:
    for field in dataclasses.fields(thing):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(thing, field.name, getattr(thing, field.name))


@pytest.mark.parametrize(
    "value", [0, -1, 2.5, 64.0, True, None, "64", LARGEST + 1, 10**5000, float("nan"), [64], {"a": 1}], ids=shown
)
def test_a_count_from_one_to_a_million_millions_is_one_and_anything_else_is_named(value: Any) -> None:
    text = said(lambda: preset("table1").with_field(2, "s1x1", value))
    assert text.startswith("fire2: s1x1 must be a whole number from 1 to 10^12, not ")
    assert len(text) < 120
    assert [dataclasses.replace(FIRE, s1x1=count).s1x1 for count in (1, LARGEST)] == [1, LARGEST]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Conv("c", 1, 1, padding=-1), "c: padding must be a whole number from 0 to 10^12, not -1"),
        (lambda: Conv("c", 1, 1, relu=1), "c: relu must be true or false, not 1"),  # type: ignore[arg-type]
        (lambda: Conv("c", 1, 1, bias="no"), "c: bias must be true or false, not 'no'"),  # type: ignore[arg-type]
        (lambda: MaxPool("p", ceil=None), "p: ceil must be true or false, not None"),  # type: ignore[arg-type]
        (lambda: AvgPool("p", stride=0), "p: stride must be a whole number from 1 to 10^12, not 0"),
        (
            lambda: Fire("f", 1, 1, 1, bypass="round"),  # type: ignore[arg-type]
            "f: bypass must be none, simple or complex, not 'round'",
        ),
        (
            lambda: Fire("f", 1, 1, 1, bypass=["simple"]),  # type: ignore[arg-type]
            "f: bypass must be none, simple or complex, not a list",
        ),
        (lambda: Dropout("d", 1.0), "d: p must be a share from 0 to below 1, not 1.0"),
        (lambda: Dropout("d", float("nan")), "d: p must be a share from 0 to below 1, not nan"),
        (lambda: Dropout("d", True), "d: p must be a share from 0 to below 1, not true"),
        (lambda: Softmax(""), "name: a layer needs a name"),
        (lambda: Softmax(" \u00a0"), "name: a layer needs a name"),
        (lambda: Softmax(5), "name: the name of a layer must be text, not 5"),  # type: ignore[arg-type]
        (lambda: LayerTable("", InputShape(), ()), "name: the network needs a name"),
        (lambda: InputShape(3, 0, 5), "input: height must be a whole number from 1 to 10^12, not 0"),
        (lambda: InputShape.parse("3x0x5"), "input: height must be a whole number from 1 to 10^12, not 0"),
        (lambda: Softmax("a" * 10_001), "name: a name may have 10,000 characters, this one has 10,001"),
        (
            lambda: preset("table1").with_field(2, "name", "fire3"),
            "fire3 name: 2 layers are named 'fire3'; give each a name of its own",
        ),
    ],
)
def test_a_wrong_field_is_told_in_one_sentence(make: Any, text: str) -> None:
    assert said(make) == text


@pytest.mark.parametrize("character", ["\n", "\x00", "\x1b", "\x85", "\u2028", "\u2029", "\ud800", "\ufffe"])
def test_what_would_break_a_line_or_a_file_cannot_be_in_a_name(character: str) -> None:
    text = said(lambda: Softmax(f"a{character}b"))
    assert f"U+{ord(character):04X} (position 2)" in text
    assert text.isprintable()


@pytest.mark.parametrize("name", ["🔥", "משפך", "a b", "<script>", "\u202eabc", "👨‍👩‍👧", "é" * 10_000])
def test_any_other_text_is_a_name(name: str) -> None:
    assert Softmax(name).name == name


def test_a_place_is_one_short_line_whatever_it_names_and_an_error_keeps_the_one_it_knows() -> None:
    place = str(Place(file="a\nb.toml", line=3, row="x" * 9_000, column="s1x1"))
    assert place == rf"a\nb.toml:3: {'x' * 59}… s1x1"
    endless = str(Place(file="begin" + "x" * 5_000 + "end.toml", line=3))
    assert (len(endless), endless[:8], endless[-13:]) == (402, "beginxxx", "xxxend.toml:3")
    error = SqueezevizError("no", Place(row="fire2")).at(file="a.toml", line=4, row="fire3")
    assert str(error) == "a.toml:4: fire2: no"


@given(st.one_of(st.integers(), st.text(), st.floats(), st.binary(), st.lists(st.integers()), st.integers(10**4000)))
def test_a_quoted_value_is_short_and_one_line(value: object) -> None:
    assert len(shown(value)) <= 40
    assert plain(shown(value)) == shown(value)


@given(tables(), st.data())
def test_edits_share_every_other_row_and_can_be_taken_back(table: LayerTable, data: st.DataObject) -> None:
    row = Softmax(table.free_name("softmax"))
    index, to = (data.draw(st.integers(0, len(table.layers))) for _ in "ab")
    longer = table.inserted(index, row)
    assert longer.layers[index] is row
    copy = LayerTable(table.name, dataclasses.replace(table.input), tuple(map(dataclasses.replace, table.layers)))
    assert copy == table and hash(copy) == hash(table)
    assert longer.removed(index) == table
    renamed = longer.with_field(index, "name", longer.free_name("other"))
    assert renamed.removed(index) == table and renamed.layers[index] != row
    assert all(one is other for one, other in zip(renamed.removed(index).layers, table.layers, strict=True))
    moved = longer.moved(index, to)
    assert moved.layers[to] is longer.layers[index]
    assert moved.moved(to, index) == longer
    gathered = longer.gathered({index, to}, to)
    assert sorted(map(id, gathered.layers)) == sorted(map(id, longer.layers))


def test_a_row_that_is_not_there_is_a_bug_of_ours() -> None:
    table = preset("table1")
    with pytest.raises(IndexError):
        table.with_layer(15, FIRE)
    with pytest.raises(KeyError):
        table.index_of("fire1")


def test_a_free_name_counts_on() -> None:
    names = [preset("table1").free_name(stem) for stem in ("fire", "softmax", "conv")]
    assert names == ["fire10", "softmax1", "conv11"]
    crowded = LayerTable("n", InputShape(), (Softmax("a999999999"), Softmax("a1000000000")))
    assert crowded.free_name("a") == "a1000000001"


def test_a_bypass_may_be_given_by_its_word() -> None:
    assert preset("table1").with_field(2, "bypass", "simple") == preset("table1").with_field(2, "bypass", Bypass.SIMPLE)


@pytest.mark.parametrize(
    "text", ["3x224x192", "3X224X192", "3×224×192", " 3 x 224 x 192 ", "3,224,192", "3, 224, 192", "3 224 192",
             "(3, 224, 192)", "[3,224,192]", "3*224*192"],
)  # fmt: skip
def test_an_input_is_read_however_it_is_written(text: str) -> None:
    assert InputShape.parse(text) == InputShape(3, 224, 192)


@pytest.mark.parametrize(
    "text", ["", "224", "224x224", "3x224x224x1", "3x224x", "axbxc", "3x2.5x4", "-3x4x5", "３x4x5", "3xx4"]
)
def test_another_input_is_refused_with_an_example(text: str) -> None:
    assert said(lambda: InputShape.parse(text)) == (
        f"input: an input is channels x height x width, such as 3x227x227, not {text!r}"
    )


@given(st.builds(InputShape, *[st.integers(1, LARGEST)] * 3))
def test_an_input_is_read_as_it_is_shown(shape: InputShape) -> None:
    assert InputShape.parse(str(shape)) == shape
