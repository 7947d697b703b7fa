"""The window's colours, style sheet and icons, light and dark. The diagram's colours come from its theme."""

from __future__ import annotations

from math import ceil
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPainterPath, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from squeezeviz.figure.scene.diagram import Role
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.gui.settings import Settings
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.resources import RESOURCES

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog, QDialogButtonBox


class Style(NamedTuple):
    """Colours by their purpose. `theme` is the diagram's."""

    name: str
    window: str
    card: str
    border: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    button: str
    button_hover: str
    cell: str
    computed: str
    total: str
    grid: str
    selected: str
    selected_computed: str
    measured: str
    measured_ground: str
    problem: str
    problem_ground: str
    warning: str
    theme: Theme

    def role(self, role: str) -> str:
        return self.theme.roles[Role(role)]


_COLOURS = {
    "window": ("#f1f3f6", "#16181d"),
    "card": ("#ffffff", "#1f2229"),
    "border": ("#dfe3e9", "#343944"),
    "text": ("#1a1d24", "#eceef2"),
    "quiet": ("#5b6472", "#a3abb9"),
    "accent": ("#2f5bd8", "#7ea2ff"),
    "on_accent": ("#ffffff", "#10131a"),
    "button": ("#ffffff", "#2a2e37"),
    "button_hover": ("#eef1f6", "#343944"),
    "cell": ("#ffffff", "#2c313b"),
    "computed": ("#f5f6f8", "#1b1e24"),
    "total": ("#e9ecf1", "#2c313b"),
    "grid": ("#eceff3", "#2b3039"),
    "selected": ("#dce8ff", "#2b3c63"),
    "selected_computed": ("#d3e0f8", "#273656"),
    "measured": ("#187a34", "#6fcf87"),
    "measured_ground": ("#e5f5e9", "#1d3525"),
    "problem": ("#b3261e", "#ff8a80"),
    "problem_ground": ("#fdeceb", "#43211f"),
    "warning": ("#b45309", "#f5b35c"),
}
"""On a light and on a dark window."""

LIGHT_STYLE, DARK_STYLE = (
    Style(theme=theme, name=theme.name, **{purpose: both[place] for purpose, both in _COLOURS.items()})
    for place, theme in enumerate((LIGHT, DARK))
)


