"""The graph view with a network set in columns: all of it in sight, and every gesture works in each column."""

import pytest
from calls import calls_of
from canvas_networks import click, long_network, press, spot, squeezenet
from hands import child, on_screen
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from squeezeviz.figure.layout import wrapping
from squeezeviz.figure.scene.diagram import INPUT_KEY, Direction, Key
from squeezeviz.figure.writers.painter import Recording
from squeezeviz.gui.canvas.minimap import Minimap
from squeezeviz.gui.canvas.view import GraphView
from squeezeviz.gui.canvas.zoom_area import Fit
from squeezeviz.gui.selection import Edge

OPEN = tuple(f"fire{number}" for number in range(2, 10))
LAST = Key("avgpool10")


def in_columns(qtbot: QtBot, direction: Direction = Direction.DOWN, width: int = 1300, height: int = 760) -> GraphView:
    canvas = GraphView()
    canvas.animated = False
    canvas.resize(width, height)
    canvas.set_diagram(squeezenet(*OPEN, direction=direction), wrapped=True)
    return on_screen(qtbot, canvas)


@pytest.fixture
def view(qtbot: QtBot) -> GraphView:
    """Table 1 with every Fire open, in a pane that has the window for itself."""
    return in_columns(qtbot)


def in_sight(view: GraphView, key: Key) -> bool:
    seen = view.seen_rect(key)
    return seen is not None and view.viewport().rect().contains(seen.toRect())


def heads(view: GraphView) -> list[Key]:
    return [view.diagram.modules[column.start].key for column in view.diagram.columns]


def join(view: GraphView, column: int) -> Edge:
    link = view.diagram.links[view.diagram.columns[column].start - 1]
    return link.source, link.target


@pytest.mark.parametrize("direction", Direction)
def test_all_modules_are_in_sight_whatever_the_pane(qtbot: QtBot, direction: Direction) -> None:
    for width, height in ((1300, 760), (500, 700), (900, 300)):
        view = in_columns(qtbot, direction, width, height)
        assert all(in_sight(view, module.key) for module in view.diagram.modules)
        assert not view.horizontalScrollBar().isVisible() and not view.verticalScrollBar().isVisible()


def test_the_columns_follow_the_size_of_the_pane(view: GraphView) -> None:
    assert heads(view) == [INPUT_KEY, Key("fire4"), Key("fire6"), Key("fire8")]
    view.resize(620, 760)
    assert len(heads(view)) == 2 and all(in_sight(view, module.key) for module in view.diagram.modules)
    view.resize(1300, 760)
    assert len(heads(view)) == 4


