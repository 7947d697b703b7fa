"""The choices of an export, each in its place: what is shown, how it looks, how large it is; and their controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.layout.build import DiagramOptions
from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.figure.theme.look import (
    ALL,
    FITS,
    NONE,
    TITLES,
    USUAL,
    Annotations,
    Columns,
    FigureSize,
    Rows,
    parse_width,
)
from squeezeviz.figure.theme.theme import THEMES
from squeezeviz.figure.writers.export import DIAGRAM_FORMATS, DiagramFormat
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.gui.export.printing import turned
from squeezeviz.gui.maps.figure_maps import FigureMaps
from squeezeviz.gui.widgets.combo_box import ComboBox
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.model.layers import Fire
from squeezeviz.model.text import plain, with_article

MODULES = {"seen": "As seen", "open": "All open", "closed": "All closed"}
DIRECTIONS = {"seen": "As seen", "down": "Down", "right": "To the right", "wrapped": "In columns"}
PAGES = {"upright": "Upright", "lying": "On its side"}
SLIDES = {"one": "All on one", "several": "Several, a part on each"}
SIZES = {
    "screen": "As on screen",
    "column": "One column, 84 mm",
    "two-columns": "Two columns, 178 mm",
    "slide": "Slide, 16:9",
    "width": "As wide as…",
}
_MARKED = {"marks": "Live pass ✓", "differences": "Differences", "colours": "Cost colours"}
"""What can be marked where the window knows it."""
_TIPS = {
    "totals": "What each Fire module adds: its depth and its parameters",
    "kinds": "What is done: ReLU, max or average, and the words at concat, sum and bypass",
    **{name: f"{TITLES[name]} of each box" for name in ("parameters", "macs", "field")},
}
_COLUMNS = 2
_LONGEST_NAME = 24


@dataclass(frozen=True)
class Subject:
    """What there is to export: the network, how the window shows it, and the rows that are selected in it.

    `wanted` are the rows that were last exported of the same selection; None for all. `maps` are the feature maps that
    boxes can carry. `page` is the upright page to print on, None for a file.
    """

    network: ResolvedNetwork
    seen: ExportOptions
    rows: Rows | None = None
    wanted: Rows | None = None
    maps: FigureMaps | None = None
    page: FigureSize | None = None


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
    """The switches of what is written and marked on a figure. `has` says what of `_MARKED` the window has to show,
    `legend` whether there is anything that a legend could explain."""

    changed = Signal()

    def __init__(self, has: Mapping[str, bool], *, legend: bool) -> None:
        super().__init__()
        self._explains = legend
        self._has, self._drawn = has, True
        self._boxes = {name: self._box(name, title) for name, title in (*TITLES.items(), *_MARKED.items())}
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
        for name in _MARKED:
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


class ExportChoices(QWidget):
    """Everything that can be chosen; `changed` after each."""

    changed = Signal()

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subject = subject
        seen = subject.seen
        names = [layer.name for layer in subject.network.table.layers]
        self.format = Choice("format", {each.suffix: each.name for each in DIAGRAM_FORMATS.values()}, 3)
        for suffix, each in DIAGRAM_FORMATS.items():
            self.format.button(suffix).setToolTip(each.title)
        self.rows = RowsChoice(names, subject.rows, subject.wanted)
        self.modules = DropDown("modules", "Fire modules", MODULES)
        in_columns = {"seen": "As seen, in columns"} if seen.columns is not None else {}
        self.direction = DropDown("direction", "Direction", DIRECTIONS | in_columns)
        self.theme = Choice("theme", {name: name.capitalize() for name in THEMES}, 2)
        self.theme.choose(seen.theme.name)
        self.background = Choice("background", {"filled": "Filled", "transparent": "Transparent"}, 2)
        self.fit = DropDown("size", "Size", SIZES)
        self.slides = DropDown("slides", "Slides", SLIDES)
        self.page = DropDown("paper", "Page", PAGES)
        self.width_line = QLineEdit()
        self.annotations = AnnotationBoxes(
            {"marks": bool(seen.badges), "differences": seen.marks is not None, "colours": seen.heat is not None},
            legend=seen.heat is not None or (subject.maps is not None and not subject.maps.why_not),
        )
        self.maps = QCheckBox("Feature ma&ps")
        self.maps.setObjectName("export_maps")
        self._lay_out()
        self._connect()
        self._show_what_applies()

    @property
    def waits(self) -> bool:
        """Whether what is chosen is still fetched."""
        return self._shows_maps and self.options().maps is None

    @property
    def written(self) -> DiagramFormat:
        """The chosen format; what is printed is drawn as a PDF is."""
        return DIAGRAM_FORMATS["pdf"] if self._subject.page is not None else DIAGRAM_FORMATS[self.format.chosen]

    def options(self) -> ExportOptions:
        """The choices as export options; SqueezevizError where the width is none."""
        seen, wanted = self._subject.seen, self.annotations
        diagram, theme, maps = self._diagram(), THEMES[self.theme.chosen], self._subject.maps
        return ExportOptions(
            diagram=diagram,
            theme=theme,
            badges=seen.badges if wanted.marks else {},
            marks=seen.marks if wanted.shows("differences") else None,
            heat=seen.heat if wanted.shows("colours") else None,
            maps=maps.strips(diagram, theme) if maps is not None and self._shows_maps else None,
            background=self.background.chosen == "filled",
            size=self._size(),
            columns=self._columns(diagram),
            several_slides=self.written.size is not None and self.slides.chosen == "several",
        )

    def remembered(self) -> dict[str, object]:
        """The choices as plain data, but for the rows, which are this network's."""
        return {
            **{name: part.chosen for name, part in self._by_name().items()},
            "width": self.width_line.text(),
            "annotations": self.annotations.annotations._asdict(),
            "marks": self.annotations.marks,
            "maps": self.maps.isChecked(),
        }

    def restore(self, state: object) -> None:
        """Choose as was remembered; what is odd, or no longer there, stays as it is."""
        if not isinstance(state, dict):
            return
        for name, part in self._by_name().items():
            part.choose(str(state.get(name)))
        self.width_line.setText(str(state.get("width", ""))[:20])
        switches = state.get("annotations")
        if isinstance(switches, dict):
            known = {name: switches[name] is True for name in TITLES if name in switches}
            self.annotations.choose(USUAL._replace(**known), marks=state.get("marks") is True)
        self.maps.setChecked(state.get("maps") is True)
        self._show_what_applies()

    @property
    def _shows_maps(self) -> bool:
        return self.maps.isChecked() and self.maps.isEnabled()

    def _by_name(self) -> dict[str, Choice | DropDown]:
        return {
            "format": self.format,
            "modules": self.modules,
            "direction": self.direction,
            "theme": self.theme,
            "background": self.background,
            "size": self.fit,
            "slides": self.slides,
            "page": self.page,
        }

    def _diagram(self) -> DiagramOptions:
        seen = self._subject.seen.diagram
        fires = frozenset(layer.name for layer in self._subject.network.table.layers if isinstance(layer, Fire))
        closed = {"open": frozenset[str](), "closed": fires}.get(self.modules.chosen, seen.collapsed)
        directions = {"seen": seen.direction, "right": Direction.RIGHT}
        direction = directions.get(self.direction.chosen, Direction.DOWN)
        return DiagramOptions(direction, closed, self.rows.rows, self.annotations.annotations)

    def _columns(self, diagram: DiagramOptions) -> Columns | None:
        """The columns to set the network in: those that are seen, where all else is as seen too."""
        seen = self._subject.seen
        if self.direction.chosen == "wrapped":
            return Columns()
        if self.direction.chosen != "seen" or seen.columns is None:
            return None
        same = diagram.collapsed == seen.diagram.collapsed and diagram.rows is None
        return seen.columns if same else seen.columns._replace(starts=())

    def _size(self) -> FigureSize | None:
        if self._subject.page is not None:
            return turned(self._subject.page, lying=self.page.chosen == "lying")
        if not self.written.takes_size:
            return self.written.size
        if self.fit.chosen == "width" and self.width_line.text().strip():
            return parse_width(self.width_line.text(), "")
        return FITS.get(self.fit.chosen)

    def _lay_out(self) -> None:
        self.width_line.setObjectName("export_width")
        self.width_line.setPlaceholderText("84mm, 3.3in, 1200px")
        self.width_line.setAccessibleName("Width of the figure, such as 84mm, 3.3in or 1200px")
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(9)
        form.setHorizontalSpacing(14)
        form.addRow("For&mat", self.format)
        form.addRow("Ro&ws", self.rows)
        form.addRow("&Fire modules", self.modules)
        form.addRow("&Direction", self.direction)
        size = self._size_row = in_row((self.fit, 1), (self.width_line, 1))
        form.addRow("Si&ze", size)
        form.addRow("Sl&ides", self.slides)
        form.addRow("Pag&e", self.page)
        form.addRow("&Theme", self.theme)
        form.addRow("Back&ground", self.background)
        label = form.labelForField(size)
        if label is not None:
            label.setBuddy(self.fit)  # type: ignore[attr-defined]
        self._form = form
        printed = self._subject.page is not None
        form.setRowVisible(self.format, not printed)
        form.setRowVisible(self.page, printed)
        in_column(form, self.annotations, self.maps, 1, spacing=12, margins=(16, 0, 12, 10), of=self)

    def _connect(self) -> None:
        for part in (*self._by_name().values(), self.rows, self.annotations):
            part.changed.connect(self._on_changed)
        self.width_line.textChanged.connect(self._on_changed)
        self.maps.toggled.connect(lambda _: self._on_changed())
        if self._subject.maps is not None:
            self._subject.maps.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._show_what_applies()
        self.changed.emit()

    def _show_what_applies(self) -> None:
        maps = self._subject.maps
        why_not = maps.why_not if maps is not None else "There are no feature maps here"
        if not self.written.shows_maps:
            named = with_article(self.written.name)
            why_not = f"{named[0].upper()}{named[1:]} file cannot carry feature maps"
        self.maps.setEnabled(not why_not)
        self.maps.setToolTip(f"{why_not}." if why_not else "In each box those of its feature maps that vary most")
        self.annotations.set_drawn(self.written.shows_marks, maps=self._shows_maps)
        for widget in (self.fit, self.width_line):
            widget.setEnabled(self.written.takes_size)
        slides, file = self.written.size is not None, self._subject.page is None
        for row, shown in ((self.slides, slides), (self._size_row, file and not slides)):
            if self._form.isRowVisible(row) is not shown:
                self._form.setRowVisible(row, shown)
        self.width_line.setVisible(self.fit.chosen == "width")
