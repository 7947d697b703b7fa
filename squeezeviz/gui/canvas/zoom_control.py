"""The small bar below the graph: − 100 % + Fit."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.canvas.zoom_area import ZoomArea
from squeezeviz.gui.widgets.guard import guarded

_STYLE = """
#zoom_control {{ background: transparent; border: none; }}
#zoom_control QToolButton {{
    color: {text}; background: transparent; border: 2px solid transparent; border-radius: 6px;
    padding: 1px 8px; font-size: 12px; min-height: 16px;
}}
#zoom_control QToolButton:hover {{ background: {hover}; }}
#zoom_control QToolButton:pressed {{ background: {outline}; }}
#zoom_control QToolButton:focus {{ border-color: {focus}; }}
#zoom_control QToolButton:disabled {{ color: {outline}; }}
"""
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


@guarded
class ZoomControl(QFrame):
    """Four buttons for the zoom of `area`, which answers with `show_zoom`."""

    def __init__(self, area: ZoomArea) -> None:
        super().__init__(area)
        self.setObjectName("zoom_control")
        self.setAccessibleName("Zoom")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._smaller = self._button("zoom_out", "−", "Zoom out", area.zoom_out)
        self._percent = self._button("zoom_reset", "100 %", "Zoom to 100 %", area.zoom_reset)
        self._larger = self._button("zoom_in", "+", "Zoom in", area.zoom_in)
        fit = self._button("zoom_fit", "Fit", "Show the whole graph", area.zoom_to_fit)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("000.0 %") + 20)
        for button in (self._smaller, self._percent, self._larger, fit):
            row.addWidget(button)

    def show_zoom(self, zoom: float, smallest: float, largest: float) -> None:
        """Show `zoom` (1 is 100 %), and which way it can still go."""
        text = percent(zoom)
        self._percent.setText(text)
        self._percent.setAccessibleName(f"Zoom is {text}; zoom to 100 %")
        self._smaller.setEnabled(zoom > smallest * 1.001)
        self._larger.setEnabled(zoom < largest * 0.999)

    def set_theme(self, theme: Theme) -> None:
        colours = {
            "outline": theme.box_outline,
            "text": theme.text,
            "hover": theme.frame_fill,
            "focus": theme.selection,
        }
        self.setStyleSheet(_STYLE.format(**colours))
        self.adjustSize()

    def _button(self, name: str, text: str, purpose: str, zoom: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setText(text)
        button.setToolTip(purpose)
        button.setAccessibleName(purpose)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAutoRaise(True)
        button.installEventFilter(self)
        button.clicked.connect(zoom)
        return button

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click between the buttons is not for the graph beneath."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Nor is a key that a button has no use for: there Del takes layers out."""
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter presses the button that has the keyboard, as Space does."""
        pressed = isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and event.key() in _ENTER
        if pressed and isinstance(watched, QToolButton):
            watched.click()
            return True
        return super().eventFilter(watched, event)


def percent(zoom: float) -> str:
    """A zoom as people read it: `100 %`, and `0.3 %` where whole numbers would say nothing."""
    return f"{zoom * 100:.0f} %" if zoom >= 0.0995 else f"{zoom * 100:.2g} %"
