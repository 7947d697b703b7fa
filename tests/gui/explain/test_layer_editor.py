"""The editor in the panel: sliders with number boxes, and a bypass that may be impossible."""

import dataclasses
from typing import Any

import pytest
from hands import (
    LEFT,
    PLAIN,
    caught,
    child,
    click_cell,
    drag_slider,
    explained,
    on_screen,
    one_step,
    press,
    refused,
    type_in,
)
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.gui.explain.layer_editor import LayerEditor
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.layers import Bypass, Fire

FIRE = Fire("fire5", 32, 128, 128)


@pytest.fixture
def editor(qtbot: QtBot) -> LayerEditor:
    made = LayerEditor()
    shown = [FIRE]

    def change(_: str, field: str, value: Any, __: str) -> None:
        shown.append(dataclasses.replace(shown[-1], **{field: value}))
        made.show_layer(shown[-1], 256)

    made.changed.connect(change)
    made.show_layer(FIRE, 256)
    return on_screen(qtbot, made)


def box(parent: LayerEditor | MainWindow, field: str = "s1x1") -> QLineEdit:
    return child(parent, QLineEdit, f"box_{field}")


def slider(parent: LayerEditor | MainWindow, field: str = "s1x1") -> QSlider:
    return child(parent, QSlider, f"slider_{field}")


def test_ticks_of_one_drag_share_a_merge_key_and_those_of_another_do_not(editor: LayerEditor) -> None:
    keys: list[list[str]] = [[], []]
    for drag, start in ((0, 40), (1, 80)):
        link = editor.changed.connect(lambda name, field, value, merge, drag=drag: keys[drag].append(merge))
        slider(editor).setSliderDown(True)
        for value in (start, start + 10, start + 20):
            slider(editor).setSliderPosition(value)
        slider(editor).setSliderDown(False)
        editor.changed.disconnect(link)
    assert [len(each) for each in keys] == [3, 3]
    assert [len(set(each)) for each in keys] == [1, 1]
    assert set(keys[0]) != set(keys[1])
    assert all(keys[0])


def test_a_number_beyond_the_slider_may_be_typed(editor: LayerEditor) -> None:
    type_in(box(editor), "1,000,000,000,000")
    assert box(editor).text() == "1000000000000"
    assert slider(editor).value() == slider(editor).maximum() == 1024


@pytest.mark.parametrize(("typed", "said"), [("0", "s1x1: "), ("x", "s1x1: "), ("1" + "0" * 13, "10^12")])
def test_a_number_that_cannot_stand_is_refused_and_the_old_one_is_back(
    editor: LayerEditor, typed: str, said: str
) -> None:
    refused = caught(editor.refused)
    type_in(box(editor), typed)
    assert len(refused) == 1
    assert said in str(refused[0])
    assert box(editor).text() == "32"


def test_the_wheel_over_a_slider_changes_nothing(editor: LayerEditor) -> None:
    at = QPointF(20, 8)
    wheel = QWheelEvent(
        at, slider(editor).mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        PLAIN, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider(editor), wheel)
    assert slider(editor).value() == 32
    assert not wheel.isAccepted()


def test_esc_in_a_number_box_of_the_window_puts_the_old_number_back(window: MainWindow) -> None:
    click_cell(window, "fire5", "depth")
    line = box(window)
    type_in(line, "77", finish=False)
    press(window, Qt.Key.Key_Escape)
    assert line.text() == "32"
    press(window, Qt.Key.Key_Tab)
    assert not window.document.modified


def test_an_impossible_bypass_is_quiet_tells_why_and_can_be_chosen(window: MainWindow) -> None:
    click_cell(window, "fire2", "depth")
    simple = child(window, QPushButton, "bypass_simple")
    reason = "simple needs equal channels in and out: 96\u00a0≠\u00a0128"
    assert simple.property("quiet") is True
    assert reason in simple.toolTip()
    assert reason in [label.text() for label in window.parts.explaining.editor.findChildren(QLabel)]
    assert simple.isEnabled()
    simple.click()
    fire2 = window.document.table.layers[2]
    assert isinstance(fire2, Fire)
    assert fire2.bypass is Bypass.SIMPLE
    assert window.parts.notes.isVisible()
    click_cell(window, "fire3", "depth")
    window.document.stack.undo()
    click_cell(window, "fire3", "depth")
    assert simple.property("quiet") is False
    assert simple.toolTip() == ""
    for name in ("fire2", "conv1", "fire3"):
        click_cell(window, name, "depth")
    assert simple.property("quiet") is False, "another layer came between"


