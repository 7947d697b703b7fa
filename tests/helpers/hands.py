"""What a person's hands do in the window, for tests: drag a slider or a row, choose from a menu, click on a box."""

import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QPointF,
    Qt,
    QTimer,
    QTimerEvent,
    QtMsgType,
    QVariantAnimation,
    SignalInstance,
    qInstallMessageHandler,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QHoverEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QMessageBox,
    QPushButton,
    QRadioButton,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QTableView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from squeezeviz.figure.scene.diagram import Key
from squeezeviz.files import registry
from squeezeviz.gui.export.dialog import ExportDialog
from squeezeviz.gui.live.client import LiveClient
from squeezeviz.gui.main_window import MainWindow
from squeezeviz.model.layers import Fire
from squeezeviz.model.table import LayerTable

LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
PLAIN, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
OF_THE_MACHINE = ("This plugin does not support", "OpenType support missing")
"""What Qt says of a platform without a screen, and of the fonts that are installed."""
PATIENCE = 15_000
"""So many turns of the event loop, a few ms apart, may pass before what is waited for: a busy machine is slow."""


Child = TypeVar("Child", bound=QObject)
Shown = TypeVar("Shown", bound=QWidget)
OpenWindow = Callable[..., MainWindow]
"""What the fixture `open_on` gives: called with a file or preset, it opens the window on it."""
OpenWithMaps = Callable[..., tuple[MainWindow, list[Any]]]
"""What opens a window that shows maps, and gives the requests for maps since too."""


def child(parent: QObject, kind: type[Child], name: str = "") -> Child:
    """The one part of `parent` of that class and object name; AssertionError where there is none."""
    found = parent.findChild(kind, name) if name else parent.findChild(kind)
    assert isinstance(found, kind), name
    return found


def on_screen(qtbot: QtBot, widget: Shown, *size: int) -> Shown:
    """The widget, of that width and height, once it is seen."""
    qtbot.addWidget(widget)
    if size:
        widget.resize(*size)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def caught(signal: SignalInstance) -> list[object]:
    """What the signal carries from now on."""
    seen: list[object] = []
    signal.connect(lambda *values: seen.append(values[0] if values else None))
    return seen


def table(window: MainWindow) -> QTableView:
    return child(window, QTableView, "layer_table")


def fire(window: MainWindow, name: str) -> Fire:
    """The Fire module of that name as the document has it."""
    layer = window.document.table.layers[window.document.table.index_of(name)]
    assert isinstance(layer, Fire)
    return layer


def slider(window: MainWindow, name: str) -> QSlider:
    return child(window, QSlider, f"slider_{name}")


def explained(window: MainWindow) -> str:
    """What the explanation says once the window has had its turn, as it has before it is painted."""
    QApplication.processEvents()
    return window.parts.explaining.panel.text()


def live_status(window: MainWindow) -> str:
    """What a person reads there when the window is painted next."""
    window.parts.last.do()
    return child(window, QLabel, "live_status").text()


def outcome(window: MainWindow) -> str:
    """What the status bar says was done last, while it says so."""
    label = child(window, QLabel, "outcome")
    return label.text() if label.isVisible() else ""


def answer(qtbot: QtBot, client: LiveClient, kind: type[object]) -> AbstractContextManager[Any]:
    """Wait for an answer of that kind to a pass, at the end of a `with`. Its `args` are the Run and the answer."""
    return qtbot.waitSignal(client.answered, check_params_cb=lambda _, got: isinstance(got, kind))


def fresh(window: MainWindow) -> bool:
    """Whether the last good pass was one of the table that is open."""
    return window.session.live.answer is not None and window.session.live.answer.fresh


def notice_text(window: MainWindow) -> str:
    """The sentence of the bar over the window; empty where it says none."""
    label = child(window.parts.notice, QLabel, "notice_text")
    return label.text() if window.parts.notice.isVisible() else ""


