"""The legend of a diagram that is coloured by cost, over a corner of the canvas; what is exported shows the same."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from squeezeviz.figure.drawing.draw_legend import draw_legend, legend_size
from squeezeviz.figure.drawing.heat import Legend
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.figure.writers.recording import Recording, record
from squeezeviz.gui.widgets.guard import guarded


@guarded
class LegendCard(QWidget):
    """Shows a Legend. The mouse goes through it, to the diagram beneath."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("heat_legend")
        self.setAccessibleName("Legend")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = LIGHT
        self._legend: Legend | None = None
        self._drawn: Recording | None = None
        self.hide()

    @property
    def wanted(self) -> bool:
        """Whether there is anything to tell."""
        return self._legend is not None

    def show_legend(self, legend: Legend | None) -> None:
        self._legend = legend
        if legend is not None:
            self.setFixedSize(*(ceil(side) for side in legend_size(legend)))
        self.setAccessibleDescription(legend.in_words() if legend else "")
        self._draw_again()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._draw_again()

    def _draw_again(self) -> None:
        self._drawn = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._legend is None:
            return
        self._drawn = self._drawn or record(draw_legend(self._legend, self._theme))
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            self._drawn.play(painter)
