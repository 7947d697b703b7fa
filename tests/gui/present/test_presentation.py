"""The presentation: every step is told in large type, of the table as it is now, and leads back to where one was."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from hands import OpenWindow, keys, names, press, set_field
from hypothesis import given, settings
from hypothesis import strategies as st
from modules_loaded import loaded_by
from preset_tables import PRESETS, preset
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from strategies import tables

from squeezeviz.analysis.columns import INPUT_ROW
from squeezeviz.analysis.resolve import ResolvedNetwork, resolve
from squeezeviz.explain.rows import explain_input, explain_layer
from squeezeviz.figure.drawing.draw import NO_BADGES
from squeezeviz.figure.scene.diagram import Rect, Size
from squeezeviz.figure.scene.primitives import Group
from squeezeviz.figure.theme.metrics import extent, texts
from squeezeviz.figure.theme.theme import LIGHT
from squeezeviz.gui.explain.placing import Faces
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.gui.present import slide
from squeezeviz.gui.present.slide import LEAST_FACE, LETTERS, PAGE, TEXT_SCALE, Rooms, Steps
from squeezeviz.gui.present.view import Presentation
from squeezeviz.gui.widgets.style import LIGHT_STYLE
from squeezeviz.model.table import LayerTable

KEYS = Qt.Key


@pytest.fixture
def presented(window: MainWindow, qtbot: QtBot) -> Iterator[Presentation]:
    """The presentation of the window's network, at fire2, which is selected at first."""
    keys(window, "Shift+F11")
    shown = window.parts.presentation()
    qtbot.waitUntil(shown.isVisible)
    yield shown
    shown.close()


def at(shown: Presentation) -> str:
    return shown.steps.name(shown.steps.at)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (KEYS.Key_Right, "fire3"), (KEYS.Key_Down, "fire3"), (KEYS.Key_Space, "fire3"), (KEYS.Key_PageDown, "fire3"),
        (KEYS.Key_Left, "maxpool1"), (KEYS.Key_Up, "maxpool1"), (KEYS.Key_PageUp, "maxpool1"),
        (KEYS.Key_Home, "input"), (KEYS.Key_End, "the whole network"),
    ],
)  # fmt: skip
def test_keys_step_and_the_selection_goes_along(
    window: MainWindow, presented: Presentation, key: Qt.Key, name: str
) -> None:
    assert at(presented) == "fire2"
    QTest.keyClick(presented, key)
    assert at(presented) == name
    QTest.keyClick(presented, KEYS.Key_Escape)
    assert not presented.isVisible()
    row = window.session.selection.layer_row()
    where = {None: "the whole network", INPUT_ROW: "input"}
    assert where.get(row) == name or names(window)[row or 0] == name


def test_at_either_end_it_stays_and_all_steps_lie_between(presented: Presentation) -> None:
    QTest.keyClick(presented, KEYS.Key_Home)
    QTest.keyClick(presented, KEYS.Key_Left)
    seen = [at(presented)]
    for _ in range(presented.steps.number):
        QTest.keyClick(presented, KEYS.Key_Right)
        seen.append(at(presented))
    assert seen[:3] == ["input", "conv1", "maxpool1"] and seen[-2:] == ["the whole network"] * 2
    assert len(set(seen)) == presented.steps.number == 17


