"""The figure as it will be, on its page, beside the choices: made again after each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QScrollArea, QWidget

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.theme.look import POINTS_PER_INCH
from squeezeviz.figure.theme.theme import Theme
from squeezeviz.figure.writers.drawn import DrawnPicture
from squeezeviz.figure.writers.export import remarks, slide_remarks
from squeezeviz.figure.writers.figure import ExportOptions, Figure, figure_of
from squeezeviz.figure.writers.painter import Recording, record
from squeezeviz.gui.widgets.background import Background, Job
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.records import NamedTuple

if TYPE_CHECKING:
    from squeezeviz.figure.writers.slides import Slide

_IMAGE_PX = 1400
_AROUND = 14
_UNREADABLE_PX = 1.5
_SQUARE = 8
_FAINT = 110
"""Of 255: the squares under a transparent figure."""


class Drawing(NamedTuple):
    """A figure, and what there is to say about it. `slides` is how many slides it shows, in words; the figure is a
    sheet of them then."""

    figure: Figure
    remarks: tuple[str, ...]
    slides: str = ""


@dataclass(frozen=True)
class Preview:
    """A drawing ready to be painted."""

    drawing: Drawing
    options: ExportOptions
    picture: Recording | QImage

    @property
    def figure(self) -> Figure:
        return self.drawing.figure


class PreviewArea(QScrollArea):
    """Shows the whole page, or at its actual size. `shown` after every figure; what takes long is drawn on a thread of
    its own, so that nothing else waits for one that nobody wants any more."""

    shown = Signal()
    refused = Signal(str)
    """Why there is no figure: one sentence without its full stop."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("export_preview")
        self.setAccessibleName("Preview of the figure")
        self._background = Background(self)
        self._job: Job | None = None
        self._page = _Page()
        self.setWidget(self._page)
        self.setWidgetResizable(True)

    @property
    def preview(self) -> Preview | None:
        return self._page.preview

    def show_figure(
        self, draw: Callable[[], Drawing], options: ExportOptions, *, slides: bool = False, takes_long: bool = False
    ) -> None:
        """Draw the figure, or the slides, at once where that is quick. What is shown already is not drawn again."""
        self.stop()
        shown = self.preview
        if shown is not None and shown.options == options and bool(shown.drawing.slides) is slides:
            self.shown.emit()
        elif not takes_long:
            self._show(_recorded(draw(), options))
        else:  # on a thread; the last figure stays meanwhile
            self._job = self._background.run(
                "", lambda _: _painted(draw(), options), self._show, lambda error: self.refused.emit(error.message)
            )

    def stop(self) -> None:
        """Let go of a figure that is still being made."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def close_thread(self) -> None:
        """Let go of the thread; what is still being drawn on it holds nothing up."""
        self._background.close()

    def set_actual_size(self, on: bool) -> None:
        self.setWidgetResizable(not on)  # first, or the area would give the page its own size again
        self._page.set_actual_size(on)

    def _show(self, preview: Preview) -> None:
        self._page.show_preview(preview)
        self.shown.emit()


@guarded
class _Page(QWidget):
    """The page, as large as there is room, or as it will be on paper."""

    def __init__(self) -> None:
        super().__init__()
        self.preview: Preview | None = None
        self._actual = False

    def show_preview(self, preview: Preview) -> None:
        self.preview = preview
        self._resize()
        self.update()

    def set_actual_size(self, on: bool) -> None:
        self._actual = on
        self._resize()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 560)

    def _resize(self) -> None:
        if self._actual and self.preview is not None:
            figure, scale = self.preview.figure, self._actual_scale()
            self.resize(round(figure.width * scale) + 2 * _AROUND, round(figure.height * scale) + 2 * _AROUND)

    def _actual_scale(self) -> float:
        return self.preview.figure.inches_per_unit * self.logicalDpiX() if self.preview else 1.0

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.preview is None:
            return
        figure = self.preview.figure
        room = self.width() - 2 * _AROUND, self.height() - 2 * _AROUND
        scale = self._actual_scale() if self._actual else min(room[0] / figure.width, room[1] / figure.height)
        wide, high = figure.width * scale, figure.height * scale
        page = QRectF(round((self.width() - wide) / 2), round((self.height() - high) / 2), wide, high)
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            if not self.preview.options.background:
                _paint_squares(painter, page, self.preview.options.theme)
            self._paint_figure(painter, page, scale)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor("#8f97a5"), 1))
            painter.drawRect(page.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_figure(self, painter: QPainter, page: QRectF, scale: float) -> None:
        assert self.preview is not None
        picture = self.preview.picture
        if isinstance(picture, QImage):
            painter.drawImage(page, picture)
            return
        painter.save()
        painter.setClipRect(page)
        painter.translate(page.topLeft())
        painter.scale(scale, scale)
        picture.play(painter, _UNREADABLE_PX / scale)
        painter.restore()


def drawing_of(network: ResolvedNetwork, options: ExportOptions, *, slides: bool) -> Drawing:
    """Draw a network as it will be written, or its slides."""
    if not slides:
        figure = figure_of(network, options)
        return Drawing(figure, remarks(figure, network, options))
    from squeezeviz.figure.writers.slides import MOST_ON_SHEET, slides_of

    shown, whole = slides_of(network, options, MOST_ON_SHEET)
    return _sheet(shown, options, slide_remarks(shown, network, options), whole=whole)


def picture_drawing(picture: DrawnPicture, options: ExportOptions, *, slides: bool) -> Drawing:
    """Draw another picture as it will be written, or its slide."""
    if not slides:
        figure = picture.figure(options)
        return Drawing(figure, picture.remarks(figure, options))
    slide = picture.slide(options)
    return _sheet((slide,), options, picture.remarks(slide, options))


def _sheet(slides: tuple[Slide, ...], options: ExportOptions, notes: tuple[str, ...], *, whole: bool = True) -> Drawing:
    """The slides on one sheet, the first ones of very many."""
    from squeezeviz.figure.writers.slides import sheet_of

    page = options.theme.page if options.background else None
    drawn, width, height = sheet_of(slides, options.theme)
    figure = Figure(drawn, width, height, slides[0].title, 1 / POINTS_PER_INCH, page)
    shown = "One 16:9 slide" if len(slides) == 1 else f"{'' if whole else 'The first '}{len(slides)} slides of 16:9"
    return Drawing(figure, notes, shown)


def _recorded(drawing: Drawing, options: ExportOptions) -> Preview:
    return Preview(drawing, options, record(drawing.figure.group))


def _painted(drawing: Drawing, options: ExportOptions) -> Preview:
    """The same as a picture: what is recorded on one thread is not to be played on another."""
    figure, recording = drawing.figure, record(drawing.figure.group)
    scale = _IMAGE_PX / max(figure.width, figure.height)
    size = QSize(max(1, round(figure.width * scale)), max(1, round(figure.height * scale)))
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(scale, scale)
        recording.play(painter, _UNREADABLE_PX / scale)
    return Preview(drawing, options, image)


def _paint_squares(painter: QPainter, page: QRectF, theme: Theme) -> None:
    """What lies under a transparent figure, as every picture editor shows it, in the theme's colours."""
    painter.fillRect(page, QColor(theme.page))
    darker = QColor(theme.box_outline)
    darker.setAlpha(_FAINT)
    painter.save()
    painter.setClipRect(page)
    for row in range(int(page.height() / _SQUARE) + 1):
        for column in range(row % 2, int(page.width() / _SQUARE) + 1, 2):
            square = QRectF(page.x() + column * _SQUARE, page.y() + row * _SQUARE, _SQUARE, _SQUARE)
            painter.fillRect(square, darker)
    painter.restore()
