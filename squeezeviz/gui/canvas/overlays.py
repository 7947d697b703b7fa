"""What lies about the viewport's lower corners: legend and minimap over it, the zoom control in a strip below it."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QMargins, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QWidget

from squeezeviz.figure.scene.diagram import Direction, Rect
from squeezeviz.figure.writers.painter import Recording, record
from squeezeviz.gui.canvas.camera import LARGEST_ZOOM
from squeezeviz.gui.canvas.drawing import Appearance
from squeezeviz.gui.canvas.minimap import BROAD, SLIM, Minimap
from squeezeviz.gui.canvas.ruler import NARROW
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.zoom_area import ZoomArea
from squeezeviz.gui.widgets.buttons import tool_button
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label
from squeezeviz.gui.widgets.layouts import in_row
from squeezeviz.model.text import tip_text

if TYPE_CHECKING:
    from squeezeviz.figure.scene.primitives import Group

STRIP = 34
"""Pixels below the viewport for the zoom control, which over it would hide boxes."""
_CORNER, _SLIM_CORNER = 12, 6
"""Pixels to the viewport's edges; of a slim minimap."""
_GAP = 10
_NOTE = 112
"""What a note in two lines takes beside the zoom control."""
_LARGEST_WIDTH, _LARGEST_HEIGHT = 0.5, 0.32
"""How much of the viewport the minimap takes at the most."""
_BESIDE, _SLIM_BESIDE = 56, 26
"""What the minimap of a usual network, and a slim one in a narrow viewport, takes at the right beyond the margin."""
_LEAST_ABOVE = 220
"""Pixels that a legend leaves to the diagram, or it is not shown."""
_SMALLEST_VIEWPORT = QSize(300, 260)
"""In a smaller one the minimap would hide more than it shows."""


