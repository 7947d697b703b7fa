"""The lists of the paper panel: verdicts with the rows behind them, and the paper's tables with our numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFocusEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStyleOptionViewItem

from squeezeviz.gui.panels.line_list import Index, Line, LineDelegate, LineList, draw_elided, line_at
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.style import Style
from squeezeviz.paper.check import PaperCheck
from squeezeviz.paper.reference import Kin, references
from squeezeviz.paper.verdicts import Check, Standing, Verdict

REFERENCE_HEADINGS = ("network", "the paper prints", "top-1 / 5, %", "ours")
"""The column headings. Accuracies are the printed ones."""
SAID = {Standing.AGREES: "agrees", Standing.REMARK: "remark", Standing.DIFFERS: "differs"}
SIGNS = {Standing.AGREES: "✓", Standing.REMARK: "!", Standing.DIFFERS: "≠"}
_SHARES = {3: (0.36, 0.3, 0.34), 4: (0.29, 0.25, 0.21, 0.25)}
"""How the width is divided among the columns, by their number."""
_EDGE, _SIGN = 4, 16
_PAD = 3
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class PaperLine(Line):
    """A heading that opens, or a line below it. A single cell spans all columns. `here` is the open network's line."""

    mark: Standing | None = None
    here: bool = False


def check_lines(check: PaperCheck) -> tuple[PaperLine, ...]:
    """Return a heading for each verdict, with the lines of its checks."""
    return tuple([_verdict_line(verdict, check_headings(check)) for verdict in check.verdicts])


def check_headings(check: PaperCheck) -> tuple[str, ...]:
    """Return the column headings for `check_lines`. The last one says whether our numbers are measured."""
    return ("row", "Table 1 prints", "measured" if check.measured else "predicted")


def reference_lines(present: Kin | None) -> tuple[PaperLine, ...]:
    """Return Tables 2 and 3 and Figure 3. If the open network is one of theirs, it is marked."""
    groups = []
    for reference in references():
        lines: list[PaperLine] = []
        for row in reference.rows:
            here = row.kin is not None and present is not None and row.kin.knows(present)
            cells = (row.network, row.printed, row.accuracy, row.ours)
            lines.append(_line(cells, REFERENCE_HEADINGS, here=here, tip=row.note))
        notes = dict.fromkeys(row.note for row in reference.rows if row.note)
        groups.append(_heading(reference.title, None, (*lines, *map(_remark, notes))))
    return tuple(groups)


def _verdict_line(verdict: Verdict, headings: tuple[str, ...]) -> PaperLine:
    why = (_remark(verdict.why),) if verdict.why else ()
    remark = verdict.standing is Standing.REMARK
    checks = [_check_line(check, headings, remark) for check in verdict.checks]
    return _heading(verdict.text, verdict.standing, (*why, *checks))


@lru_cache(maxsize=4096)
def _check_line(check: Check, headings: tuple[str, ...], remark: bool) -> PaperLine:
    """Return the line of a check. A misprint, and with `remark` any difference, is the paper's mistake."""
    mark = Standing.AGREES if check.agrees else Standing.REMARK if check.misprint or remark else Standing.DIFFERS
    name = f"{check.row}, {check.item}" if remark else check.row
    return _line((name, check.printed, check.ours), headings, mark, check.layer, tip=check.note)


def _heading(text: str, mark: Standing | None, lines: tuple[PaperLine, ...]) -> PaperLine:
    return PaperLine((text,), f"{SAID[mark]}: {text}" if mark else text, lines=lines, mark=mark)


def _remark(text: str) -> PaperLine:
    return PaperLine((text,), text)


def _line(
    cells: tuple[str, ...],
    headings: tuple[str, ...],
    mark: Standing | None = None,
    target: str = "",
    *,
    here: bool = False,
    tip: str = "",
) -> PaperLine:
    parts = [f"{heading} {text}" for heading, text in zip(headings[1:], cells[1:], strict=True) if text]
    parts += [SAID[mark]] if mark else []
    parts += ["this table"] if here else []
    sentence = f"{cells[0]}: {', '.join(parts)}" + (f". {tip}" if tip else "")
    return PaperLine(cells, sentence, target, mark=mark, here=here)


