"""The what-if's figures: a Fire module and its convolutions chained, laid out and painted at one scale, and their
numbers line by line."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from squeezeviz.explain.what_if import Agreement, Comparison, Figure, WhatIf, chain
from squeezeviz.figure.drawing.draw import draw_diagram
from squeezeviz.figure.layout.boxes import NARROWEST_SINGLE, TITLE_SIZE, Lines, box, box_width
from squeezeviz.figure.layout.build import build_diagram
from squeezeviz.figure.layout.fire import PARTS
from squeezeviz.figure.layout.wording import amount, filters_text
from squeezeviz.figure.scene.diagram import (
    INPUT_KEY,
    Badge,
    Diagram,
    Direction,
    Emphasis,
    Key,
    Label,
    Module,
    Point,
    Rect,
    Role,
)
from squeezeviz.figure.theme.metrics import elide
from squeezeviz.figure.theme.theme import LIGHT, Theme
from squeezeviz.figure.writers.painter import Recording, record
from squeezeviz.gui.widgets.guard import guarded
from squeezeviz.gui.widgets.labels import label, show_text
from squeezeviz.gui.widgets.layouts import in_column, in_row
from squeezeviz.model.text import plain

_LEFT, _AROUND = 18.0, 12.0
"""The margins of a diagram that stay: left of the ruler, and at the other sides."""
_LARGEST_SCALE = 1.25
_SIDES = ("side by side", "chained")
_SIGNS = {Agreement.MEASURED: ("✓", "formula"), Agreement.DIFFERS: ("≠", "differs")}
"""The mark behind a figure, and the tone of the figure. What is predicted, or a time, has neither."""
_ROOM = 190.0
"""For a title in a box that stands alone."""
_CAPTION = 26.0
"""From the last box to the line that says what comes out."""


def side_by_side(case: WhatIf) -> Diagram:
    """Lay out the module as it is: opened, below what flows into it."""
    placed = build_diagram(case.real)
    return placed._replace(modules=tuple(_entered(each, case)._replace(toggle=None) for each in placed.modules))


def chained(case: WhatIf) -> Diagram:
    """Lay out the chain, in the colours that the parts have in the module."""
    placed = build_diagram(case.chained)
    filters = {conv.name: conv.filters for conv in chain(case.fire)}
    links = tuple(link._replace(role=_role(link.source.layer, link.role)) for link in placed.links)
    modules = tuple(_part(_entered(each, case), filters) for each in placed.modules)
    return placed._replace(modules=modules, links=links, height=placed.height + _CAPTION)


def _entered(module: Module, case: WhatIf) -> Module:
    """Rename the input's box: here it is no image, but the feature maps that reach the module."""
    if module.key != INPUT_KEY:
        return module
    (old,) = module.boxes
    words = f"input of {plain(case.fire.name)}"
    detail = f"{old.detail} · the same for both"
    shown = old._replace(title=elide(words, TITLE_SIZE, True, _ROOM), detail=detail, full=f"{words}: {old.detail}")
    return module._replace(boxes=(shown,), full=shown.full)


def _part(module: Module, filters: dict[str, int]) -> Module:
    """Show a convolution as the module itself would, with the result below the last one."""
    name = module.key.layer
    if name not in filters or module.role is not Role.CONV:
        return module
    role, part = PARTS[name]
    (old,) = module.boxes
    title, height = f"{part} · {filters_text(filters[name])}", module.rect.height
    lines = Lines(title, (old.detail,))
    width = box_width(lines, NARROWEST_SINGLE)
    shown = box(old.key, role, Rect(0, 0, width, height), lines, old.full)
    way, own = Direction.DOWN, shown.rect
    rect = Rect(module.start.x - width / 2, module.rect.y, width, height)
    return module._replace(
        role=role, rect=rect, boxes=(shown,), entry=way.start(own), exit=way.end(own),
        labels=(_outcome(filters[name], width, height),) if name == "expand3x3" else (),
    )  # fmt: skip


def _outcome(channels: int, width: float, height: float) -> Label:
    text = "1 channel" if channels == 1 else f"{amount(channels)} channels"
    return Label(text, Point(width / 2, height + _CAPTION), Emphasis.STRONG)


def _role(name: str, role: Role) -> Role:
    return PARTS[name][0] if name in PARTS and role is not Role.PROBLEM else role


