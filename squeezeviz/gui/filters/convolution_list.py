"""Every convolution of the network with the share of its weights that are zero, as bars that can be sorted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem

from squeezeviz.analysis.convolutions import Convolution
from squeezeviz.gui.filters.wording import FRESH, RANDOM, distinct_text, shape_text, title_of, zeros_text
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.sorted_table import SortedColumn, SortedTable
from squeezeviz.gui.widgets.style import Style

_ZEROS, _DISTINCT = 1, 2
_WIDTHS = {_ZEROS: 66, _DISTINCT: 56}


def _values(each: Convolution) -> float | None:
    if each.stored is None:
        return None
    zero = each.stored.nonzero < each.stored.weights
    return each.stored.values + zero if each.stored.values else float(each.stored.nonzero)


_COLUMNS = (
    SortedColumn("convolution", title_of, tip="In the table's order."),
    SortedColumn(
        "zeros",
        zeros_text,
        lambda each: each.share_of_zeros,
        "The share of weights that are zero: what pruning took away.",
    ),
    SortedColumn(
        "distinct",
        distinct_text,
        _values,
        "How many different values its weights take: few where a codebook gives them.",
    ),
)


def said_of(each: Convolution) -> str:
    """Return what the list says of a convolution, in words."""
    zeros = zeros_text(each)
    if zeros == RANDOM:
        return f"{shape_text(each)}, {FRESH}"
    distinct = f", {distinct_text(each)} distinct values" if each.stored is not None else ""
    return f"{shape_text(each)}, {zeros} zeros{distinct}" if zeros else shape_text(each)


@guarded
class _Bar(QStyledItemDelegate):
    """A share of zeros as a bar with its text."""

    def __init__(self, style: Style) -> None:
        super().__init__()
        self.style_of_window = style

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().paint(painter, option, index)
        share = index.data(Qt.ItemDataRole.UserRole).share_of_zeros
        if share is not None:
            rect: Any = option.rect
            bar = QRectF(rect).adjusted(4, rect.height() - 4, -4, -1)
            style = self.style_of_window
            painter.fillRect(bar, QColor(style.total))
            bar.setWidth(bar.width() * share)
            painter.fillRect(bar, QColor(style.accent))


class ConvolutionList(SortedTable):
    """A line for each Convolution. Where one is gone to by mouse or keys, it is chosen."""

    def __init__(self, style: Style) -> None:
        self._bar = _Bar(style)
        super().__init__(_COLUMNS, style, said_of)
        self.setObjectName("convolution_list")
        self.setAccessibleName("Convolutions and their shares of zeros")
        self.setItemDelegateForColumn(_ZEROS, self._bar)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        for column, width in _WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(column, width)

    def set_style(self, style: Style) -> None:
        self._bar.style_of_window = style
        super().set_style(style)

    @property
    def titles(self) -> list[str]:
        """What stands in the list, from top to bottom."""
        return [title_of(each) for each in self.shown()]

    def show_convolutions(self, found: Sequence[Convolution], shown: Convolution | None) -> None:
        """Show these, with one of them marked."""
        if tuple(found) != self.things:
            self.show_things(tuple(found))
        self.mark(lambda each: each == shown)
