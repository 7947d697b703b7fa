"""The comparison panel: totals side by side, and the layers that differ."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.columns import TOTALS
from squeezeviz.analysis.difference import Difference, TotalDifference
from squeezeviz.files.tables.comparison import UNKNOWN
from squeezeviz.gui.panels.changes import ChangeList, entries
from squeezeviz.gui.panels.panels import ScrolledPanel
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.flow_layout import FlowLayout
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import ElidedLabel, label, show_text
from squeezeviz.gui.widgets.layouts import in_column, page
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.wording import readable_bytes, short_number

BESIDE = 540
"""From this width in pixels, the layers are beside the totals, otherwise below them."""
_GAP, _LAYERS = 14, 230
"""Pixels between both, and what the layers take beside the totals at the least."""
_EDGES = 14, 8, 8, 6
_INVITATION = (
    "Pin a network as the baseline. Then every edit, and every file you open, shows here and in the table "
    "what it saves and what it costs against it."
)


@guarded
class ComparePanel(ScrolledPanel):
    """Shows a Difference. Without a baseline it explains what pinning is for."""

    layer_chosen = Signal(str)
    pin_requested = Signal()
    choose_requested = Signal()
    copy_requested = Signal()
    export_requested = Signal()
    unpin_requested = Signal()
    beside_requested = Signal()
    swap_requested = Signal()

    def __init__(self, style: Style) -> None:
        super().__init__("compare_panel", "Comparison with the baseline")
        self._changes = ChangeList(style)
        self._changes.layer_chosen.connect(self.layer_chosen)
        self._totals = TotalsGrid()
        self._invitation, self._comparison = self._made_invitation(), self._made_comparison()
        self.setWidget(page(self._invitation, self._comparison, margins=(0, 0, 0, 0)))
        self._bring(pinned=False)

    def set_style(self, style: Style) -> None:
        self._changes.set_style(style)

    def show_beside(self, shown: bool) -> None:
        """Say whether the baseline's diagram stands beside the open one."""
        self._beside.setChecked(shown)

    def show_difference(self, title: str, found: Difference | None) -> None:
        """Show the comparison with the baseline named `title`; None if there is no baseline."""
        if found is not None:
            named = title if found.baseline.runs else f"{title} (cannot run)"
            show_text(self._heading, f"Baseline: {named}")
            show_text(self._summary, summary(found))
            show_text(self._stored, storage_note(found))
            self._stored.setVisible(bool(found.uncompressed))
            self._totals.show_totals(found)
            self._changes.show_entries(entries(found))
            self._fit(self.viewport().width())
        if self._invitation.isHidden() is (found is None):
            self._bring(pinned=found is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit(event.size().width())
        super().resizeEvent(event)

    def _fit(self, width: int) -> None:
        """Put the layers beside the totals where both have room, and show those totals that fit."""
        beside, margins = width >= BESIDE, _EDGES[0] + _EDGES[2]
        self._parts.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._totals.fit(width - margins - (_GAP + _LAYERS if beside else 0))

    def _bring(self, *, pinned: bool) -> None:
        """Show the comparison or the invitation, and move the keyboard focus along."""
        focused: QWidget | None = QApplication.focusWidget()
        typing = focused is not None and self.isAncestorOf(focused)
        self.setFocusProxy(self._changes if pinned else self._first)
        self._comparison.setVisible(pinned)
        self._invitation.setVisible(not pinned)
        if typing:
            self.setFocus()

    def _made_invitation(self) -> QWidget:
        self._first = push_button("Pin this state", "pin", self.pin_requested)
        return page(
            label(_INVITATION, wraps=True),
            _row(
                (
                    self._first,
                    push_button("Compare with…", "choose", self.choose_requested),
                    push_button("Side by side with…", "choose_beside", self.beside_requested),
                )
            ),
            1,
            spacing=10,
            margins=(14, 12, 14, 10),
        )

    def _made_comparison(self) -> QWidget:
        self._heading, self._summary = ElidedLabel(tone="formula"), label(wraps=True)
        self._stored = label(name="storage_note", tone="quiet", small=True, wraps=True)
        for heading in (self._heading, self._summary):
            heading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._beside = push_button("Side by side", "beside", self.beside_requested)
        self._beside.setCheckable(True)
        copied = push_button("Copy", "copy_comparison", self.copy_requested)
        copied.setToolTip("Copy the comparison as Markdown")
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._parts.setSpacing(_GAP)
        self._parts.addLayout(in_column(self._heading, self._totals, 1, spacing=3))
        self._parts.addLayout(in_column(self._summary, self._stored, (self._changes, 1), spacing=3), 1)
        return page(
            (self._parts, 1),
            _row(
                (
                    self._beside,
                    push_button("Swap", "swap_baseline", self.swap_requested),
                    push_button("Pin this state instead", "pin_instead", self.pin_requested),
                    push_button("Compare with…", "choose_other", self.choose_requested),
                    push_button("Export…", "export_comparison", self.export_requested),
                    copied,
                    push_button("Unpin", "unpin", self.unpin_requested),
                )
            ),
            spacing=5,
            margins=_EDGES,
        )


def _row(buttons: Iterable[QPushButton]) -> FlowLayout:
    row = FlowLayout(6)
    for button in buttons:
        row.addWidget(button)
    return row


def summary(found: Difference) -> str:
    """Return `2 layers differ, 5 more are affected`."""
    own = sum(row is not None and row.change is not None for row in found.rows) + len(found.removed)
    reached = sum(row is not None and row.change is None for row in found.rows)
    if found.nothing:
        return "No difference"
    if own:
        differ, more = "1 layer differs" if own == 1 else f"{own:,} layers differ", " more"
    else:
        differ, more = "The input differs", ""
    return f"{differ}, {reached:,}{more} {'is' if reached == 1 else 'are'} affected" if reached else differ


def storage_note(found: Difference) -> str:
    """Say which of the two is pruned or quantized, where that is left out of the comparison; else nothing."""
    which = {"first": "The baseline", "second": "The open table"}.get(found.uncompressed)
    return f"{which} alone is pruned or quantized; both are compared as they were trained." if which else ""


_ROWS = ("parameters", "size", "macs", "depth", "activations")
_TITLES = {column.spec.number: column.printed_heading for column in TOTALS} | {"size": "size"}
_PARTS = {"before": "baseline", "now": "now", "absolute": "difference", "percent": "difference in percent"}
"""The columns, by the end of a cell's name, with what they mean."""
_HEADINGS = {"before": "baseline", "now": "now", "absolute": "difference"}
_WIDTHS = {"before": 60, "now": 60, "absolute": 68, "percent": 54}
"""The widths of the columns in pixels. They suit most networks, so that nothing moves while a slider is dragged."""
_SPACING = 10
_LEFT_OUT: tuple[tuple[str, ...], ...] = (), ("absolute",), ("absolute", "before")
"""What is left out where there is less room."""
_TOO_WIDE = 10**8
"""Counts from here on are shown with three figures, and exactly in the tool tip."""
_MANY = 20


class TotalsGrid(QWidget):
    """A row for each total: before, now, the difference and its share. The labels are reused."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("compared_totals")
        self.setAccessibleName("Totals of the baseline and of the open table")
        grid = self._grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(_SPACING)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(len(_WIDTHS) + 1, 1)
        titles = [label(), *(label(_TITLES[name], "quiet") for name in _ROWS)]
        self._columns = {"": titles}
        self._cells: dict[str, tuple[QLabel, ...]] = {}
        for part, means in _PARTS.items():
            cells = [label(name=f"{name}_{part}", right=True) for name in _ROWS]
            for name, cell in zip(_ROWS, cells, strict=True):
                cell.setAccessibleDescription(f"{_TITLES[name]}, {means}")
                self._cells[name] = (*self._cells.get(name, ()), cell)
            self._columns[part] = [label(_HEADINGS.get(part, ""), "quiet", right=True), *cells]
        for column, found in enumerate(self._columns.values()):
            for row, each in enumerate(found):
                grid.addWidget(each, row, column)

    def fit(self, room: int) -> None:
        """Show the columns that `room` pixels hold: the difference goes before its share, then the baseline."""
        widths = {
            part: max(_WIDTHS.get(part, 0), *(each.sizeHint().width() for each in found))
            for part, found in self._columns.items()
        }
        for left_out in _LEFT_OUT:
            if sum(wide + _SPACING for part, wide in widths.items() if part not in left_out) - _SPACING <= room:
                break
        for column, (part, found) in enumerate(self._columns.items()):
            self._grid.setColumnMinimumWidth(column, 0 if part in left_out else _WIDTHS.get(part, 0))
            for each in found:
                each.setHidden(part in left_out)

    def show_totals(self, found: Difference) -> None:
        runs = found.baseline.runs, found.present.runs
        for total in found.totals:
            self._show(total.name, total, runs)
            if total.name == "parameters":
                self._show("size", total, runs)

    def _show(self, name: str, total: TotalDifference, runs: tuple[bool, bool]) -> None:
        both = list(zip((total.before, total.after), runs, strict=True))
        exact = [f"{count:,}" if known else "It cannot run, so it has no totals." for count, known in both]
        shown = [_count_text(name, count) if known else UNKNOWN for count, known in both]
        difference = total.absolute and total.absolute[0] + _count_text(name, abs(total.after - total.before))
        tips = (*exact, total.absolute, total.percent and f"{total.absolute}, {total.percent}")
        tone = "" if not total.absolute or total.better is None else "saves" if total.better else "costs"
        cells = zip(self._cells[name], (*shown, difference, _share(total)), tips, ("", "", tone, tone), strict=True)
        for cell, text, tip, toned in cells:
            show_text(cell, text, toned)
            cell.setToolTip(tip if tip != text else "")


def _count_text(name: str, count: int) -> str:
    if name == "size":
        return readable_bytes(BYTES_PER_VALUE * count)
    return f"{count:,}" if name in ("parameters", "depth") and count < _TOO_WIDE else short_number(count)


def _share(total: TotalDifference) -> str:
    """Return the difference in percent, or as a factor if it is large: `×113`."""
    if total.percent and total.after >= _MANY * total.before:
        return f"×{short_number(total.after // total.before)}"
    return total.percent
