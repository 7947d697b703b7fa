"""The controls of an export dialog: one of a few, one of a list, rows, a size, what is written on a figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from squeezeviz.figure.theme.look import ALL, FITS, NONE, TITLES, USUAL, Annotations, FigureSize, Rows, parse_width
from squeezeviz.gui.widgets.combo_box import ComboBox
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.model.text import plain

SIZES = {
    "screen": "As on screen",
    "column": "One column, 84 mm",
    "two-columns": "Two columns, 178 mm",
    "slide": "Slide, 16:9",
    "width": "As wide as…",
}
MARKED = {"marks": "Live pass ✓", "differences": "Differences", "colours": "Cost colours"}
"""What can be marked where the window knows it."""
_TIPS = {
    "totals": "What each Fire module adds: its depth and its parameters",
    "kinds": "What is done: ReLU, max or average, and the words at concat, sum and bypass",
    **{name: f"{TITLES[name]} of each box" for name in ("parameters", "macs", "field")},
}
_COLUMNS = 2
_LONGEST_NAME = 24


class Choice(QWidget):
    """A few buttons of which one is chosen; named export_NAME_KEY."""

    changed = Signal()

    def __init__(self, name: str, titles: Mapping[str, str], columns: int) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # or a label's letter would not lead here
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

    def _on_toggled(self, on: bool) -> None:
        if on:
            self.setFocusProxy(self._buttons[self.chosen])
            self.changed.emit()


class DropDown(ComboBox):
    """One of several, from a list; named export_NAME."""

    changed = Signal()

    def __init__(self, name: str, spoken: str, titles: Mapping[str, str]) -> None:
        super().__init__()
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


class SizeChoice(QWidget):
    """How large a figure is: one of `SIZES`, or as wide as is typed; named export_size and export_width."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # as that of a choice
        self._fit, self._width = DropDown("size", "Size", SIZES), QLineEdit()
        self._width.setObjectName("export_width")
        self._width.setPlaceholderText("84mm, 3.3in, 1200px")
        self._width.setAccessibleName("Width of the figure, such as 84mm, 3.3in or 1200px")
        in_row((self._fit, 1), (self._width, 1), margins=(0, 0, 0, 0), of=self)
        self.setFocusProxy(self._fit)
        self._fit.changed.connect(self._on_chosen)
        self._width.textChanged.connect(lambda _: self.changed.emit())
        self._width.hide()

    @property
    def wanted(self) -> FigureSize | None:
        """The size, None as on screen; SqueezevizError where the width is none."""
        if self._fit.chosen == "width" and self._width.text().strip():
            return parse_width(self._width.text(), "")
        return FITS.get(self._fit.chosen)

    @property
    def remembered(self) -> dict[str, object]:
        return {"size": self._fit.chosen, "width": self._width.text()}

    def restore(self, state: Mapping[str, object]) -> None:
        """Choose as was remembered; what is odd, or no longer there, stays as it is."""
        self._fit.choose(str(state.get("size")))
        self._width.setText(str(state.get("width", ""))[:20])

    def _on_chosen(self) -> None:
        self._width.setVisible(self._fit.chosen == "width")
        self.changed.emit()


class RowsChoice(QWidget):
    """The whole network, or the rows from one to another; `selected` are offered where any are, `wanted` are chosen."""

    changed = Signal()

    def __init__(self, names: Sequence[str], selected: Rows | None, wanted: Rows | None = None) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # as that of a choice
        self._which = Choice("rows", {"all": "Whole network", "some": "Selection"}, 2)
        self._first, self._last = ComboBox(), ComboBox()
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


class AnnotationBoxes(QWidget):
    """The switches of what is written and marked on a figure. `has` says what of `MARKED` the window has to show,
    `legend` whether there is anything that a legend could explain."""

    changed = Signal()

    def __init__(self, has: Mapping[str, bool], *, legend: bool) -> None:
        super().__init__()
        self._explains = legend
        self._has, self._drawn = has, True
        self._boxes = {name: self._box(name, title) for name, title in (*TITLES.items(), *MARKED.items())}
        for name, tip in _TIPS.items():
            self._boxes[name].setToolTip(tip)
        for name in ("differences", "colours"):
            self._boxes[name].setChecked(has[name])
        self._lay_out()
        self.choose(USUAL, marks=False)

    @property
    def annotations(self) -> Annotations:
        return Annotations(**{name: self._boxes[name].isChecked() for name in TITLES})

    @property
    def marks(self) -> bool:
        return self._boxes["marks"].isChecked()

    def shows(self, name: str) -> bool:
        """Whether differences or colours are wanted, there, and drawn by the format."""
        return self._drawn and self._has[name] and self._boxes[name].isChecked()

    def choose(self, annotations: Annotations, *, marks: bool) -> None:
        """Set the switches, and signal one change."""
        for name in TITLES:
            with QSignalBlocker(self._boxes[name]):
                self._boxes[name].setChecked(getattr(annotations, name))
        self._boxes["marks"].setChecked(marks and self._has["marks"])
        self.changed.emit()

    def set_drawn(self, drawn: bool, *, maps: bool = False) -> None:
        """Whether the format draws marks and colours at all, and whether boxes carry feature maps."""
        self._drawn = drawn
        for name in MARKED:
            self._boxes[name].setEnabled(drawn and self._has[name])
        self._boxes["legend"].setEnabled((drawn and self._has["colours"]) or maps)

    def _box(self, name: str, title: str) -> QCheckBox:
        box = QCheckBox(title, self)
        box.setObjectName(f"export_{name}")
        box.toggled.connect(lambda _: self.changed.emit())
        return box

    def _lay_out(self) -> None:
        label = QLabel("Annotations")
        label.setProperty("tone", "formula")
        heading = in_row(label, 1)
        for title, wanted in (("&All", ALL), ("&None", NONE), ("&Usual", USUAL)):
            button = QPushButton(title)
            button.setObjectName(f"export_annotate_{title.strip('&').lower()}")
            button.setAccessibleName(f"Annotations: {title.replace('&', '').lower()}")
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, wanted=wanted: self.choose(wanted, marks=self.marks))
            heading.addWidget(button)
        grid = QGridLayout()
        grid.setVerticalSpacing(5)
        grid.setHorizontalSpacing(10)
        there = {**dict.fromkeys(TITLES, True), **self._has, "legend": self._explains}
        shown = [box for name, box in self._boxes.items() if there[name]]
        for name, box in self._boxes.items():
            box.setVisible(there[name])
        for place, box in enumerate(shown):
            grid.addWidget(box, place // _COLUMNS, place % _COLUMNS)
        for place in range(_COLUMNS):
            grid.setColumnStretch(place, 1)
        in_column(heading, grid, spacing=8, margins=(0, 0, 0, 0), of=self)
