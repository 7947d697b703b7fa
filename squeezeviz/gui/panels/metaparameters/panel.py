"""The paper's metaparameters (Section 5) as sliders, and how far the open table follows them."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.document import Document
from squeezeviz.gui.panels.metaparameters.wording import (
    deviations_in_full,
    expand_filters_in_words,
    roundings_in_full,
    what_deviates,
    what_is_rounded,
)
from squeezeviz.gui.widgets.elided_label import ElidedLabel
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.number_slider import Number, NumberSlider, Scale
from squeezeviz.gui.widgets.style import Style
from squeezeviz.model.errors import SqueezevizError
from squeezeviz.model.reading import read_percentage, read_ratio
from squeezeviz.model.table import LayerTable
from squeezeviz.model.wording import percentage_text, ratio_text, readable_bytes, short_number
from squeezeviz.paper.metaparameters import SQUEEZENET, Followed, Metaparameters, followed, rewritten
from squeezeviz.paper.reference import FIGURE_POINTS, FigurePoint, printed_for


class _Field(NamedTuple):
    name: str
    label: str
    title: str
    means: str
    scale: Scale


_FIELDS = (
    _Field("base_e", "base e", "base e", "Expand filters in the first Fire modules", Scale(2, 512, 4096, 16)),
    _Field("incr_e", "incr e", "incr e", "Expand filters added after every freq modules", Scale(0, 512, 4096, 16)),
    _Field("freq", "freq", "freq", "How many Fire modules in a row have equally many filters", Scale(1, 8, 64, 1)),
    _Field(
        "sr",
        "SR",
        "SR",
        "Squeeze ratio: squeeze filters for each expand filter",
        Scale(1, 200, 200, 25, Fraction(1, 200), read_ratio, ratio_text),
    ),
    _Field(
        "pct3x3",
        "pct 3×3",
        "pct 3×3",
        "The share of expand filters that are 3×3",
        Scale(2, 198, 198, 25, Fraction(1, 200), read_percentage, percentage_text),
    ),
    _Field("count", "Fires", "the number of Fire modules", "How many Fire modules there are", Scale(1, 16, 256, 1)),
)
_SERIES = "metaparameters"
"""The document's name for the steps made here."""
_NARROW = 540
"""Below this width in pixels, the paper's numbers are below the totals."""
_ROWS = 3
"""The number of sliders in each of the two columns."""


