"""The lines of the graph can be pointed at, selected and walked, as its boxes can."""

import html
import time

import pytest
from bounds import slowness
from canvas_networks import click, long_network, open_canvas, press, spot, squeezenet, tool_tip, without
from hands import CTRL, LEFT, PLAIN, RIGHT, ask_for_a_menu, caught
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import resolve
from squeezeviz.explain.edges import explain_edge
from squeezeviz.figure.scene.diagram import INPUT_KEY, Diagram, Direction, Key
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.series import Series, edge_of
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.selection import Edge
from squeezeviz.model.layers import Bypass, Conv, Fire, MaxPool
from squeezeviz.model.table import InputShape, LayerTable

ARROWS = {
    Direction.DOWN: (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Left),
    Direction.RIGHT: (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Up),
}
"""With the flow, against it, and to its sides."""
FORK = (Key("fire2", "squeeze1x1"), Key("fire2", "expand3x3"))
LINK = (Key("conv1"), Key("maxpool1"))
ARC = (Key("fire3"), Key("fire3", "add"))


def bypassed(bypass: Bypass, *opened: str, direction: Direction = Direction.DOWN) -> Diagram:
    """Two Fire modules, the second with a bypass."""
    rows = (
        Conv("conv1", 128, 7, 2), MaxPool("maxpool1"), Fire("fire2", 16, 64, 64), Fire("fire3", 16, 64, 64, bypass),
        Conv("conv10", 10, 1),
    )  # fmt: skip
    return squeezenet(*opened, direction=direction, rows=rows)


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    """Table 1 with fire2 open, as large as beside the table."""
    return open_canvas(qtbot, squeezenet("fire2"), 700, 870)


def shown(view: GraphView, diagram: Diagram, zoom: float = 1.0) -> GraphView:
    view.set_diagram(diagram)
    while view.zoom > zoom * 1.01:
        view.zoom_out()
    return view


def every_edge(diagram: Diagram) -> set[Edge]:
    series = Series(diagram)
    return {edge_of(line) for place in range(len(series)) for line in series.lines_about(place)}


def test_a_click_on_a_line_selects_it_and_says_so_and_one_on_nothing_lets_it_go(view: GraphView) -> None:
    told = caught(view.edge_selected)
    click(view, spot(view, FORK))
    assert view.selected_edge == FORK and view.selected is None
    click(view, QPoint(view.viewport().width() - 4, 6))
    assert told == [FORK, None] and view.selected_edge is None


@pytest.mark.parametrize("aside", [-4, 4])
def test_a_click_may_miss_a_line_by_some_pixels_but_not_by_many(view: GraphView, aside: int) -> None:
    at = spot(view, LINK)
    assert view.edge_at(QPointF(at + QPoint(aside, 0))) == LINK
    assert view.edge_at(QPointF(at + QPoint(aside * 2, 0))) is None


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("bypass", Bypass)
@pytest.mark.parametrize("opened", [(), ("fire2", "fire3")], ids=["closed", "open"])
@pytest.mark.parametrize("zoom", [1.0, 0.5])
def test_every_line_can_be_hit_at_its_middle(
    view: GraphView, opened: tuple[str, ...], bypass: Bypass, direction: Direction, zoom: float
) -> None:
    diagram = bypassed(bypass, *opened, direction=direction)
    shown(view, diagram, zoom)
    for edge in every_edge(diagram):
        click(view, spot(view, edge))
        assert view.selected_edge == edge
    assert ARC in every_edge(diagram) or bypass is not Bypass.SIMPLE


@pytest.mark.parametrize(
    ("zoom", "network", "edge", "hit"),
    [
        (0.25, squeezenet("fire2"), LINK, True),
        (0.1, squeezenet("fire2"), LINK, True),
        (0.25, squeezenet("fire2"), FORK, False),
        (0.05, long_network(300), (Key("fire2"), Key("fire3")), False),
    ],
)
def test_a_line_is_hit_as_long_as_it_is_drawn(
    view: GraphView, zoom: float, network: Diagram, edge: Edge, hit: bool
) -> None:
    shown(view, network, zoom)
    assert view.edge_at(QPointF(spot(view, edge))) == (edge if hit else None)


def test_a_box_lies_over_a_line_and_a_line_over_its_fires_frame(view: GraphView) -> None:
    box = view.seen_rect(FORK[1])
    assert box is not None
    top = QPoint(round(box.center().x()), round(box.top()))
    click(view, top + QPoint(0, 2))
    assert (view.selected, view.selected_edge) == (FORK[1], None)
    click(view, top - QPoint(0, 4))
    assert (view.selected, view.selected_edge) == (None, FORK)
    click(view, top - QPoint(40, 4))
    assert (view.selected, view.selected_edge) == (Key("fire2"), None)


