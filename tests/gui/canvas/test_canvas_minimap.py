"""The overview beside or below the graph: it shows where one looks, and its frame is dragged to look elsewhere."""

from collections.abc import Callable

import pytest
from calls import calls_of
from canvas_networks import long_network, open_canvas, squeezenet, wheel
from hands import CTRL, LEFT, child
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.analysis.resolve import resolve
from squeezeviz.figure.drawing.heat import Heat, Legend
from squeezeviz.figure.layout.build import DiagramOptions, build_diagram
from squeezeviz.figure.scene.diagram import Direction, Key, Rect
from squeezeviz.figure.theme.theme import DARK
from squeezeviz.files.presets import load_preset
from squeezeviz.gui.canvas import minimap as minimaps
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.minimap import Minimap
from squeezeviz.gui.canvas.overlays import ZoomControl
from squeezeviz.gui.canvas.view import GraphView

HEAT = Heat({}, Legend("Multiply-adds", "of one image", ((0.0, "0"), (1.0, "174 M"))))

both_directions = pytest.mark.parametrize("direction", Direction)


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    return open_canvas(qtbot, squeezenet("fire2", "fire3", "fire4", "fire5"), 640, 700)


def minimap(view: GraphView) -> Minimap:
    return child(view, Minimap)


def control(view: GraphView) -> ZoomControl:
    return child(view, ZoomControl)


def along(view: GraphView) -> int:
    """How far the canvas has been scrolled along the flow."""
    bar = view.verticalScrollBar() if view.direction is Direction.DOWN else view.horizontalScrollBar()
    return bar.value() - bar.minimum()


@both_directions
def test_it_stands_in_the_free_margin_or_in_the_strip_below_along_the_flow(
    view: GraphView, direction: Direction
) -> None:
    view.set_diagram(squeezenet("fire2", "fire3", direction=direction))
    box, area = minimap(view).geometry(), view.viewport().geometry()
    down = direction is Direction.DOWN
    assert minimap(view).isVisible()
    assert area.right() - box.right() < 20 and area.bottom() - box.bottom() < (20 if down else 0)
    assert area.contains(box) if down else box.top() > area.bottom()
    assert (box.height() > box.width()) == down


@both_directions
@pytest.mark.parametrize("size", [(300, 420), (380, 560), (470, 745), (1200, 800)])
def test_it_never_lies_over_the_zoom_control(view: GraphView, size: tuple[int, int], direction: Direction) -> None:
    view.set_diagram(long_network(40) if direction is Direction.DOWN else squeezenet(direction=direction))
    view.resize(*size)
    QApplication.processEvents()
    box: QRect = minimap(view).geometry()
    assert not box.intersects(control(view).geometry())
    assert not minimap(view).isVisible() or view.rect().contains(box)


def test_it_hides_while_everything_is_in_sight_and_while_it_is_not_wanted(view: GraphView) -> None:
    view.zoom_to_fit()
    assert not minimap(view).isVisible()
    view.zoom_reset()
    assert minimap(view).isVisible()
    view.set_minimap_visible(False)
    view.verticalScrollBar().setValue(300)
    assert not minimap(view).isVisible()
    view.set_minimap_visible(True)
    assert minimap(view).isVisible()


@both_directions
def test_a_drag_of_the_frame_pans_to_the_far_end_and_back(view: GraphView, direction: Direction) -> None:
    view.set_diagram(squeezenet("fire2", "fire3", "fire4", "fire5", direction=direction))
    overview = minimap(view)
    start = overview.frame().center().toPoint()
    far = QPoint(0, 400) if direction is Direction.DOWN else QPoint(400, 0)
    QTest.mousePress(overview, LEFT, pos=start)
    assert along(view) == 0
    QTest.mouseMove(overview, start + far / 20)
    first = along(view)
    QTest.mouseMove(overview, start + far)
    last = along(view)
    bar = view.verticalScrollBar() if direction is Direction.DOWN else view.horizontalScrollBar()
    assert 0 < first < last == bar.maximum() - bar.minimum()
    QTest.mouseMove(overview, start)
    QTest.mouseRelease(overview, LEFT, pos=start)
    assert along(view) <= 1
    QTest.mouseMove(overview, start + far)
    assert along(view) <= 1


