"""Placed diagrams side by side, at one scale and as large as both fit."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from squeezeviz.figure.drawing.draw import draw_diagram
from squeezeviz.figure.scene.diagram import Badge, Diagram, Key
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.figure.writers.recording import Recording, record
from squeezeviz.gui.widgets.guard import guarded

_LEFT, _AROUND = 18.0, 12.0
"""The margins of a diagram that stay: left of the ruler, and at the other sides."""
_LARGEST_SCALE = 1.25


@guarded
class FigureView(QWidget):
    """Shows one diagram, read-only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(150, 130)
        self._scale, self._highest = 1.0, 1.0
        self._diagram: Diagram | None = None
        self._badges: Mapping[Key, Badge] = {}
        self._theme = LIGHT
        self._recording: Recording | None = None

    @property
    def wanted(self) -> QRectF:
        """Return the shown part of the diagram, in diagram units."""
        if self._diagram is None or not self._diagram.modules:
            return QRectF(0, 0, 1, 1)
        left, diagram = self._diagram.ruler_at - _LEFT, self._diagram
        return QRectF(left, _AROUND, diagram.width - left - _AROUND, diagram.height - 2 * _AROUND)

    @property
    def fitting(self) -> float:
        """Return the largest scale at which the whole diagram fits."""
        wanted = self.wanted
        return min(self.width() / wanted.width(), self.height() / wanted.height(), _LARGEST_SCALE)

    def show_diagram(self, diagram: Diagram, badges: Mapping[Key, Badge]) -> None:
        self._diagram, self._badges = diagram, badges
        self.setAccessibleDescription("; ".join(module.full for module in diagram.modules))
        self._draw_anew()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._draw_anew()

    def set_scale(self, scale: float, height: float) -> None:
        """Set the scale. `height` is that of the taller figure in diagram units, so that the tops are aligned."""
        self._scale, self._highest = scale, height
        self.update()

    def _draw_anew(self) -> None:
        self._recording = None
        self.update()

    # What Qt calls

    def sizeHint(self) -> QSize:
        return self.wanted.size().toSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._diagram is None:
            return
        if self._recording is None:
            self._recording = record(draw_diagram(self._diagram, self._theme, self._badges))
        wanted = self.wanted
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            across, along = self.width() - wanted.width() * self._scale, self.height() - self._highest * self._scale
            painter.translate(round(across / 2), round(along / 2))
            painter.scale(self._scale, self._scale)
            painter.translate(-wanted.x(), -wanted.y())
            self._recording.play(painter)


@guarded
class FigurePair(QWidget):
    """Two figures on cards, each under its heading and with the width that it needs."""

    def __init__(self, names: tuple[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        self.views, self._headings = (FigureView(), FigureView()), (QLabel(), QLabel())
        for view, heading, name in zip(self.views, self._headings, names, strict=True):
            view.setAccessibleName(name)
            self._row.addWidget(_card(heading, view))

    def show_diagrams(self, diagrams: tuple[Diagram, Diagram], badges: tuple[Mapping[Key, Badge], ...]) -> None:
        for place, view in enumerate(self.views):
            view.show_diagram(diagrams[place], badges[place])
            self._row.setStretch(place, round(view.wanted.width()))
        self._row.activate()
        self._scale_alike()

    def show_headings(self, real: str, chained: str) -> None:
        for heading, text in zip(self._headings, (real, chained), strict=True):
            heading.setText(text)

    def set_theme(self, theme: Theme) -> None:
        for view in self.views:
            view.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._row.activate()
        self._scale_alike()

    def _scale_alike(self) -> None:
        scale, highest = min(view.fitting for view in self.views), max(view.wanted.height() for view in self.views)
        for view in self.views:
            view.set_scale(scale, highest)


def _card(heading: QLabel, view: QWidget) -> QFrame:
    card = QFrame()
    card.setObjectName("card")
    heading.setTextFormat(Qt.TextFormat.PlainText)
    heading.setProperty("tone", "heading")
    heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    column = QVBoxLayout(card)
    column.setContentsMargins(10, 9, 10, 9)
    column.setSpacing(6)
    column.addWidget(heading)
    column.addWidget(view, 1)
    return card
