"""The depth ruler counts weighted steps along the network, the two expands as one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from placed import boxes_on_page, fires
from preset_tables import PRESETS, network
from strategies import tables

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Diagram, Direction, Key
from squeezeviz.model.table import LayerTable

both_directions = pytest.mark.parametrize("direction", list(Direction))


def counts(diagram: Diagram) -> list[int]:
    return [mark.depth for mark in diagram.ruler if mark.depth is not None]


@both_directions
@pytest.mark.parametrize("name", PRESETS)
def test_it_goes_from_1_to_18_with_every_fire_opened(name: str, direction: Direction) -> None:
    diagram = build_diagram(network(name), DiagramOptions(direction))
    assert counts(diagram) == list(range(1, 19))


def test_a_closed_fire_shows_its_last_count_alone() -> None:
    resolved = network("table1")
    diagram = build_diagram(resolved, DiagramOptions(collapsed=fires(resolved)))
    assert counts(diagram) == [1, 3, 5, 7, 9, 11, 13, 15, 17, 18]


def test_pools_and_dropout_add_nothing() -> None:
    marks = [mark for mark in build_diagram(network("table1")).ruler if mark.depth is None]
    assert [(mark.layer, mark.note) for mark in marks] == [
        (name, "+0") for name in ("maxpool1", "maxpool4", "maxpool8", "dropout9", "avgpool10")
    ]


def test_only_the_expands_are_said_to_be_side_by_side() -> None:
    marks = build_diagram(network("complex-bypass")).ruler
    noted = [mark.depth for mark in marks if mark.note == "side by side: one step"]
    assert noted == [3, 5, 7, 9, 11, 13, 15, 17]


@both_directions
def test_a_mark_stands_at_the_box_that_makes_the_step(direction: Direction) -> None:
    diagram = build_diagram(network("table1"), DiagramOptions(direction))
    middles = {
        box.key: rect.y + rect.height / 2 if direction is Direction.DOWN else rect.x + rect.width / 2
        for box, rect in boxes_on_page(diagram)
    }
    at = {mark.depth: mark.position for mark in diagram.ruler}
    assert at[1] == middles[Key("conv1")]
    assert at[2] == middles[Key("fire2", "squeeze1x1")]
    assert at[3] == middles[Key("fire2", "expand1x1")] == middles[Key("fire2", "expand3x3")]
    assert at[18] == middles[Key("conv10")]


@both_directions
@given(table=tables())
@settings(max_examples=40)
def test_any_table_is_counted_to_its_depth_in_order(direction: Direction, table: LayerTable) -> None:
    resolved = resolve(table)
    diagram = build_diagram(resolved, DiagramOptions(direction))
    assert counts(diagram) == list(range(1, resolved.depth.value + 1))
    positions = [mark.position for mark in diagram.ruler]
    assert positions == sorted(positions)
    closed = counts(build_diagram(resolved, DiagramOptions(direction, fires(resolved))))
    assert closed[-1:] == counts(diagram)[-1:]


@both_directions
def test_the_ruler_and_its_notes_stand_clear_of_the_network(direction: Direction) -> None:
    diagram = build_diagram(network("complex-bypass"), DiagramOptions(direction))
    nearest = min(module.rect.x if direction is Direction.DOWN else module.rect.y for module in diagram.modules)
    assert diagram.ruler_at + (88 if direction is Direction.DOWN else 40) <= nearest
