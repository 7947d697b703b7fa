"""Section 5 of the paper: metaparameters to Fire rows, and back."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any
from unittest.mock import patch

import pytest
from bounds import at_most
from calls import calls_of
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from preset_tables import PRESETS, preset
from strategies import tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.model import layers
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.layers import Bypass, Conv, Fire, GlobalAvgPool, MaxPool
from squeezeviz.model.table import InputShape, LayerTable
from squeezeviz.paper.metaparameters import SQUEEZENET, Followed, Metaparameters, followed, rewritten
from squeezeviz.paper.metaparameters_fit import fire_filters
from squeezeviz.paper.reference import FIGURE_POINTS, FigurePoint, printed_for

TABLE1 = preset("table1")
SHARES = st.builds(Fraction, st.integers(1, 99), st.sampled_from([100, 125, 128, 144]))
METAPARAMETERS = st.builds(
    Metaparameters,
    st.integers(2, 300),
    st.integers(0, 200),
    st.integers(1, 12),
    st.one_of(SHARES, st.fractions(Fraction(1, 1000), 2, max_denominator=1000)),
    SHARES,
    st.integers(1, 16),
)


def fires(table: LayerTable) -> list[Fire]:
    return [layer for layer in table.layers if isinstance(layer, Fire)]


def what_follows(table: LayerTable, like: Metaparameters | None = None) -> Followed:
    found = followed(table, like)
    assert found is not None
    return found


@pytest.mark.parametrize("point", FIGURE_POINTS, ids=lambda point: point.id)
def test_every_point_of_figure_3_has_the_reference_parameters_and_is_recovered(point: FigurePoint) -> None:
    made = rewritten(TABLE1, point.metaparameters)
    assert resolve(made).parameters.value == point.parameters
    found = what_follows(made)
    assert (found.metaparameters, found.deviations) == (point.metaparameters, ())
    assert printed_for(resolve(made), found.metaparameters) is not None


def test_nothing_is_printed_for_a_network_with_bypasses_or_with_other_layers() -> None:
    assert printed_for(resolve(preset("squeezenet1_0")), SQUEEZENET) is FIGURE_POINTS[0]
    assert printed_for(resolve(preset("simple-bypass")), SQUEEZENET) is None
    assert printed_for(resolve(preset("squeezenet1_1")), SQUEEZENET) is None


@pytest.mark.parametrize(
    ("meta", "filters"),
    [
        # 130 · 0.25 = 32.5 and 150 · 0.25 = 37.5: a half goes up, and e1x1 is what remains.
        (Metaparameters(130, 10, 3, Fraction("0.1"), Fraction("0.25"), 8),
         [(13, 97, 33)] * 3 + [(14, 105, 35)] * 3 + [(15, 112, 38)] * 2),
        # A module keeps at least one filter of each kind.
        (Metaparameters(2, 0, 1, Fraction(1, 1000), Fraction(1, 100), 8), [(1, 1, 1)] * 8),
        (Metaparameters(3, 0, 1, Fraction(1, 1000), Fraction(99, 100), 8), [(1, 1, 2)] * 8),
    ],
)  # fmt: skip
def test_the_filters_are_the_paper_s_formula_rounded_to_whole_ones(
    meta: Metaparameters, filters: list[tuple[int, int, int]]
) -> None:
    assert [(fire.s1x1, fire.e1x1, fire.e3x3) for fire in fires(rewritten(TABLE1, meta))] == filters


def test_rows_keep_their_names_bypasses_and_flags_and_their_place() -> None:
    table = preset("simple-bypass").with_field(2, "relu", False).with_field(3, "name", "my fire")
    made = rewritten(table, dataclasses.replace(SQUEEZENET, sr=Fraction(1, 4)))
    for before, after in zip(table.layers, made.layers, strict=True):
        if isinstance(before, Fire):
            assert after == dataclasses.replace(before, s1x1=2 * before.s1x1)
        else:
            assert after is before


def test_more_fires_come_after_the_last_one_under_free_names_and_fewer_take_the_last_ones_away() -> None:
    made = rewritten(preset("complex-bypass"), dataclasses.replace(SQUEEZENET, count=10))
    names = [layer.name for layer in made.layers]
    assert names[names.index("fire9") :][:4] == ["fire9", "fire10", "fire11", "dropout9"]
    assert made.layers[names.index("fire11")] == Fire("fire11", 80, 320, 320)
    assert resolve(made).runs
    fewer = rewritten(TABLE1, dataclasses.replace(SQUEEZENET, count=6))
    assert [layer.name for layer in fires(fewer)] == [f"fire{number}" for number in range(2, 8)]
    assert what_follows(fewer).metaparameters == dataclasses.replace(SQUEEZENET, count=6)


def test_names_go_on_as_the_last_fire_is_named_meet_no_other_layer_and_leave_room_for_a_number() -> None:
    rows = (Fire("block7", 1, 2, 2), MaxPool("block8"), Conv("block10", 4, 1))
    made = rewritten(LayerTable("t", InputShape(), rows), dataclasses.replace(SQUEEZENET, count=4))
    assert [layer.name for layer in made.layers] == ["block7", "block11", "block12", "block13", "block8", "block10"]
    longest = LayerTable("t", InputShape(), (Fire("f" * 10_000, 1, 2, 2),))
    assert len(fires(rewritten(longest, dataclasses.replace(SQUEEZENET, count=3)))) == 3


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ((), 0),
        ((Conv("conv1", 96, 7, 2), MaxPool("pool1"), Conv("conv10", 1000, 1), GlobalAvgPool("pool10")), 2),
        ((Conv("conv1", 96, 7, 2), Conv("conv10", 1000, 1)), 1),
        ((GlobalAvgPool("pool"),), 0),
    ],
)
def test_a_table_without_fires_gets_them_where_a_squeezenet_has_them(rows: tuple[Conv, ...], place: int) -> None:
    table = LayerTable("t", InputShape(), rows)
    assert followed(table) is None
    made = rewritten(table, dataclasses.replace(SQUEEZENET, count=2))
    assert [layer.name for layer in made.layers[place : place + 2]] == ["fire1", "fire2"]
    assert (*made.layers[:place], *made.layers[place + 2 :]) == rows


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"base_e": 1}, "base e must be at least 2: each Fire module has an expand filter of either size, not 1"),
        ({"incr_e": -1}, "incr e must be at least 0"),
        ({"freq": 0}, "freq must be at least 1"),
        ({"count": 0}, "the number of Fire modules must be at least 1"),
        ({"base_e": 10**30}, "base e must be at most 2·10^12"),
        ({"sr": Fraction(0)}, "SR must be above 0"),
        ({"sr": Fraction(-1, 2)}, "SR must be above 0"),
        ({"pct3x3": Fraction(0)}, "pct 3x3 must be above 0 % and below 100 %"),
        ({"pct3x3": Fraction(1)}, "pct 3x3 must be above 0 % and below 100 %"),
    ],
)
def test_what_cannot_stand_is_refused_with_a_sentence(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(SqueezevizError, match=said.replace("^", r"\^")):
        dataclasses.replace(SQUEEZENET, **changed)


def test_numbers_too_large_for_a_table_and_too_many_modules_are_refused() -> None:
    with pytest.raises(SqueezevizError, match=r"fire6.*e1x1 must be a whole number from 1 to 10\^12"):
        rewritten(TABLE1, dataclasses.replace(SQUEEZENET, incr_e=10**12))
    with pytest.raises(SqueezevizError, match="at most 2,000 Fire modules, not 2001"):
        rewritten(TABLE1, dataclasses.replace(SQUEEZENET, count=2001))


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_follows_the_paper_s_metaparameters(name: str) -> None:
    assert what_follows(preset(name)) == Followed(SQUEEZENET, (), ())
    assert rewritten(preset(name), SQUEEZENET) == preset(name)


def test_rows_edited_by_hand_are_told_with_what_the_formula_gives() -> None:
    table = TABLE1.with_field(6, "s1x1", 24).with_field(9, "e3x3", 1)
    found = what_follows(table)
    assert found.metaparameters == SQUEEZENET
    assert found.deviating == ("fire5", "fire8")
    first, second = found.deviations
    assert (first.row, first.name, first.field, first.expected, first.actual) == (6, "fire5", "s1x1", 32, 24)
    assert (second.row, second.name, second.field, second.expected, second.actual) == (9, "fire8", "e3x3", 256, 1)
    assert rewritten(table, found.metaparameters) == TABLE1
    table = TABLE1.with_field(2, "e1x1", 100).with_field(3, "e1x1", 100).with_field(4, "s1x1", 1)
    assert what_follows(table).metaparameters == SQUEEZENET
    assert what_follows(table).deviating == ("fire2", "fire3", "fire4")


def test_rounded_numbers_are_told_and_edited_rows_are_not_among_them() -> None:
    table = rewritten(TABLE1, FIGURE_POINTS[5].metaparameters).with_field(3, "s1x1", 9)
    found = what_follows(table)
    assert found.deviating == ("fire3",)
    assert "fire3" not in {each.name for each in found.roundings}
    first = found.roundings[0]
    assert (first.row, first.name, first.field, first.exact, first.whole) == (2, "fire2", "e3x3", Fraction("1.28"), 1)


@pytest.mark.parametrize(
    "changed",
    [
        {"count": 1},
        {"count": 2},
        {"count": 3},
        {"incr_e": 0},
        *({"sr": Fraction(sr)} for sr in ("0.3", "0.33", "0.07", "0.9")),
    ],
)
def test_where_several_give_the_same_table_the_paper_s_and_the_shortest_shares_are_told(
    changed: dict[str, Any],
) -> None:
    meta = dataclasses.replace(SQUEEZENET, **changed)
    assert what_follows(rewritten(TABLE1, meta)).metaparameters == meta


def test_what_was_set_is_kept_where_it_makes_the_same_table() -> None:
    wanted = dataclasses.replace(SQUEEZENET, freq=20)
    table = rewritten(TABLE1, wanted)
    assert what_follows(table).metaparameters == dataclasses.replace(SQUEEZENET, incr_e=0)
    assert what_follows(table, wanted).metaparameters == wanted
    for row in (2, 3, 4, 6):  # half of the rows
        table = table.with_field(row, "s1x1", 20 + row)
        assert what_follows(table, wanted).metaparameters == wanted
    assert what_follows(TABLE1, wanted).metaparameters == SQUEEZENET
    close = dataclasses.replace(SQUEEZENET, sr=Fraction("0.126"))
    found = what_follows(rewritten(TABLE1, close), SQUEEZENET)
    assert (found.metaparameters, found.deviations) == (close, ())


@given(tables(), METAPARAMETERS)
@example(TABLE1, Metaparameters(3, 200, 3, Fraction(1, 2), Fraction(99, 100), 4))
def test_what_a_rewritten_table_follows_makes_the_same_table(table: LayerTable, meta: Metaparameters) -> None:
    made = rewritten(table, meta)
    assert len(fires(made)) == meta.count
    found = what_follows(made)
    assert found.deviations == ()
    assert rewritten(made, found.metaparameters) == made
    assert what_follows(made, meta).metaparameters == meta


@given(METAPARAMETERS.filter(lambda meta: meta.count >= 3), st.data())
def test_no_more_rows_are_said_to_deviate_than_were_edited(meta: Metaparameters, data: st.DataObject) -> None:
    made = rewritten(TABLE1, meta)
    rows = [row for row, layer in enumerate(made.layers) if isinstance(layer, Fire)]
    edited = data.draw(st.lists(st.sampled_from(rows), unique=True, max_size=(len(rows) - 1) // 2))
    for row in edited:
        field = data.draw(st.sampled_from(["s1x1", "e1x1", "e3x3"]))
        made = made.with_field(row, field, data.draw(st.integers(1, 600)))
    found = what_follows(made)
    assert len(found.deviating) <= len(edited)
    mended = rewritten(made, found.metaparameters)
    assert what_follows(mended).deviations == ()


@given(tables())
def test_any_table_is_told_as_it_is(table: LayerTable) -> None:
    found = followed(table)
    assert (found is None) is (not fires(table))
    assume(found is not None)
    assert found
    mended = rewritten(table, found.metaparameters)
    for each in found.deviations:
        assert getattr(table.layers[each.row], each.field) == each.actual
        assert getattr(mended.layers[each.row], each.field) == each.expected
    different = {layer.name for layer, other in zip(table.layers, mended.layers, strict=True) if layer != other}
    assert set(found.deviating) == different
    for rounding in found.roundings:
        assert getattr(table.layers[rounding.row], rounding.field) == rounding.whole != rounding.exact


@settings(max_examples=30)
@given(st.lists(st.tuples(*[st.sampled_from([1, 2, 10**12 - 1, 10**12])] * 3), min_size=1, max_size=12))
def test_the_largest_numbers_of_a_table_are_followed_without_fail(filters: list[tuple[int, int, int]]) -> None:
    rows = tuple(Fire(f"fire{place}", *each) for place, each in enumerate(filters))
    found = what_follows(LayerTable("t", InputShape(), rows))
    assert len(found.deviating) < len(rows)


def test_a_thousand_fires_that_follow_nothing_are_told_in_bounded_time() -> None:
    rows = tuple(Fire(f"f{n}", n * n % 997 + 1, n * 7919 % 1009 + 1, n * 104729 % 1013 + 1) for n in range(1000))
    table = LayerTable("t", InputShape(), rows)
    with at_most(2):
        found = what_follows(table)
    assert len(found.deviating) < 1000


def test_rows_with_as_many_expand_filters_are_worked_out_once() -> None:
    expands = [64 + 2 * (place // 50) for place in range(1000)]
    table = LayerTable("t", InputShape(), tuple(Fire(f"f{n}", 16, each, each) for n, each in enumerate(expands)))
    with patch("squeezeviz.paper.metaparameters.fire_filters", wraps=fire_filters) as worked_out:
        what_follows(table, dataclasses.replace(SQUEEZENET, base_e=128, incr_e=4, freq=50))
    assert worked_out.call_count <= 2 * len(set(expands))


def test_a_simple_bypass_that_becomes_impossible_is_kept_for_the_window_to_explain() -> None:
    made = rewritten(preset("simple-bypass"), dataclasses.replace(SQUEEZENET, freq=1))
    assert fires(made)[1].bypass is Bypass.SIMPLE
    assert not resolve(made).runs


def test_what_fires_alike_but_for_their_names_become_is_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fires = tuple(Fire(f"fire{number}", 19, 71, 71) for number in range(100))
    table = LayerTable("alike", InputShape(), fires)
    checks = calls_of(monkeypatch, layers, "_check_compression")
    wanted = Metaparameters(128, 64, 50, Fraction(1, 8), Fraction(1, 2), len(fires))
    changed = rewritten(table, wanted)
    assert len(checks) == 2, "the first fifty, and the wider ones"
    assert [layer.name for layer in changed.layers] == [fire.name for fire in fires]
    assert changed.layers[0] == Fire("fire0", 16, 64, 64)
    assert changed.layers[99] == Fire("fire99", 24, 96, 96)
