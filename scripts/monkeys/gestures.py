"""What is done in the window, one event at a time, by a random generator and by what the window shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDropEvent, QGuiApplication, QHelpEvent, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from monkeys.seeing import Seeing
from monkeys.tables import MOST_ROWS, random_table
from squeezeviz.analysis.weights import RetainedWeights
from squeezeviz.files.opened import Opened
from squeezeviz.gui.commands import COMMANDS
from squeezeviz.gui.main_window import MainWindow

Button, Modifier = Qt.MouseButton, Qt.KeyboardModifier
_NAMES = (
    "Up Down Left Right Home End PageUp PageDown Tab Backtab Return Enter Escape Space Delete Backspace Insert Menu "
    "F1 F2 F3 F4 F5 F10 Plus Minus Asterisk 0 1 5 9 A C D F L V X Z"
)
KEYS = tuple(getattr(Qt.Key, f"Key_{name}") for name in _NAMES.split())
MODIFIERS = (Modifier.NoModifier,) * 6 + (
    Modifier.ShiftModifier,
    Modifier.ControlModifier,
    Modifier.AltModifier,
    Modifier.ControlModifier | Modifier.ShiftModifier,
)
TEXTS = (
    "24", "1", "0", "-1", "2.5", "16x", "9" * 31, "1000000000000", "１２", "", " ", "7x7/2 (x96)", "3×3/2 pad 1", "50%",
    "simple", "complex", "none", "227×227×3", "8x8x2", "fire2", "input", "<b>x</b>", "conv", "é", "\t",
)  # fmt: skip
BLOCKS = (
    "8\t8\t8", "conv1\t111x111x96\t7x7/2 (x96)", "new\t\t3x3/2\nnewer\t\t3x3/2", '"a\tb"\r\n1\t2', "−3", "\n\n",
    "layer\ttype\tfilters\tkernel\na\tconv\t4\t3", "total", "<table><tr><td>1</td></tr></table>", "| a |\n|---|\n| 1 |",
)  # fmt: skip
SIZES = ((1440, 900), (1024, 700), (640, 420), (900, 1200), (2400, 700), (1280, 500))


class Gestures:
    """`do` does one of them. What is chosen follows from `random` and from the widgets in sight alone."""

    def __init__(
        self,
        window: Callable[[], MainWindow],
        files: list[Path],
        weights: RetainedWeights,
        seeing: Seeing,
        say: Callable[[str], None],
    ) -> None:
        self._window, self._files, self._weights, self._say = window, files, weights, say
        self._found: list[QWidget] = []
        self._kinds: tuple[tuple[Callable[[Random], None], int], ...] = (
            (self.key, 24), (self.click, 20), (self.drag, 10), (self.wheel, 8), (self.command, 14), (self.write, 8),
            (self.paste, 4), (self.table_cell, 8), (self.diagram, 8), (self.focus, 4), (self.resize, 2), (self.menu, 3),
            (self.point, 4), (self.undo_some, 3), (self.load, 2), (self.drop, 1), (seeing.do, 40),
        )  # fmt: skip

    def do(self, random: Random) -> None:
        rows = len(self._window().document.table.layers)
        if rows > MOST_ROWS:
            self.load(random)
            return
        gesture = random.choices([kind for kind, _ in self._kinds], [weight for _, weight in self._kinds])[0]
        gesture(random)

    def do_within(self, random: Random) -> None:
        """One that stays within what is open above the window."""
        kinds = (self.key, self.key, self.write, self.write, self.click, self.click, self.drag, self.wheel, self.focus)
        random.choice((*kinds, self.point))(random)

    # Where

    def _widgets(self) -> list[QWidget]:
        """Those in sight that can be reached: of what is open above the window, or of the window."""
        root = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self._window()
        # All are held until the next gesture: PySide takes a widget of Qt's own, such as a combo box's list, for
        # deleted once nobody holds what it stands in.
        self._found = [root, *root.findChildren(QWidget)]
        return [root, *(each for each in self._found[1:] if each.isVisible() and each.isEnabled())]

    def _somewhere(self, random: Random) -> tuple[QWidget, QPoint]:
        """Mostly something that answers, now and then a label or a frame."""
        widgets = [each for each in self._widgets() if not each.visibleRegion().isEmpty()]
        lively = [each for each in widgets if _is_lively(each)]
        widget = random.choice(lively if lively and random.random() < 0.85 else widgets or [self._window()])
        return widget, self._point(random, widget)

    def _point(self, random: Random, widget: QWidget) -> QPoint:
        room = widget.visibleRegion().boundingRect()
        return QPoint(
            room.left() + int(random.random() * max(1, room.width())),
            room.top() + int(random.random() * max(1, room.height())),
        )

    def _focused(self) -> QWidget:
        opened = QApplication.activePopupWidget()
        return opened or QApplication.focusWidget() or QApplication.activeModalWidget() or self._window()

    def _told(self, widget: QWidget) -> str:
        return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()}".strip()

    # Keys

    def key(self, random: Random) -> None:
        key, modifier, times = random.choice(KEYS), random.choice(MODIFIERS), random.choice((1, 1, 1, 3))
        for _ in range(times):
            widget = self._focused()
            self._say(f"key {modifier.name} {key.name} in {self._told(widget)}")
            QTest.keyClick(widget, key, modifier)

    def write(self, random: Random) -> None:
        widget, text = self._focused(), random.choice(TEXTS)
        self._say(f"write {text!r} in {self._told(widget)}")
        for letter in text:
            if letter.isascii():
                QTest.keyClicks(self._focused(), letter)
            else:  # as an input method would
                typed = QKeyEvent(QKeyEvent.Type.KeyPress, 0, Modifier.NoModifier, letter)
                QApplication.sendEvent(self._focused(), typed)
        if isinstance(widget, QLineEdit) and random.random() < 0.6:
            QTest.keyClick(self._focused(), random.choice((Qt.Key.Key_Return, Qt.Key.Key_Tab)))

    def focus(self, random: Random) -> None:
        widgets = [each for each in self._widgets() if each.focusPolicy() is not Qt.FocusPolicy.NoFocus]
        widget = random.choice(widgets or [self._window()])
        self._say(f"focus {self._told(widget)}")
        widget.setFocus(random.choice((Qt.FocusReason.TabFocusReason, Qt.FocusReason.MouseFocusReason)))

    # The mouse

    def click(self, random: Random, where: QWidget | None = None) -> None:
        widget, at = self._somewhere(random) if where is None else (where, self._point(random, where))
        button = random.choice((Button.LeftButton,) * 5 + (Button.RightButton, Button.MiddleButton))
        modifier, twice = random.choice(MODIFIERS), random.random() < 0.2
        self._say(f"{'double ' * twice}click {button.name} {modifier.name} at {at.toTuple()} of {self._told(widget)}")
        (QTest.mouseDClick if twice else QTest.mouseClick)(widget, button, modifier, at)

    def drag(self, random: Random, where: QWidget | None = None) -> None:
        widget, at = self._somewhere(random) if where is None else (where, self._point(random, where))
        button = random.choice((Button.LeftButton, Button.LeftButton, Button.MiddleButton))
        places = [self._point(random, widget) for _ in range(random.randint(1, 4))]
        self._say(f"drag {button.name} from {at.toTuple()} by {len(places)} places in {self._told(widget)}")
        QTest.mousePress(widget, button, Modifier.NoModifier, at)
        for place in places:
            QTest.mouseMove(widget, place)
        if random.random() < 0.9:
            QTest.mouseRelease(widget, button, Modifier.NoModifier, places[-1])

    def wheel(self, random: Random, where: QWidget | None = None) -> None:
        widget, at = self._somewhere(random) if where is None else (where, self._point(random, where))
        modifier, turn = random.choice(MODIFIERS), random.choice((-1200, -120, -15, 15, 120, 1200))
        glob = QPointF(widget.mapToGlobal(at))
        self._say(f"wheel {turn} {modifier.name} at {at.toTuple()} of {self._told(widget)}")
        event = QWheelEvent(
            QPointF(at), glob, QPoint(), QPoint(0, turn), Button.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False
        )
        QApplication.sendEvent(widget, event)

    def point(self, random: Random) -> None:
        """Rest the mouse on something, which may tell what it is."""
        widget, at = self._somewhere(random)
        self._say(f"point at {at.toTuple()} of {self._told(widget)}")
        QTest.mouseMove(widget, at)
        QApplication.sendEvent(widget, QHelpEvent(QHelpEvent.Type.ToolTip, at, widget.mapToGlobal(at)))

    def menu(self, random: Random) -> None:
        widget, at = self._somewhere(random)
        reason = random.choice((QContextMenuEvent.Reason.Mouse, QContextMenuEvent.Reason.Keyboard))
        self._say(f"context menu by {reason.name} at {at.toTuple()} of {self._told(widget)}")
        QApplication.sendEvent(widget, QContextMenuEvent(reason, at, widget.mapToGlobal(at)))

    # Parts of the window

    def table_cell(self, random: Random) -> None:
        table = self._window().parts.table
        model = table.model()
        index = model.index(random.randrange(model.rowCount()), random.randrange(model.columnCount()))
        table.scrollTo(index)
        at, modifier = table.visualRect(index).center(), random.choice(MODIFIERS)
        self._say(f"click {modifier.name} the cell {index.row()}, {index.column()}")
        if table.isVisible() and table.viewport().rect().contains(at):
            QTest.mouseClick(table.viewport(), Button.LeftButton, modifier, at)

    def diagram(self, random: Random) -> None:
        ground = self._window().parts.graph.viewport()
        random.choice((self.click, self.drag, self.wheel))(random, None if ground.visibleRegion().isEmpty() else ground)

    # Commands, the clipboard, files

    def command(self, random: Random) -> None:
        action = self._window().parts.commands[random.choice(COMMANDS).id]
        usable = action.isEnabled() and QApplication.activeModalWidget() is None
        self._say(f"command {action.objectName()}{' cannot be given' * (not usable)}")
        if usable:
            action.trigger()

    def undo_some(self, random: Random) -> None:
        name, times = random.choice(("undo", "undo", "redo")), random.randint(1, 8)
        self._say(f"{name} {times} times")
        for _ in range(times):
            self._window().parts.commands[name].trigger()

    def paste(self, random: Random) -> None:
        text = random.choice(BLOCKS)
        self._say(f"paste {text!r}")
        QGuiApplication.clipboard().setText(text)
        self._window().parts.commands["paste"].trigger()

    def load(self, random: Random) -> None:
        """Another table, as if it had been opened, now and then with weights."""
        table = random_table(random)
        with_weights = random.random() < 0.3
        self._say(f"load {table.name!r} of {len(table.layers)} rows{' with weights' * with_weights}")
        self._window().document.open(Opened(table, retained=self._weights if with_weights else None))

    def drop(self, random: Random) -> None:
        path = random.choice(self._files)
        self._say(f"drop {path.name}")
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        at = QPointF(self._window().rect().center())
        event = QDropEvent(at, Qt.DropAction.CopyAction, data, Button.LeftButton, Modifier.NoModifier)
        QApplication.sendEvent(self._window(), event)

    def resize(self, random: Random) -> None:
        size = random.choice(SIZES)
        self._say(f"resize to {size}")
        self._window().resize(*size)


def _is_lively(widget: QWidget) -> bool:
    ours = any(type(each).__module__.startswith("squeezeviz") for each in (widget, widget.parent()))
    return ours or widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