@guarded
class ZoomControl(QFrame):
    """Buttons for the zoom of `area`, which answers with `show_zoom`, and one that sets the network in columns."""

    columns_requested = Signal()

    def __init__(self, area: ZoomArea) -> None:
        super().__init__(area)
        self._area = area
        self.setObjectName("zoom_control")
        self.setAccessibleName("Zoom")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._smaller = tool_button("−", "zoom_out", "Zoom out", area.zoom_out)
        self._percent = tool_button("100 %", "zoom_reset", "Zoom to 100 %", area.zoom_reset)
        self._larger = tool_button("+", "zoom_in", "Zoom in", area.zoom_in)
        fit = tool_button("Fit", "zoom_fit", "Show the whole graph", area.zoom_to_fit)
        self._percent.setMinimumWidth(self._percent.fontMetrics().horizontalAdvance("000.0 %") + 20)
        self._columns = tool_button(
            "Columns", "columns", "Set the network in columns, so that all of it is seen", self.columns_requested
        )
        self._columns.setCheckable(True)
        row = (self._smaller, self._percent, self._larger, fit, self._columns)
        for button in row:
            button.setAutoRaise(True)
        in_row(*row, spacing=0, margins=(0, 0, 0, 0), of=self)

    def show_zoom(self, zoom: float, smallest: float) -> None:
        """Show `zoom` (1 is 100 %), and which way it can still go."""
        text = percent(zoom)
        self._percent.setText(text)
        self._percent.setAccessibleName(f"Zoom is {text}; zoom to 100 %")
        self._smaller.setEnabled(zoom > smallest * 1.001)
        self._larger.setEnabled(zoom < LARGEST_ZOOM * 0.999)

    def show_wrapped(self, wrapped: bool) -> None:
        """Show whether the network is set in columns."""
        self._columns.setChecked(wrapped)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._area.wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses a button, as Space does. No other key is for the graph beneath: there Del takes layers out."""
        event.accept()
        button = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QToolButton):
            button.click()


@guarded
class LegendCard(QWidget):
    """The legend of a diagram's colours, or of its lines' widths. The mouse goes through it, to the diagram beneath."""

    def __init__(self, parent: QWidget, name: str, accessible_name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(accessible_name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._recording: Recording | None = None
        self.hide()

    @property
    def is_wanted(self) -> bool:
        """Whether there is a legend to show where there is room for it."""
        return self._recording is not None

    def show_legend(self, drawn: Group, size: tuple[float, float]) -> None:
        """Show a legend, drawn in units that are pixels here."""
        self._recording = record(drawn)
        self.setFixedSize(*(ceil(side) for side in size))
        self.setAccessibleDescription(drawn.title)
        self.update()

    def show_nothing(self) -> None:
        self._recording = None
        self.setAccessibleDescription("")

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            if self._recording is not None:
                self._recording.play(painter)


class Overlays(QObject):
    """Keeps minimap, legend and zoom control in their corners, and says to them what the area shows."""

    def __init__(self, area: ZoomArea) -> None:
        super().__init__(area)
        self._area = area
        self._series: Series | None = None
        self.minimap_wanted = True
        self.control, self.minimap = ZoomControl(area), Minimap(area)
        self.legend = LegendCard(area, "heat_legend", "Legend")
        self.widths = LegendCard(area, "width_legend", "Legend of the lines")
        self._note: QLabel | None = None

    def insets(self, viewport: QSize, *, beside: bool) -> QMargins:
        """What a network should keep clear of: a legend below, and `beside` it the minimap."""
        shown = self.minimap_wanted and beside and _is_large(viewport)
        below = sum(card.height() + _GAP for card in self._legends_within(viewport.height()))
        breadth = _SLIM_BESIDE if viewport.width() < NARROW else _BESIDE
        return QMargins(0, 0, breadth if shown else 0, below)

    def set_appearance(self, appearance: Appearance) -> None:
        """Take the colours of the theme, and show them, or those of costs, on the minimap and in the legends."""
        theme, heat = appearance.theme, appearance.heat
        self.minimap.set_look(theme, heat)
        if heat is None:
            self.legend.show_nothing()
        else:
            from squeezeviz.figure.drawing.heat import draw_legend, legend_size

            self.legend.show_legend(draw_legend(heat.legend, theme), legend_size(heat.legend))
        if appearance.activations is None:
            self.widths.show_nothing()
        else:
            from squeezeviz.figure.drawing.activations import LEGEND_SIZE, draw_width_legend

            self.widths.show_legend(draw_width_legend(appearance.activations, theme), LEGEND_SIZE)
        self.arrange()

    def show_series(self, series: Series) -> None:
        self._series = series
        self.control.setVisible(bool(len(series)))
        self.arrange()

    def arrange(self) -> None:
        """Take the corners of an area that has another size, direction or series."""
        area, control = self._area.viewport().geometry(), self.control
        control.adjustSize()
        beside = _NOTE + _GAP if self._note is not None and self._note.text() else 0
        left = max(0, min(_CORNER, area.width() - control.width() - beside - _CORNER))
        below = area.top() + area.height()
        control.move(area.left() + left, below + (STRIP - control.height()) // 2)
        if self._note is not None:
            beside = area.left() + left + control.width() + _GAP
            self._note.setGeometry(beside, below, max(0, area.left() + area.width() - beside), STRIP)
        self._arrange_minimap()
        self._arrange_legends()

    def _arrange_minimap(self) -> None:
        if self._series is None:
            return
        area, minimap, down = self._area.viewport().geometry(), self.minimap, self._area.direction is Direction.DOWN
        below = area.top() + area.height()
        slim = down and area.width() < NARROW
        largest = QSize(round(area.width() * _LARGEST_WIDTH), round(area.height() * _LARGEST_HEIGHT))
        minimap.show_series(self._series, largest, SLIM if slim else BROAD)
        corner = _SLIM_CORNER if slim else _CORNER
        minimap.move(area.left() + area.width() - minimap.width() - corner, below - _CORNER - minimap.height())
        self.follow()

    def show_note(self, text: str, details: str = "") -> None:
        """Say something beside the zoom control, in one or two lines, and in `details` all of it where the mouse points
        at it; nothing where it is empty."""
        if self._note is None and not text:
            return
        if self._note is None:
            self._note = label(tone="quiet", name="diagram_note", wraps=True, small=True)
            self._note.setParent(self._area)
        self._note.setText(text)
        self._note.setToolTip(tip_text(details))
        self._note.setAccessibleDescription(details)
        self._note.setVisible(bool(text))
        self.arrange()

    def follow(self) -> None:
        """Show where the camera looks now."""
        area = self._area
        self.control.show_zoom(area.zoom, area.smallest_zoom)
        self.minimap.follow()
        shown = self.minimap_wanted and _is_large(area.viewport().size()) and not _is_within(area.content, area.sight())
        if shown is self.minimap.isHidden():
            self.minimap.setVisible(shown)
            self._arrange_legends()

    def _arrange_legends(self) -> None:
        """Stack the legends above the zoom control; above the minimap, where that would lie beneath one."""
        area, left = self._area.viewport().geometry(), self.control.x()
        shown, minimap = self._legends_within(area.height()), self.minimap.geometry()
        bottom = area.top() + area.height() - _CORNER
        if any(left + card.width() > minimap.left() for card in shown) and not self.minimap.isHidden():
            bottom = minimap.top() - _GAP if self._area.direction is not Direction.DOWN else bottom
        for card in (self.legend, self.widths):
            card.setVisible(card in shown)
            if card in shown:
                bottom -= card.height()
                card.move(left, bottom)
                bottom -= _GAP

    def _legends_within(self, height: int) -> list[LegendCard]:
        """The legends for which there is room, from below."""
        found, left = list[LegendCard](), height - _LEAST_ABOVE
        for card in (self.legend, self.widths):
            if card.is_wanted and card.height() <= left:
                found.append(card)
                left -= card.height() + _GAP
        return found


def _is_large(viewport: QSize) -> bool:
    return viewport.width() >= _SMALLEST_VIEWPORT.width() and viewport.height() >= _SMALLEST_VIEWPORT.height()


def _is_within(content: Rect, sight: Rect) -> bool:
    """Whether all of `content` is in sight, but for what rounding to whole pixels takes."""
    slack = max(content.width, content.height) / 500
    grown = QRectF(*sight).adjusted(-slack, -slack, slack, slack)
    return slack == 0 or grown.contains(QRectF(*content))


def percent(zoom: float) -> str:
    """A zoom as people read it: `100 %`, and `0.3 %` where whole numbers would say nothing."""
    return f"{zoom * 100:.0f} %" if zoom >= 0.0995 else f"{zoom * 100:.2g} %"
