"""The paper's metaparameters (Section 5) as sliders, and how far the open table follows them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from fractions import Fraction
from itertools import groupby

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QMenu, QPushButton

from squeezeviz.analysis.accounting import BYTES_PER_VALUE
from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.gui.document import Document
from squeezeviz.gui.panels.panels import ScrolledPanel
from squeezeviz.gui.widgets.buttons import push_button
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import ElidedLabel, label, show_text
from squeezeviz.gui.widgets.layouts import in_column, in_row, page
from squeezeviz.gui.widgets.number_slider import NumberSlider, Scale
from squeezeviz.model.errors import SqueezevizError, brief
from squeezeviz.model.reading import read_percentage, read_ratio
from squeezeviz.model.records import NamedTuple
from squeezeviz.model.table import LayerTable
from squeezeviz.model.text import tip_text
from squeezeviz.model.wording import percentage_text, ratio_text, readable_bytes, short_number
from squeezeviz.paper.metaparameters import (
    SQUEEZENET,
    Deviation,
    Followed,
    Metaparameters,
    Rounding,
    followed,
    rewritten,
)
from squeezeviz.paper.reference import FIGURE_POINTS, FigurePoint, printed_for


class _Field(NamedTuple):
    label: str
    means: str
    scale: Scale


_FIELDS = {
    "base_e": _Field("base e", "Expand filters in the first Fire modules", Scale(2, 512, 4096, 16)),
    "incr_e": _Field("incr e", "Expand filters added after every freq modules", Scale(0, 512, 4096, 16)),
    "freq": _Field("freq", "How many Fire modules in a row have equally many filters", Scale(1, 8, 64, 1)),
    "sr": _Field(
        "SR",
        "Squeeze ratio: squeeze filters for each expand filter",
        Scale(1, 200, 200, 25, Fraction(1, 200), read_ratio, ratio_text),
    ),
    "pct3x3": _Field(
        "pct 3×3",
        "The share of expand filters that are 3×3",
        Scale(2, 198, 198, 25, Fraction(1, 200), read_percentage, percentage_text),
    ),
    "count": _Field("Fires", "How many Fire modules there are", Scale(1, 16, 256, 1)),
}
_SERIES = "metaparameters"
"""The document's name for the steps made here."""
_NARROW = 540
"""Below this width in pixels, the paper's numbers are below the totals."""
_ROWS = 3
"""The number of sliders in each of the two columns."""
_LINES = 12
"""The most lines of a tool tip."""
_NAMED = 3
"""How many rows or numbers a line names."""


