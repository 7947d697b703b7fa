"""The window's colours and style sheet, light and dark. The diagram's colours come from its theme."""

from __future__ import annotations

from dataclasses import dataclass, fields
from importlib.resources import files
from pathlib import Path
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from squeezeviz.figure.scene.diagram import Role
from squeezeviz.figure.theme.theme import DARK, LIGHT, Theme
from squeezeviz.gui.settings import Settings


@dataclass(frozen=True)
class Style:
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
        """Return the diagram's colour for a part of a Fire module."""
        return self.theme.roles[Role(role)]


LIGHT_STYLE = Style(
    name="light",
    window="#f1f3f6",
    card="#ffffff",
    border="#dfe3e9",
    text="#1a1d24",
    quiet="#5b6472",
    accent="#2f5bd8",
    on_accent="#ffffff",
    button="#ffffff",
    button_hover="#eef1f6",
    cell="#ffffff",
    computed="#f5f6f8",
    total="#e9ecf1",
    grid="#eceff3",
    selected="#dce8ff",
    selected_computed="#d3e0f8",
    measured="#187a34",
    measured_ground="#e5f5e9",
    problem="#b3261e",
    problem_ground="#fdeceb",
    warning="#b45309",
    theme=LIGHT,
)

DARK_STYLE = Style(
    name="dark",
    window="#16181d",
    card="#1f2229",
    border="#343944",
    text="#eceef2",
    quiet="#a3abb9",
    accent="#7ea2ff",
    on_accent="#10131a",
    button="#2a2e37",
    button_hover="#343944",
    cell="#2c313b",
    computed="#1b1e24",
    total="#2c313b",
    grid="#2b3039",
    selected="#2b3c63",
    selected_computed="#273656",
    measured="#6fcf87",
    measured_ground="#1d3525",
    problem="#ff8a80",
    problem_ground="#43211f",
    warning="#f5b35c",
    theme=DARK,
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


def system_style() -> Style:
    """Return the style that the system asks for: dark if it says so, otherwise light."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return DARK_STYLE if dark else LIGHT_STYLE


def _between(one: str, other: str) -> str:
    first, second = QColor(one), QColor(other)
    return QColor(
        (first.red() + second.red()) // 2, (first.green() + second.green()) // 2, (first.blue() + second.blue()) // 2
    ).name()


def sheet(style: Style) -> str:
    """Return the style sheet of the whole window."""
    template = files("squeezeviz.resources").joinpath("themes", "window.qss").read_text(encoding="utf-8")
    colours = {field.name: getattr(style, field.name) for field in fields(style)}
    icons = files("squeezeviz.resources") / "icons"
    mixed = {
        "chevron": Path(str(icons / f"chevron-{style.name}.svg")).as_posix(),
        "check": Path(str(icons / f"check-{style.name}.svg")).as_posix(),
        "disabled": _between(style.quiet, style.card),
        "handle": _between(style.quiet, style.border),
    }
    return Template(template).substitute(colours | mixed)


class Theming(QObject):
    """Applies the chosen colours to the application, and emits a signal on every change."""

    changed = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.style = self._wanted()
        QApplication.styleHints().colorSchemeChanged.connect(self.apply)

    def choose(self, name: str) -> None:
        """Use `system`, `light` or `dark` from now on."""
        self._settings.theme = name
        self.apply()

    def apply(self) -> None:
        """Colour the application as wanted."""
        self.style = self._wanted()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        # From one style sheet to another, Qt restyles each widget once for every widget above it.
        application.setStyleSheet("")
        application.setPalette(palette(self.style))
        application.setStyleSheet(sheet(self.style))
        self.changed.emit(self.style)

    def _wanted(self) -> Style:
        return {"light": LIGHT_STYLE, "dark": DARK_STYLE}.get(self._settings.theme) or system_style()
