"""The graph view as a person uses it: mouse, wheel, keys, and edits that arrive meanwhile."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from canvas_networks import long_network, open_canvas, squeezenet, without
from hands import child
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QVariantAnimation
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QToolTip
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import INPUT_KEY, Badge, Direction, Key, Point
from squeezeviz.figure.theme.theme import DARK, LIGHT
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.overlays import ZoomControl
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.model.layers import Conv

pytestmark = pytest.mark.gui

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
EXPAND1X1 = Key("fire2", "expand1x1")


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    """Table 1 with fire2 open, as large as beside the table."""
    return open_canvas(qtbot, squeezenet("fire2"), 700, 870, animated=True)


def middle(view: GraphView, key: Key) -> QPoint:
    seen = view.seen_rect(key)
    assert seen is not None
    return seen.center().toPoint()


def click(view: GraphView, at: QPoint, button: Qt.MouseButton = LEFT) -> None:
    QTest.mouseClick(view.viewport(), button, pos=at)


def press(view: GraphView, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(view, key)


def wheel(
    view: GraphView,
    at: QPoint,
    notches: float = 1,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    pixels: QPoint | None = None,
) -> None:
    QApplication.sendEvent(
        view.viewport(),
        QWheelEvent(
            QPointF(at), QPointF(view.viewport().mapToGlobal(at)), pixels or QPoint(), QPoint(0, round(notches * 120)),
            Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def drag(view: GraphView, start: QPoint, end: QPoint, button: Qt.MouseButton) -> None:
    QTest.mousePress(view.viewport(), button, pos=start)
    QTest.mouseMove(view.viewport(), (start + end) / 2)
    QTest.mouseMove(view.viewport(), end)
    QTest.mouseRelease(view.viewport(), button, pos=end)


def settled(view: GraphView) -> None:
    """Wait for the modules to have slid to their places."""
    moving = view.findChildren(QVariantAnimation)
    assert moving
    while any(each.state() is not QVariantAnimation.State.Stopped for each in moving):
        QTest.qWait(10)


def button(view: GraphView, name: str) -> QToolButton:
    return child(view, QToolButton, name)


def test_it_opens_at_full_size_with_the_start_in_sight(view: GraphView) -> None:
    assert view.zoom == 1.0
    first = view.seen_rect(INPUT_KEY)
    assert first is not None and QRect(view.viewport().rect()).contains(first.toRect())


def test_a_narrow_view_opens_as_wide_as_the_diagram_fits(qtbot: QtBot) -> None:
    view = open_canvas(qtbot, squeezenet("fire2"), 380, 700, animated=True)
    frame = view.seen_rect(Key("fire2"))
    assert view.zoom < 1.0 and not view.horizontalScrollBar().isVisible()
    assert frame is not None and frame.left() >= 0 and frame.right() <= view.viewport().width()


def test_a_click_selects_the_box_and_says_so(view: GraphView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.selection_changed) as told:
        click(view, middle(view, EXPAND1X1))
    assert told.args == [EXPAND1X1] and view.selected == EXPAND1X1


def test_a_click_on_a_fires_frame_selects_the_module(view: GraphView) -> None:
    frame = view.seen_rect(Key("fire2"))
    assert frame is not None
    click(view, frame.bottomRight().toPoint() - QPoint(12, 12))
    assert view.selected == Key("fire2")


def test_a_click_on_nothing_clears_the_selection(view: GraphView) -> None:
    view.select(Key("fire2"))
    click(view, QPoint(view.viewport().width() - 4, 6))
    assert view.selected is None


def test_the_selected_box_looks_different_in_shape_not_only_colour(view: GraphView) -> None:
    at = middle(view, Key("conv1"))
    before = view.grab().toImage()
    view.select(Key("conv1"))
    seen = view.seen_rect(Key("conv1"))
    assert seen is not None
    after = view.grab().toImage()
    edge = [QPoint(round(seen.left()) - 3, at.y() + shift) for shift in range(-10, 10)]
    assert all(before.pixelColor(point).name() == LIGHT.page for point in edge)
    assert all(after.pixelColor(point).name() == LIGHT.selection for point in edge)


def test_selecting_something_far_below_scrolls_it_into_sight(view: GraphView) -> None:
    view.select(Key("avgpool10"))
    seen = view.seen_rect(Key("avgpool10"))
    assert seen is not None and view.viewport().rect().contains(seen.toRect())


def test_selecting_what_is_not_there_selects_nothing(view: GraphView) -> None:
    view.select(Key("no such layer"))
    assert view.selected is None


def test_arrow_keys_walk_the_graph(view: GraphView) -> None:
    press(view, Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert view.selected == Key("fire2")
    press(view, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right)
    assert view.selected == Key("fire2", "expand3x3")
    press(view, Qt.Key.Key_End)
    assert view.selected == Key("avgpool10")


def test_arrow_keys_follow_the_direction(view: GraphView) -> None:
    view.set_diagram(squeezenet(direction=Direction.RIGHT))
    press(view, Qt.Key.Key_Home, Qt.Key.Key_Right)
    assert view.selected == Key("conv1")


def test_page_keys_scroll(view: GraphView) -> None:
    press(view, Qt.Key.Key_PageDown)
    assert view.verticalScrollBar().value() > 300
    press(view, Qt.Key.Key_PageUp)
    assert view.verticalScrollBar().value() == view.verticalScrollBar().minimum()


def toggle_point(view: GraphView, layer: str) -> QPoint:
    module = next(module for module in view.diagram.modules if module.key == Key(layer))
    assert module.toggle is not None
    seen = view.seen_rect(module.key)
    assert seen is not None
    x, y, width, height = module.toggle
    return (seen.topLeft() + QPointF(x + width / 2, y + height / 2) * view.zoom).toPoint()


def press_enter(view: GraphView) -> None:
    view.select(Key("fire3"))
    press(view, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    "ask",
    [
        lambda view: QTest.mouseDClick(view.viewport(), LEFT, pos=middle(view, Key("fire3"))),
        lambda view: click(view, toggle_point(view, "fire3")),
        lambda view: QTest.mouseDClick(view.viewport(), LEFT, pos=toggle_point(view, "fire3")),
        press_enter,
    ],
    ids=["double click", "click on the triangle", "double click on the triangle", "Enter"],
)
def test_a_fire_asks_once_to_be_opened(view: GraphView, ask: Callable[[GraphView], object]) -> None:
    asked: list[str] = []
    view.toggle_requested.connect(asked.append)
    ask(view)
    assert asked == ["fire3"]


def test_what_is_no_fire_does_not_open(view: GraphView) -> None:
    asked: list[str] = []
    view.toggle_requested.connect(asked.append)
    QTest.mouseDClick(view.viewport(), LEFT, pos=middle(view, Key("conv1")))
    press(view, Qt.Key.Key_Return)
    assert asked == []


@pytest.mark.parametrize("notches", [1, -1, 5, -3])
def test_ctrl_and_wheel_zoom_at_the_cursor(view: GraphView, notches: int) -> None:
    at = middle(view, Key("fire2", "expand3x3"))
    wheel(view, at, notches, Qt.KeyboardModifier.ControlModifier)
    assert (view.zoom > 1.0) == (notches > 0)
    after = middle(view, Key("fire2", "expand3x3"))
    assert (after - at).manhattanLength() <= 2


def test_zooming_ends_at_both_ends(view: GraphView) -> None:
    for _ in range(40):
        wheel(view, QPoint(300, 300), 2, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == 8.0 and not button(view, "zoom_in").isEnabled()
    for _ in range(60):
        wheel(view, QPoint(300, 300), -2, Qt.KeyboardModifier.ControlModifier)
    assert view.zoom == view.smallest_zoom and not button(view, "zoom_out").isEnabled()


def test_a_touchpads_pinch_zooms_at_its_centre(view: GraphView) -> None:
    at = middle(view, EXPAND1X1)
    QApplication.sendEvent(
        view.viewport(),
        QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, QPointF(at),
            QPointF(at), QPointF(view.viewport().mapToGlobal(at)), 0.25, QPointF(),
        ),
    )  # fmt: skip
    assert view.zoom == pytest.approx(1.25)
    assert (middle(view, EXPAND1X1) - at).manhattanLength() <= 2


def test_two_fingers_on_a_screen_zoom_between_them(view: GraphView) -> None:
    device = QTest.createTouchDevice()
    centre = QPoint(320, 420)
    held = view.camera.to_diagram(Point(centre.x(), centre.y()))
    touch = QTest.touchEvent(view.viewport(), device)
    touch.press(0, centre - QPoint(40, 0)).press(1, centre + QPoint(40, 0)).commit()
    for apart in range(40, 125, 5):
        touch.move(0, centre - QPoint(apart, 0)).move(1, centre + QPoint(apart, 0)).commit()
    touch.release(0, centre - QPoint(120, 0)).release(1, centre + QPoint(120, 0)).commit()
    assert view.zoom > 1.5
    seen = view.camera.to_view(held)
    assert abs(seen.x - 320) < 12 and abs(seen.y - 420) < 12


def test_the_wheel_scrolls_and_shift_scrolls_sideways(view: GraphView) -> None:
    start = view.camera
    wheel(view, QPoint(300, 300), -1)
    assert view.camera.y - start.y == 60 and view.camera.x == start.x
    view.zoom_in()
    for _ in range(6):
        view.zoom_in()
    start = view.camera
    wheel(view, QPoint(300, 300), -1, Qt.KeyboardModifier.ShiftModifier)
    assert view.camera.x - start.x == 60 and view.camera.y == start.y


def test_a_touchpad_scrolls_by_its_pixels(view: GraphView) -> None:
    wheel(view, QPoint(300, 300), -0.1, pixels=QPoint(0, -7))
    assert view.camera.y == view.verticalScrollBar().minimum() + 7


@pytest.mark.parametrize("button_used", [LEFT, MIDDLE], ids=["Space and left", "middle"])
def test_dragging_pans(view: GraphView, button_used: Qt.MouseButton) -> None:
    view.select(Key("conv1"))
    start = view.camera
    if button_used is LEFT:
        QTest.keyPress(view, Qt.Key.Key_Space)
        assert view.viewport().cursor().shape() is Qt.CursorShape.OpenHandCursor
    drag(view, QPoint(300, 500), QPoint(240, 380), button_used)
    QTest.keyRelease(view, Qt.Key.Key_Space)
    assert (view.camera.x - start.x, view.camera.y - start.y) == (60, 120)
    assert view.selected == Key("conv1")
    assert view.viewport().cursor().shape() is Qt.CursorShape.ArrowCursor


def test_a_drag_in_progress_shows_a_closed_hand(view: GraphView) -> None:
    QTest.mousePress(view.viewport(), MIDDLE, pos=QPoint(300, 500))
    assert view.viewport().cursor().shape() is Qt.CursorShape.ClosedHandCursor
    QTest.mouseRelease(view.viewport(), MIDDLE, pos=QPoint(300, 500))


def test_no_panning_loses_the_graph(view: GraphView) -> None:
    for _ in range(5):
        drag(view, QPoint(100, 100), QPoint(600, 860), MIDDLE)
    seen = view.camera.rect_to_view(view.content)
    assert seen.x < view.viewport().width() and seen.y < view.viewport().height()


def test_fit_shows_the_first_and_the_last_module(view: GraphView) -> None:
    view.set_diagram(long_network(60))
    view.zoom_to_fit()
    area = view.viewport().rect()
    for module in (view.diagram.modules[0], view.diagram.modules[-1]):
        assert area.contains(middle(view, module.key))


def test_fit_holds_while_the_window_is_resized(view: GraphView) -> None:
    view.zoom_to_fit()
    view.resize(640, 500)
    last = view.seen_rect(Key("avgpool10"))
    assert last is not None and last.bottom() < view.viewport().height()


def test_the_zoom_control_zooms_and_tells(view: GraphView) -> None:
    button(view, "zoom_in").click()
    assert button(view, "zoom_reset").text() == "110 %"
    button(view, "zoom_reset").click()
    button(view, "zoom_out").click()
    assert view.zoom == 0.9
    button(view, "zoom_fit").click()
    assert view.zoom < 0.9
    button(view, "zoom_reset").setFocus()
    QTest.keyClick(button(view, "zoom_reset"), Qt.Key.Key_Return)
    assert view.zoom == 1.0
    assert all(each.accessibleName() for each in view.findChildren(QToolButton))


def test_the_selection_survives_an_edit_and_stays_where_it_is(view: GraphView) -> None:
    view.select(Key("fire5"))
    at = middle(view, Key("fire5"))
    view.set_diagram(squeezenet("fire2", "fire3", "fire4"))
    settled(view)
    assert view.selected == Key("fire5")
    assert (middle(view, Key("fire5")) - at).manhattanLength() <= 1
    assert view.zoom == 1.0


def test_closing_a_fire_leaves_the_module_selected_instead_of_its_part(view: GraphView, qtbot: QtBot) -> None:
    view.select(EXPAND1X1)
    with qtbot.waitSignal(view.selection_changed) as told:
        view.set_diagram(squeezenet())
    assert told.args == [Key("fire2")]


def test_a_removed_layer_is_selected_no_more(view: GraphView, qtbot: QtBot) -> None:
    view.select(Key("maxpool4"))
    with qtbot.waitSignal(view.selection_changed) as told:
        view.set_diagram(without("maxpool4", "fire2"))
    assert told.args == [None]


def test_what_an_edit_moved_slides_to_its_place(view: GraphView) -> None:
    view.select(Key("fire2"))
    before = middle(view, Key("fire3"))
    view.set_diagram(squeezenet())
    assert (middle(view, Key("fire3")) - before).manhattanLength() <= 2
    settled(view)
    assert middle(view, Key("fire3")).y() < before.y() - 100


def test_an_edit_during_a_slide_goes_on_from_what_is_seen(view: GraphView) -> None:
    view.select(Key("fire2"))
    view.set_diagram(squeezenet())
    QTest.qWait(60)
    seen = middle(view, Key("fire3"))
    view.set_diagram(squeezenet("fire2"))
    assert (middle(view, Key("fire3")) - seen).manhattanLength() <= 2


def test_nothing_slides_where_no_animation_is_wanted(view: GraphView) -> None:
    view.animated = False
    before = middle(view, Key("fire3"))
    view.set_diagram(squeezenet())
    assert middle(view, Key("fire3")).y() < before.y() - 100


@pytest.mark.parametrize("key", [Qt.Key.Key_Menu, Qt.Key.Key_F10])
def test_the_keyboard_asks_for_the_selections_menu(view: GraphView, qtbot: QtBot, key: Qt.Key) -> None:
    view.select(Key("conv1"))
    shift = Qt.KeyboardModifier.ShiftModifier if key is Qt.Key.Key_F10 else Qt.KeyboardModifier.NoModifier
    with qtbot.waitSignal(view.context_menu_requested) as told:
        QTest.keyClick(view, key, shift)
    assert told.args[0] == Key("conv1")
    assert view.viewport().mapFromGlobal(told.args[1]) == middle(view, Key("conv1"))


def test_the_right_button_asks_for_a_menu_on_what_it_selects(view: GraphView, qtbot: QtBot) -> None:
    at = middle(view, Key("maxpool1"))
    click(view, at, RIGHT)
    with qtbot.waitSignal(view.context_menu_requested) as told:
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(view.viewport(), QContextMenuEvent(reason, at, view.viewport().mapToGlobal(at)))
    assert told.args[0] == view.selected == Key("maxpool1")


def test_a_tooltip_shows_a_hostile_name_as_text(view: GraphView) -> None:
    name = "<b>conv & co</b>" + "x" * 300
    view.set_diagram(squeezenet(rows=(Conv(name, 8, 3),)))
    at = middle(view, Key(name))
    QApplication.sendEvent(view.viewport(), QHelpEvent(QEvent.Type.ToolTip, at, view.viewport().mapToGlobal(at)))
    assert "&lt;b&gt;conv &amp; co&lt;/b&gt;" in QToolTip.text()
    QToolTip.hideText()


def test_a_screen_reader_hears_what_is_selected(view: GraphView) -> None:
    assert view.accessibleName()
    view.select(EXPAND1X1)
    assert "expand" in view.accessibleDescription() and "fire2" in view.accessibleDescription()
    view.select(None)
    assert "Nothing is selected" in view.accessibleDescription()


def test_badges_and_themes_change_what_is_painted(view: GraphView) -> None:
    plain = view.grab().toImage()
    view.set_appearance(Appearance(badges={Key("conv1"): Badge.DIFFERS}))
    marked = view.grab().toImage()
    view.set_appearance(Appearance(DARK))
    dark = view.grab().toImage()
    assert plain != marked
    assert dark.pixelColor(view.viewport().width() - 3, 3).name() == DARK.page


def test_a_network_that_cannot_run_shows_its_problem(view: GraphView) -> None:
    view.set_diagram(squeezenet(rows=(Conv("conv1", 96, 500),)))
    problem = view.diagram.modules[-1]
    click(view, middle(view, problem.key))
    assert view.selected == problem.key


def test_an_empty_view_takes_every_key_and_click(qtbot: QtBot) -> None:
    view = GraphView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    qtbot.waitExposed(view)
    press(view, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_Return, Qt.Key.Key_PageDown, Qt.Key.Key_Menu)
    click(view, QPoint(200, 150))
    wheel(view, QPoint(200, 150), -1, Qt.KeyboardModifier.ControlModifier)
    view.zoom_to_fit()
    view.zoom_in()
    assert view.selected is None and not view.grab().isNull()


@pytest.mark.parametrize("height", [700, 1500], ids=["scroll bar already there", "scroll bar comes"])
def test_opening_a_fire_keeps_the_zoom_even_where_it_no_longer_fits(qtbot: QtBot, height: int) -> None:
    view = GraphView()
    qtbot.addWidget(view)
    view.resize(440, height)
    view.set_diagram(squeezenet())
    view.show()
    qtbot.waitExposed(view)
    zoom = view.zoom
    view.set_diagram(squeezenet("fire2"))
    assert view.zoom == zoom


def test_revealing_a_box_at_the_edge_brings_no_scroll_bar(view: GraphView) -> None:
    view.resize(600, 600)
    view.zoom_to_width()
    view.select(Key("fire2", "expand3x3"))
    view.select(EXPAND1X1)
    assert not view.horizontalScrollBar().isVisible()


def test_a_plain_wheel_scrolls_a_network_that_runs_right(view: GraphView) -> None:
    view.set_diagram(squeezenet(direction=Direction.RIGHT))
    start = view.camera
    wheel(view, QPoint(300, 300), -1)
    assert view.camera.x - start.x == 60


def test_a_click_between_the_zoom_buttons_is_not_for_the_graph_beneath(view: GraphView) -> None:
    view.select(Key("conv1"))
    control = child(view, ZoomControl)
    QTest.mouseClick(control, LEFT, pos=QPoint(1, control.height() // 2))
    assert view.selected == Key("conv1")
