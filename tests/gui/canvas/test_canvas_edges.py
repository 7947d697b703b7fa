"""The lines of the graph can be pointed at, selected and walked, as its boxes can."""

from __future__ import annotations

import html
import time

import pytest
from canvas_networks import long_network, open_canvas, squeezenet, without
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
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

pytestmark = pytest.mark.gui

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
SHIFT = Qt.KeyboardModifier.ShiftModifier
ARROWS = {
    Direction.DOWN: (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right, Qt.Key.Key_Left),
    Direction.RIGHT: (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Up),
}
"""With the flow, against it, and to its sides."""
FORK = (Key("fire2", "squeeze1x1"), Key("fire2", "expand3x3"))
LINK = (Key("conv1"), Key("maxpool1"))


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


def spot(view: GraphView, edge: Edge) -> QPoint:
    """The middle of a line, brought into sight."""
    view.reveal(edge)
    at = view.seen_edge(edge)
    assert at is not None, edge
    return at.toPoint()


def click(view: GraphView, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
    QTest.mouseClick(view.viewport(), button, pos=at)


def every_edge(diagram: Diagram) -> set[Edge]:
    series = Series(diagram)
    return {edge_of(line) for place in range(len(series)) for line in series.lines_about(place)}


def test_a_click_on_a_line_selects_it_and_says_so(view: GraphView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.edge_selected) as told:
        click(view, spot(view, FORK))
    assert told.args == [FORK] and view.selected_edge == FORK and view.selected is None


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
    assert (Key("fire3"), Key("fire3", "add")) in every_edge(diagram) or bypass is not Bypass.SIMPLE


@pytest.mark.parametrize("zoom", [0.25, 0.1])
def test_links_are_hit_as_long_as_they_are_drawn_and_lines_in_modules_as_long_as_they_are(
    view: GraphView, zoom: float
) -> None:
    shown(view, squeezenet("fire2"), zoom)
    assert view.edge_at(QPointF(spot(view, LINK))) == LINK
    assert view.edge_at(QPointF(spot(view, FORK))) is None


def test_from_where_no_line_is_drawn_none_is_hit(view: GraphView) -> None:
    shown(view, long_network(300), 0.05)
    assert view.edge_at(QPointF(spot(view, (Key("fire2"), Key("fire3"))))) is None


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


def test_a_click_on_nothing_lets_a_line_go(view: GraphView, qtbot: QtBot) -> None:
    click(view, spot(view, LINK))
    with qtbot.waitSignal(view.edge_selected) as told:
        click(view, QPoint(view.viewport().width() - 4, 6))
    assert told.args == [None] and view.selected_edge is None


def test_a_box_and_a_line_are_never_selected_together(view: GraphView) -> None:
    told: list[object] = []
    view.selection_changed.connect(told.append)
    view.edge_selected.connect(told.append)
    view.select(FORK[0])
    view.select_edge(FORK)
    view.select(FORK[0])
    assert told == [FORK[0], None, FORK, FORK[0], None]


def test_to_select_no_box_leaves_a_line_selected(view: GraphView) -> None:
    view.select_edge(LINK)
    view.select(None)
    assert view.selected_edge == LINK


def test_a_line_that_the_diagram_lacks_selects_none(view: GraphView) -> None:
    view.select_edge((Key("conv1"), Key("fire9")))
    assert view.selected_edge is None


def test_a_double_click_on_a_line_does_not_close_the_fire_around_it(view: GraphView, qtbot: QtBot) -> None:
    at = spot(view, FORK)
    with qtbot.assertNotEmitted(view.toggle_requested):
        QTest.mouseDClick(view.viewport(), LEFT, pos=at)


def test_a_menu_on_a_line_is_asked_for_no_box(view: GraphView, qtbot: QtBot) -> None:
    at = spot(view, FORK)
    click(view, at, RIGHT)
    with qtbot.waitSignal(view.context_menu_requested) as told:
        position = view.viewport().mapToGlobal(at)
        QApplication.sendEvent(view.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, position))
    assert told.args == [None, position] and view.selected_edge == FORK
    with qtbot.waitSignal(view.context_menu_requested) as told:
        QTest.keyClick(view, Qt.Key.Key_Menu)
    assert told.args[0] is None and (told.args[1] - position).manhattanLength() <= 2


def test_it_stays_selected_through_an_edit_that_leaves_its_ends(view: GraphView) -> None:
    view.select_edge(FORK)
    view.set_diagram(without("fire5", "fire2"))
    assert view.selected_edge == FORK


def test_it_is_let_go_with_one_of_its_ends(view: GraphView, qtbot: QtBot) -> None:
    view.select_edge((Key("fire4"), Key("maxpool4")))
    with qtbot.waitSignal(view.edge_selected) as told:
        view.set_diagram(without("fire4", "fire2"))
    assert told.args == [None] and view.selected_edge is None
    view.select_edge(FORK)
    view.set_diagram(squeezenet())
    assert view.selected_edge is None


