"""A network set in columns: the same modules in the same order, side by side, and as large as they can be."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from placed import fires, overlapping, points_along, within
from preset_tables import PRESETS, network, preset
from strategies import tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.layout.wrapping import ON_SCREEN, wrap
from squeezeviz.figure.scene.diagram import Diagram, Direction, Module, Rect, Size
from squeezeviz.model.table import LayerTable

both_directions = pytest.mark.parametrize("direction", Direction)


def columns(diagram: Diagram) -> list[range]:
    starts = [column.start for column in diagram.columns] or [0]
    return [range(*span) for span in pairwise([*starts, len(diagram.modules)])]


def zoom(diagram: Diagram, room: Size) -> float:
    return min(room.width / diagram.width, room.height / diagram.height)


def unplaced(module: Module) -> Module:
    return module._replace(rect=Rect(0, 0, module.rect.width, module.rect.height))


def assert_wrapped(plain: Diagram, room: Size) -> Diagram:
    """The network in columns, which is the one that was given, tidy, and no smaller than it was."""
    diagram = wrap(plain, room, ON_SCREEN)
    way, page = diagram.direction, Rect(0, 0, diagram.width, diagram.height)
    assert [unplaced(each) for each in diagram.modules] == [unplaced(each) for each in plain.modules]
    assert overlapping([(str(each.key)[:60], each.rect) for each in diagram.modules]) == []
    assert [(mark.depth, mark.layer) for mark in diagram.ruler] == [(mark.depth, mark.layer) for mark in plain.ruler]
    assert len(diagram.links) == len(plain.links)
    for link, (before, after) in zip(diagram.links, pairwise(diagram.modules), strict=True):
        assert link.points[0] == pytest.approx(before.end)
        assert link.points[-1] == pytest.approx(after.start)
        for point in points_along(link):
            assert not any(each.rect.contains(*point) for each in diagram.modules if each not in (before, after))
    if not diagram.columns:
        assert diagram == plain
        return diagram
    assert all(within(module.rect, page) for module in diagram.modules)
    for mark in diagram.ruler:
        module = next(each for each in diagram.modules if each.key.layer == mark.layer)
        along = way.along(module.rect)
        assert along <= mark.position <= along + way.length(module.rect)
        assert diagram.modules.index(module) in columns(diagram)[mark.column]
        assert diagram.rulers[mark.column] < way.across(module.rect)
    heads = {round(way.along(diagram.modules[places[0]].rect), 6) for places in columns(diagram)}
    assert len(heads) == 1
    return diagram


@both_directions
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_set_in_columns_opened_and_closed_for_panes_of_any_shape(
    name: str, direction: Direction
) -> None:
    for collapsed in (frozenset(), fires(network(name))):
        plain = build_diagram(network(name), DiagramOptions(direction, collapsed))
        for room in (Size(1390, 730), Size(720, 700), Size(400, 650), Size(2800, 300), Size(1, 1)):
            assert_wrapped(plain, room)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(tables(), st.sampled_from(PRESETS).map(preset)),
    st.sampled_from(list(Direction)),
    st.sets(st.integers(0, 13)),
    st.builds(Size, st.floats(1, 4000), st.floats(1, 4000)),
)
def test_any_table_is_set_in_columns_for_any_pane(
    table: LayerTable, direction: Direction, closed: set[int], room: Size
) -> None:
    names = frozenset(layer.name for row, layer in enumerate(table.layers) if row in closed)
    assert_wrapped(build_diagram(resolve(table), DiagramOptions(direction, names)), room)


def test_all_of_squeezenet_can_be_read_beside_nothing_and_with_closed_fires_beside_the_table() -> None:
    """The smallest words, of 11.5 units, are about 9 pixels or more: at 1440 × 900 on the screen."""
    alone, beside = Size(1400, 740), Size(720, 690)
    whole = assert_wrapped(build_diagram(network("table1")), alone)
    assert [diagram.start for diagram in whole.columns] == [0, 5, 8, 10]
    assert 11.5 * zoom(whole, alone) >= 9
    closed = build_diagram(network("table1"), DiagramOptions(collapsed=fires(network("table1"))))
    assert 11.5 * zoom(assert_wrapped(closed, beside), beside) >= 9


def test_as_many_columns_as_make_it_largest() -> None:
    plain, room = build_diagram(network("table1")), Size(1390, 730)
    best = zoom(wrap(plain, room, ON_SCREEN), room)
    for shape in (Size(500, 730), Size(900, 730), Size(2200, 730), Size(3000, 730)):
        assert zoom(wrap(plain, shape, ON_SCREEN), room) <= best + 1e-9


def test_a_network_that_is_largest_in_one_column_stays_as_it_is() -> None:
    plain = build_diagram(network("table1"))
    assert wrap(plain, Size(100, 4000), ON_SCREEN) is plain
    assert wrap(plain, Size(0, 700), ON_SCREEN) is plain
    empty = build_diagram(resolve(LayerTable("nothing", preset("table1").input, ())))
    assert wrap(empty, Size(800, 700), ON_SCREEN).columns == ()