@guarded
class FigureView(QWidget):
    """Shows one diagram, read-only."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(150, 130)
        self._scale, self._highest = 1.0, 1.0
        self._diagram: Diagram | None = None
        self._badges: Mapping[Key, Badge] = {}
        self._theme = LIGHT
        self._recording: Recording | None = None

    @property
    def wanted(self) -> QRectF:
        """Return the shown part of the diagram, in diagram units."""
        if self._diagram is None or not self._diagram.modules:
            return QRectF(0, 0, 1, 1)
        left, diagram = self._diagram.ruler_at - _LEFT, self._diagram
        return QRectF(left, _AROUND, diagram.width - left - _AROUND, diagram.height - 2 * _AROUND)

    @property
    def fitting(self) -> float:
        """Return the largest scale at which the whole diagram fits."""
        wanted = self.wanted
        return min(self.width() / wanted.width(), self.height() / wanted.height(), _LARGEST_SCALE)

    def show_diagram(self, diagram: Diagram, badges: Mapping[Key, Badge]) -> None:
        self._diagram, self._badges = diagram, badges
        self.setAccessibleDescription("; ".join(module.full for module in diagram.modules))
        self._recording = None
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._recording = None
        self.update()

    def set_scale(self, scale: float, height: float) -> None:
        """Set the scale. `height` is that of the taller figure in diagram units, so that the tops are aligned."""
        self._scale, self._highest = scale, height
        self.update()

    # What Qt calls

    def sizeHint(self) -> QSize:
        return self.wanted.size().toSize()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._diagram is None:
            return
        if self._recording is None:
            self._recording = record(draw_diagram(self._diagram, self._theme, self._badges))
        wanted = self.wanted
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            across, along = self.width() - wanted.width() * self._scale, self.height() - self._highest * self._scale
            painter.translate(round(across / 2), round(along / 2))
            painter.scale(self._scale, self._scale)
            painter.translate(-wanted.x(), -wanted.y())
            self._recording.play(painter)


@guarded
class FigurePair(QWidget):
    """Two figures on cards, each under its heading and with the width that it needs."""

    def __init__(self, names: tuple[str, str]) -> None:
        super().__init__()
        self.views = tuple(FigureView(name) for name in names)
        self._headings = tuple(label(tone="heading") for _ in names)
        self._row = in_row(spacing=10, margins=(0, 0, 0, 0), of=self)
        for view, heading in zip(self.views, self._headings, strict=True):
            self._row.addWidget(_card(heading, view))

    def show_diagrams(self, diagrams: tuple[Diagram, Diagram], badges: tuple[Mapping[Key, Badge], ...]) -> None:
        for place, view in enumerate(self.views):
            view.show_diagram(diagrams[place], badges[place])
            self._row.setStretch(place, round(view.wanted.width()))
        self._row.activate()
        self._scale_alike()

    def show_headings(self, real: str, chained: str) -> None:
        for heading, text in zip(self._headings, (real, chained), strict=True):
            heading.setText(text)

    def set_theme(self, theme: Theme) -> None:
        for view in self.views:
            view.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._row.activate()
        self._scale_alike()

    def _scale_alike(self) -> None:
        scale, highest = min(view.fitting for view in self.views), max(view.wanted.height() for view in self.views)
        for view in self.views:
            view.set_scale(scale, highest)


def _card(heading: QLabel, view: QWidget) -> QFrame:
    card = QFrame()
    card.setObjectName("card")
    heading.setAlignment(Qt.AlignmentFlag.AlignHCenter)
    in_column(heading, (view, 1), spacing=6, margins=(10, 9, 10, 9), of=card)
    return card


class FiguresTable(QFrame):
    """One row for each quantity. Every figure says whether a pass measured it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName("Side by side against chained")
        self._labels: dict[tuple[str, str], tuple[QLabel, QLabel]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(16, 9, 16, 10)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(3)
        for column, stretch in enumerate((3, 4, 0, 4, 0)):
            self._grid.setColumnStretch(column, stretch)
        for column in (2, 4):
            self._grid.setColumnMinimumWidth(column, 16)
        for column, side in zip((1, 3), _SIDES, strict=True):
            self._grid.addWidget(label(side, "quiet", right=True), 0, column)

    def show_comparisons(self, comparisons: tuple[Comparison, ...]) -> None:
        for place, each in enumerate(comparisons, 1):
            if (each.label, _SIDES[0]) not in self._labels:
                self._add_row(place, each.label)
            for side, figure in zip(_SIDES, (each.real, each.chained), strict=True):
                self._show(self._labels[each.label, side], figure, f"{each.label}, {side}")
        self.setAccessibleDescription("; ".join(_in_words(each) for each in comparisons))

    def _add_row(self, place: int, title: str) -> None:
        self._grid.addWidget(label(title, "quiet"), place, 0)
        for column, side in zip((1, 3), _SIDES, strict=True):
            value, mark = label(right=True, selectable=True), label(selectable=True)
            self._labels[title, side] = value, mark
            self._grid.addWidget(value, place, column)
            self._grid.addWidget(mark, place, column + 1)

    def _show(self, labels: tuple[QLabel, QLabel], figure: Figure, what: str) -> None:
        value, mark = labels
        sign, tone = _SIGNS.get(figure.agreement, ("", ""))
        show_text(value, figure.text, tone)
        value.setAccessibleName(f"{what}: {figure.text}, {figure.agreement}")
        show_text(mark, sign, "differs" if figure.agreement is Agreement.DIFFERS else "measured")


def rows_of(comparisons: tuple[Comparison, ...]) -> list[tuple[str, ...]]:
    """Return the table as texts: what is compared, and each side's number with its mark."""
    return [(each.label, *(_marked(figure) for figure in (each.real, each.chained))) for each in comparisons]


def _marked(figure: Figure) -> str:
    return " ".join(filter(None, (figure.text, _SIGNS.get(figure.agreement, ("", ""))[0])))


def _in_words(each: Comparison) -> str:
    return f"{each.label}: {each.real.text} side by side, {each.chained.text} chained"
