"""The keys of a field that are also the window's: undo and redo, which take back what is being typed first, then the
document's steps, and those that open a drop-down."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QApplication, QComboBox, QLineEdit, QWidget

from squeezeviz.gui.widgets.guard import guarded


@guarded
class FieldKeys(QObject):
    """Looks at the keys of whatever field of a window has the keyboard.

    Qt's fields claim these keys whether or not they have something to take back; the window's commands would never
    see them.
    """

    def __init__(self, window: QWidget, undo: QAction, redo: QAction) -> None:
        super().__init__(window)
        self._window = window
        self._undo, self._redo = undo, redo
        for action, keys in ((undo, QKeySequence.StandardKey.Undo), (redo, QKeySequence.StandardKey.Redo)):
            action.setShortcuts(list(dict.fromkeys([*action.shortcuts(), *QKeySequence.keyBindings(keys)])))
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._watch)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if isinstance(watched, QComboBox) and _opens_drop_down(event):
            event.accept()  # the key press is for the drop-down, not for the window's command
            return event.type() == QEvent.Type.ShortcutOverride
        line = _line_of(watched)
        action = next((each for each in (self._undo, self._redo) if _is_key_of(event, each)), None)
        if line is None or action is None:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # the key press is to come here, not to the window's command
        elif action is self._undo and line.isModified() and line.isUndoAvailable() and not line.isReadOnly():
            line.undo()
        elif action is self._redo and line.isRedoAvailable() and not line.isReadOnly():
            line.redo()
        elif action.isEnabled():
            action.trigger()
        return True

    def _watch(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is not None:
            before.removeEventFilter(self)
        if now is None or not self._window.isAncestorOf(now):
            return
        if isinstance(now, QComboBox) or _line_of(now) is not None:
            now.installEventFilter(self)


def _line_of(widget: QObject) -> QLineEdit | None:
    """The line in which a field is typed into; None for what is no field."""
    match widget:
        case QLineEdit():
            return widget
        case QComboBox():
            return widget.lineEdit()
    if widget.inherits("QAbstractSpinBox"):  # a window has none, so its class need not be made
        return widget.findChild(QLineEdit)
    return None


def _opens_drop_down(event: QKeyEvent) -> bool:
    return event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up)


def _is_key_of(event: QKeyEvent, action: QAction) -> bool:
    pressed = QKeySequence(event.keyCombination())
    return any(pressed.matches(key) is QKeySequence.SequenceMatch.ExactMatch for key in action.shortcuts())


def finish_typing(window: QWidget) -> None:
    """Take what stands in the line that has the keyboard, as if the person had gone elsewhere.

    A shortcut or a toolbar button leaves the keyboard where it is: without this, Save would miss what is typed.
    """
    line = window.focusWidget()
    if isinstance(line, QLineEdit | QComboBox):
        line.clearFocus()
        viewport = line.parentWidget()
        view = viewport.parentWidget() if viewport is not None else None
        # A cell's editor is closed by this; the table that it was opened over gets the keyboard again.
        back = view if isinstance(view, QAbstractItemView) else line
        back.setFocus()
