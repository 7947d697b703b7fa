"""Light or dark: as the system is, or as was chosen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from squeezeviz.gui.settings import Settings
from squeezeviz.gui.style import DARK_STYLE, LIGHT_STYLE, Style, palette, sheet, system_style


class Theming(QObject):
    """Keeps the application's colours as wanted, and tells of every change."""

    changed = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.style = self._wanted()
        QApplication.styleHints().colorSchemeChanged.connect(self.apply)

    def choose(self, name: str) -> None:
        """`system`, `light` or `dark`, from now on."""
        self._settings.theme = name
        self.apply()

    def apply(self) -> None:
        """Colour the application as wanted."""
        self.style = self._wanted()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setPalette(palette(self.style))
        application.setStyleSheet(sheet(self.style))
        self.changed.emit(self.style)

    def _wanted(self) -> Style:
        return {"light": LIGHT_STYLE, "dark": DARK_STYLE}.get(self._settings.theme) or system_style()
