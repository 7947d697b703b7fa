"""What lies about the viewport's lower corners: legend and minimap over it, the zoom control in a strip below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, QObject, QPointF, QSize
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from squeezeviz.figure.drawing.heat import Heat
from squeezeviz.figure.scene.diagram import Direction, Point, Rect
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.gui.canvas import camera as cameras
from squeezeviz.gui.canvas.legend_card import LegendCard
from squeezeviz.gui.canvas.minimap import Minimap
from squeezeviz.gui.canvas.overview import BROAD, SLIM
from squeezeviz.gui.canvas.ruler_strip import NARROW
from squeezeviz.gui.canvas.series import Series
from squeezeviz.gui.canvas.zoom_area import ZoomArea
from squeezeviz.gui.canvas.zoom_control import ZoomControl
from squeezeviz.gui.widgets.guard import guarded

STRIP = 34
"""Pixels below the viewport for the zoom control, which over it would hide boxes."""
_CORNER, _SLIM_CORNER = 12, 6
"""Pixels to the viewport's edges; of a slim minimap."""
_APART = 10
_SHARE = {Direction.DOWN: 0.32, Direction.RIGHT: 0.5}
"""How much of the viewport, along the flow, the minimap takes at the most."""
_BESIDE, _SLIM_BESIDE = 56, 26
"""What the minimap of a usual network, and a slim one in a narrow viewport, takes at the right beyond the margin."""
_LEAST_ABOVE = 220
"""Pixels that a legend leaves to the diagram, or it is not shown."""
_SMALLEST_VIEWPORT = QSize(300, 260)
"""In a smaller one the minimap would hide more than it shows."""


@guarded
class Overlays(QObject):
    """Keeps both in their corners, and says to them what the area shows."""

    def __init__(self, area: ZoomArea) -> None:
        super().__init__(area)
        self._area = area
        self._series: Series | None = None
        self._wanted = True
        self.control, self.minimap, self.legend = ZoomControl(area), Minimap(area), LegendCard(area)
        self.control.smaller_requested.connect(area.zoom_out)
        self.control.larger_requested.connect(area.zoom_in)
        self.control.reset_requested.connect(area.zoom_reset)
        self.control.fit_requested.connect(area.zoom_to_fit)
        self.minimap.look_wanted.connect(self._look)
        for overlay in (self.control, self.minimap):
            overlay.installEventFilter(self)

    @property
    def minimap_wanted(self) -> bool:
        return self._wanted

    def want_minimap(self, wanted: bool) -> None:
        self._wanted = wanted
        self.follow()

    def insets(self, viewport: QSize, direction: Direction) -> QMargins:
        """What a network should keep clear of: a legend below, and beside one that runs down the minimap."""
        beside = _SLIM_BESIDE if viewport.width() < NARROW else _BESIDE
        shown = self._wanted and direction is Direction.DOWN and _is_large(viewport)
        below = self.legend.height() + _APART if self._legend_fits(viewport.height()) else 0
        return QMargins(0, 0, beside if shown else 0, below)

    def set_theme(self, theme: Theme) -> None:
        self.control.set_theme(theme)
        self.minimap.set_theme(theme)
        self.legend.set_theme(theme)
        self.arrange()

    def set_heat(self, heat: Heat | None) -> None:
        """Show what the colours mean; None where they tell of kinds."""
        self.minimap.set_heat(heat)
        self.legend.show_legend(heat.legend if heat else None)
        self.arrange()

    def show_series(self, series: Series) -> None:
        self._series = series
        self.control.setVisible(bool(len(series)))
        self.arrange()

    def arrange(self) -> None:
        """Take the corners of an area that has another size, direction or series."""
        area, margins, down = self._area.viewport().geometry(), self._area.insets, self._runs_down()
        control, minimap = self.control, self.minimap
        control.adjustSize()
        beside = margins.left() if down else 0
        left = max(_CORNER, min(beside, area.width() - control.width() - _CORNER))
        below = area.top() + area.height()
        control.move(area.left() + left, below + (STRIP - control.height()) // 2)
        self.legend.move(area.left() + left, below - _CORNER - self.legend.height())
        self.legend.setVisible(self._legend_fits(area.height()))
        if self._series is None:
            return
        slim = down and area.width() < NARROW
        minimap.show_series(self._series, _largest(area.size()), SLIM if slim else BROAD)
        corner = _SLIM_CORNER if slim else _CORNER
        minimap.move(area.left() + area.width() - minimap.width() - corner, below - _CORNER - minimap.height())
        self.follow()

    def follow(self) -> None:
        """Show where the camera looks now."""
        area = self._area
        self.control.show_zoom(area.zoom, area.smallest_zoom, cameras.LARGEST_ZOOM)
        sight = area.camera.rect_to_diagram(area.room())
        self.minimap.show_sight(sight)
        shown = self._wanted and _is_large(area.viewport().size()) and not _within(area.content, sight)
        if shown is self.minimap.isHidden():
            self.minimap.setVisible(shown)

    def _legend_fits(self, height: int) -> bool:
        return self.legend.wanted and height >= self.legend.height() + _LEAST_ABOVE

    def _runs_down(self) -> bool:
        return self._area.direction is Direction.DOWN

    def _look(self, middle: Point) -> None:
        self._area.look_at(Rect(*middle, 0, 0), self._area.zoom)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A wheel over either turns the canvas beneath."""
        if not isinstance(event, QWheelEvent) or not isinstance(watched, QWidget):
            return super().eventFilter(watched, event)
        viewport = self._area.viewport()
        below = QPointF(viewport.mapFromGlobal(event.globalPosition()))
        passed = QWheelEvent(
            below, event.globalPosition(), event.pixelDelta(), event.angleDelta(), event.buttons(),
            event.modifiers(), event.phase(), event.inverted(),
        )  # fmt: skip
        QApplication.sendEvent(viewport, passed)
        return True


def _largest(viewport: QSize) -> QSize:
    return QSize(round(viewport.width() * _SHARE[Direction.RIGHT]), round(viewport.height() * _SHARE[Direction.DOWN]))


def _is_large(viewport: QSize) -> bool:
    return viewport.width() >= _SMALLEST_VIEWPORT.width() and viewport.height() >= _SMALLEST_VIEWPORT.height()


def _within(content: Rect, sight: Rect) -> bool:
    """Whether all of `content` is in sight, but for what rounding to whole pixels takes."""
    slack = max(content.width, content.height) / 500
    return (
        sight.x <= content.x + slack
        and sight.y <= content.y + slack
        and sight.x + sight.width >= content.x + content.width - slack
        and sight.y + sight.height >= content.y + content.height - slack
    )
