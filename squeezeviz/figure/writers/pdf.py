"""The diagram as a PDF page that is exactly as large as the figure: vectors, with the fonts embedded."""

from __future__ import annotations

import re

from PySide6.QtCore import QBuffer, QByteArray, QCryptographicHash, QHashSeed, QIODevice, QMarginsF, QSizeF, QUuid
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter

from squeezeviz import __version__
from squeezeviz.figure.writers import qt  # noqa: F401
from squeezeviz.figure.writers.figure import ExportOptions, Figure, made_at
from squeezeviz.figure.writers.fonts import ensure_gui_application
from squeezeviz.figure.writers.painter import paint
from squeezeviz.model.text import plain

_DOTS_PER_INCH = 1200
"""How finely Qt places what it draws."""


def to_pdf(figure: Figure, _: ExportOptions) -> bytes:
    """Write one page as large as the figure, rounded to whole points; its text can be selected and searched.

    The same figure gives the same bytes, but for a date that SOURCE_DATE_EPOCH sets.
    """
    ensure_gui_application()
    # Qt embeds the fonts in the order of a hash. Those that exist already keep their seed.
    QHashSeed.setDeterministicGlobalSeed()
    width, height = figure.width, figure.height
    page_width, page_height = (max(1, round(length * figure.points_per_unit)) for length in (width, height))
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    # UserUnit, for pages longer than the 200 inches that 1.4 can say.
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_1_6)
    writer.setResolution(_DOTS_PER_INCH)
    writer.setPageSize(_page(page_width, page_height))
    writer.setPageMargins(QMarginsF())
    writer.setTitle(plain(figure.title))
    writer.setCreator(f"squeezeviz {__version__}")
    with QPainter(writer) as painter:
        # The figure fills the page to its edges, however its size rounds.
        dots_per_point = _DOTS_PER_INCH / 72
        painter.scale(page_width * dots_per_point / width, page_height * dots_per_point / height)
        paint(figure.group, painter)
    return reproducible_pdf(bytes(data.data()))


def _page(width_points: int, height_points: int) -> QPageSize:
    # Without an exact match, a figure about as large as A5 would become A5.
    size = QSizeF(width_points, height_points)
    return QPageSize(size, QPageSize.Unit.Point, "figure", QPageSize.SizeMatchPolicy.ExactMatch)


# Writing the same figure again gives the same bytes: no clock, no chance, no time zone of the machine

_PDF_DATE = re.compile(rb"(?<=Date \(D:)[0-9]{14}(?:Z|[+-][0-9]{2}'[0-9]{2}'?)?(?=\))")
_XMP_DATE = re.compile(rb'(?<=Date=")[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:Z|[+-][0-9]{2}:[0-9]{2})(?=")')
_XMP_ID = re.compile(rb'(?<=xmpMM:DocumentID="uuid:)[0-9a-f-]{36}(?=")')
_TRAILER = re.compile(rb"(?<=/ID \[ <)([0-9a-fA-F]+)> <([0-9a-fA-F]+)(?=> \])")
_OFFSETS = re.compile(rb"(?<=\n)[0-9]{10}(?= [0-9]{5} n)")
_START = re.compile(rb"(?<=startxref\n)[0-9]+")


def reproducible_pdf(pdf: bytes) -> bytes:
    """Give a PDF of QPdfWriter the dates of `made_at`, and an identifier that follows from its content."""
    made = made_at()
    moved: list[tuple[int, int]] = []

    def dated(found: re.Match[bytes]) -> bytes:
        written = made.strftime("%Y%m%d%H%M%SZ").encode("ascii")
        moved.append((found.start(), len(written) - len(found[0])))
        return written

    def shifted(offset: int) -> int:
        return offset + sum(by for at, by in moved if at < offset)

    def xmp_dated(found: re.Match[bytes]) -> bytes:
        return made.strftime("%Y-%m-%dT%H:%M:%S+00:00" if found[0][-1:] != b"Z" else "%Y-%m-%dT%H:%M:%SZ").encode(
            "ascii"
        )

    start = _START.search(pdf)
    table = int(start[0]) if start else len(pdf)
    body, end = _PDF_DATE.sub(dated, pdf[:table]), pdf[table:]
    end = _OFFSETS.sub(lambda found: b"%010d" % shifted(int(found[0])), end)
    end = _START.sub(lambda found: b"%d" % shifted(int(found[0])), end)
    return _identified(_XMP_DATE.sub(xmp_dated, body) + end)


def _identified(pdf: bytes) -> bytes:
    """Replace the identifiers by ones of equal length that follow from the content."""
    bare = _TRAILER.sub(b"> <", _XMP_ID.sub(b"", pdf))
    digest = bytearray(QCryptographicHash.hash(bare, QCryptographicHash.Algorithm.Sha256).data()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x40, digest[8] & 0x3F | 0x80  # RFC 4122, version 4
    name = QUuid.fromRfc4122(bytes(digest)).toString(QUuid.StringFormat.WithoutBraces).encode("ascii")
    hexadecimal = name.hex().encode("ascii")

    def in_trailer(found: re.Match[bytes]) -> bytes:
        first, second = ((hexadecimal * (len(each) // len(hexadecimal) + 1))[: len(each)] for each in found.groups())
        return first + b"> <" + second

    return _TRAILER.sub(in_trailer, _XMP_ID.sub(name, pdf))
