"""Help > Shortcuts: all keys, from the same list as the menus, and the gestures of mouse and canvas."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMessageBox,
    QScrollArea,
    QWidget,
)

from squeezeviz import __version__
from squeezeviz.gui.commands import COMMANDS, MENUS
from squeezeviz.gui.widgets.layouts import in_column
from squeezeviz.gui.widgets.style import button_box

GESTURES = {
    "In the table": (
        ("Type", "replace the cell's text"),
        ("F2 or Enter", "edit the cell"),
        ("Enter, Tab", "finish, and go down or across to the next editable cell"),
        ("Esc", "leave the cell as it was"),
        ("Shift+arrows, drag", "select a rectangle of cells; with Ctrl to its edge"),
        ("Shift+Space, Ctrl+Space", "select the whole row, the whole column"),
        ("Del", "delete the layers whose names are selected"),
        ("Drag the grip ⠿", "move the selected rows; with Ctrl a click selects one more, or one less"),
        ("Right click on a heading", "choose the columns"),
    ),
    "In the diagram": (
        ("Arrow keys", "walk from box to box"),
        ("Shift+arrows", "select the next module too, or one less"),
        ("Ctrl+click, Shift+click", "select one module more or less; all up to it"),
        ("Drag on empty ground", "select what the band touches; with Ctrl beside what is selected; Esc gives up"),
        ("Drag a module", "move the selected layers; Esc gives up"),
        ("Alt+Up, Alt+Down", "move the selected layers along the table"),
        ("Ctrl+arrows", "go to the line that leads that way, and read what flows in it"),
        ("Enter, double click", "open or close a Fire module; the double click brings it to the middle"),
        ("Del, Ins, Shift+Ins, F2", "delete; insert a Fire after, or before; rename"),
        ("Ctrl+wheel, pinch", "zoom at the pointer"),
        ("Space-drag, middle button", "pan"),
        ("Menu key, right click", "commands for the selected layers, for the line, or on empty ground for the diagram"),
    ),
    "In the command palette (Ctrl+Shift+P)": (
        ("Type", "find by the beginning, the words or some letters of a name"),
        ("↑ ↓, PgUp, PgDown, Home, End", "go through what was found"),
        ("Enter, click", "give the command, open the preset, go to the layer"),
        ("Esc, click beside it", "close it"),
    ),
    "In the feature maps": (
        ("Arrow keys", "step through the channels"),
        ("Enter, click", "enlarge the channel; Esc goes back"),
        ("Shift+arrows", "go to another value of the channel"),
        ("F, double click", "follow the value"),
    ),
    "In a followed value (F12)": (
        ("Enter, click", "go one step back, to the framed value"),
        ("Arrow keys, Tab", "frame another value; Tab the next that weighs most"),
        ("Backspace, Alt+Left", "return along the way"),
        ("A number, Enter", "follow another channel"),
        ("Esc", "close it"),
    ),
}


class ShortcutsDialog(QDialog):
    """One page with all keys and gestures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Shortcuts")
        self.setObjectName("shortcuts_dialog")
        room = self.screen().availableGeometry()
        self.resize(min(560, room.width() - 40), min(640, room.height() - 60))
        body = QWidget()
        self._grid = QGridLayout(body)
        self._grid.setContentsMargins(18, 14, 18, 14)
        self._grid.setHorizontalSpacing(26)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        for menu in MENUS:
            commands = [each for each in COMMANDS if each.menu.startswith(menu) and each.shortcuts]
            self._section(menu, [(_keys(each.shortcuts), each.title.rstrip("…")) for each in commands])
        for place, rows in GESTURES.items():
            self._section(place, rows)
        area = QScrollArea()
        area.setWidget(body)
        area.setWidgetResizable(True)
        buttons = button_box(self, QDialogButtonBox.StandardButton.Close)
        in_column(area, buttons, of=self)

    def _section(self, title: str, rows: Iterable[tuple[str, str]]) -> None:
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
