"""The choices of an export, each in its place: what is shown, how it looks, how large it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QWidget

from squeezeviz.analysis.resolve import ResolvedNetwork
from squeezeviz.figure.layout.build import DiagramOptions
from squeezeviz.figure.scene.diagram import Direction
from squeezeviz.figure.theme.look import TITLES, USUAL, Columns, FigureSize, Rows
from squeezeviz.figure.theme.theme import THEMES, Theme
from squeezeviz.figure.writers.drawn import FORMATS, DrawnPicture
from squeezeviz.figure.writers.export import DIAGRAM_FORMATS, DiagramFormat
from squeezeviz.figure.writers.figure import ExportOptions
from squeezeviz.gui.export.controls import MARKED, AnnotationBoxes, Choice, DropDown, RowsChoice, SizeChoice
from squeezeviz.gui.export.preview import Drawing, drawing_of, picture_drawing
from squeezeviz.gui.export.printing import turned
from squeezeviz.gui.export.process import is_heavy
from squeezeviz.gui.maps.figure_maps import FigureMaps
from squeezeviz.gui.widgets.layouts import in_column
from squeezeviz.model.layers import Fire
from squeezeviz.model.text import with_article

MODULES = {"seen": "As seen", "open": "All open", "closed": "All closed"}
DIRECTIONS = {"seen": "As seen", "down": "Down", "right": "To the right", "wrapped": "In columns"}
PAGES = {"upright": "Upright", "lying": "On its side"}
SLIDES = {"one": "All on one", "several": "Several, a part on each"}
_NUMBERS = {"npz": DiagramFormat("npz", "NumPy archive", "NumPy", "application/x-npz", False, "",
                                 about="The numbers themselves, in place of colours.", takes_size=False)}  # fmt: skip
"""What has numbers in place of colours, by suffix."""


class FigureChoices(QWidget):
    """What can be chosen of any figure: its format, its size, its colours; `changed` after each."""

    changed = Signal()

    def __init__(self, formats: Iterable[DiagramFormat], theme: Theme) -> None:
        super().__init__()
        self._formats = {each.suffix: each for each in formats}
        self.format = Choice("format", {suffix: each.name for suffix, each in self._formats.items()}, 3)
        for suffix, each in self._formats.items():
            self.format.button(suffix).setToolTip(each.title)
        self.fit = SizeChoice()
        self.theme = Choice("theme", {name: name.capitalize() for name in THEMES}, 2)
        self.theme.choose(theme.name)
        self.background = Choice("background", {"filled": "Filled", "transparent": "Transparent"}, 2)
        self._form = QFormLayout()
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(9)
        self._form.setHorizontalSpacing(14)

    @property
    def formats(self) -> tuple[DiagramFormat, ...]:
        """What is offered."""
        return tuple(self._formats.values())

    @property
    def waits(self) -> bool:
        """Whether what is chosen is still fetched."""
        return False

    @property
    def written(self) -> DiagramFormat:
        """The chosen format."""
        return self._formats[self.format.chosen]

    @property
    def size_chosen(self) -> FigureSize | None:
        """The size of what is written; SqueezevizError where the width that was typed is none."""
        return self.fit.wanted if self.written.takes_size else self.written.size

    @property
    def _sized(self) -> bool:
        """Whether a size can be chosen at all."""
        return self.written.size is None

    def options(self) -> ExportOptions:
        """The choices as export options; SqueezevizError where the width is none."""
        filled = self.background.chosen == "filled"
        return ExportOptions(theme=THEMES[self.theme.chosen], background=filled, size=self.size_chosen)

    def remembered(self) -> dict[str, object]:
        """The choices as plain data."""
        return {**{name: part.chosen for name, part in self._by_name().items()}, **self.fit.remembered}

    def restore(self, state: dict[str, object]) -> None:
        """Choose as was remembered; what is odd, or no longer there, stays as it is."""
        for name, part in self._by_name().items():
            part.choose(str(state.get(name)))
        self.fit.restore(state)

    def _by_name(self) -> dict[str, Choice | DropDown]:
        return {"format": self.format, "theme": self.theme, "background": self.background}

    def _connect(self) -> None:
        for part in (*self._by_name().values(), self.fit):
            part.changed.connect(self._on_changed)

    def _on_changed(self) -> None:
        self._show_what_applies()
        self.changed.emit()

    def _show_what_applies(self) -> None:
        self.fit.setEnabled(self.written.takes_size)
        self._show_row(self.fit, shown=self._sized)

    def _show_row(self, of: QWidget, *, shown: bool) -> None:
        if self._form.isRowVisible(of) is not shown:
            self._form.setRowVisible(of, shown)


class PictureChoices(FigureChoices):
    """What can be chosen of a picture that is no diagram; its own `numbers` are formats too."""

    def __init__(self, picture: DrawnPicture) -> None:
        slides = "Shapes to edit, under a title."
        drawn = (DIAGRAM_FORMATS[each] for each in FORMATS)
        formats = (each._replace(about=slides) if each.size is not None else each for each in drawn)
        super().__init__((*formats, *(_NUMBERS[each] for each in picture.numbers)), picture.theme)
        self._picture = picture
        self.modules = DropDown("modules", "Fire modules", MODULES)
        self._form.addRow("For&mat", self.format)
        self._form.addRow("&Fire modules", self.modules)
        self._form.setRowVisible(self.modules, bool(picture.fires))
        self.annotations = AnnotationBoxes(dict.fromkeys(MARKED, False), legend=False)
        if picture.seen is not None:
            self.annotations.choose(picture.seen.annotations, marks=False)
        self._form.addRow("Si&ze", self.fit)
        self._form.addRow("&Theme", self.theme)
        self._form.addRow("Back&ground", self.background)
        in_column(self._form, self.annotations, 1, spacing=12, margins=(16, 0, 12, 10), of=self)
        self.annotations.setVisible(picture.seen is not None)
        self._connect()
        self.annotations.changed.connect(self._on_changed)
        self._show_what_applies()

    def options(self) -> ExportOptions:
        chosen, seen = super().options(), self._picture.seen
        if seen is None:
            return chosen
        closed = {"open": frozenset[str](), "closed": self._picture.fires}.get(self.modules.chosen, seen.collapsed)
        return chosen._replace(diagram=seen._replace(collapsed=closed, annotations=self.annotations.annotations))

    def _by_name(self) -> dict[str, Choice | DropDown]:
        return {**super()._by_name(), "modules": self.modules}

    def _show_what_applies(self) -> None:
        super()._show_what_applies()
        for each in (self.theme, self.background):
            each.setEnabled(self.written.suffix not in _NUMBERS)


@dataclass(frozen=True)
class PictureSubject:
    """A picture that is no diagram of a network, to be exported."""

    picture: DrawnPicture

    page = None
    remembered = "export_picture"

    @property
    def title(self) -> str:
        """Of the dialog."""
        return "Export Picture"

    def choices(self) -> PictureChoices:
        return PictureChoices(self.picture)

    def draw(self, options: ExportOptions, *, slides: bool) -> Drawing:
        return picture_drawing(self.picture, options, slides=slides)

    def takes_long(self, options: ExportOptions) -> bool:
        return self.picture.takes_long


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

    remembered = "export"

    @property
    def title(self) -> str:
        """Of the dialog."""
        return "Export Diagram" if self.page is None else "Print Diagram"

    def choices(self) -> DiagramChoices:
        return DiagramChoices(self)

    def draw(self, options: ExportOptions, *, slides: bool) -> Drawing:
        return drawing_of(self.network, options, slides=slides)

    def takes_long(self, options: ExportOptions) -> bool:
        return is_heavy(self.network, options)


class DiagramChoices(FigureChoices):
    """Everything that can be chosen of a diagram; `changed` after each."""

    def __init__(self, subject: Subject) -> None:
        seen = subject.seen
        super().__init__(DIAGRAM_FORMATS.values(), seen.theme)
        self._subject = subject
        names = [layer.name for layer in subject.network.table.layers]
        self.rows = RowsChoice(names, subject.rows, subject.wanted)
        self.modules = DropDown("modules", "Fire modules", MODULES)
        in_columns = {"seen": "As seen, in columns"} if seen.columns is not None else {}
        self.direction = DropDown("direction", "Direction", DIRECTIONS | in_columns)
        self.slides = DropDown("slides", "Slides", SLIDES)
        self.page = DropDown("paper", "Page", PAGES)
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
        return DIAGRAM_FORMATS["pdf"] if self._subject.page is not None else super().written

    def options(self) -> ExportOptions:
        """The choices as export options; SqueezevizError where the width is none."""
        seen, wanted, chosen = self._subject.seen, self.annotations, super().options()
        diagram, maps = self._diagram(), self._subject.maps
        return chosen._replace(
            diagram=diagram,
            badges=seen.badges if wanted.marks else {},
            marks=seen.marks if wanted.shows("differences") else None,
            heat=seen.heat if wanted.shows("colours") else None,
            maps=maps.strips(diagram, chosen.theme) if maps is not None and self._shows_maps else None,
            columns=self._columns(diagram),
            several_slides=self.written.size is not None and self.slides.chosen == "several",
        )

    def remembered(self) -> dict[str, object]:
        """The choices as plain data, but for the rows, which are this network's."""
        return {
            **super().remembered(),
            "annotations": self.annotations.annotations._asdict(),
            "marks": self.annotations.marks,
            "maps": self.maps.isChecked(),
        }

    def restore(self, state: dict[str, object]) -> None:
        super().restore(state)
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
            **super()._by_name(),
            "modules": self.modules,
            "direction": self.direction,
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

    @property
    def size_chosen(self) -> FigureSize | None:
        if self._subject.page is not None:
            return turned(self._subject.page, lying=self.page.chosen == "lying")
        return super().size_chosen

    def _lay_out(self) -> None:
        form = self._form
        form.addRow("For&mat", self.format)
        form.addRow("Ro&ws", self.rows)
        form.addRow("&Fire modules", self.modules)
        form.addRow("&Direction", self.direction)
        form.addRow("Si&ze", self.fit)
        form.addRow("Sl&ides", self.slides)
        form.addRow("Pag&e", self.page)
        form.addRow("&Theme", self.theme)
        form.addRow("Back&ground", self.background)
        printed = self._subject.page is not None
        form.setRowVisible(self.format, not printed)
        form.setRowVisible(self.page, printed)
        in_column(form, self.annotations, self.maps, 1, spacing=12, margins=(16, 0, 12, 10), of=self)

    def _connect(self) -> None:
        super()._connect()
        for part in (self.rows, self.annotations):
            part.changed.connect(self._on_changed)
        self.maps.toggled.connect(lambda _: self._on_changed())
        if self._subject.maps is not None:
            self._subject.maps.changed.connect(self._on_changed)

    def _show_what_applies(self) -> None:
        super()._show_what_applies()
        maps = self._subject.maps
        why_not = maps.why_not if maps is not None else "There are no feature maps here"
        if not self.written.shows_maps:
            named = with_article(self.written.name)
            why_not = f"{named[0].upper()}{named[1:]} file cannot carry feature maps"
        self.maps.setEnabled(not why_not)
        self.maps.setToolTip(f"{why_not}." if why_not else "In each box those of its feature maps that vary most")
        self.annotations.set_drawn(self.written.shows_marks, maps=self._shows_maps)
        self._show_row(self.slides, shown=self.written.size is not None)

    @property
    def _sized(self) -> bool:
        return self._subject.page is None and super()._sized