def test_a_box_and_a_line_are_never_selected_together(view: GraphView) -> None:
    told: list[object] = []
    view.selection_changed.connect(lambda key: told.append((key, view.selected_edge)))
    view.edge_selected.connect(told.append)
    view.select(FORK[0])
    view.select_edge(FORK)
    view.select(FORK[0])
    # The box goes before the line comes: what follows the first must not let the second go.
    assert told == [(FORK[0], None), (None, None), FORK, (FORK[0], None), None]


def test_no_box_leaves_a_line_selected_and_a_line_that_the_diagram_lacks_selects_none(view: GraphView) -> None:
    view.select_edge(LINK)
    view.select(None)
    assert view.selected_edge == LINK
    view.select_edge((Key("conv1"), Key("fire9")))
    assert view.selected_edge is None


def test_a_double_click_on_a_line_does_not_close_the_fire_around_it(view: GraphView) -> None:
    asked = caught(view.toggle_requested)
    QTest.mouseDClick(view.viewport(), LEFT, pos=spot(view, FORK))
    assert asked == []


def test_a_menu_on_a_line_is_asked_for_no_box(view: GraphView, qtbot: QtBot) -> None:
    at = spot(view, FORK)
    click(view, at, RIGHT)
    with qtbot.waitSignal(view.context_menu_requested) as told:
        ask_for_a_menu(view.viewport(), at)
    position = view.viewport().mapToGlobal(at)
    assert told.args == [None, position] and view.selected_edge == FORK
    with qtbot.waitSignal(view.context_menu_requested) as told:
        press(view, Qt.Key.Key_Menu)
    assert told.args[0] is None and (told.args[1] - position).manhattanLength() <= 2


@pytest.mark.parametrize(
    ("before", "edge", "after", "stays"),
    [
        (squeezenet("fire2"), FORK, without("fire5", "fire2"), True),
        (bypassed(Bypass.SIMPLE, "fire3"), ARC, bypassed(Bypass.SIMPLE), True),
        (squeezenet("fire2"), (Key("fire4"), Key("maxpool4")), without("fire4", "fire2"), False),
        (squeezenet("fire2"), FORK, squeezenet(), False),
    ],
    ids=["another layer went", "its Fire was closed around a bypass", "an end went", "its Fire was closed"],
)
def test_it_stays_selected_through_an_edit_that_leaves_its_ends(
    view: GraphView, before: Diagram, edge: Edge, after: Diagram, stays: bool
) -> None:
    view.set_diagram(before)
    view.select_edge(edge)
    told = caught(view.edge_selected)
    view.set_diagram(after)
    assert view.selected_edge == (edge if stays else None)
    assert told == ([] if stays else [None])


def pixels(view: GraphView, edge: Edge) -> list[str]:
    """The colours across the middle of a line that runs down, from 8 pixels left of it to 8 right."""
    view.viewport().repaint()
    at = spot(view, edge)
    image = view.grab().toImage()
    return [QColor(image.pixelColor(at + QPoint(shift, 0))).name() for shift in range(-8, 9)]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_selected_line_has_the_selections_colour_and_a_hovered_one_is_thicker(view: GraphView, theme: Theme) -> None:
    view.set_appearance(Appearance(theme))
    QTest.mouseMove(view.viewport(), QPoint(4, 4))
    thin = [colour for colour in pixels(view, LINK) if colour != theme.page]
    QTest.mouseMove(view.viewport(), spot(view, LINK))
    thicker = [colour for colour in pixels(view, LINK) if colour != theme.page]
    assert len(thin) < len(thicker) and theme.link in thicker
    view.select_edge(LINK)
    assert theme.selection in pixels(view, LINK) and theme.link not in pixels(view, LINK)


def test_the_mouse_over_a_line_marks_no_box(view: GraphView) -> None:
    at = spot(view, FORK)
    frame = view.seen_rect(Key("fire2"))
    assert frame is not None
    corner = QPoint(round(frame.left()) - 2, round(frame.center().y()))
    QTest.mouseMove(view.viewport(), at)
    assert view.grab().toImage().pixelColor(corner).name() != LIGHT.hover
    QTest.mouseMove(view.viewport(), frame.bottomRight().toPoint() - QPoint(12, 12))
    assert view.grab().toImage().pixelColor(corner).name() == LIGHT.hover


