"""What a person's hands do in the window, for tests: drag a slider or a row, choose from a menu, click on a box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from conftest import table
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QMessageBox, QSlider, QStyle, QStyleOptionSlider

from squeezeviz.core.table import LayerTable
from squeezeviz.diagram.model import Key
from squeezeviz.formats import registry
from squeezeviz.gui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
MENU_PATIENCE = 100
"""So many times 20 ms a menu may take to appear."""


def bytes_of(layers: LayerTable) -> str:
    """The table as its own file would hold it."""
    return registry.to_text(layers, "toml")


def names(window: MainWindow) -> list[str]:
    return [layer.name for layer in window.document.table.layers]


def toast(window: MainWindow) -> str:
    """The sentence that the window says over its content; empty where it says none."""
    label = window.toast.findChild(QLabel, "toast_text")
    assert isinstance(label, QLabel)
    return label.text() if window.toast.isVisible() else ""


@contextmanager
def one_step(window: MainWindow) -> Iterator[None]:
    """The gesture within is one undo step: Ctrl+Z gives the bytes from before it, Ctrl+Y those from after it."""
    stack = window.document.stack
    before, index = bytes_of(window.document.table), stack.index()
    yield
    QApplication.processEvents()
    after = bytes_of(window.document.table)
    assert after != before, "the gesture changed nothing"
    assert stack.index() == index + 1, [stack.text(place) for place in range(index, stack.count())]
    window.activateWindow()  # a menu may have had the keyboard
    QApplication.processEvents()
    table(window).setFocus()
    QTest.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert bytes_of(window.document.table) == before
    QTest.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert bytes_of(window.document.table) == after


@contextmanager
def refused(window: MainWindow, *said: str) -> Iterator[None]:
    """The gesture within changes nothing, and the window says why in a sentence that holds all of `said`."""
    before, index = bytes_of(window.document.table), window.document.stack.index()
    window.toast.hide()
    yield
    QApplication.processEvents()
    assert bytes_of(window.document.table) == before
    assert window.document.stack.index() == index
    assert all(part in toast(window) for part in said) and toast(window), toast(window)


def drag_slider(slider: QSlider, pixels: Sequence[int]) -> list[int]:
    """Press on the handle, move by so many pixels in turn, let go; the slider's position at each turn."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    kind, part = QStyle.ComplexControl.CC_Slider, QStyle.SubControl.SC_SliderHandle
    at = slider.style().subControlRect(kind, option, part, slider).center()
    QTest.mousePress(slider, LEFT, pos=at)
    seen = []
    for by in pixels:
        at = at + QPoint(by, 0)
        QTest.mouseMove(slider, at)
        QApplication.processEvents()
        seen.append(slider.value())
    QTest.mouseRelease(slider, LEFT, pos=at)
    return seen


def grip(window: MainWindow, row: int, *, down: float = 0.5) -> QPoint:
    """A point of the row header, `row` counted from the input; `down` is the share of the row's height."""
    header = table(window).verticalHeader()
    return QPoint(10, header.sectionViewportPosition(row) + int(header.sectionSize(row) * down))


def drag_grip(window: MainWindow, row: int, to: int) -> None:
    """Drag a row's grip to the upper part of another row, both counted from the input."""
    ground = table(window).verticalHeader().viewport()
    start, end = grip(window, row), grip(window, to, down=0.2)
    QTest.mousePress(ground, LEFT, pos=start)
    QTest.mouseMove(ground, (start + end) / 2)
    QTest.mouseMove(ground, end)
    QTest.mouseRelease(ground, LEFT, pos=end)


def click_box(window: MainWindow, key: Key, button: Qt.MouseButton = LEFT) -> QPoint:
    """Click on a box of the diagram; where that was, in pixels of the canvas."""
    graph = window.parts.graph
    graph.reveal(key)
    QApplication.processEvents()
    area = graph.seen_rect(key)
    assert area is not None, key
    # An open module's middle belongs to its parts.
    at = QPoint(int(area.center().x()), int(area.top()) + 6) if not key.part else area.center().toPoint()
    QTest.mouseClick(graph.viewport(), button, pos=at)
    return at


def answer_soon(
    button: QMessageBox.StandardButton | str, asked: list[str] | None = None, offered: list[str] | None = None
) -> None:
    """Press a button, standard or named, of the question that appears next.

    `asked` gets its text, `offered` the titles of its buttons.
    """

    def press_it(patience: int) -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox) or not box.isVisible():
            assert patience, f"nobody asked for {button}"
            QTimer.singleShot(20, lambda: press_it(patience - 1))
            return
        if asked is not None:
            asked.append(box.text())
        found = {each.text().replace("&", ""): each for each in box.buttons()}
        if offered is not None:
            offered.extend(found)
        pressed = found[button] if isinstance(button, str) else box.button(button)
        QTest.mouseClick(pressed, LEFT)

    QTimer.singleShot(20, lambda: press_it(MENU_PATIENCE * 5))


def settle_saves(window: MainWindow) -> None:
    """Wait until all that is being saved is saved, or was not, and all that is done in the background is done."""
    for _ in range(2_000):
        QApplication.processEvents()
        if not window.files.saving.running and not window.background.running:
            return
        QTest.qWait(5)
    raise AssertionError("it is still being saved")


def choose_soon(*titles: str) -> list[str]:
    """Choose from the menu that opens next, and from its submenus; what the first menu offers, once it has opened."""
    offered: list[str] = []

    def choose(patience: int) -> None:
        menu = QApplication.activePopupWidget()
        if not isinstance(menu, QMenu):
            assert patience, "no menu opened"
            QTimer.singleShot(20, lambda: choose(patience - 1))
            return
        offered.extend(action.text() for action in menu.actions() if action.text())
        for title in titles:
            menu.setActiveAction(next(each for each in menu.actions() if each.text() == title))
            at_submenu = menu.activeAction().menu()
            QTest.keyClick(menu, Qt.Key.Key_Right if at_submenu else Qt.Key.Key_Return)
            if isinstance(at_submenu, QMenu):
                menu = at_submenu
        if not titles:
            menu.close()

    QTimer.singleShot(20, lambda: choose(MENU_PATIENCE))
    return offered
