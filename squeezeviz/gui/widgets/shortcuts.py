"""Help > Shortcuts: all keys, from the same list as the menus, and the gestures of mouse and canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from squeezeviz import __version__
from squeezeviz.gui.commands import COMMANDS, MENUS

GESTURES = (
    ("In the table", "Type", "replace the cell's text"),
    ("In the table", "F2 or Enter", "edit the cell"),
    ("In the table", "Enter, Tab", "finish, and go down or across to the next editable cell"),
    ("In the table", "Esc", "leave the cell as it was"),
    ("In the table", "Shift+arrows, drag", "select a rectangle of cells; with Ctrl to its edge"),
    ("In the table", "Shift+Space, Ctrl+Space", "select the whole row, the whole column"),
    ("In the table", "Del", "delete the layers whose names are selected"),
    ("In the table", "Drag the grip ⠿", "move the selected rows"),
    ("In the table", "Right click on a heading", "choose the columns"),
    ("In the diagram", "Arrow keys", "walk from box to box"),
    ("In the diagram", "Shift+arrows", "go to the line that leads that way, and read what flows in it"),
    ("In the diagram", "Enter, double click", "open or close a Fire module"),
    ("In the diagram", "Del, Ins, Shift+Ins, F2", "delete; insert a Fire after, or before; rename"),
    ("In the diagram", "Ctrl+wheel, pinch", "zoom at the pointer"),
    ("In the diagram", "Space-drag, middle button", "pan"),
    ("In the diagram", "Menu key, right click", "the layer's commands"),
)


class ShortcutsDialog(QDialog):
    """One page with all keys and gestures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        self.setObjectName("shortcuts_dialog")
        self.resize(560, 640)
        body = QWidget()
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(18, 14, 18, 14)
        self._grid.setHorizontalSpacing(26)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        for menu in MENUS:
            rows = [(each.shortcuts, each.title) for each in COMMANDS if each.menu.startswith(menu) and each.shortcuts]
            self._section(menu, [(_keys(keys), title.rstrip("…")) for keys, title in rows])
        for place in dict.fromkeys(where for where, _, _ in GESTURES):
            self._section(place, [(keys, what) for where, keys, what in GESTURES if where == place])
        area = QScrollArea()
        area.setWidget(body)
        area.setWidgetResizable(True)
        column = QVBoxLayout(self)
        column.addWidget(area)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _section(self, title: str, rows: list[tuple[str, str]]) -> None:
        heading = QLabel(title)
        heading.setStyleSheet("font-weight: 600; font-size: 14px; padding-top: 8px;")
        self._grid.addWidget(heading, self._grid.rowCount(), 0, 1, 2)
        for keys, what in rows:
            place = self._grid.rowCount()
            shown = QLabel(keys)
            shown.setStyleSheet("font-weight: 600;")
            self._grid.addWidget(shown, place, 0, Qt.AlignmentFlag.AlignTop)
            label = QLabel(what)
            label.setWordWrap(True)
            self._grid.addWidget(label, place, 1)


def _keys(shortcuts: tuple[str, ...]) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(keys).toString(native) for keys in shortcuts[:2])


def show_about(parent: QWidget) -> None:
    QMessageBox.about(
        parent,
        "About squeezeviz",
        f"<b>squeezeviz {__version__}</b><p>See a SqueezeNet: its layer table, its graph, and a measured forward "
        "pass.</p><p>MIT licence. The bundled typeface Inter is under the SIL Open Font License.</p>",
    )
