"""The totals of the baseline and the open network, side by side with their differences."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.columns import TOTALS
from squeezeviz.analysis.difference import Difference, TotalDifference
from squeezeviz.files.tables.comparison import UNKNOWN
from squeezeviz.model.wording import readable_bytes, short_number

_ROWS = ("parameters", "size", "macs", "depth", "activations")
_TITLES = {column.spec.number: column.printed_heading for column in TOTALS} | {"size": "size"}

_PARTS = ("before", "now", "absolute", "percent")
_MEANS = ("baseline", "now", "difference", "difference in percent")
_WIDTHS = (60, 60, 68, 54)
"""The widths of the columns in pixels. They suit most networks, so that nothing moves while a slider is dragged."""

_TOO_WIDE = 10**8
"""Counts from here on are shown with three figures, and exactly in the tool tip."""
_MANY = 20


class TotalsGrid(QWidget):
    """A row for each total: before, now, the difference and its share. The labels are reused."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compared_totals")
        self.setAccessibleName("Totals of the baseline and of the open table")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(1)
        for column, width in enumerate(_WIDTHS, 1):
            grid.setColumnMinimumWidth(column, width)
        grid.setColumnStretch(len(_WIDTHS) + 1, 1)
        for column, heading in ((1, "baseline"), (2, "now"), (3, "difference")):
            grid.addWidget(_label(heading, quiet=True), 0, column)
        self._cells: dict[str, tuple[QLabel, ...]] = {}
        for place, name in enumerate(_ROWS, 1):
            title = _label(_TITLES[name], quiet=True)
            title.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(title, place, 0)
            cells = tuple(_label("") for _ in range(4))
            for column, cell in enumerate(cells, 1):
                cell.setObjectName(f"{name}_{_PARTS[column - 1]}")
                cell.setAccessibleDescription(f"{_TITLES[name]}, {_MEANS[column - 1]}")
                grid.addWidget(cell, place, column)
            self._cells[name] = cells

    def show_totals(self, found: Difference) -> None:
        runs = found.baseline.runs, found.present.runs
        for total in found.totals:
            self._show(total.name, total, runs)
            if total.name == "parameters":
                self._show("size", total, runs)

    def _show(self, name: str, total: TotalDifference, runs: tuple[bool, bool]) -> None:
        both = list(zip((total.before, total.after), runs, strict=True))
        texts = [_count_text(name, count) if known else UNKNOWN for count, known in both]
        words = (*texts, _change(name, total), _share(total))
        exact = [f"{count:,}" if known else "It cannot run, so it has no totals." for count, known in both]
        tone = _tone(total)
        cells = zip(self._cells[name], words, (*exact, total.absolute, total.percent), strict=True)
        for place, (cell, text, tip) in enumerate(cells):
            _set(cell, text, tip if tip != text else "", tone if place > 1 else "")


def _count_text(name: str, count: int) -> str:
    if name == "size":
        return readable_bytes(BYTES_PER_VALUE * count)
    return f"{count:,}" if name in ("parameters", "depth") and count < _TOO_WIDE else short_number(count)


def _change(name: str, total: TotalDifference) -> str:
    return total.absolute and total.absolute[0] + _count_text(name, abs(total.after - total.before))


def _share(total: TotalDifference) -> str:
    """Return the difference in percent, or as a factor if it is large: `×113`."""
    if total.percent and total.after >= _MANY * total.before:
        return f"×{short_number(total.after // total.before)}"
    return total.percent


def _tone(total: TotalDifference) -> str:
    if not total.absolute or total.better is None:
        return ""
    return "saves" if total.better else "costs"


def _label(text: str, *, quiet: bool = False) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    if quiet:
        label.setProperty("quiet", True)
    return label


def _set(label: QLabel, text: str, tip: str, tone: str) -> None:
    if label.text() != text:
        label.setText(text)
    if label.toolTip() != tip:
        label.setToolTip(tip)
    if (label.property("tone") or "") != tone:
        label.setProperty("tone", tone)
        label.style().unpolish(label)
        label.style().polish(label)