def cell_text(window: MainWindow, row: str, column: str) -> str:
    """What the table shows, found by the row's name and the column's heading."""
    return str(_index(window, row, column).data())


def click_cell(window: MainWindow, row: str, column: str, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    view, index = table(window), _index(window, row, column)
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), LEFT, modifier, view.visualRect(index).center())


def type_into(window: MainWindow, text: str) -> None:
    """Type on the keyboard into whatever has the focus, as a person does after a click."""
    for character in text:
        QTest.keyClicks(_focused(window), character)


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    QTest.keyClick(_focused(window), key, modifier)


def keys(window: MainWindow, *pressed: str) -> None:
    """Press keys, named as in the menus, such as "Ctrl+Z" and "Down", in whatever has the focus."""
    for each in pressed:
        QTest.keySequence(_focused(window), QKeySequence(each))


def enter(window: MainWindow, row: str, column: str, text: str, end: str = "Return") -> None:
    """Click on a cell, type over what stands there, and finish with a key."""
    click_cell(window, row, column)
    type_into(window, text)
    keys(window, end)


def type_in(line: QLineEdit, text: str, *, finish: bool = True) -> None:
    """Go to a line, and type over what stands there."""
    QApplication.processEvents()
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    if finish:
        QTest.keyClick(line, Qt.Key.Key_Return)


def set_field(window: MainWindow, layer: str, field: str, value: object) -> None:
    """Edit a field of the layer of that name, past the table's cells."""
    table = window.document.table
    window.document.edit(f"Set {layer} {field}", table.with_field(table.index_of(layer), field, value))


def _focused(window: MainWindow) -> QWidget:
    QApplication.processEvents()
    return QApplication.focusWidget() or window


def _index(window: MainWindow, row: str, column: str) -> QModelIndex:
    view = table(window)
    model = view.model()
    headings = [str(model.headerData(place, Qt.Orientation.Horizontal)) for place in range(model.columnCount())]
    names = [str(model.index(place, 0).data()) for place in range(model.rowCount())]
    return model.index(names.index(row), headings.index(column))


def bytes_of(layers: LayerTable) -> str:
    """The table as its own file would hold it."""
    return registry.to_text(layers, "toml")


def names(window: MainWindow) -> list[str]:
    return [layer.name for layer in window.document.table.layers]


def toast(window: MainWindow) -> str:
    """The sentence that the window says over its content; empty where it says none."""
    label = child(window.parts.toast, QLabel, "toast_text")
    return label.text() if window.parts.toast.isVisible() else ""


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
    window.parts.toast.hide()
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


def drag_to(window: MainWindow, name: str, *positions: int) -> None:
    """Drag a slider to these positions, faster than the window follows."""
    dragged = slider(window, name)
    dragged.setSliderDown(True)
    for position in positions:
        dragged.setSliderPosition(position)
    dragged.setSliderDown(False)


def grip(window: MainWindow, row: int, *, down: float = 0.5) -> QPoint:
    """A point of the row header, `row` counted from the input; `down` is the share of the row's height."""
    header = table(window).verticalHeader()
    return QPoint(10, header.sectionViewportPosition(row) + int(header.sectionSize(row) * down))


def drag_grip(window: MainWindow, row: int, to: int, *, release: bool = True) -> None:
    """Drag a row's grip to the upper part of another row, both counted from the input."""
    ground = table(window).verticalHeader().viewport()
    start, end = grip(window, row), grip(window, to, down=0.2)
    QTest.mousePress(ground, LEFT, pos=start)
    QTest.mouseMove(ground, (start + end) / 2)
    QTest.mouseMove(ground, end)
    if release:
        QTest.mouseRelease(ground, LEFT, pos=end)


def still(window: MainWindow) -> None:
    """Wait until no module of the diagram slides: a sliding one would be missed."""
    QApplication.processEvents()
    slide = window.parts.graph.findChild(QVariantAnimation)
    while slide is not None and slide.state() is QVariantAnimation.State.Running:
        QTest.qWait(10)