@guarded
class MetaparametersPanel(ScrolledPanel):
    """Shows the metaparameters that the open table follows. Edits are computed from the document's present table."""

    refused = Signal(str)
    preset_chosen = Signal(str)

    def __init__(self, document: Document) -> None:
        super().__init__("metaparameters_panel", "Metaparameters")
        self._document = document
        self._meta = SQUEEZENET
        self._network: ResolvedNetwork | None = None
        """The one that is shown."""
        """The numbers that are shown. If several sets give the same table, these are kept."""
        self._drag = "", self._meta
        """The merge key of the last drag, and the numbers that were shown when it began."""
        self._numbers: dict[str, NumberSlider] = {}
        self.setWidget(page(self._head(), self._sliders(), self._foot(), 1, spacing=6, margins=(14, 7, 14, 6)))
        self.setFocusProxy(self._numbers["base_e"].slider)

    def begin_anew(self) -> None:
        """Forget the shown numbers, because another table was opened."""
        self._meta, self._network = SQUEEZENET, None

    def show_network(self, network: ResolvedNetwork) -> None:
        """Show the totals of the open table, and the metaparameters that it follows; one change asks several times."""
        if network is self._network:
            return
        self._network = network
        found = followed(network.table, self._meta)
        self._meta = found.metaparameters if found else SQUEEZENET
        self._show_numbers()
        self._show_totals(network, found)
        self._show_followed(found)

    def _head(self) -> QHBoxLayout:
        self._totals = label(tone="formula", name="metaparameters_totals")
        self._printed = ElidedLabel("metaparameters_printed", "quiet")
        self._points = FigureMenu()
        self._points.chosen.connect(self.preset_chosen)
        self._figures = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._figures.addWidget(self._totals)
        self._figures.addWidget(self._printed, 1)
        return in_row((self._figures, 1), self._points, spacing=10)

    def _sliders(self) -> QGridLayout:
        self._grid = grid = QGridLayout()
        grid.setHorizontalSpacing(9)
        grid.setVerticalSpacing(4)
        for place, (name, field) in enumerate(_FIELDS.items()):
            number = NumberSlider(name, field.label, field.means, field.scale, self)
            number.changed.connect(lambda value, merge, name=name: self._set(name, value, merge))
            number.refused.connect(self.refused)
            number.add_to(grid, place % _ROWS, place // _ROWS * 4)
            self._numbers[name] = number
        for stretched in (1, 5):
            grid.setColumnStretch(stretched, 1)
        return grid

    def _foot(self) -> QHBoxLayout:
        self._deviations = ElidedLabel("metaparameters_deviations")
        self._roundings = ElidedLabel("metaparameters_roundings", "quiet")
        self._mend = push_button("", "follow_button", self._make_follow)
        return in_row((in_column(self._deviations, self._roundings, spacing=1), 1), self._mend, spacing=10)

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
        show_text(self._totals, f"{reach}{size} · {short_number(network.macs.value)} multiply-adds")
        follows = found is not None and not found.deviations
        point = printed_for(network, self._meta) if follows and network.runs else None
        show_text(self._printed, f"paper: {point.printed}" if point else "")
        self._points.mark(point)

    def _show_followed(self, found: Followed | None) -> None:
        if found is None:
            self._deviations.setText("The table has no Fire module.")
            self._roundings.setText(f"These are SqueezeNet’s: change one to add {self._meta.count}.")
            self._offer(f"Add {self._meta.count} Fire modules")
            return
        _say(self._deviations, what_deviates(found), deviations_in_full(found))
        roundings = what_is_rounded(found) or expand_filters_in_words(found.metaparameters)
        _say(self._roundings, roundings, roundings_in_full(found))
        self._offer("Make it follow" if len(found.deviating) == 1 else "Make them follow" if found.deviations else "")

    def _offer(self, title: str) -> None:
        if title and title != self._mend.text():
            self._mend.setText(title)
        self._mend.setVisible(bool(title))

    def _set(self, name: str, value: int | Fraction, merge: str) -> None:
        """Ask for the table with one metaparameter changed. A drag that returns to its start changes nothing."""
        if not merge or merge != self._drag[0]:
            self._drag = merge, self._meta
        before = self._document.before_drag(merge)
        found = followed(before, self._drag[1])
        try:
            wanted = dataclasses.replace(found.metaparameters if found else SQUEEZENET, **{name: value})  # type: ignore[arg-type]
            table = before if found and wanted == found.metaparameters else self._rewritten(wanted)
        except SqueezevizError as error:
            self.refused.emit(str(error))
            self._numbers[name].put_back()
            return
        title = "the number of Fire modules" if name == "count" else _FIELDS[name].label
        self._ask(wanted, table, f"Set {title} to {_FIELDS[name].scale.write(value)}", merge)

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
        self._meta, self._network = wanted, None
        if table == self._document.table:
            # Other numbers for the same filters do not change the table, so no signal will come.
            self._show_numbers()
        else:
            self._document.edit(step, table, merge, _SERIES)


def _say(line: ElidedLabel, text: str, in_full: str) -> None:
    """Show a text with a tool tip where they are others: Qt would lay out the line anew in any case."""
    show_text(line, text)
    if line.toolTip() != in_full:
        line.setToolTip(in_full)


_FIGURES = {"3a": "Figure 3a: the squeeze ratio SR", "3b": "Figure 3b: the share of 3×3 filters, at SR 0.5"}


class FigureMenu(QPushButton):
    """A button with a menu of Figure 3's points. `chosen` carries the id of the point's preset."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__("Points of Figure 3")
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
        ours = readable_bytes(BYTES_PER_VALUE * point.parameters)
        action = menu.addAction(f"{point.setting}: {ours}\tpaper: {point.printed}")
        action.setCheckable(True)
        action.triggered.connect(lambda _=False: self._choose(point))
        return action

    def _choose(self, point: FigurePoint) -> None:
        self._actions[point.id].toggle()  # what is ticked is the open table, not what was clicked
        self.chosen.emit(point.id)


# What the table follows and where it deviates, for one line, and in full for a tool tip


def what_deviates(found: Followed) -> str:
    """Return `fire5 deviates: s1x1 24, the formula gives 32`, or that no row deviates."""
    count = found.metaparameters.count
    rows = _by_row(found.deviations)
    if not rows:
        return f"All {count:,} Fire modules follow these numbers." if count > 1 else "The Fire module follows these."
    if len(rows) == 1:
        return f"{brief(rows[0][0].name)} deviates: {_differences(rows[0])}"
    named = ", ".join(f"{brief(row[0].name)} ({_briefly(row)})" for row in rows[:_NAMED])
    more = f" and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else ""
    return f"{len(rows):,} of {count:,} deviate: {named}{more}"


def deviations_in_full(found: Followed) -> str:
    """Return a line for each row that deviates, as rich text; an empty text if none does."""
    rows = _by_row(found.deviations)
    return _tool_tip([f"{brief(row[0].name)}: {_differences(row)}" for row in rows[:_LINES]], len(rows))


def what_is_rounded(found: Followed) -> str:
    """Return `Rounded to whole filters: fire2 e3x3 1.28 → 1, and 7 more`; an empty text if nothing is rounded."""
    if not found.roundings:
        return ""
    shown = ", ".join(map(_rounding, found.roundings[:_NAMED]))
    others = len(found.roundings) - _NAMED
    return f"Rounded to whole filters: {shown}" + (f" and {others:,} more" if others > 0 else "")


def roundings_in_full(found: Followed) -> str:
    """Return a line for each rounded number, as rich text; an empty text if nothing is rounded."""
    return _tool_tip([_rounding(each) for each in found.roundings[:_LINES]], len(found.roundings))


def expand_filters_in_words(metaparameters: Metaparameters) -> str:
    """Return `Expand filters: 128, 128, 256, 256`, with only the first of many."""
    shown = [metaparameters.filters(place).expand for place in range(min(metaparameters.count, _LINES))]
    rest = ", …" if metaparameters.count > _LINES else ""
    return f"Expand filters: {', '.join(f'{each:,}' for each in shown)}{rest}"


def _by_row(deviations: Iterable[Deviation]) -> list[list[Deviation]]:
    return [list(row) for _, row in groupby(deviations, key=lambda each: each.row)]


def _differences(row: list[Deviation]) -> str:
    actual = ", ".join(f"{each.field} {each.actual:,}" for each in row)
    return f"{actual}, the formula gives {', '.join(f'{each.expected:,}' for each in row)}"


def _briefly(row: list[Deviation]) -> str:
    return ", ".join(f"{each.field} {each.actual:,}, not {each.expected:,}" for each in row)


def _rounding(each: Rounding) -> str:
    exact = f"{float(each.exact):,.3f}".rstrip("0").rstrip(".")
    about = "" if float(each.exact) == float(exact.replace(",", "")) else "≈"
    return f"{brief(each.name)} {each.field} {about}{exact} → {each.whole:,}"


def _tool_tip(lines: list[str], total: int) -> str:
    """Return the lines as a tool tip, which says how many of `total` are left out."""
    if not lines:
        return ""
    more = [f"and {total - len(lines):,} more"] if total > len(lines) else []
    return tip_text("\n".join(lines + more), "white-space: nowrap")
