"""What stands about the viewport, and never over a box: zoom control, legends, the overview and a heading.

They have a strip below it, the heading one above it. The overview of a network in one column that runs down stands in
the margin that is kept free at the viewport's right, and is not shown while boxes are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QWidget

from squeezeviz.figure.scene.diagram import Rect
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
"""Pixels below the viewport for the zoom control."""
_CORNER, _SLIM_CORNER = 12, 6
"""Pixels to the viewport's edges; of a slim minimap."""
_GAP = 10
_NOTE = 112
"""What a note in two lines takes beside the zoom control."""
_LARGEST_HEIGHT, _LARGEST_WIDTH = 0.32, 420
"""How much of the viewport's height the minimap takes at the most, and in the strip how many pixels."""
_WIDTH_BESIDE = 160
"""Pixels for the minimap beside the legends."""
_SMALLEST_WIDTH = 24
"""Pixels of the strip with fewer of which a minimap shows nothing."""
_CLEAR = 4.0
"""Pixels between the minimap and any box."""
_BESIDE, _SLIM_BESIDE = 56, 26
"""What the minimap of a usual network, and a slim one in a narrow viewport, takes at the right beyond the margin."""
_LEAST_ABOVE = 220
"""Pixels that legends leave to the diagram, or they are not shown."""
_SMALLEST_VIEWPORT = QSize(300, 260)
"""In a smaller one the minimap would take more than it is worth."""


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
        self._folding = fit, self._columns
        row = (self._smaller, self._percent, self._larger, *self._folding)
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

    def fit(self, width: int) -> None:
        """Take so many pixels at the most: without the buttons for columns and for all of it where these do not fit."""
        taken = sum(each.sizeHint().width() for each in (self._smaller, self._percent, self._larger))
        for button in self._folding:
            taken += button.sizeHint().width()
            button.setVisible(taken <= width)
        self.adjustSize()

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
        self.minimap_wanted = self.control_wanted = True
        self.control, self.minimap = ZoomControl(area), Minimap(area)
        self.legend = LegendCard(area, "heat_legend", "Legend")
        self.widths = LegendCard(area, "width_legend", "Legend of the lines")
        self._note: QLabel | None = None
        self._in_corner = self._has_room = False
        """Whether the minimap stands in the viewport's corner, and whether it has room where it stands."""
        self._heading: QWidget | None = None

    def set_heading(self, heading: QWidget | None) -> None:
        """Show a widget above the viewport, which has left the room for it."""
        if self._heading is not None and heading is not self._heading:
            self._heading.setParent(None)
        self._heading = heading
        if heading is not None:
            heading.setParent(self._area)
            heading.show()

    @property
    def height_above(self) -> int:
        """The pixels above the viewport that are kept for the heading."""
        return 0 if self._heading is None else self._heading.sizeHint().height()

    def height_below(self, area: QSize) -> int:
        """The pixels below the viewport that an `area` of that size keeps for the zoom control and the legends."""
        shown = self._legends_within(area)
        if self._in_row(shown, area.width()):
            return max(STRIP, *(card.height() + _GAP for card in shown), 0)
        return STRIP + sum(card.height() + _GAP for card in shown)

    def beside(self, viewport: QSize) -> int:
        """The pixels at the right that a network which runs down keeps free for the minimap."""
        shown = self.minimap_wanted and _is_large(viewport)
        return (_SLIM_BESIDE if viewport.width() < NARROW else _BESIDE) if shown else 0

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
        self.control.setVisible(bool(len(series)) and self.control_wanted)
        self.arrange()

    def arrange(self) -> None:
        """Take their places in an area that has another size, direction or series."""
        area, control = self._area.viewport().geometry(), self.control
        if self._heading is not None:
            self._heading.setGeometry(0, 0, self._area.width(), area.top())
        noted = _NOTE + _GAP if self._note is not None and self._note.text() else 0
        control.fit(area.width() - noted)
        left = max(0, min(_CORNER, area.width() - control.width() - noted - _CORNER))
        below = QRect(area.left(), area.top() + area.height(), area.width(), self.height_below(self._area.size()))
        row = below.adjusted(0, below.height() - STRIP, 0, 0)
        control.move(area.left() + left, row.top() + (STRIP - control.height()) // 2)
        beside = self._arrange_legends(below)
        free = (below if beside else row).adjusted(left + control.width() + _GAP, 0, -_CORNER - beside, 0)
        taken = self._arrange_minimap(free.adjusted(_NOTE if noted else 0, 0, 0, 0))
        if self._note is not None:
            note = free.intersected(row)
            self._note.setGeometry(note.adjusted(0, 0, -taken if taken else _CORNER, 0))

    def _arrange_minimap(self, free: QRect) -> int:
        """Put the minimap into its corner, or the `free` part of the strip; how many pixels it takes of that."""
        series, minimap = self._series, self.minimap
        if series is None:
            return 0
        area = self._area.viewport().geometry()
        self._in_corner = series.down and len(series.columns) == 1
        if self._in_corner:
            slim = area.width() < NARROW
            largest = QSize(area.width(), round(area.height() * _LARGEST_HEIGHT))
            minimap.show_series(series, largest, SLIM if slim else BROAD)
            corner, bottom = _SLIM_CORNER if slim else _CORNER, area.top() + area.height() - _CORNER
            minimap.move(area.left() + area.width() - minimap.width() - corner, bottom - minimap.height())
        else:
            minimap.show_series(series, QSize(min(free.width(), _LARGEST_WIDTH), free.height()), SLIM)
            minimap.move(free.right() + 1 - minimap.width(), free.top() + (free.height() - minimap.height()) // 2)
        self._has_room = _is_large(area.size()) if self._in_corner else free.width() >= _SMALLEST_WIDTH
        self.follow()
        return 0 if self._in_corner or minimap.isHidden() else minimap.width() + _GAP

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
        area, minimap = self._area, self.minimap
        self.control.show_zoom(area.zoom, area.smallest_zoom)
        minimap.follow()
        wanted = self.minimap_wanted and self._has_room and not _is_within(area.content, area.sight())
        minimap.setVisible(wanted and not (self._in_corner and self._would_cover()))

    def _would_cover(self) -> bool:
        """Whether a box is where the minimap stands, or comes there as the network is scrolled along its flow."""
        corner = self.minimap.geometry().translated(-self._area.viewport().pos())
        seen = self._area.camera.rect_to_view(self._area.content)
        return seen.x + seen.width > corner.left() - _CLEAR and seen.x < corner.right() + 1 + _CLEAR

    def _arrange_legends(self, below: QRect) -> int:
        """Put the legends at the end of the strip or, where that is too narrow, above it; how much of it they take."""
        shown = self._legends_within(self._area.size())
        in_row = self._in_row(shown, self._area.width())
        right, top = below.right() + 1 - _CORNER, below.top() + _GAP // 2
        for card in (self.widths, self.legend):
            card.setVisible(card in shown)
            if card in shown and in_row:
                right -= card.width()
                card.move(right, top)
                right -= _GAP
            elif card in shown:
                card.move(self.control.x(), top)
                top += card.height() + _GAP
        return below.right() + 1 - _CORNER - right

    def _in_row(self, shown: Sequence[LegendCard], width: int) -> bool:
        """Whether legends have room beside the zoom control, a note and the minimap."""
        taken = self.control.sizeHint().width() + _NOTE + _WIDTH_BESIDE + 2 * _CORNER
        return taken + sum(card.width() + _GAP for card in shown) <= width

    def _legends_within(self, area: QSize) -> list[LegendCard]:
        """The legends for which an area of that size has room."""
        found, left = list[LegendCard](), area.height() - STRIP - _LEAST_ABOVE
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