def rim(window: MainWindow, name: str, *, lower: bool = False) -> QPoint:
    """A point of a module at its upper or lower end, in pixels of the canvas: an open one's middle is its parts'."""
    area = window.parts.graph.seen_rect(Key(name))
    assert area is not None, name
    return QPoint(int(area.center().x()), int(area.bottom()) - 3 if lower else int(area.top()) + 6)


def click_box(
    window: MainWindow, key: Key, button: Qt.MouseButton = LEFT, modifier: Qt.KeyboardModifier = PLAIN
) -> QPoint:
    """Click on a box of the diagram, brought into sight; where that was, in pixels of the canvas."""
    graph = window.parts.graph
    graph.reveal(key)
    still(window)
    area = graph.seen_rect(key)
    assert area is not None, key
    at = area.center().toPoint() if key.part else rim(window, key.layer)
    QTest.mouseClick(graph.viewport(), button, modifier, at)
    return at


def soon(kind: type[Shown], act: Callable[[Shown], object], name: str = "") -> None:
    """Call `act` with the next dialog or menu of that class, and object name, that waits for a person."""

    def look(patience: int) -> None:
        opened = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if isinstance(opened, kind) and opened.isVisible() and name in ("", opened.objectName()):
            try:
                act(opened)
            except BaseException:
                opened.close()  # or the test would wait for it for ever
                raise
        else:
            assert patience, f"no {kind.__name__} opened"
            QTimer.singleShot(20, lambda: look(patience - 1))

    QTimer.singleShot(20, lambda: look(PATIENCE))


def export_soon(suffix: str = "svg") -> None:
    """Choose a format in the export dialog that opens next, and save."""

    def save(dialog: ExportDialog) -> None:
        child(dialog, QRadioButton, f"export_format_{suffix}").click()
        QTest.mouseClick(child(dialog, QPushButton, "primary"), LEFT)

    soon(ExportDialog, save)


def answer_soon(
    button: QMessageBox.StandardButton | str, asked: list[str] | None = None, offered: list[str] | None = None
) -> None:
    """Press a button, standard or named, of the question that appears next.

    `asked` gets its text, `offered` the titles of its buttons.
    """

    def press_it(box: QMessageBox) -> None:
        found = {each.text().replace("&", ""): each for each in box.buttons()}
        if asked is not None:
            asked.append(box.text())
        if offered is not None:
            offered.extend(found)
        QTest.mouseClick(found[button] if isinstance(button, str) else box.button(button), LEFT)

    soon(QMessageBox, press_it)


def choose_soon(*titles: str) -> list[str]:
    """Choose from the menu that opens next, and from its submenus; what the first menu offers, once it has opened."""
    offered: list[str] = []

    def choose(menu: QMenu) -> None:
        offered.extend(action.text() for action in menu.actions() if action.text())
        for title in titles:
            menu.setActiveAction(next(each for each in menu.actions() if each.text() == title))
            at_submenu = menu.activeAction().menu()
            QTest.keyClick(menu, Qt.Key.Key_Right if at_submenu else Qt.Key.Key_Return)
            if isinstance(at_submenu, QMenu):
                menu = at_submenu
        if not titles:
            menu.close()

    soon(QMenu, choose)
    return offered


def ask_for_a_menu(widget: QWidget, at: QPoint) -> None:
    """What the right button of the mouse does there, beside its press."""
    QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at)))


def settle_saves(window: MainWindow) -> None:
    """Wait until all that is being saved is saved, or was not, and all that is done in the background is done."""
    for _ in range(PATIENCE):
        QApplication.processEvents()
        if not window.parts.files.saving.running and not window.session.background.running:
            return
        QTest.qWait(5)
    raise AssertionError("it is still being saved")