def test_the_frame_follows_a_drag_and_comes_to_a_click(view: GraphView) -> None:
    view.centre(Key("fire4"))
    overview = minimap(view)
    before = overview.frame().center()
    start = before.toPoint() + QPoint(0, 8)
    QTest.mousePress(overview, LEFT, pos=start)
    QTest.mouseMove(overview, start + QPoint(0, 17))
    assert overview.frame().center().y() == pytest.approx(before.y() + 17, abs=1.5)
    QTest.mouseRelease(overview, LEFT, pos=start + QPoint(0, 17))
    view.zoom_to_width()
    at = QPoint(overview.width() // 2, round(overview.height() * 0.6))
    assert not overview.frame().contains(QPointF(at))
    QTest.mouseClick(overview, LEFT, pos=at)
    assert overview.frame().center().y() == pytest.approx(at.y(), abs=1.5)


def test_a_click_on_it_selects_nothing_beneath(view: GraphView) -> None:
    view.select(Key("conv1"))
    QTest.mouseClick(minimap(view), LEFT, pos=QPoint(4, 4))
    QTest.mouseDClick(minimap(view), LEFT, pos=QPoint(20, 90))
    assert view.selected == Key("conv1")


@pytest.mark.parametrize("over", [minimap, control], ids=["minimap", "zoom control"])
def test_the_wheel_over_a_corner_scrolls_the_canvas_and_with_ctrl_zooms_it(
    view: GraphView, over: Callable[[GraphView], QWidget]
) -> None:
    widget = over(view)
    wheel(widget, widget.rect().center(), -1)
    assert along(view) == 60
    wheel(widget, widget.rect().center(), -1, CTRL)
    assert view.zoom < 1.0


def test_the_keyboard_passes_it_by_and_a_screen_reader_has_a_name_for_it(view: GraphView) -> None:
    assert minimap(view).focusPolicy() is Qt.FocusPolicy.NoFocus
    assert minimap(view).accessibleName()


def test_an_edit_and_another_theme_change_its_picture(view: GraphView) -> None:
    before = minimap(view).grab().toImage()
    view.set_diagram(squeezenet("fire2", "fire3", "fire4", "fire9"))
    edited = minimap(view).grab().toImage()
    view.set_appearance(Appearance(DARK))
    assert before != edited
    assert minimap(view).grab().toImage() != edited


def test_a_rare_layer_is_seen_among_a_thousand_and_the_frame_can_be_taken_hold_of(view: GraphView) -> None:
    view.set_diagram(long_network(1000))
    overview = minimap(view)
    assert overview.frame().height() >= 8
    picture = overview.grab().toImage()
    colours = {picture.pixelColor(picture.width() // 2, y).name() for y in range(picture.height())}
    assert len(colours) > 3


def test_panning_draws_the_network_on_it_only_once(view: GraphView, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = calls_of(monkeypatch, minimaps, "paint_specks")
    view.set_diagram(long_network(1000))
    for _ in range(5):
        view.verticalScrollBar().setValue(view.verticalScrollBar().value() + 500)
        view.repaint()
        minimap(view).repaint()
    assert len(drawn) == 1


FLOWS = "down", "right", "columns"
PANES = [(width, height) for width in (290, 300, 330, 406, 470, 600, 900, 1400) for height in (180, 420, 745)]


def uncovered(view: GraphView) -> bool:
    """Whether nothing that stands about the viewport lies over a box, as all of them are seen now."""
    corner = view.viewport().pos()
    about = [
        child(view, Minimap),
        control(view),
        child(view, QWidget, "heat_legend"),
        child(view, QWidget, "width_legend"),
    ]
    taken = [each.geometry() for each in about if each.isVisible()]
    assert not any(one.intersects(other) for place, one in enumerate(taken) for other in taken[:place])
    assert all(view.rect().contains(each) for each in taken)
    shown = view.viewport().rect()
    seen = [view.seen_rect(module.key) for module in view.diagram.modules]
    boxes = [each.toAlignedRect().intersected(shown).translated(corner) for each in seen if each is not None]
    return not any(box.intersects(each) for box in boxes if not box.isEmpty() for each in taken)


@pytest.mark.parametrize("preset", ["table1", "complex-bypass"])
@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("coloured", [False, True])
def test_in_no_pane_and_at_no_zoom_does_anything_lie_over_a_box(
    view: GraphView, preset: str, flow: str, coloured: bool
) -> None:
    direction = Direction.RIGHT if flow == "right" else Direction.DOWN
    view.set_appearance(Appearance(heat=HEAT if coloured else None))
    view.set_diagram(build_diagram(resolve(load_preset(preset)), DiagramOptions(direction)), wrapped=flow == "columns")
    for pane in PANES:
        view.resize(*pane)
        (view.zoom_to_fit if flow == "columns" else view.zoom_to_width)()
        for zoom in (view.zoom, 0.25, 0.5, 1.0, 2.0):
            if zoom != view.zoom:
                view.look_at(view.diagram.modules[0].rect, zoom)
            for aside, onward in ((0, 0), (0, 300), (90, 0), (-90, 300)):
                view.look(view.camera.moved(aside, onward) if flow != "right" else view.camera.moved(onward, aside))
                assert uncovered(view), (pane, zoom, aside, onward)


@pytest.mark.parametrize(
    ("flow", "width"),
    [("down", 330), ("down", 448), ("right", 380), *((flow, width) for flow in FLOWS for width in (600, 1000))],
)
def test_where_there_is_room_for_it_it_is_there(view: GraphView, flow: str, width: int) -> None:
    view.resize(width, 745)
    direction = Direction.RIGHT if flow == "right" else Direction.DOWN
    view.set_diagram(squeezenet("fire2", "fire3", direction=direction), wrapped=flow == "columns")
    if flow == "down":
        view.zoom_to_width()
    else:
        view.look_from(1.0, 0, 0)
    assert minimap(view).isVisible()
    if flow == "down":  # once one zooms in until boxes are there, it gives way
        view.look_from(width / 100, view.content.width / 2, 0)
        assert not minimap(view).isVisible()


@pytest.mark.parametrize("width", [330, 406, 600, 1000])
@both_directions
def test_the_ruler_stands_beside_the_boxes_at_the_start_of_the_way(
    view: GraphView, width: int, direction: Direction
) -> None:
    view.set_diagram(squeezenet("fire2", direction=direction))
    view.resize(width, 600)
    for zoom in (view.zoom, 1.0, 2.0):
        view.look_at(Rect(0, 0, 0, 0), zoom)
        for module in view.diagram.modules:
            seen = view.seen_rect(module.key)
            assert seen is not None and not view._on_ruler(seen.topLeft())