def test_a_long_network_is_set_in_columns_once_the_pane_rests(
    view: GraphView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view.set_diagram(long_network(400), wrapped=True)
    before, wrapped = len(view.diagram.columns), calls_of(monkeypatch, wrapping, "wrap")
    for width in range(1280, 680, -20):
        view.resize(width, 760)
    assert not wrapped, "while it is dragged"
    qtbot.waitUntil(lambda: bool(wrapped))
    assert len(wrapped) == 1 and len(view.diagram.columns) < before
    assert all(in_sight(view, module.key) for module in view.diagram.modules)


def test_what_was_zoomed_to_stays_when_the_pane_changes(view: GraphView, qtbot: QtBot) -> None:
    view.zoom_reset()
    assert view.fit is Fit.NOTHING and view.zoom == 1.0
    view.resize(800, 760)
    assert view.zoom == 1.0
    view.zoom_to_fit()
    qtbot.waitUntil(lambda: all(in_sight(view, module.key) for module in view.diagram.modules))


@pytest.mark.parametrize("key", [INPUT_KEY, Key("fire3", "expand3x3"), Key("fire6", "squeeze1x1"), LAST])
def test_a_click_selects_in_every_column(view: GraphView, key: Key) -> None:
    click(view, spot(view, key))
    assert view.selected == key


def test_the_line_from_one_column_to_the_next_is_selected_where_it_rises(view: GraphView) -> None:
    source, target = join(view, 1)
    foot, head = view.seen_rect(source), view.seen_rect(target)
    assert foot is not None and head is not None
    middle = view.seen_edge((source, target))
    assert middle is not None and foot.right() < middle.x() < head.left()
    click(view, middle.toPoint())
    assert view.selected_edge == (source, target)


def test_the_arrow_keys_go_on_from_the_foot_of_a_column_at_the_head_of_the_next(view: GraphView) -> None:
    view.setFocus()
    view.select(Key("fire3"))
    press(view, Qt.Key.Key_Down)
    assert view.selected == Key("fire4") == heads(view)[1]
    press(view, Qt.Key.Key_Up)
    assert view.selected == Key("fire3")
    press(view, Qt.Key.Key_End)
    assert view.selected == LAST


def test_the_shift_key_walks_along_the_line_between_two_columns(view: GraphView) -> None:
    view.setFocus()
    view.select_edge(join(view, 1))
    press(view, Qt.Key.Key_Down)
    assert view.selected == Key("fire4")


def test_a_triangle_is_clicked_in_every_column(view: GraphView, qtbot: QtBot) -> None:
    for name in ("fire2", "fire5", "fire9"):
        module = next(each for each in view.diagram.modules if each.key == Key(name))
        seen = view.seen_rect(module.key)
        assert seen is not None and module.toggle is not None
        at = seen.topLeft() + QPoint(
            round(module.toggle.middle.x * view.zoom), round(module.toggle.middle.y * view.zoom)
        )
        with qtbot.waitSignal(view.toggle_requested) as asked:
            click(view, at.toPoint())
        assert asked.args == [name]


def test_an_edit_sets_the_columns_again_and_all_stays_in_sight(view: GraphView) -> None:
    view.select(Key("fire9"))
    view.set_diagram(squeezenet(*OPEN[:4]), wrapped=True)
    assert view.selected == Key("fire9")
    assert all(in_sight(view, module.key) for module in view.diagram.modules)


def test_back_in_one_column_it_is_as_it_was(view: GraphView) -> None:
    view.set_diagram(squeezenet(*OPEN))
    assert view.diagram.columns == () and view.fit is Fit.WIDTH and in_sight(view, INPUT_KEY)


def test_the_overview_has_the_shape_of_the_columns_and_pans_in_both(view: GraphView) -> None:
    view.look_from(2.0, 0, 0)
    minimap = child(view, Minimap, "minimap")
    assert minimap.isVisible()
    assert minimap.width() / minimap.height() == pytest.approx(view.content.width / view.content.height, rel=0.1)
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=QPoint(minimap.width() - 20, minimap.height() // 2))
    assert not in_sight(view, INPUT_KEY)
    assert view.sight().middle.x > view.content.width / 2


def test_what_is_selected_is_zoomed_to(view: GraphView) -> None:
    view.select(Key("fire6"))
    view.zoom_to_selection()
    seen = view.seen_rect(Key("fire6"))
    assert view.zoom > 1.5 and in_sight(view, Key("fire6"))
    assert seen is not None and max(seen.width() / view.room().width, seen.height() / view.room().height) > 0.7
    view.select(None)
    view.zoom_to_selection()
    assert view.fit is Fit.WHOLE


def test_its_button_asks_for_columns_and_shows_them(view: GraphView, qtbot: QtBot) -> None:
    button = child(view, QToolButton, "columns")
    assert button.isChecked()
    with qtbot.waitSignal(view.command_requested) as asked:
        button.click()
    assert asked.args == ["wrapped"]
    view.set_diagram(squeezenet(*OPEN))
    assert not button.isChecked()


def test_a_thousand_modules_in_columns_are_painted_at_every_zoom_and_never_too_many_one_by_one(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, played = in_columns(qtbot), list[object]()
    view.set_diagram(long_network(1000), wrapped=True)
    assert all(in_sight(view, module.key) for module in view.diagram.modules)
    play = Recording.play

    def count(self: Recording, painter: QPainter, smallest_text: float = 0.0) -> None:
        played.append(self)
        play(self, painter, smallest_text)

    monkeypatch.setattr(Recording, "play", count)
    for zoom in (0.05, 0.075, 0.1, 0.13, 0.15, 0.29, 0.5, 1.0):
        view.look_from(zoom, view.content.width / 2, view.content.height / 2)
        played.clear()
        view.viewport().repaint()
        assert len(played) < 1500, "links, ruler and modules"