def submenu(bar: QMenuBar, menu: str, title: str) -> QMenu:
    """The menu of that title within a menu of the bar, which is filled when it is opened at the latest."""
    outer = next(action.menu() for action in bar.actions() if action.text() == menu)
    assert isinstance(outer, QMenu)
    outer.aboutToShow.emit()
    inner = next(action.menu() for action in outer.actions() if action.text() == title)
    assert isinstance(inner, QMenu)
    return inner


def mouse_and_keys(widget: QWidget) -> Iterator[QEvent]:
    """One of each event that a person makes a widget get, for `QApplication.sendEvent`."""
    at = QPoint(min(12, widget.width() // 2), min(12, widget.height() // 2))
    there, glob = QPointF(at), QPointF(widget.mapToGlobal(at))
    kinds, plain = QEvent.Type, Qt.KeyboardModifier.NoModifier
    yield QFocusEvent(kinds.FocusIn)
    for kind, button in (
        (kinds.MouseMove, Qt.MouseButton.NoButton),
        (kinds.MouseButtonPress, LEFT),
        (kinds.MouseMove, LEFT),
        (kinds.MouseButtonRelease, LEFT),
        (kinds.MouseButtonDblClick, LEFT),
        (kinds.MouseButtonRelease, LEFT),
    ):
        yield QMouseEvent(kind, there, glob, button, button, plain)
    yield QHoverEvent(kinds.HoverMove, there, glob, there)
    yield QHelpEvent(kinds.ToolTip, at, glob.toPoint())
    none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    yield QWheelEvent(there, glob, QPoint(0, -40), QPoint(0, -120), none, plain, phase, False)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_A, Qt.Key.Key_F2, Qt.Key.Key_Escape):
        yield QKeyEvent(kinds.KeyPress, key, plain, "a" if key is Qt.Key.Key_A else "")
        yield QKeyEvent(kinds.KeyRelease, key, plain)
    yield QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, glob.toPoint())
    yield QEvent(kinds.Leave)
    yield QFocusEvent(kinds.FocusOut)


def dismiss_what_opens() -> QTimer:
    """A running timer that closes whatever opens and waits for an answer, without one."""

    def dismiss() -> None:
        for opened in (QApplication.activePopupWidget(), QApplication.activeModalWidget()):
            if isinstance(opened, QDialog):
                QDialog.done(opened, 0)  # its own `done` may be what is being tried
            elif opened is not None:
                opened.close()

    timer = QTimer()
    timer.timeout.connect(dismiss)
    timer.start(20)
    return timer


@contextmanager
def watched() -> Iterator[list[str]]:
    """What Qt warns of meanwhile, and the exceptions that are raised where Qt calls us."""
    wrong: list[str] = []

    def hear(kind: QtMsgType, context: object, text: str) -> None:
        if kind is not QtMsgType.QtDebugMsg and not any(each in text for each in OF_THE_MACHINE):
            wrong.append(text)

    hook, sys.excepthook = sys.excepthook, lambda kind, error, trace: wrong.append(told(error))
    handler = qInstallMessageHandler(hear)
    try:
        yield wrong
    finally:
        qInstallMessageHandler(handler)
        sys.excepthook = hook


def told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


class Told(QObject):
    """How often widgets were restyled and painted, and how many turns the event loop took until they were."""

    def __init__(self, widgets: Sequence[QWidget]) -> None:
        super().__init__()
        self.styled, self.painted = Counter[QObject](), Counter[QObject]()
        self.turns = self.turns_before_painting = 0
        for widget in widgets:
            widget.installEventFilter(self)
        self.startTimer(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.styled[watched] += event.type() is QEvent.Type.StyleChange
        if event.type() is QEvent.Type.Paint:
            self.painted[watched] += 1
            self.turns_before_painting = self.turns_before_painting or self.turns
        return False

    def timerEvent(self, event: QTimerEvent) -> None:
        self.turns += 1
