"""The controls of the export dialog: a choice of a few, a choice from a list, and rows from one to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QGridLayout, QLabel, QRadioButton, QWidget

from squeezeviz.figure.layout.rows import Rows
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.model.text import plain

_LONGEST_NAME = 24


@guarded
class Choice(QWidget):
    """A few buttons of which one is chosen; named export_NAME_KEY."""

    changed = Signal()

    def __init__(self, name: str, titles: Mapping[str, str], columns: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QRadioButton] = {}
        group, grid = QButtonGroup(self), QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        for place, (key, title) in enumerate(titles.items()):
            button = self._buttons[key] = QRadioButton(title)
            button.setObjectName(f"export_{name}_{key}")
            button.setAccessibleName(f"{name} {title}")
            button.setChecked(place == 0)
            button.toggled.connect(self._on_toggled)
            group.addButton(button)
            grid.addWidget(button, place // columns, place % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        self.setFocusProxy(next(iter(self._buttons.values())))

    @property
    def chosen(self) -> str:
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def button(self, key: str) -> QRadioButton:
        return self._buttons[key]

    def choose(self, key: str) -> None:
        """Choose a key; one that is not there changes nothing."""
        if key in self._buttons:
            self._buttons[key].setChecked(True)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._buttons[self.chosen].setFocus()

    def _on_toggled(self, on: bool) -> None:
        if on:
            self.setFocusProxy(self._buttons[self.chosen])
            self.changed.emit()


class DropDown(QComboBox):
    """One of several, from a list; named export_NAME."""

    changed = Signal()

    def __init__(self, name: str, spoken: str, titles: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"export_{name}")
        self.setAccessibleName(spoken)
        for key, title in titles.items():
            self.addItem(title, key)
        self.setMinimumContentsLength(8)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.currentIndexChanged.connect(lambda _: self.changed.emit())

    @property
    def chosen(self) -> str:
        return str(self.currentData())

    def choose(self, key: str) -> None:
        """Choose a key; one that is not there changes nothing."""
        place = self.findData(key)
        if place >= 0:
            self.setCurrentIndex(place)


class RowsChoice(QWidget):
    """The whole network, or the rows from one to another; `selected` are offered where any are, `wanted` are chosen."""

    changed = Signal()

    def __init__(
        self, names: Sequence[str], selected: Rows | None, wanted: Rows | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._which = Choice("rows", {"all": "Whole network", "some": "Selection"}, 2)
        self._first, self._last = QComboBox(), QComboBox()
        shown = [plain(name, _LONGEST_NAME) for name in names]
        start = wanted or selected or Rows(0, len(names) - 1)
        ends = ((self._first, "first", start.first), (self._last, "last", start.last))
        for box, name, row in ends:
            box.setObjectName(f"export_{name}")
            box.setAccessibleName(f"{name.capitalize()} row of the figure")
            box.addItems(shown)
            box.setCurrentIndex(row)
            box.setMinimumContentsLength(4)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.activated.connect(lambda _, box=box: self._end_chosen(box))
        self._which.button("some").setEnabled(bool(names))
        if wanted is not None:
            self._which.choose("some")
        self._which.changed.connect(self._update_ends)
        self._to = QLabel("to")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.addWidget(self._which, 0, 0, 1, 3)
        for column, widget in enumerate((self._first, self._to, self._last)):
            grid.addWidget(widget, 1, column)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        self.setFocusProxy(self._which)
        self._update_ends()

    @property
    def rows(self) -> Rows | None:
        """The rows to show; None for all."""
        if self._which.chosen == "all":
            return None
        return Rows(self._first.currentIndex(), self._last.currentIndex())

    def _end_chosen(self, box: QComboBox) -> None:
        """Neither end passes the other: the other one comes along."""
        first, last = self._first.currentIndex(), self._last.currentIndex()
        if last < first:
            (self._last if box is self._first else self._first).setCurrentIndex(box.currentIndex())
        self._update_ends()

    def _update_ends(self) -> None:
        for widget in (self._first, self._to, self._last):
            widget.setEnabled(self._which.chosen == "some")
        self.changed.emit()