def palette(style: Style) -> QPalette:
    """Return the palette for everything that the style sheet does not cover."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, style.window),
        (roles.WindowText, style.text),
        (roles.Base, style.card),
        (roles.AlternateBase, style.computed),
        (roles.Text, style.text),
        (roles.Button, style.button),
        (roles.ButtonText, style.text),
        (roles.BrightText, style.problem),
        (roles.Highlight, style.accent),
        (roles.HighlightedText, style.on_accent),
        (roles.ToolTipBase, style.card),
        (roles.ToolTipText, style.text),
        (roles.PlaceholderText, style.quiet),
        (roles.Link, style.accent),
        (roles.Mid, style.border),
        (roles.Midlight, style.button_hover),
        (roles.Dark, style.border),
        (roles.Light, style.card),
        (roles.Shadow, style.border),
    ):
        made.setColor(role, QColor(colour))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(_between(style.quiet, style.card)))
    return made


def _between(one: str, other: str) -> str:
    first, second = QColor(one), QColor(other)
    return QColor(
        (first.red() + second.red()) // 2, (first.green() + second.green()) // 2, (first.blue() + second.blue()) // 2
    ).name()


def sheet(style: Style) -> str:
    template = (RESOURCES / "themes" / "window.qss").read_text(encoding="utf-8")
    colours = style._asdict()
    drawn = {f"diagram_{name}": value for name, value in style.theme._asdict().items()}
    roles = {f"role_{role}": colour for role, colour in style.theme.roles.items()}
    icons = RESOURCES / "icons"
    mixed = {
        "check": (icons / f"check-{style.name}.svg").as_posix(),
        "disabled": _between(style.quiet, style.card),
        "handle": _between(style.quiet, style.border),
    }
    return Template(template).substitute(colours | drawn | roles | mixed)


class Theming(QObject):
    """Gives a window, with its menus and dialogs, the chosen colours, and emits signals on every change."""

    restyled = Signal()
    """The widgets have another style; `changed` comes in a later turn, until when nothing should be painted."""
    changed = Signal(object)

    def __init__(self, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._settings, self._window = settings, window
        self.style = self._wanted()
        QApplication.styleHints().colorSchemeChanged.connect(self._change)

    def choose(self, name: str) -> None:
        self._settings.theme = name
        self._change()

    def apply(self) -> None:
        self._restyle()
        self.changed.emit(self.style)

    def _change(self) -> None:
        """Restyle all widgets, which takes a while; keys and clicks come before what follows from it."""
        self._restyle()
        self.restyled.emit()
        QTimer.singleShot(1, self, lambda: self.changed.emit(self.style))  # at 0 it would come before them

    def _restyle(self) -> None:
        self.style = self._wanted()
        QApplication.setPalette(palette(self.style))
        # The application's own style sheet would restyle each widget once for every widget above it.
        self._window.setStyleSheet(sheet(self.style))

    def _wanted(self) -> Style:
        system = QGuiApplication.styleHints().colorScheme()
        dark = self._settings.theme == "dark" or (self._settings.theme == "system" and system == Qt.ColorScheme.Dark)
        return DARK_STYLE if dark else LIGHT_STYLE


_SIZE = 16
_LINES = {
    "new": "4,2 9.5,2 12.5,5 12.5,14 4,14 4,2; 9.5,2 9.5,5 12.5,5",
    "open": "2,13 2,3.5 6,3.5 7.5,5.5 13,5.5 13,7; 2,13 4.2,7.5 15,7.5 12.8,13 2,13",
    "save": "2.5,2.5 11,2.5 13.5,5 13.5,13.5 2.5,13.5 2.5,2.5; 5,13.5 5,9 11,9 11,13.5; 5.5,2.5 5.5,5.5 10,5.5 10,2.5",
    "export": "8,10 8,2; 5,5 8,2 11,5; 2.5,9 2.5,13.5 13.5,13.5 13.5,9",
    "add": "8,3 8,13; 3,8 13,8",
    "direction": "5,2 5,13; 2.5,10.5 5,13 7.5,10.5; 8,4.5 14,4.5; 11.8,2.2 14,4.5 11.8,6.8",
    "duplicate": "5.5,5.5 13.5,5.5 13.5,13.5 5.5,13.5 5.5,5.5; 2.5,10.5 2.5,2.5 10.5,2.5",
    "delete": "2.5,4.5 13.5,4.5; 6,4.5 6,2.5 10,2.5 10,4.5; 4,4.5 4.7,13.5 11.3,13.5 12,4.5; 8,7 8,11",
    "up": "8,13 8,3; 4,7 8,3 12,7",
    "down": "8,3 8,13; 4,9 8,13 12,9",
    "run": "4.5,2.5 13,8 4.5,13.5 4.5,2.5",
}
"""Strokes on a 16 × 16 grid: points `x,y` joined by lines, `;` between strokes."""


def button_box(dialog: QDialog, buttons: QDialogButtonBox.StandardButton) -> QDialogButtonBox:
    """Return the buttons that accept or reject a dialog, which have words alone.

    The style sheet says so of them too, but reaches them when they have the desktop's icons already. Nor have they the
    desktop's underlined letters, which could be those of the dialog's own parts: Enter and Esc press them.
    """
    from PySide6.QtWidgets import QDialogButtonBox

    made = QDialogButtonBox(buttons)
    for button in made.buttons():
        button.setIcon(QIcon())
        button.setText(button.text().replace("&", ""))
    made.accepted.connect(dialog.accept)
    made.rejected.connect(dialog.reject)
    return made


def icon(name: str, colour: str) -> QIcon:
    """Return the icon of that name in one colour, as sharp as the sharpest screen that there is now."""
    scale = ceil(max(screen.devicePixelRatio() for screen in QGuiApplication.screens()))
    pixmap = QPixmap(_SIZE * scale, _SIZE * scale)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(scale, scale)
        pen = QPen(QColor(colour), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(_path(name))
    pixmap.setDevicePixelRatio(scale)
    return QIcon(pixmap)


def _path(name: str) -> QPainterPath:
    path = QPainterPath()
    if name in ("undo", "redo"):
        _turn(path, mirrored=name == "redo")
    for stroke in _LINES.get(name, "").split(";"):
        points = [QPointF(*(float(part) for part in point.split(","))) for point in stroke.split()]
        for first, point in zip([True] + [False] * len(points), points, strict=False):
            (path.moveTo if first else path.lineTo)(point)
    return path


def _turn(path: QPainterPath, *, mirrored: bool) -> None:

    def at(x: float, y: float) -> QPointF:
        return QPointF(_SIZE - x if mirrored else x, y)

    path.moveTo(at(3, 6.5))
    path.lineTo(at(9.5, 6.5))
    box = QRectF(at(6, 6.5), at(13, 13.5)).normalized()
    path.arcTo(box, 90, 180 if mirrored else -180)
    path.lineTo(at(6, 13.5))
    for end in (at(6, 3.3), at(6, 9.7)):
        path.moveTo(at(3, 6.5))
        path.lineTo(end)