@guarded
class PaperList(LineList):
    """Headings that open. The columns have headings of their own while they show anything."""

    def __init__(self, style: Style, name: str, accessible_name: str, columns: int) -> None:
        super().__init__(name, accessible_name, columns)
        self.setIndentation(18)
        self._spanned: list[list[bool]] = []
        self.setItemDelegate(_PaperDelegate(style, self))
        header = self.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setStretchLastSection(True)
        header.setSectionsClickable(False)
        self.expanded.connect(self._show_header)
        self.collapsed.connect(self._show_header)

    def show_lines(self, lines: tuple[PaperLine, ...], headings: tuple[str, ...], *, opened: bool = False) -> None:
        """Show these headings with their lines. With `opened`, new ones are open."""
        had = self.lines.rowCount()
        self.lines.setHorizontalHeaderLabels(headings)
        self.lines.show_lines(lines)
        spanned = [[len(line.cells) == 1 for line in group.lines] for group in lines]
        if spanned != self._spanned:
            self._spanned = spanned
            self._span()
        for row in range(had, len(lines) if opened else 0):
            self.setExpanded(self.lines.index(row, 0), True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column, share in enumerate(_SHARES[self.lines.columnCount()]):
            self.setColumnWidth(column, int(self.viewport().width() * share))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.lines.rowCount():
            first = self.lines.index(0, 0)
            self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _show_header(self, _: QModelIndex) -> None:
        rows = range(self.lines.rowCount())
        self.header().setVisible(any(self.isExpanded(self.lines.index(row, 0)) for row in rows))

    def _span(self) -> None:
        for row, spanned in enumerate(self._spanned):
            self.setFirstColumnSpanned(row, QModelIndex(), True)
            for place, all_columns in enumerate(spanned):
                self.setFirstColumnSpanned(place, self.lines.index(row, 0), all_columns)


@guarded
class _PaperDelegate(LineDelegate):
    """Paints headings with their mark on the left, wrapped remarks, and cells in columns."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line, heading = _line_at(index), not index.parent().isValid()
        metrics = self.view.fontMetrics()
        if len(line.cells) > 1:
            return QSize(40, metrics.height() + 2 * _PAD)
        indent = self.view.indentation() * (1 if heading else 2)
        room = self.view.viewport().width() - indent - _EDGE - (_SIGN if heading else 0) - _PAD
        # A text that fits in one line, as most do, needs no layout.
        height = metrics.height()
        if metrics.horizontalAdvance(line.cells[0]) > room:
            height = metrics.boundingRect(QRect(0, 0, max(room, 40), 10_000), _WRAP, line.cells[0]).height()
        return QSize(40, height + 2 * _PAD)

    def paint_line(self, painter: QPainter, room: QRect, index: Index) -> None:
        line, inner = _line_at(index), room.adjusted(_EDGE, _PAD, -_PAD, -_PAD)
        if not index.parent().isValid():
            self._paint_heading(painter, inner, line)
        elif len(line.cells) == 1:
            painter.setPen(QColor(self.colours.quiet))
            painter.drawText(inner, _WRAP, line.cells[0])
        elif index.column() < len(line.cells):
            self._paint_cell(painter, inner, line, index.column())

    def _paint_heading(self, painter: QPainter, room: QRect, line: PaperLine) -> None:
        if line.mark is None:
            painter.setFont(self.bold())
        else:
            place = QRect(room.left(), room.top(), _SIGN - 4, self.view.fontMetrics().height())
            self._paint_sign(painter, place, line.mark, bold=True)
            room = room.adjusted(_SIGN, 0, 0, 0)
        painter.setPen(QColor(self.colours.text))
        painter.drawText(room, _WRAP, line.cells[0])

    def _paint_cell(self, painter: QPainter, room: QRect, line: PaperLine, column: int) -> None:
        text, last = line.cells[column], column == len(line.cells) - 1
        if line.mark is not None and last:
            # The sign stands right behind the number that it judges.
            wide = min(painter.fontMetrics().horizontalAdvance(text) + 2 * _PAD, room.width() - _SIGN)
            self._paint_sign(painter, QRect(room.left() + wide, room.top(), _SIGN, room.height()), line.mark)
            room = QRect(room.left(), room.top(), wide, room.height())
        if line.here:
            painter.setFont(self.bold())
            text = f"● {text}" if column == 0 else text
        painter.setPen(QColor(self.colours.text if column == 0 or last or line.here else self.colours.quiet))
        draw_elided(painter, room, text)

    def _paint_sign(self, painter: QPainter, place: QRect, mark: Standing, *, bold: bool = False) -> None:
        colour = {Standing.AGREES: self.colours.measured, Standing.REMARK: self.colours.theme.accent}
        painter.setPen(QColor(colour.get(mark, self.colours.accent)))
        painter.setFont(self.bold() if bold else self.view.font())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, SIGNS[mark])
        painter.setFont(self.view.font())


def _line_at(index: Index) -> PaperLine:
    line = line_at(index)
    assert isinstance(line, PaperLine)
    return line
