"""The diagram on paper: fitted to the page that is chosen, and a PDF where there is no printer."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hands import child, outcome, settle_saves, soon, toast
from modules_loaded import loaded_by
from painting_figures import pdf_information, pdf_text, poppler
from PySide6.QtCore import Qt
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFileDialog, QLabel, QRadioButton, QWidget

from squeezeviz.gui.export.dialog import ExportDialog
from squeezeviz.gui.main_window import MainWindow

A4, A3 = (595, 842), (842, 1191)
"""Width and height in points."""


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Has a printer here, whose dialog is accepted on a paper; what it prints goes into a file."""
    path = tmp_path / "printed.pdf"

    def on(paper: QPageSize.PageSizeId | None = None) -> Path:
        def accept(dialog: QPrintDialog) -> int:
            printer = dialog.printer()
            if paper is not None:
                printer.setPageSize(QPageSize(paper))
            printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
            printer.setOutputFileName(str(path))
            return int(QDialog.DialogCode.Accepted.value)

        monkeypatch.setattr(QPrintDialog, "exec", accept)
        return path

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", lambda: ["Desk"])
    monkeypatch.setattr(QPrinter, "pageLayout", _a4_at_first(QPrinter.pageLayout))
    return on


def _a4_at_first(layout: Callable[[QPrinter], QPageLayout]) -> Callable[[QPrinter], QPageLayout]:
    """A test's computer may have another paper in its printer."""
    seen: set[int] = set()

    def of(printer: QPrinter) -> QPageLayout:
        if id(printer) not in seen:
            seen.add(id(printer))
            printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        return layout(printer)

    return of


def print_it(window: MainWindow, fill: Callable[[ExportDialog], None] = lambda _: None) -> None:
    def answer(dialog: ExportDialog) -> None:
        fill(dialog)
        child(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save).click()

    soon(ExportDialog, answer)
    window.parts.commands["print"].trigger()
    settle_saves(window)


def page_size(pdf: Path) -> tuple[int, int]:
    width, height = re.findall(r"[0-9.]+", pdf_information(pdf.read_bytes())["Page size"])[:2]
    return round(float(width)), round(float(height))


def lie(dialog: ExportDialog) -> None:
    box = child(dialog, QComboBox, "export_paper")
    QTest.keyClick(box, Qt.Key.Key_Down)


def test_the_diagram_is_printed_on_the_page_that_is_chosen_with_every_layer_on_it(
    window: MainWindow, printed: Callable[..., Path]
) -> None:
    pdf = printed()
    print_it(window)
    assert outcome(window) == "Printed the diagram." and page_size(pdf) == A4
    text = pdf_text(pdf.read_bytes())
    assert all(layer.name in text for layer in window.document.table.layers)
    print_it(window, lie)
    assert page_size(pdf) == A4[::-1]
    assert all(layer.name in pdf_text(pdf.read_bytes()) for layer in window.document.table.layers)


def test_a_paper_that_is_chosen_at_the_printer_is_fitted_too(window: MainWindow, printed: Callable[..., Path]) -> None:
    pdf = printed(QPageSize.PageSizeId.A3)
    print_it(window)
    assert page_size(pdf) == A3
    words = poppler("pdftotext", "-bbox", "-", "-", pdf=pdf.read_bytes()).decode()
    right = [float(each) for each in re.findall(r'xMax="([0-9.]+)"', words)]
    low = [float(each) for each in re.findall(r'yMax="([0-9.]+)"', words)]
    assert 0.6 * A3[0] < max(right) < A3[0] and 0.6 * A3[1] < max(low) < A3[1]


def test_what_is_for_a_file_is_not_asked_for_a_page(window: MainWindow, printed: Callable[..., Path]) -> None:
    printed()

    def look(dialog: ExportDialog) -> None:
        assert dialog.windowTitle() == "Print Diagram"
        for name in ("export_size", "export_slides"):
            assert not child(dialog, QComboBox, name).isVisible()
        assert not child(dialog, QRadioButton, "export_format_svg").isVisible()
        assert not child(dialog, QWidget, "export_copy").isVisible()
        save = child(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Save)
        assert save.text() == "P&rint…"
        assert re.match("210 × 297 mm, smallest text", child(dialog, QLabel, "export_page").text())

    print_it(window, look)


def test_without_a_printer_a_sentence_says_so_and_the_page_is_saved_as_a_pdf(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.pdf"
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    def look(dialog: ExportDialog) -> None:
        assert child(dialog, QLabel, "export_note").text().startswith("No printer can be had on this computer")

    print_it(window, look)
    assert outcome(window) == "Exported page.pdf." and page_size(path) in (A4, (612, 792))


def test_a_printer_that_takes_no_page_is_a_sentence(
    window: MainWindow, printed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = printed()
    pdf.mkdir()
    print_it(window)
    assert "Not printed: the printer does not take the page" in toast(window)


def test_a_window_starts_without_what_prints() -> None:
    assert "PySide6.QtPrintSupport" not in loaded_by("import squeezeviz.gui.app, squeezeviz.gui.export.dialog")