@guarded
class MetaparametersPanel(QScrollArea):
    """Shows the metaparameters that the open table follows. Edits are computed from the document's present table."""

    refused = Signal(str)
    preset_chosen = Signal(str)

    def __init__(self, document: Document, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.setObjectName("metaparameters_panel")
        self.setAccessibleName("Metaparameters")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._meta = SQUEEZENET
        """The numbers that are shown. If several sets give the same table, these are kept."""
        self._drag = "", self._meta
        """The merge key of the last drag, and the numbers that were shown when it began."""
        self._numbers: dict[str, NumberSlider] = {}
        self._build()
        self.set_style(style)

    def set_style(self, style: Style) -> None:
        for number in self._numbers.values():
            number.set_style(style, style.accent)

    def begin_anew(self) -> None:
        """Forget the shown numbers, because another table was opened."""
        self._meta = SQUEEZENET

    def show_network(self, network: ResolvedNetwork) -> None:
        """Show the totals of the open table, and the metaparameters that it follows."""
        found = followed(network.table, self._meta)
        self._meta = found.metaparameters if found else SQUEEZENET
        self._show_numbers()
        self._show_totals(network, found)
        self._show_followed(found)

    def _build(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(14, 7, 14, 6)
        column.setSpacing(6)
        column.addLayout(self._head())
        column.addLayout(self._sliders())
        column.addLayout(self._foot())
        column.addStretch(1)
        self.setWidget(body)
        self.setFocusProxy(self._numbers["base_e"].slider)

    def _head(self) -> QHBoxLayout:
        self._totals, self._printed = QLabel(), ElidedLabel()
        self._totals.setProperty("tone", "formula")
        self._totals.setObjectName("metaparameters_totals")
        self._printed.setProperty("quiet", True)
        self._printed.setObjectName("metaparameters_printed")
        self._points = FigureMenu()
        self._points.chosen.connect(self.preset_chosen)
        self._figures = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._figures.addWidget(self._totals)
        self._figures.addWidget(self._printed, 1)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(self._figures, 1)
        row.addWidget(self._points)
        return row

    def _sliders(self) -> QGridLayout:
        self._grid = grid = QGridLayout()
        grid.setHorizontalSpacing(9)
        grid.setVerticalSpacing(4)
        for place, field in enumerate(_FIELDS):
            number = NumberSlider(field.name, field.label, field.means, field.scale, self)
            number.changed.connect(lambda value, merge, field=field: self._set(field, value, merge))
            number.refused.connect(self.refused)
            number.add_to(grid, place % _ROWS, place // _ROWS * 4)
            self._numbers[field.name] = number
        for stretched in (1, 5):
            grid.setColumnStretch(stretched, 1)
        return grid

    def _foot(self) -> QHBoxLayout:
        self._deviations, self._roundings = ElidedLabel(), ElidedLabel()
        self._deviations.setObjectName("metaparameters_deviations")
        self._roundings.setObjectName("metaparameters_roundings")
        self._roundings.setProperty("quiet", True)
        lines = QVBoxLayout()
        lines.setSpacing(1)
        lines.addWidget(self._deviations)
        lines.addWidget(self._roundings)
        self._mend = QPushButton()
        self._mend.setObjectName("follow_button")
        self._mend.clicked.connect(self._make_follow)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addLayout(lines, 1)
        row.addWidget(self._mend)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self._figures.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._figures.setSpacing(1 if narrow else 10)
        self._grid.setColumnMinimumWidth(3, 10 if narrow else 26)

    def _show_numbers(self) -> None:
        for name, number in self._numbers.items():
            number.show_number(getattr(self._meta, name))

    def _show_totals(self, network: ResolvedNetwork, found: Followed | None) -> None:
        reach = "" if network.runs else "as far as it runs: "
        size = readable_bytes(BYTES_PER_VALUE * network.parameters.value)
        self._totals.setText(f"{reach}{size} · {short_number(network.macs.value)} multiply-adds")
        follows = found is not None and not found.deviations
        point = printed_for(network, self._meta) if follows and network.runs else None
        self._printed.setText(f"paper: {point.printed}" if point else "")
        self._points.mark(point)

    def _show_followed(self, found: Followed | None) -> None:
        if found is None:
            self._deviations.setText("The table has no Fire module.")
            self._roundings.setText(f"These are SqueezeNet’s: change one to add {self._meta.count}.")
            self._offer(f"Add {self._meta.count} Fire modules")
            return
        self._deviations.setText(what_deviates(found))
        self._deviations.setToolTip(deviations_in_full(found))
        self._roundings.setText(what_is_rounded(found) or expand_filters_in_words(found.metaparameters))
        self._roundings.setToolTip(roundings_in_full(found))
        self._offer("Make it follow" if len(found.deviating) == 1 else "Make them follow" if found.deviations else "")

    def _offer(self, title: str) -> None:
        if title and title != self._mend.text():
            self._mend.setText(title)
        self._mend.setVisible(bool(title))

    def _set(self, field: _Field, value: Number, merge: str) -> None:
        """Ask for the table with one metaparameter changed. A drag that returns to its start changes nothing."""
        if not merge or merge != self._drag[0]:
            self._drag = merge, self._meta
        before = self._document.before_drag(merge)
        followed_then = _numbers(before, self._drag[1])
        try:
            wanted = dataclasses.replace(followed_then or SQUEEZENET, **{field.name: value})  # type: ignore[arg-type]
            table = before if wanted == followed_then else self._rewritten(wanted)
        except SqueezevizError as error:
            self.refused.emit(str(error))
            self._numbers[field.name].put_back()
            return
        self._ask(wanted, table, f"Set {field.title} to {field.scale.write(value)}", merge)

    def _make_follow(self) -> None:
        found = followed(self._document.table, self._meta)
        wanted, step = SQUEEZENET, self._mend.text()
        if found is not None:
            wanted = found.metaparameters
            which = found.deviating[0] if len(found.deviating) == 1 else f"{len(found.deviating)} Fire modules"
            step = f"Make {which} follow the metaparameters"
        self._ask(wanted, self._rewritten(wanted), step, "")

    def _rewritten(self, wanted: Metaparameters) -> LayerTable:
        """Return the table that follows these metaparameters.

        It is made from the table before the sliders were first touched, so that Fires that are removed and brought back
        return to their places.
        """
        return rewritten(self._document.before_series(_SERIES), wanted)

    def _ask(self, wanted: Metaparameters, table: LayerTable, step: str, merge: str) -> None:
        self._meta = wanted
        if table == self._document.table:
            # Other numbers for the same filters do not change the table, so no signal will come.
            self._show_numbers()
        else:
            self._document.edit(step, table, merge, _SERIES)


def _numbers(table: LayerTable, like: Metaparameters) -> Metaparameters | None:
    """Return the metaparameters that the table follows, or None if it has no Fire module."""
    found = followed(table, like)
    return found.metaparameters if found else None


_FIGURES = {"3a": "Figure 3a: the squeeze ratio SR", "3b": "Figure 3b: the share of 3×3 filters, at SR 0.5"}


class FigureMenu(QPushButton):
    """A button with a menu of Figure 3's points. `chosen` carries the id of the point's preset."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Points of Figure 3", parent)
        self.setObjectName("figure_points")
        self.setToolTip("Open one of the networks that the paper measures in Figures 3a and 3b")
        menu = QMenu(self)
        self._actions: dict[str, QAction] = {}
        for figure, title in _FIGURES.items():
            # A section's title would not be seen: the style sheet draws separators as lines.
            if menu.actions():
                menu.addSeparator()
            menu.addAction(title).setEnabled(False)
            for point in FIGURE_POINTS:
                if point.figure == figure:
                    self._actions[point.id] = self._action(menu, point)
        self.setMenu(menu)

    def mark(self, point: FigurePoint | None) -> None:
        """Tick the point that the present table represents, if any."""
        for each in FIGURE_POINTS:
            self._actions[each.id].setChecked(point is not None and each.metaparameters == point.metaparameters)

    def _action(self, menu: QMenu, point: FigurePoint) -> QAction:
        action = menu.addAction(_title(point))
        action.setCheckable(True)
        action.triggered.connect(lambda _=False: self._choose(point))
        return action

    def _choose(self, point: FigurePoint) -> None:
        action = self._actions[point.id]
        action.setChecked(not action.isChecked())  # what is ticked is the open table, not what was clicked
        self.chosen.emit(point.id)


def _title(point: FigurePoint) -> str:
    ours = readable_bytes(BYTES_PER_VALUE * point.parameters)
    return f"{point.setting}: {ours}\tpaper: {point.printed}"
