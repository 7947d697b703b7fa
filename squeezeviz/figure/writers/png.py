"""The diagram as a PNG picture."""

from __future__ import annotations

from math import floor, isfinite, sqrt

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter

from squeezeviz.figure.theme.look import PRINT_DPI, UNITS_PER_INCH
from squeezeviz.figure.writers import qt  # noqa: F401
from squeezeviz.figure.writers.figure import SMALLEST_PT, ExportOptions, Figure
from squeezeviz.figure.writers.fonts import ensure_gui_application
from squeezeviz.figure.writers.painter import paint
from squeezeviz.model.errors import SqueezevizError

LONGEST_SIDE_PX = 32_767
"""As far as Qt's rasteriser counts."""

MOST_PIXELS = 2**28
"""One gibibyte of memory."""

_BEYOND_PX = 10**12
"""Refused like every greater width, some of which no float can hold."""

_WITH_ALPHA = QImage.Format.Format_ARGB32_Premultiplied
_INCHES_PER_METRE = 1 / 0.0254


def to_png(figure: Figure, options: ExportOptions) -> bytes:
    """Paint a picture, exactly as many pixels wide as asked for, at `PRINT_DPI` on paper, else `png_scale` a unit.

    The file says how dense its pixels are, so that the figure is equally large on paper at every scale.

    Raises:
        SqueezevizError: the picture would have no pixels, or more than can be drawn; says which width can be, if that
            can be read.
    """
    width, height, background = figure.width, figure.height, figure.page
    columns, rows = size_px(figure, options)
    ensure_gui_application()
    # The picture lays the page's colour itself: without an alpha channel the file is a third smaller.
    image = QImage(columns, rows, _WITH_ALPHA if background is None else QImage.Format.Format_RGB32)
    if image.isNull():
        raise SqueezevizError(
            f"there is not enough memory for a picture of {columns:,} × {rows:,} pixels: "
            "choose a smaller width, or SVG or PDF"
        )
    image.fill(Qt.GlobalColor.transparent if background is None else QColor(background))
    with QPainter(image) as painter:
        # The figure fills the last row and column, however its size rounds.
        painter.scale(columns / width, rows / height)
        paint(figure.drawn, painter)
    # Only now: text would otherwise be set for this density.
    image.setDotsPerMeterX(round(_INCHES_PER_METRE * columns / width / figure.inches_per_unit))
    image.setDotsPerMeterY(round(_INCHES_PER_METRE * rows / height / figure.inches_per_unit))
    return _encoded(image)


def size_px(figure: Figure, options: ExportOptions) -> tuple[int, int]:
    """Return how many pixels wide and high the picture is; SqueezevizError says what to choose if it is too large."""
    scale = options.png_scale if options.size is None else PRINT_DPI * figure.inches_per_unit
    if options.size is not None and options.size.pixels is not None:
        scale = min(options.size.pixels, _BEYOND_PX) / figure.width
    if not (isfinite(scale) and scale > 0):
        raise SqueezevizError("a picture needs a width of at least 1 pixel and a scale above 0: choose a larger one")
    columns, rows = max(1, round(figure.width * scale)), max(1, round(figure.height * scale))
    if max(columns, rows) > LONGEST_SIDE_PX or columns * rows > MOST_PIXELS:
        raise SqueezevizError(f"a picture of {columns:,} × {rows:,} pixels is too large to draw{_what_helps(figure)}")
    return columns, rows


def _what_helps(figure: Figure) -> str:
    """Say how wide it can be drawn, if its text can be read then, and what else there is to choose."""
    width, height = figure.width, figure.height
    scale = min(LONGEST_SIDE_PX / max(width, height), sqrt(MOST_PIXELS / (width * height)))
    smallest_pt = (figure.smallest_text_pt or SMALLEST_PT) / figure.inches_per_unit * scale / UNITS_PER_INCH
    if smallest_pt < SMALLEST_PT:
        return (
            f", and as large as can be drawn its smallest text is {smallest_pt:.1f} pt, too small to read: "
            "choose SVG or PDF, which have no pixels, or fewer rows"
        )
    widest = max(1, floor(width * scale))
    return f": choose a width of at most {widest:,} pixels, or SVG or PDF, which have no pixels"


def _encoded(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"png")
    if not writer.write(image):
        raise MemoryError(f"the picture could not be written as PNG: {writer.errorString()}")
    return bytes(data.data())
