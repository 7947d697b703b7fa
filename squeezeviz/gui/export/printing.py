"""Paper for the diagram: the page that it is fitted to, and the printer that takes it.

Qt's printing is loaded when something is printed, and only then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QPageLayout, QPainter
from PySide6.QtWidgets import QDialog, QWidget

from squeezeviz.figure.theme.look import FigureSize
from squeezeviz.figure.writers.painter import paint
from squeezeviz.model.text import plain

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from squeezeviz.figure.writers.figure import Figure

NO_PRINTER = "No printer can be had on this computer: the page is saved as a PDF, which can be printed elsewhere."
_USUAL_PAGE = FigureSize(210 / 25.4, 297 / 25.4)
"""A4."""


class Paper:
    """The printer that is usual here, if there is one, and its page."""

    def __init__(self) -> None:
        self._printer: QPrinter | None = None
        self.page = _USUAL_PAGE
        """Upright."""
        try:
            from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
        except ImportError:  # a library of the system's that it needs is not there
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self.page = turned(page_of(printer), lying=False)
        if QPrinterInfo.availablePrinterNames():
            self._printer = printer

    @property
    def why_not(self) -> str:
        """Why nothing can be printed; empty where it can."""
        return "" if self._printer is not None else NO_PRINTER

    def ask(self, page: FigureSize, title: str, parent: QWidget) -> QPrinter | None:
        """Ask which printer, how many copies and which paper; None where a person thinks better of it."""
        from PySide6.QtPrintSupport import QPrintDialog

        printer = self._printer
        assert printer is not None and page.height_in is not None
        lying = page.width_in > page.height_in
        printer.setPageOrientation(QPageLayout.Orientation.Landscape if lying else QPageLayout.Orientation.Portrait)
        printer.setDocName(plain(title))
        printer.setCreator("squeezeviz")
        dialog = QPrintDialog(printer, parent)
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, False)
        accepted = dialog.exec() == QDialog.DialogCode.Accepted
        dialog.deleteLater()
        return printer if accepted else None


def turned(page: FigureSize, *, lying: bool) -> FigureSize:
    """Return the page upright, or lying on its longer side."""
    assert page.height_in is not None
    shorter, longer = sorted((page.width_in, page.height_in))
    return FigureSize(longer, shorter) if lying else FigureSize(shorter, longer)


def print_figure(figure: Figure, printer: QPrinter) -> bool:
    """Print a figure that was fitted to the printer's page. Return whether the printer took it."""
    printer.setFullPage(True)
    painter = QPainter()
    if not painter.begin(printer):
        return False
    try:
        scale = printer.resolution() * figure.inches_per_unit
        painter.scale(scale, scale)
        paint(figure.group, painter)
    finally:
        taken = painter.end()
    return taken


def page_of(printer: QPrinter) -> FigureSize:
    """Return the page that a printer was told to take."""
    size = printer.pageLayout().fullRect(QPageLayout.Unit.Inch)
    return FigureSize(round(size.width(), 4), round(size.height(), 4))
