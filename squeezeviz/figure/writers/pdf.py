"""The diagram as a PDF page that is exactly as large as the figure: vectors, with the fonts embedded."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QHashSeed, QIODevice, QMarginsF, QSizeF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter

from squeezeviz import __version__
from squeezeviz.figure.scene.primitives import Group
from squeezeviz.figure.writers.figure_size import POINTS_PER_INCH, UNITS_PER_INCH
from squeezeviz.figure.writers.fonts import ensure_gui_application
from squeezeviz.figure.writers.painter import paint
from squeezeviz.figure.writers.reproducible import reproducible_pdf
from squeezeviz.model.text import plain

_DOTS_PER_INCH = 1200
"""How finely Qt places what it draws."""


def to_pdf(
    group: Group,
    width: float,
    height: float,
    title: str = "",
    points_per_unit: float = POINTS_PER_INCH / UNITS_PER_INCH,
) -> bytes:
    """Write one page of `width` × `height` units, rounded to whole points; its text can be selected and searched.

    The same figure gives the same bytes, but for a date that SOURCE_DATE_EPOCH sets.
    """
    ensure_gui_application()
    # Qt embeds the fonts in the order of a hash. Those that exist already keep their seed.
    QHashSeed.setDeterministicGlobalSeed()
    page_width, page_height = (max(1, round(length * points_per_unit)) for length in (width, height))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    # UserUnit, for pages longer than the 200 inches that 1.4 can say.
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_1_6)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setPageSize(_page(page_width, page_height))
    writer.setPageMargins(QMarginsF())
    writer.setTitle(plain(title))
    writer.setCreator(f"squeezeviz {__version__}")
    with QPainter(writer) as painter:
        # The figure fills the page to its edges, however its size rounds.
        dots_per_point = _DOTS_PER_INCH / 72
        painter.scale(page_width * dots_per_point / width, page_height * dots_per_point / height)
        paint(group, painter)
    return reproducible_pdf(bytes(data.data()))


def _page(width_points: int, height_points: int) -> QPageSize:
    # Without an exact match, a figure about as large as A5 would become A5.
    size = QSizeF(width_points, height_points)
    return QPageSize(size, QPageSize.Unit.Point, "figure", QPageSize.SizeMatchPolicy.ExactMatch)