def test_mouse_and_wheel_step_and_a_tile_leads_to_its_layer(presented: Presentation) -> None:
    middle = presented.rect().center()
    QTest.mouseClick(presented, Qt.MouseButton.LeftButton, pos=middle)
    assert at(presented) == "fire3"
    QTest.mouseClick(presented, Qt.MouseButton.RightButton, pos=middle)
    assert at(presented) == "fire2"
    for turn, name in ((-60, "fire2"), (-60, "fire3"), (240, "maxpool1")):
        turned = QWheelEvent(
            QPointF(middle), QPointF(middle), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(presented, turned)
        assert at(presented) == name
    scale = presented.width() / presented._page.width
    tile = slide.tile_places(presented.steps.number, presented._page)[14].middle
    point = QPoint(round(tile.x * scale), round(tile.y * scale))
    QTest.mouseClick(presented, Qt.MouseButton.LeftButton, pos=point)
    assert at(presented) == "conv10"


def test_what_is_undone_meanwhile_is_shown_at_once(window: MainWindow, presented: Presentation) -> None:
    assert "64 + 64 = 128" in presented.accessibleDescription()
    set_field(window, "fire2", "e1x1", 8)
    assert "8 + 64 = 72" in presented.accessibleDescription()
    drawn = presented._shown
    assert drawn is not None and isinstance(drawn.figure, slide.Figure)
    assert any("8 + 64 = 72 channels" in text.text for text in texts(drawn.figure.drawn))
    QTest.keySequence(presented, "Ctrl+Z")
    assert "64 + 64 = 128" in presented.accessibleDescription()
    window.parts.rows.handlers()["delete"]()
    assert at(presented) == "fire3" and "layer 3 of 14" in presented.accessibleDescription()


def test_it_says_what_a_pass_measured_once_it_has(open_on: OpenWindow, qtbot: QtBot) -> None:
    window = open_on("table1", worker=True)
    keys(window, "Shift+F11")
    shown = window.parts.presentation()
    assert "predicted, not measured yet" in shown.accessibleDescription()
    window.parts.commands["run"].trigger()
    qtbot.waitUntil(lambda: "longest weighted path = 2 ✓" in shown.accessibleDescription())
    shown.close()


def test_the_hint_and_the_pointer_go_after_a_moment_and_come_back_with_the_mouse(
    presented: Presentation, qtbot: QtBot
) -> None:
    shape = Qt.CursorShape
    assert presented.cursor().shape() is shape.ArrowCursor
    presented._hint.start(1)
    qtbot.waitUntil(lambda: not presented._hint.isActive())
    assert presented.cursor().shape() is shape.BlankCursor
    for x in (300, 320):
        at_x, none = QPointF(x, 300), Qt.MouseButton.NoButton
        move = QMouseEvent(QEvent.Type.MouseMove, at_x, at_x, none, none, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(presented, move)
    assert presented._hint.isActive() and presented.cursor().shape() is shape.ArrowCursor


def test_without_a_selection_it_begins_at_the_input_and_its_key_leaves_it_too(window: MainWindow) -> None:
    window.session.selection.choose(None)
    keys(window, "Shift+F11")
    shown = window.parts.presentation()
    assert shown.isVisible() and at(shown) == "input"
    QTest.keySequence(shown, "Shift+F11")
    assert not shown.isVisible()


def test_it_is_loaded_when_it_is_first_used(window: MainWindow) -> None:
    assert window.parts.presentation.made is None
    press(window, KEYS.Key_Down)
    assert window.parts.presentation.made is None


def test_another_theme_is_followed(window: MainWindow, presented: Presentation, qtbot: QtBot) -> None:
    window.parts.commands["theme_dark"].trigger()
    qtbot.waitUntil(lambda: presented._style.name == "dark")
    assert presented.grab().toImage().pixelColor(3, 3).name() == presented._style.theme.page


@pytest.mark.parametrize("size", [(1440, 900), (1024, 700), (640, 420), (700, 1400)])
@pytest.mark.parametrize("name", ["simple-bypass", "empty", "broken"])
def test_every_step_is_painted_at_every_size(open_on: OpenWindow, name: str, size: tuple[int, int]) -> None:
    table = preset("simple-bypass")
    window = open_on("simple-bypass")
    if name != "simple-bypass":
        changed = replace(table, layers=()) if name == "empty" else table.with_field(0, "kernel", 999)
        window.document.edit("Change", changed)
    keys(window, "Shift+F11")
    shown = window.parts.presentation()
    shown.showNormal()
    shown.resize(*size)
    QApplication.processEvents()
    for step in range(shown.steps.number):
        shown.go(step)
        assert shown.steps.at == step
        assert not shown.grab().isNull()
    shown.close()


# Laws of a page


def letters(network: ResolvedNetwork, row: int, page: Size = PAGE) -> float:
    """Pixels of the smallest words of a drawn layer on a screen as large as the page."""
    figure = slide.layer_figure(network, row, LIGHT, NO_BADGES, page)
    zoom, _ = slide.fitted(figure.content, Rooms.on(page, figure.content).figure)
    return zoom * min(text.size for text in texts(figure.drawn) if text.text)


@pytest.mark.parametrize("name", PRESETS)
def test_the_words_of_a_layer_can_be_read_from_the_back_of_a_room(name: str) -> None:
    network = resolve(preset(name))
    for row, layer in enumerate(network.table.layers):
        assert letters(network, row) >= LETTERS - 0.01, layer.name
    assert letters(network, INPUT_ROW) >= LETTERS


@pytest.mark.parametrize("name", PRESETS)
def test_no_module_lies_on_what_stands_beside_the_ruler(name: str) -> None:
    network = resolve(preset(name))
    for row, layer in enumerate(network.table.layers):
        diagram = slide.layer_figure(network, row, LIGHT, NO_BADGES).drawn.children[0]
        assert isinstance(diagram, Group)
        ruler, _links, *modules = (each for each in diagram.children if isinstance(each, Group))
        assert ruler.kind == "ruler"
        marks = [extent(each) for each in ruler.children if isinstance(each, Group)]
        assert marks and modules
        assert max(each.x + each.width for each in marks) + 5 < min(extent(each).x for each in modules), layer.name


def test_no_face_of_the_explanation_is_smaller(window: MainWindow) -> None:
    faces = Faces(window.font(), LIGHT_STYLE, LEAST_FACE)
    sizes = [face._font.pixelSize() for face in faces._faces.values()]
    assert min(sizes) * TEXT_SCALE >= LETTERS - 1e-9
    assert max(sizes) > min(sizes)


@pytest.mark.usefixtures("qapp")
@settings(max_examples=60, deadline=None)
@given(
    table=tables(),
    width=st.integers(640, 4000),
    height=st.integers(420, 3000),
    data=st.data(),
)
def test_nothing_on_a_page_lies_on_anything_else(
    table: LayerTable, width: int, height: int, data: st.DataObject
) -> None:
    network = resolve(table)
    scale = min(width / PAGE.width, height / PAGE.height)
    page = Size(width / scale, height / scale)
    row = data.draw(st.integers(INPUT_ROW, len(table.layers) - 1))
    steps = Steps.of(network, row)
    assert steps.row(steps.at) == row and steps.name(steps.at)
    figure = slide.layer_figure(network, row, LIGHT, NO_BADGES, page)
    rooms = Rooms.on(page, figure.content)
    zoom, corner = slide.fitted(figure.content, rooms.figure)
    drawn = extent(figure.drawn)
    seen = Rect(corner.x + drawn.x * zoom, corner.y + drawn.y * zoom, drawn.width * zoom, drawn.height * zoom)
    assert _within(seen, rooms.figure, slack=8.0 * zoom)
    tiles = slide.tile_places(steps.number, page)
    marker = slide.marker(steps, page)
    assert rooms.figure.x + rooms.figure.width < rooms.text.x
    assert rooms.figure.y + rooms.figure.height <= marker.y
    assert all(one.x + one.width <= other.x + 1e-6 for one, other in pairwise(tiles))
    middle = tiles[steps.at].middle
    assert marker.contains(middle.x, middle.y)
    if tiles[0].width > 1:
        assert slide.step_at(middle.x, middle.y, steps.number, page) == steps.at
    faces = Faces(QApplication.font(), LIGHT_STYLE, LEAST_FACE)
    said = explain_input(network) if row == INPUT_ROW else explain_layer(network, row)
    text = slide.text_page(said, faces, rooms.text)
    first = slide.text_page(replace(said, sections=said.sections[:1]), faces, rooms.text)
    assert text.height * TEXT_SCALE <= rooms.text.height or text.height == first.height


def _within(inner: Rect, outer: Rect, slack: float) -> bool:
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.x + inner.width <= outer.x + outer.width + slack
        and inner.y + inner.height <= outer.y + outer.height + slack
    )


def test_the_window_loads_nothing_of_it_at_a_start() -> None:
    loaded = loaded_by("import squeezeviz.gui.app")
    assert "squeezeviz.gui.parts" in loaded
    assert not any(name.startswith("squeezeviz.gui.present") for name in loaded)