@pytest.mark.parametrize(
    ("edge", "said"),
    [
        (
            FORK,
            "squeeze1x1 → expand3x3 in fire2<br>16 × 55 × 55<br>48,400 values<br>Both expands read this same tensor",
        ),
        (LINK, "conv1 → maxpool1<br>96 × 111 × 111<br>"),
        ((INPUT_KEY, Key("conv1")), "input → conv1<br>"),
        ((Key("fire2"), FORK[0]), "maxpool1 → squeeze1x1<br>96 × 55 × 55<br>"),
        ((Key("fire2", "concat"), Key("fire2")), "concat → fire3<br>128 × 55 × 55<br>"),
    ],
)
def test_the_tool_tip_says_who_makes_and_who_takes_what_flows_across_a_fires_edge_too(
    view: GraphView, edge: Edge, said: str
) -> None:
    assert html.unescape(tool_tip(view, spot(view, edge))).partition("pre'>")[2].startswith(said)


@pytest.mark.parametrize("bypass", Bypass)
@pytest.mark.parametrize("opened", [(), ("fire2", "fire3")], ids=["closed", "open"])
def test_the_explanation_of_every_line_has_the_shape_that_its_tool_tip_has(
    opened: tuple[str, ...], bypass: Bypass
) -> None:
    rows = (Conv("conv1", 100, 7, 2), Fire("fire2", 16, 64, 64), Fire("fire3", 8, 64, 64, bypass), Conv("conv4", 10, 1))
    series = Series(squeezenet(*opened, rows=rows))
    network = resolve(LayerTable("other", InputShape(), rows))
    for place in range(len(series)):
        for line in series.lines_about(place):
            section = explain_edge(network, *edge_of(line)).sections[0]
            assert section.heading == line.full.partition(";")[0], edge_of(line)


def test_the_selected_line_is_described_for_a_screen_reader(view: GraphView) -> None:
    view.select_edge(FORK)
    assert "Selected line: squeeze1x1 → expand3x3 in fire2; 16 × 55 × 55" in view.accessibleDescription()


ONWARD, BACK, FARTHER, NEARER = range(4)
WALK = [
    (ONWARD, CTRL, LINK),
    (ONWARD, PLAIN, Key("maxpool1")),
    (BACK, CTRL, LINK),
    (BACK, PLAIN, Key("conv1")),
    (None, PLAIN, FORK[0]),
    (FARTHER, CTRL, FORK),
    (NEARER, CTRL, (FORK[0], Key("fire2", "expand1x1"))),
    (ONWARD, CTRL, (Key("fire2", "expand1x1"), Key("fire2", "concat"))),
    (ONWARD, PLAIN, Key("fire2", "concat")),
    (ONWARD, CTRL, (Key("fire2", "concat"), Key("fire2"))),
    (ONWARD, PLAIN, Key("fire3")),
]
"""From conv1 on: which arrow with or without Ctrl (None: a jump) comes to which box or line."""


@pytest.mark.parametrize("direction", Direction)
def test_ctrl_and_an_arrow_follow_the_lines_and_a_plain_arrow_goes_on_to_the_box(
    view: GraphView, direction: Direction
) -> None:
    shown(view, squeezenet("fire2", direction=direction))
    view.select(Key("conv1"))
    for way, modifier, reached in WALK:
        if way is None:
            assert isinstance(reached, Key)
            view.select(reached)
        else:
            press(view, ARROWS[direction][way], modifier=modifier)
        assert (view.selected or view.selected_edge) == reached


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("bypass", Bypass)
@pytest.mark.parametrize("opened", [(), ("fire2", "fire3")], ids=["closed", "open"])
def test_every_line_can_be_reached_with_the_keyboard_and_left_again(
    view: GraphView, opened: tuple[str, ...], bypass: Bypass, direction: Direction
) -> None:
    diagram = bypassed(bypass, *opened, direction=direction)
    shown(view, diagram)
    reached: set[Edge] = set()
    tried: set[object] = set()
    waiting: list[Key | Edge] = [INPUT_KEY]
    while waiting:
        here = waiting.pop()
        tried.add(here)
        for arrow in ARROWS[direction]:
            for modifier in (CTRL, PLAIN):
                view.select(here) if isinstance(here, Key) else view.select_edge(here)
                press(view, arrow, modifier=modifier)
                there = view.selected or view.selected_edge
                assert there is not None
                reached |= {view.selected_edge} if view.selected_edge else set()
                if there not in tried:
                    waiting.append(there)
    assert reached == every_edge(diagram)
    for edge in reached:
        for arrow in ARROWS[direction][:2]:
            view.select_edge(edge)
            press(view, arrow)
            assert view.selected is not None and view.selected_edge is None


def test_to_find_the_line_under_the_mouse_takes_no_time_in_a_long_network(view: GraphView) -> None:
    shown(view, long_network(1000), 0.33)
    places = [QPointF(x, y) for x in range(200, 500, 20) for y in range(100, 700, 20)]
    begun = time.thread_time()
    found = {view.edge_at(place) for place in places}
    assert len(found) > 4
    assert (time.thread_time() - begun) / len(places) < 0.002 * slowness()
