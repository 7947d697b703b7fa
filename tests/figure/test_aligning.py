"""Two networks side by side: what they share stands level, in one column or several, and nothing lies on anything."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import fires, overlapping
from preset_tables import preset
from strategies import edited, tables

from squeezeviz.analysis.difference import Difference, compare
from squeezeviz.figure.layout.aligning import aligned, level_places
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.layout.wrapping import ON_SCREEN, wrap
from squeezeviz.figure.scene.diagram import Diagram, Direction, Size
from squeezeviz.figure.theme.look import SCREEN
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import LayerTable

both_directions = pytest.mark.parametrize("direction", Direction)


def side_by_side(found: Difference, direction: Direction, closed: bool = False) -> tuple[Diagram, Diagram]:
    """Both networks, level, and as every such pair: in order, apart, with their lines and rulers where they lead."""
    first, second = (
        build_diagram(each, DiagramOptions(direction, fires(each) if closed else frozenset()))
        for each in (found.baseline, found.present)
    )
    pair, level = (first, second), level_places(found, first, second)
    both = aligned(first, second, level, SCREEN)
    way = direction
    for before, diagram in zip(pair, both, strict=True):
        assert [module.key for module in diagram.modules] == [module.key for module in before.modules]
        for one, other in pairwise(diagram.modules):
            assert way.along(other.rect) - way.along(one.rect) - way.length(one.rect) > SCREEN.gap - 0.01
        for link, (one, other) in zip(diagram.links, pairwise(diagram.modules), strict=True):
            assert link.points[0] == pytest.approx(one.end) and link.points[-1] == pytest.approx(other.start)
        places = {module.key.layer: (module, was) for module, was in zip(diagram.modules, before.modules, strict=True)}
        for mark, old in zip(diagram.ruler, before.ruler, strict=True):
            module, was = places[mark.layer]
            assert mark.position - way.along(module.rect) == pytest.approx(old.position - way.along(was.rect))
        assert {round(way.across(module.start), 6) for module in diagram.modules} == {
            round(way.across(both[0].modules[0].start), 6)
        }
    for place, target in level.items():
        assert way.along(both[0].modules[place].rect) == way.along(both[1].modules[target].rect)
    return both


@both_directions
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "open"])
def test_the_rows_that_1_0_and_1_1_share_stand_level_and_a_pool_that_moved_has_room_beside_it(
    direction: Direction, closed: bool
) -> None:
    found = compare(preset("squeezenet1_0"), preset("squeezenet1_1"))
    first, second = side_by_side(found, direction, closed)
    places = [{module.key.layer: direction.along(module.rect) for module in each.modules} for each in (first, second)]
    shared = [name for name in places[0] if name in places[1]]
    assert len(shared) == 14
    assert all(places[0][name] == places[1][name] for name in shared)
    between = places[1]["maxpool3"]
    assert places[0]["fire3"] < between < places[0]["fire4"] and between not in places[0].values()


@both_directions
@given(before=tables(), after=tables())
@settings(max_examples=30)
def test_any_two_networks_stand_level(direction: Direction, before: LayerTable, after: LayerTable) -> None:
    side_by_side(compare(before, after), direction)


@both_directions
@given(data=st.data(), room=st.tuples(st.integers(60, 1600), st.integers(60, 1200)))
@settings(max_examples=30)
def test_in_columns_too_they_stand_level_and_begin_their_columns_with_the_same_rows(
    direction: Direction, data: st.DataObject, room: tuple[int, int]
) -> None:
    before = data.draw(tables(20))
    found = compare(before, data.draw(st.one_of(edited(before), tables(20))))
    pair = side_by_side(found, direction)
    level = level_places(found, *pair)
    size = Size(*room)
    both = wrap(pair[0], size, ON_SCREEN, beside=pair[1]), wrap(pair[1], size, ON_SCREEN, beside=pair[0])
    for place, target in level.items():
        one, other = both[0].modules[place], both[1].modules[target]
        assert direction.along(one.rect) == pytest.approx(direction.along(other.rect))
        assert direction.across(one.start) == pytest.approx(direction.across(other.start))
    for diagram in both:
        assert overlapping([(str(each.key)[:60], each.rect) for each in diagram.modules]) == []
    assert bool(both[0].columns) == bool(both[1].columns)
    if both[0].columns and both[1].columns:
        assert (both[0].width, both[0].height) == (both[1].width, both[1].height)


def test_a_column_that_one_of_them_has_nothing_in_stays_empty() -> None:
    short = preset("table1").removed(*range(3, 13))
    longer = short
    for number in range(30):
        longer = longer.inserted(3 + number, Fire(f"more{number}", 16, 64, 64))
    found = compare(short, longer)
    first, second = side_by_side(found, Direction.DOWN)
    room = Size(1600, 500)
    one, other = wrap(first, room, ON_SCREEN, beside=second), wrap(second, room, ON_SCREEN, beside=first)
    assert len(one.columns) < len(other.columns)
    assert (one.columns[0].side, one.columns[-1].side) == (other.columns[0].side, other.columns[-1].side)
    assert {module.key.layer for module in one.modules} == {"", *(layer.name for layer in short.layers)}