def test_a_remark_that_comes_or_goes_moves_no_slider_box_or_button(window: MainWindow, qtbot: QtBot) -> None:
    click_cell(window, "fire3", "s1x1")
    qtbot.wait(100)
    moved: list[str] = []

    class Moves(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Move:
                moved.append(watched.objectName())
            return False

    moves, editor = Moves(), window.parts.explaining.editor
    for kind in (QLineEdit, QSlider, QPushButton):
        for part in editor.findChildren(kind):
            part.installEventFilter(moves)
    before = editor.height()
    for name in ("fire4", "fire3"):
        click_cell(window, name, "s1x1")
        qtbot.wait(100)
        assert (editor.height() > before) is (name == "fire4"), "the remark has room while it is there"
        assert moved == []


def test_a_drag_back_to_where_it_began_brings_the_very_number_back(editor: LayerEditor, qtbot: QtBot) -> None:
    """Several numbers share a pixel of a slider that is shorter than its range."""
    editor.show_layer(Fire("fire5", 501, 128, 128), 256)
    squeeze = slider(editor)
    squeeze.setFixedWidth(90)
    qtbot.waitUntil(lambda: squeeze.width() == 90)
    shown: list[str] = []
    squeeze.valueChanged.connect(lambda _: shown.append(box(editor).text()))
    drag_slider(squeeze, [4, 5, -5, -4])
    assert len(set(shown)) == 3
    assert box(editor).text() == "501"


@pytest.mark.parametrize(
    ("layer", "fields"),
    [
        ("conv1", ["filters", "kernel", "stride", "padding"]),
        ("conv10", ["filters", "kernel", "stride", "padding"]),
        ("maxpool4", ["kernel", "stride", "padding"]),
        ("fire5", ["s1x1", "e1x1", "e3x3"]),
        ("dropout9", []),
        ("avgpool10", []),
    ],
)
def test_what_a_layer_is_made_of_has_sliders_and_boxes_with_names(
    window: MainWindow, layer: str, fields: list[str]
) -> None:
    for each in ("fire2", "maxpool1", layer):
        click_cell(window, each, "depth")
    QApplication.processEvents()
    editor = window.parts.explaining.editor
    shown = [each for each in editor.findChildren(QSlider) if each.isVisible()]
    assert [each.objectName() for each in shown] == [f"slider_{field}" for field in fields]
    boxes = [each for each in editor.findChildren(QLineEdit) if each.isVisible()]
    assert [each.accessibleName() for each in boxes] == [each.accessibleName() for each in shown]
    assert all(each.accessibleName() for each in shown)
    assert child(window, QPushButton, "bypass_simple").isVisible() is layer.startswith("fire")


def test_a_convolution_s_slider_is_one_step_and_its_box_takes_keys(window: MainWindow) -> None:
    click_cell(window, "conv1", "depth")
    with one_step(window):
        assert len(set(drag_slider(slider(window, "filters"), [9, 14, -6]))) == 3
    assert window.document.stack.undoText().startswith("Set conv1 filters to ")
    click_cell(window, "conv10", "depth")
    with one_step(window):
        type_in(box(window, "filters"), "10")
    assert window.document.network.layers[-1].output.shape.channels == 10
    click_cell(window, "maxpool4", "depth")
    up, down = Qt.Key.Key_Up, Qt.Key.Key_Down
    for field, key, now in (("kernel", down, 2), ("stride", up, 3), ("padding", up, 1)):
        box(window, field).setFocus()
        with one_step(window):
            press(window, key)
        assert getattr(window.document.table.layers[5], field) == now


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("kernel", "0", "kernel must be a whole number from 1 to 10^12"),
        ("padding", "-1", "padding: "),
        ("stride", "two", "stride: "),
    ],
)
def test_what_a_window_cannot_be_is_refused_and_the_old_number_is_back(
    window: MainWindow, field: str, typed: str, said: str
) -> None:
    click_cell(window, "maxpool4", "depth")
    before = box(window, field).text()
    with refused(window, said):
        type_in(box(window, field), typed)
    assert box(window, field).text() == before


def places(window: MainWindow) -> dict[str, object]:
    """Where everything is that a hand or an eye may be on, beside what the bypass changes."""
    QApplication.processEvents()
    explaining, graph, parts = window.parts.explaining, window.parts.graph, window.parts
    shown: list[QWidget] = [explaining.what_if, explaining.field]
    for kind in (QSlider, QLineEdit, QPushButton):
        shown += explaining.editor.findChildren(kind)
    found: dict[str, object] = {
        f"{place} {each.objectName()}": each.mapTo(window, QPoint(0, 0)).toTuple()
        for place, each in enumerate(shown)
        if each.isVisible()
    }
    found["canvas"] = graph.camera
    found |= {name: graph.seen_rect(Key(name)) for name in ("conv1", "fire2")}
    found["panes"] = parts.layout.splitter.sizes(), parts.table.geometry().getRect()
    found["table"] = parts.table.verticalScrollBar().value()
    return found


def test_choosing_a_bypass_moves_nothing_else(window: MainWindow) -> None:
    click_cell(window, "fire3", "depth")
    window.parts.graph.animated = False
    before = places(window)
    assert len(before) > 12
    for kind in ("simple", "complex", "none", "complex", "simple"):
        QTest.mouseClick(child(window, QPushButton, f"bypass_{kind}"), LEFT)
        assert places(window) == before, kind
    assert "The simple bypass adds the module's input" in explained(window)


def test_what_holds_the_editor_ends_where_something_else_is_explained(window: MainWindow) -> None:
    panel = window.parts.explaining.panel
    for name in ("fire3", "fire4"):
        click_cell(window, name, "depth")
        QApplication.processEvents()
        assert panel.verticalScrollBar().value() == 0
        first = window.parts.explaining.what_if.mapTo(window, QPoint(0, 0))
        child(window, QPushButton, "bypass_complex").click()
        QApplication.processEvents()
        assert window.parts.explaining.what_if.mapTo(window, QPoint(0, 0)) == first
    click_cell(window, "fire4", "s1x1")
    QApplication.processEvents()
    assert "s1x1: 32 filters" in explained(window) and panel.verticalScrollBar().value() <= panel.height()
