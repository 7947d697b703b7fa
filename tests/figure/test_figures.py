"""What a figure shows: some rows of the network, more or less beside each name, as close as paper wants, and depth."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from placed import boxes_on_page, fires
from preset_tables import PRESETS, network, preset
from strategies import tables

from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.figure.drawing.draw import draw_diagram
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import ENTRY_KEY, INPUT_KEY, Diagram, Direction, Key, Role
from squeezeviz.figure.theme.look import (
    FIGURE,
    NONE,
    PAPER,
    USUAL,
    WORDS,
    Annotations,
    Rows,
    annotations_named,
    rows_named,
)  # fmt: skip
from squeezeviz.figure.theme.metrics import texts
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.figure.writers.figure import broken
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.table import LayerTable

both_directions = pytest.mark.parametrize("direction", list(Direction))
every_preset = pytest.mark.parametrize("name", PRESETS)


def words(diagram: Diagram) -> list[str]:
    return [text.text for text in texts(draw_diagram(diagram, LIGHT))]


def built(name: str = "table1", **options: object) -> Diagram:
    return build_diagram(network(name), DiagramOptions(**{"spacing": FIGURE, **options}))  # type: ignore[arg-type]


def test_unless_said_a_figure_is_what_the_window_shows() -> None:
    assert DiagramOptions().annotations == USUAL
    assert words(built()) == words(built(annotations=annotations_named("shapes,filters,kinds,depth,totals,legend")))


@pytest.mark.parametrize(
    ("switch", "gone"),
    [("shapes", "96 × 111 × 111"), ("filters", "96 filters"), ("kinds", "ReLU"), ("depth", "one step"),
     ("totals", "depth +2")],
)  # fmt: skip
def test_what_is_switched_off_is_gone_and_its_room_closes(switch: str, gone: str) -> None:
    whole, less = built(), built(annotations=USUAL._replace(**{switch: False}))
    assert any(gone in each for each in words(whole))
    assert not any(gone in each for each in words(less))
    assert less.width * less.height < whole.width * whole.height or switch in ("kinds", "totals")


@pytest.mark.parametrize(
    ("switch", "there"), [("parameters", "14,208 params"), ("macs", "174 M multiply-adds"), ("field", "RF 7 px")]
)
def test_what_is_switched_on_stands_in_every_box_that_has_it(switch: str, there: str) -> None:
    more = words(built(annotations=USUAL._replace(**{switch: True})))
    assert any(there in each for each in more)
    assert not any(there in each for each in words(built()))


def test_the_receptive_field_of_equal_modules_is_each_their_own() -> None:
    told = [each for each in words(built(annotations=Annotations(field=True))) if "RF" in each]
    closed = built(collapsed=fires(network("table1")), annotations=Annotations(field=True))
    of_fires = [module.boxes[0].detail for module in closed.modules if module.role is Role.FIRE]
    assert len(set(of_fires)) == len(of_fires) == 8
    assert len(told) > 20


def test_none_leaves_the_names_alone() -> None:
    shown = words(built(annotations=NONE, collapsed=fires(network("table1"))))
    assert shown == ["input image", *(layer.name for layer in preset("table1").layers)]


@pytest.mark.parametrize("text", ["shapes, nonsense", "", ",", "SHAPES"])
def test_an_unknown_annotation_is_answered_with_those_there_are(text: str) -> None:
    with pytest.raises(SqueezevizError) as refused:
        annotations_named(text)
    assert all(name in refused.value.message for name in WORDS)


@pytest.mark.parametrize(
    ("text", "rows"),
    [("fire2", (2, 2)), ("fire2:fire4", (2, 4)), ("fire2,fire3", (2, 3)), ("fire3, fire2 ,", (2, 3)),
     (":maxpool1", (0, 1)), ("conv10:", (13, 14)), ("fire2:fire2", (2, 2))],
)  # fmt: skip
def test_rows_are_named(text: str, rows: tuple[int, int]) -> None:
    assert rows_named(preset("table1"), text) == rows


@pytest.mark.parametrize(
    ("text", "says"),
    [("fire2,fire4", "'fire3' stands between"), ("fire4:fire2", "stands before"), ("fire99", "no layer 'fire99'"),
     ("", "name the rows"), ("fire2:nix", "no layer 'nix'")],
)  # fmt: skip
def test_rows_that_cannot_be_shown_are_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(SqueezevizError, match=says):
        rows_named(preset("table1"), text)


@pytest.mark.parametrize("name", ["a:b", "a,b", ":", "fire2:fire3"])
def test_a_name_with_our_signs_in_it_is_still_a_name(name: str) -> None:
    table = preset("table1")
    layers = (*table.layers[:2], replace(table.layers[2], name=name), *table.layers[3:])
    assert rows_named(replace(table, layers=layers), name) == (2, 2)


def test_a_part_of_the_network_says_what_flows_in_and_counts_depth_on() -> None:
    part = built(rows=Rows(2, 4))
    assert [module.key.layer for module in part.modules[1:]] == ["fire2", "fire3", "fire4"]
    entry = part.modules[0].boxes[0]
    assert (part.modules[0].key, entry.title, entry.detail) == (ENTRY_KEY, "from maxpool1", "96 × 55 × 55")
    assert [mark.depth for mark in part.ruler] == [2, 3, 4, 5, 6, 7]
    assert [module.row for module in part.modules] == [-1, 2, 3, 4]
    assert part.links[0].full.startswith("96 × 55 × 55")


def test_a_part_from_the_first_row_begins_with_the_image() -> None:
    assert built(rows=Rows(0, 2)).modules[0].key == INPUT_KEY


def failing() -> ResolvedNetwork:
    resolved = resolve(preset("table1").with_field(5, "kernel", 99))
    assert resolved.problems
    return resolved


@pytest.mark.parametrize("rows", [Rows(0, 1), Rows(0, 14), Rows(13, 14)])
def test_a_part_of_a_network_that_stops_tells_so_where_it_does(rows: Rows) -> None:
    resolved = failing()
    diagram = build_diagram(resolved, DiagramOptions(rows=rows))
    stops = resolved.problems[0].row
    assert stops is not None
    assert (diagram.modules[-1].role is Role.PROBLEM) is (stops <= rows.last)
    assert len(diagram.links) == len(diagram.modules) - 1


@pytest.mark.parametrize("count", [2, 3, 4, 15])
def test_lines_hold_every_row_once_and_in_order(count: int) -> None:
    options = DiagramOptions(Direction.RIGHT, spacing=PAPER)
    lines = broken(build_diagram(network("table1"), options), options, count)
    rows = [row for line in lines if line.rows for row in range(line.rows.first, line.rows.last + 1)]
    assert rows == list(range(15))
    assert len(lines) <= count


def test_a_long_line_leaves_the_others_full() -> None:
    options = DiagramOptions(Direction.RIGHT, fires(network("table1")) - {"fire2"}, spacing=PAPER)
    whole = build_diagram(network("table1"), options)
    lines = [build_diagram(network("table1"), line).width for line in broken(whole, options, 4)]
    assert min(lines[:-1]) > 0.8 * max(lines)


def test_on_paper_boxes_in_a_column_are_equally_wide_and_nothing_is_for_the_mouse() -> None:
    diagram = built(collapsed=fires(network("table1")), spacing=PAPER)
    widths = {module.boxes[0].rect.width for module in diagram.modules}
    assert len(widths) == 1
    assert not any(module.toggle for module in diagram.modules)
    assert diagram.width < built(collapsed=fires(network("table1"))).width * 0.75


def test_to_the_right_a_line_on_paper_is_less_than_half_as_long() -> None:
    closed = fires(network("table1"))
    wide = built(direction=Direction.RIGHT, collapsed=closed)
    assert built(direction=Direction.RIGHT, collapsed=closed, spacing=PAPER).width < wide.width / 2


def test_a_box_knows_all_of_its_lines() -> None:
    (conv,) = built(direction=Direction.RIGHT, spacing=PAPER).modules[1].boxes
    assert (conv.title, conv.detail, *conv.more) == ("conv1", "7×7/2", "96 filters", "96×111×111", "ReLU")


# The depth ruler counts weighted steps along the network, the two expands as one


def counts(diagram: Diagram) -> list[int]:
    return [mark.depth for mark in diagram.ruler if mark.depth is not None]


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