def test_a_bypass_stays_selected_while_its_fire_is_opened_and_closed(view: GraphView) -> None:
    arc = Key("fire3"), Key("fire3", "add")
    shown(view, bypassed(Bypass.SIMPLE, "fire3"))
    view.select_edge(arc)
    view.set_diagram(bypassed(Bypass.SIMPLE))
    assert view.selected_edge == arc


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


def tip(view: GraphView, edge: Edge) -> list[str]:
    at = spot(view, edge)
    QToolTip.hideText()
    event = QHelpEvent(QEvent.Type.ToolTip, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    inner = html.unescape(QToolTip.text()).partition("pre'>")[2].partition("</p>")[0]
    return inner.split("<br>")


def test_the_tool_tip_says_from_where_to_where_and_what_flows(view: GraphView) -> None:
    said = tip(view, FORK)
    assert said[:3] == ["squeeze1x1 → expand3x3 in fire2", "16 × 55 × 55", "48,400 values"]
    assert said[3].startswith("Both expands read this same tensor")
    assert tip(view, LINK)[:2] == ["conv1 → maxpool1", "96 × 111 × 111"]
    assert tip(view, (INPUT_KEY, Key("conv1")))[0] == "input → conv1"


def test_what_crosses_a_fires_edge_is_told_by_who_makes_and_who_takes_it(view: GraphView) -> None:
    assert tip(view, (Key("fire2"), FORK[0]))[:2] == ["maxpool1 → squeeze1x1", "96 × 55 × 55"]
    assert tip(view, (Key("fire2", "concat"), Key("fire2")))[:2] == ["concat → fire3", "128 × 55 × 55"]


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
    view.select(FORK[0])
    assert "Selected line" not in view.accessibleDescription()


@pytest.mark.parametrize("direction", Direction)
def test_shift_and_an_arrow_follow_the_lines_and_a_plain_arrow_goes_on_to_the_box(
    view: GraphView, direction: Direction
) -> None:
    shown(view, squeezenet("fire2", direction=direction))
    onward, back, farther, nearer = ARROWS[direction]
    view.select(Key("conv1"))
    QTest.keyClick(view, onward, SHIFT)
    assert view.selected_edge == LINK
    QTest.keyClick(view, onward)
    assert view.selected == Key("maxpool1")
    QTest.keyClick(view, back, SHIFT)
    assert view.selected_edge == LINK
    QTest.keyClick(view, back)
    assert view.selected == Key("conv1")
    view.select(FORK[0])
    QTest.keyClick(view, farther, SHIFT)
    assert view.selected_edge == FORK
    QTest.keyClick(view, nearer, SHIFT)
    assert view.selected_edge == (FORK[0], Key("fire2", "expand1x1"))
    QTest.keyClick(view, onward, SHIFT)
    assert view.selected_edge == (Key("fire2", "expand1x1"), Key("fire2", "concat"))
    QTest.keyClick(view, onward)
    QTest.keyClick(view, onward, SHIFT)
    assert view.selected_edge == (Key("fire2", "concat"), Key("fire2"))
    QTest.keyClick(view, onward)
    assert view.selected == Key("fire3")


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
            for modifier in (SHIFT, Qt.KeyboardModifier.NoModifier):
                view.select(here) if isinstance(here, Key) else view.select_edge(here)
                QTest.keyClick(view, arrow, modifier)
                there = view.selected or view.selected_edge
                assert there is not None
                reached |= {view.selected_edge} if view.selected_edge else set()
                if there not in tried:
                    waiting.append(there)
    assert reached == every_edge(diagram)
    for edge in reached:
        for arrow in ARROWS[direction][:2]:
            view.select_edge(edge)
            QTest.keyClick(view, arrow)
            assert view.selected is not None and view.selected_edge is None


def test_following_the_flow_with_shift_comes_to_the_end_of_the_network(view: GraphView) -> None:
    shown(view, bypassed(Bypass.SIMPLE))
    view.select(INPUT_KEY)
    for _ in range(30):
        QTest.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert view.selected_edge == (Key("fire3"), Key("conv10"))
    for _ in range(30):
        QTest.keyClick(view, Qt.Key.Key_Up, SHIFT)
    assert view.selected_edge == (INPUT_KEY, Key("conv1"))


def test_to_find_the_line_under_the_mouse_takes_no_time_in_a_long_network(view: GraphView) -> None:
    shown(view, long_network(1000), 0.33)
    places = [QPointF(x, y) for x in range(200, 500, 20) for y in range(100, 700, 20)]
    begun = time.thread_time()
    found = {view.edge_at(place) for place in places}
    assert len(found) > 4
    assert (time.thread_time() - begun) / len(places) < 0.002
